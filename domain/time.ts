/** Europe/Amsterdam lives in this file alone. Days are whole days since 1970-01-01, local calendar. */
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
/** Instants outside this range are refused: a clock or a parser lied. */
export const MIN_INSTANT = Date.UTC(2000, 0, 1);
export const MAX_INSTANT = Date.UTC(2100, 0, 1);

const offsets = new Map<number, number>();
const parts = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Amsterdam',
  timeZoneName: 'longOffset',
});

/** Offset of Amsterdam from UTC in ms at an instant; cached per hour, since offsets change on the hour. */
export function amsterdamOffset(at: number): number {
  const hour = Math.floor(at / HOUR_MS);
  const known = offsets.get(hour);
  if (known !== undefined) return known;
  const name =
    parts.formatToParts(hour * HOUR_MS).find((p) => p.type === 'timeZoneName')?.value ?? 'GMT';
  const match = /GMT([+-])(\d\d):(\d\d)/.exec(name);
  const offset = match
    ? (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) * 60_000
    : 0;
  if (offsets.size > 200_000) offsets.clear();
  offsets.set(hour, offset);
  return offset;
}

/** Local calendar day of an instant, as days since 1970-01-01. */
export const localDay = (at: number): number => Math.floor((at + amsterdamOffset(at)) / DAY_MS);
/** Weekday of a local day, Monday 0 to Sunday 6. */
export const weekday = (day: number): number => (((day + 3) % 7) + 7) % 7;
/** ISO date of a local day. */
export const isoDay = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);
/** First instant of a local day. */
export function startOfDay(day: number): number {
  const naive = day * DAY_MS;
  const first = naive - amsterdamOffset(naive);
  return naive - amsterdamOffset(first);
}

export type LocalResolution = { at: number } | { error: 'gap' };
/**
 * A local Amsterdam wall-clock time (as if UTC, in ms) to an instant. An hour that comes twice gets
 * its first offset; a time in the missing hour is refused.
 */
export function fromAmsterdam(wall: number): LocalResolution {
  const summer = wall - 2 * HOUR_MS;
  if (amsterdamOffset(summer) === 2 * HOUR_MS) return { at: summer };
  const winter = wall - HOUR_MS;
  if (amsterdamOffset(winter) === HOUR_MS) return { at: winter };
  return { error: 'gap' };
}

const RFC3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** Days of a month (1-12) of the Gregorian calendar. */
export const daysInMonth = (year: number, month: number): number =>
  month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
    ? 29
    : (DAYS_IN_MONTH[month - 1] ?? 0);

export type InstantResult =
  | { at: number; isDateOnly: boolean }
  | { error: 'impossible-time' | 'time-out-of-range' };

/**
 * Strict RFC 3339 with offset to epoch ms, cut to the millisecond. 30 February, hour 24 and a
 * missing offset are impossible; a year outside 2000-2100 is out of range. A leap second (:60)
 * counts as the second before it.
 */
export function parseInstant(text: string): InstantResult {
  const m = RFC3339.exec(text);
  if (m === null) return { error: 'impossible-time' };
  const year = Number(m[1]);
  const month = Number(m[2]);
  const day = Number(m[3]);
  const hour = Number(m[4]);
  const minute = Number(m[5]);
  const second = Number(m[6]);
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month))
    return { error: 'impossible-time' };
  if (hour > 23 || minute > 59 || second > 60) return { error: 'impossible-time' };
  const ms = m[7] === undefined ? 0 : Number(m[7].padEnd(3, '0').slice(0, 3));
  const zone = m[8] ?? 'Z';
  let offset = 0;
  if (zone.length > 1) {
    const h = Number(zone.slice(1, 3));
    const min = Number(zone.slice(4, 6));
    if (h > 14 || min > 59) return { error: 'impossible-time' };
    offset = (zone.startsWith('-') ? -1 : 1) * (h * 60 + min) * 60_000;
  }
  const at = Date.UTC(year, month - 1, day, hour, minute, Math.min(second, 59), ms) - offset;
  if (at < MIN_INSTANT || at >= MAX_INSTANT) return { error: 'time-out-of-range' };
  return { at, isDateOnly: hour === 0 && minute === 0 && second === 0 && ms === 0 };
}

/** Instant to RFC 3339 in UTC. */
export const toIso = (at: number): string => new Date(at).toISOString();

const inWords = new Intl.DateTimeFormat('nl-NL', {
  timeZone: 'Europe/Amsterdam',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZoneName: 'short',
});
/** An instant in Dutch words on the Amsterdam clock, with the zone: "24 november 2026 om 17:10 CET". */
export const amsterdamWords = (at: number): string => inWords.format(at);

/** Local calendar month of an instant, `2026-03`. */
export const localMonth = (at: number): string => isoDay(localDay(at)).slice(0, 7);
/** First instant of a local month (`2026-03`), and of the next: half-open. */
export function monthWindow(month: string): { from: number; to: number } {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const first = (y: number, m: number): number => startOfDay(Date.UTC(y, m, 1) / DAY_MS);
  return { from: first(year, number - 1), to: first(year, number) };
}
