import type { EvaluationReport } from './evaluate.ts';

const share = (value: number | null): string => (value === null ? '–' : value.toFixed(3));
const hours = (value: number | null): string => (value === null ? '–' : `${value.toFixed(1)} h`);

/** Columns padded to their widest cell; the first is text, the others are numbers. */
function table(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((r) => r[at]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, at) => (at < 2 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** The report as aligned text. */
export function formatReport(report: EvaluationReport): string {
  const recalls = [...report.recalls, report.recall].map((r) => [
    r.typology,
    r.level,
    `${r.found}/${r.incidents}`,
    share(r.recall),
    `${share(r.interval.low)}–${share(r.interval.high)}`,
  ]);
  const { low, high } = report.precisionInterval;
  const facts = [
    ['alerts', '', String(report.alerts)],
    ['true', '', String(report.truePositives)],
    ['false', '', String(report.falseAlerts)],
    ['duplicate', '', String(report.duplicates)],
    ['precision', `(95 %: ${share(low)}–${share(high)})`, share(report.precision)],
    ['false per 1,000 officials per day', '', share(report.falsePer1000OfficialDays)],
    ['time to detect, median', '', hours(report.hoursToDetect.median)],
    ['time to detect, p90', '', hours(report.hoursToDetect.p90)],
    ['right typology', '', share(report.rightTypologyShare)],
    ['PR-AUC', '', share(report.prAuc)],
  ];
  const problems = report.problems.map((p) => `${p.file} line ${p.line}: ${p.reason}`);
  const header = ['typology', 'level', 'found', 'recall', '95 %'];
  return `${[...table([header, ...recalls]), '', ...table(facts), ...problems].join('\n')}\n`;
}
