import type { Lookup } from '../detectors/detector.ts';
import type { AuditEvent } from '../domain/event.ts';
import type { Explanation } from '../domain/explanation.ts';
import type { Token } from '../domain/token.ts';
import { createDayLog } from './day-log.ts';
import { keyOf } from './line-block.ts';
import { createPlaces } from './places.ts';
import { createSeenDigests } from './seen-digests.ts';
import { packBlock } from './snapshot.ts';
import type { Spill } from './spill.ts';
import { createWaitingKeys, type Urgency } from './urgency.ts';

/**
 * An event with its place in the log of its day; `routine`: what explains it, where it was found to be routine
 * and the day is open.
 */
export type Placed = { place: number; event: AuditEvent; routine: Explanation | null };
export type OpenDayOptions = {
  /** Drops an event whose id was taken before, for logs that deliver at least once. */
  dropsDuplicates?: boolean;
  /** Events per packed block; null or left out keeps all of them as they are. */
  blockRows?: number | null;
  /** Where packed blocks lie, and what else is only needed to be saved; left out keeps them in memory. */
  spill?: Spill;
};

/** Room for the events of a quiet day; grows. */
const FIRST_ROWS = 1_024;

export type OpenDay = ReturnType<typeof createOpenDay>;
/** The events of one local day that is not over yet, by the keys that this lane judges. */
export function createOpenDay(
  day: number,
  { dropsDuplicates = false, blockRows = null, spill }: OpenDayOptions,
) {
  const log = createDayLog({
    ...{ blockRows, spill: spill ?? null },
    toBytes: (packed, index) => packBlock(day, index, packed),
  });
  const ids = dropsDuplicates ? createSeenDigests() : null;
  /** Ids of events under no key, for a day that is taken up again. */
  const keyless: string[] = [];
  const places = { actor: createPlaces(), subject: createPlaces() };
  /** What explains routine lookups, and by place which of them: nobody need look that up again. */
  const explanations: Explanation[] = [];
  let explained = new Uint8Array(FIRST_ROWS);
  /** Keys with events since they were last judged, by the most urgent of these. */
  const atOnce = { actor: new Set<Token>(), subject: new Set<Token>() };
  const plain = { actor: new Set<Token>(), subject: new Set<Token>() };
  const routine = { actor: createWaitingKeys(day), subject: createWaitingKeys(day) };

  function addTo(
    by: 'actor' | 'subject',
    key: Token,
    place: number,
    level: Urgency['level'],
    now: number,
  ): void {
    const count = places[by].add(key, place);
    if (atOnce[by].has(key)) return;
    if (level !== 'at-once' && plain[by].has(key)) return;
    if (level === 'routine' && !routine[by].add(key, now, count)) return;
    routine[by].delete(key);
    if (level === 'at-once') plain[by].delete(key);
    (level === 'at-once' ? atOnce : plain)[by].add(key);
  }

  function noteRoutine(place: number, explanation: Explanation): void {
    if (place >= explained.length) {
      const more = new Uint8Array(2 * place);
      more.set(explained);
      explained = more;
    }
    const known = explanations.indexOf(explanation);
    explained[place] = known === -1 ? explanations.push(explanation) : known + 1;
  }

  const noteId = (id: string): boolean => ids === null || ids.add(id);

  return {
    day,
    log,
    keyless,
    /** Notes the id of an event; false when it was taken before. */
    note: (event: AuditEvent): boolean => noteId(keyOf(event)),
    /** Takes an event under the keys given, neither of which may be of this lane, at a time of the lane. */
    add(
      event: AuditEvent,
      actor: Token | null,
      subject: Token | null,
      now: number,
      { level, explanation }: Urgency,
    ): void {
      if (actor === null && subject === null) {
        if (ids !== null) keyless.push(keyOf(event));
        return;
      }
      const place = log.add(event);
      if (explanation !== null) noteRoutine(place, explanation);
      if (actor !== null) addTo('actor', actor, place, level, now);
      if (subject !== null) addTo('subject', subject, place, level, now);
    },
    /** Takes ids that were kept of a day; those of its events may be among them. */
    know(taken: readonly string[]): void {
      for (const id of taken) if (noteId(id)) keyless.push(id);
    },
    keys: (by: 'actor' | 'subject'): IterableIterator<Token> => places[by].keys(),
    has: (by: 'actor' | 'subject', key: Token): boolean => places[by].has(key),
    /** The events of a key in the order in which a day is judged, whatever the order in which they came. */
    eventsOf: (by: 'actor' | 'subject', key: Token): Placed[] =>
      places[by]
        .of(key)
        .map((place) => ({
          place,
          event: log.at(place),
          routine: explanations[(explained[place] ?? 0) - 1] ?? null,
        }))
        .sort(inOrder),
    /** Keys to be judged at once. */
    atOnce: (by: 'actor' | 'subject'): ReadonlySet<Token> => atOnce[by],
    /** Keys to be judged as there is time: with plain lookups, then with routine ones that wait since `until`. */
    *inTurn(by: 'actor' | 'subject', until: number): Generator<Token> {
      yield* plain[by];
      yield* routine[by].since(until);
    },
    /** All events of a key are judged. */
    judged(by: 'actor' | 'subject', key: Token): void {
      if (!atOnce[by].delete(key) && !plain[by].delete(key)) routine[by].delete(key);
    },
    /** Keys that are not judged at once. */
    waiting: (): number =>
      plain.actor.size + plain.subject.size + routine.actor.size() + routine.subject.size(),
  };
}

function inOrder({ event: a }: Placed, { event: b }: Placed): number {
  return (
    a.occurredAt - b.occurredAt ||
    (a.system < b.system ? -1 : a.system > b.system ? 1 : 0) ||
    (a.eventId < b.eventId ? -1 : a.eventId > b.eventId ? 1 : 0)
  );
}

/** Lookups that showed data, and requests that were refused. */
export function byOutcome(all: readonly Lookup[]): { lookups: Lookup[]; refused: Lookup[] } {
  const lookups: Lookup[] = [];
  const refused: Lookup[] = [];
  for (const lookup of all) (lookup.event.outcome === 'success' ? lookups : refused).push(lookup);
  return { lookups, refused };
}
