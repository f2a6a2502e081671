import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { amsterdamOffset } from '../../../domain/time.ts';

const LOCALES = { nl: 'nl-NL', en: 'en-GB' } as const;
export type Language = keyof typeof LOCALES;

/** Beyond this a date says more than a count of days. */
const MAX_DAYS_AGO = 45;

export type Format = ReturnType<typeof formatIn>;

/** Numbers, dates and times as the reader's language writes them; times are Dutch local time. */
export const useFormat = (): Format => {
  const { i18n } = useTranslation();
  const language: Language = i18n.language === 'en' ? 'en' : 'nl';
  return useMemo(() => formatIn(language), [language]);
};

/** The formats of one language. Instants are epoch milliseconds or RFC 3339, days ISO dates. */
export function formatIn(language: Language) {
  const locale = LOCALES[language];
  const count = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  // Times are shifted to local first and then written as if they were UTC: one place knows the zone.
  const of = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options });
    return (at: number): string => (Number.isFinite(at) ? format.format(at) : '–');
  };
  const local = (at: number | string): number => {
    const instant = typeof at === 'string' ? Date.parse(at) : at;
    return Number.isFinite(instant) ? instant + amsterdamOffset(instant) : Number.NaN;
  };
  const dateTime = of({ dateStyle: 'medium', timeStyle: 'short' });
  const date = of({ dateStyle: 'medium' });
  const time = of({ timeStyle: 'short' });
  const seconds = of({ dateStyle: 'medium', timeStyle: 'medium' });
  const monthYear = of({ month: 'long', year: 'numeric' });
  const month = of({ month: 'short' });
  const weekdays = { long: of({ weekday: 'long' }), short: of({ weekday: 'short' }) };
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'long' });
  return {
    count: (value: number): string => count.format(value),
    whole: (value: number): string => whole.format(value),
    share: (part: number, of: number): string => (of === 0 ? '–' : share.format(part / of)),
    percent: (value: number | null): string => (value === null ? '–' : share.format(value)),
    instant: (at: number | string): string => dateTime(local(at)),
    exact: (at: number | string): string => seconds(local(at)),
    date: (at: number | string): string => date(local(at)),
    time: (at: number | string): string => time(local(at)),
    day: (iso: string): string => date(Date.parse(iso)),
    month: (year: number, m: number): string => monthYear(Date.UTC(year, m - 1, 1)),
    monthName: (m: number): string => month(Date.UTC(2024, m - 1, 1)),
    /** 0 is Monday; 1 January 2024 was one. */
    weekday: (day: number, style: 'long' | 'short' = 'long'): string =>
      weekdays[style](Date.UTC(2024, 0, 1 + day)),
    /** How long ago, in the largest unit that says it. */
    ago: (at: number | string, now: number): string => {
      const minutes = Math.round(((typeof at === 'string' ? Date.parse(at) : at) - now) / 60_000);
      if (Math.abs(minutes) < 60) return relative.format(minutes, 'minute');
      const hours = Math.round(minutes / 60);
      if (Math.abs(hours) < 48) return relative.format(hours, 'hour');
      const days = Math.round(hours / 24);
      return Math.abs(days) > MAX_DAYS_AGO ? date(local(at)) : relative.format(days, 'day');
    },
  };
}
