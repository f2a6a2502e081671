import type { z } from 'zod';
import type { Alert } from '../../domain/alert.ts';
import { AppError } from '../../domain/errors.ts';
import type { Token } from '../../domain/token.ts';
import type { AlertSummaryRow } from '../../review/alert-directory.ts';
import {
  type AlertReview,
  alertReview,
  concernedBy,
  nextStates,
} from '../../review/alert-review.ts';
import { caseFold } from '../../review/case.ts';
import { maySee } from '../../review/case-work.ts';
import { openTokens } from '../../review/reveal.ts';
import { isTied, type Reviewer } from '../../review/reviewer.ts';
import { activeSuppressions, hiddenBy, type Suppression } from '../../review/suppression.ts';
import type { LookupRow } from '../lookups.ts';
import { absent } from '../route.ts';
import type { AlertDetail, AlertSummary, Lookup } from '../schemas/alerts.ts';
import type { RouteDeps, Seen } from '../seen.ts';
import { reviewerRef } from './people.ts';

export const reviewOf = ({ journal }: Pick<RouteDeps, 'journal'>, alertId: string): AlertReview =>
  journal.state(alertReview, 'alert', alertId);
export const unitOf = (
  deps: Pick<RouteDeps, 'reference'>,
  actor: Token | null,
  at: number,
): string => (actor === null ? null : deps.reference().official(actor, at)?.unit) ?? '';

/** Ties cost a walk through the reference data: once per reviewer, alert and version of both. */
const tied = new Map<string, WeakMap<AlertSummaryRow, boolean>>();
const MAX_REVIEWERS = 1_000;

/** Which alerts are kept from this reviewer, because they concern them. */
export function withheldFrom(deps: Seen, by: Reviewer): (row: AlertSummaryRow) => boolean {
  // A machine is nobody's relative, and of somebody unknown in the logs nothing can be told.
  if (by.role === 'service' || (by.actors.length === 0 && by.persons.length === 0))
    return () => false;
  const reference = deps.reference();
  const key = JSON.stringify([deps.tenant, by.accountId, reference.version, by.actors, by.persons]);
  if (tied.size > MAX_REVIEWERS) tied.clear();
  const known = tied.get(key) ?? new WeakMap<AlertSummaryRow, boolean>();
  tied.set(key, known);
  return (row) => {
    let answer = known.get(row);
    if (answer === undefined) {
      answer = isTied(by, concernedBy(row), reference);
      known.set(row, answer);
    }
    return answer;
  };
}
export const isWithheld = (deps: Seen, by: Reviewer, row: AlertSummaryRow): boolean =>
  withheldFrom(deps, by)(row);

/** The alert, or the reason why this reviewer does not get it. */
export function alertFor(deps: Seen, by: Reviewer, alertId: string): AlertSummaryRow {
  const row = deps.directory.get(alertId);
  if (row === null) throw absent('alert');
  if (isWithheld(deps, by, row))
    throw new AppError(
      'ERR_REVIEW_CONFLICT_OF_INTEREST',
      'This has been given to somebody else to handle.',
    );
  return row;
}

/** Cases by alert, of those that the reviewer may see. */
export function casesByAlert(deps: Seen, by: Reviewer): Map<string, string[]> {
  const found = new Map<string, string[]>();
  if (by.role === 'service') return found;
  for (const kase of deps.journal.all(caseFold, 'case')) {
    if (!maySee(deps, by, kase)) continue;
    for (const { alertId } of kase.links)
      found.set(alertId, [...(found.get(alertId) ?? []), kase.caseId]);
  }
  return found;
}

/** Identities that open reveals of the cases of an alert give this reviewer. */
function opened(deps: Seen, by: Reviewer, caseIds: readonly string[]): Set<Token> {
  const tokens = new Set<Token>();
  for (const caseId of caseIds) for (const token of openTokens(deps, by, caseId)) tokens.add(token);
  return tokens;
}

export type AlertLens = {
  suppressions: Suppression[];
  cases: Map<string, string[]>;
};
export const lensOf = (deps: Seen, by: Reviewer): AlertLens => ({
  suppressions: activeSuppressions(deps),
  cases: casesByAlert(deps, by),
});

function reviewFields(deps: Seen, lens: AlertLens, row: AlertSummaryRow) {
  const review = reviewOf(deps, row.alertId);
  const { state: status, sequence, assignee, dueAt } = review;
  const unit = unitOf(deps, row.actor, row.lastEventAt);
  const hidden = hiddenBy(lens.suppressions, row, unit);
  return {
    ...{ status, sequence, dueAt, unit, caseIds: lens.cases.get(row.alertId) ?? [] },
    assignee: assignee === null ? null : reviewerRef(deps, assignee),
    ...{ suppressionId: hidden?.suppressionId ?? null, isSample: hidden?.isSample ?? false },
  };
}

export function toSummary(
  deps: Seen,
  lens: AlertLens,
  row: AlertSummaryRow,
): z.output<typeof AlertSummary> {
  const { alertId, typology, severity, score, firstEventAt, lastEventAt, openedAt } = row;
  return {
    ...{ alertId, typology, severity, score, firstEventAt, lastEventAt, openedAt },
    ...reviewFields(deps, lens, row),
    actor: row.actor === null ? null : { token: row.actor },
    subjectCount: row.subjects.length,
    ...{ eventCount: row.eventCount, explanation: row.explanation, reason: row.reason },
    isConfidential: deps.directory.isConfidential(alertId),
  };
}

export function toDetail(
  deps: Seen,
  by: Reviewer,
  row: AlertSummaryRow,
  alert: Alert,
): z.output<typeof AlertDetail> {
  const fields = reviewFields(deps, lensOf(deps, by), row);
  const open = opened(deps, by, fields.caseIds);
  const named = (token: Token) => ({
    token,
    ...(open.has(token) ? { id: deps.openVault(token) ?? '' } : {}),
  });
  const { alertId, typology, severity, score, firstEventAt, lastEventAt, openedAt } = row;
  return {
    ...{ alertId, typology, severity, score, firstEventAt, lastEventAt, openedAt },
    ...fields,
    actor: row.actor === null ? null : named(row.actor),
    subjects: row.subjects.map(named),
    ...{ eventIds: alert.eventIds, eventCount: alert.eventCount },
    ...{ explanation: alert.explanation, reasons: alert.reasons, versions: alert.versions },
    next: [...nextStates(fields.status)],
    isConfidential: deps.directory.isConfidential(alertId),
  };
}

export const toLookup = (
  { directory }: Pick<RouteDeps, 'directory'>,
  { actor, subject, ...row }: LookupRow,
  isInAlert: boolean,
): z.output<typeof Lookup> => ({
  ...row,
  isConfidential: directory.isMarked(row.eventId),
  actor: actor === null ? null : { token: actor },
  subject: subject === null ? null : { token: subject },
  isInAlert,
});
