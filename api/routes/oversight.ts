import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { TRIAGE_STATES } from '../../domain/review.ts';
import { DAY_MS } from '../../domain/time.ts';
import { caseFold } from '../../review/case.ts';
import { revealAt, revealFold } from '../../review/reveal.ts';
import type { LogEntry } from '../../review/review-log.ts';
import { activeSuppressions } from '../../review/suppression.ts';
import { fromCursor, toCursor } from '../paging.ts';
import { route } from '../route.ts';
import {
  ChainCheck,
  type ReviewLogEntry,
  ReviewLogPage,
  ReviewLogQuery,
  Statistics,
  StatisticsQuery,
} from '../schemas/oversight.ts';
import type { RouteDeps, Seen } from '../seen.ts';
import { reviewOf } from '../views/alerts.ts';
import { tally } from './detectors.ts';
import { countHidden } from './suppressions.ts';

const PERIOD_MS = 90 * DAY_MS;
/** Under this many no share is shown: it would say something about persons. */
const LEAST = 5;

/** 95 % interval of a share (E. B. Wilson, 1927). */
export function wilson(right: number, judged: number) {
  if (judged < LEAST) return null;
  const z = 1.96;
  const share = right / judged;
  const middle = (share + (z * z) / (2 * judged)) / (1 + (z * z) / judged);
  const reach =
    (z / (1 + (z * z) / judged)) *
    Math.sqrt((share * (1 - share)) / judged + (z * z) / (4 * judged * judged));
  return { low: Math.max(0, middle - reach), value: share, high: Math.min(1, middle + reach) };
}

export function oversightRoutes(app: FastifyInstance, deps: RouteDeps): void {
  route(app, 'readStatistics', {
    summary: 'Whether the control works and is fair; no group under five',
    query: StatisticsQuery,
    response: Statistics,
    handler({ query, seen }) {
      const to = query.to ?? deps.journal.now();
      return statisticsOf(seen, query.from ?? to - PERIOD_MS, to);
    },
  });
  route(app, 'listReviewLog', {
    summary: 'Who did or read what, newest first',
    query: ReviewLogQuery,
    response: ReviewLogPage,
    async handler({ query, seen: { directory } }) {
      const { cursor, limit, by, operation, objectId, onlyRefused } = query;
      if (objectId !== undefined && !directory.mayName(objectId))
        return { items: [], nextCursor: null };
      const filter = { account: by, operation, objectId, onlyRefused };
      const found = await deps.reviewLogReader.list({
        ...filter,
        ...{ from: query.from ?? 0, to: query.to ?? deps.journal.now() + DAY_MS },
        before: cursor === undefined ? null : placeOf(cursor),
        limit: limit + 1,
      });
      const items = found.slice(0, limit).map((e) => toEntry(directory, e));
      const last = items.at(-1);
      const hasMore = found.length > limit && last !== undefined;
      const nextCursor = hasMore ? toCursor([last.at, last.chain, last.sequence]) : null;
      return { items, nextCursor };
    },
  });
  route(app, 'checkReviewLog', {
    summary: 'Recomputes every chain and says where one does not fit',
    response: ChainCheck,
    async handler() {
      const { entries, chains, faults } = await deps.checkChains();
      const checkedAt = deps.journal.now();
      return { isIntact: faults.length === 0, checkedAt, entries, chains, faults };
    },
  });
}

function placeOf(cursor: string): { at: number; chain: string; sequence: number } {
  const [at, chain, sequence] = fromCursor(cursor);
  return { at: Number(at) || 0, chain: String(chain), sequence: Number(sequence) || 0 };
}

/** An entry as it may be shown: that something confidential was read, and by whom, but not what. */
function toEntry(
  { mayName }: Seen['directory'],
  { entry, fingerprint }: { entry: string; fingerprint: string },
): z.output<typeof ReviewLogEntry> {
  // Written by the review log alone: the shape is ours.
  const e = JSON.parse(entry) as LogEntry & { chain: string; sequence: number };
  const { chain, sequence, at, accountId, name, role, operation, objectKind, objectIds } = e;
  return {
    ...{ chain, sequence, at, role, operation, objectKind },
    objectIds: objectIds.map((id) => (mayName(id) ? id : 'confidential')),
    by: accountId === null ? null : { accountId, name: name ?? accountId },
    ...{ outcome: e.outcome, status: e.status, code: e.code, requestId: e.requestId, fingerprint },
  };
}

async function statisticsOf(
  deps: Seen,
  from: number,
  to: number,
): Promise<z.output<typeof Statistics>> {
  const { journal, directory } = deps;
  const coverage = deps.operations.coverage().map((c) => ({
    ...{ system: c.system, events: c.events, explained: c.direct, cannotJudge: c.cannotJudge },
    withTeam: Math.max(0, c.withTeam - c.direct),
    unexplained: Math.max(0, c.events - c.withTeam - c.cannotJudge),
  }));
  const judgeable = coverage.reduce((sum, c) => sum + c.events - c.cannotJudge, 0);
  const explained = coverage.reduce((sum, c) => sum + c.explained + c.withTeam, 0);
  const rows = directory.all().filter((row) => row.openedAt >= from && row.openedAt < to);
  const reviews = rows.map((row) => reviewOf(deps, row.alertId));
  const now = journal.now();
  const hours = rows
    .flatMap((row, i) => {
      const decidedAt = reviews[i]?.decidedAt ?? null;
      // Opened by event time: a replayed past gives no time to decide.
      return decidedAt === null ? [] : [(decidedAt - row.openedAt) / 3_600_000];
    })
    .sort((a, b) => a - b);
  const at = (share: number): number | null =>
    hours.length === 0 ? null : (hours[Math.round(share * (hours.length - 1))] ?? null);
  const reveals = [...journal.all(revealFold, 'reveal')].filter(
    (r) => r.requestedAt >= from && r.requestedAt < to,
  );
  const active = activeSuppressions(deps);
  const hidden = active.map((s) => countHidden(deps, s));
  const refusals = await deps.reviewLogReader.refusals(from, to);
  const cases = [...journal.all(caseFold, 'case')];
  return {
    ...{ from, to, coverage, explainedShare: judgeable === 0 ? null : explained / judgeable },
    detectors: [...tally(deps, from, to)].map(([detector, count]) => ({
      ...{ detector, typology: null, alerts: count.alerts, judged: count.judged },
      ...{ right: count.right, detectorErrors: count.errors },
      precision: wilson(count.right, count.judged),
    })),
    states: TRIAGE_STATES.map((state) => ({
      ...{ state, alerts: reviews.filter((r) => r.state === state).length },
    })),
    timeToDecide: {
      ...{ decided: hours.length, medianHours: at(0.5), p90Hours: at(0.9) },
      overdue: reviews.filter((r) => r.decidedAt === null && r.dueAt !== null && r.dueAt < now)
        .length,
    },
    reveals: {
      requested: reveals.length,
      granted: reveals.filter((r) => r.approvedAt !== null).length,
      refused: reveals.filter((r) => r.state === 'refused').length,
      views: reveals.reduce((sum, r) => sum + r.views, 0),
      open: reveals.filter((r) => revealAt(r, now).state === 'open').length,
    },
    suppressions: {
      active: active.length,
      hidden: hidden.reduce((sum, h) => sum + h.hidden, 0),
      samples: hidden.reduce((sum, h) => sum + h.samples, 0),
    },
    refusals: {
      samePerson: refusals.get('ERR_REVIEW_SAME_PERSON') ?? 0,
      conflictOfInterest: refusals.get('ERR_REVIEW_CONFLICT_OF_INTEREST') ?? 0,
      notAllowed: refusals.get('ERR_REVIEW_NOT_ALLOWED') ?? 0,
    },
    cases: {
      open: cases.filter((c) => c.state === 'open' || c.state === 'hearing').length,
      referred: cases.filter((c) => c.state === 'referred').length,
      closed: cases.filter((c) => c.state === 'closed').length,
    },
  };
}
