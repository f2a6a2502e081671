import { useQuery } from '@tanstack/react-query';
import { Heading1, Paragraph } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import { watchesQuery } from '../data/watches.ts';
import { useDocumentTitle } from '../shell/title.ts';
import { EmptyState, Loading, ProblemNotice } from '../ui/answers.tsx';
import { WatchCard } from './watch-card.tsx';

/** Orders to look at what one official looks up: who agreed, until when, and whether they were told. */
export function WatchesScreen() {
  const { t } = useTranslation('watches');
  useDocumentTitle(t('title'));
  const { data, error, isPending, refetch } = useQuery(watchesQuery);
  return (
    <>
      <Heading1>{t('title')}</Heading1>
      <Paragraph className="lead">{t('lead')}</Paragraph>
      {isPending && <Loading />}
      {error !== null && <ProblemNotice problem={error} retry={() => void refetch()} />}
      {data?.items.length === 0 && (
        <EmptyState title={t('none')}>
          <Paragraph>{t('noneAdvice')}</Paragraph>
        </EmptyState>
      )}
      {data?.items.map((watch) => (
        <WatchCard key={watch.watchId} of={watch} hasCase />
      ))}
    </>
  );
}
