import { DAY_MS, parseInstant, startOfDay } from '../domain/time.ts';

export type DateFault = 'impossible-date' | 'date-out-of-range';
export type DateResult = { at: number | null } | { fault: DateFault };

/** Registers reach back to the nineteenth century; beyond these years a date is a slip of the pen. */
const MIN_YEAR = 1800;
const MAX_YEAR = 2199;
/** Administrations write 9999-12-31 for "no end known". */
const OPEN_YEAR = '9999';

const isReal = (year: number, month: number, day: number): boolean => {
  const date = new Date(Date.UTC(year, month - 1, day));
  return (
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  );
};

// The same few thousand days occur in every row; the time zone arithmetic is done once for each.
const days = new Map<number, number>();
function midnight(day: number): number {
  let at = days.get(day);
  if (at === undefined) {
    at = startOfDay(day);
    days.set(day, at);
  }
  return at;
}

function parseDate(text: string, edge: 'from' | 'to'): DateResult {
  if (text === '') return { at: null };
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (match === null) return parseDateTime(text);
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (!isReal(year, month, day)) return { fault: 'impossible-date' };
  if (edge === 'to' && match[1] === OPEN_YEAR) return { at: null };
  if (year < MIN_YEAR || year > MAX_YEAR) return { fault: 'date-out-of-range' };
  // A plain date at the end is inclusive: the window closes when the next local day begins.
  return { at: midnight(Date.UTC(year, month - 1, day) / DAY_MS + (edge === 'to' ? 1 : 0)) };
}

function parseDateTime(text: string): DateResult {
  const instant = parseInstant(text);
  if ('at' in instant) return { at: instant.at };
  if (instant.error === 'impossible-time') return { fault: 'impossible-date' };
  // parseInstant refuses what lies before 2000, which is right for events and not for validity.
  const at = Date.parse(text.replace(' ', 'T'));
  const year = new Date(at).getUTCFullYear();
  return year >= MIN_YEAR && year <= MAX_YEAR ? { at } : { fault: 'date-out-of-range' };
}

/** Start of validity: a plain date means the start of that day in Amsterdam; empty is open (null). */
export const parseFrom = (text: string): DateResult => parseDate(text, 'from');
/** End of validity, half-open: a plain date is inclusive; empty and the year 9999 are open (null). */
export const parseTo = (text: string): DateResult => parseDate(text, 'to');

/** A birth date that keeps what is known: a year, year and month, or a full date; empty is unknown. */
export function birthDateFault(text: string): DateFault | null {
  if (text === '') return null;
  const match = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(text);
  if (match === null) return 'impossible-date';
  if (!isReal(Number(match[1]), Number(match[2] ?? 1), Number(match[3] ?? 1)))
    return 'impossible-date';
  return Number(match[1]) < MIN_YEAR || Number(match[1]) > MAX_YEAR ? 'date-out-of-range' : null;
}
