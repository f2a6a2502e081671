import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { Reviewer } from '../../review/reviewer.ts';
import {
  askShadowRun,
  endShadowRun,
  type ShadowRun as Run,
  shadowRun,
  shadowRuns,
} from '../../review/shadow.ts';
import { decideRequest } from '../../review/two-person-request.ts';
import { pageOf } from '../paging.ts';
import { route } from '../route.ts';
import {
  NewShadowRun,
  ShadowRun,
  ShadowRunDetail,
  ShadowRunPage,
  ShadowRunParams,
} from '../schemas/backtests.ts';
import { Decide } from '../schemas/cases.ts';
import { ListQuery } from '../schemas/shapes.ts';
import type { RouteDeps } from '../seen.ts';
import { toRequest } from '../views/cases.ts';
import { toRef } from '../views/people.ts';
import { runnerOf, shownOf } from './backtests.ts';

function toView(by: Reviewer, run: Run): z.output<typeof ShadowRun> {
  const { request, state, from, until, settings, decisionRef, ended } = run;
  return {
    ...toRequest(by, request, false),
    ...{ shadowId: request.id, state, from, until, settings, decisionRef },
    ended: ended && { ...ended, by: ended.by && toRef(ended.by) },
  };
}

/** Settings beside those in force: maker and checker are two persons. */
export function shadowRunRoutes(app: FastifyInstance, deps: RouteDeps): void {
  const { journal } = deps;
  route(app, 'listShadowRuns', {
    summary: 'Settings that run in the shadow, newest first',
    query: ListQuery,
    response: ShadowRunPage,
    handler({ query, reviewer }) {
      const found = shadowRuns(journal)
        .map((run) => toView(reviewer, run))
        .sort((a, b) => b.requestedAt - a.requestedAt);
      return pageOf(found, (run) => run.shadowId, query.cursor, query.limit);
    },
  });
  route(app, 'readShadowRun', {
    summary: 'What settings in the shadow have won and lost so far',
    params: ShadowRunParams,
    response: ShadowRunDetail,
    async handler({ params: { shadowId }, reviewer, seen }) {
      const run = shadowRun(journal, shadowId);
      const ran = { from: run.from, to: run.ended?.at ?? journal.now() };
      const result = await runnerOf(deps).shadow(shadowId, ran);
      return { ...toView(reviewer, run), result: result === null ? null : shownOf(seen, result) };
    },
  });
  route(app, 'requestShadowRun', {
    summary: 'Asks to run other settings beside those in force; their alerts reach no list',
    body: NewShadowRun,
    status: 201,
    response: ShadowRun,
    async handler({ body, reviewer, touches }) {
      const { until, detectors, reason, decisionRef, from = journal.now(), budget = null } = body;
      await runnerOf(deps).plan(body);
      const settings = { budget, detectors };
      const run = await askShadowRun(journal, reviewer, reason, {
        ...{ from, until, settings, decisionRef },
      });
      touches(run.request.id);
      return toView(reviewer, run);
    },
  });
  for (const isApproved of [true, false])
    route(app, isApproved ? 'approveShadowRun' : 'refuseShadowRun', {
      summary: isApproved ? 'Agrees, as a second person' : 'Does not agree',
      params: ShadowRunParams,
      body: Decide,
      response: ShadowRun,
      async handler({ params: { shadowId }, body, reviewer, expected }) {
        const decision = { isApproved, reason: body.reason };
        await decideRequest(
          ...([journal, 'shadow-run', reviewer, shadowId, decision, expected] as const),
        );
        return toView(reviewer, shadowRun(journal, shadowId));
      },
    });
  route(app, 'endShadowRun', {
    summary: 'Ends a shadow run; what it raised can still be read',
    params: ShadowRunParams,
    body: Decide,
    response: ShadowRun,
    async handler({ params: { shadowId }, body, reviewer, expected }) {
      const run = await endShadowRun(journal, reviewer, shadowId, body.reason, expected);
      return toView(reviewer, run);
    },
  });
}
