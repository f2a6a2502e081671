import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { Token } from '../../domain/token.ts';
import { caseFold } from '../../review/case.ts';
import { maySee } from '../../review/case-work.ts';
import type { Reviewer } from '../../review/reviewer.ts';
import { tasksAt } from '../../review/tasks.ts';
import { allWatches, disclosureOf, type Watch as WatchFile } from '../../review/watch.ts';
import {
  approveWatch,
  discloseWatch,
  endWatch,
  postponeDisclosure,
  refuseWatch,
  requestWatch,
  watchedWindow,
  watchFor,
} from '../../review/watch-work.ts';
import { pageOf } from '../paging.ts';
import { readUnder } from '../regimes.ts';
import { route } from '../route.ts';
import { CaseParams, Decide } from '../schemas/cases.ts';
import {
  Disclose,
  NewWatch,
  Postpone,
  Tasks,
  Watch,
  WatchLookups,
  WatchPage,
  WatchParams,
  WatchQuery,
} from '../schemas/watches.ts';
import type { RouteDeps } from '../seen.ts';
import { toLookup } from '../views/alerts.ts';
import { couldApprove } from '../views/cases.ts';
import { toRef } from '../views/people.ts';

const MAX_LOOKUPS = 1_000;

export function watchRoutes(app: FastifyInstance, deps: RouteDeps): void {
  const { journal } = deps;
  const view = (by: Reviewer, watch: WatchFile) => toView(by, watch, journal.now());
  route(app, 'listWatches', {
    summary: 'Watches on officials, newest first, each with the task of telling them',
    query: WatchQuery,
    response: WatchPage,
    handler({ query, reviewer, touches }) {
      const found = allWatches(journal)
        .filter((w) => query.state === undefined || w.state === query.state)
        .filter((w) => maySee(deps, reviewer, journal.state(caseFold, 'case', w.caseId)))
        .sort((a, b) => b.requestedAt - a.requestedAt);
      const { items, nextCursor } = pageOf(found, (w) => w.watchId, query.cursor, query.limit);
      touches(...items.map((w) => w.watchId));
      return { items: items.map((w) => view(reviewer, w)), nextCursor };
    },
  });
  route(app, 'requestWatch', {
    summary: 'Asks for a watch on an official of a case; two others must agree',
    params: CaseParams,
    body: NewWatch,
    status: 201,
    response: Watch,
    async handler({ params, body, reviewer, touches }) {
      // The schema has checked the shape of the token.
      const input = { ...body, actor: body.actor as Token };
      const watch = await requestWatch(deps, reviewer, params.caseId, input);
      touches(watch.watchId);
      return view(reviewer, watch);
    },
  });
  route(app, 'readWatch', {
    summary: 'One watch and where it stands',
    params: WatchParams,
    response: Watch,
    handler: ({ params, reviewer }) => view(reviewer, watchFor(deps, reviewer, params.watchId)),
  });
  const decisions = [
    ['approveWatch', approveWatch, 'Agrees, as one of two other persons; one of them is the FG'],
    ['refuseWatch', refuseWatch, 'Does not agree, or takes the own request back'],
    ['endWatch', endWatch, 'Ends a watch before its time'],
  ] as const;
  for (const [operation, decide, summary] of decisions)
    route(app, operation, {
      ...{ summary, params: WatchParams, body: Decide, response: Watch },
      handler: async ({ params, body, reviewer, expected }) =>
        view(reviewer, await decide(deps, reviewer, params.watchId, body.reason, expected)),
    });
  route(app, 'discloseWatch', {
    summary: 'Records that the official was told: the only end of that task',
    ...{ params: WatchParams, body: Disclose, response: Watch },
    handler: async ({ params, body, reviewer, expected }) =>
      view(reviewer, await discloseWatch(deps, reviewer, params.watchId, body, expected)),
  });
  route(app, 'postponeDisclosure', {
    summary: 'Puts telling off while the case is silent, at most a month at a time',
    ...{ params: WatchParams, body: Postpone, response: Watch },
    handler: async ({ params, body, reviewer, expected }) =>
      view(reviewer, await postponeDisclosure(deps, reviewer, params.watchId, body, expected)),
  });
  route(app, 'listWatchLookups', {
    summary: 'What the official looked up during the watch, in tokens',
    params: WatchParams,
    response: WatchLookups,
    async handler({ params, reviewer, seen, touches }) {
      const watch = watchFor(deps, reviewer, params.watchId);
      const window = watchedWindow(watch);
      if (window === null)
        throw new AppError('ERR_REVIEW_TRANSITION', 'This watch shows nothing now.', {
          state: watch.state,
        });
      touches(watch.caseId);
      const { regime } = journal.state(caseFold, 'case', watch.caseId);
      const rows = await readUnder(deps, regime, (systems) =>
        seen.lookups.ofActor(watch.actor, window, MAX_LOOKUPS, systems),
      );
      const { watchId } = watch;
      return {
        ...{ watchId, isCut: rows.length === MAX_LOOKUPS },
        lookups: rows.map((l) => toLookup(seen, l, false)),
      };
    },
  });
  route(app, 'listTasks', {
    summary: 'What a person must do by when: breaches, telling, hearings, closings',
    response: Tasks,
    handler({ reviewer }) {
      const mayKnow = (caseId: string | null): boolean =>
        caseId === null || maySee(deps, reviewer, journal.state(caseFold, 'case', caseId));
      return { items: tasksAt(journal, journal.now()).filter((t) => mayKnow(t.caseId)) };
    },
  });
}

function toView(by: Reviewer, watch: WatchFile, now: number): z.output<typeof Watch> {
  const { requestedBy, approvals, disclosed, postponedUntil: _, ...rest } = watch;
  const asked = [requestedBy, ...approvals.map((a) => a.by)];
  const isApprover = by.role === 'fg' || by.role === 'security-officer';
  return {
    ...rest,
    requestedBy: toRef(requestedBy),
    approvals: approvals.map((a) => ({ by: toRef(a.by), role: a.by.role, at: a.at })),
    disclosure: {
      ...disclosureOf(watch, now),
      ...{ informedAt: disclosed?.at ?? null, how: disclosed?.how ?? null },
    },
    mayApprove:
      watch.state === 'requested' &&
      isApprover &&
      asked.every((one) => couldApprove(by, one, false)),
  };
}
