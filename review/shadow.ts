import { AppError } from '../domain/errors.ts';
import type { RequestState } from '../domain/review.ts';
import { DAY_MS } from '../domain/time.ts';
import type { By } from './case.ts';
import { type Journal, needSequence } from './journal.ts';
import type { Reviewer } from './reviewer.ts';
import {
  ask,
  requestAt,
  requestFold,
  requestOf,
  type TwoPersonRequest,
} from './two-person-request.ts';

export const MAX_SHADOW_MS = 90 * DAY_MS;

/** Settings tried beside those in force. */
export type ShadowSettings = {
  budget: number | null;
  detectors: Record<string, Record<string, unknown>>;
};
export type ShadowRun = {
  request: TwoPersonRequest;
  state: RequestState | 'ended';
  from: number;
  until: number;
  settings: ShadowSettings;
  decisionRef: string;
  /** Null while it has not run to its end; by nobody when the date that was agreed has come. */
  ended: { at: number; by: By | null; reason: string | null } | null;
};
type Data = Pick<ShadowRun, 'from' | 'until' | 'settings' | 'decisionRef'> & { endedAt?: number };

const ENDED = 'shadow-run.ended';

function toRun(journal: Journal, request: TwoPersonRequest): ShadowRun {
  // Written by this file alone: the shape is ours.
  const { from, until, settings, decisionRef, endedAt } = request.data as Data;
  const isOver = request.state === 'approved' && (endedAt !== undefined || journal.now() >= until);
  const step = journal.history('shadow-run', request.id).findLast((e) => e.typeUid === ENDED);
  return {
    ...{ request, from, until, settings, decisionRef },
    state: isOver ? 'ended' : request.state,
    ended: isOver
      ? { at: endedAt ?? until, by: step?.by ?? null, reason: step?.reason ?? null }
      : null,
  };
}

/** Calls with the id of each shadow run that somebody ends, here or in another process. */
export const onShadowEnded = (journal: Journal, listen: (shadowId: string) => void): (() => void) =>
  journal.onRecorded(({ typeUid, chainUid }) => {
    if (typeUid === ENDED) listen(chainUid.slice(chainUid.indexOf(':') + 1));
  });

export const shadowRuns = (journal: Journal): ShadowRun[] =>
  [...journal.all(requestFold, 'shadow-run')].map((request) =>
    toRun(journal, requestAt(request, journal.now())),
  );
export const shadowRun = (journal: Journal, shadowId: string): ShadowRun =>
  toRun(journal, requestOf(journal, 'shadow-run', shadowId));

/** Asks to run settings in the shadow; nothing runs before a second person agrees. */
export async function askShadowRun(
  journal: Journal,
  by: Reviewer,
  reason: string,
  data: Omit<Data, 'endedAt'>,
): Promise<ShadowRun> {
  const now = journal.now();
  if (data.until <= now || data.until > now + MAX_SHADOW_MS || data.from >= data.until)
    throw new AppError('ERR_REVIEW_REFUSED', 'A shadow run ends after it begins, within 90 days.');
  return toRun(journal, await ask(journal, 'shadow-run', by, reason, data));
}

/** Ends what runs, for good; what it raised stays. Throws ERR_REVIEW_TRANSITION when nothing runs. */
export async function endShadowRun(
  journal: Journal,
  by: Reviewer,
  shadowId: string,
  reason: string,
  expected: number | null,
): Promise<ShadowRun> {
  const sequence = needSequence(expected);
  if (shadowRun(journal, shadowId).state !== 'approved')
    throw new AppError('ERR_REVIEW_TRANSITION', 'Only what runs can be ended.');
  const endedAt = journal.now();
  const ended = await journal.record(requestFold, 'shadow-run', shadowId, by, sequence, () => ({
    ...{ type: 'ended', reason },
    data: { endedAt },
  }));
  return toRun(journal, ended);
}
