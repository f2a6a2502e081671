// Counts of one source, hour by hour of event time.
import type { AuditEvent } from '../domain/event.ts';
import type { SourceHour } from '../domain/source-facts.ts';
import { DAY_MS, HOUR_MS } from '../domain/time.ts';

/** Delays kept per hour, for their median. */
const MAX_SAMPLES = 64;
/** What comes later than this is history that is read, not a delivery: its delay says nothing. */
const HISTORY_MS = 2 * DAY_MS;

export type CountedHour = Omit<SourceHour, 'gaps' | 'lag'>;
/** An hour as it is being counted, with samples of its delays. */
export type OpenHour = CountedHour & { lags: number[] };

export const hourOf = (at: number): number => Math.floor(at / HOUR_MS);

/** An hour of which nothing is known but one instant. */
export const quietHour = (at: number): CountedHour => ({
  ...{ hour: hourOf(at), events: 0, deadLetters: 0, duplicates: 0, firstAt: at, lastAt: at },
  ...{ numbered: 0, ahead: 0 },
});

/** The hour of an instant, begun where it is not there yet. */
export function openHour(hours: Map<number, OpenHour>, at: number): OpenHour {
  const known = hours.get(hourOf(at));
  if (known !== undefined) return known;
  const begun = { ...quietHour(at), lags: [] };
  hours.set(begun.hour, begun);
  return begun;
}

/** Counts an event in its hour; `arrivedAt` is null where it is not known, as when old files are read. */
export function countEvent(
  hours: Map<number, OpenHour>,
  { occurredAt, sequence, isDateOnly }: AuditEvent,
  arrivedAt: number | null,
): OpenHour {
  const hour = openHour(hours, occurredAt);
  hour.events++;
  hour.firstAt = Math.min(hour.firstAt, occurredAt);
  hour.lastAt = Math.max(hour.lastAt, occurredAt);
  if (sequence !== null) hour.numbered++;
  // A date without a time says nothing about a clock.
  if (arrivedAt === null || isDateOnly || arrivedAt - occurredAt > HISTORY_MS) return hour;
  hour.ahead = Math.max(hour.ahead, occurredAt - arrivedAt);
  if (hour.lags.length < MAX_SAMPLES) hour.lags.push(arrivedAt - occurredAt);
  else hour.lags[hour.events % MAX_SAMPLES] = arrivedAt - occurredAt;
  return hour;
}

/** The hour with the median of its delays. */
export function counted({ lags, ...hour }: OpenHour): Omit<SourceHour, 'gaps'> {
  return { ...hour, lag: medianOf(lags) };
}

function medianOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? null;
}
