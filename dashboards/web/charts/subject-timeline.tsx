import { useTranslation } from 'react-i18next';
import { useFormat } from '../shell/format.ts';
import { FigureWithTable } from '../ui/figure-with-table.tsx';
import { ScrollRegion } from '../ui/scroll-region.tsx';
import { shortToken } from '../ui/token.tsx';
import { scaleOf } from './scale.ts';

export type TimelineLookup = {
  /** RFC 3339. */
  occurredAt: string;
  officialNumber: number;
  unit: string;
  system: string;
  hasCaseRef: boolean;
  isOfAlert: boolean;
  /** The token of the official where it may be shown; else only the number is. */
  token?: string | undefined;
};

const WIDTH = 720;
const LEFT = 120;
const LANE = 30;
const TOP = 12;
const MAX_LANES = 20;
/** At most so many dates below, evenly spread. */
const TICKS = 6;

/** Everyone who looked at one person, each official a numbered lane of their own. */
export function SubjectTimeline(props: {
  title: string;
  lookups: readonly TimelineLookup[];
  isCut: boolean;
  /** Lanes that are drawn at most; the table holds all. */
  maxLanes?: number;
}) {
  const { t } = useTranslation('charts');
  const format = useFormat();
  const lookups = [...props.lookups].sort((a, b) => atOf(a) - atOf(b));
  const first = lookups[0] === undefined ? 0 : atOf(lookups[0]);
  const last = lookups.at(-1) === undefined ? 0 : atOf(lookups.at(-1) ?? { occurredAt: '' });
  const lanes = [...new Set(lookups.map((l) => l.officialNumber))];
  const maxLanes = props.maxLanes ?? MAX_LANES;
  const shown = lanes.slice(0, maxLanes);
  const tokens = new Map(lookups.map((l) => [l.officialNumber, l.token]));
  const nameOf = (official: number): string => {
    const token = tokens.get(official);
    return token === undefined
      ? t('timeline.officialNumber', { number: official })
      : shortToken(token);
  };
  const ticks = Array.from({ length: TICKS }, (_, i) => first + ((last - first) * i) / (TICKS - 1))
    // A date is named once, however short the time is.
    .filter((at, i, all) => i === 0 || format.date(at) !== format.date(all[i - 1] ?? 0));
  const x = scaleOf(first, last, LEFT + 10, WIDTH - 14);
  const height = TOP + shown.length * LANE + 26;
  const summary = t('timeline.summary', {
    lookups: format.count(lookups.length),
    officials: format.count(lanes.length),
    unexplained: format.count(lookups.filter((l) => !l.hasCaseRef).length),
  });
  return (
    <FigureWithTable
      title={props.title}
      summary={summary}
      columns={[
        { title: t('timeline.when') },
        { title: t('timeline.official') },
        { title: t('timeline.unit') },
        { title: t('timeline.system') },
        { title: t('timeline.work') },
        { title: t('timeline.inAlert') },
      ]}
      rows={lookups.map((l) => [
        format.exact(l.occurredAt),
        nameOf(l.officialNumber),
        l.unit,
        l.system,
        l.hasCaseRef ? t('timeline.found') : t('timeline.notFound'),
        l.isOfAlert ? t('yes') : t('no'),
      ])}
    >
      <ScrollRegion name={props.title} className="picture">
        <svg
          viewBox={`0 0 ${WIDTH} ${height}`}
          className="timeline"
          role="img"
          aria-label={summary}
        >
          {shown.map((official, lane) => {
            const y = TOP + lane * LANE + 15;
            return (
              <g key={official}>
                <text
                  x={0}
                  y={y + 4}
                  className={tokens.get(official) === undefined ? 'axis' : 'axis axis--token'}
                >
                  {nameOf(official)}
                </text>
                <line x1={LEFT} x2={WIDTH} y1={y} y2={y} className="lane" />
                {lookups
                  .filter((l) => l.officialNumber === official)
                  .map((l, i) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: two lookups may share all they have
                    <Mark key={i} x={x(atOf(l))} y={y} lookup={l} />
                  ))}
              </g>
            );
          })}
          {ticks.map((at, i) => (
            <g key={at}>
              <line x1={x(at)} x2={x(at)} y1={height - 24} y2={height - 18} className="lane" />
              <text
                x={x(at)}
                y={height - 6}
                textAnchor={anchorOf(i, ticks.length)}
                className="axis"
              >
                {format.date(at)}
              </text>
            </g>
          ))}
        </svg>
      </ScrollRegion>
      <ul className="legend">
        <li className="legend__circle">{t('timeline.found')}</li>
        <li className="legend__diamond">{t('timeline.notFound')}</li>
      </ul>
      {props.isCut && <p className="soft">{t('timeline.cut')}</p>}
      {lanes.length > maxLanes && <p>{t('timeline.more', { count: lanes.length - maxLanes })}</p>}
    </FigureWithTable>
  );
}

/** The first and last date stay inside the picture. */
const anchorOf = (i: number, of: number): 'start' | 'middle' | 'end' =>
  of === 1 ? 'middle' : i === 0 ? 'start' : i === of - 1 ? 'end' : 'middle';

const atOf = ({ occurredAt }: { occurredAt: string }): number => Date.parse(occurredAt);

/** A circle with a case number, a diamond without: the shape says it, the colour repeats it. */
function Mark({ x, y, lookup }: { x: number; y: number; lookup: TimelineLookup }) {
  const r = lookup.isOfAlert ? 7 : 5;
  return lookup.hasCaseRef ? (
    <circle cx={x} cy={y} r={r} className="mark mark--explained" />
  ) : (
    <path
      d={`M${x} ${y - r}L${x + r} ${y}L${x} ${y + r}L${x - r} ${y}Z`}
      className="mark mark--open"
    />
  );
}
