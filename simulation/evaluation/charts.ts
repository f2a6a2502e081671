// Small charts as SVG text: readable in a browser, in a diff and on paper, without a library.
const WIDTH = 720;
const COLOURS = ['#154273', '#c2571a', '#2f7d5b', '#7a3e8f', '#8a6d00'];
const FONT = 'font-family="sans-serif" font-size="12"';

export type Bar = {
  label: string;
  values: { value: number | null; low?: number; high?: number }[];
};
export type Line = {
  name: string;
  isDashed?: boolean;
  points: readonly (readonly [number, number])[];
};

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const text = (x: number, y: number, body: string, more = ''): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" fill="#222" ${more}>${escaped(body)}</text>`;
const rule = (x1: number, y1: number, x2: number, y2: number, more = ''): string =>
  `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" ${more}/>`;
const colour = (at: number): string => COLOURS[at % COLOURS.length] ?? '#154273';

function page(
  title: string,
  description: string,
  height: number,
  parts: readonly string[],
): string {
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" ${FONT}>`,
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(description)}</desc>`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    text(12, 20, title, 'font-size="15" font-weight="bold"'),
    ...parts,
    '</svg>',
  ].join('\n')}\n`;
}

function legend(names: readonly string[], y: number): string[] {
  let x = 12;
  return names.flatMap((name, at) => {
    const parts = [
      `<rect x="${x}" y="${y - 9}" width="10" height="10" fill="${colour(at)}"/>`,
      text(x + 15, y, name),
    ];
    x += 30 + name.length * 6.6;
    return parts;
  });
}

/** Horizontal bars from 0 to 1, one group a row, with 95 % intervals where given. */
export function barChart(
  title: string,
  description: string,
  series: readonly string[],
  bars: readonly Bar[],
): string {
  const [left, top, thick] = [150, 62, 9];
  const rowHeight = series.length * (thick + 2) + 8;
  const scale = (value: number) => left + value * (WIDTH - left - 60);
  const height = top + bars.length * rowHeight + 24;
  const grid = [0, 0.25, 0.5, 0.75, 1].flatMap((at) => [
    rule(scale(at), top - 6, scale(at), height - 20, 'stroke="#ddd"'),
    text(scale(at) - 8, height - 6, String(at)),
  ]);
  const rows = bars.flatMap(({ label, values }, row) => {
    const y = top + row * rowHeight;
    const drawn = values.flatMap(({ value, low, high }, at) => {
      const barY = y + at * (thick + 2);
      if (value === null) return [text(left + 4, barY + 9, '–')];
      const width = Math.max(1, scale(value) - left).toFixed(1);
      const bar = `<rect x="${left}" y="${barY}" width="${width}" height="${thick}" fill="${colour(at)}"/>`;
      const label = text(WIDTH - 52, barY + 9, value.toFixed(2), 'font-size="11"');
      if (low === undefined || high === undefined) return [bar, label];
      const middle = barY + thick / 2;
      return [bar, rule(scale(low), middle, scale(high), middle, 'stroke="#000"'), label];
    });
    return [text(8, y + rowHeight / 2, label), ...drawn];
  });
  return page(title, description, height, [...legend(series, 42), ...grid, ...rows]);
}

/** Lines over a logarithmic horizontal axis; the vertical axis runs from 0 to 1. */
export function lineChart(
  title: string,
  description: string,
  axis: string,
  lines: readonly Line[],
): string {
  const [left, top, height, bottom] = [50, 62, 380, 46];
  const xs = [...new Set(lines.flatMap(({ points }) => points.map(([x]) => x)))].sort(
    (a, b) => a - b,
  );
  const [least, most] = [Math.log(xs[0] ?? 0.1), Math.log(xs.at(-1) ?? 1)];
  const x = (value: number) =>
    left + ((Math.log(value) - least) / (most - least || 1)) * (WIDTH - left - 40);
  const y = (value: number) => top + (1 - value) * (height - top - bottom);
  const grid = [
    ...[0, 0.25, 0.5, 0.75, 1].flatMap((at) => [
      rule(left, y(at), WIDTH - 40, y(at), 'stroke="#ddd"'),
      text(12, y(at) + 4, String(at)),
    ]),
    ...xs.map((at) => text(x(at) - 8, height - bottom + 18, String(at))),
    text(left, height - 8, axis),
  ];
  const drawn = lines.flatMap(({ points, isDashed }, at) => {
    const path = points.map(([px, py]) => `${x(px).toFixed(1)},${y(py).toFixed(1)}`).join(' ');
    const dash = isDashed ? ' stroke-dasharray="5 4"' : '';
    const stroke = `stroke="${colour(at)}" stroke-width="2" fill="none"`;
    const dots = points.map(
      ([px, py]) =>
        `<circle cx="${x(px).toFixed(1)}" cy="${y(py).toFixed(1)}" r="3" fill="${colour(at)}"/>`,
    );
    return [`<polyline points="${path}" ${stroke}${dash}/>`, ...(isDashed ? [] : dots)];
  });
  const names = lines.map(({ name }) => name);
  return page(title, description, height, [...legend(names, 42), ...grid, ...drawn]);
}
