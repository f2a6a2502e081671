// The shared clauses of the sentences (docs/domain.md §2), in both languages.
import type { ReferenceData } from '../../domain/reference.ts';
import { DAY_MS } from '../../domain/time.ts';
import type { Judged } from './judge.ts';

export type Words = { nl: string; en: string };

// A local day is a calendar date without a zone; read as UTC it stays the same date.
const dateFormat = (locale: string) =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' });
const DATES = { nl: dateFormat('nl-NL'), en: dateFormat('en-GB') };

/** Days of which the words are kept: those that are open, and the one that closes. */
const KEPT_DAYS = 8;
const dates = new Map<number, Words>();

/** A local day in words. Thousands of officials share a day, and formatting one takes microseconds. */
export function dateWords(day: number): Words {
  let words = dates.get(day);
  if (words === undefined) {
    words = { nl: DATES.nl.format(day * DAY_MS), en: DATES.en.format(day * DAY_MS) };
    if (dates.size >= KEPT_DAYS) dates.clear();
    dates.set(day, words);
  }
  return words;
}

const WEAK = {
  strong: {
    nl: 'een mandaat is daarbij niet gevonden',
    en: 'no mandate for it was found',
  },
  medium: {
    nl: 'alleen eerder eigen werk met deze persoon is gevonden',
    en: 'only earlier work of their own on this person was found',
  },
  weak: {
    nl: 'alleen werk van het team of een zoekvraag daarnaast is gevonden',
    en: 'only work of the team or a search beside it was found',
  },
} as const;

/** The clause for lookups of which nobody can say whether work was behind them. */
export function unknownWork(reference: ReferenceData): Words {
  const [nl, en] = reference.delivered.caseload
    ? ['informatie over het werk', 'information about the work']
    : ['het zaakoverzicht', 'the caseload'];
  return {
    nl: `of hier werk achter zat, is niet te beoordelen (${nl} ontbreekt)`,
    en: `whether work was behind it cannot be judged (${en} is missing)`,
  };
}

/** The clause `{work}`: what the reference data says about a reason for these lookups. */
export function workWords(judged: Judged, reference: ReferenceData): Words {
  const { verdict, lookups, unexplained } = judged;
  if (verdict === 'unexplained' && unexplained < lookups.length)
    return {
      nl: `bij ${unexplained} daarvan is geen zaak, afspraak of contact gevonden`,
      en: `no case, appointment or contact was found for ${unexplained} of them`,
    };
  if (verdict === 'unexplained')
    return {
      nl: 'een zaak, afspraak of contact is daarbij niet gevonden',
      en: 'no case, appointment or contact was found for this',
    };
  if (verdict === 'cannot-judge') return unknownWork(reference);
  if (verdict === 'explained-later')
    return {
      nl: 'hiervoor is later alsnog een zaak geregistreerd',
      en: 'a case for it was registered afterwards',
    };
  return WEAK[judged.strength ?? 'weak'];
}

const YEAR_MS = 365.25 * DAY_MS;

/** Whether a tie lasts, or how long ago it ended: in years, since a date would identify. */
export function yearsWords(endedAt: number | null, at: number): Words {
  if (endedAt === null || endedAt >= at) return { nl: 'nog bestaand', en: 'still lasting' };
  const years = Math.floor((at - endedAt) / YEAR_MS);
  if (years < 1)
    return { nl: 'minder dan een jaar geleden geëindigd', en: 'ended under a year ago' };
  return {
    nl: `${years} jaar geleden geëindigd`,
    en: years === 1 ? 'ended 1 year ago' : `ended ${years} years ago`,
  };
}

const monthFormat = (locale: string) =>
  new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' });
const MONTHS = { nl: monthFormat('nl-NL'), en: monthFormat('en-GB') };

/** The month of a local day in words. */
export const monthWords = (day: number): Words => ({
  nl: MONTHS.nl.format(day * DAY_MS),
  en: MONTHS.en.format(day * DAY_MS),
});
