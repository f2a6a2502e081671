import type { AuditEvent } from '../domain/event.ts';
import { DAY_MS } from '../domain/time.ts';
import type { Token } from '../domain/token.ts';
import type { Store } from './client.ts';

/** Share of an official or person when the keys are split over so many readers; one digit. */
const shareOf = (column: string): string => `cityHash64(${column}) % {parts:UInt8}`;
const COLUMNS = `event_id, request_id,
    toUnixTimestamp64Milli(occurred_at), system, instance, actor, actor_kind, unit, action, outcome,
    subject, subject_municipality, query_key, result_count, fields, case_ref, is_emergency,
    is_date_only, sequence, object_kind, object, host, session`;
const read = (isCut: boolean): string => `
  SELECT ${shareOf('actor')}, ${shareOf('subject')}, ${COLUMNS}
  FROM events FINAL
  WHERE occurred_at >= fromUnixTimestamp64Milli({from:Int64}) AND occurred_at < fromUnixTimestamp64Milli({to:Int64})
    AND toInt64(batch) > {batch:Int64} AND toInt64(batch) <= {upTo:Int64}
    ${isCut ? 'AND toUnixTimestamp64Milli(occurred_at) >= transform(toInt64(batch), {batches:Array(Int64)}, {cuts:Array(Int64)}, toInt64(0))' : ''}
  ORDER BY occurred_at, system, event_id`;
type Row = [
  number,
  number,
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
  eventId: r[2],
  requestId: token(r[3]),
  occurredAt: Number(r[4]),
  system: r[5],
  instance: r[6],
  sequence: r[20] === null ? null : Number(r[20]),
  actor:
    r[7] === ''
      ? null
      : { token: r[7] as Token, kind: r[8] === 'system' ? 'system' : 'person', unit: r[9] },
  action: r[10],
  outcome: r[11],
  subject: token(r[12]),
  subjectMunicipality: r[13],
  object: r[21] === '' ? null : { kind: r[21], token: r[22] as Token },
  queryKey: r[14] === '' ? null : r[14],
  resultCount: r[15],
  fields: r[16],
  caseRef: token(r[17]),
  emergency: r[18],
  host: token(r[23]),
  session: token(r[24]),
  isDateOnly: r[19],
});

/** One row of a page as an event. */
export const eventOf = (line: string): AuditEvent => fromRow(JSON.parse(line) as Row);
/** Digits of a line (`[0, 1, …`) that tell whose share the official and the person are. */
export const ACTOR_SHARE_AT = 1;
export const SUBJECT_SHARE_AT = 4;

/** Calls `take` for each line of a page, without its line end. */
export function eachLine(text: string, take: (start: number, end: number) => void): void {
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    if (end > start) take(start, end);
    start = end + 1;
  }
  if (start < text.length) take(start, text.length);
}

/** Events with these ids between two instants, both included, in order of time. */
export async function eventsById(
  store: Store,
  ids: readonly string[],
  from: number,
  to: number,
): Promise<AuditEvent[]> {
  if (ids.length === 0) return [];
  const rows = await store.rows<Row>(
    `SELECT 0, 0, ${COLUMNS} FROM events FINAL
     WHERE occurred_at >= fromUnixTimestamp64Milli({from:Int64}) AND occurred_at <= fromUnixTimestamp64Milli({to:Int64})
       AND event_id IN ({ids:Array(String)})
     ORDER BY occurred_at, system, event_id`,
    { ids: [...ids], from, to },
  );
  return rows.map(fromRow);
}

/** Events before an instant that is given by batch, in order of time. */
export async function eventsBefore(
  store: Store,
  cuts: ReadonlyMap<number, number>,
): Promise<AuditEvent[]> {
  if (cuts.size === 0) return [];
  const rows = await store.rows<Row>(
    `SELECT 0, 0, ${COLUMNS} FROM events FINAL
     WHERE toInt64(batch) IN ({batches:Array(Int64)})
       AND toUnixTimestamp64Milli(occurred_at) < transform(toInt64(batch), {batches:Array(Int64)}, {cuts:Array(Int64)}, toInt64(0))
     ORDER BY occurred_at, system, event_id`,
    { batches: [...cuts.keys()], cuts: [...cuts.values()] },
  );
  return rows.map(fromRow);
}

/** No event is later: the end of what the engine's times can hold. */
const FOREVER = Date.UTC(2200, 0, 1);
/** Rows read at once: bounds memory, since the engine hands over whole results. */
const WINDOW_ROWS = 20_000;

export type PageRequest = {
  /** Only events written after this batch. */
  batch?: number;
  /** Only events written up to this batch. */
  upTo?: number;
  /** Only events from this instant on. */
  from?: number;
  /** Only events before this instant. */
  until?: number;
  /** Of these batches, only events from an instant on: what came too late was not judged. */
  cuts?: ReadonlyMap<number, number>;
  /** Over how many readers the keys are shared out; at most nine. */
  parts?: number;
};
/** Events of whole UTC days as text, one JSON array a line, in order of time, system and id. */
export type EventPage = { text: string; rows: number; to: number };

/** Pages of events; the engine fetches the next one while this one is judged. */
export async function* eventPages(
  store: Store,
  {
    batch = -1,
    upTo = Number.MAX_SAFE_INTEGER,
    from: first = 0,
    until = FOREVER,
    parts = 1,
    cuts = new Map(),
  }: PageRequest = {},
): AsyncGenerator<EventPage> {
  const isCut = cuts.size > 0;
  const params = { batch, upTo, parts, batches: [...cuts.keys()], cuts: [...cuts.values()] };
  const days = await store.rows<[number, number]>(
    `SELECT intDiv(toUnixTimestamp64Milli(occurred_at), 86400000) AS day, count() FROM events
     WHERE toInt64(batch) > {batch:Int64} AND toInt64(batch) <= {upTo:Int64} AND occurred_at >= fromUnixTimestamp64Milli({first:Int64})
       AND occurred_at < fromUnixTimestamp64Milli({until:Int64})
     GROUP BY day ORDER BY day`,
    { batch, upTo, first, until },
  );
  const windows: { from: number; to: number; rows: number }[] = [];
  let from: number | null = null;
  let rows = 0;
  for (const [index, [day, count]] of days.entries()) {
    from ??= Number(day);
    rows += Number(count);
    const next = days[index + 1];
    if (next !== undefined && rows + Number(next[1]) <= WINDOW_ROWS) continue;
    const to = Math.min(until, (Number(day) + 1) * DAY_MS);
    windows.push({ from: Math.max(first, from * DAY_MS), to, rows });
    from = null;
    rows = 0;
  }
  const load = (index: number): Promise<string> => {
    const window = windows[index];
    const page =
      window === undefined
        ? Promise.resolve('')
        : store.text(read(isCut), { ...params, from: window.from, to: window.to });
    // Whoever stops reading early must not be killed by the page that was on its way.
    page.catch(() => undefined);
    return page;
  };
  let coming = load(0);
  for (const [index, window] of windows.entries()) {
    const text = await coming;
    coming = load(index + 1);
    yield { text, rows: window.rows, to: window.to };
  }
}
