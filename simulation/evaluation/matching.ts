import type { AlertLine, TruthLine } from './rows.ts';

/** An alert with the incidents that it touches, in the order of the list. */
export type Judged = {
  alert: AlertLine;
  /** True finds something new, duplicate touches only what is known, false touches nothing. */
  verdict: 'true' | 'duplicate' | 'false';
  touched: readonly TruthLine[];
  /** How many of them no alert before this one touched. */
  fresh: number;
};

/**
 * Walks the alerts from the highest score down. The unit of account is the alert: it hits an
 * incident if it holds at least one of its events; whoever is first is true for it.
 */
export function judge(truth: readonly TruthLine[], alerts: readonly AlertLine[]): Judged[] {
  const byEvent = new Map<string, TruthLine>();
  for (const incident of truth) for (const id of incident.eventIds) byEvent.set(id, incident);
  const known = new Set<TruthLine>();
  // Scores end at 100: at equal scores the order of the file, best first, decides.
  const ranked = alerts.toSorted((a, b) => b.score - a.score);
  return ranked.map((alert) => {
    const touched = [...new Set(alert.eventIds.flatMap((id) => byEvent.get(id) ?? []))];
    const fresh = touched.filter((incident) => !known.has(incident)).length;
    for (const incident of touched) known.add(incident);
    const verdict = touched.length === 0 ? 'false' : fresh === 0 ? 'duplicate' : 'true';
    return { alert, verdict, touched, fresh };
  });
}

export type Found = {
  /** The earliest alert on the incident, within the cut. */
  openedAt: number;
  isRightTypology: boolean;
  /** The first reason of the best-ranked alert is of the incident's typology. */
  isRightReason: boolean;
};

/** What the alerts of a cut say about each incident. */
export function findings(judged: readonly Judged[]): Map<TruthLine, Found> {
  const found = new Map<TruthLine, Found>();
  for (const { alert, touched } of judged) {
    const openedAt = Date.parse(alert.openedAt);
    const strongest = alert.reasons?.[0]?.detector ?? alert.typology;
    for (const incident of touched) {
      const before = found.get(incident);
      found.set(incident, {
        openedAt: Math.min(before?.openedAt ?? openedAt, openedAt),
        isRightTypology: (before?.isRightTypology ?? false) || alert.typology === incident.typology,
        isRightReason: before?.isRightReason ?? strongest === incident.typology,
      });
    }
  }
  return found;
}

/** Average precision over the list: every find counts with the precision at its place. */
export function averagePrecision(judged: readonly Judged[], incidents: number): number | null {
  if (incidents === 0) return null;
  let hits = 0;
  let misses = 0;
  let area = 0;
  for (const { verdict, fresh } of judged) {
    if (verdict === 'false') misses++;
    if (verdict !== 'true') continue;
    hits++;
    area += (fresh / incidents) * (hits / (hits + misses));
  }
  return area;
}

/** Where an incident stands in the list: what a reviewer reads in vain before it. */
export type Place = {
  incidentId: string;
  typology: string;
  level: string;
  /** Null when no alert touches it. */
  falseBefore: number | null;
  alert: { typology: string; score: number; reason: string } | null;
};

/** The place of every incident, for whoever wants to know why something was missed. */
export function placesOf(truth: readonly TruthLine[], judged: readonly Judged[]): Place[] {
  const first = new Map<TruthLine, Pick<Place, 'falseBefore' | 'alert'>>();
  let falseBefore = 0;
  for (const { alert, verdict, touched } of judged) {
    if (verdict === 'false') falseBefore++;
    const { typology, score } = alert;
    const reason = alert.reasons?.[0]?.detector ?? '';
    for (const incident of touched)
      if (!first.has(incident))
        first.set(incident, { falseBefore, alert: { typology, score, reason } });
  }
  return truth.map((incident) => {
    const { incidentId, typology, level } = incident;
    const place = first.get(incident) ?? { falseBefore: null, alert: null };
    return { incidentId, typology, level, ...place };
  });
}
