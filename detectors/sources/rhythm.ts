// What is usual in each hour of the week, learned as it goes: score first, update afterwards.
import type { SourceFacts, SourceHour } from '../../domain/source-facts.ts';
import { HOUR_MS } from '../../domain/time.ts';
import { HOURS_OF_WEEK, hourOfWeek } from '../kit/hours.ts';

/** Weeks of history of an hour before it is judged. */
const MIN_WEEKS = 3;
/** Weight of the newest week; older ones fade. */
const ALPHA = 0.2;

export type RhythmHour = {
  hour: number;
  facts: SourceHour | null;
  events: number;
  /** Expected events, and dispersion of them; null before three weeks are known. */
  expected: number | null;
  phi: number;
};

/** Every hour from the first event to `until`, silent ones included, each with what was usual before it. */
export function* rhythmOf(facts: SourceFacts): Generator<RhythmHour> {
  const [first] = facts.hours;
  if (first === undefined) return;
  const means = new Float64Array(HOURS_OF_WEEK);
  const weeks = new Uint16Array(HOURS_OF_WEEK);
  const busy = new Uint16Array(HOURS_OF_WEEK);
  let excess = 0;
  let squares = 0;
  const byHour = new Map(facts.hours.map((h) => [h.hour, h]));
  // The hour of `until` is not over: silence in it says nothing yet.
  const last = Math.floor(facts.until / HOUR_MS) - 1;
  for (let hour = first.hour; hour <= last; hour++) {
    const known = byHour.get(hour) ?? null;
    const events = known?.events ?? 0;
    const slot = hourOfWeek(hour * HOUR_MS);
    const mean = means[slot] ?? 0;
    const count = weeks[slot] ?? 0;
    // The mean of a few weeks is itself uncertain by one part in their number.
    const spread = Math.min(4, Math.max(0.02, squares > 0 ? excess / squares : 0.5));
    const phi = spread + 1 / Math.max(1, count);
    const isKnown = count >= MIN_WEEKS;
    // An hour that is silent in most weeks is not expected to speak, whatever its mean: a Monday on
    // which people worked although it was Easter must not make Sundays look silent.
    const isBusy = 2 * (busy[slot] ?? 0) > count;
    yield { hour, facts: known, events, expected: isKnown ? (isBusy ? mean : 0) : null, phi };
    if (isKnown && mean > 0) {
      excess += Math.min((events - mean) ** 2, 16 * mean * mean) - mean;
      squares += mean * mean;
    }
    // A burst does not teach more than fourfold, and silence that is a fault fades within weeks.
    const taught = isKnown ? Math.min(events, 4 * mean + 10) : events;
    means[slot] = count === 0 ? taught : mean + Math.max(ALPHA, 1 / (count + 1)) * (taught - mean);
    weeks[slot] = Math.min(60_000, count + 1);
    if (events > 0) busy[slot] = (busy[slot] ?? 0) + 1;
  }
}
