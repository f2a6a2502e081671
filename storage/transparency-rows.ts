import type { AuditEvent } from '../domain/event.ts';
import type { Token } from '../domain/token.ts';
import type { Store } from './client.ts';
import { eventRow } from './events.ts';

/** A stored event with nothing left out, and the text that its commitment was made over. */
export type StoredRow = { event: AuditEvent; lineSha256: string; row: string };

const COLUMNS = `event_id, request_id, toUnixTimestamp64Milli(occurred_at), system, instance, sequence,
  actor, actor_kind, unit, action, outcome, subject, subject_municipality, object_kind, object, query_key,
  result_count, fields, case_ref, is_emergency, host, session, is_date_only, line_sha256`;
type Cell = string | number | boolean | null | string[];

const token = (value: unknown): Token | null => (value === '' ? null : (value as Token));
/** Closed words and tokens are ours; what does not fit shows as a changed row, which is the point. */
function fromRow(r: readonly Cell[]): StoredRow {
  const actor = token(r[6]);
  const object = token(r[14]);
  const event: AuditEvent = {
    eventId: String(r[0]),
    requestId: token(r[1]),
    occurredAt: Number(r[2]),
    system: String(r[3]),
    instance: String(r[4]),
    sequence: r[5] === null ? null : Number(r[5]),
    actor:
      actor === null
        ? null
        : { token: actor, kind: r[7] === 'system' ? 'system' : 'person', unit: String(r[8]) },
    action: r[9] as AuditEvent['action'],
    outcome: r[10] as AuditEvent['outcome'],
    subject: token(r[11]),
    subjectMunicipality: String(r[12]),
    object:
      object === null
        ? null
        : { kind: r[13] as NonNullable<AuditEvent['object']>['kind'], token: object },
    queryKey: r[15] === '' ? null : (r[15] as AuditEvent['queryKey']),
    resultCount: r[16] === null ? null : Number(r[16]),
    fields: r[17] as string[],
    caseRef: token(r[18]),
    emergency: Boolean(r[19]),
    host: token(r[20]),
    session: token(r[21]),
    isDateOnly: Boolean(r[22]),
  };
  const lineSha256 = String(r[23]);
  return { event, lineSha256, row: eventRow(event, lineSha256) };
}

export type RowReader = ReturnType<typeof createRowReader>;
/** Reads events for evidence: every column, by batch of the log, by id or by official. */
export const createRowReader = (store: Store) => ({
  /** Rows of a batch by `system\0id`; a key may come twice, when someone added a second row. */
  async ofBatch(uid: string, from: number, to: number): Promise<StoredRow[]> {
    const rows = await store.rows<Cell[]>(
      `SELECT ${COLUMNS} FROM events FINAL
       WHERE occurred_at >= fromUnixTimestamp64Milli({from:Int64}) AND occurred_at <= fromUnixTimestamp64Milli({to:Int64})
         AND event_id IN (SELECT arrayJoin(event_ids) FROM log_batches WHERE uid = {uid:String})`,
      { uid, from, to },
    );
    return rows.map(fromRow);
  },
  /** Events that no batch of the log names. */
  async unlogged(): Promise<number> {
    const [row] = await store.rows<[number]>(
      `SELECT count() FROM events FINAL WHERE (system, event_id) NOT IN (
         SELECT pair.1, pair.2 FROM (SELECT arrayJoin(arrayZip(systems, event_ids)) AS pair FROM log_batches))`,
    );
    return Number(row?.[0] ?? 0);
  },
  /** Keys (system, NUL, id) of all events of an official in a half-open window. */
  async keysOfActor(actor: Token, from: number, to: number): Promise<string[]> {
    const rows = await store.rows<[string, string]>(
      `SELECT DISTINCT system, event_id FROM events
       WHERE actor = {actor:String} AND occurred_at >= fromUnixTimestamp64Milli({from:Int64})
         AND occurred_at < fromUnixTimestamp64Milli({to:Int64})`,
      { actor, from, to },
    );
    return rows.map(([system, eventId]) => `${system}\0${eventId}`);
  },
  /** All events of one official in a half-open window, in order of time; a page at a time. */
  async ofActor(actor: Token, from: number, to: number, limit: number, offset: number) {
    const rows = await store.rows<Cell[]>(
      `SELECT ${COLUMNS} FROM events FINAL
       WHERE actor = {actor:String} AND occurred_at >= fromUnixTimestamp64Milli({from:Int64})
         AND occurred_at < fromUnixTimestamp64Milli({to:Int64})
       ORDER BY occurred_at, system, event_id LIMIT {limit:UInt32} OFFSET {offset:UInt32}`,
      { actor, from, to, limit, offset },
    );
    return rows.map(fromRow);
  },
  /** Events by id within a closed window. */
  async byIds(ids: readonly string[], from: number, to: number): Promise<StoredRow[]> {
    const found: StoredRow[] = [];
    for (let i = 0; i < ids.length; i += 5_000) {
      const rows = await store.rows<Cell[]>(
        `SELECT ${COLUMNS} FROM events FINAL
         WHERE occurred_at >= fromUnixTimestamp64Milli({from:Int64}) AND occurred_at <= fromUnixTimestamp64Milli({to:Int64})
           AND event_id IN ({ids:Array(String)}) ORDER BY occurred_at, system, event_id`,
        { from, to, ids: ids.slice(i, i + 5_000) },
      );
      found.push(...rows.map(fromRow));
    }
    return found;
  },
});
