// The figures of several towns together.
import { type EvaluationReport, LEVELS } from '../evaluate.ts';
import type { AtBudget } from './budgets.ts';
import { type FairnessGroup, toGroups } from './fairness.ts';
import { macroRecall, poolRecalls, type Recall } from './recall.ts';
import type { TownRun } from './towns.ts';

/** The headline prevalence: one incident per 1,000 officials a month. */
export const PREVALENCE = 1;

/** The reports of the towns with this kind of misuse. */
export const reportsOf = (runs: readonly TownRun[], misuse: string): EvaluationReport[] =>
  runs.filter((run) => run.misuse === misuse).map((run) => run.report);

export type Pooled = {
  budget: number;
  recalls: Recall[];
  macro: number | null;
  perLevel: Record<string, number | null>;
  falsePer1000OfficialDays: number;
  realisedOverNominal: number;
  precision: number | null;
  precisionCeiling: number | null;
  rightTypology: number | null;
  rightReason: number | null;
  medianHours: number | null;
  p90Hours: number | null;
  medianLookups: number | null;
};

const mean = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length;
};

export const cutsOf = (
  reports: readonly EvaluationReport[],
  budget: number,
  prevalence: number | null,
): AtBudget[] =>
  reports.flatMap(
    (report) =>
      report.budgets.find((cut) => cut.budget === budget && cut.prevalence === prevalence) ?? [],
  );

/** Incidents and finds are added over the towns; rates and times are means of theirs. */
export function pool(
  reports: readonly EvaluationReport[],
  budget: number,
  prevalence: number | null = PREVALENCE,
): Pooled {
  const cuts = cutsOf(reports, budget, prevalence);
  const recalls = poolRecalls(cuts.map((cut) => cut.recalls));
  return {
    budget,
    recalls,
    macro: macroRecall(recalls, 'all'),
    perLevel: Object.fromEntries(LEVELS.map((level) => [level, macroRecall(recalls, level)])),
    falsePer1000OfficialDays: mean(cuts.map((cut) => cut.falsePer1000OfficialDays)) ?? 0,
    realisedOverNominal: mean(cuts.map((cut) => cut.realisedOverNominal)) ?? 0,
    precision: mean(cuts.map((cut) => cut.precision)),
    precisionCeiling: mean(cuts.map((cut) => cut.precisionCeiling)),
    rightTypology: mean(cuts.map((cut) => cut.rightTypologyShare)),
    rightReason: mean(cuts.map((cut) => cut.rightReasonShare)),
    medianHours: mean(cuts.map((cut) => cut.timeToDetect.hours.median)),
    p90Hours: mean(cuts.map((cut) => cut.timeToDetect.hours.p90)),
    medianLookups: mean(cuts.map((cut) => cut.timeToDetect.lookups.median)),
  };
}

export type Spread = { low: number; high: number };

/** Percentile bootstrap over towns of the macro recall: incidents of one town are not independent. */
export function spreadOf(
  reports: readonly EvaluationReport[],
  budget: number,
  draw: () => number,
): Spread | null {
  if (reports.length < 3) return null;
  const values = Array.from({ length: 400 }, () => {
    const sample = reports.map(
      () => reports[Math.floor(draw() * reports.length)] as EvaluationReport,
    );
    return pool(sample, budget).macro ?? 0;
  }).sort((a, b) => a - b);
  return { low: values[10] ?? 0, high: values[389] ?? 1 };
}

/** Fairness of all towns: exposures and false alerts added, ratios anew. */
export function poolFairness(reports: readonly EvaluationReport[]): FairnessGroup[] {
  const exposure = new Map<string, number>();
  const hits = new Map<string, number>();
  const withoutRow = new Map<string, number>();
  for (const group of reports.flatMap((report) => report.fairness?.groups ?? [])) {
    const key = `${group.dimension}\t${group.group}`;
    exposure.set(key, (exposure.get(key) ?? 0) + group.exposure);
    hits.set(key, (hits.get(key) ?? 0) + group.falseAlerts);
    withoutRow.set(key, (withoutRow.get(key) ?? 0) + (group.withoutRow ?? 0));
  }
  return toGroups(exposure, hits, withoutRow);
}
