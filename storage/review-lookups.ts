import type { AccessOutcome, Action } from '../domain/event.ts';
import type { Token } from '../domain/token.ts';
import type { Store } from './client.ts';
import { inWindow, type Shown } from './confidential.ts';
import { ALL_SYSTEMS, OF_SYSTEMS, systemParams } from './lookback.ts';

type Window = { from: number; to: number };
type Row = [
  ...[string, number, string, string, string, string, Action, AccessOutcome],
  ...[string, string, string, number | null, string[], number, number],
];

const COLUMNS = `event_id, toUnixTimestamp64Milli(occurred_at), system, instance, actor, unit, action, outcome,
  subject, subject_municipality, query_key, result_count, fields, case_ref != '', is_emergency`;
// Not FINAL: dropping the few repeats afterwards costs less than merging the versions of ranges.
const ONCE = 'LIMIT 1 BY system, event_id';
/** No session of an official lasts longer; and what counts as one where the source names none. */
const SESSION_MS = 12 * 3_600_000;
const AROUND_MS = 15 * 60_000;
/** Local calendar: the engine knows the rules of the zone as well as the product does. */
const LOCAL = "toTimeZone(occurred_at, 'Europe/Amsterdam')";

const token = (text: string): Token | null => (text === '' ? null : (text as Token));
const toLookup = (r: Row) => ({
  ...{ eventId: r[0], occurredAt: Number(r[1]), system: r[2], instance: r[3], actor: token(r[4]) },
  ...{ unit: r[5], action: r[6], outcome: r[7], subject: token(r[8]), subjectMunicipality: r[9] },
  ...{ queryKey: r[10] === '' ? null : r[10], resultCount: r[11], fields: r[12] },
  ...{ hasCaseRef: Boolean(r[13]), isEmergency: Boolean(r[14]) },
});

/** Stored lookups as reviewers look at them: of an alert, an official, a pair. */
export const createReviewLookups = (store: Store, shown: Shown = 'whole') =>
  lookupsIn(store, inWindow(shown));

const lookupsIn = (store: Store, IN_WINDOW: string) => ({
  async byIds(eventIds: readonly string[], window: Window) {
    const rows = await store.rows<Row>(
      `SELECT ${COLUMNS} FROM events WHERE ${IN_WINDOW} AND event_id IN ({ids:Array(String)})
       ORDER BY occurred_at, system, event_id ${ONCE}`,
      { ...window, ids: [...eventIds] },
    );
    return rows.map(toLookup);
  },
  async ofActor(actor: Token, window: Window, limit: number, systems = ALL_SYSTEMS) {
    const rows = await store.rows<Row>(
      `SELECT ${COLUMNS} FROM events WHERE actor = {actor:String} AND ${IN_WINDOW} AND ${OF_SYSTEMS}
       ORDER BY occurred_at, system, event_id ${ONCE} LIMIT {limit:UInt32}`,
      { ...window, actor, limit, ...systemParams(systems) },
    );
    return rows.map(toLookup);
  },
  /** Rows of these (official, time) pairs: what the second order found, in full. */
  async ofKeys(keys: readonly { actor: Token; occurredAt: number }[]) {
    if (keys.length === 0) return [];
    const times = keys.map((k) => k.occurredAt);
    const rows = await store.rows<Row>(
      `SELECT ${COLUMNS} FROM events
       WHERE actor IN ({actors:Array(String)}) AND ${IN_WINDOW}
         AND has({keys:Array(String)}, concat(actor, ' ', toString(toUnixTimestamp64Milli(occurred_at))))
       ORDER BY occurred_at, system, event_id ${ONCE}`,
      {
        from: Math.min(...times),
        to: Math.max(...times) + 1,
        actors: [...new Set(keys.map((k) => k.actor))],
        keys: keys.map((k) => `${k.actor} ${k.occurredAt}`),
      },
    );
    return rows.map(toLookup);
  },
  /** Rows of the official and session of one event; without a session, of the minutes around it. */
  async besides(eventId: string, occurredAt: number, limit: number, systems = ALL_SYSTEMS) {
    const [found] = await store.rows<[string, string]>(
      `SELECT actor, session FROM events WHERE ${IN_WINDOW} AND event_id = {eventId:String} LIMIT 1`,
      { from: occurredAt, to: occurredAt + 1, eventId },
    );
    if (found === undefined || found[0] === '') return [];
    const [actor, session] = found;
    const reach = session === '' ? AROUND_MS : SESSION_MS;
    const rows = await store.rows<Row>(
      `SELECT ${COLUMNS} FROM events
       WHERE actor = {actor:String} AND session = {session:String} AND ${IN_WINDOW} AND ${OF_SYSTEMS}
       ORDER BY occurred_at, system, event_id ${ONCE} LIMIT {limit:UInt32}`,
      {
        ...{ from: occurredAt - reach, to: occurredAt + reach, actor, session, limit },
        ...systemParams(systems),
      },
    );
    return rows.map(toLookup);
  },
  async daily(actors: readonly Token[], window: Window) {
    const rows = await store.rows<[string, number, number, number]>(
      `SELECT actor, toRelativeDayNum(${LOCAL}) AS day, uniqExact(system, event_id), uniqExact(subject)
       FROM events WHERE actor IN ({actors:Array(String)}) AND ${IN_WINDOW} AND subject != ''
       GROUP BY actor, day ORDER BY actor, day`,
      { ...window, actors: [...actors] },
    );
    return rows.map(([actor, day, lookups, persons]) => ({
      ...{ actor: actor as Token, day: Number(day) },
      ...{ lookups: Number(lookups), persons: Number(persons) },
    }));
  },
  async hourOfWeek(actor: Token, window: Window): Promise<number[]> {
    const rows = await store.rows<[number, number]>(
      `SELECT (toDayOfWeek(${LOCAL}) - 1) * 24 + toHour(${LOCAL}) AS hour, uniqExact(system, event_id)
       FROM events WHERE actor = {actor:String} AND ${IN_WINDOW} AND NOT is_date_only
       GROUP BY hour`,
      { ...window, actor },
    );
    const hours = new Array<number>(168).fill(0);
    for (const [hour, lookups] of rows) hours[Number(hour)] = Number(lookups);
    return hours;
  },
  async pair(actor: Token, subject: Token, window: Window) {
    const rows = await store.rows<[number, number, string[], number, number]>(
      `SELECT toRelativeDayNum(${LOCAL}) AS day, uniqExact(system, event_id), arraySort(groupUniqArray(system)),
         toUnixTimestamp64Milli(min(occurred_at)), toUnixTimestamp64Milli(max(occurred_at))
       FROM events WHERE actor = {actor:String} AND subject = {subject:String} AND ${IN_WINDOW}
       GROUP BY day ORDER BY day`,
      { ...window, actor, subject },
    );
    return rows.map(([day, lookups, systems, firstAt, lastAt]) => ({
      ...{ day: Number(day), lookups: Number(lookups), systems },
      ...{ firstAt: Number(firstAt), lastAt: Number(lastAt) },
    }));
  },
  async countOf(actors: readonly Token[]): Promise<number> {
    const [row] = await store.rows<[number]>(
      'SELECT count() FROM events FINAL WHERE actor IN ({actors:Array(String)})',
      { actors: [...actors] },
    );
    return Number(row?.[0] ?? 0);
  },
  /** Per system and instance: how many, how recent, and hours of the last two weeks with events. */
  async sources(now: number) {
    const rows = await store.rows<[string, string, number, number, number, number, number | null]>(
      `SELECT system, instance, count(), countIf(occurred_at >= fromUnixTimestamp64Milli({today:Int64})),
         toUnixTimestamp64Milli(max(occurred_at)), toUnixTimestamp64Milli(min(occurred_at)),
         if(max(sequence) IS NULL, NULL, max(sequence) - min(sequence) + 1 - uniqExact(sequence))
       FROM events GROUP BY system, instance ORDER BY system, instance`,
      { today: now },
    );
    return rows.map((r) => ({
      ...{ system: r[0], instance: r[1], events: Number(r[2]), eventsToday: Number(r[3]) },
      ...{ lastAt: Number(r[4]), firstAt: Number(r[5]) },
      missingSequence: r[6] === null ? null : Number(r[6]),
    }));
  },
  /** Events per hour (hours since 1970, UTC) of one source in a window. */
  async perHour(system: string, instance: string, window: Window): Promise<Map<number, number>> {
    const rows = await store.rows<[number, number]>(
      `SELECT intDiv(toUnixTimestamp64Milli(occurred_at), 3600000) AS hour, count() FROM events
       WHERE system = {system:String} AND instance = {instance:String} AND ${IN_WINDOW} GROUP BY hour`,
      { ...window, system, instance },
    );
    return new Map(rows.map(([hour, count]) => [Number(hour), Number(count)]));
  },
});
