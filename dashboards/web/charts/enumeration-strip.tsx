import { useTranslation } from 'react-i18next';
import { useFormat } from '../shell/format.ts';
import { FigureWithTable } from '../ui/figure-with-table.tsx';
import { ScrollRegion } from '../ui/scroll-region.tsx';

const CELL = 16;
const PER_ROW = 40;
const MAX_CELLS = 400;
/** Shorter than this there is hardly time to do anything with what was found. */
const SHORT_SECONDS = 30;

/** The lookups of an alert in the order they came: filled where one followed at once on the one before. */
export function EnumerationStrip(props: { title: string; instants: readonly string[] }) {
  const { t } = useTranslation('charts');
  const format = useFormat();
  const at = props.instants.map((instant) => Date.parse(instant)).sort((a, b) => a - b);
  const pauses = at.map((instant, i) =>
    i === 0 ? null : Math.round((instant - (at[i - 1] ?? instant)) / 1000),
  );
  const isShort = (pause: number | null): boolean => pause !== null && pause <= SHORT_SECONDS;
  const minutes = Math.round(((at.at(-1) ?? 0) - (at[0] ?? 0)) / 60_000);
  const summary = t('run.summary', {
    searches: format.count(at.length),
    next: format.count(pauses.filter(isShort).length),
    minutes: format.count(minutes),
    seconds: SHORT_SECONDS,
  });
  const shown = pauses.slice(0, MAX_CELLS);
  const rows = Math.ceil(shown.length / PER_ROW);
  return (
    <FigureWithTable
      title={props.title}
      summary={summary}
      columns={[
        { title: t('run.number') },
        { title: t('run.when') },
        { title: t('run.step'), isNumber: true },
      ]}
      rows={at.map((instant, i) => [
        format.count(i + 1),
        format.exact(instant),
        pauses[i] == null ? '–' : format.count(pauses[i] ?? 0),
      ])}
    >
      <ScrollRegion name={props.title} className="picture">
        <svg
          viewBox={`0 0 ${PER_ROW * CELL} ${rows * (CELL + 4)}`}
          className="strip"
          role="img"
          aria-label={summary}
        >
          {shown.map((pause, i) => (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: the place in the run is the identity
              key={i}
              x={(i % PER_ROW) * CELL + 1}
              y={Math.floor(i / PER_ROW) * (CELL + 4) + 1}
              width={CELL - 3}
              height={CELL - 2}
              rx={2}
              className={isShort(pause) ? 'strip__next' : 'strip__other'}
            />
          ))}
        </svg>
      </ScrollRegion>
      <ul className="legend">
        <li className="legend__next">{t('run.next', { seconds: SHORT_SECONDS })}</li>
        <li className="legend__other">{t('run.other')}</li>
      </ul>
    </FigureWithTable>
  );
}
