import { createHash } from 'node:crypto';
import { AppError } from '../domain/errors.ts';
import type { SuppressionReason, SuppressionState } from '../domain/review.ts';
import { DAY_MS } from '../domain/time.ts';
import type { Token } from '../domain/token.ts';
import type { Typology } from '../domain/typology.ts';
import type { AlertSummaryRow } from './alert-directory.ts';
import type { By } from './case.ts';
import { newId } from './case-work.ts';
import type { CaseDeps } from './context.ts';
import { type Fold, needSequence } from './journal.ts';
import { assertSecondPerson, type Reviewer } from './reviewer.ts';

export const MAX_MS = 180 * DAY_MS;
export const APPROVAL_ABOVE_MS = 30 * DAY_MS;
/** Share of hidden alerts that is shown all the same, so that a suppression can be seen to be right. */
export const SAMPLE_SHARE = 0.05;

export type SuppressionScope = {
  typology: Typology;
  actor?: Token | undefined;
  unit?: string | undefined;
  detector?: string | undefined;
};
export type Suppression = {
  suppressionId: string;
  state: SuppressionState;
  sequence: number;
  scope: SuppressionScope;
  reasonCode: SuppressionReason;
  text: string;
  requestedAt: number;
  requestedBy: By;
  expiresAt: number;
  approvedAt: number | null;
  /** When it was ended or refused. */
  endedAt: number | null;
};
type Data = Pick<Suppression, 'scope' | 'reasonCode' | 'expiresAt'> & { needsApproval: boolean };
const NOBODY: By = { accountId: '', name: '', person: null, role: '' };
const STATE_OF: Record<string, SuppressionState> = {
  'suppression.approved': 'active',
  'suppression.refused': 'refused',
  'suppression.ended': 'ended',
};

export const suppressionFold: Fold<Suppression> = {
  start: (suppressionId) => ({
    ...{ suppressionId, state: 'requested', sequence: 0, scope: { typology: 'self' } },
    ...{ reasonCode: 'data-fault', text: '', requestedAt: 0, requestedBy: NOBODY },
    ...{ expiresAt: 0, approvedAt: null, endedAt: null },
  }),
  apply(suppression, { typeUid, data, time, by, reason, sequence }) {
    if (typeUid !== 'suppression.requested') {
      const approvedAt = typeUid === 'suppression.approved' ? time : suppression.approvedAt;
      return {
        ...suppression,
        sequence,
        approvedAt,
        endedAt: typeUid === 'suppression.approved' ? null : time,
        state: STATE_OF[typeUid] ?? suppression.state,
      };
    }
    // Written by this file alone: the shape is ours.
    const { scope, reasonCode, expiresAt, needsApproval } = data as Data;
    return {
      ...suppression,
      ...{ sequence, scope, reasonCode, expiresAt, text: reason ?? '' },
      ...{ requestedAt: time, requestedBy: by, state: needsApproval ? 'requested' : 'active' },
    };
  },
};

export const suppressionAt = (suppression: Suppression, now: number): Suppression =>
  (suppression.state === 'requested' || suppression.state === 'active') &&
  now >= suppression.expiresAt
    ? { ...suppression, state: 'expired' }
    : suppression;
export const needsApproval = ({ requestedAt, expiresAt }: Suppression): boolean =>
  expiresAt - requestedAt > APPROVAL_ABOVE_MS;

/** Nobody hides what could be about themselves: own account, or own unit. */
function assertOutside(deps: CaseDeps, by: Reviewer, scope: SuppressionScope): void {
  const now = deps.journal.now();
  const isInside = by.actors.some(
    (actor) =>
      scope.actor === actor ||
      (scope.actor === undefined &&
        (scope.unit === undefined || deps.reference().official(actor, now)?.unit === scope.unit)),
  );
  if (isInside)
    throw new AppError(
      'ERR_REVIEW_CONFLICT_OF_INTEREST',
      'Nobody hides alerts that could be about themselves.',
    );
}

/** Hides alerts of a scope for a while; above 30 days only once a second person agrees. */
export async function requestSuppression(
  deps: CaseDeps,
  by: Reviewer,
  input: Pick<Suppression, 'scope' | 'reasonCode' | 'text' | 'expiresAt'>,
): Promise<Suppression> {
  const { scope, reasonCode, text, expiresAt } = input;
  const lasts = expiresAt - deps.journal.now();
  if (scope.typology === 'protected-person')
    throw new AppError('ERR_REVIEW_PROTECTED', 'Lookups of protected persons are never hidden.');
  if (scope.actor === undefined && scope.unit === undefined && scope.detector === undefined)
    throw new AppError('ERR_REVIEW_REFUSED', 'Name an official, a unit or a detector.');
  if (lasts <= 0 || lasts > MAX_MS)
    throw new AppError('ERR_REVIEW_REFUSED', 'A suppression ends within 180 days.');
  assertOutside(deps, by, scope);
  return deps.journal.record(suppressionFold, 'suppression', newId('s'), by, 0, () => ({
    ...{ type: 'requested', reason: text },
    data: { scope, reasonCode, expiresAt, needsApproval: lasts > APPROVAL_ABOVE_MS },
  }));
}

export async function decideSuppression(
  deps: CaseDeps,
  by: Reviewer,
  suppressionId: string,
  action: 'approve' | 'refuse' | 'end',
  reason: string,
  expected: number | null,
): Promise<Suppression> {
  const { journal } = deps;
  if (!journal.has('suppression', suppressionId))
    throw new AppError('ERR_REVIEW_ABSENT', 'There is no suppression with this id.');
  const now = journal.now();
  const sequence = needSequence(expected);
  return journal.record(suppressionFold, 'suppression', suppressionId, by, sequence, (raw) => {
    const suppression = suppressionAt(raw, now);
    if (suppression.state === 'expired')
      throw new AppError('ERR_REVIEW_EXPIRED', 'This has expired; ask again.');
    const isOpen = suppression.state === 'requested';
    if (action === 'end' ? !isOpen && suppression.state !== 'active' : !isOpen)
      throw new AppError('ERR_REVIEW_TRANSITION', 'The state does not allow this.', {
        ...{ state: suppression.state, action },
      });
    if (action === 'approve') {
      assertSecondPerson(by, suppression.requestedBy);
      assertOutside(deps, by, suppression.scope);
    }
    return { type: { approve: 'approved', refuse: 'refused', end: 'ended' }[action], reason };
  });
}

/** Whether it hid alerts at an instant of the past. */
export function isActiveAt(suppression: Suppression, at: number): boolean {
  const { requestedAt, approvedAt, endedAt, expiresAt } = suppression;
  const from = needsApproval(suppression) ? approvedAt : requestedAt;
  return from !== null && at >= from && at < Math.min(expiresAt, endedAt ?? expiresAt);
}

const covers = ({ scope }: Suppression, alert: AlertSummaryRow, unit: string): boolean =>
  scope.typology === alert.typology &&
  (scope.actor === undefined || scope.actor === alert.actor) &&
  (scope.unit === undefined || scope.unit === unit) &&
  (scope.detector === undefined || alert.detectors.includes(scope.detector));

/** One in twenty by the ids alone: the same alert is a sample for everybody, always. */
export const isSample = (suppressionId: string, alertId: string): boolean =>
  createHash('sha256').update(`${suppressionId}:${alertId}`).digest().readUInt32BE(0) / 2 ** 32 <
  SAMPLE_SHARE;

/** What hides an alert now, if anything, and whether it is shown all the same. */
export function hiddenBy(
  active: readonly Suppression[],
  alert: AlertSummaryRow,
  unit: string,
): { suppressionId: string; isSample: boolean } | null {
  const found = active.find((suppression) => covers(suppression, alert, unit));
  if (found === undefined) return null;
  const { suppressionId } = found;
  return { suppressionId, isSample: isSample(suppressionId, alert.alertId) };
}

export const activeSuppressions = ({ journal }: CaseDeps): Suppression[] =>
  [...journal.all(suppressionFold, 'suppression')].filter(
    (s) => suppressionAt(s, journal.now()).state === 'active',
  );
