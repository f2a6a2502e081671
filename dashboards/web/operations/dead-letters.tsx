import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Heading2, Heading3, Paragraph } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import { deadLettersQuery } from '../data/operations.ts';
import { may } from '../data/session.ts';
import { useFormat } from '../shell/format.ts';
import { useSession } from '../shell/root.tsx';
import { ProblemNotice } from '../ui/answers.tsx';
import { DataTable } from '../ui/figure-with-table.tsx';
import { HelpTerm } from '../ui/help-term.tsx';
import { useLetterReason } from './letter-words.ts';
import { ReplayForm } from './replay-form.tsx';

/** Lines that could not be read: why and where, never what was in them. */
export function DeadLetters() {
  const { t } = useTranslation(['sources', 'shell']);
  const format = useFormat();
  const session = useSession();
  const sayReason = useLetterReason();
  const list = useInfiniteQuery(deadLettersQuery);
  const letters = list.data?.pages.flatMap((page) => page.items) ?? [];
  const counts = list.data?.pages[0]?.counts ?? [];
  return (
    <section className="card" aria-label={t('letters.title')}>
      <Heading2>
        <HelpTerm term="deadLetter">{t('letters.title')}</HelpTerm>
      </Heading2>
      <Paragraph>{t('letters.lead')}</Paragraph>
      {list.error !== null && <ProblemNotice problem={list.error} />}
      {list.data !== undefined && letters.length === 0 && (
        <Paragraph>{t('letters.none')}</Paragraph>
      )}
      {counts.length > 0 && (
        <DataTable
          caption={t('letters.counts')}
          columns={[
            { title: t('letters.reason') },
            { title: t('letters.source') },
            { title: t('letters.count'), isNumber: true },
          ]}
          rows={counts.map((row) => [sayReason(row.reason), row.source, format.count(row.letters)])}
        />
      )}
      {letters.length > 0 && (
        <>
          <Heading3>{t('letters.list')}</Heading3>
          <DataTable
            caption={t('letters.list')}
            columns={[
              { title: t('letters.source') },
              { title: t('letters.line'), isNumber: true },
              { title: t('letters.reason') },
              { title: t('letters.field') },
              { title: t('letters.size'), isNumber: true },
            ]}
            rows={letters.map((letter) => [
              letter.source,
              format.count(letter.lineNumber),
              sayReason(letter.reason),
              letter.field ?? '–',
              t('letters.bytes', { bytes: format.count(letter.sizeBytes) }),
            ])}
          />
        </>
      )}
      {list.hasNextPage && (
        <div className="buttons">
          <Button onClick={() => void list.fetchNextPage()}>{t('shell:more')}</Button>
        </div>
      )}
      {letters.length > 0 && may(session, 'replayDeadLetters') && <ReplayForm />}
    </section>
  );
}
