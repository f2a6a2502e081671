import type { AuditEvent } from '../domain/event.ts';
import type { Token } from '../domain/token.ts';
import type { Store } from './client.ts';

/** One run of detection: which batches it took (after one, up to another), and under what. */
export type JudgingRun = {
  runId: string;
  startedAt: number;
  endedAt: number;
  afterBatch: number;
  upToBatch: number;
  /** Version by id of every detector in force. */
  detectors: Record<string, number>;
  refused: readonly { detector: string; why: string }[];
  /** Reference files that were not delivered. */
  missingData: readonly string[];
  config: string;
  reference: string;
};
/** What an event is to detection; the first that fits. */
export type EventClass =
  | 'actor-unknown'
  | 'service-account'
  | 'late'
  | 'unnamed'
  | 'refused'
  | 'lookup';
/** `run` is a place in the list of runs that was asked with; -1 when none took the events. */
export type CoverageCount = {
  system: string;
  /** Local calendar month, `2026-03`. */
  month: string;
  run: number;
  kind: EventClass;
  events: number;
};

type Window = { from: number; to: number };
type RunRow = [
  ...[string, number, number, number | string, number | string, string, string],
  ...[string[], string, string],
];
const IN_WINDOW =
  'occurred_at >= fromUnixTimestamp64Milli({from:Int64}) AND occurred_at < fromUnixTimestamp64Milli({to:Int64})';
const seconds = (at: number): string => (at / 1000).toFixed(3);

export type JudgingRunStore = ReturnType<typeof createJudgingRunStore>;
/** Runs of detection at rest, and what they cover. */
export const createJudgingRunStore = (store: Store) => ({
  /** Writes a run, or how far it has come since. */
  async save(run: JudgingRun): Promise<void> {
    const row = [
      ...[run.runId, seconds(run.startedAt), seconds(run.endedAt), run.afterBatch, run.upToBatch],
      ...[JSON.stringify(run.detectors), JSON.stringify(run.refused), run.missingData],
      ...[run.config, run.reference, run.endedAt],
    ];
    await store.sql(`INSERT INTO judging_runs FORMAT JSONCompactEachRow\n${JSON.stringify(row)}`);
  },
  /** Every run, newest first: of two that took the same batch, the first in this order judged it last. */
  async all(): Promise<JudgingRun[]> {
    const rows = await store.rows<RunRow>(
      `SELECT run_id, toUnixTimestamp64Milli(started_at), toUnixTimestamp64Milli(ended_at), after_batch,
         up_to_batch, detectors, refused, missing_data, config, reference
       FROM judging_runs FINAL ORDER BY started_at DESC, run_id DESC`,
    );
    return rows.map((r) => ({
      ...{ runId: r[0], startedAt: Number(r[1]), endedAt: Number(r[2]) },
      ...{ afterBatch: Number(r[3]), upToBatch: Number(r[4]) },
      // Written by `save` from the same shapes.
      detectors: JSON.parse(r[5]) as Record<string, number>,
      refused: JSON.parse(r[6]) as JudgingRun['refused'],
      ...{ missingData: r[7], config: r[8], reference: r[9] },
    }));
  },
  /** Events that a run took and could not judge. */
  async saveUnjudged(
    runId: string,
    reason: 'late',
    events: readonly Pick<AuditEvent, 'system' | 'eventId' | 'occurredAt'>[],
  ): Promise<void> {
    if (events.length === 0) return;
    const rows = events.map((e) =>
      JSON.stringify([e.system, e.eventId, runId, seconds(e.occurredAt), reason]),
    );
    await store.sql(`INSERT INTO unjudged_events FORMAT JSONCompactEachRow\n${rows.join('\n')}`);
  },
  /** Officials with work in the window, and the local days on which each worked, all together. */
  async workload(window: Window): Promise<{ officials: number; officialDays: number }> {
    const [row] = await store.rows<[number | string, number | string]>(
      `SELECT uniqExact(actor), uniqExact(actor, toRelativeDayNum(toTimeZone(occurred_at, 'Europe/Amsterdam')))
       FROM events WHERE ${IN_WINDOW} AND actor != '' AND actor_kind != 'system' AND subject != ''`,
      window,
    );
    return { officials: Number(row?.[0] ?? 0), officialDays: Number(row?.[1] ?? 0) };
  },
  /** Accounts of persons with events in the window. */
  async actors(window: Window): Promise<Token[]> {
    const rows = await store.rows<[Token]>(
      `SELECT DISTINCT actor FROM events WHERE ${IN_WINDOW} AND actor != '' AND actor_kind != 'system' ORDER BY actor`,
      window,
    );
    return rows.map(([actor]) => actor);
  },
  /**
   * Stored events of the half-open window, counted per system, local month, run that judged them last and
   * kind. `services` are accounts that the reference data calls no person.
   */
  async counts(
    window: Window,
    runs: readonly Pick<JudgingRun, 'runId' | 'afterBatch' | 'upToBatch'>[],
    services: readonly Token[],
  ): Promise<CoverageCount[]> {
    const rows = await store.rows<[string, number, number, EventClass, number | string]>(
      `SELECT system, toYYYYMM(toTimeZone(occurred_at, 'Europe/Amsterdam')) AS month,
         arrayFirstIndex((after, up_to) -> toInt64(batch) > after AND toInt64(batch) <= up_to,
           {after:Array(Int64)}, {upTo:Array(Int64)}) AS run,
         multiIf(
           actor = '', 'actor-unknown',
           actor_kind = 'system' OR has({services:Array(String)}, actor), 'service-account',
           run > 0 AND has(late_runs, {runs:Array(String)}[run]), 'late',
           subject = '', 'unnamed', outcome != 'success', 'refused', 'lookup') AS kind,
         count()
       FROM (SELECT system, event_id, occurred_at, actor, actor_kind, subject, outcome, batch FROM events FINAL WHERE ${IN_WINDOW}) AS e
       LEFT JOIN (
         SELECT system, event_id, groupUniqArray(run_id) AS late_runs FROM unjudged_events
         WHERE ${IN_WINDOW} GROUP BY system, event_id) AS u
       ON e.system = u.system AND e.event_id = u.event_id
       GROUP BY system, month, run, kind ORDER BY system, month, run, kind`,
      {
        ...window,
        after: runs.map((r) => r.afterBatch),
        upTo: runs.map((r) => r.upToBatch),
        runs: runs.map((r) => r.runId),
        services: [...services],
      },
    );
    return rows.map(([system, month, run, kind, events]) => ({
      ...{ system, kind, events: Number(events), run: Number(run) - 1 },
      month: `${String(month).slice(0, 4)}-${String(month).slice(4)}`,
    }));
  },
});
