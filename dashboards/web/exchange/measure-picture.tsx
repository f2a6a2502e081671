import { Heading3, Paragraph } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import { scaleOf } from '../charts/scale.ts';
import type { Benchmark } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { FigureWithTable } from '../ui/figure-with-table.tsx';
import { useTypologyTitle } from '../ui/marks.tsx';
import { ScrollRegion } from '../ui/scroll-region.tsx';
import type { Others } from './comparison.tsx';

type Typology = Benchmark['typologies'][number];
type Measure = 'rate' | 'precision';
/** Narrow, with the words above their line: all of it is to be seen on a telephone. */
const WIDTH = 360;
const SIDE = 10;
const LANE = 46;
const LINE = 32;
const AXIS = 24;

/**
 * One line for each kind of alert, with a diamond for the own municipality, a stroke for the median of the
 * others and a ring for each of them, through which one sees what lies below. What is too small to be told
 * is on no line; the table says so.
 */
export function MeasurePicture(props: {
  measure: Measure;
  typologies: readonly Typology[];
  others: Others;
}) {
  const { measure, typologies, others } = props;
  const { t } = useTranslation('exchange');
  const format = useFormat();
  const titleOf = useTypologyTitle();
  const say = (value: number): string =>
    measure === 'rate' ? format.count(value) : format.percent(value);
  const table = (value: number | null): string => (value === null ? t('compare.few') : say(value));
  const lanes = typologies.map((each) => ({
    ...{ typology: each.typology, title: titleOf(each.typology) },
    ...{ own: each.own[measure], median: measure === 'rate' ? each.medianRate : null },
    others: new Map(each.others.map((o) => [o.exchangeId, o[measure]])),
  }));
  const told = (lane: (typeof lanes)[number]): number[] =>
    [lane.own, ...lane.others.values()].flatMap((value) => value ?? []);
  const drawn = lanes.filter((lane) => told(lane).length > 0);
  const title = t(`compare.${measure}`);
  if (drawn.length === 0)
    return (
      <div>
        <Heading3>{title}</Heading3>
        <Paragraph>{t('compare.nothing')}</Paragraph>
      </div>
    );
  const most = measure === 'rate' ? Math.max(...drawn.flatMap(told)) || 1 : 1;
  const x = scaleOf(0, most, SIDE, WIDTH - SIDE);
  const summary = t('compare.summary', { count: others.size });
  const height = drawn.length * LANE;
  return (
    <FigureWithTable
      title={title}
      summary={summary}
      columns={[
        { title: t('compare.typology') },
        { title: t('compare.own'), isNumber: true },
        ...(measure === 'rate' ? [{ title: t('compare.median'), isNumber: true }] : []),
        ...[...others.values()].map((name) => ({ title: name, isNumber: true })),
      ]}
      rows={lanes.map((lane) => [
        lane.title,
        table(lane.own),
        ...(measure === 'rate' ? [lane.median === null ? '–' : say(lane.median)] : []),
        ...[...others.keys()].map((id) => table(lane.others.get(id) ?? null)),
      ])}
    >
      <ScrollRegion name={title} className="picture">
        <svg
          viewBox={`0 0 ${WIDTH} ${height + AXIS}`}
          className="compare"
          role="img"
          aria-label={`${title}. ${summary}`}
        >
          {drawn.map((lane, i) => {
            const y = i * LANE + LINE;
            return (
              <g key={lane.typology}>
                <text x={0} y={y - 17} className="axis">
                  {lane.title}
                </text>
                <line x1={SIDE} x2={WIDTH - SIDE} y1={y} y2={y} className="lane" />
                {lane.median !== null && (
                  <line
                    x1={x(lane.median)}
                    x2={x(lane.median)}
                    y1={y - 11}
                    y2={y + 11}
                    className="compare__median"
                  />
                )}
                {lane.own !== null && (
                  <path d={`M${x(lane.own)} ${y - 9}l9 9l-9 9l-9 -9z`} className="compare__own" />
                )}
                {[...lane.others].map(
                  ([id, value]) =>
                    value !== null && (
                      <circle key={id} cx={x(value)} cy={y} r={6} className="compare__other" />
                    ),
                )}
              </g>
            );
          })}
          {[0, most / 2, most].map((value) => (
            <text
              key={value}
              x={x(value)}
              y={height + 16}
              textAnchor={value === most ? 'end' : value === 0 ? 'start' : 'middle'}
              className="axis"
            >
              {say(value)}
            </text>
          ))}
        </svg>
      </ScrollRegion>
      <ul className="legend">
        <li className="legend__diamond">{t('compare.own')}</li>
        <li className="legend__circle">{t('compare.other')}</li>
        {measure === 'rate' && <li className="legend__median">{t('compare.median')}</li>}
      </ul>
    </FigureWithTable>
  );
}
