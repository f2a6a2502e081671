import type { LocalInstant } from './local-time.ts';
import { createLocalClock, type LocalClock, type Zone } from './local-time.ts';

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';
/** `Oct 11 22:14:15`, with a year after the day or at the end of the date, milliseconds and a zone. */
const SHAPE =
  /^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?([A-Z][a-z]{2}) {1,2}(\d{1,2})(?:,? (\d{4}))? (\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(?: ?(Z|UTC|GMT|CET|CEST|[+-]\d\d:?\d\d))?/;
const OFFSETS: Readonly<Record<string, string>> = {
  Z: 'Z',
  UTC: 'Z',
  GMT: 'Z',
  CET: '+01:00',
  CEST: '+02:00',
};
const DAY_MS = 86_400_000;

export type MonthNameTime = { text: string; instant: LocalInstant };
/**
 * Reads times with a month name at the start of a text. Without a year the one counts that puts the
 * line nearest before its arrival; without a zone the source's.
 */
export function createMonthNameClock(
  zone: Zone,
  arrivedAt: () => number,
): (text: string) => MonthNameTime | null {
  const local: LocalClock = createLocalClock('yyyy-MM-dd HH:mm:ss.SSS', zone);
  const inUtc: LocalClock = createLocalClock('yyyy-MM-dd HH:mm:ss.SSS', 'UTC');
  return (text) => {
    const match = SHAPE.exec(text);
    if (match === null) return null;
    const [whole, name, dayText, year, time, fraction, zoneText] = match;
    const month = MONTHS.indexOf(name ?? '');
    if (month < 0 || month % 3 !== 0) return null;
    const tail = `${String(month / 3 + 1).padStart(2, '0')}-${(dayText ?? '').padStart(2, '0')} ${time}.${(fraction ?? '').padEnd(3, '0').slice(0, 3)}`;
    const read = (y: string): LocalInstant => {
      if (zoneText === undefined) return local(`${y}-${tail}`);
      const offset = OFFSETS[zoneText] ?? zoneText.replace(/^(.\d\d):?(\d\d)$/, '$1:$2');
      const wall = inUtc(`${y}-${tail}`);
      if ('error' in wall || offset === 'Z') return wall;
      const sign = offset.startsWith('-') ? -1 : 1;
      const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6));
      return { at: wall.at - sign * minutes * 60_000, isDateOnly: false };
    };
    const instant = year === undefined ? nearest(read, arrivedAt()) : read(year);
    return {
      text: whole,
      instant: 'error' in instant ? instant : { ...instant, isDateOnly: false },
    };
  };
}

/** The year that puts the time nearest before arrival; a day ahead may be a clock or a zone. */
function nearest(read: (year: string) => LocalInstant, arrivedAt: number): LocalInstant {
  const thisYear = new Date(arrivedAt).getUTCFullYear();
  let found: LocalInstant = { error: 'impossible-time' };
  // Nine years back: 29 February may not exist in the years between.
  for (let year = thisYear + 1; year > thisYear - 9; year--) {
    const instant = read(String(year));
    if ('error' in instant) {
      if ('error' in found) found = instant;
      continue;
    }
    if (instant.at <= arrivedAt + DAY_MS) return instant;
  }
  return found;
}
