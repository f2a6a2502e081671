import { useQuery } from '@tanstack/react-query';
import { Paragraph } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import { statusQuery } from '../data/operations.ts';
import { EmptyState } from '../ui/answers.tsx';

/** Three kinds of empty: filtered away, nothing found, and nothing read yet. They must not look the same. */
export function EmptyQueue({ isFiltered }: { isFiltered: boolean }) {
  const { t } = useTranslation('alerts');
  const { data: status } = useQuery(statusQuery);
  if (isFiltered)
    return (
      <EmptyState title={t('empty.filteredTitle')}>
        <Paragraph>{t('empty.filtered')}</Paragraph>
      </EmptyState>
    );
  if (status === undefined || status.events > 0)
    return (
      <EmptyState title={t('empty.quietTitle')}>
        <Paragraph>{t('empty.quiet')}</Paragraph>
      </EmptyState>
    );
  return (
    <EmptyState title={t('empty.startTitle')}>
      <Paragraph>{t('empty.start')}</Paragraph>
      <ol className="stack">
        <li>
          {t('empty.step1')}
          <pre className="command">
            npm start -- --events {'<pad>'} --reference {'<map>'}
          </pre>
        </li>
        <li>{t('empty.step2')}</li>
        <li>{t('empty.step3')}</li>
      </ol>
    </EmptyState>
  );
}
