import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { DAY_MS, isoDay, localDay } from '../../domain/time.ts';
import type { Token } from '../../domain/token.ts';
import type { AlertSummaryRow } from '../../review/alert-directory.ts';
import type { DailyRow } from '../lookups.ts';
import { pageOf } from '../paging.ts';
import { absent, route } from '../route.ts';
import {
  AlertParams,
  LookupPage,
  LookupQuery,
  SimilarAlerts,
  SimilarQuery,
} from '../schemas/alerts.ts';
import { type DailyCounts, Pictures } from '../schemas/pictures.ts';
import type { RouteDeps, Seen } from '../seen.ts';
import { alertFor, reviewOf, toLookup, unitOf, withheldFrom } from '../views/alerts.ts';

/** Own history shown beside an alert, and the part of it that a baseline is taken from. */
const HISTORY_MS = 90 * DAY_MS;
const BASELINE_DAYS = 28;
/** Fewer than these make no band: neither days of one's own nor colleagues on a day. */
const LEAST = 5;
const MAX_SUBJECTS = 5;
const MAX_TIMELINE = 500;
const MAX_AROUND = 5_000;

type Band = z.output<typeof DailyCounts>['days'][number]['own'];
/** 10th, 50th and 90th percentile; null when there is too little to call anything usual. */
export function bandOf(values: readonly number[]): Band {
  if (values.length < LEAST) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  return { low: at(0.1), median: at(0.5), high: at(0.9) };
}

export function pictureRoutes(app: FastifyInstance, deps: RouteDeps): void {
  route(app, 'listAlertLookups', {
    summary: 'The lookups of an alert, or everything of those days',
    params: AlertParams,
    query: LookupQuery,
    response: LookupPage,
    async handler({ params, query, reviewer, seen, touches }) {
      const { lookups, directory } = seen;
      const row = alertFor(seen, reviewer, params.alertId);
      const alert = await directory.detail(row.alertId);
      if (alert === null) throw absent('alert');
      const own = new Set(alert.eventIds);
      const window = { from: row.firstEventAt, to: row.lastEventAt + 1 };
      const isAround = query.scope === 'around' && row.actor !== null;
      const found =
        isAround && row.actor !== null
          ? await lookups.ofActor(row.actor, window, MAX_AROUND)
          : await lookups.byIds(alert.eventIds, window);
      const { items, nextCursor } = pageOf(found, (l) => l.eventId, query.cursor, query.limit);
      touches(`lookups-${items.length}`);
      deps.onReviewerLookup?.({
        ...{
          at: deps.journal.now(),
          account: reviewer.accountId,
          actors: reviewer.actors,
          operation: 'listAlertLookups',
        },
        subjects: [...new Set(items.flatMap((l) => (l.subject === null ? [] : [l.subject])))],
        caseId: null,
        isConfidential: items.some((l) => directory.isMarked(l.eventId)),
      });
      return { items: items.map((l) => toLookup(seen, l, own.has(l.eventId))), nextCursor };
    },
  });
  route(app, 'readAlertPictures', {
    summary: 'Everything that an alert is drawn with',
    params: AlertParams,
    response: Pictures,
    async handler({ params, reviewer, seen }) {
      const row = alertFor(seen, reviewer, params.alertId);
      const subjects = row.subjects.slice(0, MAX_SUBJECTS);
      const [daily, hours, timelines, pairs] = await Promise.all([
        row.actor === null ? null : dailyOf(seen, row, row.actor),
        row.actor === null ? null : hoursOf(seen, row, row.actor),
        Promise.all(subjects.map((subject, i) => timelineOf(seen, row, subject, i + 1))),
        Promise.all(subjects.map((subject, i) => pairOf(seen, row, subject, i + 1))),
      ]);
      return {
        alertId: row.alertId,
        daily,
        hours,
        kin: kinOf(seen, row, subjects),
        timelines,
        pairs,
      };
    },
  });
  route(app, 'listSimilarAlerts', {
    summary: 'Earlier alerts that look alike and how they ended',
    params: AlertParams,
    query: SimilarQuery,
    response: SimilarAlerts,
    handler({ params, query, reviewer, seen }) {
      const row = alertFor(seen, reviewer, params.alertId);
      const unit = unitOf(seen, row.actor, row.lastEventAt);
      const isKept = withheldFrom(seen, reviewer);
      const outcomes: Record<string, number> = {};
      const found: z.output<typeof SimilarAlerts>['items'] = [];
      for (const other of seen.directory.all()) {
        if (other === row || isKept(other)) continue;
        const { state } = reviewOf(seen, other.alertId);
        if (other.typology === row.typology) outcomes[state] = (outcomes[state] ?? 0) + 1;
        const because = likenessOf(seen, row, unit, other);
        if (because.length === 0) continue;
        const { alertId, typology, severity, openedAt, score, reason } = other;
        const likeness = because.length / 4;
        found.push({
          alertId,
          typology,
          severity,
          status: state,
          openedAt,
          score,
          likeness,
          because,
          reason,
        });
      }
      found.sort((a, b) => b.likeness - a.likeness || b.openedAt - a.openedAt);
      return { items: found.slice(0, query.limit), outcomes };
    },
  });
}

type Because = z.output<typeof SimilarAlerts>['items'][number]['because'];
function likenessOf(
  deps: Seen,
  row: AlertSummaryRow,
  unit: string,
  other: AlertSummaryRow,
): Because {
  const because: Because = [];
  if (row.actor !== null && other.actor === row.actor) because.push('same-official');
  if (other.subjects.some((s) => row.subjects.includes(s))) because.push('same-person');
  if (other.typology !== row.typology && because.length === 0) return because;
  if (other.detectors.some((d) => row.detectors.includes(d))) because.push('same-detector');
  if (unit !== '' && unitOf(deps, other.actor, other.lastEventAt) === unit)
    because.push('same-unit');
  return because;
}

async function dailyOf(
  deps: Seen,
  row: AlertSummaryRow,
  actor: Token,
): Promise<z.output<typeof DailyCounts>> {
  const window = { from: row.firstEventAt - HISTORY_MS, to: row.lastEventAt + DAY_MS };
  const unit = unitOf(deps, actor, row.lastEventAt);
  const peers =
    unit === ''
      ? []
      : deps
          .reference()
          .unitActors(unit)
          .filter((a) => a !== actor);
  const rows = await deps.lookups.daily([actor, ...peers], window);
  const own = rows.filter((r) => r.actor === actor);
  const byDay = new Map<number, DailyRow[]>();
  for (const r of rows) if (r.actor !== actor) byDay.set(r.day, [...(byDay.get(r.day) ?? []), r]);
  const [first, last] = [localDay(row.firstEventAt), localDay(row.lastEventAt)];
  return {
    days: own.map(({ day, lookups, persons }) => ({
      ...{ day: isoDay(day), lookups, persons, isInAlert: day >= first && day <= last },
      own: bandOf(
        own.filter((o) => o.day < day && o.day >= day - BASELINE_DAYS).map((o) => o.lookups),
      ),
      peers: bandOf((byDay.get(day) ?? []).map((p) => p.lookups)),
    })),
  };
}

async function hoursOf(deps: Seen, row: AlertSummaryRow, actor: Token) {
  const { firstEventAt, lastEventAt } = row;
  const [usual, alert] = await Promise.all([
    deps.lookups.hourOfWeek(actor, { from: firstEventAt - HISTORY_MS, to: firstEventAt }),
    deps.lookups.hourOfWeek(actor, { from: firstEventAt, to: lastEventAt + 1 }),
  ]);
  return { usual, alert };
}

/** Kinds and degree of the tie, shortest first; who stands in between is never here. */
function kinOf(deps: Seen, row: AlertSummaryRow, subjects: readonly Token[]) {
  const { actor } = row;
  if (actor === null) return [];
  return subjects.flatMap((subject, i) =>
    deps
      .reference()
      .ties(actor, subject, row.lastEventAt)
      .slice(0, 1)
      .map(({ kind, degree, path, endedAt }) => ({
        ...{ subjectNumber: i + 1, kind, degree, path, endedAt },
        steps: stepsOf(path),
      })),
  );
}
/** "zus van ex-partner" read from the official outwards: ex-partner, then zus. */
function stepsOf({ nl, en }: { nl: string; en: string }): { nl: string; en: string }[] {
  const [dutch, english] = [nl.split(' van ').reverse(), en.split(' of ').reverse()];
  if (dutch.length !== english.length) return [];
  return dutch.map((step, i) => ({ nl: step, en: english[i] ?? '' }));
}

async function timelineOf(deps: Seen, row: AlertSummaryRow, subject: Token, number: number) {
  const window = { from: row.firstEventAt - HISTORY_MS, to: row.lastEventAt + 1 };
  const found = await deps.lookups.ofSubject(subject, window, MAX_TIMELINE);
  const officials = new Map<Token, number>();
  const lookups = found.map((l) => {
    const key = l.actor ?? ('' as Token);
    if (!officials.has(key)) officials.set(key, officials.size + 1);
    return {
      ...{ occurredAt: l.occurredAt, officialNumber: officials.get(key) ?? 0, unit: l.unit },
      ...{ system: l.system, hasCaseRef: l.hasCaseRef },
      isOfAlert: l.actor === row.actor && l.occurredAt >= row.firstEventAt,
    };
  });
  return {
    ...{ subjectNumber: number, lookups, officials: officials.size },
    isCut: found.length === MAX_TIMELINE,
  };
}

async function pairOf(deps: Seen, row: AlertSummaryRow, subject: Token, number: number) {
  const days =
    row.actor === null
      ? []
      : await deps.lookups.pair(row.actor, subject, { from: 0, to: row.lastEventAt + DAY_MS });
  return {
    subjectNumber: number,
    days: days.map(({ day, lookups, systems }) => ({ day: isoDay(day), lookups, systems })),
    firstAt: days[0]?.firstAt ?? null,
    lastAt: days.at(-1)?.lastAt ?? null,
    total: days.reduce((sum, d) => sum + d.lookups, 0),
  };
}
