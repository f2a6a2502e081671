import { AppError } from '../domain/errors.ts';
import { type Ground, WATCH_MOST_DAYS } from '../domain/review.ts';
import { DAY_MS } from '../domain/time.ts';
import type { Token } from '../domain/token.ts';
import { type Case, concernedByCase } from './case.ts';
import { caseFor, newId } from './case-work.ts';
import type { CaseDeps } from './context.ts';
import { needSequence, type Step } from './journal.ts';
import { assertNotTied, assertSecondPerson, type Reviewer } from './reviewer.ts';
import { openWatches, type Watch, watchAt, watchFold } from './watch.ts';

/** Telling the official may be put off by so much at a time. */
const POSTPONE_MOST_MS = 30 * DAY_MS;

export type NewWatch = {
  actor: Token;
  ground: Ground;
  protocolArticle: string;
  dpiaReference: string;
  days: number;
  reason: string;
};

/** Asks for a watch on an official of a case. One of whom an earlier watch was not told gets no second. */
export async function requestWatch(
  deps: CaseDeps,
  by: Reviewer,
  caseId: string,
  { reason, ...asked }: NewWatch,
): Promise<Watch> {
  const kase = handledCase(deps, by, caseId);
  if (kase.state === 'closed')
    throw new AppError('ERR_REVIEW_TRANSITION', 'The case is closed.', { state: kase.state });
  if (!concernedByCase(kase).actors.includes(asked.actor))
    throw new AppError('ERR_REVIEW_NOT_COVERED', 'Only an official of this case can be watched.');
  if (asked.days > WATCH_MOST_DAYS)
    throw new AppError('ERR_REVIEW_REFUSED', `A watch takes at most ${WATCH_MOST_DAYS} days.`);
  if (openWatches(deps.journal).some((w) => w.actor === asked.actor))
    throw new AppError(
      'ERR_REVIEW_TRANSITION',
      'This official is being watched, or was and has not been told yet.',
    );
  return deps.journal.record(watchFold, 'watch', newId('w'), by, 0, () => ({
    ...{ type: 'requested', reason },
    data: { caseId, ...asked },
  }));
}

function handledCase(deps: CaseDeps, by: Reviewer, caseId: string): Case {
  const kase = caseFor(deps, by, caseId);
  if (kase.assignee !== by.accountId && kase.openedBy.accountId !== by.accountId)
    throw new AppError('ERR_REVIEW_NOT_ALLOWED', 'Only whoever handles the case may do this.');
  return kase;
}

/** The watch as this reviewer may see it, or ERR_REVIEW_ABSENT. */
export function watchFor(deps: CaseDeps, by: Reviewer, watchId: string): Watch {
  const { journal } = deps;
  if (!journal.has('watch', watchId))
    throw new AppError('ERR_REVIEW_ABSENT', 'There is no watch with this id.');
  const watch = journal.state(watchFold, 'watch', watchId);
  caseFor(deps, by, watch.caseId);
  return watchAt(watch, journal.now());
}

async function step(
  deps: CaseDeps,
  by: Reviewer,
  watchId: string,
  expected: number | null,
  decide: (watch: Watch, now: number) => Step,
): Promise<Watch> {
  watchFor(deps, by, watchId);
  const now = deps.journal.now();
  const done = await deps.journal.record(
    ...([watchFold, 'watch', watchId, by, needSequence(expected)] as const),
    (raw) => decide(watchAt(raw, now), now),
  );
  return watchAt(done, deps.journal.now());
}

const need = (watch: Watch, state: Watch['state']): void => {
  if (watch.state === 'expired')
    throw new AppError('ERR_REVIEW_EXPIRED', 'This has expired; ask again.');
  if (watch.state !== state)
    throw new AppError('ERR_REVIEW_TRANSITION', 'The state of the watch does not allow this.', {
      state: watch.state,
    });
};

/** One of two approvals, by two persons who are not the one who asked; one of them is the FG. */
export const approveWatch = (
  deps: CaseDeps,
  by: Reviewer,
  watchId: string,
  reason: string,
  expected: number | null,
): Promise<Watch> =>
  step(deps, by, watchId, expected, (watch) => {
    need(watch, 'requested');
    for (const earlier of [watch.requestedBy, ...watch.approvals.map((a) => a.by)])
      assertSecondPerson(by, earlier);
    const kase = caseFor(deps, by, watch.caseId);
    assertNotTied(by, { ...concernedByCase(kase), actors: [watch.actor] }, deps.reference());
    const roles = [...watch.approvals.map((a) => a.by.role), by.role];
    if (roles.length === 2 && !roles.includes('fg'))
      throw new AppError(
        'ERR_REVIEW_SAME_ROLE',
        'One of the two approvals is that of the data protection officer.',
      );
    return { type: 'approved', reason };
  });

export const refuseWatch = (
  deps: CaseDeps,
  by: Reviewer,
  watchId: string,
  reason: string,
  expected: number | null,
): Promise<Watch> =>
  step(deps, by, watchId, expected, (watch) => {
    need(watch, 'requested');
    const isOwn = by.person !== null && by.person === watch.requestedBy.person;
    return { type: isOwn ? 'withdrawn' : 'refused', reason };
  });

/** Ends a watch before its time; the duty to tell begins. */
export const endWatch = (
  deps: CaseDeps,
  by: Reviewer,
  watchId: string,
  reason: string,
  expected: number | null,
): Promise<Watch> =>
  step(deps, by, watchId, expected, (watch) => {
    need(watch, 'active');
    return { type: 'ended', reason };
  });

/** The official was told: when, and how. The only way in which the task ends. */
export const discloseWatch = (
  deps: CaseDeps,
  by: Reviewer,
  watchId: string,
  input: { informedAt: number; how: string; reason: string },
  expected: number | null,
): Promise<Watch> =>
  step(deps, by, watchId, expected, (watch, now) => {
    need(watch, 'ended');
    const { informedAt, how, reason } = input;
    if (informedAt > now || informedAt < (watch.until ?? now))
      throw new AppError('ERR_REVIEW_REFUSED', 'Telling comes after the watch and before now.');
    return { type: 'disclosed', reason, data: { informedAt, how } };
  });

/** Puts telling off while the case is silent, at the most a month at a time: the task stays. */
export const postponeDisclosure = (
  deps: CaseDeps,
  by: Reviewer,
  watchId: string,
  input: { until: number; reason: string },
  expected: number | null,
): Promise<Watch> =>
  step(deps, by, watchId, expected, (watch, now) => {
    need(watch, 'ended');
    if (!caseFor(deps, by, watch.caseId).isSilent)
      throw new AppError('ERR_REVIEW_REFUSED', 'Only a silent case puts off telling.');
    if (input.until <= now || input.until > now + POSTPONE_MOST_MS)
      throw new AppError('ERR_REVIEW_REFUSED', 'Telling is put off by at most 30 days at a time.');
    return { type: 'disclosure-postponed', reason: input.reason, data: { until: input.until } };
  });

/** The window of which lookups may be looked at; null when there is none, or the official was told. */
export const watchedWindow = (watch: Watch): { from: number; to: number } | null =>
  (watch.state === 'active' || watch.state === 'ended') &&
  watch.from !== null &&
  watch.until !== null
    ? { from: watch.from, to: watch.until }
    : null;
