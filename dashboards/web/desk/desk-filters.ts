import type { LogFilters } from '../data/oversight.ts';

export const PERIODS = [30, 90, 365] as const;
export type PeriodDays = (typeof PERIODS)[number];

/** A short text from an address; anything else is left out. */
export const textFrom = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= 80 ? value : undefined;

/** Days of the period looked at, when the address names one that there is. */
export const daysFrom = (value: unknown): PeriodDays | undefined =>
  PERIODS.find((days) => days === Number(value));
export type DeskFilters = { days?: PeriodDays | undefined };

export const logFiltersFrom = (search: Record<string, unknown>): LogFilters => ({
  objectId: textFrom(search['objectId']),
  operation: textFrom(search['operation']),
  onlyRefused: String(search['onlyRefused']) === 'true' ? 'true' : undefined,
});
