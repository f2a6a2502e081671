import type { Lookup } from '../detectors/detector.ts';
import type { AuditEvent } from '../domain/event.ts';
import type { Token } from '../domain/token.ts';

/** The events of one local day that is not over yet, by the keys that this lane judges. */
export type OpenDay = {
  day: number;
  byActor: Map<Token, AuditEvent[]>;
  bySubject: Map<Token, AuditEvent[]>;
  /** Ids taken, when deliveries may come twice; null when the caller has sorted that out. */
  ids: Set<string> | null;
  /** Keys with events since the day was last judged. */
  changedActors: Set<Token>;
  changedSubjects: Set<Token>;
};

export const openDay = (day: number, dropsDuplicates: boolean): OpenDay => ({
  day,
  byActor: new Map(),
  bySubject: new Map(),
  ids: dropsDuplicates ? new Set() : null,
  changedActors: new Set(),
  changedSubjects: new Set(),
});

export function addTo(map: Map<Token, AuditEvent[]>, key: Token, event: AuditEvent): void {
  const events = map.get(key);
  if (events === undefined) map.set(key, [event]);
  else events.push(event);
}

/** The keys of open days with events since they were last asked for. */
export function takeChanged(
  days: readonly OpenDay[],
  which: 'changedActors' | 'changedSubjects',
): Set<Token> {
  const keys = new Set<Token>();
  for (const open of days) {
    for (const key of open[which]) keys.add(key);
    open[which] = new Set();
  }
  return keys;
}

/** The order in which a day is judged, whatever the order in which its events came. */
export function inOrder(events: readonly AuditEvent[]): AuditEvent[] {
  return [...events].sort(
    (a, b) =>
      a.occurredAt - b.occurredAt ||
      (a.system < b.system ? -1 : a.system > b.system ? 1 : 0) ||
      (a.eventId < b.eventId ? -1 : a.eventId > b.eventId ? 1 : 0),
  );
}

/** Lookups that showed data, and requests that were refused. */
export function byOutcome(all: readonly Lookup[]): { lookups: Lookup[]; refused: Lookup[] } {
  const lookups: Lookup[] = [];
  const refused: Lookup[] = [];
  for (const lookup of all) (lookup.event.outcome === 'success' ? lookups : refused).push(lookup);
  return { lookups, refused };
}
