// After an incident, a viral video or a name in the news, colleagues open the same person to see for
// themselves. No list is needed: it is enough that several, of several units, had no work on them.
import { z } from 'zod';
import { DAY_MS } from '../domain/time.ts';
import type { Token } from '../domain/token.ts';
import type { Lookup, SubjectDay } from './detector.ts';
import { defineReason, defineSubjectDetector } from './detector.ts';
import { floorUnder, isCleared } from './kit/judge.ts';
import { countP } from './kit/relation.ts';
import { fromLn, lnTail } from './kit/statistics.ts';
import { unknownWork } from './kit/words.ts';

const burst = defineReason('subject-burst', {
  code: 'officials-in-window',
  unit: 'officials',
  comparedWith: 'other-subjects',
  text: {
    nl: '{observed} medewerkers van {units} afdelingen bekeken deze persoon in {hours} uur (gewoonlijk hooguit: {expected}); een zaak, afspraak of contact is daarbij niet gevonden.',
    en: '{observed} officials of {units} units looked up this person in {hours} hours (usually at most {expected}); no case, appointment or contact was found for this.',
  },
});
const unknown = defineReason('subject-burst', {
  code: 'officials-in-window-unknown-work',
  unit: 'officials',
  comparedWith: 'other-subjects',
  text: {
    nl: '{observed} medewerkers van {units} afdelingen bekeken deze persoon in {hours} uur (gewoonlijk hooguit: {expected}); {work}.',
    en: '{observed} officials of {units} units looked up this person in {hours} hours (usually at most {expected}); {work}.',
  },
});

const WEEK_DAYS = 7;
const FORGET_DAYS = 60;
/** Half-life of what is usual for a person, in days. */
const USUAL_HALF_LIFE = 14;
const DAILY_WEIGHT = 1 - 2 ** (-1 / USUAL_HALF_LIFE);
const PRIOR_MEAN = 0.1;
/** A burst is this many times what is usual. */
const LIMIT_TIMES = 4;
/** Distinct officials are counted up to here; a burst beyond is no less a burst. */
const MAX_SEEN = 16;

type Seen = { actor: Token; unit: string; at: number; eventId: string; isUnknown: boolean };
/** `usual`: officials without work on this person a day, as a slow mean over calendar days. */
type State = { seen: Seen[]; day: number; usual: number };

const seenOf = (lookup: Lookup): Seen => ({
  actor: lookup.actor,
  unit: lookup.official?.unit ?? lookup.event.actor?.unit ?? '',
  at: lookup.event.occurredAt,
  eventId: lookup.event.eventId,
  isUnknown: lookup.explanation.verdict === 'cannot-judge',
});

/** Keeps each official's latest open lookup of the week, the oldest first. */
function note(state: State, seen: Seen): void {
  state.seen = state.seen.filter((s) => s.actor !== seen.actor);
  state.seen.push(seen);
  if (state.seen.length > MAX_SEEN) state.seen.shift();
}

/** What was usual before today; today's officials without work are then mixed in. */
function fadeUsual(state: State, day: SubjectDay): number {
  const keep = state.day === 0 ? 1 : 2 ** (-(day.day - state.day) / USUAL_HALF_LIFE);
  const before = state.usual * keep;
  const open = day.lookups.filter((l) => !isCleared(l.explanation, 'weak'));
  const officials = new Set(open.map((l) => l.actor)).size;
  state.usual = before + officials * DAILY_WEIGHT;
  return before;
}

const unitsOf = (seen: readonly Seen[]): number => new Set(seen.map((s) => s.unit)).size;

export const subjectBurst = defineSubjectDetector({
  key: 'subject',
  meta: {
    id: 'subject-burst',
    version: 1,
    title: 'Many officials, one person',
    description: 'Detects one person opened by several officials of several units without work.',
    typologies: ['subject-burst'],
    maturity: 'stable',
    dataUsed: ['audit events', 'officials with their unit', 'caseload'],
    falsePositives: ['a crisis team at work before its case is registered'],
    knownGaps: ['officials whose unit is unknown', 'lookups spread over more than a week'],
    runbook: ['Read the incident log and the news of the day before the first lookup.'],
  },
  config: z.strictObject({
    minActors: z.int().min(2).default(3), // in 24 h; p99.9 of all officials is 3 to 4, §6.1
    minActorsWeek: z.int().min(2).default(5),
    minUnits: z.int().min(1).default(2),
    /** Officials in 24 h when nothing says whether they had work; twice the most ever seen. */
    minActorsUnknown: z.int().min(2).default(8),
    usual: z.number().positive().default(2),
  }),
  reasons: [burst.template, unknown.template],
  start: (): State => ({ seen: [], day: 0, usual: 0 }),
  observeDay(day, state, { config, reference }) {
    const from = (day.day - WEEK_DAYS) * DAY_MS;
    state.seen = state.seen.filter((s) => s.at > from);
    const usual = fadeUsual(state, day);
    state.day = day.day;
    let best: Seen[] = [];
    let hours = 24;
    for (const lookup of day.lookups) {
      if (isCleared(lookup.explanation, 'weak')) continue;
      note(state, seenOf(lookup));
      const recent = state.seen.filter((s) => s.at > lookup.event.occurredAt - DAY_MS);
      if (recent.length > best.length) best = recent;
    }
    if (best.length === 0) return [];
    const open = (seen: readonly Seen[]) => seen.filter((s) => !s.isUnknown);
    const isDay = open(best).length >= config.minActors && unitsOf(open(best)) >= config.minUnits;
    const week = open(state.seen);
    const isWeek = week.length >= config.minActorsWeek && unitsOf(week) >= config.minUnits;
    const isUnknown = best.length >= config.minActorsUnknown && unitsOf(best) >= config.minUnits;
    if (!isDay && !isWeek && !isUnknown) return [];
    const told = isDay ? open(best) : isWeek ? week : best;
    if (!isDay && isWeek) hours = 24 * WEEK_DAYS;
    const verdict = isDay || isWeek ? 'unexplained' : 'cannot-judge';
    // Some persons are opened by many every day: a practice record, a namesake of the mayor. The
    // week itself is left out, or a burst spread over days would excuse itself.
    const older = Math.max(0, usual - DAILY_WEIGHT * Math.max(0, state.seen.length - 1));
    const mean = PRIOR_MEAN + older * (hours / 24);
    if (told.length < LIMIT_TIMES * mean) return [];
    const params = { units: unitsOf(told), hours };
    const reason =
      verdict === 'unexplained'
        ? burst(told.length, config.usual, params)
        : unknown(told.length, config.usual, { ...params, work: unknownWork(reference) });
    return [
      {
        typology: 'subject-burst' as const,
        kind: 'rule' as const,
        // Unexplained officials on one person a day: 0.08 of the one or two who look at all.
        p: countP(fromLn(lnTail(told.length - 1, mean, 1))),
        floor: floorUnder(verdict, 'medium'),
        subject: day.subject,
        actor: null,
        reasons: [reason],
        eventIds: eventIdsOf(told, day),
        verdict,
      },
    ];
  },
  isSpent: (state, day) => day - state.day > FORGET_DAYS,
});

/** One event of each official of the window, and every further one of theirs today. */
function eventIdsOf(told: readonly Seen[], day: SubjectDay): string[] {
  const actors = new Set(told.map((s) => s.actor));
  const today = day.lookups.filter((l) => actors.has(l.actor) && !isCleared(l.explanation, 'weak'));
  return [...new Set([...told.map((s) => s.eventId), ...today.map((l) => l.event.eventId)])];
}
