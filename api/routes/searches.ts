import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { isBsn, padBsn } from '../../domain/bsn.ts';
import { AppError } from '../../domain/errors.ts';
import { MAX_INSTANT, MIN_INSTANT } from '../../domain/time.ts';
import type { Token } from '../../domain/token.ts';
import { caseFold } from '../../review/case.ts';
import { caseFor, isConfidentialCase } from '../../review/case-work.ts';
import { assertSameRegime, hasWpg, systemsOf } from '../../review/regime.ts';
import { isTied, type Reviewer } from '../../review/reviewer.ts';
import { ownSearch, recordSearch, type SearchRecord } from '../../review/search.ts';
import { type LookupRow, lookupsOf } from '../lookups.ts';
import { readUnder } from '../regimes.ts';
import { route } from '../route.ts';
import {
  AskSession,
  CommonAccess,
  CommonAccessResult,
  type FoundLookup,
  Search,
  SearchParams,
  SearchResult,
  SessionLookups,
} from '../schemas/searches.ts';
import type { RouteDeps } from '../seen.ts';
import { toLookup, unitOf } from '../views/alerts.ts';

type Asked = z.output<typeof Search>['by'];

const MAX_VICTIMS = 1_000;
/** What one session can hold on the screen. */
const SESSION_LOOKUPS = 500;

export function searchRoutes(app: FastifyInstance, deps: RouteDeps): void {
  const { journal } = deps;
  /** Written down before anything is read: who asks, about whom, on which ground and why. */
  const record = async (
    reviewer: Reviewer,
    body: Pick<z.output<typeof Search>, 'ground' | 'reason' | 'caseId'>,
    about: Pick<SearchRecord, 'tokens' | 'from' | 'to' | 'regime'>,
  ): Promise<string> => {
    if (body.caseId !== undefined) caseFor(deps, reviewer, body.caseId);
    assertUntied(deps, reviewer, about.tokens);
    const searchId = `q-${randomUUID()}`;
    const { ground, reason, caseId = null } = body;
    await recordSearch(journal, reviewer, searchId, { ...about, ground, reason, caseId });
    return searchId;
  };
  const watched = (
    reviewer: Reviewer,
    operation: string,
    subjects: Token[],
    caseId: string | null,
    found: readonly LookupRow[] = [],
  ): void =>
    deps.onReviewerLookup?.({
      ...{ at: journal.now(), account: reviewer.accountId, actors: reviewer.actors },
      ...{ operation, subjects, caseId },
      isConfidential:
        found.some((l) => deps.directory.isMarked(l.eventId)) ||
        (caseId !== null && isConfidentialCase(deps, journal.state(caseFold, 'case', caseId))),
    });
  route(app, 'search', {
    summary: 'Who looked at a person, or what an official looked at; with a ground',
    body: Search,
    response: SearchResult,
    async handler({ body, reviewer, seen, touches }) {
      const { lookups } = seen;
      if (body.caseId !== undefined)
        assertSameRegime(caseFor(deps, reviewer, body.caseId).regime, body.regime);
      const window = { from: body.from ?? MIN_INSTANT, to: body.to ?? MAX_INSTANT };
      const token = tokenOf(deps, body.by);
      const { regime } = body;
      const searchId = await record(reviewer, body, { tokens: [token], ...window, regime });
      const found = await readUnder(deps, regime, (systems) =>
        lookupsOf(lookups, token, window, body.limit, systems),
      );
      const isPerson = token.startsWith('s.');
      const total = isPerson
        ? await lookups.countOfSubject(token, window, systemsOf(deps.regimes ?? {}, regime))
        : found.length;
      touches(searchId, ...(body.caseId === undefined ? [] : [body.caseId]));
      watched(reviewer, 'search', isPerson ? [token] : [], body.caseId ?? null, found);
      return {
        ...{ searchId, token, total, isCut: found.length === body.limit, regime },
        lookups: found.map((row) => toFound(seen, row)),
        officials: officialsOf(found),
      };
    },
  });
  route(app, 'readSearchSession', {
    summary: 'What else the official did in the session of a lookup that was found',
    params: SearchParams,
    body: AskSession,
    response: SessionLookups,
    async handler({ params: { searchId }, body, reviewer, seen, touches }) {
      const { caseId, regime } = ownSearch(journal, reviewer, searchId);
      const found = await readUnder(deps, regime, (systems) =>
        seen.lookups.besides(body.eventId, body.occurredAt, SESSION_LOOKUPS, systems),
      );
      const tokens = found.flatMap(({ actor, subject }) => [actor ?? [], subject ?? []].flat());
      assertUntied(deps, reviewer, tokens);
      touches(searchId);
      const subjects = [...new Set(found.flatMap(({ subject }) => subject ?? []))];
      watched(reviewer, 'readSearchSession', subjects, caseId, found);
      return {
        lookups: found.map((row) => toFound(seen, row)),
        isCut: found.length === SESSION_LOOKUPS,
      };
    },
  });
  route(app, 'findCommonAccess', {
    summary: 'Officials by how improbable their share of these persons is',
    body: CommonAccess,
    response: CommonAccessResult,
    async handler({ body, reviewer, seen, touches }) {
      if (hasWpg(deps.regimes ?? {}))
        throw new AppError(
          'ERR_REVIEW_REGIME_MIXED',
          'This compares over all sources, and some are under the Wpg: search person by person.',
        );
      const victims = new Map<Token, number | null>();
      for (const { incidentAt = null, ...who } of body.subjects)
        victims.set(tokenOf(deps, { kind: 'subject', ...who }), incidentAt);
      for (const { id, incidentAt = null } of body.addresses)
        for (const person of deps.reference().residents(deps.identify.object('address', id)))
          victims.set(person, incidentAt);
      const tokens = [...victims.keys()];
      if (tokens.length < 2 || tokens.length > MAX_VICTIMS)
        throw new AppError(
          'ERR_REVIEW_REFUSED',
          'Ask about at least two persons, and at most 1,000.',
        );
      const window = { from: body.from ?? MIN_INSTANT, to: body.to ?? MAX_INSTANT };
      const searchId = await record(reviewer, body, { tokens, ...window, regime: 'avg' });
      const asked = [...victims].map(([subject, incidentAt]) => ({ subject, incidentAt }));
      const { known, rows, caveats } = await seen.lookups.commonAccess(asked, window);
      touches(searchId, ...(body.caseId === undefined ? [] : [body.caseId]));
      watched(reviewer, 'findCommonAccess', tokens, body.caseId ?? null);
      const at = journal.now();
      return {
        ...{ searchId, subjects: tokens.length, known, caveats },
        officials: rows.slice(0, 200).map((r) => ({ ...r, unit: unitOf(deps, r.actor, at) })),
      };
    },
  });
}

const toFound = (
  deps: RouteDeps,
  { explanation, ...row }: LookupRow,
): z.output<typeof FoundLookup> => ({
  ...toLookup(deps, row, false),
  explanation:
    explanation === undefined
      ? null
      : { verdict: explanation.verdict, because: [...explanation.because] },
});

/** Nobody searches for themselves or for those near them. */
function assertUntied(deps: RouteDeps, by: Reviewer, tokens: readonly Token[]): void {
  const about = {
    actors: tokens.filter((t) => t.startsWith('a.')),
    subjects: tokens.filter((t) => t.startsWith('s.')),
    at: deps.journal.now(),
  };
  if (isTied(by, about, deps.reference()))
    throw new AppError('ERR_REVIEW_CONFLICT_OF_INTEREST', 'Somebody else has to search for this.');
}

function tokenOf({ identify }: RouteDeps, by: Asked): Token {
  // The schema has checked its shape.
  if (by.kind === 'token') return by.token as Token;
  if (by.kind === 'actor') return identify.actor(by.id);
  if (by.kind !== 'subject') return identify.object(by.kind, by.id);
  const bsn = padBsn(by.id);
  if (by.scheme === 'bsn' && !isBsn(bsn))
    throw new AppError('ERR_REVIEW_REFUSED', 'This is no BSN: it fails the eleven-test.');
  return identify.subject(by.scheme, by.scheme === 'bsn' ? bsn : by.id);
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
      unexplained: own.filter((l) => l.explanation?.verdict === 'unexplained').length,
    }))
    .sort((a, b) => b.lookups - a.lookups);
}
