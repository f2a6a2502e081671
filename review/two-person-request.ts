import { AppError } from '../domain/errors.ts';
import type { RequestState } from '../domain/review.ts';
import { DAY_MS } from '../domain/time.ts';
import type { By } from './case.ts';
import { newId } from './case-work.ts';
import { type Fold, type Journal, needSequence } from './journal.ts';
import { assertSecondPerson, type Reviewer } from './reviewer.ts';

/** Something that takes effect once a second person agrees: an export, another setting of a detector. */
export type TwoPersonRequest = {
  id: string;
  state: RequestState;
  sequence: number;
  data: Record<string, unknown>;
  reason: string;
  requestedAt: number;
  requestedBy: By;
  decidedAt: number | null;
  expiresAt: number;
};
const WAIT_MS = 14 * DAY_MS;
const NOBODY: By = { accountId: '', name: '', person: null, role: '' };
const STATE_OF: Record<string, RequestState> = { approved: 'approved', refused: 'refused' };

export const requestFold: Fold<TwoPersonRequest> = {
  start: (id) => ({
    ...{ id, state: 'requested', sequence: 0, data: {}, reason: '', requestedAt: 0 },
    ...{ requestedBy: NOBODY, decidedAt: null, expiresAt: 0 },
  }),
  apply(request, { typeUid, data, time, by, reason, sequence }) {
    const step = typeUid.slice(typeUid.indexOf('.') + 1);
    if (step === 'requested') {
      const expiresAt = Number(data['expiresAt']);
      const asked = { requestedAt: time, requestedBy: by, reason: reason ?? '' };
      return { ...request, ...asked, sequence, data, expiresAt };
    }
    // Of the job that follows: made, failed, fetched.
    const state = STATE_OF[step];
    if (state === undefined) return { ...request, sequence, data: { ...request.data, ...data } };
    return { ...request, sequence, state, decidedAt: time };
  },
};
export const requestAt = (request: TwoPersonRequest, now: number): TwoPersonRequest =>
  request.state === 'requested' && now >= request.expiresAt
    ? { ...request, state: 'expired' }
    : request;

type Kind = 'export' | 'detector-change' | 'shadow-run';
export const ask = (
  journal: Journal,
  kind: Kind,
  by: Reviewer,
  reason: string,
  data: Record<string, unknown>,
): Promise<TwoPersonRequest> =>
  journal.record(requestFold, kind, newId(kind[0] ?? 'x'), by, 0, () => ({
    ...{ type: 'requested', reason },
    data: { ...data, expiresAt: journal.now() + WAIT_MS },
  }));

export function requestOf(journal: Journal, kind: Kind, id: string): TwoPersonRequest {
  if (!journal.has(kind, id))
    throw new AppError('ERR_REVIEW_ABSENT', 'There is no request with this id.');
  return requestAt(journal.state(requestFold, kind, id), journal.now());
}

/** The second person agrees or refuses; another role is asked for where `needsOtherRole`. */
export async function decideRequest(
  journal: Journal,
  kind: Kind,
  by: Reviewer,
  id: string,
  decision: { isApproved: boolean; reason: string; needsOtherRole?: boolean },
  expected: number | null,
): Promise<TwoPersonRequest> {
  requestOf(journal, kind, id);
  const sequence = needSequence(expected);
  return journal.record(requestFold, kind, id, by, sequence, (raw) => {
    const request = requestAt(raw, journal.now());
    if (request.state === 'expired')
      throw new AppError('ERR_REVIEW_EXPIRED', 'This has expired; ask again.');
    if (request.state !== 'requested')
      throw new AppError('ERR_REVIEW_TRANSITION', 'This has been decided already.', {
        state: request.state,
      });
    if (decision.isApproved)
      assertSecondPerson(by, request.requestedBy, decision.needsOtherRole ?? false);
    return { type: decision.isApproved ? 'approved' : 'refused', reason: decision.reason };
  });
}
