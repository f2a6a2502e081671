import type { Confidential, ConfidentialMark, OpenMark } from '../domain/confidential.ts';
import type { Store } from './client.ts';

type Key = { system: string; eventId: string };
/** The end of what the engine's times can hold. */
const FOREVER = Date.UTC(2200, 0, 1);

const LIFTS = `(
  SELECT system, arrayJoin([event_id, processing]) AS id, max(last_taken_at) AS lifted
  FROM confidential_marks WHERE is_lifted GROUP BY system, id HAVING id != '')`;
/**
 * What was called confidential, since when, and when that was lifted (the epoch: never). What is lifted
 * for one event of a processing is lifted for all of it that came before; what comes after is confidential
 * again. One row for each processing that an event was said to be of.
 */
const SAID = `
  SELECT m.system AS system, m.event_id AS event_id, m.occurred AS occurred_at, m.said AS from_at,
    greatest(e.lifted, p.lifted) AS lifted_at
  FROM (
    SELECT system, event_id, processing, min(occurred_at) AS occurred, min(first_taken_at) AS said
    FROM confidential_marks WHERE NOT is_lifted GROUP BY system, event_id, processing) AS m
  LEFT JOIN ${LIFTS} AS e ON e.system = m.system AND e.id = m.event_id
  LEFT JOIN ${LIFTS} AS p ON p.system = m.system AND p.id = m.processing`;
const WINDOW =
  'occurred_at >= fromUnixTimestamp64Milli({from:Int64}) AND occurred_at < fromUnixTimestamp64Milli({to:Int64})';
/** Everything, or without what its source calls confidential now. */
export type Shown = 'whole' | 'open';
/** Rows of a window (`from`, `to`), as far as they are shown, by the columns `system` and `event_id`. */
export const inWindow = (shown: Shown): string =>
  shown === 'whole'
    ? WINDOW
    : `${WINDOW} AND (system, event_id) GLOBAL NOT IN (
         SELECT system, event_id FROM (${SAID}) WHERE lifted_at <= from_at)`;

/** What sources said about the confidentiality of their events. */
export const createConfidentialStore = (store: Store) => {
  let newest = 0;
  return {
    /** Keeps marks in the order given, from this instant (epoch ms) on. One that comes again adds nothing. */
    async mark(marks: readonly ConfidentialMark[], takenAt: number): Promise<void> {
      if (marks.length === 0) return;
      const lines = marks.map((m) => {
        // An instant of its own for each: which came first decides what a lift covers.
        newest = Math.max(newest + 1, takenAt);
        const at = (newest / 1000).toFixed(3);
        const when = (m.occurredAt / 1000).toFixed(3);
        return JSON.stringify([m.system, m.eventId, m.isLifted, m.processing ?? '', when, at, at]);
      });
      await store.sql(
        `INSERT INTO confidential_marks FORMAT JSONCompactEachRow\n${lines.join('\n')}`,
      );
    },
    /** Of these events, the confidential ones by `system\0id`; one that was also lifted says when. */
    async of(events: readonly Key[]): Promise<Map<string, Confidential>> {
      const found = new Map<string, Confidential>();
      if (events.length === 0) return found;
      const rows = await store.rows<[string, string, number, number]>(
        `SELECT system, event_id, toUnixTimestamp64Milli(from_at), toUnixTimestamp64Milli(lifted_at)
         FROM (${SAID}) WHERE event_id IN ({ids:Array(String)})`,
        { ids: [...new Set(events.map((e) => e.eventId))] },
      );
      for (const [system, eventId, from, lifted] of rows) {
        const key = `${system}\0${eventId}`;
        const isLifted = Number(lifted) > Number(from);
        // Said of two processings, an event is confidential until both are lifted.
        if (isLifted && found.get(key)?.liftedAt === null) continue;
        found.set(key, { from: Number(from), liftedAt: isLifted ? Number(lifted) : null });
      }
      return found;
    },
    /** Changes whenever something is said, lifted or erased; cheap, so that it can be asked often. */
    async stamp(): Promise<string> {
      const [row] = await store.rows<[number, string]>(
        'SELECT count(), toString(max(last_taken_at)) FROM confidential_marks',
      );
      return String(row);
    },
    /** Everything that is confidential now, or was at an instant (epoch ms). */
    async open(at = FOREVER): Promise<OpenMark[]> {
      const rows = await store.rows<[string, string, number]>(
        `SELECT system, event_id, toUnixTimestamp64Milli(min(occurred_at)) FROM (${SAID})
         WHERE from_at <= fromUnixTimestamp64Milli({at:Int64})
           AND NOT (lifted_at > from_at AND lifted_at <= fromUnixTimestamp64Milli({at:Int64}))
         GROUP BY system, event_id`,
        { at },
      );
      return rows.map(([system, eventId, at]) => ({ system, eventId, occurredAt: Number(at) }));
    },
  };
};
export type ConfidentialStore = ReturnType<typeof createConfidentialStore>;
