import { TupleParam } from '@clickhouse/client';
import type { AuditEvent } from '../domain/event.ts';
import { toIso } from '../domain/time.ts';
import type { Token } from '../domain/token.ts';
import type { Store } from './client.ts';

/** Half-open window of event time, epoch ms. */
export type Window = { from: number; to: number };
/** One lookup as the victim's side sees it: who, when, from where, how. */
export type LookedUp = {
  eventId: string;
  occurredAt: number;
  system: string;
  actor: Token;
  unit: string;
  action: AuditEvent['action'];
  queryKey: AuditEvent['queryKey'];
  subject: Token | null;
  caseRef: Token | null;
  session: Token | null;
  fields: string[];
  isDateOnly: boolean;
};
export type PersonSeen = {
  actor: Token;
  subject: Token;
  lookups: number;
  firstAt: number;
  lastAt: number;
};

const COLUMNS = `event_id, toUnixTimestamp64Milli(occurred_at), system, actor, unit, action, query_key,
    subject, case_ref, session, fields, is_date_only`;
const IN_WINDOW =
  'occurred_at >= fromUnixTimestamp64Milli({from:Int64}) AND occurred_at < fromUnixTimestamp64Milli({to:Int64})';
const IN_MONTHS =
  'month >= toStartOfMonth(fromUnixTimestamp64Milli({from:Int64})) AND month < fromUnixTimestamp64Milli({to:Int64})';
// Not FINAL: merging the versions of whole ranges costs more than dropping the few repeats afterwards.
const ONCE = 'LIMIT 1 BY system, event_id';

type Keys = [actor: string, occurredAt: number];
const SUBJECT_KEYS = `
  SELECT actor, toUnixTimestamp64Milli(occurred_at) FROM lookups_by_subject
  WHERE subject = {key:String} AND ${IN_WINDOW} ORDER BY occurred_at DESC LIMIT {limit:UInt32}`;
const OBJECT_KEYS = SUBJECT_KEYS.replace('lookups_by_subject', 'lookups_by_object').replace(
  'subject =',
  'object =',
);
const DETAILS = (which: string): string => `
  SELECT ${COLUMNS} FROM events
  WHERE (actor, occurred_at) IN {keys:Array(Tuple(String, DateTime64(3,'UTC')))}
    AND occurred_at >= fromUnixTimestamp64Milli({from:Int64}) AND occurred_at <= fromUnixTimestamp64Milli({to:Int64})
    AND ${which}
  ORDER BY occurred_at, system, event_id ${ONCE}`;

type DetailRow = [
  string,
  number,
  string,
  string,
  string,
  AuditEvent['action'],
  AuditEvent['queryKey'] | '',
  string,
  string,
  string,
  string[],
  boolean,
];
const token = (text: string): Token | null => (text === '' ? null : (text as Token));
const lookedUp = (r: DetailRow): LookedUp => ({
  eventId: r[0],
  occurredAt: Number(r[1]),
  system: r[2],
  actor: r[3] as Token,
  unit: r[4],
  action: r[5],
  queryKey: r[6] === '' ? null : r[6],
  subject: token(r[7]),
  caseRef: token(r[8]),
  session: token(r[9]),
  fields: r[10],
  isDateOnly: r[11],
});

/** The client cuts a Date in a tuple to seconds; text keeps the milliseconds. */
const engineTime = (at: number): string => toIso(at).replace('T', ' ').slice(0, 23);

// The second order gives the keys, the first order the rows: two reads by primary key.
async function newest(
  store: Store,
  keysQuery: string,
  rowsQuery: string,
  key: Token,
  window: Window,
  limit: number,
): Promise<LookedUp[]> {
  const keys = await store.rows<Keys>(keysQuery, { ...window, key, limit });
  if (keys.length === 0) return [];
  const times = keys.map(([, at]) => Number(at));
  const rows = await store.rows<DetailRow>(rowsQuery, {
    key,
    keys: keys.map(([actor, at]) => new TupleParam([actor, engineTime(Number(at))])),
    from: Math.min(...times),
    to: Math.max(...times),
  });
  return rows.map(lookedUp);
}

export type LookbackStore = ReturnType<typeof createLookbackStore>;
/** Reads from the victim's side: successful lookups by personal accounts, over all stored history. */
export const createLookbackStore = (store: Store) => ({
  /** The newest `limit` lookups of one person in the window, oldest first. */
  ofSubject: (subject: Token, window: Window, limit: number): Promise<LookedUp[]> =>
    newest(store, SUBJECT_KEYS, DETAILS('subject = {key:String}'), subject, window, limit),
  /** The same for an address, plate, parcel or case number. */
  ofObject: (object: Token, window: Window, limit: number): Promise<LookedUp[]> =>
    newest(
      store,
      OBJECT_KEYS,
      DETAILS('(object = {key:String} OR case_ref = {key:String})'),
      object,
      window,
      limit,
    ),
  /** How many lookups of one person there are in the window. */
  async countOfSubject(subject: Token, window: Window): Promise<number> {
    const [row] = await store.rows<[number]>(
      `SELECT count() FROM lookups_by_subject FINAL WHERE subject = {subject:String} AND ${IN_WINDOW}`,
      { ...window, subject },
    );
    return Number(row?.[0] ?? 0);
  },
  /** What else the officials did in these sessions, in order; at most `limit` rows. */
  async besides(actor: Token, around: Window, limit: number): Promise<LookedUp[]> {
    const rows = await store.rows<DetailRow>(
      `SELECT ${COLUMNS}
       FROM events FINAL WHERE actor = {actor:String} AND ${IN_WINDOW}
       ORDER BY occurred_at, system, event_id LIMIT {limit:UInt32}`,
      { ...around, actor, limit },
    );
    return rows.map(lookedUp);
  },
  /** Which officials opened which of these persons, and when first and last. */
  async seenBy(subjects: readonly Token[], window: Window): Promise<PersonSeen[]> {
    const rows = await store.rows<[string, string, number, number, number]>(
      `SELECT actor, subject, count(), toUnixTimestamp64Milli(min(occurred_at)), toUnixTimestamp64Milli(max(occurred_at))
       FROM lookups_by_subject FINAL
       WHERE subject IN ({subjects:Array(String)}) AND ${IN_WINDOW}
       GROUP BY actor, subject ORDER BY actor, subject`,
      { ...window, subjects: [...subjects] },
    );
    return rows.map(([actor, subject, lookups, firstAt, lastAt]) => ({
      actor: actor as Token,
      subject: subject as Token,
      lookups: Number(lookups),
      firstAt: Number(firstAt),
      lastAt: Number(lastAt),
    }));
  },
  /**
   * Distinct persons per official in the months that the window touches (estimated, within 1 %
   * beyond some thousands), and over all officials.
   */
  async personsPerOfficial(
    window: Window,
  ): Promise<{ persons: number; byActor: Map<Token, number> }> {
    const rows = await store.rows<[string, number]>(
      `SELECT actor, uniqCombined64Merge(17)(persons) FROM persons_per_month WHERE ${IN_MONTHS} GROUP BY actor`,
      window,
    );
    const [all] = await store.rows<[number]>(
      `SELECT uniqCombined64Merge(17)(persons) FROM persons_per_month WHERE ${IN_MONTHS}`,
      window,
    );
    return {
      persons: Number(all?.[0] ?? 0),
      byActor: new Map(rows.map(([actor, count]) => [actor as Token, Number(count)])),
    };
  },
});
