import type { Lookup } from '../detectors/detector.ts';
import type { AuditEvent } from '../domain/event.ts';
import type { Explanation } from '../domain/explanation.ts';
import type { Token } from '../domain/token.ts';
import { createDayLog } from './day-log.ts';
import { keyOf } from './line-block.ts';
import { createPlaces } from './places.ts';
import { createWaitingKeys } from './routine.ts';
import { createSeenIds } from './seen-ids.ts';

/**
 * An event with its place in the log of its day; `routine`: what explains it, where it was found to be routine
 * and the day is open.
 */
export type Placed = { place: number; event: AuditEvent; routine: Explanation | null };
export type OpenDayOptions = {
  /** Drops an event whose id was taken before. */
  dropsDuplicates: boolean;
  /** Events per packed block; null keeps all of them as they are. */
  blockRows: number | null;
};

/** Room for the events of a quiet day; grows. */
const FIRST_ROWS = 1_024;

export type OpenDay = ReturnType<typeof createOpenDay>;
/** The events of one local day that is not over yet, by the keys that this lane judges. */
export function createOpenDay(day: number, { dropsDuplicates, blockRows }: OpenDayOptions) {
  const log = createDayLog(blockRows);
  const ids = dropsDuplicates ? createSeenIds(FIRST_ROWS) : null;
  let scratch = Buffer.alloc(512);
  /** Ids of events under no key, for a day that is taken up again. */
  const keyless: string[] = [];
  const places = { actor: createPlaces(), subject: createPlaces() };
  /** What explains routine lookups, and by place which of them: nobody need look that up again. */
  const explanations: Explanation[] = [];
  let explained = new Uint8Array(FIRST_ROWS);
  /** Keys with events since the day was last judged, and those with routine ones only. */
  const changed = { actor: new Set<Token>(), subject: new Set<Token>() };
  const waiting = { actor: createWaitingKeys(day), subject: createWaitingKeys(day) };

  function addTo(by: 'actor' | 'subject', key: Token, place: number, routineAt: number | null) {
    const count = places[by].add(key, place);
    if (changed[by].has(key)) return;
    if (routineAt !== null && !waiting[by].add(key, routineAt, count)) return;
    changed[by].add(key);
    waiting[by].delete(key);
  }

  function noteRoutine(place: number, routine: Explanation): void {
    if (place >= explained.length) {
      const more = new Uint8Array(2 * place);
      more.set(explained);
      explained = more;
    }
    const known = explanations.indexOf(routine);
    explained[place] = known === -1 ? explanations.push(routine) : known + 1;
  }

  function noteId(id: string): boolean {
    if (ids === null) return true;
    // At most three bytes a letter.
    if (scratch.length < 3 * id.length) scratch = Buffer.alloc(6 * id.length);
    return ids.add(scratch, 0, scratch.write(id));
  }

  return {
    day,
    log,
    keyless,
    /** Notes the id of an event; false when it was taken before. */
    note: (event: AuditEvent): boolean => noteId(keyOf(event)),
    /**
     * Takes an event under the keys given, neither of which may be of this lane, at a time of the lane. What
     * is `routine` may wait to be judged.
     */
    add(
      event: AuditEvent,
      actor: Token | null,
      subject: Token | null,
      now: number,
      routine: Explanation | null,
    ): void {
      if (actor === null && subject === null) {
        if (ids !== null) keyless.push(keyOf(event));
        return;
      }
      const place = log.add(event);
      if (routine !== null) noteRoutine(place, routine);
      const routineAt = routine === null ? null : now;
      if (actor !== null) addTo('actor', actor, place, routineAt);
      if (subject !== null) addTo('subject', subject, place, routineAt);
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
    /** Keys with events since they were last asked for, and of those that only wait the ones given. */
    takeChanged(by: 'actor' | 'subject', until: number, most: number): Set<Token> {
      const taken = changed[by];
      changed[by] = new Set();
      for (const key of waiting[by].first(until, most)) taken.add(key);
      for (const key of taken) waiting[by].delete(key);
      return taken;
    },
    waiting: (): number => waiting.actor.size() + waiting.subject.size(),
  };
}

function inOrder({ event: a }: Placed, { event: b }: Placed): number {
  return (
    a.occurredAt - b.occurredAt ||
    (a.system < b.system ? -1 : a.system > b.system ? 1 : 0) ||
    (a.eventId < b.eventId ? -1 : a.eventId > b.eventId ? 1 : 0)
  );
}

/** The keys of open days to be judged again: `until` and `most` of those that only wait, as in `first`. */
export function takeChanged(
  days: readonly OpenDay[],
  by: 'actor' | 'subject',
  until: number,
  most: number,
): Set<Token> {
  const keys = new Set<Token>();
  for (const open of days) for (const key of open.takeChanged(by, until, most)) keys.add(key);
  return keys;
}

/** Lookups that showed data, and requests that were refused. */
export function byOutcome(all: readonly Lookup[]): { lookups: Lookup[]; refused: Lookup[] } {
  const lookups: Lookup[] = [];
  const refused: Lookup[] = [];
  for (const lookup of all) (lookup.event.outcome === 'success' ? lookups : refused).push(lookup);
  return { lookups, refused };
}
