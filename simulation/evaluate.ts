import {
  type AtBudget,
  atBudget,
  BUDGETS,
  PREVALENCES,
  shareOf,
  timeToDetect,
} from './evaluation/budgets.ts';
import type { Fairness } from './evaluation/fairness.ts';
import { type Interval, wilson } from './evaluation/intervals.ts';
import { averagePrecision, findings, judge, type Place, placesOf } from './evaluation/matching.ts';
import type { NdjsonRow } from './evaluation/ndjson.ts';
import { macroRecall, type Recall, recallOf, recallsOf } from './evaluation/recall.ts';
import { AlertLine, accept, type RowProblem, TruthLine } from './evaluation/rows.ts';

export { formatReport } from './evaluation/format-report.ts';
export { type NdjsonRow, readNdjson } from './evaluation/ndjson.ts';

export type EvaluationReport = {
  incidents: number;
  alerts: number;
  truePositives: number;
  falseAlerts: number;
  /** Further alerts on an incident already found: neither true nor false. */
  duplicates: number;
  /** Null without an alert that is either true or false. */
  precision: number | null;
  precisionInterval: Interval;
  recall: Recall;
  recalls: Recall[];
  /** Mean over typologies, each weighing the same; per level too. */
  macroRecall: { all: number | null; perLevel: Record<string, number | null> };
  /** Null when the numbers of officials and days were not given. */
  falsePer1000OfficialDays: number | null;
  hoursToDetect: { median: number | null; p90: number | null };
  lookupsToDetect: { median: number | null; p90: number | null };
  /** Share of found incidents of which some alert names the typology. */
  rightTypologyShare: number | null;
  /** Share of found incidents whose best alert has a first reason of that typology. */
  rightReasonShare: number | null;
  prAuc: number | null;
  /** The same list cut at smaller budgets, as delivered and at stated prevalences. */
  budgets: AtBudget[];
  places: Place[];
  /** Null without the events and the reference folder. */
  fairness: Fairness | null;
  problems: RowProblem[];
};

export const LEVELS = ['L1', 'L2', 'L3', 'L4', 'L5'] as const;

/**
 * Measures alerts against truth. An alert hits an incident if they share an event; precision counts
 * alerts, recall counts incidents. Rows that cannot be used are listed, never guessed.
 */
export function evaluate(
  truthRows: readonly NdjsonRow[],
  alertRows: readonly NdjsonRow[],
  size: { officials?: number; days?: number } = {},
): EvaluationReport {
  const problems: RowProblem[] = [];
  const truth = accept('truth', TruthLine, truthRows, problems);
  const judged = judge(truth, accept('alerts', AlertLine, alertRows, problems));
  const count = (verdict: string) => judged.filter((j) => j.verdict === verdict).length;
  const [truePositives, falseAlerts] = [count('true'), count('false')];
  const found = findings(judged);
  const recalls = recallsOf(truth, (incident) => found.has(incident));
  const officialDays = (size.officials ?? 0) * (size.days ?? 0);
  const { hours, lookups } = timeToDetect(found);
  const cuts = officialDays === 0 ? [] : [null, ...PREVALENCES];
  return {
    incidents: truth.length,
    alerts: judged.length,
    truePositives,
    falseAlerts,
    duplicates: count('duplicate'),
    precision:
      truePositives + falseAlerts === 0 ? null : truePositives / (truePositives + falseAlerts),
    precisionInterval: wilson(truePositives, truePositives + falseAlerts),
    recall: recallOf('all', 'all', truth.length, found.size),
    recalls,
    macroRecall: {
      all: macroRecall(recalls, 'all'),
      perLevel: Object.fromEntries(LEVELS.map((level) => [level, macroRecall(recalls, level)])),
    },
    falsePer1000OfficialDays: officialDays === 0 ? null : (falseAlerts * 1_000) / officialDays,
    hoursToDetect: hours,
    lookupsToDetect: lookups,
    rightTypologyShare: shareOf(found.values(), (f) => f.isRightTypology),
    rightReasonShare: shareOf(found.values(), (f) => f.isRightReason),
    prAuc: averagePrecision(judged, truth.length),
    budgets: cuts.flatMap((prevalence) =>
      BUDGETS.map((budget) => atBudget(truth, judged, officialDays, budget, prevalence)),
    ),
    places: placesOf(truth, judged),
    fairness: null,
    problems,
  };
}
