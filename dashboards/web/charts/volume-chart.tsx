import 'uplot/dist/uPlot.min.css';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import uPlot from 'uplot';
import { useFormat } from '../shell/format.ts';
import { FigureWithTable } from '../ui/figure-with-table.tsx';

export type VolumeDay = {
  /** ISO date of the local day. */
  day: string;
  own: number | null;
  /** Median of the official's own days before; null when there are too few. */
  usual: number | null;
  /** Ordinary range of the peer group that day: 10th and 90th percentile; null when there are too few peers. */
  peerLow: number | null;
  peerHigh: number | null;
};

const HEIGHT = 240;

/** Own history against the range of the peers, with the day (or days) of the alert marked. */
export function VolumeChart(props: {
  title: string;
  days: readonly VolumeDay[];
  marked: readonly string[];
  unit: string;
}) {
  const { days, marked, unit } = props;
  const { t } = useTranslation('charts');
  const format = useFormat();
  const box = useRef<HTMLDivElement>(null);
  const hasPeers = days.some((d) => d.peerHigh !== null);
  const data = useMemo(() => columnsOf(days), [days]);
  const isMarked = useMemo(() => new Set(marked), [marked]);
  const top = days.filter((d) => isMarked.has(d.day)).reduce((m, d) => Math.max(m, d.own ?? 0), 0);
  const usual = medianOf(days.filter((d) => !isMarked.has(d.day)).map((d) => d.own));
  const summary = t('volume.summary', {
    days: days.length,
    top: format.count(top),
    usual: usual === null ? '–' : format.count(usual),
    unit,
  });

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const draw = (): uPlot =>
      new uPlot(optionsOf(element, isMarked, days, format.day), data, element);
    let plot = draw();
    // The theme may change under the chart; a canvas does not follow the style sheet by itself.
    const redraw = (): void => {
      plot.destroy();
      plot = draw();
    };
    const resized = new ResizeObserver(() =>
      plot.setSize({ width: Math.max(240, element.clientWidth), height: HEIGHT }),
    );
    resized.observe(element);
    const theme = new MutationObserver(redraw);
    theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', redraw);
    return () => {
      resized.disconnect();
      theme.disconnect();
      scheme.removeEventListener('change', redraw);
      plot.destroy();
    };
  }, [data, days, isMarked, format]);

  return (
    <FigureWithTable
      title={props.title}
      summary={summary}
      columns={[
        { title: t('day') },
        { title: t('volume.own'), isNumber: true },
        { title: t('volume.usual'), isNumber: true },
        ...(hasPeers ? [{ title: t('volume.peers'), isNumber: true }] : []),
        { title: t('volume.inAlert') },
      ]}
      rows={days.map((d) => [
        format.day(d.day),
        d.own === null ? t('none') : format.count(d.own),
        d.usual === null ? t('none') : format.count(d.usual),
        ...(hasPeers
          ? [
              d.peerHigh === null
                ? t('none')
                : t('volume.range', {
                    low: format.count(d.peerLow ?? 0),
                    high: format.count(d.peerHigh),
                  }),
            ]
          : []),
        isMarked.has(d.day) ? t('yes') : t('no'),
      ])}
    >
      <div ref={box} className="chart" role="img" aria-label={summary} />
      <ul className="legend">
        <li className="legend__line">{t('volume.own')}</li>
        <li className="legend__usual">{t('volume.usual')}</li>
        {hasPeers && <li className="legend__band">{t('volume.peersBand')}</li>}
        <li className="legend__mark">{t('volume.marked')}</li>
      </ul>
    </FigureWithTable>
  );
}

const medianOf = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((v): v is number => v !== null && v > 0).sort((a, b) => a - b);
  return known[Math.floor(known.length / 2)] ?? null;
};

const columnsOf = (days: readonly VolumeDay[]): uPlot.AlignedData => [
  days.map((d) => Date.parse(d.day) / 1000),
  days.map((d) => d.peerHigh),
  days.map((d) => d.peerLow),
  days.map((d) => d.usual),
  days.map((d) => d.own),
];

/** A canvas takes no CSS variables: their value is read where the chart stands. */
function colourOf(element: HTMLElement, name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function optionsOf(
  element: HTMLElement,
  marked: ReadonlySet<string>,
  days: readonly VolumeDay[],
  sayDay: (day: string) => string,
): uPlot.Options {
  const ink = colourOf(element, '--inz-ink-soft');
  const line = colourOf(element, '--inz-line');
  const own = colourOf(element, '--inz-accent');
  const band = colourOf(element, '--inz-band');
  const mark = colourOf(element, '--inz-high');
  const font = `12px ${getComputedStyle(element).fontFamily}`;
  const axis = { stroke: ink, font, grid: { stroke: line, width: 1 }, ticks: { stroke: line } };
  return {
    width: Math.max(240, element.clientWidth),
    height: HEIGHT,
    // Days are written as UTC midnights; no zone may shift them.
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'UTC'),
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: true }, y: { range: (_, __, max) => [0, Math.max(5, max * 1.1)] } },
    axes: [
      {
        ...axis,
        values: (_, at) => at.map((s) => sayDay(new Date(s * 1000).toISOString())),
        space: 110,
      },
      { ...axis, size: 48 },
    ],
    series: [
      {},
      { stroke: 'transparent', points: { show: false } },
      { stroke: 'transparent', points: { show: false } },
      { stroke: own, width: 1, dash: [4, 4], points: { show: false } },
      // Last, so that it lies on top of the band.
      { stroke: own, width: 2, points: { show: days.length < 60, size: 5 } },
    ],
    bands: [{ series: [1, 2], fill: band }],
    hooks: { draw: [(plot) => markDays(plot, marked, days, mark)] },
  };
}

/** The days of the alert: a dashed line and a diamond, so that the mark does not rest on its colour. */
function markDays(
  plot: uPlot,
  marked: ReadonlySet<string>,
  days: readonly VolumeDay[],
  colour: string,
): void {
  const { ctx } = plot;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.fillStyle = colour;
  ctx.lineWidth = 2 * devicePixelRatio;
  for (const day of days) {
    if (!marked.has(day.day)) continue;
    const x = plot.valToPos(Date.parse(day.day) / 1000, 'x', true);
    const y = plot.valToPos(day.own ?? 0, 'y', true);
    ctx.setLineDash([6, 5]);
    ctx.beginPath();
    ctx.moveTo(x, plot.bbox.top);
    ctx.lineTo(x, plot.bbox.top + plot.bbox.height);
    ctx.stroke();
    ctx.setLineDash([]);
    const r = 6 * devicePixelRatio;
    ctx.beginPath();
    ctx.moveTo(x, y - r);
    ctx.lineTo(x + r, y);
    ctx.lineTo(x, y + r);
    ctx.lineTo(x - r, y);
    ctx.closePath();
    ctx.fill();
  }
  ctx.restore();
}
