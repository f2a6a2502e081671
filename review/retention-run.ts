// What a run of retention came to, and what is shown of it.
import type { RecordKind } from './retention.ts';

/** Of one kind and state: what went or would go, and what a hold keeps although its period is over. */
export type ErasedKind = {
  kind: RecordKind;
  state: string;
  /** Days by the policy; null: while something refers to it. */
  days: number | null;
  /** Everything before this is past its period, epoch ms; null where no date decides. */
  before: number | null;
  due: number;
  erased: number;
  held: number;
};
export type RetentionRun = {
  runId: string;
  at: number;
  /** Entry of the transparency log that holds this run; null in a store without a log. */
  logUid: string | null;
  holds: number;
  kinds: ErasedKind[];
};
export type RetentionOverview = {
  at: number;
  isAutomatic: boolean;
  holds: number;
  /** What a run would do now: due and held per kind. */
  kinds: ErasedKind[];
  /** Newest first. */
  runs: RetentionRun[];
};
