import type { Token } from '../domain/token.ts';
import type { Store } from './client.ts';
import { dropLooseChunks } from './snapshots.ts';

/** The last of a chain that went: what comes after it links to this. */
export type ChainEnd = { chain: string; sequence: number; fingerprint: string };
export type Counted = { due: number; held: number };
export type ErasedAlert = { alertId: string; month: string; typology: string; state: string };
export type StoredRun = {
  runId: string;
  at: number;
  logUid: string | null;
  holds: number;
  kinds: unknown;
};
/** What a hold keeps of an official: days of the local calendar, last one included. */
export type HeldDays = { actors: readonly Token[]; fromDay: number; toDay: number };

/** Everything that names a person by token, as a pattern of the engine. */
const TOKENS = "'[aso]\\\\.\\\\d{1,6}\\\\.[A-Za-z0-9_-]{22}'";
const BEFORE = 'fromUnixTimestamp64Milli({before:Int64})';

/**
 * Erases what is past its period, kind by kind; events have a room of their own (retention.ts). With
 * `isDry` it only counts.
 */
export const createErasure = (store: Store) => {
  const count = async (query: string, params: Record<string, unknown>): Promise<Counted> => {
    const [row] = await store.rows<[number | string, number | string]>(query, params);
    return { due: Number(row?.[0] ?? 0), held: Number(row?.[1] ?? 0) };
  };
  const remove = (table: string, where: string, params: Record<string, unknown>): Promise<void> =>
    store.sql(`DELETE FROM ${table} WHERE ${where}`, params);

  return {
    /** Signals and judgements of days before `day`; of held officials those of the held days stay. */
    async signals(day: number, holds: readonly HeldDays[], isDry: boolean): Promise<Counted> {
      const params: Record<string, unknown> = { day };
      const held =
        holds
          .map(({ actors, fromDay, toDay }, i) => {
            Object.assign(params, { [`a${i}`]: [...actors], [`f${i}`]: fromDay, [`t${i}`]: toDay });
            return `(key IN ({a${i}:Array(String)}) AND day >= {f${i}:Int32} AND day <= {t${i}:Int32})`;
          })
          .join(' OR ') || '0';
      const total = { due: 0, held: 0 };
      for (const table of ['signals', 'judgements']) {
        const found = await count(
          `SELECT countIf(NOT (${held})), countIf(${held}) FROM ${table} WHERE day < {day:Int32}`,
          params,
        );
        total.due += found.due;
        total.held += found.held;
        if (!isDry && found.due > 0)
          await remove(table, `day < {day:Int32} AND NOT (${held})`, params);
      }
      return total;
    },
    /** What says something of events that are gone: sketches of persons, late arrivals, shadow runs. */
    async leftovers(before: number): Promise<void> {
      for (const [table, past] of [
        ['persons_per_quarter', `quarter < toStartOfQuarter(toDate(${BEFORE}))`],
        ['unjudged_events', `occurred_at < ${BEFORE}`],
        // An alert by its last event; a bare id by when it was written, in microseconds.
        [
          'shadow_alerts',
          `if(alert = '', version < {before:UInt64} * 1000,
             parseDateTime64BestEffortOrZero(JSONExtractString(alert, 'lastEventAt'), 3) < ${BEFORE})`,
        ],
      ] as const) {
        // A deletion costs the engine more than a look.
        const { due } = await count(`SELECT count(), 0 FROM ${table} WHERE ${past}`, { before });
        if (due > 0) await remove(table, past, { before });
      }
    },
    async rawBatches(before: number): Promise<number> {
      const { due } = await count(`SELECT count(), 0 FROM raw_lines WHERE last_at < ${BEFORE}`, {
        before,
      });
      return due;
    },
    async deadLetters(before: number, isDry: boolean): Promise<Counted> {
      const found = await count(
        `SELECT count(), 0 FROM dead_letters FINAL WHERE received_at < ${BEFORE}`,
        { before },
      );
      if (!isDry && found.due > 0)
        await remove('dead_letters', `received_at < ${BEFORE}`, { before });
      return found;
    },
    /** Saved states that a newer one of the same lane has replaced, or whose lane has ended long ago. */
    async snapshots(before: number, isDry: boolean): Promise<Counted> {
      const rows = await store.rows<[string, number | string]>(
        `SELECT lane, snapshot_id FROM snapshots FINAL WHERE taken_at < ${BEFORE}
           AND (lane, snapshot_id) NOT IN (SELECT lane, max(snapshot_id) FROM snapshots GROUP BY lane)`,
        { before },
      );
      for (const [lane, id] of isDry ? [] : rows)
        await remove('snapshots', 'lane = {lane:String} AND snapshot_id = {id:UInt64}', {
          ...{ lane, id: Number(id) },
        });
      for (const lane of isDry ? [] : new Set(rows.map(([of]) => of)))
        await dropLooseChunks(store, lane);
      return { due: rows.length, held: 0 };
    },
    /** Takes alerts away; that they were there stays, so that counts hold and none is raised again. */
    async alerts(alerts: readonly ErasedAlert[]): Promise<void> {
      if (alerts.length === 0) return;
      const rows = alerts.map((a) => JSON.stringify([a.alertId, a.month, a.typology, a.state]));
      await store.sql(`INSERT INTO erased_alerts FORMAT JSONCompactEachRow\n${rows.join('\n')}`);
      const ids = alerts.map((a) => a.alertId);
      for (const table of ['alerts', 'alert_history'])
        await remove(table, 'alert_id IN ({ids:Array(String)})', { ids });
    },
    async erasedAlerts(): Promise<
      { month: string; typology: string; state: string; alerts: number }[]
    > {
      const rows = await store.rows<[string, string, string, number | string]>(
        `SELECT month, typology, state, count() FROM erased_alerts FINAL
         GROUP BY month, typology, state ORDER BY month, typology, state`,
      );
      return rows.map(([month, typology, state, n]) => ({
        ...{ month, typology, state, alerts: Number(n) },
      }));
    },
    /** Whole histories of objects. */
    async chains(tenant: string, chains: readonly string[]): Promise<void> {
      if (chains.length > 0)
        await remove(
          'review_events',
          'tenant = {tenant:String} AND chain IN ({chains:Array(String)})',
          {
            ...{ tenant, chains: [...chains] },
          },
        );
    },
    /** Where each chain of the review log will end when everything before `before` is gone. */
    async reviewLogEnds(
      tenant: string,
      before: number,
    ): Promise<(ChainEnd & { entries: number })[]> {
      const rows = await store.rows<[string, number | string, string, number | string]>(
        `SELECT chain, max(sequence), argMax(fingerprint, sequence), count() FROM review_log
         WHERE tenant = {tenant:String} AND at < ${BEFORE} GROUP BY chain ORDER BY chain`,
        { tenant, before },
      );
      return rows.map(([chain, sequence, fingerprint, entries]) => ({
        ...{ chain, sequence: Number(sequence), fingerprint, entries: Number(entries) },
      }));
    },
    /** Everything of these chains up to their ends: never a hole in the middle. */
    async reviewLog(tenant: string, ends: readonly ChainEnd[]): Promise<void> {
      for (const { chain, sequence } of ends)
        await remove(
          'review_log',
          'tenant = {tenant:String} AND chain = {chain:String} AND sequence <= {sequence:UInt64}',
          { tenant, chain, sequence },
        );
    },
    /** Holds of cases that are gone, with the rows that they copied. */
    async holdsOf(caseIds: readonly string[]): Promise<void> {
      if (caseIds.length === 0) return;
      const ids = [...caseIds];
      await remove(
        'held_rows',
        'hold_id IN (SELECT hold_id FROM holds FINAL WHERE case_id IN ({ids:Array(String)}))',
        { ids },
      );
      await remove('holds', 'case_id IN ({ids:Array(String)})', { ids });
    },
    /**
     * Tokens that something still refers to: events, held rows, alerts, histories, and the newest reference
     * data. What is in none of them, nobody will ask who it was.
     */
    async tokensInUse(): Promise<Set<Token>> {
      const used = new Set<Token>();
      const take = async (query: string): Promise<void> => {
        for (const [token] of await store.rows<[Token]>(query)) used.add(token);
      };
      for (const column of ['actor', 'subject', 'object', 'case_ref', 'host', 'session'])
        await take(`SELECT DISTINCT ${column} FROM events WHERE ${column} != ''`);
      for (const [table, column] of [
        ['held_rows', 'event'],
        ['alerts', 'alert'],
        ['review_events', 'entry'],
      ])
        await take(`SELECT DISTINCT arrayJoin(extractAll(${column}, ${TOKENS})) FROM ${table}`);
      const newest =
        'version IN (SELECT version FROM reference_versions ORDER BY imported_at DESC LIMIT 1)';
      for (const table of ['reference_versions', 'reference_parts'])
        await take(
          `SELECT DISTINCT arrayJoin(extractAll(rows, ${TOKENS})) FROM ${table} WHERE ${newest}`,
        );
      return used;
    },
    async saveRun({ runId, at, logUid, holds, kinds }: StoredRun): Promise<void> {
      const row = [runId, (at / 1000).toFixed(3), logUid ?? '', holds, JSON.stringify(kinds)];
      await store.sql(
        `INSERT INTO retention_runs FORMAT JSONCompactEachRow\n${JSON.stringify(row)}`,
      );
    },
    /** Newest first. */
    async runs(limit: number): Promise<StoredRun[]> {
      const rows = await store.rows<[string, number, string, number, string]>(
        `SELECT run_id, toUnixTimestamp64Milli(at), log_uid, holds, kinds FROM retention_runs
         ORDER BY at DESC, run_id LIMIT {limit:UInt32}`,
        { limit },
      );
      return rows.map(([runId, at, logUid, holds, kinds]) => ({
        ...{ runId, at: Number(at), logUid: logUid === '' ? null : logUid, holds: Number(holds) },
        kinds: JSON.parse(kinds) as unknown,
      }));
    },
  };
};
export type Erasure = ReturnType<typeof createErasure>;
