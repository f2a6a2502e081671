import type { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { type Case, caseFold, concernedByCase, isAlertLink, stepsIn } from '../../review/case.ts';
import { isConfidentialCase, maySee } from '../../review/case-work.ts';
import { openTokens, type Reveal, revealFold } from '../../review/reveal.ts';
import { assertSecondPerson, type Reviewer } from '../../review/reviewer.ts';
import { requestFold, type TwoPersonRequest } from '../../review/two-person-request.ts';
import { isInside } from '../access.ts';
import type { CaseDetail, CaseSummary, Hold } from '../schemas/cases.ts';
import type { Reveal as RevealSchema } from '../schemas/reveals.ts';
import type { RouteDeps } from '../seen.ts';
import { reviewerRef, toRef } from './people.ts';

export function toCaseSummary(deps: RouteDeps, kase: Case): z.output<typeof CaseSummary> {
  const { caseId, state, sequence, title, ground, openedAt, dueAt, isSilent, disposition } = kase;
  return {
    ...{ caseId, state, sequence, title, ground, openedAt, dueAt, isSilent, disposition },
    openedBy: toRef(kase.openedBy),
    assignee: kase.assignee === null ? null : reviewerRef(deps, kase.assignee),
    ...{ alertCount: kase.links.filter(isAlertLink).length, hold: kase.hold.state },
    isConfidential: isConfidentialCase(deps, kase),
  };
}

export function toCaseDetail(
  deps: RouteDeps,
  by: Reviewer,
  kase: Case,
): z.output<typeof CaseDetail> {
  const { journal, openVault } = deps;
  const { isConfidential } = deps.directory;
  const open = openTokens(deps, by, kase.caseId);
  const { actors, subjects } = concernedByCase(kase);
  const named = (token: (typeof actors)[number]) => ({
    token,
    ...(open.has(token) ? { id: openVault(token) ?? '' } : {}),
  });
  const now = journal.now();
  return {
    ...toCaseSummary(deps, kase),
    ...{ protocolArticle: kase.protocolArticle, regime: kase.regime, reason: kase.reason },
    // A data protection officer oversees the case, not what a source keeps from everybody outside.
    alertIds: kase.links
      .filter((l) => isAlertLink(l) && (isInside(by.role) || !isConfidential(l.alertId)))
      .map((l) => l.alertId),
    searchIds: kase.links.filter((l) => !isAlertLink(l)).map((l) => l.alertId),
    ...{ actors: actors.map(named), subjects: subjects.map(named) },
    notes: kase.notes.map((note) => ({ ...note, by: toRef(note.by) })),
    hearings: kase.hearings.map(({ answer, askedBy, ...hearing }) => ({
      ...hearing,
      state: answer === null ? 'asked' : answer.text === null ? 'silent' : 'answered',
      askedBy: toRef(askedBy),
      isOverdue: answer === null && now > hearing.deadlineAt,
      answer:
        answer === null
          ? null
          : { ...answer, text: answer.text ?? '', recordedBy: toRef(answer.recordedBy) },
    })),
    closing:
      kase.closing === null
        ? null
        : { ...kase.closing, proposedBy: toRef(kase.closing.proposedBy) },
    revealIds: [...journal.all(revealFold, 'reveal')]
      .filter((r) => r.caseId === kase.caseId)
      .map((r) => r.revealId),
    exportIds: [...journal.all(requestFold, 'export')]
      .filter((r) => r.data['caseId'] === kase.caseId)
      .map((r) => r.id),
    steps: stepsIn(kase.state),
  };
}

/** Cases that this reviewer may know of, newest first. */
export const visibleCases = (deps: RouteDeps, by: Reviewer): Case[] =>
  [...deps.journal.all(caseFold, 'case')]
    .filter((kase) => maySee(deps, by, kase))
    .sort((a, b) => b.openedAt - a.openedAt || (a.caseId < b.caseId ? -1 : 1));

export const toHold = (kase: Case): z.output<typeof Hold> => ({
  ...{ holdId: kase.caseId, caseId: kase.caseId, ...kase.hold },
  placedBy: toRef(kase.hold.placedBy),
  actors: concernedByCase(kase).actors.map((token) => ({ token })),
});

/** Whether this reviewer could be the second person; the use case itself decides when it is tried. */
export function couldApprove(
  by: Reviewer,
  first: { person: string | null; role: string },
  needsOtherRole: boolean,
): boolean {
  try {
    assertSecondPerson(by, first, needsOtherRole);
    return true;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

export const toReveal = (by: Reviewer, reveal: Reveal): z.output<typeof RevealSchema> => {
  const { requestedBy, approvedBy, expiresAt, state, ...rest } = reveal;
  const isApprover = by.role === 'fg' || by.role === 'security-officer';
  return {
    ...{ ...rest, state, expiresAt: expiresAt === 0 ? null : expiresAt },
    requestedBy: toRef(requestedBy),
    mayApprove: state === 'requested' && isApprover && couldApprove(by, requestedBy, true),
  };
};

/** Fields that all requests for two persons share. */
export const toRequest = (by: Reviewer, request: TwoPersonRequest, needsOtherRole: boolean) => {
  const { state, sequence, reason, requestedAt, requestedBy, decidedAt, expiresAt } = request;
  const isApprover = by.role === 'fg' || by.role === 'security-officer';
  return {
    ...{ state, sequence, reason, requestedAt, decidedAt, expiresAt },
    requestedBy: toRef(requestedBy),
    mayApprove:
      state === 'requested' && isApprover && couldApprove(by, requestedBy, needsOtherRole),
  };
};
