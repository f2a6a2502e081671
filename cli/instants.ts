import { InvalidArgumentError } from 'commander';
import { localDay, parseInstant, startOfDay } from '../domain/time.ts';

/** A day (inclusive where it `isEnd`) or an RFC 3339 instant of the command line, to epoch ms. */
export const instant =
  (isEnd: boolean) =>
  (text: string): number => {
    const day = /^\d{4}-\d\d-\d\d$/.test(text) ? parseInstant(`${text}T12:00:00Z`) : null;
    if (day !== null && 'at' in day) return startOfDay(localDay(day.at) + (isEnd ? 1 : 0));
    const parsed = parseInstant(text);
    if ('at' in parsed) return parsed.at;
    throw new InvalidArgumentError('must be a date (2026-03-01) or a time with offset');
  };
