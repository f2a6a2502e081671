import type { FastifyInstance } from 'fastify';
import { AppError } from '../../domain/errors.ts';
import { type Case, concernedByCase } from '../../review/case.ts';
import {
  askHearing,
  caseFor,
  decideClosing,
  linkAlert,
  openCase,
  proposeClosing,
  recordAnswer,
  referCase,
  releaseHold,
  reopenCase,
  step,
  unlinkAlert,
} from '../../review/case-work.ts';
import { assertSameRegime } from '../../review/regime.ts';
import { isTied, type Reviewer } from '../../review/reviewer.ts';
import { startOf } from '../case-start.ts';
import { pageOf } from '../paging.ts';
import { regimeOfAlerts } from '../regimes.ts';
import { route } from '../route.ts';
import { Assignment } from '../schemas/alerts.ts';
import {
  AskHearing,
  CaseDetail,
  CasePage,
  CaseParams,
  CaseQuery,
  Decide,
  HearingParams,
  HoldPage,
  LinkAlert,
  NewCase,
  ProposeClosing,
  RecordAnswer,
  Refer,
} from '../schemas/cases.ts';
import { HistoryPage, ListQuery, NewNote } from '../schemas/shapes.ts';
import type { RouteDeps } from '../seen.ts';
import { toCaseDetail, toCaseSummary, toHold, visibleCases } from '../views/cases.ts';
import { toHistory } from '../views/people.ts';

const params = CaseParams;
const response = CaseDetail;

export function caseRoutes(app: FastifyInstance, deps: RouteDeps): void {
  const detail = async (by: Reviewer, kase: Case | Promise<Case>) =>
    toCaseDetail(deps, by, await kase);
  route(app, 'listCases', {
    summary: 'Cases that the reviewer may know of, newest first',
    query: CaseQuery,
    response: CasePage,
    handler({ query, reviewer, touches }) {
      const assignee = query.assignee === 'me' ? reviewer.accountId : query.assignee;
      const found = visibleCases(deps, reviewer).filter(
        (kase) =>
          (query.state === undefined || kase.state === query.state) &&
          (assignee === undefined || (kase.assignee ?? 'nobody') === assignee),
      );
      const { items, nextCursor } = pageOf(found, (c) => c.caseId, query.cursor, query.limit);
      touches(...items.map((c) => c.caseId));
      return { items: items.map((kase) => toCaseSummary(deps, kase)), nextCursor };
    },
  });
  route(app, 'openCase', {
    summary: 'Opens a case on alerts and holds what it is about',
    body: NewCase,
    status: 201,
    response,
    async handler({ body, reviewer, seen, touches }) {
      const held = { ...seen, heldEvents: seen.lookups.countOf };
      const start = await startOf(seen, reviewer, body);
      const ofAlerts = await regimeOfAlerts(seen, body.alertIds);
      const regime = start?.regime ?? ofAlerts;
      if (body.alertIds.length > 0) assertSameRegime(regime, ofAlerts);
      const kase = await openCase(held, reviewer, { ...body, regime }, start?.link);
      touches(kase.caseId, ...kase.links.map((l) => l.alertId));
      return toCaseDetail(deps, reviewer, kase);
    },
  });
  route(app, 'readCase', {
    summary: 'A case with its notes and hearings',
    params,
    response,
    handler: ({ params: { caseId }, reviewer }) =>
      detail(reviewer, caseFor(deps, reviewer, caseId)),
  });
  route(app, 'readCaseHistory', {
    summary: 'Everything that was done in a case',
    params,
    response: HistoryPage,
    handler({ params: { caseId }, reviewer }) {
      caseFor(deps, reviewer, caseId);
      return { items: toHistory(deps.journal.history('case', caseId)), nextCursor: null };
    },
  });
  route(app, 'assignCase', {
    summary: 'Gives a case to an investigator',
    params,
    body: Assignment,
    response,
    handler({ params: { caseId }, body, reviewer, expected }) {
      const { assignee, dueAt } = body;
      assertAssignable(deps, caseFor(deps, reviewer, caseId), assignee);
      return detail(
        reviewer,
        step(deps, reviewer, caseId, 'assign', expected, () => ({
          ...{ type: 'assigned', data: { assignee, dueAt } },
        })),
      );
    },
  });
  route(app, 'linkAlert', {
    summary: 'Links an alert to a case',
    params,
    body: LinkAlert,
    response,
    async handler({ params: { caseId }, body, reviewer, seen, expected, touches }) {
      touches(body.alertId);
      const link = { ...body, regime: await regimeOfAlerts(seen, [body.alertId]) };
      return detail(reviewer, linkAlert(seen, reviewer, caseId, link, expected));
    },
  });
  route(app, 'unlinkAlert', {
    summary: 'Takes an alert off a case; both stay in its history',
    params,
    body: LinkAlert,
    response,
    handler({ params: { caseId }, body, reviewer, expected, touches }) {
      touches(body.alertId);
      return detail(reviewer, unlinkAlert(deps, reviewer, caseId, body, expected));
    },
  });
  route(app, 'addCaseNote', {
    summary: 'Adds a note that nobody can alter',
    params,
    body: NewNote,
    status: 201,
    response,
    handler: ({ params: { caseId }, body, reviewer }) =>
      detail(
        reviewer,
        step(deps, reviewer, caseId, 'note', null, () => ({
          ...{ type: 'noted', data: { text: body.text } },
        })),
      ),
  });
  hearingRoutes(app, deps, detail);
  closingRoutes(app, deps, detail);
}

type Detail = (
  by: Reviewer,
  kase: Case | Promise<Case>,
) => Promise<ReturnType<typeof toCaseDetail>>;

function hearingRoutes(app: FastifyInstance, deps: RouteDeps, detail: Detail): void {
  route(app, 'askHearing', {
    summary: 'Puts a neutral question on record, with its deadline',
    params,
    body: AskHearing,
    status: 201,
    response,
    handler: ({ params: { caseId }, body, reviewer, seen, expected }) =>
      detail(reviewer, askHearing(seen, reviewer, caseId, body, expected)),
  });
  route(app, 'recordAnswer', {
    summary: 'Records the answer word for word, or that none came',
    params: HearingParams,
    body: RecordAnswer,
    response,
    handler({ params: { caseId, hearingId }, body, reviewer, expected }) {
      const { text = null, noAnswer, receivedAt = null } = body;
      if ((text === null) !== noAnswer)
        throw new AppError('ERR_REVIEW_REFUSED', 'Give the answer, or say that none came.');
      const answer = { text, receivedAt };
      return detail(reviewer, recordAnswer(deps, reviewer, caseId, hearingId, answer, expected));
    },
  });
  route(app, 'referCase', {
    summary: 'Hands a case to the authorities, in silence where they ask for it',
    params,
    body: Refer,
    response,
    handler: ({ params: { caseId }, body, reviewer, expected }) =>
      detail(reviewer, referCase(deps, reviewer, caseId, body, expected)),
  });
}

function closingRoutes(app: FastifyInstance, deps: RouteDeps, detail: Detail): void {
  route(app, 'proposeClosing', {
    summary: 'Proposes how a case ends',
    params,
    body: ProposeClosing,
    response,
    handler: ({ params: { caseId }, body, reviewer, expected }) =>
      detail(reviewer, proposeClosing(deps, reviewer, caseId, body, expected)),
  });
  for (const isApproved of [true, false])
    route(app, isApproved ? 'approveClosing' : 'refuseClosing', {
      summary: isApproved ? 'Agrees to the closing, as a second person' : 'Does not agree to it',
      params,
      body: Decide,
      response,
      handler: ({ params: { caseId }, body, reviewer, expected }) =>
        detail(reviewer, decideClosing(deps, reviewer, caseId, { ...body, isApproved }, expected)),
    });
  route(app, 'reopenCase', {
    summary: 'Looks again at a closed case',
    params,
    body: Decide,
    response,
    handler: ({ params: { caseId }, body, reviewer, expected }) =>
      detail(reviewer, reopenCase(deps, reviewer, caseId, body.reason, expected)),
  });
  route(app, 'listHolds', {
    summary: 'What may not be deleted',
    query: ListQuery,
    response: HoldPage,
    handler({ query, reviewer }) {
      // An auditor sees that a hold stands, not what the case is about.
      const holds =
        reviewer.role === 'auditor'
          ? visibleCases(deps, { ...reviewer, role: 'fg' }).map((kase) => ({
              ...toHold(kase),
              ...{ reason: '', actors: [] },
            }))
          : visibleCases(deps, reviewer).map(toHold);
      return pageOf(holds, (h) => h.holdId, query.cursor, query.limit);
    },
  });
  route(app, 'releaseHold', {
    summary: 'Lets rows of a closed case go their usual way again',
    params,
    body: Decide,
    response,
    handler: ({ params: { caseId }, body, reviewer, expected }) =>
      detail(reviewer, releaseHold(deps, reviewer, caseId, body.reason, expected)),
  });
}

/** Whoever gets it must be able to handle it and not be concerned. */
function assertAssignable(deps: RouteDeps, kase: Case, accountId: string | null): void {
  if (accountId === null) return;
  const account = deps.accounts.get(accountId);
  if (account === null || account.isDisabled || !account.roles.includes('integrity-investigator'))
    throw new AppError('ERR_REVIEW_REFUSED', 'There is no investigator to give this to.');
  const { name, person, actors, persons } = account;
  const role = 'integrity-investigator' as const;
  const reviewer = { accountId, name, role, person, actors, persons };
  if (isTied(reviewer, concernedByCase(kase), deps.reference()))
    throw new AppError('ERR_REVIEW_CONFLICT_OF_INTEREST', 'Give this to somebody else to handle.');
}
