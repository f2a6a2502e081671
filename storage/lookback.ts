import type { AuditEvent } from '../domain/event.ts';
import type { Token } from '../domain/token.ts';
import type { Store } from './client.ts';
import { inWindow, type Shown } from './confidential.ts';

/** Half-open window of event time, epoch ms. */
export type Window = { from: number; to: number };
/** These systems alone, or all but these: sources under different acts are kept apart. */
export type Systems = { names: readonly string[]; isOnly: boolean };
export const ALL_SYSTEMS: Systems = { names: [], isOnly: false };
export const OF_SYSTEMS = 'has({systems:Array(String)}, system) = {isOnly:UInt8}';
export const systemParams = ({ names, isOnly }: Systems) => ({
  systems: [...names],
  isOnly: Number(isOnly),
});

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
  isDateOnly: boolean;
};
export type PersonSeen = {
  actor: Token;
  subject: Token;
  lookups: number;
  firstAt: number;
  lastAt: number;
};

const COLUMNS = (subject: string): string =>
  `event_id, toUnixTimestamp64Milli(occurred_at), system, actor, unit, action, query_key, ${subject}, case_ref, is_date_only`;
const IN_QUARTERS =
  'quarter >= toStartOfQuarter(fromUnixTimestamp64Milli({from:Int64})) AND quarter < fromUnixTimestamp64Milli({to:Int64})';
// Not FINAL: merging whole ranges costs more than dropping the few repeats afterwards.
const newest = (table: string, key: string, IN_WINDOW: string): string => `
  SELECT ${COLUMNS('subject')} FROM ${table}
  WHERE ${key} = {key:String} AND ${IN_WINDOW} AND ${OF_SYSTEMS}
  ORDER BY occurred_at DESC, system, event_id
  LIMIT 1 BY system, event_id LIMIT {limit:UInt32}`;

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
  isDateOnly: r[9],
});

/** Stops writing the second order of a store; for stores that nobody will search. */
export async function stopSecondOrder(store: Store): Promise<void> {
  for (const view of ['lookups_by_subject', 'lookups_by_object', 'persons_per_quarter'])
    await store.sql(`DROP VIEW IF EXISTS ${view}_writer`);
}

export type LookbackStore = ReturnType<typeof createLookbackStore>;
/** Reads from the victim's side: successful lookups by personal accounts, over all stored history. */
export const createLookbackStore = (store: Store, shown: Shown = 'whole') =>
  lookupsIn(store, inWindow(shown));

const lookupsIn = (store: Store, IN_WINDOW: string) => {
  async function newestOf(
    [table, column]: readonly [table: string, column: string],
    key: Token,
    window: Window,
    limit: number,
    systems: Systems,
  ): Promise<LookedUp[]> {
    const params = { ...window, key, limit, ...systemParams(systems) };
    const rows = await store.rows<DetailRow>(newest(table, column, IN_WINDOW), params);
    return rows.map(lookedUp).reverse();
  }
  return {
    /** The newest `limit` lookups of one person in the window, oldest first. */
    ofSubject: (key: Token, window: Window, limit: number, systems = ALL_SYSTEMS) =>
      newestOf(['lookups_by_subject', 'subject'], key, window, limit, systems),
    /** The same for an address, plate, parcel or case number. */
    async ofObject(
      key: Token,
      window: Window,
      limit: number,
      systems = ALL_SYSTEMS,
    ): Promise<LookedUp[]> {
      const found = await newestOf(['lookups_by_object', 'object'], key, window, limit, systems);
      // A case is not written a second time beside itself; for any other key it is the case of nobody.
      return found.map((lookup) => ({ ...lookup, caseRef: lookup.caseRef ?? key }));
    },
    /** How many lookups of one person there are in the window. */
    async countOfSubject(subject: Token, window: Window, systems = ALL_SYSTEMS): Promise<number> {
      const [row] = await store.rows<[number]>(
        `SELECT count() FROM lookups_by_subject FINAL
       WHERE subject = {subject:String} AND ${IN_WINDOW} AND ${OF_SYSTEMS}`,
        { ...window, subject, ...systemParams(systems) },
      );
      return Number(row?.[0] ?? 0);
    },
    /** What else the officials did in these sessions, in order; at most `limit` rows. */
    async besides(actor: Token, around: Window, limit: number): Promise<LookedUp[]> {
      const rows = await store.rows<DetailRow>(
        `SELECT ${COLUMNS('subject')}
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
     * Distinct persons per official in the quarters that the window touches (a sketch: within 2 %), and
     * over all officials.
     */
    async personsPerOfficial(
      window: Window,
    ): Promise<{ persons: number; byActor: Map<Token, number> }> {
      // One pass: the row without an actor is everybody together.
      const rows = await store.rows<[string, number]>(
        `SELECT actor, uniqCombined64Merge(12)(persons) FROM persons_per_quarter
       WHERE ${IN_QUARTERS} GROUP BY actor WITH ROLLUP`,
        window,
      );
      const byActor = new Map(rows.map(([actor, count]) => [actor as Token, Number(count)]));
      const persons = byActor.get('' as Token) ?? 0;
      byActor.delete('' as Token);
      return { persons, byActor };
    },
  };
};
