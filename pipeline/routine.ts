// Most lookups are what an official is there for. A stream need not judge the whole day of an official
// again at once for one more of them.
import { explain } from '../detectors/explain/explain.ts';
import type { AuditEvent } from '../domain/event.ts';
import type { ReferenceData } from '../domain/reference.ts';
import type { Token } from '../domain/token.ts';

/** As many routine lookups of a key, or this share of its day, are judged even if nothing else comes. */
const MOST_WAITING = 4;
const MOST_SHARE = 4;

/**
 * Whether an event is one person viewed for an own, open case or appointment, by somebody at work, and nothing
 * else is known of the two: it can change statistics, but is no reason for an alert by itself.
 */
export function isRoutine(event: AuditEvent, reference: ReferenceData): boolean {
  const { actor, subject, occurredAt: at, caseRef } = event;
  if (actor?.kind !== 'person' || subject === null) return false;
  if (event.outcome !== 'success' || event.emergency || (event.resultCount ?? 1) > 1) return false;
  if (event.action !== 'view' && event.action !== 'search') return false;
  const official = reference.official(actor.token, at);
  if (official?.kind !== 'person') return false;
  if (explain(event, official, reference, new Map()).strength !== 'strong') return false;
  if (caseRef !== null && !reference.caseloadOf(subject).some((row) => row.caseRef === caseRef))
    return false;
  return (
    reference.watch(subject, at).length === 0 &&
    reference.secrecy(subject) === 0 &&
    reference.ties(actor.token, subject, at).length === 0 &&
    reference.officialOfPerson(subject, at) === null &&
    !reference.onLeave(actor.token, at)
  );
}

export type WaitingKeys = ReturnType<typeof createWaitingKeys>;
/** Keys of an open day whose new events are all routine, in the order in which they began to wait. */
export function createWaitingKeys() {
  const keys = new Map<Token, { since: number; events: number }>();
  return {
    /** Notes one more routine event of a key with so many in all; true when they are enough to judge it. */
    add(key: Token, now: number, ofDay: number): boolean {
      const own = keys.get(key);
      if (own === undefined) {
        keys.set(key, { since: now, events: 1 });
        return false;
      }
      own.events++;
      return own.events >= Math.max(MOST_WAITING, ofDay / MOST_SHARE);
    },
    delete: (key: Token): boolean => keys.delete(key),
    /** Keys that wait since `until` or longer, and of the others the first ones up to `most` in all. */
    *first(until: number, most: number): Generator<Token> {
      let taken = 0;
      for (const [key, { since }] of keys) {
        if (since > until && taken >= most) return;
        taken++;
        yield key;
      }
    },
    size: (): number => keys.size,
  };
}
