import {
  amsterdamOffset,
  fromAmsterdam,
  HOUR_MS,
  MAX_INSTANT,
  MIN_INSTANT,
} from '../../domain/time.ts';

export type Zone = 'Europe/Amsterdam' | 'UTC';
export type LocalInstant =
  | { at: number; isDateOnly: boolean }
  | { error: 'impossible-time' | 'time-out-of-range' };
/** Reads local times of one source in the order of its lines. */
export type LocalClock = (text: string) => LocalInstant;

/** A line this much earlier than the one before is taken for the second pass of a repeated hour. */
const MAX_DISORDER_MS = 30 * 60_000;
const WIDTHS: Readonly<Record<string, string>> = {
  yyyy: '(\\d{4})',
  MM: '(\\d\\d)',
  M: '(\\d{1,2})',
  dd: '(\\d\\d)',
  d: '(\\d{1,2})',
  HH: '(\\d\\d)',
  H: '(\\d{1,2})',
  mm: '(\\d\\d)',
  ss: '(\\d\\d)',
  SSS: '(\\d{3})',
};
const PART = /'([^']*)'|([A-Za-z])\2*|[^A-Za-z']/g;

/** A date pattern as a regular expression of fixed width and the order of its parts; null when unusable. */
export function compilePattern(pattern: string): { regex: RegExp; parts: string[] } | null {
  const parts: string[] = [];
  let source = '';
  let consumed = 0;
  for (const match of pattern.matchAll(PART)) {
    const [token, literal, letter] = match;
    consumed += token.length;
    if (letter === undefined) {
      source += escapeRegExp(literal ?? token);
      continue;
    }
    const width = WIDTHS[token];
    if (width === undefined || parts.includes(letter)) return null;
    source += width;
    parts.push(letter);
  }
  const isWhole = consumed === pattern.length && ['y', 'M', 'd'].every((p) => parts.includes(p));
  return isWhole ? { regex: new RegExp(`^${source}$`), parts } : null;
}

type Places = [number, number, number, number, number, number, number];
const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');

/**
 * Clock for times without offset. An hour that comes twice gets its first offset, unless the lines
 * before it show that the clock went back already; the missing hour and 30 February are impossible.
 * Throws on a pattern that `compilePattern` refuses.
 */
export function createLocalClock(pattern: string, zone: Zone): LocalClock {
  const compiled = compilePattern(pattern);
  if (compiled === null) throw new TypeError(`unusable date pattern ${pattern}`);
  const { regex, parts } = compiled;
  const [y, mo, d, h, mi, s, S] = ['y', 'M', 'd', 'H', 'm', 's', 'S'].map((p) =>
    parts.indexOf(p),
  ) as Places;
  let last = Number.NEGATIVE_INFINITY;
  return (text) => {
    const match = regex.exec(text);
    if (match === null) return { error: 'impossible-time' };
    const part = (place: number): number => (place < 0 ? 0 : Number(match[place + 1]));
    const [year, month, day] = [part(y), part(mo), part(d)];
    const [hour, minute, second, ms] = [part(h), part(mi), part(s), part(S)];
    if (hour > 23 || minute > 59 || second > 59) return { error: 'impossible-time' };
    const wall = Date.UTC(year, month - 1, day, hour, minute, second, ms);
    const check = new Date(wall);
    if (check.getUTCMonth() !== month - 1 || check.getUTCDate() !== day)
      return { error: 'impossible-time' };
    // Checked before the zone is asked: its cache is for real instants.
    if (year < 2000 || year > 2100) return { error: 'time-out-of-range' };
    const resolved = zone === 'UTC' ? { at: wall } : fromAmsterdam(wall);
    if ('error' in resolved) return { error: 'impossible-time' };
    let { at } = resolved;
    if (zone !== 'UTC' && isRepeated(wall, at) && isSecondPass(at, last)) at += HOUR_MS;
    if (at < MIN_INSTANT || at >= MAX_INSTANT) return { error: 'time-out-of-range' };
    last = at;
    return { at, isDateOnly: hour + minute + second + ms === 0 };
  };
}

const isRepeated = (wall: number, first: number): boolean =>
  first + HOUR_MS + amsterdamOffset(first + HOUR_MS) === wall;
/** Lines before this one are past the change already, or this one goes back by more than disorder. */
const isSecondPass = (first: number, last: number): boolean =>
  last >= (Math.floor(first / HOUR_MS) + 1) * HOUR_MS || first < last - MAX_DISORDER_MS;
