// Which related persons an official met before, per detector: the memory of a relation rule.
import type { Token } from '../../domain/token.ts';

const MEMORY_DAYS = 90;
/** The window of L in F7, which the caller counts over. */
const CHANCE_DAYS = 30;
/** An official has about 40 close ties; beyond this many persons the oldest is dropped. */
const MAX_SUBJECTS = 64;

/** Days of 90 on which one person was seen, oldest first. */
export type Sighting = { subject: Token; days: number[]; unexplainedDay: number | null };
export type Sightings = { seen: Sighting[] };

export const noSightings = (): Sightings => ({ seen: [] });

/** Notes a person on a day and gives the days of the last 90 on which this person was seen. */
export function sight(state: Sightings, subject: Token, day: number, unexplained: boolean): number {
  const at = state.seen.findIndex((s) => s.subject === subject);
  const known = at < 0 ? { subject, days: [], unexplainedDay: null } : state.seen[at];
  const sighting: Sighting = known ?? { subject, days: [], unexplainedDay: null };
  if (at >= 0) state.seen.splice(at, 1);
  sighting.days = sighting.days.filter((d) => d > day - MEMORY_DAYS && d !== day);
  sighting.days.push(day);
  if (unexplained) sighting.unexplainedDay = day;
  state.seen = state.seen.filter((s) => (s.days.at(-1) ?? 0) > day - MEMORY_DAYS);
  state.seen.push(sighting);
  if (state.seen.length > MAX_SUBJECTS) state.seen.shift();
  return sighting.days.length;
}

/** Distinct persons met without explanation in the last 30 days. */
export const recentHits = (state: Sightings, day: number): number =>
  state.seen.filter((s) => s.unexplainedDay !== null && s.unexplainedDay > day - CHANCE_DAYS)
    .length;
