import { useQuery } from '@tanstack/react-query';
import { Button, Heading2, Paragraph } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import { breachRegisterQuery } from '../data/breaches.ts';
import type { BreachRegister } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { ProblemNotice } from '../ui/answers.tsx';
import { DataTable, FigureWithTable } from '../ui/figure-with-table.tsx';
import { HelpTerm } from '../ui/help-term.tsx';
import { saveText } from '../ui/save-text.ts';
import { ScrollRegion } from '../ui/scroll-region.tsx';
import { CAUSES, INFORM, RISKS } from './breach-words.ts';

type Row = BreachRegister['rows'][number];
type Trend = BreachRegister['trends'][number];

/** The register of article 33(5), notified or not, and what it tells when it is read as a whole. */
export function RegisterSection() {
  const { t } = useTranslation('breaches');
  const { data, error } = useQuery(breachRegisterQuery);
  return (
    <section className="card" aria-label={t('register.title')}>
      <Heading2>
        <HelpTerm term="breachRegister">{t('register.title')}</HelpTerm>
      </Heading2>
      <Paragraph>{t('register.lead')}</Paragraph>
      {error !== null && <ProblemNotice problem={error} />}
      {data?.rows.length === 0 && <Paragraph>{t('register.none')}</Paragraph>}
      {data !== undefined && data.rows.length > 0 && (
        <>
          <RegisterTable rows={data.rows} />
          <div className="buttons no-print">
            <Button onClick={() => saveText(`${t('register.file')}.csv`, data.csv, 'csv')}>
              {t('register.save')}
            </Button>
          </div>
          <Trends trends={data.trends} />
        </>
      )}
    </section>
  );
}

function RegisterTable({ rows }: { rows: readonly Row[] }) {
  const { t } = useTranslation('breaches');
  const format = useFormat();
  /** An empty cell is "not recorded", never "no". */
  const of = (row: Row, column: string): string | undefined => row[column] || undefined;
  const day = (row: Row, column: string): string => {
    const at = of(row, column);
    return at === undefined ? '–' : format.date(at);
  };
  return (
    <DataTable
      caption={t('register.caption')}
      columns={[
        { title: t('field.what') },
        { title: t('field.cause') },
        { title: t('field.people'), isNumber: true },
        { title: t('field.risk') },
        { title: t('register.aware') },
        { title: t('register.notified') },
        { title: t('register.inform') },
        { title: t('register.informed'), isNumber: true },
        { title: t('field.measuresAfter') },
        { title: t('field.lesson') },
      ]}
      rows={rows.map((row) => {
        const cause = CAUSES.find((c) => c === row['cause']);
        const risk = RISKS.find((r) => r === row['risk']);
        const inform = INFORM.find((d) => d === row['informDecision']);
        return [
          of(row, 'what') ?? t('unnamed'),
          cause === undefined ? '–' : t(`cause.${cause}`),
          of(row, 'peopleMost') ?? '–',
          risk === undefined ? '–' : t(`risk.${risk}`),
          day(row, 'awareAt'),
          of(row, 'notNotifiableReason') === undefined
            ? day(row, 'notifiedAt')
            : t('clockState.not-notifiable'),
          inform === undefined ? '–' : t(`inform.${inform}`),
          of(row, 'informedNumber') ?? '–',
          of(row, 'measures') ?? '–',
          of(row, 'lesson') ?? '–',
        ];
      })}
    />
  );
}

const BAR = 26;
const LEFT = 190;
const ROW = 46;

/** Breaches per quarter and cause as bars; every cause has the same scale. */
function Trends({ trends }: { trends: readonly Trend[] }) {
  const { t } = useTranslation('breaches');
  const format = useFormat();
  const causeOf = (name: string): string => {
    const cause = CAUSES.find((c) => c === name);
    return cause === undefined ? t('register.noCause') : t(`cause.${cause}`);
  };
  const quarters = trends[0]?.quarters.map((q) => q.quarter).slice(-12) ?? [];
  const most = Math.max(1, ...trends.flatMap((tr) => tr.quarters.map((q) => q.breaches)));
  const total = trends.reduce((sum, tr) => sum + tr.total, 0);
  const late = trends.reduce((sum, tr) => sum + tr.notifiedLate, 0);
  const summary = t('register.summary', {
    total: format.count(total),
    late: format.count(late),
    causes: format.count(trends.length),
  });
  // Never narrower than the other pictures: a narrow one would be blown up with its letters.
  const width = Math.max(720, LEFT + quarters.length * (BAR + 10));
  const height = trends.length * ROW + 24;
  return (
    <FigureWithTable
      title={t('register.trends')}
      summary={summary}
      columns={[
        { title: t('field.cause') },
        { title: t('register.total'), isNumber: true },
        { title: t('register.lateCount'), isNumber: true },
        { title: t('register.withLesson'), isNumber: true },
        { title: t('register.change'), isNumber: true },
        ...quarters.map((q) => ({ title: quarterWord(q), isNumber: true })),
      ]}
      rows={trends.map((tr) => [
        causeOf(tr.cause),
        format.count(tr.total),
        format.count(tr.notifiedLate),
        format.count(tr.withLesson),
        tr.change === null ? '–' : format.count(tr.change),
        ...tr.quarters.slice(-12).map((q) => format.count(q.breaches)),
      ])}
    >
      <ScrollRegion name={t('register.trends')} className="picture">
        <svg viewBox={`0 0 ${width} ${height}`} className="trends" role="img" aria-label={summary}>
          {trends.map((tr, row) => (
            <g key={tr.cause} transform={`translate(0 ${row * ROW})`}>
              <text x={0} y={ROW - 12} className="axis">
                {causeOf(tr.cause)}
              </text>
              <line x1={LEFT} x2={width} y1={ROW - 8} y2={ROW - 8} className="lane" />
              {tr.quarters.slice(-12).map((q, i) => {
                const size = (q.breaches / most) * (ROW - 22);
                return (
                  <g key={q.quarter} transform={`translate(${LEFT + i * (BAR + 10)} 0)`}>
                    <rect y={ROW - 8 - size} width={BAR} height={size} className="bar__part" />
                    {q.breaches > 0 && (
                      <text x={BAR / 2} y={ROW - 11 - size} textAnchor="middle" className="axis">
                        {format.count(q.breaches)}
                      </text>
                    )}
                  </g>
                );
              })}
            </g>
          ))}
          {quarters.map((q, i) => (
            <text
              key={q}
              x={LEFT + i * (BAR + 10) + BAR / 2}
              y={height - 6}
              textAnchor="middle"
              className="axis"
            >
              {shortQuarter(q)}
            </text>
          ))}
        </svg>
      </ScrollRegion>
    </FigureWithTable>
  );
}

/** `2026-Q1` as people write it, and short enough for an axis. */
const quarterWord = (quarter: string): string => quarter.replace('-', ' ');
const shortQuarter = (quarter: string): string => `${quarter.slice(5)} ’${quarter.slice(2, 4)}`;
