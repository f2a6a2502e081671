// Nobody reads over one's shoulder at night. Evening desks, standby and elections do the same, so it
// speaks alone only from three lookups without work, and against the hours of the official.
import { z } from 'zod';
import type { Lookup } from './detector.ts';
import { defineDetector, defineReason } from './detector.ts';
import { dayDraft, eventsOf, openOf, unremarkable, verdictOf, workOf } from './kit/drafts.ts';
import { HOURS_OF_WEEK, hourOfWeek, OFFICE_HOURS } from './kit/hours.ts';
import { fromLn, lnTail, rareBinP } from './kit/statistics.ts';

const atNight = defineReason('out-of-hours', {
  code: 'unusual-hours',
  unit: 'lookups',
  comparedWith: 'own-hours',
  text: {
    nl: 'Van deze medewerker viel {observed|raadpleging|raadplegingen} buiten de gebruikelijke uren (verwacht op zo’n dag: {expected}[[; collega’s: {peers}]]), het vroegst om {first}, het laatst om {last}; eerder {own} van {total} raadplegingen in die uren; {work}.',
    en: '{observed|lookup|lookups} of this official fell outside the usual hours (expected on such a day: {expected}[[; colleagues: {peers}]]), the earliest at {first}, the latest at {last}; {own} of {total} earlier lookups in those hours; {work}.',
  },
});

type State = { hours: Uint16Array; total: number };
/** Events after which all counts are halved: last year's evening desk must not count forever. */
const MAX_TOTAL = 6_000;

const clock = (bin: number): string => `${String(bin % 24).padStart(2, '0')}:00`;

function learnHours(state: State, bins: readonly number[]): void {
  for (const bin of bins) state.hours[bin] = (state.hours[bin] ?? 0) + 1;
  state.total += bins.length;
  if (state.total <= MAX_TOTAL) return;
  for (let h = 0; h < HOURS_OF_WEEK; h++) state.hours[h] = (state.hours[h] ?? 0) / 2;
  state.total /= 2;
}

export const outOfHours = defineDetector({
  meta: {
    id: 'out-of-hours',
    version: 1,
    title: 'Outside the usual hours',
    description: 'Scores lookups in hours of the week in which official and role hardly work.',
    typologies: ['out-of-hours'],
    maturity: 'stable',
    dataUsed: ['time of the audit events', 'roster', 'caseload'],
    falsePositives: ['standby, evening counters, elections, a deadline'],
    knownGaps: ['sources that log a date without a time', 'misuse in office hours'],
    runbook: ['Compare with the roster and the door log of that evening.'],
  },
  config: z.strictObject({
    rareShare: z.number().min(0).max(0.5).default(0.01), // an hour is unusual below this
    minUnexplained: z.int().min(1).default(3), // docs/detection.md 2.2
  }),
  reasons: [atNight.template],
  start: (): State => ({ hours: new Uint16Array(HOURS_OF_WEEK), total: 0 }),
  observeDay(day, state, ctx) {
    const timed = day.lookups.filter((l) => !l.event.isDateOnly);
    if (timed.length === 0) return [];
    const bins = timed.map((l) => hourOfWeek(l.event.occurredAt));
    const pOf = new Map<number, number>();
    for (const bin of new Set(bins))
      pOf.set(bin, rareBinP(state.hours, state.total, OFFICE_HOURS, bin));
    const { rareShare, minUnexplained } = ctx.config;
    const isRare = (_: Lookup, i: number) => (pOf.get(bins[i] ?? 0) ?? 1) <= rareShare;
    const late = timed.filter(isRare);
    const open = openOf(late);
    const lateBins = [...new Set(bins.filter((_, i) => isRare({} as Lookup, i)))];
    const own = lateBins.reduce((sum, bin) => sum + (state.hours[bin] ?? 0), 0);
    const total = state.total;
    learnHours(state, bins);
    if (open.length === 0) return unremarkable('out-of-hours');
    const expected = Math.max(0.02, rareShare * timed.length);
    const rarest = Math.min(...lateBins.map((bin) => pOf.get(bin) ?? 1));
    // How rare the hour is, and how many lookups it held beyond one: an evening is one event.
    const p = Math.min(1, rarest * timed.length) * fromLn(lnTail(open.length - 1, 1, 1));
    const openBins = open.map((l) => hourOfWeek(l.event.occurredAt));
    const reason = atNight(open.length, expected, {
      first: clock(openBins[0] ?? 0),
      last: clock(openBins.at(-1) ?? 0),
      own: Math.round(own),
      total: Math.round(total),
      work: workOf(open, ctx),
    });
    const verdict = verdictOf(open);
    const isAlone = open.filter((l) => l.explanation.verdict === 'unexplained').length;
    const kind = isAlone >= minUnexplained ? 'score' : 'support';
    const draft = dayDraft('out-of-hours', kind, p, reason, eventsOf(open), verdict);
    return kind === 'score' ? [draft] : [draft, ...unremarkable('out-of-hours')];
  },
});
