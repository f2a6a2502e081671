// Most lookups are what an official is there for. A stream need not judge the whole day of an official
// again at once for one more of them, and when it has much to do, what can be an alert by itself comes first.
import { explain } from '../detectors/explain/explain.ts';
import type { AuditEvent } from '../domain/event.ts';
import type { Explanation } from '../domain/explanation.ts';
import type { ReferenceData } from '../domain/reference.ts';
import { startOfDay } from '../domain/time.ts';
import type { Token } from '../domain/token.ts';

/** As many routine lookups of a key, or this share of its day, are judged even if nothing else comes. */
const MOST_WAITING = 4;
const MOST_SHARE = 4;

/**
 * How soon an event has to be judged. A `plain` one is one person viewed by somebody at work, and nothing else is
 * known of the two: it can change statistics, and comes when there is time. `routine` is a plain one for an own,
 * open case or appointment: it may wait, and `explanation` is what explains it. Anything else can be a reason for
 * an alert by itself.
 */
export type Urgency =
  | { level: 'at-once' | 'plain'; explanation: null }
  | { level: 'routine'; explanation: Explanation };
export const AT_ONCE: Urgency = Object.freeze({ level: 'at-once', explanation: null });
export const PLAIN: Urgency = Object.freeze({ level: 'plain', explanation: null });

export function urgencyOf(event: AuditEvent, reference: ReferenceData): Urgency {
  const { actor, subject, occurredAt: at, caseRef } = event;
  if (actor?.kind !== 'person' || subject === null) return AT_ONCE;
  if (event.outcome !== 'success' || event.emergency || (event.resultCount ?? 1) > 1)
    return AT_ONCE;
  if (event.action !== 'view' && event.action !== 'search') return AT_ONCE;
  const official = reference.official(actor.token, at);
  // Where nobody told who works here, nothing follows from not being among them.
  const isAtWork = official === null ? !reference.delivered.officials : official.kind === 'person';
  if (!isAtWork) return AT_ONCE;
  if (caseRef !== null && !reference.caseloadOf(subject).some((row) => row.caseRef === caseRef))
    return AT_ONCE;
  const isPlain =
    reference.watch(subject, at).length === 0 &&
    reference.secrecy(subject) === 0 &&
    reference.ties(actor.token, subject, at).length === 0 &&
    reference.officialOfPerson(subject, at) === null &&
    !reference.onLeave(actor.token, at);
  if (!isPlain) return AT_ONCE;
  const explanation = explain(event, official, reference, new Map());
  return explanation.strength === 'strong' ? { level: 'routine', explanation } : PLAIN;
}

/** Events remembered of those seen last, twice over: a log by official and one by person bring each twice. */
const REMEMBERED = 20_000;

/** What `urgencyOf` says, for the lanes of one process: an event that two of them see is looked up once. */
export function createUrgency(reference: ReferenceData): (event: AuditEvent) => Urgency {
  type Said = { event: AuditEvent; urgency: Urgency };
  let recent = new Map<string, Said>();
  let before = new Map<string, Said>();
  return (event) => {
    const { eventId, actor, subject, occurredAt, system } = event;
    const known = recent.get(eventId) ?? before.get(eventId);
    // A log may hold another event under the same id.
    const isSame =
      known?.event.system === system &&
      known.event.occurredAt === occurredAt &&
      known.event.subject === subject &&
      known.event.actor?.token === actor?.token;
    if (isSame) return known.urgency;
    const urgency = urgencyOf(event, reference);
    recent.set(eventId, { event, urgency });
    if (recent.size >= REMEMBERED) [before, recent] = [recent, new Map()];
    return urgency;
  };
}

/** Events of a key that waits are counted up to here. */
const MOST_COUNTED = 1_023;
/** Grace and clocks keep a day open for some days; a later time counts as this one. */
const MOST_SECONDS = 1_000_000;

export type WaitingKeys = ReturnType<typeof createWaitingKeys>;
/** Keys of an open day whose new events are all routine, in the order in which they began to wait. */
export function createWaitingKeys(day: number) {
  const start = startOfDay(day);
  const secondsAt = (at: number): number =>
    Math.max(0, Math.min(MOST_SECONDS, Math.floor((at - start) / 1_000)));
  /** Since when, in seconds of the day, and of how many events: one small number, for there are many keys. */
  const keys = new Map<Token, number>();
  return {
    /** Notes one more routine event of a key with so many in all; true when they are enough to judge it. */
    add(key: Token, now: number, ofDay: number): boolean {
      const known = keys.get(key) ?? secondsAt(now) * (MOST_COUNTED + 1);
      const events = Math.min(MOST_COUNTED, (known % (MOST_COUNTED + 1)) + 1);
      keys.set(key, known - (known % (MOST_COUNTED + 1)) + events);
      return events >= Math.min(MOST_COUNTED, Math.max(MOST_WAITING, ofDay / MOST_SHARE));
    },
    delete: (key: Token): boolean => keys.delete(key),
    /** Keys that wait since `until` or longer; the one just given may be deleted. */
    *since(until: number): Generator<Token> {
      for (const [key, known] of keys) {
        if (start + 1_000 * Math.floor(known / (MOST_COUNTED + 1)) > until) return;
        yield key;
      }
    },
    size: (): number => keys.size,
  };
}
