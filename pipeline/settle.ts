// What makes a lookup legitimate, as far as one lane can see it: E1 to E6 need the pair of official and
// person only, E7 all lookups of the official.
import type { Lookup } from '../detectors/detector.ts';
import {
  EXPLAINED_BY_SEARCH,
  type ExplainHistory,
  explain,
  remember,
} from '../detectors/explain/explain.ts';
import type { AuditEvent } from '../domain/event.ts';
import type { Explanation } from '../domain/explanation.ts';
import type { ReferenceData } from '../domain/reference.ts';
import { localDay } from '../domain/time.ts';
import type { Token } from '../domain/token.ts';

const NO_TIES: Lookup['ties'] = [];
/** How long before an explained record a search of the same official counts as leading to it (E7). */
const SEARCH_LEADS_MS = 120_000;
/** E5 looks 90 days back. */
const HISTORY_DAYS = 90;

/**
 * An event with its official and person known, by a personal account; anything else is null. `routine`: what
 * strongly explains it, where it was found to be routine.
 */
export function toLookup(
  event: AuditEvent,
  reference: ReferenceData,
  history: ExplainHistory,
  routine: Explanation | null = null,
): Lookup | null {
  const { actor, subject, occurredAt } = event;
  if (actor === null || subject === null || actor.kind === 'system') return null;
  const official = reference.official(actor.token, occurredAt);
  if (official?.kind === 'service') return null;
  if (routine !== null) remember(history, actor.token, subject, occurredAt);
  // Written out, not spread: every event of a run comes by here.
  return {
    event,
    actor: actor.token,
    subject,
    day: localDay(occurredAt),
    explanation: routine ?? explain(event, official, reference, history),
    official,
    ties: routine === null ? reference.ties(actor.token, subject, occurredAt) : NO_TIES,
  };
}

/** Template E7: an unexplained search shortly before an explained record was a way to find it. */
export function settleSearches(lookups: readonly Lookup[]): Lookup[] {
  return lookups.map((lookup, index) => {
    if (lookup.explanation.verdict !== 'unexplained' || lookup.event.action !== 'search')
      return lookup;
    for (let next = index + 1; next < lookups.length; next++) {
      const other = lookups[next];
      if (other === undefined || other.event.occurredAt - lookup.event.occurredAt > SEARCH_LEADS_MS)
        break;
      const leads =
        other.explanation.verdict === 'explained' && other.event.queryKey === lookup.event.queryKey;
      if (leads && other.event.action !== 'search')
        return { ...lookup, explanation: EXPLAINED_BY_SEARCH };
    }
    return lookup;
  });
}

const CANNOT_JUDGE: Explanation = { verdict: 'cannot-judge', strength: null, because: [] };

/**
 * Where a search led is known in the lane of the official only. Seen from the person, an unexplained
 * search by name or address may have meant a namesake: that is "we cannot judge", never "nothing
 * explains it". A search by number named this person and stays what it is.
 */
export const seenFromSubject = (lookup: Lookup): Lookup =>
  lookup.event.action === 'search' &&
  lookup.event.queryKey !== 'bsn' &&
  lookup.explanation.verdict === 'unexplained'
    ? { ...lookup, explanation: CANNOT_JUDGE }
    : lookup;

/** The memory of E5 for the pairs of these events alone: a copy that a provisional judgement may change. */
export function historyOf(
  history: ExplainHistory,
  events: Iterable<{ event: AuditEvent }>,
  into: ExplainHistory = new Map(),
): ExplainHistory {
  for (const {
    event: { actor, subject },
  } of events) {
    if (actor === null || subject === null) continue;
    const at = history.get(actor.token)?.get(subject);
    if (at === undefined) continue;
    const own = into.get(actor.token) ?? new Map<Token, number>();
    if (!own.has(subject)) own.set(subject, at);
    into.set(actor.token, own);
  }
  return into;
}

/** Drops what E5 cannot use any more on this day. */
export function forgetHistory(history: ExplainHistory, day: number): void {
  for (const [actor, subjects] of history) {
    for (const [subject, at] of subjects)
      if (day - localDay(at) > HISTORY_DAYS) subjects.delete(subject);
    if (subjects.size === 0) history.delete(actor);
  }
}
