import type { LogFilters } from '../data/oversight.ts';

export const PERIODS = [30, 90, 365] as const;
export type PeriodDays = (typeof PERIODS)[number];

/** A short text from an address; anything else is left out. */
export const textFrom = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= 80 ? value : undefined;

/** Days of the period looked at; a year when the address says nothing sensible. */
export const daysFrom = (value: unknown): PeriodDays =>
  PERIODS.find((days) => days === Number(value)) ?? 365;

export const logFiltersFrom = (search: Record<string, unknown>): LogFilters => ({
  objectId: textFrom(search['objectId']),
  operation: textFrom(search['operation']),
  onlyRefused: String(search['onlyRefused']) === 'true' ? 'true' : undefined,
});
