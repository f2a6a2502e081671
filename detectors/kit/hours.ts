// The hours of the week in which work is done, Dutch public holidays as Sundays.
import { amsterdamOffset, DAY_MS, HOUR_MS, isoDay, weekday } from '../../domain/time.ts';

export const HOURS_OF_WEEK = 168;
const SUNDAY = 6;

const easters = new Map<number, number>();
/** Local day of Easter Sunday (Meeus, Jones and Butcher). */
export function easterOf(year: number): number {
  const known = easters.get(year);
  if (known !== undefined) return known;
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const h = (19 * a + b - (b >> 2) - Math.floor((b - (((b + 8) / 25) | 0) + 1) / 3) + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * (c >> 2) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const month = Math.floor((h + l - 7 * m + 114) / 31);
  const day = ((h + l - 7 * m + 114) % 31) + 1;
  const easter = Math.floor(Date.UTC(year, month - 1, day) / DAY_MS);
  easters.set(year, easter);
  return easter;
}

/** Days after Easter Sunday: Easter Monday, Ascension, Whit Sunday and Monday. */
const MOVABLE = new Set([0, 1, 39, 49, 50]);
const FIXED = new Set(['01-01', '04-27', '12-25', '12-26']);

const holidays = new Map<number, boolean>();
/** Whether Dutch municipal desks are closed for a public holiday on this local day. */
export function isHoliday(day: number): boolean {
  // Asked for every lookup of a day: the answer is kept.
  const known = holidays.get(day);
  if (known !== undefined) return known;
  const iso = isoDay(day);
  const isOne = FIXED.has(iso.slice(5)) || MOVABLE.has(day - easterOf(Number(iso.slice(0, 4))));
  holidays.set(day, isOne);
  return isOne;
}

const local = (at: number): number => at + amsterdamOffset(at);

/** Hour of the week of an instant, Monday 00:00 is 0; a holiday counts as a Sunday. */
export function hourOfWeek(at: number): number {
  const wall = local(at);
  const day = Math.floor(wall / DAY_MS);
  const hour = Math.floor((wall - day * DAY_MS) / HOUR_MS);
  return (isHoliday(day) ? SUNDAY : weekday(day)) * 24 + hour;
}

/** Shares of a municipal log by hour (docs/detection.md §6.1): 0.8 % outside 07-19, 0.2 % weekend. */
export const OFFICE_HOURS: Float64Array = (() => {
  const shares = new Float64Array(HOURS_OF_WEEK);
  for (let bin = 0; bin < HOURS_OF_WEEK; bin++) {
    const isWorkday = bin < 5 * 24;
    const hour = bin % 24;
    const isDaytime = hour >= 7 && hour < 19;
    if (isWorkday)
      shares[bin] = isDaytime ? 0.99 / 60 : hour >= 6 && hour < 22 ? 0.006 / 20 : 0.0015 / 40;
    else shares[bin] = isDaytime ? 0.002 / 24 : 0.0005 / 24;
  }
  const sum = shares.reduce((total, share) => total + share, 0);
  return shares.map((share) => share / sum);
})();
