import type { Verdict } from './explanation.ts';
import type { Token } from './token.ts';
import type { Severity, Typology } from './typology.ts';

/** One number that decided: what was seen, against what, in which unit. Rendered to a sentence later. */
export type Reason = {
  detector: string;
  code: string;
  observed: number;
  expected: number | null;
  unit: string;
  comparedWith: string;
  /** Further values for the sentence; `{nl, en}` pairs are chosen by language. No identities. */
  params: Record<string, number | string | { nl: string; en: string }>;
};

/**
 * What a detector says. `rule` draws on a relation, list or document and may alert by itself;
 * `support` only reinforces an episode; `score` is a surprise to be calibrated first.
 */
export type SignalDraft = {
  typology: Typology;
  kind: 'rule' | 'support' | 'score';
  /** Tail probability by chance, (0, 1]; for `score` the raw one. */
  p: number;
  /** Lowest severity an alert from this rule may have. */
  floor: Severity;
  subject: Token | null;
  /**
   * Only from detectors that fold over the days of a subject: the official whom this concerns, or
   * null when it is about the person and several officials.
   */
  actor?: Token | null;
  reasons: Reason[];
  eventIds: string[];
  verdict: Verdict;
  /** The number the reason is about, also on ordinary days without a reason: what peers are. */
  observed?: number;
};

export type Signal = Omit<SignalDraft, 'actor'> & {
  detector: string;
  version: number;
  /** Null: about one person and several officials. */
  actor: Token | null;
  day: number;
  firstEventAt: number;
  lastEventAt: number;
  subjects: Token[];
  /** Role of the official, and its share of all official-days before this one; absent while unknown. */
  peers?: { role: string; share: number };
};

/**
 * A signal as a lane gives it: nothing is calibrated yet, so `p` of a score is the raw one. `key` is the
 * official or the person whose day was judged. A score with a raw p above 0.5 comes without reasons and
 * events: it only tells calibration what ordinary days look like.
 */
export type RawSignal = Signal & { key: Token; role: string };
