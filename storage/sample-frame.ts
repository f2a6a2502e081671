import type { Store } from './client.ts';

type Window = { from: number; to: number };

// The key is the digest of seed, purpose and id, exactly as review/samples.ts draws: what the engine
// chooses can be repeated by hand. Ties in the first six bytes are broken by the id.
const KEY = (purpose: 'random' | 'weighted'): string =>
  `reinterpretAsUInt64(reverse(substring(SHA256(concat({seed:String}, '\\0', '${purpose}', '\\0', event_id)), 1, 6)))`;
// What makes a lookup worth a look without a detector having spoken: no case, odd hours, not by number.
const RISK = `1 + 2 * (case_ref = '') + 4 * (NOT is_date_only AND (toHour(toTimeZone(occurred_at, 'Europe/Amsterdam')) NOT BETWEEN 7 AND 18 OR toDayOfWeek(occurred_at) > 5))
  + 3 * (query_key IN ('name', 'address', 'plate', 'wildcard'))`;
const FRAME = `FROM events
  WHERE occurred_at >= fromUnixTimestamp64Milli({from:Int64}) AND occurred_at < fromUnixTimestamp64Milli({to:Int64})
    AND subject != '' AND actor != '' AND actor_kind = 'person' AND outcome = 'success'
    AND event_id NOT IN (SELECT arrayJoin(JSONExtract(alert, 'eventIds', 'Array(String)')) FROM alerts FINAL)`;

/** Draws samples of lookups that raised no alert, inside the engine: the frame may be millions. */
export const createSampleFrame = (store: Store) => ({
  async draw(
    window: Window,
    options: { seed: string; random: number; weighted: number },
  ): Promise<{ frame: number; random: string[]; weighted: string[] }> {
    const params = { ...window, seed: options.seed };
    const [count] = await store.rows<[number]>(
      `SELECT uniqExact(system, event_id) ${FRAME}`,
      params,
    );
    const random = await store.rows<[string]>(
      `SELECT DISTINCT event_id, ${KEY('random')} AS key ${FRAME} ORDER BY key, event_id LIMIT {size:UInt32}`,
      { ...params, size: options.random },
    );
    const taken = random.map(([id]) => id);
    const weighted = await store.rows<[string]>(
      `SELECT DISTINCT event_id, -log((${KEY('weighted')} + 0.5) / exp2(48)) / (${RISK}) AS key ${FRAME}
         AND event_id NOT IN ({taken:Array(String)}) ORDER BY key, event_id LIMIT {size:UInt32}`,
      { ...params, taken, size: options.weighted },
    );
    return { frame: Number(count?.[0] ?? 0), random: taken, weighted: weighted.map(([id]) => id) };
  },
});
