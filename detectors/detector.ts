import type { z } from 'zod';
import type { AuditEvent } from '../domain/event.ts';
import type { Explanation } from '../domain/explanation.ts';
import type { OfficialRow, ReferenceData, TieRow } from '../domain/reference.ts';
import type { Reason, SignalDraft } from '../domain/signal.ts';
import type { Token } from '../domain/token.ts';
import type { Typology } from '../domain/typology.ts';

/** One event with what is known about it at its time: what a detector observes. Successful lookups
 * of a known person by a known personal account only. */
export type Lookup = {
  event: AuditEvent;
  actor: Token;
  subject: Token;
  /** Local calendar day. */
  day: number;
  explanation: Explanation;
  official: OfficialRow | null;
  ties: readonly TieRow[];
};

/** All lookups of one official on one local day, in order, explanations settled. */
export type ActorDay = {
  actor: Token;
  day: number;
  role: string;
  /** Successful lookups of a person. */
  lookups: readonly Lookup[];
  /** Requests for a person that were refused: nobody's data was shown. */
  refused: readonly Lookup[];
  /** Everything that names no person: searches without a result, refusals without a number. */
  others: readonly AuditEvent[];
};

/** All successful lookups of one person on one local day, by personal accounts, in order. */
export type SubjectDay = { subject: Token; day: number; lookups: readonly Lookup[] };

export type DetectorContext<Config> = {
  config: Config;
  reference: ReferenceData;
  /** Unexplained lookups of this actor in the last 30 days, today included: L of the chance formula
   * F7. Zero for a subject. */
  recentUnexplained: number;
};

export type ReasonTemplate = {
  code: string;
  unit: string;
  comparedWith: string;
  /** `{observed}`, `{expected}` and the names of `params` are filled in; `[[…]]` only when known. */
  text: { nl: string; en: string };
};

export type DetectorMeta = {
  id: string;
  version: number;
  title: string;
  description: string;
  typologies: Typology[];
  maturity: 'experimental' | 'stable';
  /** Which data it needs, in the words of the register. */
  dataUsed: string[];
  falsePositives: string[];
  knownGaps: string[];
  runbook: string[];
};

type Fold<Config, State, Day> = {
  meta: DetectorMeta;
  config: z.ZodType<Config>;
  reasons: ReasonTemplate[];
  start(): State;
  /**
   * One day of one key; may change `state` in place. A `score` is calibrated by the caller against
   * the same detector and role, so it is given for every day that could have been surprising; its
   * reasons may be left out where p > 0.5, because nobody will read them.
   */
  observeDay(day: Day, state: State, ctx: DetectorContext<Config>): SignalDraft[];
  /** True once the state says nothing any more on this day and later: it is dropped. */
  isSpent?(state: State, day: number): boolean;
};

/**
 * A detector is a pure fold over the local days of one official (`actor`) or one person looked up
 * (`subject`): no clock, no I/O, no randomness, no logger. `State` is plain data that a structured
 * clone copies (typed arrays and Maps allowed); `meta.version` changes when its shape does. Same
 * days, same signals. The open day is judged again on a copy of the state as events arrive, and
 * what it said is replaced; so a detector never needs to remember that it has spoken today.
 */
export type ActorDetector<Config = unknown, State = unknown> = { key?: 'actor' } & Fold<
  Config,
  State,
  ActorDay
>;
export type SubjectDetector<Config = unknown, State = unknown> = { key: 'subject' } & Fold<
  Config,
  State,
  SubjectDay
>;
export type Detector = ActorDetector | SubjectDetector;

/** Declares a detector over officials; keeps its types for tests, the registry hides them. */
export const defineDetector = <Config, State>(
  detector: ActorDetector<Config, State>,
): ActorDetector<Config, State> => detector;

/** Declares a detector over the persons looked up. */
export const defineSubjectDetector = <Config, State>(
  detector: SubjectDetector<Config, State>,
): SubjectDetector<Config, State> => detector;

/** Declares a reason and returns a maker of its filled-in form. */
export function defineReason(detector: string, template: ReasonTemplate) {
  const make = (
    observed: number,
    expected: number | null,
    params: Reason['params'] = {},
  ): Reason => ({
    detector,
    code: template.code,
    observed,
    expected,
    unit: template.unit,
    comparedWith: template.comparedWith,
    params,
  });
  return Object.assign(make, { template });
}
