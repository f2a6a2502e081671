import { MAX_INSTANT, MIN_INSTANT, parseInstant } from '../../domain/time.ts';
import { createLocalClock, type LocalInstant } from './local-time.ts';

const IMPOSSIBLE: LocalInstant = { error: 'impossible-time' };

/** Epoch milliseconds, as a number or digits, to an instant. */
export function fromMillis(value: unknown): LocalInstant {
  const ms = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof ms !== 'number' || !Number.isFinite(ms)) return IMPOSSIBLE;
  if (ms < MIN_INSTANT || ms >= MAX_INSTANT) return { error: 'time-out-of-range' };
  return { at: Math.floor(ms), isDateOnly: false };
}

/** Epoch nanoseconds as text or number; more than a double holds, so divided as BigInt. */
export function fromNanos(value: unknown): LocalInstant {
  const digits = typeof value === 'number' && Number.isFinite(value) ? value.toFixed(0) : value;
  if (typeof digits !== 'string' || !/^\d{1,20}$/.test(digits)) return IMPOSSIBLE;
  return fromMillis(Number(BigInt(digits) / 1_000_000n));
}

/** RFC 3339 with offset. A machine writes midnight as it writes any other time. */
export function fromText(value: unknown): LocalInstant {
  if (typeof value !== 'string') return IMPOSSIBLE;
  const time = parseInstant(value);
  return 'error' in time ? time : { at: time.at, isDateOnly: false };
}

const EPOCH = /^\d{12,13}$/;
/** RFC 3339, or epoch milliseconds as a number or digits. */
export const fromTextOrMillis = (value: unknown): LocalInstant =>
  typeof value === 'number' || (typeof value === 'string' && EPOCH.test(value))
    ? fromMillis(value)
    : fromText(value);

/** Reads UTC times that are written without their Z. */
export const fromUtcWithoutZone = (value: unknown): LocalInstant =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+$/.test(value)
    ? fromText(`${value}Z`)
    : fromText(value);

/**
 * Reads times that one of several local patterns fits; each keeps its own memory of the hour that
 * comes twice. The zone is the source's, never the machine's.
 */
export function createLocalClocks(
  patterns: readonly string[],
  zone: 'Europe/Amsterdam' | 'UTC',
): (text: string) => LocalInstant {
  const clocks = patterns.map((pattern) => createLocalClock(pattern, zone));
  return (text) => {
    let last = IMPOSSIBLE;
    for (const clock of clocks) {
      const time = clock(text);
      if (!('error' in time)) return { at: time.at, isDateOnly: false };
      if (time.error === 'time-out-of-range') last = time;
    }
    return last;
  };
}
