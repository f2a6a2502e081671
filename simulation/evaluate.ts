import { z } from 'zod';
import type { NdjsonRow } from './ndjson.ts';
import { type Interval, quantile, wilson } from './statistics.ts';

export { formatReport } from './format-report.ts';
export { type NdjsonRow, readNdjson } from './ndjson.ts';

export const TruthLine = z.object({
  incidentId: z.string(),
  typology: z.string(),
  level: z.string(),
  eventIds: z.array(z.string()).min(1),
  firstEventAt: z.iso.datetime({ offset: true }),
});
export type TruthLine = z.infer<typeof TruthLine>;

/** What counts of an alert (contracts §5); everything else on the line is let through unread. */
export const AlertLine = z.object({
  alertId: z.string(),
  typology: z.string(),
  score: z.number(),
  openedAt: z.iso.datetime({ offset: true }),
  eventIds: z.array(z.string()),
});
export type AlertLine = z.infer<typeof AlertLine>;

export type Recall = {
  typology: string;
  level: string;
  incidents: number;
  found: number;
  recall: number;
  interval: Interval;
};
export type RowProblem = { file: 'truth' | 'alerts'; line: number; reason: string };
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
  /** Null when the numbers of officials and days were not given. */
  falsePer1000OfficialDays: number | null;
  hoursToDetect: { median: number | null; p90: number | null };
  /** Share of found incidents of which some alert names the typology. */
  rightTypologyShare: number | null;
  prAuc: number | null;
  problems: RowProblem[];
};

function accept<T>(
  file: RowProblem['file'],
  schema: z.ZodType<T>,
  rows: readonly NdjsonRow[],
  problems: RowProblem[],
): T[] {
  return rows.flatMap(({ line, value }) => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return [parsed.data];
    const [issue] = parsed.error.issues;
    const reason = value === undefined ? 'not JSON' : `field ${issue?.path.join('.') || '(line)'}`;
    problems.push({ file, line, reason });
    return [];
  });
}

type Found = { firstOpenedAt: number; isRightTypology: boolean };
type Matching = {
  found: Map<TruthLine, Found>;
  falseAlerts: number;
  duplicates: number;
  /** Average precision, summed over the alerts that found something new. */
  area: number;
};

/** Walks the alerts from the highest score down: who finds an incident first is true for it. */
function match(truth: readonly TruthLine[], alerts: readonly AlertLine[]): Matching {
  const byEvent = new Map<string, TruthLine>();
  for (const incident of truth) for (const id of incident.eventIds) byEvent.set(id, incident);
  const result: Matching = { found: new Map(), falseAlerts: 0, duplicates: 0, area: 0 };
  let trueAlerts = 0;
  const ranked = alerts.toSorted(
    (a, b) => b.score - a.score || (a.alertId < b.alertId ? -1 : a.alertId > b.alertId ? 1 : 0),
  );
  for (const alert of ranked) {
    const touched = new Set(alert.eventIds.flatMap((id) => byEvent.get(id) ?? []));
    if (touched.size === 0) {
      result.falseAlerts++;
      continue;
    }
    let fresh = 0;
    const openedAt = Date.parse(alert.openedAt);
    for (const incident of touched) {
      const known = result.found.get(incident);
      if (!known) fresh++;
      result.found.set(incident, {
        firstOpenedAt: Math.min(known?.firstOpenedAt ?? openedAt, openedAt),
        isRightTypology: (known?.isRightTypology ?? false) || alert.typology === incident.typology,
      });
    }
    if (fresh === 0) {
      result.duplicates++;
      continue;
    }
    trueAlerts++;
    result.area += (fresh / truth.length) * (trueAlerts / (trueAlerts + result.falseAlerts));
  }
  return result;
}

function recallOf(
  typology: string,
  level: string,
  incidents: readonly TruthLine[],
  found: Matching['found'],
): Recall {
  const hits = incidents.filter((incident) => found.has(incident)).length;
  const share = incidents.length === 0 ? 0 : hits / incidents.length;
  const interval = wilson(hits, incidents.length);
  return { typology, level, incidents: incidents.length, found: hits, recall: share, interval };
}

function recallsOf(truth: readonly TruthLine[], found: Matching['found']): Recall[] {
  const groups = new Map<string, TruthLine[]>();
  for (const incident of truth) {
    for (const level of [incident.level, 'all']) {
      const key = `${incident.typology}\t${level}`;
      groups.set(key, [...(groups.get(key) ?? []), incident]);
    }
  }
  const keys = [...groups.keys()].toSorted();
  return keys.map((key) => {
    const [typology = '', level = ''] = key.split('\t');
    return recallOf(typology, level, groups.get(key) ?? [], found);
  });
}

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
  const alerts = accept('alerts', AlertLine, alertRows, problems);
  const { found, falseAlerts, duplicates, area } = match(truth, alerts);
  const truePositives = alerts.length - falseAlerts - duplicates;
  const judged = truePositives + falseAlerts;
  const hours = [...found].map(
    ([incident, { firstOpenedAt }]) =>
      (firstOpenedAt - Date.parse(incident.firstEventAt)) / 3_600_000,
  );
  const right = [...found.values()].filter((f) => f.isRightTypology).length;
  const officialDays = (size.officials ?? 0) * (size.days ?? 0);
  return {
    incidents: truth.length,
    alerts: alerts.length,
    truePositives,
    falseAlerts,
    duplicates,
    precision: judged === 0 ? null : truePositives / judged,
    precisionInterval: wilson(truePositives, judged),
    recall: recallOf('all', 'all', truth, found),
    recalls: recallsOf(truth, found),
    falsePer1000OfficialDays: officialDays === 0 ? null : (falseAlerts * 1_000) / officialDays,
    hoursToDetect: { median: quantile(hours, 0.5), p90: quantile(hours, 0.9) },
    rightTypologyShare: found.size === 0 ? null : right / found.size,
    prAuc: truth.length === 0 ? null : area,
    problems,
  };
}
