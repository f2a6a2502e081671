import { quantile } from './intervals.ts';
import { findings, type Judged } from './matching.ts';
import { type Recall, recallOf, recallsOf } from './recall.ts';
import type { TruthLine } from './rows.ts';

/** Alerts per 1,000 officials per day. */
export const BUDGETS = [0.1, 0.25, 0.5, 1, 2] as const;
/** Incidents per 1,000 officials per month. */
export const PREVALENCES = [0.25, 1, 4] as const;
export const WORKDAYS_A_MONTH = 21;

export type AtBudget = {
  budget: number;
  /** Null: as delivered. Otherwise every incident counts as the share that makes this prevalence. */
  prevalence: number | null;
  allowed: number;
  /** Alerts within the cut, each counting one. */
  alerts: number;
  truePositives: number;
  duplicates: number;
  falseAlerts: number;
  falseByTypology: Record<string, number>;
  /** Alerts of the cut over those allowed, at the given prevalence. */
  realisedOverNominal: number;
  precision: number | null;
  /** No list of this length can do better: there are not that many incidents. */
  precisionCeiling: number | null;
  falsePer1000OfficialDays: number;
  recall: Recall;
  recalls: Recall[];
  timeToDetect: TimeToDetect;
  rightTypologyShare: number | null;
  rightReasonShare: number | null;
};
export type TimeToDetect = {
  hours: { median: number | null; p90: number | null };
  /** Illicit events up to the alert; null when the truth gives no times. */
  lookups: { median: number | null; p90: number | null };
};

/** Median and 90th percentile over the incidents found. */
export function timeToDetect(found: ReturnType<typeof findings>): TimeToDetect {
  const hours: number[] = [];
  const lookups: number[] = [];
  for (const [incident, { openedAt }] of found) {
    hours.push((openedAt - Date.parse(incident.firstEventAt)) / 3_600_000);
    if (incident.eventTimes)
      lookups.push(incident.eventTimes.filter((at) => Date.parse(at) <= openedAt).length);
  }
  const of = (values: number[]) => ({
    median: quantile(values, 0.5),
    p90: quantile(values, 0.9),
  });
  return { hours: of(hours), lookups: of(lookups) };
}

export const shareOf = <T>(all: Iterable<T>, is: (one: T) => boolean): number | null => {
  const list = [...all];
  return list.length === 0 ? null : list.filter(is).length / list.length;
};

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names.toSorted()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/**
 * The list cut where the budget ends. At a stated prevalence an alert that touches an incident uses
 * the budget only as often as such incidents happen: a simulation holds far more of them than a town
 * hall, and would otherwise fill the list with finds.
 */
export function atBudget(
  truth: readonly TruthLine[],
  judged: readonly Judged[],
  officialDays: number,
  budget: number,
  prevalence: number | null,
): AtBudget {
  const allowed = (officialDays * budget) / 1_000;
  const perMonth = (truth.length * 1_000 * WORKDAYS_A_MONTH) / officialDays;
  const weight = prevalence === null || perMonth === 0 ? 1 : Math.min(1, prevalence / perMonth);
  const cut: Judged[] = [];
  let used = 0;
  for (const one of judged) {
    const cost = one.verdict === 'false' ? 1 : weight;
    // Half an alert over is nearer to the budget than half an alert under.
    if (used + cost > allowed + 0.5) break;
    used += cost;
    cut.push(one);
  }
  const count = (verdict: Judged['verdict']) => cut.filter((j) => j.verdict === verdict).length;
  const [truePositives, falseAlerts] = [count('true'), count('false')];
  const weighted = truePositives * weight;
  const found = findings(cut);
  const happening = prevalence ?? perMonth;
  return {
    budget,
    prevalence,
    allowed,
    alerts: cut.length,
    truePositives,
    duplicates: count('duplicate'),
    falseAlerts,
    falseByTypology: countBy(
      cut.flatMap(({ verdict, alert }) => (verdict === 'false' ? [alert.typology] : [])),
    ),
    realisedOverNominal: allowed === 0 ? 0 : used / allowed,
    precision: cut.length === 0 ? null : weighted / Math.max(1e-9, weighted + falseAlerts),
    precisionCeiling: Math.min(1, happening / (WORKDAYS_A_MONTH * budget)),
    falsePer1000OfficialDays: (falseAlerts * 1_000) / officialDays,
    recall: recallOf('all', 'all', truth.length, found.size),
    recalls: recallsOf(truth, (incident) => found.has(incident)),
    timeToDetect: timeToDetect(found),
    rightTypologyShare: shareOf(found.values(), (f) => f.isRightTypology),
    rightReasonShare: shareOf(found.values(), (f) => f.isRightReason),
  };
}
