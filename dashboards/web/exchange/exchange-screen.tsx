import { useQuery } from '@tanstack/react-query';
import { Heading2, Paragraph } from '@utrecht/component-library-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { benchmarkQuery } from '../data/exchange.ts';
import { may } from '../data/session.ts';
import type { Benchmark } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { useSession } from '../shell/root.tsx';
import { useDocumentTitle } from '../shell/title.ts';
import { EmptyState, Loading, ProblemNotice } from '../ui/answers.tsx';
import { BackLink } from '../ui/back-link.tsx';
import { SelectField } from '../ui/field.tsx';
import { DataTable } from '../ui/figure-with-table.tsx';
import { Instant } from '../ui/instant.tsx';
import { TitleRow } from '../ui/title-row.tsx';
import { Comparison } from './comparison.tsx';
import { FIRST_CHOICE, periodChoices, periodOf } from './exchange-period.ts';
import { OwnFile } from './own-file.tsx';
import { TakeIn } from './take-in.tsx';

/** What municipalities may tell each other, and the own figures beside those of others. Never an official. */
export function ExchangeScreen() {
  const { t } = useTranslation('exchange');
  useDocumentTitle(t('title'));
  const session = useSession();
  // One moment for as long as the screen is open, so that the queries keep their keys.
  const [now] = useState(() => Date.now());
  const [choice, setChoice] = useState(FIRST_CHOICE);
  const period = periodOf(choice, now);
  const { data, error, isPending, refetch } = useQuery(benchmarkQuery(period));
  return (
    <>
      <BackLink to="/desk" text={t('back')} />
      <TitleRow title={t('title')} lead={t('lead')}>
        <SelectField
          label={t('period')}
          value={choice}
          onChange={setChoice}
          options={periodChoices(now).map((each) => ({
            value: each,
            label: each === FIRST_CHOICE ? t('period_last') : each,
          }))}
        />
      </TitleRow>
      {isPending && <Loading />}
      {error !== null && <ProblemNotice problem={error} retry={() => void refetch()} />}
      {data !== undefined && data.imports.length === 0 && (
        <EmptyState title={t('none')}>
          <Paragraph>{t('noneAdvice')}</Paragraph>
        </EmptyState>
      )}
      {data !== undefined && data.imports.length > 0 && (
        <>
          <Comparison of={data} />
          <Imports imports={data.imports} />
        </>
      )}
      {may(session, 'importExchange') && <TakeIn />}
      {may(session, 'readExchange') && <OwnFile period={period} />}
    </>
  );
}

/** What came from others, and which of it is compared. */
function Imports({ imports }: { imports: Benchmark['imports'] }) {
  const { t } = useTranslation('exchange');
  const format = useFormat();
  return (
    <section className="card" aria-labelledby="imports">
      <Heading2 id="imports">{t('imports.title')}</Heading2>
      <DataTable
        caption={t('imports.caption')}
        columns={[
          { title: t('imports.label') },
          { title: t('imports.period') },
          { title: t('imports.officials'), isNumber: true },
          { title: t('imports.at') },
          { title: t('imports.counts') },
        ]}
        rows={imports.map(({ label, statement, importedAt, isCompared }) => [
          label,
          t('imports.periodValue', {
            from: format.day(statement.from),
            to: format.day(statement.to),
          }),
          format.count(statement.officials),
          <Instant key="at" at={importedAt} style="date" />,
          isCompared ? t('imports.yes') : t('imports.replaced'),
        ])}
      />
    </section>
  );
}
