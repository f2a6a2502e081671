import { describe, expect, test } from 'vitest';
import type { Batch, Source, SourceHandlers } from '../../ingest/sources/source.ts';

/** A log under test with one lane that can be written to. */
export type LogUnderTest = {
  lane: string;
  append(values: string[]): Promise<void>;
  /** A new reader of the log, as after a restart. */
  source(): Source;
  close(): Promise<void>;
};

type Reading = {
  source: Source;
  batches: Batch[];
  values(): string[];
  until(count: number): Promise<void>;
};

const PATIENCE_MS = 30_000;

/** Starts a source and collects what it gives; `until` waits for so many messages. */
export async function collect(
  source: Source,
  handlers: Partial<SourceHandlers> = {},
): Promise<Reading> {
  const batches: Batch[] = [];
  const values = (): string[] => batches.flatMap((b) => b.messages.map((m) => m.value.toString()));
  await source.start({
    onLane: async () => null,
    ...handlers,
    async onBatch(batch) {
      await handlers.onBatch?.(batch);
      batches.push(batch);
    },
  });
  return {
    source,
    batches,
    values,
    async until(count) {
      const start = performance.now();
      while (values().length < count) {
        if (performance.now() - start > PATIENCE_MS)
          throw new Error(`only ${values().length} of ${count} messages came`);
        await new Promise((done) => setTimeout(done, 10));
      }
    },
  };
}

const names = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => `m${from + i}`);

/** What every source keeps, whatever is behind it. */
export function keepsTheSourceContract(title: string, open: () => Promise<LogUnderTest>): void {
  const withLog = async (work: (log: LogUnderTest) => Promise<void>): Promise<void> => {
    const log = await open();
    try {
      await work(log);
    } finally {
      await log.close();
    }
  };

  describe(`${title} as a source`, () => {
    test('gives every message once, in order, with positions that grow', () =>
      withLog(async (log) => {
        await log.append(names(0, 3));
        const reading = await collect(log.source());
        await reading.until(3);
        await log.append(names(3, 5));
        await reading.until(5);
        expect(reading.values()).toEqual(names(0, 5));
        const positions = reading.batches.flatMap((b) => b.messages.map((m) => m.position));
        expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
        for (const { messages, first, last, next } of reading.batches) {
          expect([first, last]).toEqual([messages[0]?.position, messages.at(-1)?.position]);
          expect(next).toBeGreaterThan(last);
        }
        await reading.source.close();
      }));

    test('goes on behind the committed position after a restart', () =>
      withLog(async (log) => {
        await log.append(names(0, 4));
        const before = await collect(log.source());
        await before.until(4);
        const third = before.batches.flatMap((b) => b.messages)[2];
        await before.source.commit(log.lane, third?.position ?? 0);
        await before.source.close();
        const after = await collect(log.source());
        await after.until(2);
        expect(after.values()).toEqual(['m2', 'm3']);
        await after.source.close();
      }));

    test('reads again what was not committed', () =>
      withLog(async (log) => {
        await log.append(names(0, 2));
        const before = await collect(log.source());
        await before.until(2);
        await before.source.close();
        const after = await collect(log.source());
        await after.until(2);
        expect(after.values()).toEqual(names(0, 2));
        await after.source.close();
      }));

    test('starts where the state of the lane is, not where it was committed', () =>
      withLog(async (log) => {
        await log.append(names(0, 5));
        const before = await collect(log.source());
        await before.until(5);
        const positions = before.batches.flatMap((b) => b.messages.map((m) => m.position));
        await before.source.commit(log.lane, positions[4] ?? 0);
        await before.source.close();
        const after = await collect(log.source(), { onLane: async () => positions[1] ?? null });
        await after.until(4);
        expect(after.values()).toEqual(names(1, 5));
        await after.source.close();
      }));

    test('makes a batch stale and starts anew when it is sought elsewhere', () =>
      withLog(async (log) => {
        await log.append(names(0, 3));
        const source = log.source();
        let seen: boolean[] = [];
        const reading = await collect(source, {
          async onBatch(batch) {
            if (seen.length > 0) return;
            seen = [batch.isStale()];
            source.seek(batch.lane, batch.first);
            seen.push(batch.isStale());
          },
        });
        await reading.until(6);
        expect(seen).toEqual([false, true]);
        expect(reading.values()).toEqual([...names(0, 3), ...names(0, 3)]);
        await source.close();
      }));

    test('gives nothing of a paused lane until it is resumed', () =>
      withLog(async (log) => {
        await log.append(['m0']);
        const reading = await collect(log.source());
        await reading.until(1);
        reading.source.pause(log.lane);
        await log.append(['m1']);
        await new Promise((done) => setTimeout(done, 400));
        expect(reading.values()).toEqual(['m0']);
        reading.source.resume(log.lane);
        await reading.until(2);
        await reading.source.close();
      }));

    test('ends with the error of the batch, and gives no later one', () =>
      withLog(async (log) => {
        await log.append(['m0']);
        const source = log.source();
        let calls = 0;
        const reading = await collect(source, {
          async onBatch() {
            calls++;
            throw new Error('no place to put it');
          },
        });
        await expect(source.done).rejects.toThrow('no place to put it');
        await log.append(['m1']);
        await new Promise((done) => setTimeout(done, 200));
        expect([calls, reading.values()]).toEqual([1, []]);
        await source.close();
      }));

    test('waits for the batch under way when it is closed', () =>
      withLog(async (log) => {
        await log.append(['m0']);
        const source = log.source();
        let isDone = false;
        let begun = (): void => undefined;
        const started = new Promise<void>((resolve) => {
          begun = resolve;
        });
        await collect(source, {
          async onBatch() {
            begun();
            await new Promise((done) => setTimeout(done, 200));
            isDone = true;
          },
        });
        await started;
        await source.close();
        expect(isDone).toBe(true);
      }));
  });
}
