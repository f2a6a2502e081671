import type { RawSignal } from '../domain/signal.ts';
import type { Token } from '../domain/token.ts';
import type { Store } from './client.ts';

/** What was judged of one key on one day; no signals means that nothing is left of what was said. */
export type JudgedKey = { day: number; key: Token; signals: readonly RawSignal[] };

const ROWS_PER_INSERT = 2_000;

export type SignalStore = ReturnType<typeof createSignalStore>;
/** Raw signals by day, detector and key: a day that is judged again replaces what it said before. */
export const createSignalStore = (store: Store) => ({
  /**
   * Keeps what was judged. `version` grows with every judgement; `isOpen` says that the day may still
   * change. A detector that fell silent must be named in `spoke`, or its old word would stand.
   */
  async save(
    judged: readonly JudgedKey[],
    options: {
      version: number;
      isOpen: boolean;
      spoke?(day: number, key: Token): Iterable<string>;
    },
  ): Promise<void> {
    const rows: string[] = [];
    for (const { day, key, signals } of judged) {
      const byDetector = new Map<string, RawSignal[]>();
      for (const detector of options.spoke?.(day, key) ?? []) byDetector.set(detector, []);
      for (const signal of signals) {
        const list = byDetector.get(signal.detector);
        if (list === undefined) byDetector.set(signal.detector, [signal]);
        else list.push(signal);
      }
      for (const [detector, list] of byDetector)
        rows.push(
          JSON.stringify([
            day,
            detector,
            key,
            options.isOpen,
            JSON.stringify(list),
            options.version,
          ]),
        );
    }
    for (let from = 0; from < rows.length; from += ROWS_PER_INSERT)
      await store.sql(
        `INSERT INTO signals FORMAT JSONCompactEachRow\n${rows.slice(from, from + ROWS_PER_INSERT).join('\n')}`,
      );
  },
  /** Signals of local days from `from` up to but not including `to`, day by day. */
  async between(from: number, to: number): Promise<RawSignal[]> {
    const rows = await store.rows<[string]>(
      `SELECT signals FROM signals FINAL WHERE day >= {from:Int32} AND day < {to:Int32}
       ORDER BY day, detector, key`,
      { from, to },
    );
    // Written by `save` from the same shape.
    return rows.flatMap(([signals]) => JSON.parse(signals) as RawSignal[]);
  },
  /** Which detectors spoke of which keys of days that were still open. */
  async open(): Promise<{ day: number; key: Token; detector: string }[]> {
    const rows = await store.rows<[number, string, string]>(
      "SELECT day, key, detector FROM signals FINAL WHERE is_open AND signals != '[]'",
    );
    return rows.map(([day, key, detector]) => ({ day, key: key as Token, detector }));
  },
  async count(): Promise<number> {
    const [row] = await store.rows<[number]>(
      "SELECT count() FROM signals FINAL WHERE signals != '[]'",
    );
    return Number(row?.[0] ?? 0);
  },
});
