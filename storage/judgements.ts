import type { RawSignal } from '../domain/signal.ts';
import type { Token } from '../domain/token.ts';
import { LOG_TYPOLOGIES } from '../domain/typology.ts';
import type { Store } from './client.ts';
import { tabText } from './tab-separated.ts';

/** What a lane says of one key on one local day; no signals means that nothing is left of what it said. */
export type Judgement = {
  day: number;
  by: 'actor' | 'subject';
  key: Token;
  signals: readonly RawSignal[];
};
export type StoredJudgement = Judgement & { lane: string; position: number };
export type LaneProgress = {
  lane: string;
  /** Everything before it is judged and stored. */
  position: number;
  /** Last local day that takes no more events; null while none is closed. */
  closedUpTo: number | null;
  late: number;
  duplicates: number;
  /** Shares explained by source system, as the lane counts them. */
  coverage: unknown;
  /** Officials seen at work so far, those of open days included. */
  officials: number;
};
/** Work of one lane on one closed day; `officials` counts all that it ever saw at work. */
export type LaneDayRow = { day: number; lane: string; officials: number; officialDays: number };

const ROWS_PER_INSERT = 2_000;
const NEVER = -2_147_483_648;
type Row = [number, 'actor' | 'subject', Token, string, number | string, string];
type Big = number | string;
type ProgressRow = [string, Big, number, late: Big, duplicates: Big, coverage: string, number];

type IsKnown = (judgement: Omit<StoredJudgement, 'signals'>) => boolean;
const KEYS_PER_QUERY = 1_000;

const judgementOf = ([day, by, key, lane, position]: Row | [...Row, Big]): Omit<
  StoredJudgement,
  'signals'
> => ({
  ...{ day, by, key, lane, position: Number(position) },
});
const notKnown = (rows: readonly (Row | [...Row, Big])[], isKnown: IsKnown): StoredJudgement[] =>
  rows.flatMap((row) => {
    const judgement = judgementOf(row);
    // Written by `save` from the same shape.
    return isKnown(judgement) ? [] : [{ ...judgement, signals: JSON.parse(row[5]) as RawSignal[] }];
  });

/** Tokens end in letters of 64 kinds: some thousand groups. */
const LAST_LETTERS = 2;

/** Judgements after a day by the last letters of their key: how many, and the sum of their positions. */
function sumsOf(
  heard: Iterable<Pick<StoredJudgement, 'day' | 'key' | 'position'>>,
  after: number,
): Map<string, { count: number; sum: number }> {
  const sums = new Map<string, { count: number; sum: number }>();
  for (const { day, key, position } of heard) {
    if (day <= after) continue;
    const last = key.slice(-LAST_LETTERS);
    const known = sums.get(last);
    if (known === undefined) sums.set(last, { count: 1, sum: position });
    else {
      known.count++;
      known.sum += position;
    }
  }
  return sums;
}

export type JudgementStore = ReturnType<typeof createJudgementStore>;
/** Raw signals of the separate processes: written by lanes, read by the one that weighs them. */
export const createJudgementStore = (store: Store) => {
  /**
   * Those of these alerts that nobody judged, noted anything about or took into a case. Reads the histories
   * of review, so it is asked about the few that may go and not about all that stand.
   */
  async function untouched(alertIds: readonly string[]): Promise<string[]> {
    if (alertIds.length === 0) return [];
    const rows = await store.rows<[string]>(
      `SELECT DISTINCT arrayJoin(arrayIntersect(
         extractAll(concat(chain, ' ', entry), 'al-[A-Za-z0-9_-]{22}'), {ids:Array(String)}))
       FROM review_events
       WHERE chain IN ({chains:Array(String)}) OR startsWith(chain, 'case:')`,
      { ids: [...alertIds], chains: alertIds.map((id) => `alert:${id}`) },
    );
    const acted = new Set(rows.map(([id]) => id));
    return alertIds.filter((id) => !acted.has(id));
  }
  return {
    untouched,
    /** Judgements of lanes at positions; those at a lower one are replaced, whoever wrote them. */
    async save(judgements: readonly StoredJudgement[]): Promise<void> {
      for (let from = 0; from < judgements.length; from += ROWS_PER_INSERT) {
        const rows = judgements
          .slice(from, from + ROWS_PER_INSERT)
          .map(({ day, by, key, lane, position, signals }) =>
            [day, by, key, tabText(lane), position, tabText(JSON.stringify(signals))].join('\t'),
          );
        await store.sql(
          `INSERT INTO judgements (day, judged_by, key, lane, position, signals) FORMAT TabSeparated\n${rows.join('\n')}\n`,
        );
      }
    },
    /**
     * Judgements of days after `day`, of each lane those at the position given or beyond it; what `isKnown`
     * is left out. `saidAfter` and `saidAt`, the newest found: times of the store, epoch ms.
     */
    async since(
      day: number,
      positions: ReadonlyMap<string, number>,
      saidAfter: number,
      isKnown: IsKnown,
    ): Promise<{ judgements: StoredJudgement[]; saidAt: number }> {
      const rows = await store.rows<[...Row, Big]>(
        `SELECT day, judged_by, key, lane, position, signals, toUnixTimestamp64Milli(said_at)
       FROM judgements
       WHERE day > {day:Int32} AND said_at >= fromUnixTimestamp64Milli({saidAfter:Int64}, 'UTC')
         AND position >= transform(lane, {lanes:Array(String)}, {positions:Array(Int64)}, toInt64(-1))`,
        {
          day: Number.isFinite(day) ? day : NEVER,
          ...{ saidAfter, lanes: ['', ...positions.keys()] },
          positions: [-1, ...positions.values()],
        },
      );
      const saidAt = rows.reduce((newest, row) => Math.max(newest, Number(row[6])), saidAfter);
      return { judgements: notKnown(rows, isKnown), saidAt };
    },
    /**
     * Judgements of days after `day` at any position that are not known. `heard`: all that are. Counts are compared
     * first, by the last letters of the key, and only where they differ is anything read: a day is millions of rows.
     */
    async unheard(
      day: number,
      heard: Iterable<Pick<StoredJudgement, 'day' | 'key' | 'position'>>,
      isKnown: IsKnown,
    ): Promise<StoredJudgement[]> {
      const after = Number.isFinite(day) ? day : NEVER;
      const sums = await store.rows<[string, Big, Big]>(
        `SELECT substring(key, -${LAST_LETTERS}) AS last, count(), sum(position) FROM judgements FINAL
         WHERE day > {day:Int32} GROUP BY last`,
        { day: after },
      );
      const own = sumsOf(heard, after);
      const lasts = sums
        .filter(([last, count, sum]) => {
          const known = own.get(last);
          return known?.count !== Number(count) || known.sum !== Number(sum);
        })
        .map(([last]) => last);
      if (lasts.length === 0) return [];
      const all = await store.rows<Row>(
        `SELECT day, judged_by, key, lane, position, '' FROM judgements FINAL
         WHERE day > {day:Int32} AND substring(key, -${LAST_LETTERS}) IN ({lasts:Array(String)})`,
        { day: after, lasts },
      );
      const keys = [
        ...new Set(all.filter((row) => !isKnown(judgementOf(row))).map(([, , key]) => key)),
      ];
      const found: StoredJudgement[] = [];
      for (let from = 0; from < keys.length; from += KEYS_PER_QUERY) {
        const rows = await store.rows<Row>(
          `SELECT day, judged_by, key, lane, position, signals FROM judgements FINAL
           WHERE day > {day:Int32} AND key IN ({keys:Array(String)})`,
          { day: after, keys: keys.slice(from, from + KEYS_PER_QUERY) },
        );
        found.push(...notKnown(rows, isKnown));
      }
      return found;
    },
    /** Keys of a lane of which something is said on days after `day`: it may have to be taken back. */
    async spoken(lane: string, day: number): Promise<{ day: number; key: Token }[]> {
      const rows = await store.rows<[number, Token]>(
        `SELECT day, key FROM judgements FINAL
       WHERE lane = {lane:String} AND day > {day:Int32} AND signals != '[]'`,
        { lane, day: Number.isFinite(day) ? day : NEVER },
      );
      return rows.map(([onDay, key]) => ({ day: onDay, key }));
    },
    async saveDays(
      lane: string,
      position: number,
      days: readonly Omit<LaneDayRow, 'lane'>[],
    ): Promise<void> {
      if (days.length === 0) return;
      const rows = days.map((d) =>
        JSON.stringify([d.day, lane, position, d.officials, d.officialDays]),
      );
      await store.sql(`INSERT INTO lane_days FORMAT JSONCompactEachRow\n${rows.join('\n')}`);
    },
    async daysSince(day: number): Promise<LaneDayRow[]> {
      const rows = await store.rows<[number, string, number, number]>(
        `SELECT day, lane, officials, official_days FROM lane_days FINAL
       WHERE day > {day:Int32} ORDER BY day, lane`,
        { day: Number.isFinite(day) ? day : NEVER },
      );
      return rows.map(([on, lane, officials, officialDays]) => ({
        ...{ day: on, lane, officials, officialDays },
      }));
    },
    /** How far lanes have come. */
    async saveProgress(lanes: readonly LaneProgress[]): Promise<void> {
      const rows = lanes.map((p) =>
        JSON.stringify([
          ...[p.lane, p.position, p.closedUpTo ?? NEVER],
          ...[p.late, p.duplicates, JSON.stringify(p.coverage), p.officials],
        ]),
      );
      await store.sql(`INSERT INTO lane_progress FORMAT JSONCompactEachRow\n${rows.join('\n')}`);
    },
    async progress(): Promise<LaneProgress[]> {
      const rows = await store.rows<ProgressRow>(
        `SELECT lane, position, closed_up_to, late, duplicates, coverage, officials
       FROM lane_progress FINAL ORDER BY lane`,
      );
      return rows.map(([lane, position, closedUpTo, late, duplicates, coverage, officials]) => ({
        ...{ lane, position: Number(position) },
        closedUpTo: closedUpTo === NEVER ? null : closedUpTo,
        ...{ late: Number(late), duplicates: Number(duplicates), officials },
        coverage: JSON.parse(coverage) as unknown,
      }));
    },
    /** Position of the newest complete snapshot of a lane, -1 without one. */
    async savedUpTo(lane: string): Promise<number> {
      const rows = await store.rows<[number | string]>(
        'SELECT max(toInt64OrZero(position)) FROM snapshots WHERE lane = {lane:String} HAVING count() > 0',
        { lane },
      );
      return Number(rows[0]?.[0] ?? -1);
    },
    /** Ids of alerts about officials with events at or after `fromAt`. */
    async openAlertIds(fromAt: string): Promise<string[]> {
      const rows = await store.rows<[string]>(
        `SELECT alert_id FROM alerts FINAL
       WHERE NOT has({logs:Array(String)}, typology)
         AND JSONExtractString(alert, 'lastEventAt') >= {fromAt:String}`,
        { fromAt, logs: LOG_TYPOLOGIES },
      );
      return rows.map(([id]) => id);
    },
    /**
     * Ids of alerts about logs that nobody acted on, of what began and lasted at least until these instants,
     * told by one of these detectors.
     */
    async openLogAlertIds(
      from: { firstEventAt: string; lastEventAt: string },
      detectors: readonly string[],
    ): Promise<string[]> {
      const rows = await store.rows<[string]>(
        `SELECT alert_id FROM alerts FINAL
       WHERE has({logs:Array(String)}, typology)
         AND has({detectors:Array(String)}, JSONExtractString(alert, 'reasons', 1, 'detector'))
         AND JSONExtractString(alert, 'firstEventAt') >= {firstEventAt:String}
         AND JSONExtractString(alert, 'lastEventAt') >= {lastEventAt:String}`,
        { ...from, logs: LOG_TYPOLOGIES, detectors },
      );
      return untouched(rows.map(([id]) => id));
    },
  };
};
