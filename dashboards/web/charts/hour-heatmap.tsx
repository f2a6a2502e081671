import { useTranslation } from 'react-i18next';
import { useFormat } from '../shell/format.ts';
import { FigureWithTable } from '../ui/figure-with-table.tsx';
import { ScrollRegion } from '../ui/scroll-region.tsx';
import { levelOf } from './scale.ts';

/** Lookups in one hour of the week; `weekday` 0 is Monday, `hour` is local. */
export type HourCount = { weekday: number; hour: number; count: number; inAlert: number };

const CELL = 22;
const LEFT = 36;
const TOP = 20;
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const WEEKDAYS = [0, 1, 2, 3, 4, 5, 6];

/** When in the week this official looks things up, with the hours of the alert marked by a ring. */
export function HourHeatmap({ title, hours }: { title: string; hours: readonly HourCount[] }) {
  const { t } = useTranslation('charts');
  const format = useFormat();
  const at = new Map(hours.map((h) => [h.weekday * 24 + h.hour, h]));
  const largest = hours.reduce((most, h) => Math.max(most, h.count), 0);
  const inAlert = hours.reduce((sum, h) => sum + h.inAlert, 0);
  const outside = hours
    .filter((h) => h.weekday > 4 || h.hour < 6 || h.hour >= 19)
    .reduce((sum, h) => sum + h.inAlert, 0);
  const summary = t('hours.summary', {
    inAlert: format.count(inAlert),
    outside: format.count(outside),
  });
  return (
    <FigureWithTable
      title={title}
      summary={summary}
      columns={[
        { title: t('hours.when') },
        { title: t('hours.count'), isNumber: true },
        { title: t('hours.inAlert'), isNumber: true },
      ]}
      rows={hours
        .filter((h) => h.count > 0)
        .map((h) => [
          t('hours.hour', { day: format.weekday(h.weekday), from: h.hour, to: h.hour + 1 }),
          format.count(h.count),
          format.count(h.inAlert),
        ])}
    >
      <ScrollRegion name={title} className="picture">
        <svg
          viewBox={`0 0 ${LEFT + 24 * CELL + 4} ${TOP + 7 * CELL + 4}`}
          className="heatmap"
          role="img"
          aria-label={summary}
        >
          {HOURS.filter((hour) => hour % 3 === 0).map((hour) => (
            <text key={hour} x={LEFT + hour * CELL} y={TOP - 6} className="axis">
              {hour}
            </text>
          ))}
          {WEEKDAYS.map((day) => (
            <g key={day}>
              <text x={0} y={TOP + day * CELL + CELL * 0.7} className="axis">
                {format.weekday(day, 'short')}
              </text>
              {HOURS.map((hour) => {
                const found = at.get(day * 24 + hour);
                const x = LEFT + hour * CELL;
                const y = TOP + day * CELL;
                return (
                  <g key={hour}>
                    <rect
                      x={x + 1}
                      y={y + 1}
                      width={CELL - 2}
                      height={CELL - 2}
                      rx={2}
                      className={`heat heat--${levelOf(found?.count ?? 0, largest)}`}
                    />
                    {(found?.inAlert ?? 0) > 0 && (
                      <circle
                        cx={x + CELL / 2}
                        cy={y + CELL / 2}
                        r={CELL / 2 - 4}
                        className="ring"
                      />
                    )}
                  </g>
                );
              })}
            </g>
          ))}
          <rect
            x={LEFT + 6 * CELL}
            y={TOP}
            width={13 * CELL}
            height={5 * CELL}
            className="office"
          />
        </svg>
      </ScrollRegion>
      <ul className="legend">
        <li className="legend__heat">{t('hours.scale', { most: format.count(largest) })}</li>
        <li className="legend__ring">{t('hours.ring')}</li>
        <li className="legend__office">{t('hours.office')}</li>
      </ul>
    </FigureWithTable>
  );
}
