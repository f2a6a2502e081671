import { Heading2 } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import type { Coverage } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { FigureWithTable } from '../ui/figure-with-table.tsx';
import { ScrollRegion } from '../ui/scroll-region.tsx';

type Rows = Coverage['report']['rows'];
type Reasons = Rows[number]['notJudged'];
const WIDTH = 720;
const LEFT = 200;
const RIGHT = 70;
const LANE = 28;
const DRAWN = 24;

/** Reasons for not judging with how many events each, most first. */
export function useUnjudged(): (parts: readonly Reasons[]) => string {
  const { t } = useTranslation('coverage');
  const format = useFormat();
  return (parts) => {
    const sums = new Map<keyof Reasons, number>();
    // The keys of these objects are reasons, by the schema of the answer.
    for (const part of parts)
      for (const [reason, events] of Object.entries(part))
        sums.set(reason as keyof Reasons, (sums.get(reason as keyof Reasons) ?? 0) + (events ?? 0));
    const said = [...sums]
      .filter(([, events]) => events > 0)
      .sort((a, b) => b[1] - a[1])
      .map(([reason, events]) =>
        t('reasonCount', { reason: t(`because.${reason}`), events: format.count(events) }),
      );
    return said.length === 0 ? '–' : said.join('; ');
  };
}

/** For each system and month how much was judged, as a bar with the same numbers in a table. */
export function CoverageMonths({ rows }: { rows: Rows }) {
  const { t } = useTranslation('coverage');
  const format = useFormat();
  const sayReasons = useUnjudged();
  const events = rows.reduce((sum, row) => sum + row.events, 0);
  const judged = rows.reduce((sum, row) => sum + row.judged, 0);
  const summary = t('summary', {
    events: format.count(events),
    share: format.share(judged, events),
  });
  const shown = rows.slice(0, DRAWN);
  return (
    <section className="card" aria-labelledby="months">
      <Heading2 id="months">{t('months')}</Heading2>
      <FigureWithTable
        title={t('picture')}
        summary={summary}
        columns={[
          { title: t('system') },
          { title: t('month') },
          { title: t('events'), isNumber: true },
          { title: t('judged'), isNumber: true },
          { title: t('share'), isNumber: true },
          { title: t('notJudged') },
        ]}
        rows={rows.map((row) => [
          row.system,
          row.month,
          format.count(row.events),
          format.count(row.judged),
          format.share(row.judged, row.events),
          sayReasons([row.notJudged]),
        ])}
      >
        <ScrollRegion name={t('picture')} className="picture">
          <svg
            viewBox={`0 0 ${WIDTH} ${shown.length * LANE + 4}`}
            className="common"
            role="img"
            aria-label={summary}
          >
            {shown.map((row, i) => {
              const share = row.events === 0 ? 0 : row.judged / row.events;
              const width = WIDTH - LEFT - RIGHT;
              return (
                <g key={`${row.system} ${row.month}`} transform={`translate(0 ${i * LANE})`}>
                  <text x={0} y={19} className="axis">
                    {`${row.system} ${row.month}`}
                  </text>
                  <rect x={LEFT} y={7} width={width} height={16} className="bar__ground" />
                  <rect x={LEFT} y={7} width={share * width} height={16} className="bar__part" />
                  <text x={WIDTH - RIGHT + 8} y={19} className="axis">
                    {format.percent(share)}
                  </text>
                </g>
              );
            })}
          </svg>
        </ScrollRegion>
      </FigureWithTable>
    </section>
  );
}
