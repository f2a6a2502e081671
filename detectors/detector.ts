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
export type ActorDay = { actor: Token; day: number; role: string; lookups: readonly Lookup[] };

export type DetectorContext<Config> = {
  config: Config;
  reference: ReferenceData;
  /** Unexplained lookups of this actor in the last 30 days, today included: L of the chance formula F7. */
  recentUnexplained: number;
};

export type ReasonTemplate = {
  code: string;
  unit: string;
  comparedWith: string;
  /** `{observed}`, `{expected}` and the names of `params` are filled in. */
  text: { nl: string; en: string };
};

export type DetectorMeta = {
  id: string;
  version: number;
  title: string;
  description: string;
  typologies: Typology[];
  maturity: 'experimental' | 'stable';
  falsePositives: string[];
  knownGaps: string[];
  runbook: string[];
};

/**
 * A detector is a pure fold over the days of one official: no clock, no I/O, no randomness, no
 * logger. `State` is plain data. Same days, same signals.
 */
export type Detector<Config = unknown, State = unknown> = {
  meta: DetectorMeta;
  config: z.ZodType<Config>;
  reasons: ReasonTemplate[];
  start(): State;
  /** One day of one official; may change `state` in place. `score` signals are calibrated by the caller. */
  observeDay(day: ActorDay, state: State, ctx: DetectorContext<Config>): SignalDraft[];
};

/** Declares a detector; keeps its types for tests and hides them from the machinery. */
export const defineDetector = <Config, State>(
  detector: Detector<Config, State>,
): Detector<Config, State> => detector;

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
