import type { Token } from '../domain/token.ts';
import type { Store } from './client.ts';

/** Rows that stay although their period is over: those of an official in a window, or named by id. */
export type Kept = {
  actors: readonly Token[];
  from: number;
  to: number;
  eventIds: readonly string[];
};
export type Erasure = { table: string; due: number; held: number };

/** Both orders of the same lookups: what goes from one goes from the other. */
const TABLES = ['events', 'lookups_by_subject', 'lookups_by_object'] as const;

/**
 * Marks go with the events that they speak of, and those of a processing with the last of these; one that
 * still keeps an alert from others stays as long as the alert.
 */
async function forgetMarks(store: Store, before: number): Promise<void> {
  const [row] = await store.rows<[string[]]>(
    `SELECT groupUniqArray(event_id) FROM (
       SELECT event_id FROM events WHERE occurred_at < fromUnixTimestamp64Milli({before:Int64})
       UNION ALL
       SELECT arrayJoin(JSONExtract(alert, 'eventIds', 'Array(String)')) AS event_id FROM alerts FINAL)
     WHERE event_id IN (SELECT event_id FROM confidential_marks)`,
    { before },
  );
  const kept = row?.[0] ?? [];
  const [parts] = await store.rows<[string[]]>(
    `SELECT groupUniqArray(processing) FROM confidential_marks
     WHERE processing != '' AND event_id IN ({kept:Array(String)})`,
    { kept },
  );
  await store.sql(
    `DELETE FROM confidential_marks WHERE occurred_at < fromUnixTimestamp64Milli({before:Int64})
     AND event_id NOT IN ({kept:Array(String)}) AND processing NOT IN ({processings:Array(String)})`,
    { before, kept, processings: parts?.[0] ?? [] },
  );
}

/**
 * Erases events past their period, in the first and the second order alike, except what a hold keeps.
 * The condition is evaluated by the engine at once for whole tables: no TTL, because a TTL works when it
 * likes and cannot ask a hold. With `isDry` it only counts.
 */
export const createRetention = (store: Store) => ({
  async events(before: number, kept: readonly Kept[], isDry: boolean): Promise<Erasure[]> {
    const done: Erasure[] = [];
    const names = kept.map((_, i) => i);
    // One pair of conditions per hold; holds are few.
    const held =
      names
        .map(
          (i) =>
            `(actor IN ({actors${i}:Array(String)}) AND occurred_at >= fromUnixTimestamp64Milli({from${i}:Int64}) AND occurred_at < fromUnixTimestamp64Milli({to${i}:Int64}) OR event_id IN ({ids${i}:Array(String)}))`,
        )
        .join(' OR ') || '0';
    const params: Record<string, unknown> = { before };
    for (const i of names) {
      const hold = kept[i];
      params[`actors${i}`] = [...(hold?.actors ?? [])];
      params[`ids${i}`] = [...(hold?.eventIds ?? [])];
      params[`from${i}`] = hold?.from ?? 0;
      params[`to${i}`] = hold?.to ?? 0;
    }
    for (const table of TABLES) {
      const past = `occurred_at < fromUnixTimestamp64Milli({before:Int64})`;
      const [row] = await store.rows<[number, number]>(
        `SELECT countIf(NOT (${held})), countIf(${held}) FROM ${table} WHERE ${past}`,
        params,
      );
      const due = Number(row?.[0] ?? 0);
      if (!isDry && due > 0)
        await store.sql(`DELETE FROM ${table} WHERE ${past} AND NOT (${held})`, params);
      done.push({ table, due, held: Number(row?.[1] ?? 0) });
    }
    if (!isDry) await forgetMarks(store, before);
    return done;
  },
});
