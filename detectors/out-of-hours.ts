// Nobody reads over one's shoulder at night. Evening desks, standby and elections do the same, so it
// speaks alone only from three persons without work in four weeks, and against the hours of the official.
import { z } from 'zod';
import type { AuditEvent } from '../domain/event.ts';
import type { ActorDay, Lookup } from './detector.ts';
import { defineDetector, defineReason } from './detector.ts';
import { dayDraft, openOf, personsOf, unexplainedOf, unremarkable, workOf } from './kit/drafts.ts';
import { HOURS_OF_WEEK, hourOfWeek, OFFICE_HOURS } from './kit/hours.ts';
import { judge } from './kit/judge.ts';
import { fromLn, lnTail, rareBinP } from './kit/statistics.ts';

const atNight = defineReason('out-of-hours', {
  code: 'unusual-hours',
  unit: 'lookups',
  comparedWith: 'own-hours',
  text: {
    nl: 'Van deze medewerker viel {observed|raadpleging|raadplegingen} buiten de gebruikelijke uren (verwacht op zo’n dag: {expected}[[; collega’s: {peers}]]), het vroegst om {first}, het laatst om {last}; {days|zo’n dag|zulke dagen} in vier weken; eerder {own} van {total} raadplegingen in die uren; {work}.',
    en: '{observed|lookup|lookups} of this official fell outside the usual hours (expected on such a day: {expected}[[; colleagues: {peers}]]), the earliest at {first}, the latest at {last}; {days|such day|such days} in four weeks; {own} of {total} earlier lookups in those hours; {work}.',
  },
});

/** Persons without work in unusual hours, of the days of four weeks that had any. */
type Late = { day: number; persons: number };
type State = { hours: Uint16Array; total: number; late: Late[] };
/** Events after which all counts are halved: last year's evening desk must not count forever. */
const MAX_TOTAL = 6_000;
const WINDOW_DAYS = 28;
/** Earlier days of the window with such a lookup, in ordinary work. */
const USUAL_DAYS = 0.1;

const clock = (bin: number): string => `${String(bin % 24).padStart(2, '0')}:00`;

function learnHours(state: State, bins: readonly number[]): void {
  for (const bin of bins) state.hours[bin] = (state.hours[bin] ?? 0) + 1;
  state.total += bins.length;
  if (state.total <= MAX_TOTAL) return;
  for (let h = 0; h < HOURS_OF_WEEK; h++) state.hours[h] = (state.hours[h] ?? 0) / 2;
  state.total /= 2;
}

/** What was asked and answered without naming a person: a list or a file of many. */
const namelessOf = (day: ActorDay): AuditEvent[] =>
  day.others.filter((e) => e.outcome === 'success' && (e.resultCount ?? 0) > 0);

export const outOfHours = defineDetector({
  meta: {
    id: 'out-of-hours',
    version: 2,
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
  start: (): State => ({ hours: new Uint16Array(HOURS_OF_WEEK), total: 0, late: [] }),
  observeDay(day, state, ctx) {
    const timed = day.lookups.filter((l) => !l.event.isDateOnly);
    const nameless = namelessOf(day).filter((e) => !e.isDateOnly);
    const bins = [...timed.map((l) => l.event), ...nameless].map((e) => hourOfWeek(e.occurredAt));
    if (bins.length === 0) return [];
    const pOf = new Map<number, number>();
    for (const bin of new Set(bins))
      pOf.set(bin, rareBinP(state.hours, state.total, OFFICE_HOURS, bin));
    const { rareShare, minUnexplained } = ctx.config;
    const isRare = ({ occurredAt }: AuditEvent): boolean =>
      (pOf.get(hourOfWeek(occurredAt)) ?? 1) <= rareShare;
    const open = openOf(timed.filter((l) => isRare(l.event)));
    const files = nameless.filter(isRare);
    const events = [...open.map((l) => l.event), ...files];
    const ownBins = [...new Set(events.map((e) => hourOfWeek(e.occurredAt)))];
    const own = ownBins.reduce((sum, bin) => sum + (state.hours[bin] ?? 0), 0);
    const { total } = state;
    learnHours(state, bins);
    const earlier = noteLate(state, day.day, open);
    if (events.length === 0) return unremarkable('out-of-hours');
    const asked = personsOf(timed) + nameless.length;
    const rarest = Math.min(...ownBins.map((bin) => pOf.get(bin) ?? 1));
    // How rare the hour is, how many more than one were asked about in it, for an evening is one event,
    // and on how many evenings before.
    const more = lnTail(personsOf(open) + files.length - 1, 1, 1);
    const before = lnTail(earlier.length, USUAL_DAYS, 1);
    const p = Math.min(1, rarest * asked) * fromLn(more) * fromLn(before);
    // Not by spreading: an account that runs a batch at night has more events than a call takes arguments.
    const first = events.reduce((at, e) => Math.min(at, e.occurredAt), Number.POSITIVE_INFINITY);
    const last = events.reduce((at, e) => Math.max(at, e.occurredAt), 0);
    const reason = atNight(events.length, Math.max(0.02, rareShare * bins.length), {
      first: clock(hourOfWeek(first)),
      last: clock(hourOfWeek(last)),
      days: earlier.length + 1,
      own: Math.round(own),
      total: Math.round(total),
      work: workOf(open, ctx),
    });
    const verdict = judge(open, 'weak')?.verdict ?? 'cannot-judge';
    const alone = state.late.reduce((sum, { persons }) => sum + persons, 0);
    const isAlone = verdict === 'unexplained' && alone >= minUnexplained;
    const kind = isAlone ? 'score' : 'support';
    const draft = dayDraft('out-of-hours', kind, p, reason, events, verdict);
    return isAlone ? [draft] : [draft, ...unremarkable('out-of-hours')];
  },
});

/** Notes today's persons without work in unusual hours; gives the earlier days of the window. */
function noteLate(state: State, day: number, open: readonly Lookup[]): Late[] {
  const earlier = state.late.filter((l) => l.day > day - WINDOW_DAYS);
  const persons = personsOf(unexplainedOf(open));
  state.late = persons === 0 ? earlier : [...earlier, { day, persons }];
  return earlier;
}
