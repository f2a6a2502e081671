import type { SourceCount, SourceRun, StoredCount } from '../domain/source-facts.ts';
import { DAY_MS } from '../domain/time.ts';
import type { Store } from './client.ts';

const ROWS_PER_INSERT = 2_000;
/** Runs of a source on a day beyond which its numbers jump by nature: then holes among them say nothing. */
const MAX_RUNS = 10_000;
const seconds = (at: number): string => (at / 1000).toFixed(3);

/** An event more than an hour after it was counted has a wrong time. */
const POSSIBLE_AT = 'maxIf(last_at, toUnixTimestamp64Milli(last_at) <= toInt64(version) + 3600000)';
const HOUR = 'intDiv(toUnixTimestamp64Milli(occurred_at), 3600000)';

type CountRow = [
  ...[string, string, number, number | string, number | string, number | string, number, number],
  ...[number | string, number | string | null, number | string, number],
];
type RunRow = [
  ...[string, string, number | string, number | string],
  ...[number, string, number, string],
];

const IN_WINDOW =
  'occurred_at >= fromUnixTimestamp64Milli({from:Int64}) AND occurred_at < fromUnixTimestamp64Milli({to:Int64})';
const toRun = ([system, instance, first, last, firstAt, firstId, lastAt, lastId]: RunRow) => ({
  ...{ system, instance, first: Number(first), last: Number(last) },
  ...{ firstAt: Number(firstAt), firstId, lastAt: Number(lastAt), lastId },
});

export type SourceHourStore = ReturnType<typeof createSourceHourStore>;
/** What was counted of the sources, and which numbers of theirs are stored. */
export function createSourceHourStore(store: Store) {
  /** Runs of days that were read before, with how many numbers there were then. */
  const known = new Map<number, { numbers: number; runs: SourceRun[] }>();

  async function runsOfDay(day: number): Promise<SourceRun[]> {
    const window = { from: day * DAY_MS, to: (day + 1) * DAY_MS };
    // In order of number within an hour, so that lines in disorder make no runs; repeated lines count once.
    const rows = await store.rows<RunRow>(
      `SELECT system, instance, min(number), max(number),
         toUnixTimestamp64Milli(argMin(occurred_at, number)), argMin(event_id, number),
         toUnixTimestamp64Milli(argMax(occurred_at, number)), argMax(event_id, number)
       FROM (
         SELECT system, instance, occurred_at, event_id, number, hour,
           toInt64(number) - toInt64(dense_rank() OVER (PARTITION BY system, instance, hour ORDER BY number)) AS run
         FROM (
           SELECT system, instance, occurred_at, event_id, assumeNotNull(sequence) AS number, ${HOUR} AS hour
           FROM events WHERE ${IN_WINDOW} AND sequence IS NOT NULL
         )
       )
       GROUP BY system, instance, hour, run
       ORDER BY system, instance, argMin(occurred_at, number), min(number)
       LIMIT {most:UInt32} BY system, instance`,
      { ...window, most: MAX_RUNS + 1 },
    );
    return withoutJumpers(rows.map(toRun), () => wholeOf(window));
  }

  /** All numbers of each source in a window as one run. */
  async function wholeOf(window: { from: number; to: number }): Promise<SourceRun[]> {
    const rows = await store.rows<RunRow>(
      `SELECT system, instance, min(sequence), max(sequence),
         toUnixTimestamp64Milli(argMin(occurred_at, sequence)), argMin(event_id, sequence),
         toUnixTimestamp64Milli(argMax(occurred_at, sequence)), argMax(event_id, sequence)
       FROM events WHERE ${IN_WINDOW} AND sequence IS NOT NULL
       GROUP BY system, instance ORDER BY system, instance`,
      window,
    );
    return rows.map(toRun);
  }

  return {
    /** Writes hours as one writer counted them so far; `at` in epoch ms, a later one wins. */
    async save(writer: string, counts: readonly SourceCount[], at: number): Promise<void> {
      for (let from = 0; from < counts.length; from += ROWS_PER_INSERT) {
        const rows = counts
          .slice(from, from + ROWS_PER_INSERT)
          .map((c) =>
            JSON.stringify([
              ...[c.system, c.instance, c.hour, writer, c.events, c.deadLetters, c.duplicates],
              ...[seconds(c.firstAt), seconds(c.lastAt), c.numbered, c.lag, c.ahead, at],
            ]),
          );
        await store.sql(`INSERT INTO source_hours FORMAT JSONCompactEachRow\n${rows.join('\n')}`);
      }
    },
    /** Last event that was possible when it was counted, epoch ms; null when nothing was. */
    async newest(): Promise<number | null> {
      const [row] = await store.rows<[number]>(
        `SELECT toUnixTimestamp64Milli(${POSSIBLE_AT}) FROM source_hours FINAL`,
      );
      const at = Number(row?.[0] ?? 0);
      return at > 0 ? at : null;
    },
    /** Hours from an hour on (since 1970, UTC), all writers together, by source in order of time. */
    async counts(from: number): Promise<StoredCount[]> {
      const rows = await store.rows<CountRow>(
        `SELECT system, instance, hour, sum(events), sum(dead_letters), sum(duplicates),
           toUnixTimestamp64Milli(min(first_at)), toUnixTimestamp64Milli(max(last_at)), sum(numbered),
           quantileExactWeighted(0.5)(lag, events), max(ahead), toUnixTimestamp64Milli(${POSSIBLE_AT})
         FROM source_hours FINAL WHERE hour >= {from:UInt32}
         GROUP BY system, instance, hour ORDER BY system, instance, hour`,
        { from: Math.max(0, from) },
      );
      return rows.map((r) => ({
        ...{ system: r[0], instance: r[1], hour: r[2], events: Number(r[3]) },
        ...{ deadLetters: Number(r[4]), duplicates: Number(r[5]) },
        ...{ firstAt: Number(r[6]), lastAt: Number(r[7]), numbered: Number(r[8]) },
        ...{ lag: r[9] === null ? null : Number(r[9]), ahead: Number(r[10]) },
        possibleAt: Number(r[11]),
      }));
    },
    /**
     * Runs of numbers of stored events from the day of an instant on, by source in order of time. A day is
     * read again only when its numbers became more or fewer.
     */
    async runs(from: number): Promise<SourceRun[]> {
      const first = Math.floor(from / DAY_MS);
      const days = await store.rows<[number, number | string]>(
        `SELECT intDiv(toUnixTimestamp64Milli(occurred_at), 86400000) AS day, count() FROM events
         WHERE occurred_at >= fromUnixTimestamp64Milli({from:Int64}) AND sequence IS NOT NULL
         GROUP BY day ORDER BY day`,
        { from: first * DAY_MS },
      );
      for (const day of known.keys()) if (day < first) known.delete(day);
      const runs: SourceRun[] = [];
      for (const [day, count] of days.map(([d, n]) => [Number(d), Number(n)] as const)) {
        const before = known.get(day);
        const ofDay = before?.numbers === count ? before.runs : await runsOfDay(day);
        known.set(day, { numbers: count, runs: ofDay });
        for (const run of ofDay) runs.push(run);
      }
      return runs;
    },
    /** Hours before an instant: nobody asks about them again. */
    async forget(before: number): Promise<void> {
      const hour = Math.max(0, Math.floor(before / (DAY_MS / 24)));
      const [row] = await store.rows<[number | string]>(
        'SELECT count() FROM source_hours WHERE hour < {hour:UInt32}',
        { hour },
      );
      // A deletion costs the engine more than a look.
      if (Number(row?.[0] ?? 0) > 0)
        await store.sql('DELETE FROM source_hours WHERE hour < {hour:UInt32}', { hour });
    },
    /** Everything that was counted: whoever reads all events again counts them again. */
    forgetAll: (): Promise<void> => store.sql('TRUNCATE TABLE source_hours'),
  };
}

/** Runs of a day, a source with too many of them as one: nothing of it is known to be missing. */
async function withoutJumpers(
  runs: readonly SourceRun[],
  wholes: () => Promise<SourceRun[]>,
): Promise<SourceRun[]> {
  const keyOf = ({ system, instance }: SourceRun): string => `${system}\0${instance}`;
  const counts = new Map<string, number>();
  for (const run of runs) counts.set(keyOf(run), (counts.get(keyOf(run)) ?? 0) + 1);
  const jumps = (run: SourceRun): boolean => (counts.get(keyOf(run)) ?? 0) > MAX_RUNS;
  const kept = runs.filter((run) => !jumps(run));
  return kept.length === runs.length ? kept : [...kept, ...(await wholes()).filter(jumps)];
}
