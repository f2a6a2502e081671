// The frame of a relation rule: per person and day, what is left after the gate, how often before,
// and how likely by chance. Each detector says who counts and in which words.
import type { Reason, SignalDraft } from '../../domain/signal.ts';
import type { Token } from '../../domain/token.ts';
import type { Severity, Typology } from '../../domain/typology.ts';
import type { ActorDay, DetectorContext, Lookup } from '../detector.ts';
import { type Clears, floorUnder, isCleared, type Judged, judge } from './judge.ts';
import { recentHits, type Sightings, sight } from './sightings.ts';
import { chanceHits, chanceP, fromLn, lnTail } from './statistics.ts';
import { type Words, workWords } from './words.ts';

/** Persons in the pool when persons.csv is absent: a middle-sized municipality. */
const DEFAULT_POPULATION = 100_000;
/** A rule states a base rate, not a measurement: F10 takes max(base rate, 1e-4). */
const MIN_RULE_P = 1e-4;
const MAX_RULE_P = 0.5;
/**
 * Further days on which ordinary work without a row brings one back to the same person: one in ten, as
 * for any other person.
 */
const FURTHER_DAYS = 0.1;
/** What a weak explanation or a later case makes of the p. */
const EXPLAINED_FACTOR = 10;

/** One person of the day who counts for a rule. */
export type Hit = {
  subject: Token;
  judged: Judged;
  /** Days of the last 90 on which this person was seen, today included. */
  days: number;
  /** Distinct persons of the kind met in 30 days, this one included. */
  persons: number;
  /** Persons of the kind that chance alone would bring in 30 days. */
  expected: number;
  /** Chance to meet as many such persons, and this one on as many days. */
  p: number;
  work: Words;
};

type Frame = {
  clears: Clears;
  /** Whether a lookup concerns the kind of person; asked per lookup, because ties have a validity. */
  concerns(lookup: Lookup): boolean;
  /** How many such persons there are: K of F7. */
  related: number;
  /** Pool in which they are; the population when left out. */
  population?: number;
};

export const populationOf = (ctx: DetectorContext<unknown>): number =>
  ctx.reference.population || DEFAULT_POPULATION;

/** Between the base rate floor and the ceiling of a rule. */
export const ruleP = (p: number): number => Math.min(MAX_RULE_P, Math.max(MIN_RULE_P, p));

/** p of a rule that rests on a count: a statistic may go further down than a base rate. */
export const countP = (p: number): number => Math.min(MAX_RULE_P, Math.max(1e-9, p));

/** The persons of the day that count and were not cleared, in the order of their first lookup. */
export function hitsOf(
  day: ActorDay,
  state: Sightings,
  ctx: DetectorContext<unknown>,
  frame: Frame,
): Hit[] {
  const bySubject = new Map<Token, Lookup[]>();
  for (const lookup of day.lookups) {
    // Most lookups are cleared; whom they concern need not be looked up.
    if (isCleared(lookup.explanation, frame.clears) || !frame.concerns(lookup)) continue;
    const known = bySubject.get(lookup.subject);
    if (known) known.push(lookup);
    else bySubject.set(lookup.subject, [lookup]);
  }
  const hits: Hit[] = [];
  for (const [subject, lookups] of bySubject) {
    const judged = judge(lookups, frame.clears);
    if (judged === null) continue;
    const isUnexplained = judged.verdict === 'unexplained';
    const days = sight(state, subject, day.day, isUnexplained);
    // L counts unexplained lookups only, so only unexplained persons may be held against it.
    const persons = isUnexplained ? Math.max(1, recentHits(state, day.day)) : 1;
    const exposure = Math.max(1, persons, ctx.recentUnexplained);
    const population = frame.population ?? populationOf(ctx);
    const related = Math.max(1, frame.related);
    // Who met a person by chance is done with it; work on record may bring anybody back.
    const returning = isUnexplained ? fromLn(lnTail(days - 1, FURTHER_DAYS, 1)) : 1;
    hits.push({
      subject,
      judged,
      days,
      persons,
      expected: chanceHits(exposure, related, population),
      p: chanceP(exposure, related, population, persons) * returning,
      work: workWords(judged, ctx.reference),
    });
  }
  return hits;
}

/** The numbers every relation sentence has at hand. */
export const hitParams = (hit: Hit): Reason['params'] => ({
  days: hit.days,
  persons: hit.persons,
  // Two digits: the pool is an estimate, and more would promise what it cannot hold.
  oneIn: Math.max(1, Math.round(Number((1 / hit.p).toPrecision(2)))),
  work: hit.work,
});

/** Makes the draft of one hit; floor and p are softened where work is likely or unknown. */
export function draftOf(
  typology: Typology,
  kind: 'rule' | 'support',
  hit: Hit,
  floor: Severity,
  p: number,
  reason: Reason,
): SignalDraft {
  const { verdict, lookups } = hit.judged;
  const isWorkLikely = verdict === 'explained' || verdict === 'explained-later';
  const factor = isWorkLikely ? EXPLAINED_FACTOR : 1;
  return {
    typology,
    kind,
    p: kind === 'rule' ? Math.min(MAX_RULE_P, ruleP(p) * factor) : Math.min(1, p * factor),
    floor: floorUnder(verdict, floor),
    subject: hit.subject,
    reasons: [reason],
    eventIds: lookups.map((l) => l.event.eventId),
    verdict,
  };
}

const YEAR_MS = 365.25 * 86_400_000;
const FADE_YEARS = 5; // weight of a tie that ended halves every five years

/** p of a tie that ended: the same surprise at weight 2^(−years/5). */
export function fade(p: number, endedAt: number | null, at: number): number {
  if (endedAt === null || endedAt >= at) return p;
  return p ** (2 ** (-(at - endedAt) / YEAR_MS / FADE_YEARS));
}

/** Last instant of a hit, and the number of its lookups. */
export const lastAt = (hit: Hit): number => hit.judged.lookups.at(-1)?.event.occurredAt ?? 0;
export const viewsOf = (hit: Hit): number => hit.judged.lookups.length;
