import { useQuery } from '@tanstack/react-query';
import { Button, Heading2, Paragraph } from '@utrecht/component-library-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { coverageQuery } from '../data/oversight.ts';
import type { Coverage } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { useDocumentTitle } from '../shell/title.ts';
import { EmptyState, Loading, ProblemNotice } from '../ui/answers.tsx';
import { BackLink } from '../ui/back-link.tsx';
import { SelectField } from '../ui/field.tsx';
import { DataTable } from '../ui/figure-with-table.tsx';
import { saveText } from '../ui/save-text.ts';
import { TitleRow } from '../ui/title-row.tsx';
import { CoverageMonths, useUnjudged } from './coverage-months.tsx';

const DAY_MS = 86_400_000;
const PERIODS = [31, 92, 366] as const;

/** Which events were judged by which detector, which were not, and why; signed so that others can check. */
export function CoverageScreen() {
  const { t } = useTranslation('coverage');
  useDocumentTitle(t('title'));
  const [days, setDays] = useState(92);
  // Whole days, so that the query keeps its key while the screen is open.
  const [now] = useState(() => Math.ceil(Date.now() / DAY_MS) * DAY_MS);
  const from = new Date(now - days * DAY_MS).toISOString();
  const { data, error, isPending, refetch } = useQuery(
    coverageQuery({ from, to: new Date(now).toISOString() }),
  );
  return (
    <>
      <BackLink to="/desk" text={t('back')} />
      <TitleRow title={t('title')} lead={t('lead')}>
        <SelectField
          label={t('period')}
          value={String(days)}
          onChange={(value) => setDays(Number(value))}
          options={PERIODS.map((d) => ({ value: String(d), label: t(`period_${d}`) }))}
        />
      </TitleRow>
      {isPending && <Loading />}
      {error !== null && <ProblemNotice problem={error} retry={() => void refetch()} />}
      {data !== undefined && data.report.rows.length === 0 && (
        <EmptyState title={t('none')}>
          <Paragraph>{t('noneAdvice')}</Paragraph>
        </EmptyState>
      )}
      {data !== undefined && data.report.rows.length > 0 && (
        <>
          <CoverageMonths rows={data.report.rows} />
          <ByDetector rows={data.report.rows} />
          <Silent rows={data.report.rows} />
        </>
      )}
      {data !== undefined && (
        <section className="card" aria-labelledby="statement">
          <Heading2 id="statement">{t('statement')}</Heading2>
          <Paragraph>{t('statementLead')}</Paragraph>
          <Button
            onClick={() =>
              saveText(`${t('file')}.json`, JSON.stringify(data.envelope, null, 2), 'json')
            }
          >
            {t('save')}
          </Button>
        </section>
      )}
    </>
  );
}

type Rows = Coverage['report']['rows'];

/** Over all months and systems: what each detector judged, and the reasons for what it did not. */
function ByDetector({ rows }: { rows: Rows }) {
  const { t, i18n } = useTranslation('coverage');
  const format = useFormat();
  const sayReasons = useUnjudged();
  const sayFile = (file: string): string => {
    const key = `sources:reference.names.${file}`;
    return i18n.exists(key) ? String(i18n.t(key as never)) : file;
  };
  const all = new Map<string, Rows[number]['detectors']>();
  for (const row of rows)
    for (const each of row.detectors)
      all.set(each.detector, [...(all.get(each.detector) ?? []), each]);
  return (
    <section className="card" aria-labelledby="by-detector">
      <Heading2 id="by-detector">{t('detectors')}</Heading2>
      <DataTable
        caption={t('detectorsCaption')}
        columns={[
          { title: t('detector') },
          { title: t('versions') },
          { title: t('judged'), isNumber: true },
          { title: t('notJudged') },
          { title: t('missing') },
        ]}
        rows={[...all].map(([detector, parts]) => [
          detector,
          [...new Set(parts.map((p) => (p.version === null ? '–' : String(p.version))))].join(', '),
          format.count(parts.reduce((sum, p) => sum + p.judged, 0)),
          sayReasons(parts.map((p) => p.notJudged)),
          [...new Set(parts.flatMap((p) => p.missing))].map(sayFile).join(', ') || '–',
        ])}
      />
    </section>
  );
}

/** When nothing came from a source that usually speaks. */
function Silent({ rows }: { rows: Rows }) {
  const { t } = useTranslation('coverage');
  const silent = rows.flatMap((row) => row.silent.map((s) => ({ system: row.system, ...s })));
  if (silent.length === 0) return null;
  return (
    <section className="card" aria-labelledby="silent">
      <Heading2 id="silent">{t('silent')}</Heading2>
      <DataTable
        caption={t('silentCaption')}
        columns={[{ title: t('system') }, { title: t('from') }, { title: t('to') }]}
        rows={silent.map((s) => [
          s.instance === '' ? s.system : `${s.system} (${s.instance})`,
          s.from,
          s.to,
        ])}
      />
    </section>
  );
}
