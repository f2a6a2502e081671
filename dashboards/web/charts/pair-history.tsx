import { useTranslation } from 'react-i18next';
import { useFormat } from '../shell/format.ts';
import { FigureWithTable } from '../ui/figure-with-table.tsx';
import { ScrollRegion } from '../ui/scroll-region.tsx';
import { levelOf } from './scale.ts';

/** Days in one month on which this official looked at this person. */
export type PairMonth = { year: number; month: number; days: number; inAlert: number };

const CELL = 46;
const HIGH = 34;
const LEFT = 52;
const TOP = 22;
const MONTHS = Array.from({ length: 12 }, (_, month) => month + 1);

/** One official and one person over the years: a row a year, a box a month, the number of days in it. */
export function PairHistory({ title, months }: { title: string; months: readonly PairMonth[] }) {
  const { t } = useTranslation('charts');
  const format = useFormat();
  const seen = months.filter((m) => m.days > 0);
  const years = yearsOf(months);
  const largest = seen.reduce((most, m) => Math.max(most, m.days), 0);
  const at = new Map(seen.map((m) => [m.year * 12 + m.month, m]));
  const summary = t('pair.summary', {
    days: format.count(seen.reduce((sum, m) => sum + m.days, 0)),
    months: format.count(seen.length),
    from: years[0] ?? '–',
    to: years.at(-1) ?? '–',
  });
  return (
    <FigureWithTable
      title={title}
      summary={summary}
      columns={[
        { title: t('pair.month') },
        { title: t('pair.days'), isNumber: true },
        { title: t('pair.inAlert'), isNumber: true },
      ]}
      rows={seen.map((m) => [
        format.month(m.year, m.month),
        format.count(m.days),
        format.count(m.inAlert),
      ])}
    >
      <ScrollRegion name={title} className="picture">
        <svg
          viewBox={`0 0 ${LEFT + 12 * CELL + 2} ${TOP + years.length * HIGH + 2}`}
          className="pairs"
          role="img"
          aria-label={summary}
        >
          {MONTHS.map((month) => (
            <text
              key={month}
              x={LEFT + (month - 0.5) * CELL}
              y={14}
              textAnchor="middle"
              className="axis"
            >
              {format.monthName(month)}
            </text>
          ))}
          {years.map((year, row) => (
            <g key={year}>
              <text x={0} y={TOP + row * HIGH + 22} className="axis">
                {year}
              </text>
              {MONTHS.map((month) => {
                const found = at.get(year * 12 + month);
                const level = levelOf(found?.days ?? 0, largest);
                return (
                  <g key={month}>
                    <rect
                      x={LEFT + (month - 1) * CELL + 1}
                      y={TOP + row * HIGH + 1}
                      width={CELL - 2}
                      height={HIGH - 2}
                      rx={3}
                      className={`heat heat--${level} ${(found?.inAlert ?? 0) > 0 ? 'heat--alert' : ''}`}
                    />
                    {found !== undefined && (
                      <text
                        x={LEFT + (month - 0.5) * CELL}
                        y={TOP + row * HIGH + 22}
                        textAnchor="middle"
                        className={level > 2 ? 'heat__number heat__number--on' : 'heat__number'}
                      >
                        {found.days}
                      </text>
                    )}
                  </g>
                );
              })}
            </g>
          ))}
        </svg>
      </ScrollRegion>
      <ul className="legend">
        <li className="legend__alert-box">{t('pair.alertBox')}</li>
      </ul>
    </FigureWithTable>
  );
}

function yearsOf(months: readonly PairMonth[]): number[] {
  const all = months.map((m) => m.year);
  if (all.length === 0) return [];
  const from = Math.min(...all);
  return Array.from({ length: Math.max(...all) - from + 1 }, (_, i) => from + i);
}
