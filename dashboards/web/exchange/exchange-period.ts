import type { ExchangePeriod } from '../data/exchange.ts';
import { fromField, toField } from '../shell/local-time.ts';

const DAY_MS = 86_400_000;
const YEARS = 3;
const LAST = 'last';

/** Whole calendar years that have passed, after the last twelve months. */
export const periodChoices = (now: number): string[] => {
  const year = Number(toField(now).slice(0, 4));
  return [LAST, ...Array.from({ length: YEARS }, (_, i) => String(year - 1 - i))];
};
export const FIRST_CHOICE = LAST;

const midnight = (day: string): string => fromField(`${day}T00:00`) ?? `${day}T00:00:00Z`;

/** A calendar year, or the 365 days up to and including yesterday; days are local ones. */
export function periodOf(choice: string, now: number): ExchangePeriod {
  if (choice !== LAST)
    return { from: midnight(`${choice}-01-01`), to: midnight(`${Number(choice) + 1}-01-01`) };
  const today = toField(now).slice(0, 10);
  const first = new Date(Date.parse(today) - 365 * DAY_MS).toISOString().slice(0, 10);
  return { from: midnight(first), to: midnight(today) };
}
