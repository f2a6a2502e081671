import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { Token } from '../../domain/token.ts';
import type { Reviewer } from '../../review/reviewer.ts';
import {
  decideSuppression,
  hiddenBy,
  needsApproval,
  requestSuppression,
  type SuppressionScope,
  type Suppression as SuppressionState,
  suppressionAt,
  suppressionFold,
} from '../../review/suppression.ts';
import { pageOf } from '../paging.ts';
import { absent, route } from '../route.ts';
import { Decide } from '../schemas/cases.ts';
import {
  NewSuppression,
  Suppression,
  SuppressionPage,
  SuppressionParams,
  SuppressionQuery,
} from '../schemas/reveals.ts';
import type { RouteDeps, Seen } from '../seen.ts';
import { unitOf } from '../views/alerts.ts';
import { couldApprove } from '../views/cases.ts';
import { toRef } from '../views/people.ts';

export function suppressionRoutes(app: FastifyInstance, deps: RouteDeps): void {
  const { journal } = deps;
  route(app, 'listSuppressions', {
    summary: 'What is hidden, why and until when',
    query: SuppressionQuery,
    response: SuppressionPage,
    handler({ query, reviewer, seen }) {
      const found = [...journal.all(suppressionFold, 'suppression')]
        .map((s) => suppressionAt(s, journal.now()))
        .filter((s) => query.state === undefined || s.state === query.state)
        .sort((a, b) => b.requestedAt - a.requestedAt);
      const { items, nextCursor } = pageOf(
        ...([found, (s: SuppressionState) => s.suppressionId, query.cursor, query.limit] as const),
      );
      return { items: items.map((s) => toView(seen, reviewer, s)), nextCursor };
    },
  });
  route(app, 'requestSuppression', {
    summary: 'Hides alerts of a scope for a while; above 30 days a second person agrees first',
    body: NewSuppression,
    status: 201,
    response: Suppression,
    async handler({ body, reviewer, seen, touches }) {
      // The schema has checked the shape of the token.
      const input = { ...body, scope: body.scope as SuppressionScope & { actor?: Token } };
      const made = await requestSuppression(deps, reviewer, input);
      touches(made.suppressionId);
      return toView(seen, reviewer, made);
    },
  });
  route(app, 'readSuppression', {
    summary: 'One suppression and how much it hides',
    params: SuppressionParams,
    response: Suppression,
    handler({ params: { suppressionId }, reviewer, seen }) {
      if (!journal.has('suppression', suppressionId)) throw absent('suppression');
      const found = journal.state(suppressionFold, 'suppression', suppressionId);
      return toView(seen, reviewer, suppressionAt(found, journal.now()));
    },
  });
  const decisions = [
    ['approveSuppression', 'approve', 'Agrees, as a second person'],
    ['refuseSuppression', 'refuse', 'Does not agree'],
    ['endSuppression', 'end', 'Shows everything again'],
  ] as const;
  for (const [operation, action, summary] of decisions)
    route(app, operation, {
      ...{ summary, params: SuppressionParams, body: Decide, response: Suppression },
      async handler({ params: { suppressionId }, body, reviewer, seen, expected }) {
        const decided = await decideSuppression(
          ...([deps, reviewer, suppressionId, action, body.reason, expected] as const),
        );
        return toView(seen, reviewer, decided);
      },
    });
}

export function countHidden(deps: Seen, suppression: SuppressionState) {
  let hidden = 0;
  let samples = 0;
  for (const row of deps.directory.all()) {
    const found = hiddenBy([suppression], row, unitOf(deps, row.actor, row.lastEventAt));
    if (found === null) continue;
    hidden += 1;
    if (found.isSample) samples += 1;
  }
  return { hidden, samples };
}

function toView(
  deps: Seen,
  by: Reviewer,
  suppression: SuppressionState,
): z.output<typeof Suppression> {
  const { requestedBy, ...rest } = suppression;
  return {
    ...rest,
    ...countHidden(deps, suppression),
    requestedBy: toRef(requestedBy),
    needsApproval: needsApproval(suppression),
    mayApprove: suppression.state === 'requested' && couldApprove(by, requestedBy, false),
  };
}
