import type { AuditEvent } from '../domain/event.ts';
import { DAY_MS } from '../domain/time.ts';
import type { Token } from '../domain/token.ts';
import type { Store } from './client.ts';

const ESCAPES: Record<string, string> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\0': '\\0',
};
const NEEDS_ESCAPE = /[\\\t\n\r\0]/;
const text = (value: string): string =>
  NEEDS_ESCAPE.test(value) ? value.replace(/[\\\t\n\r\0]/g, (c) => ESCAPES[c] ?? c) : value;
const quoted = (value: string): string => `'${text(value).replaceAll("'", "\\'")}'`;
const number = (value: number | null): string => (value === null ? '\\N' : String(value));
const flag = (value: boolean): string => (value ? '1' : '0');

/** One row of `events` as TabSeparated; `lineSha256` is 32 hex digits (128 bits) of the raw line. */
export function eventRow(e: AuditEvent, lineSha256: string): string {
  return `${text(e.eventId)}\t${e.requestId ?? ''}\t${(e.occurredAt / 1000).toFixed(3)}\t${e.system}\t${text(e.instance)}\t${number(e.sequence)}\t${e.actor?.token ?? ''}\t${e.actor?.kind ?? ''}\t${text(e.actor?.unit ?? '')}\t${e.action}\t${e.outcome}\t${e.subject ?? ''}\t${text(e.subjectMunicipality)}\t${e.object?.kind ?? ''}\t${e.object?.token ?? ''}\t${e.queryKey ?? ''}\t${number(e.resultCount)}\t[${e.fields.map(quoted).join(',')}]\t${e.caseRef ?? ''}\t${flag(e.emergency)}\t${e.host ?? ''}\t${e.session ?? ''}\t${flag(e.isDateOnly)}\t${lineSha256}`;
}

const COLUMNS = `event_id, request_id, toUnixTimestamp64Milli(occurred_at), system, instance, actor, actor_kind, unit,
    action, outcome, subject, subject_municipality, query_key, result_count, fields, case_ref,
    is_emergency, is_date_only, sequence, object_kind, object, host, session`;
const READ = `
  SELECT ${COLUMNS}
  FROM events FINAL
  WHERE occurred_at >= fromUnixTimestamp64Milli({from:Int64}) AND occurred_at < fromUnixTimestamp64Milli({to:Int64})
    AND toInt64(batch) > {batch:Int64}
  ORDER BY occurred_at, system, event_id`;
type Row = [
  string,
  string,
  number,
  string,
  string,
  string,
  AuditEvent['actor'] extends infer A ? (A extends { kind: infer K } ? K | '' : never) : never,
  string,
  AuditEvent['action'],
  AuditEvent['outcome'],
  string,
  string,
  AuditEvent['queryKey'] | '',
  number | null,
  string[],
  string,
  boolean,
  boolean,
  number | null,
  NonNullable<AuditEvent['object']>['kind'] | '',
  string,
  string,
  string,
];

const token = (value: string): Token | null => (value === '' ? null : (value as Token));
/** A row that we wrote ourselves: closed words and tokens need no second check on the hot path. */
const fromRow = (r: Row): AuditEvent => ({
  eventId: r[0],
  requestId: token(r[1]),
  occurredAt: Number(r[2]),
  system: r[3],
  instance: r[4],
  sequence: r[18] === null ? null : Number(r[18]),
  actor:
    r[5] === ''
      ? null
      : { token: r[5] as Token, kind: r[6] === 'system' ? 'system' : 'person', unit: r[7] },
  action: r[8],
  outcome: r[9],
  subject: token(r[10]),
  subjectMunicipality: r[11],
  object: r[19] === '' ? null : { kind: r[19], token: r[20] as Token },
  queryKey: r[12] === '' ? null : r[12],
  resultCount: r[13],
  fields: r[14],
  caseRef: token(r[15]),
  emergency: r[16],
  host: token(r[21]),
  session: token(r[22]),
  isDateOnly: r[17],
});

/** Rows read at once: bounds memory, since the engine hands over whole results. */
const WINDOW_ROWS = 60_000;

export type EventStore = ReturnType<typeof createEventStore>;
/** Events at rest: append, ask which are known, read back in order of event time. */
export const createEventStore = (store: Store) => {
  let newest: number | null = null;
  /** Number of the newest batch; 0 when there is none. */
  const lastBatch = async (): Promise<number> => {
    const [row] = await store.rows<[string | number]>('SELECT max(batch) FROM events');
    return Number(row?.[0] ?? 0);
  };
  return {
    /**
     * Writes rows made by `eventRow`; at most some 20,000 at a time. Batches are numbered in order, also
     * over restarts, so that a reader can ask for what came after one.
     */
    async append(rows: readonly string[]): Promise<void> {
      if (rows.length === 0) return;
      newest ??= await lastBatch();
      newest = Math.max(newest + 1, Date.now());
      await store.sql(
        `INSERT INTO events FORMAT TabSeparated\n${rows.join(`\t${newest}\n`)}\t${newest}\n`,
      );
    },
    lastBatch,
    async count(): Promise<number> {
      const [row] = await store.rows<[number]>('SELECT count() FROM events FINAL');
      return Number(row?.[0] ?? 0);
    },
    /** Which of these (system, id) pairs are stored, as `system\\0id`, for events in the window given. */
    async known(
      ids: readonly { system: string; eventId: string }[],
      from: number,
      to: number,
    ): Promise<Set<string>> {
      if (ids.length === 0) return new Set();
      const found = await store.rows<[string, string]>(
        `SELECT system, event_id FROM events
       WHERE occurred_at >= fromUnixTimestamp64Milli({from:Int64}) AND occurred_at <= fromUnixTimestamp64Milli({to:Int64})
         AND event_id IN ({ids:Array(String)})`,
        { from, to, ids: ids.map((id) => id.eventId) },
      );
      return new Set(found.map(([system, eventId]) => `${system}\0${eventId}`));
    },
    /**
     * Events in order of time, system and id, in pages of whole UTC days: all of them, or those written
     * after a batch, or from an instant on.
     */
    async *inOrder(since: { batch?: number; from?: number } = {}): AsyncGenerator<AuditEvent[]> {
      const { batch = -1, from: first = 0 } = since;
      const days = await store.rows<[number, number]>(
        `SELECT intDiv(toUnixTimestamp64Milli(occurred_at), 86400000) AS day, count() FROM events
       WHERE toInt64(batch) > {batch:Int64} AND occurred_at >= fromUnixTimestamp64Milli({first:Int64})
       GROUP BY day ORDER BY day`,
        { batch, first },
      );
      const windows: { from: number; to: number }[] = [];
      let from: number | null = null;
      let rows = 0;
      for (const [index, [day, count]] of days.entries()) {
        from ??= Number(day);
        rows += Number(count);
        const next = days[index + 1];
        if (next !== undefined && rows + Number(next[1]) <= WINDOW_ROWS) continue;
        windows.push({ from: Math.max(first, from * DAY_MS), to: (Number(day) + 1) * DAY_MS });
        from = null;
        rows = 0;
      }
      const load = (index: number): Promise<Row[]> => {
        const page =
          index < windows.length
            ? store.rows<Row>(READ, { ...windows[index], batch })
            : Promise.resolve([]);
        // Whoever stops reading early must not be killed by the page that was on its way.
        page.catch(() => undefined);
        return page;
      };
      // The engine fetches the next page while this one is judged.
      let coming = load(0);
      for (let index = 0; index < windows.length; index++) {
        const page = await coming;
        coming = load(index + 1);
        yield page.map(fromRow);
      }
    },
  };
};
