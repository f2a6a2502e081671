// Low and slow: one look every few weeks, for years. Ordinary work returns to a case on up to eleven
// days in ninety and then is done with it; curiosity comes back without work, or long after work.
import { z } from 'zod';
import type { SignalDraft } from '../domain/signal.ts';
import type { Token } from '../domain/token.ts';
import type { DetectorContext, Lookup } from './detector.ts';
import { defineDetector, defineReason } from './detector.ts';
import { dayDraft, eventsOf, unremarkable } from './kit/drafts.ts';
import { meet, noPairs, type Pair, type Pairs } from './kit/pairs.ts';
import { countP } from './kit/relation.ts';
import { fromLn, lnTail } from './kit/statistics.ts';
import { monthWords, unknownWork } from './kit/words.ts';

const often = defineReason('repeated-subject', {
  code: 'days-without-work',
  unit: 'days',
  comparedWith: 'other-persons',
  text: {
    nl: 'Deze medewerker bekeek deze persoon op {observed} dagen sinds {from} zonder dat een zaak, afspraak of contact is gevonden (bij andere personen gewoonlijk: {expected}); {recent} daarvan in 90 dagen.',
    en: 'This official looked up this person on {observed} days since {from} without any case, appointment or contact found (usually {expected} for other persons); {recent} of them in 90 days.',
  },
});
const regular = defineReason('repeated-subject', {
  code: 'returns-for-long',
  unit: 'returns',
  comparedWith: 'other-persons',
  text: {
    nl: 'Deze medewerker kwam sinds {from} {observed} keer na een week of langer bij deze persoon terug, op {days} dagen in alle (bij andere personen gewoonlijk: {expected}); {work}.',
    en: 'Since {from} this official returned to this person {observed} times after a week or longer, on {days} days in all (usually {expected} for other persons); {work}.',
  },
});

const WINDOW_DAYS = 90;
/** Trust in the prior: so many persons, of whom one in ten is met once more without work. */
const PRIOR_PAIRS = 30;
const PRIOR_FURTHER = 0.1;
type State = {
  /** Unexplained days per person, and days of persons about whom nothing can be judged. */
  open: Pairs;
  unknown: Pairs;
  /** Days so far on which a person was met, over all persons, to say what is usual. */
  openDays: number;
};

/** Days of the pair within the window, today included; more than three are not told apart. */
function recentDays(pair: Pair, day: number): number {
  return 1 + pair.earlier.filter((d) => d > day - WINDOW_DAYS && d > 0).length;
}

const ofVerdict = (lookups: readonly Lookup[], verdict: string): Map<Token, Lookup[]> => {
  const bySubject = new Map<Token, Lookup[]>();
  for (const lookup of lookups) {
    if (lookup.explanation.verdict !== verdict) continue;
    const list = bySubject.get(lookup.subject);
    if (list === undefined) bySubject.set(lookup.subject, [lookup]);
    else list.push(lookup);
  }
  return bySubject;
};

type Config = { minDays: number; minLongDays: number; memoryDays: number };

export const repeatedSubject = defineDetector({
  meta: {
    id: 'repeated-subject',
    version: 1,
    title: 'The same person again and again',
    description: 'Detects returns to one person without work, within months and over years.',
    typologies: ['repeated-subject'],
    maturity: 'stable',
    dataUsed: ['audit events', 'caseload'],
    falsePositives: ['a case manager whose caseload is not delivered', 'a namesake of a client'],
    knownGaps: ['returns that an open case of the own team covers'],
    runbook: ['Lay the days beside what happened in the life of the person.'],
  },
  config: z.strictObject({
    minDays: z.int().min(2).default(3), // docs/detection.md 2.2, in 90 days
    minLongDays: z.int().min(3).default(5), // over the whole memory
    memoryDays: z.int().min(90).default(760), // 24 months and a little
  }),
  reasons: [often.template, regular.template],
  start: (): State => ({ open: noPairs(), unknown: noPairs(), openDays: 0 }),
  observeDay(day, state, ctx) {
    const drafts: SignalDraft[] = [];
    for (const [subject, lookups] of ofVerdict(day.lookups, 'unexplained')) {
      const pair = meet(state.open, subject, day.day, ctx.config.memoryDays);
      state.openDays++;
      drafts.push(...unexplainedReturn(pair, subject, lookups, day.day, state, ctx));
    }
    const unknown = ofVerdict(day.lookups, 'cannot-judge');
    if (unknown.size === 0) return drafts;
    return [...drafts, ...unknownReturn(unknown, day.day, state, ctx)];
  },
});

function unexplainedReturn(
  pair: Pair,
  subject: Token,
  lookups: readonly Lookup[],
  day: number,
  state: State,
  { config }: DetectorContext<Config>,
): SignalDraft[] {
  const recent = recentDays(pair, day);
  if (recent < config.minDays && pair.days < config.minLongDays) return [];
  // Days beyond the first: being met once is what makes it a pair. The pair itself is left out, or
  // one person would become what is usual for all others.
  const others = state.open.size - 1;
  const further = Math.max(0, state.openDays - pair.days - others);
  const usualFurther = (further + PRIOR_PAIRS * PRIOR_FURTHER) / (others + PRIOR_PAIRS);
  const usual = 1 + usualFurther;
  const p = countP(fromLn(lnTail(pair.days - 1, usualFurther, 1)));
  const reason = often(pair.days, usual, { from: monthWords(pair.firstDay), recent });
  const draft = dayDraft('repeated-subject', 'rule', p, reason, eventsOf(lookups), 'unexplained');
  return [{ ...draft, subject, floor: 'medium' }];
}

/** Without a caseload every return may be work: only how long and how regular it is can speak. */
function unknownReturn(
  bySubject: ReadonlyMap<Token, Lookup[]>,
  day: number,
  state: State,
  { config, reference }: DetectorContext<Config>,
): SignalDraft[] {
  let most: { pair: Pair; subject: Token; lookups: Lookup[] } | null = null;
  for (const [subject, lookups] of bySubject) {
    const pair = meet(state.unknown, subject, day, config.memoryDays);
    if (most === null || pair.spaced > most.pair.spaced) most = { pair, subject, lookups };
  }
  if (most === null || most.pair.spaced === 0) return unremarkable('repeated-subject');
  const { pair, subject, lookups } = most;
  const usual = 0.3; // returns after a week in permit work, most files being closed by then
  const p = fromLn(lnTail(pair.spaced, usual, 2));
  const reason = regular(pair.spaced, usual, {
    from: monthWords(pair.firstDay),
    days: pair.days,
    work: unknownWork(reference),
  });
  const events = eventsOf(lookups);
  return [{ ...dayDraft('repeated-subject', 'score', p, reason, events, 'cannot-judge'), subject }];
}
