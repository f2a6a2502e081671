import { explain } from '../detectors/explain/explain.ts';
import { severityOf } from '../detectors/scoring/severity.ts';
import type { Alert } from '../domain/alert.ts';
import type { ReferenceData } from '../domain/reference.ts';
import type { Workspace } from './workspace.ts';

/** Points that an alert loses once its lookups are explained: a factor of a hundred. */
const LOSS = 25;

/**
 * Of alerts raised before, those whose lookups newer reference data explains, corrected: a case is often
 * registered hours after the lookup. They lose score and say so; they do not vanish, because somebody
 * may have read them. An alert stays what it was unless every lookup of its persons is explained.
 */
export async function explainedLater(
  { events }: Pick<Workspace, 'events'>,
  reference: ReferenceData,
  alerts: readonly Alert[],
): Promise<Alert[]> {
  const corrected: Alert[] = [];
  for (const alert of alerts) {
    if (alert.explanation !== 'unexplained' && alert.explanation !== 'cannot-judge') continue;
    const found = await events.byIds(
      alert.eventIds,
      Date.parse(alert.firstEventAt),
      Date.parse(alert.lastEventAt),
    );
    // The matter itself: what only reinforced it may stay without explanation.
    const subjects = new Set(alert.subjects.map((s) => s.token));
    const lookups = found.filter(
      (e) => e.subject !== null && subjects.has(e.subject) && e.actor?.kind === 'person',
    );
    const isExplained = lookups.every((event) => {
      const official = event.actor && reference.official(event.actor.token, event.occurredAt);
      return explain(event, official, reference, new Map()).verdict === 'explained';
    });
    if (lookups.length > 0 && isExplained)
      corrected.push(asExplainedLater(alert, reference.version));
  }
  return corrected;
}

/** The same alert, weaker, with the version of the reference data that explained it. */
export function asExplainedLater(alert: Alert, reference: string): Alert {
  const score = Math.max(0, alert.score - LOSS);
  return {
    ...alert,
    ...{ score, severity: severityOf(score), explanation: 'explained-later' },
    versions: { ...alert.versions, reference },
  };
}
