import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { isBsn, padBsn } from '../../domain/bsn.ts';
import { AppError } from '../../domain/errors.ts';
import { MAX_INSTANT, MIN_INSTANT } from '../../domain/time.ts';
import type { Token } from '../../domain/token.ts';
import { caseFor } from '../../review/case-work.ts';
import { assertSameRegime, hasWpg } from '../../review/regime.ts';
import { isTied, type Reviewer } from '../../review/reviewer.ts';
import type { ServerDeps } from '../deps.ts';
import type { LookupRow } from '../lookups.ts';
import { ofRegime } from '../regimes.ts';
import { route } from '../route.ts';
import { CommonAccess, CommonAccessResult, Search, SearchResult } from '../schemas/searches.ts';
import { toLookup, unitOf } from '../views/alerts.ts';

type Asked = z.output<typeof Search>['by'];

export function searchRoutes(app: FastifyInstance, deps: ServerDeps): void {
  const { lookups, journal } = deps;
  route(app, 'search', {
    summary: 'Who looked at a person, or what an official looked at; with a ground',
    body: Search,
    response: SearchResult,
    async handler({ body, reviewer, touches }) {
      if (body.caseId !== undefined)
        assertSameRegime(caseFor(deps, reviewer, body.caseId).regime, body.regime);
      const window = { from: body.from ?? MIN_INSTANT, to: body.to ?? MAX_INSTANT };
      const token = tokenOf(deps, body.by);
      assertUntied(deps, reviewer, [token]);
      const all = await read(deps, token, window, body.limit);
      const found = ofRegime(deps, body.regime, all);
      const total =
        token.startsWith('s.') && !hasWpg(deps.regimes ?? {})
          ? await lookups.countOfSubject(token, window)
          : found.length;
      const searchId = `q-${randomUUID()}`;
      touches(searchId, ...(body.caseId === undefined ? [] : [body.caseId]));
      const subjects = token.startsWith('s.') ? [token] : [];
      const at = journal.now();
      deps.onReviewerLookup?.({
        ...{
          at,
          account: reviewer.accountId,
          actors: reviewer.actors,
          operation: 'search',
          subjects,
        },
        caseId: body.caseId ?? null,
      });
      return {
        ...{ searchId, token, total, isCut: all.length === body.limit, regime: body.regime },
        lookups: found.map((l) => toLookup(l, false)),
        officials: officialsOf(found),
      };
    },
  });
  route(app, 'findCommonAccess', {
    summary: 'Officials by how improbable their share of these persons is',
    body: CommonAccess,
    response: CommonAccessResult,
    async handler({ body, reviewer, touches }) {
      if (body.caseId !== undefined) caseFor(deps, reviewer, body.caseId);
      const tokens = [
        ...new Set(body.subjects.map((s) => tokenOf(deps, { kind: 'subject', ...s }))),
      ];
      assertUntied(deps, reviewer, tokens);
      if (hasWpg(deps.regimes ?? {}))
        throw new AppError(
          'ERR_REVIEW_REGIME_MIXED',
          'This compares over all sources, and some are under the Wpg: search person by person.',
        );
      const window = { from: body.from ?? MIN_INSTANT, to: body.to ?? MAX_INSTANT };
      const { known, rows } = await lookups.commonAccess(tokens, window);
      const searchId = `q-${randomUUID()}`;
      touches(searchId, ...(body.caseId === undefined ? [] : [body.caseId]));
      const at = journal.now();
      deps.onReviewerLookup?.({
        ...{
          at,
          account: reviewer.accountId,
          actors: reviewer.actors,
          operation: 'findCommonAccess',
          subjects: tokens,
        },
        caseId: body.caseId ?? null,
      });
      return {
        ...{ searchId, subjects: tokens.length, known },
        officials: rows.slice(0, 200).map((r) => ({ ...r, unit: unitOf(deps, r.actor, at) })),
      };
    },
  });
}

/** Nobody searches for themselves or for those near them. */
function assertUntied(deps: ServerDeps, by: Reviewer, tokens: readonly Token[]): void {
  const about = {
    actors: tokens.filter((t) => t.startsWith('a.')),
    subjects: tokens.filter((t) => t.startsWith('s.')),
    at: deps.journal.now(),
  };
  if (isTied(by, about, deps.reference()))
    throw new AppError('ERR_REVIEW_CONFLICT_OF_INTEREST', 'Somebody else has to search for this.');
}

function tokenOf({ identify }: ServerDeps, by: Asked): Token {
  // The schema has checked its shape.
  if (by.kind === 'token') return by.token as Token;
  if (by.kind === 'actor') return identify.actor(by.id);
  if (by.kind !== 'subject') return identify.object(by.kind, by.id);
  const bsn = padBsn(by.id);
  if (by.scheme === 'bsn' && !isBsn(bsn))
    throw new AppError('ERR_REVIEW_REFUSED', 'This is no BSN: it fails the eleven-test.');
  return identify.subject(by.scheme, by.scheme === 'bsn' ? bsn : by.id);
}

function read(
  { lookups }: ServerDeps,
  token: Token,
  window: { from: number; to: number },
  limit: number,
): Promise<LookupRow[]> {
  if (token.startsWith('a.')) return lookups.ofActor(token, window, limit);
  if (token.startsWith('s.')) return lookups.ofSubject(token, window, limit);
  return lookups.ofObject(token, window, limit);
}

function officialsOf(found: readonly LookupRow[]): z.output<typeof SearchResult>['officials'] {
  const byActor = new Map<Token, LookupRow[]>();
  for (const lookup of found)
    if (lookup.actor !== null)
      byActor.set(lookup.actor, [...(byActor.get(lookup.actor) ?? []), lookup]);
  return [...byActor]
    .map(([actor, own]) => ({
      ...{ actor, unit: own.at(-1)?.unit ?? '', lookups: own.length },
      days: new Set(own.map((l) => Math.floor(l.occurredAt / 86_400_000))).size,
      firstAt: own[0]?.occurredAt ?? 0,
      lastAt: own.at(-1)?.occurredAt ?? 0,
      withCaseRef: own.filter((l) => l.hasCaseRef).length,
    }))
    .sort((a, b) => b.lookups - a.lookups);
}
