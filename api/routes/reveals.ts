import type { FastifyInstance } from 'fastify';
import { toIso } from '../../domain/time.ts';
import type { Token } from '../../domain/token.ts';
import { caseFold } from '../../review/case.ts';
import { isConfidentialCase } from '../../review/case-work.ts';
import {
  decideReveal,
  type Reveal as RevealState,
  requestReveal,
  revealAt,
  revealFold,
  revealFor,
  viewReveal,
} from '../../review/reveal.ts';
import { pageOf } from '../paging.ts';
import { route } from '../route.ts';
import { CaseParams, Decide } from '../schemas/cases.ts';
import {
  NewReveal,
  Reveal,
  RevealPage,
  RevealParams,
  RevealQuery,
  RevealView,
} from '../schemas/reveals.ts';
import { HistoryPage } from '../schemas/shapes.ts';
import type { RouteDeps } from '../seen.ts';
import { toReveal, visibleCases } from '../views/cases.ts';
import { toHistory } from '../views/people.ts';

export function revealRoutes(app: FastifyInstance, deps: RouteDeps): void {
  const { journal } = deps;
  route(app, 'listReveals', {
    summary: 'Requests to see who is behind tokens, newest first',
    query: RevealQuery,
    response: RevealPage,
    handler({ query, reviewer, touches }) {
      const cases = new Set(visibleCases(deps, reviewer).map((c) => c.caseId));
      const found = [...journal.all(revealFold, 'reveal')]
        .map((reveal) => revealAt(reveal, journal.now()))
        .filter(
          (reveal) =>
            cases.has(reveal.caseId) &&
            (query.caseId === undefined || reveal.caseId === query.caseId) &&
            (query.state === undefined || reveal.state === query.state),
        )
        .sort((a, b) => b.requestedAt - a.requestedAt);
      const { items, nextCursor } = pageOf(found, (r) => r.revealId, query.cursor, query.limit);
      touches(...items.map((r) => r.revealId));
      return { items: items.map((reveal) => toReveal(reviewer, reveal)), nextCursor };
    },
  });
  route(app, 'requestReveal', {
    summary: 'Asks to see who is behind tokens of one case',
    params: CaseParams,
    body: NewReveal,
    status: 201,
    response: Reveal,
    async handler({ params, body, reviewer, touches }) {
      // The schema has checked the shape of the tokens.
      const input = { ...body, tokens: body.tokens as Token[] };
      const reveal = await requestReveal(deps, reviewer, params.caseId, input);
      touches(reveal.revealId);
      return toReveal(reviewer, reveal);
    },
  });
  route(app, 'readReveal', {
    summary: 'One request and what became of it',
    params: RevealParams,
    response: Reveal,
    handler: ({ params, reviewer }) =>
      toReveal(reviewer, revealFor(deps, reviewer, params.revealId)),
  });
  route(app, 'readRevealHistory', {
    summary: 'Who asked, agreed and looked',
    params: RevealParams,
    response: HistoryPage,
    handler({ params, reviewer }) {
      revealFor(deps, reviewer, params.revealId);
      return { items: toHistory(journal.history('reveal', params.revealId)), nextCursor: null };
    },
  });
  const decisions = [
    ['approveReveal', 'approve', 'Agrees, as another person in another role'],
    ['refuseReveal', 'refuse', 'Does not agree'],
    ['withdrawReveal', 'withdraw', 'Takes the request back'],
    ['closeReveal', 'close', 'Ends an open reveal before its time'],
  ] as const;
  for (const [operation, action, summary] of decisions)
    route(app, operation, {
      ...{ summary, params: RevealParams, body: Decide, response: Reveal },
      async handler({ params: { revealId }, body, reviewer, expected }) {
        const decided = await decideReveal(
          ...([deps, reviewer, revealId, action, body.reason, expected] as const),
        );
        return toReveal(reviewer, decided);
      },
    });
  route(app, 'viewReveal', {
    summary: 'Shows the identities; every call is a line of the review log',
    params: RevealParams,
    status: 201,
    response: RevealView,
    async handler({ params, reviewer, touches }) {
      // Written before the vault is opened: a line without a look is harmless, the reverse is not.
      const reveal: RevealState = await viewReveal(deps, reviewer, params.revealId);
      touches(reveal.caseId, `views-${reveal.views}`);
      const at = journal.now();
      deps.onReviewerLookup?.({
        ...{
          at,
          account: reviewer.accountId,
          actors: reviewer.actors,
          operation: 'viewReveal',
          caseId: reveal.caseId,
        },
        subjects: reveal.tokens.filter((t) => t.startsWith('s.')),
        isConfidential: isConfidentialCase(
          ...([deps, journal.state(caseFold, 'case', reveal.caseId)] as const),
        ),
      });
      return {
        ...{ revealId: reveal.revealId, caseId: reveal.caseId, expiresAt: reveal.expiresAt },
        watermark: `${reviewer.name} ${toIso(at)}`,
        identities: reveal.tokens.map((token) => ({ token, id: deps.openVault(token) })),
      };
    },
  });
}
