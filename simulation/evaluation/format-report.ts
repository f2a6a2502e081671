import type { EvaluationReport } from '../evaluate.ts';
import type { AtBudget } from './budgets.ts';
import { explainRoles } from './fairness.ts';

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

const heading = [
  'prevalence',
  'budget',
  'alerts',
  'false',
  'recall',
  'precision',
  'at most',
  'used',
];
const cutRow = (cut: AtBudget): string[] => [
  cut.prevalence === null ? 'as delivered' : String(cut.prevalence),
  String(cut.budget),
  String(cut.alerts),
  String(cut.falseAlerts),
  share(cut.recall.recall),
  share(cut.precision),
  share(cut.precisionCeiling),
  cut.realisedOverNominal.toFixed(2),
];

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
  const { all, perLevel } = report.macroRecall;
  const facts = [
    ['alerts', '', String(report.alerts)],
    ['true', '', String(report.truePositives)],
    ['false', '', String(report.falseAlerts)],
    ['duplicate', '', String(report.duplicates)],
    ['precision', `(95 %: ${share(low)}–${share(high)})`, share(report.precision)],
    ['false per 1,000 officials per day', '', share(report.falsePer1000OfficialDays)],
    ['recall, mean over typologies', '', share(all)],
    ...Object.entries(perLevel).map(([level, value]) => ['', level, share(value)]),
    ['time to detect, median', '', hours(report.hoursToDetect.median)],
    ['time to detect, p90', '', hours(report.hoursToDetect.p90)],
    ['illicit look-ups until then, median', '', share(report.lookupsToDetect.median)],
    ['right typology', '', share(report.rightTypologyShare)],
    ['right strongest reason', '', share(report.rightReasonShare)],
    ['PR-AUC', '', share(report.prAuc)],
  ];
  const cuts =
    report.budgets.length === 0 ? [] : ['', ...table([heading, ...report.budgets.map(cutRow)])];
  const groups = (report.fairness?.groups ?? []).map((g) => [
    g.dimension,
    g.group,
    String(g.falseAlerts),
    g.rate.toFixed(3),
    share(g.ratio),
    g.interval ? `${share(g.interval.low)}–${share(g.interval.high)}` : '–',
    g.withoutRow === null ? '–' : (g.withoutRow / g.exposure).toFixed(1),
    g.withoutRow === null ? '–' : share(g.ratioWithoutRow),
  ]);
  const fair = [
    ...['false alerts of', '', 'number', 'per 1,000', 'ratio', '95 %'],
    ...['without a row, a day', 'ratio per such person'],
  ];
  const why = explainRoles(report.fairness?.groups ?? []);
  const fairness = groups.length === 0 ? [] : ['', ...table([fair, ...groups]), ...why];
  const problems = report.problems.map((p) => `${p.file} line ${p.line}: ${p.reason}`);
  const header = ['typology', 'level', 'found', 'recall', '95 %'];
  const parts = [...table([header, ...recalls]), '', ...table(facts), ...cuts, ...fairness];
  return `${[...parts, ...problems].join('\n')}\n`;
}
