import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { AlertSummaryRow } from '../../review/alert-directory.ts';
import { assignAlert, noteAlert, type TriageInput, triage } from '../../review/alert-review.ts';
import { needSequence } from '../../review/journal.ts';
import type { Reviewer } from '../../review/reviewer.ts';
import { activeSuppressions, hiddenBy } from '../../review/suppression.ts';
import { isInside } from '../access.ts';
import { pageOf } from '../paging.ts';
import { absent, route } from '../route.ts';
import {
  AlertDetail,
  AlertPage,
  AlertParams,
  AlertQuery,
  Assignment,
  BulkResult,
  BulkTriage,
  Triage,
} from '../schemas/alerts.ts';
import { HistoryPage, NewNote, NotePage } from '../schemas/shapes.ts';
import type { RouteDeps, Seen } from '../seen.ts';
import {
  alertFor,
  casesByAlert,
  isWithheld,
  lensOf,
  reviewOf,
  toDetail,
  toSummary,
  unitOf,
  withheldFrom,
} from '../views/alerts.ts';
import { toHistory } from '../views/people.ts';

type Query = z.output<typeof AlertQuery>;

export function alertRoutes(app: FastifyInstance, deps: RouteDeps): void {
  const detailOf = async (seen: Seen, by: Reviewer, row: AlertSummaryRow) => {
    const alert = await seen.directory.detail(row.alertId);
    if (alert === null) throw absent('alert');
    return toDetail(seen, by, row, alert);
  };
  route(app, 'listAlerts', {
    summary: 'The queue, best first',
    query: AlertQuery,
    response: AlertPage,
    handler({ query, reviewer, seen, touches }) {
      const { rows, withheld } = matching(seen, reviewer, query);
      const { items, nextCursor } = pageOf(rows, (r) => r.alertId, query.cursor, query.limit);
      touches(...items.map((r) => r.alertId));
      const lens = lensOf(seen, reviewer);
      const shown = items.map((row) => toSummary(seen, lens, row));
      // Of everything, whatever the filters: a number on one unit or case would point at somebody.
      const confidential = reviewer.role === 'fg' ? seen.directory.confidential() : null;
      return { items: shown, nextCursor, total: rows.length, withheld, confidential };
    },
  });
  route(app, 'readAlert', {
    summary: 'One alert with every number that decided it',
    params: AlertParams,
    response: AlertDetail,
    handler: ({ params, reviewer, seen }) =>
      detailOf(seen, reviewer, alertFor(seen, reviewer, params.alertId)),
  });
  route(app, 'triageAlert', {
    summary: 'Moves an alert on',
    params: AlertParams,
    body: Triage,
    response: AlertDetail,
    async handler({ params, body, reviewer, seen, expected }) {
      const row = alertFor(seen, reviewer, params.alertId);
      await triage(deps.journal, reviewer, params.alertId, body, needSequence(expected));
      return detailOf(seen, reviewer, row);
    },
  });
  route(app, 'assignAlert', {
    summary: 'Gives an alert to a reviewer, or back to nobody',
    params: AlertParams,
    body: Assignment,
    response: AlertDetail,
    async handler({ params, body, reviewer, seen, expected }) {
      const row = alertFor(seen, reviewer, params.alertId);
      assertAssignable(seen, row, body.assignee);
      const { assignee, dueAt } = body;
      const sequence = needSequence(expected);
      await assignAlert(deps.journal, reviewer, params.alertId, { assignee, dueAt }, sequence);
      return detailOf(seen, reviewer, row);
    },
  });
  route(app, 'triageAlerts', {
    summary: 'Moves several alerts on, each by itself',
    body: BulkTriage,
    response: BulkResult,
    async handler({ body, reviewer, seen, touches }) {
      const { state, reason } = body;
      touches(...body.alerts.map((a) => a.alertId));
      const items: z.output<typeof BulkResult>['items'] = [];
      for (const { alertId, sequence } of body.alerts)
        items.push(await triageOne(seen, reviewer, alertId, { state, reason }, sequence));
      return { items };
    },
  });
  route(app, 'readAlertHistory', {
    summary: 'Everything that was done with an alert',
    params: AlertParams,
    response: HistoryPage,
    handler({ params, reviewer, seen }) {
      alertFor(seen, reviewer, params.alertId);
      return { items: toHistory(deps.journal.history('alert', params.alertId)), nextCursor: null };
    },
  });
  route(app, 'listAlertNotes', {
    summary: 'Notes on an alert, oldest first',
    params: AlertParams,
    response: NotePage,
    handler({ params, reviewer, seen }) {
      alertFor(seen, reviewer, params.alertId);
      return { items: reviewOf(deps, params.alertId).notes, nextCursor: null };
    },
  });
  route(app, 'addAlertNote', {
    summary: 'Adds a note that nobody can alter',
    params: AlertParams,
    body: NewNote,
    status: 201,
    response: NotePage,
    async handler({ params, body, reviewer, seen }) {
      alertFor(seen, reviewer, params.alertId);
      const review = await noteAlert(deps.journal, reviewer, params.alertId, body.text);
      return { items: review.notes, nextCursor: null };
    },
  });
}

async function triageOne(
  deps: Seen,
  by: Reviewer,
  alertId: string,
  input: TriageInput,
  sequence: number,
): Promise<z.output<typeof BulkResult>['items'][number]> {
  try {
    alertFor(deps, by, alertId);
    const done = await triage(deps.journal, by, alertId, input, sequence);
    return { alertId, isDone: true, code: null, sequence: done.sequence };
  } catch (error) {
    if (!(error instanceof AppError) || error.kind === 'crash') throw error;
    return { alertId, isDone: false, code: error.code, sequence: null };
  }
}

/** Whoever gets it must be able to handle it: a reviewer of such a role who is not concerned. */
function assertAssignable(deps: Seen, row: AlertSummaryRow, accountId: string | null): void {
  if (accountId === null) return;
  const account = deps.accounts.get(accountId);
  const isForInside = deps.directory.isConfidential(row.alertId);
  const role = account?.roles.find(
    (r) => isInside(r) || (r === 'security-officer' && !isForInside),
  );
  if (account === null || account.isDisabled || role === undefined)
    throw new AppError('ERR_REVIEW_REFUSED', 'There is no reviewer to give this to.');
  const { actors, persons, name, person } = account;
  if (isWithheld(deps, { accountId, name, role, person, actors, persons }, row))
    throw new AppError('ERR_REVIEW_CONFLICT_OF_INTEREST', 'Give this to somebody else to handle.');
}

/** Alerts that fit the filters, in the order asked for, and how many of them are kept from this reviewer. */
function matching(
  deps: Seen,
  by: Reviewer,
  query: Query,
): { rows: AlertSummaryRow[]; withheld: number } {
  const wanted = query.status ?? ['new', 'in-review'];
  const assignee = query.assignee === 'me' ? by.accountId : query.assignee;
  const inCase =
    query.caseId === undefined ? null : (casesByAlert(deps, by) as Map<string, string[]>);
  const suppressions = activeSuppressions(deps);
  const isKept = withheldFrom(deps, by);
  let withheld = 0;
  const rows = deps.directory.all().filter((row) => {
    if (query.typology !== undefined && !query.typology.includes(row.typology)) return false;
    if (query.severity !== undefined && !query.severity.includes(row.severity)) return false;
    if (query.explanation !== undefined && row.explanation !== query.explanation) return false;
    if (query.detector !== undefined && !row.detectors.includes(query.detector)) return false;
    if (query.openedFrom !== undefined && row.openedAt < query.openedFrom) return false;
    if (query.openedTo !== undefined && row.openedAt >= query.openedTo) return false;
    if (inCase !== null && !inCase.get(row.alertId)?.includes(query.caseId ?? '')) return false;
    const review = reviewOf(deps, row.alertId);
    if (!wanted.includes(review.state)) return false;
    if (assignee !== undefined && (review.assignee ?? 'nobody') !== assignee) return false;
    if (query.unit !== undefined || suppressions.length > 0) {
      const unit = unitOf(deps, row.actor, row.lastEventAt);
      if (query.unit !== undefined && unit !== query.unit) return false;
      const hidden = hiddenBy(suppressions, row, unit);
      const isHidden = hidden !== null && !hidden.isSample;
      if (
        query.suppressed === 'without' ? isHidden : query.suppressed === 'only' && hidden === null
      )
        return false;
    } else if (query.suppressed === 'only') return false;
    if (!isKept(row)) return true;
    withheld += 1;
    return false;
  });
  return { rows: sorted(deps, rows, query.sort), withheld };
}

function sorted(deps: Seen, rows: AlertSummaryRow[], sort: Query['sort']): AlertSummaryRow[] {
  if (sort === 'rank') return rows;
  const due = (row: AlertSummaryRow): number =>
    reviewOf(deps, row.alertId).dueAt ?? Number.MAX_SAFE_INTEGER;
  const by: Record<
    Exclude<Query['sort'], 'rank'>,
    (a: AlertSummaryRow, b: AlertSummaryRow) => number
  > = {
    openedAt: (a, b) => a.openedAt - b.openedAt,
    '-openedAt': (a, b) => b.openedAt - a.openedAt,
    '-score': (a, b) => b.score - a.score,
    dueAt: (a, b) => due(a) - due(b),
  };
  return rows.sort((a, b) => by[sort](a, b) || a.rank - b.rank);
}
