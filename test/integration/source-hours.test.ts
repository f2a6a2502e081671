// Counts of sources at rest: writers add up, and holes out of stored events are those that a reader of the
// same events sees.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditEvent } from '../../domain/event.ts';
import type { SequenceGap, SourceCount, SourceFacts } from '../../domain/source-facts.ts';
import { DAY_MS, HOUR_MS } from '../../domain/time.ts';
import { createSourceHealth } from '../../ingest/health.ts';
import { sourceFacts } from '../../ingest/source-facts.ts';
import { createSourceTally } from '../../ingest/source-tally.ts';
import { openEmbeddedStore, type Store } from '../../storage/client.ts';
import { createEventStore, eventRow } from '../../storage/events.ts';
import { createSourceHourStore } from '../../storage/source-hours.ts';
import { anAuditEvent } from '../helpers/events.ts';

const dir = mkdtempSync(join(tmpdir(), 'source-hours-'));
let store: Store;
beforeAll(async () => {
  store = await openEmbeddedStore(join(dir, 'store'));
});
afterAll(async () => {
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});

const AT = Date.UTC(2026, 2, 3, 9);
const HOUR = AT / HOUR_MS;
const aCount = (fields: Partial<SourceCount> = {}): SourceCount => ({
  ...{ system: 'brp', instance: 'prod', hour: HOUR, events: 10, deadLetters: 1, duplicates: 2 },
  ...{ firstAt: AT + 1_000, lastAt: AT + 60_000, numbered: 10, lag: 2_000, ahead: 0 },
  ...fields,
});

describe('hours', () => {
  test('of several writers add up, and a writer replaces its own', async () => {
    const hours = createSourceHourStore(store);
    expect(await hours.newest()).toBeNull();
    await hours.save('one', [aCount({ events: 4 })], AT + HOUR_MS);
    await hours.save('one', [aCount({ events: 10 })], AT + HOUR_MS + 1);
    await hours.save(
      'two',
      [
        aCount({ events: 1, lag: 90_000, ahead: 50, lastAt: AT + 90_000 }),
        aCount({ hour: HOUR + 1 }),
      ],
      AT + HOUR_MS,
    );
    // As a statement that is repeated after its answer got lost.
    await hours.save('two', [aCount({ hour: HOUR + 1 })], AT + HOUR_MS);
    expect(await hours.counts(HOUR)).toEqual([
      {
        ...aCount({ events: 11, deadLetters: 2, duplicates: 4, numbered: 20, ahead: 50 }),
        ...{ lastAt: AT + 90_000, possibleAt: AT + 90_000 },
      },
      { ...aCount({ hour: HOUR + 1 }), possibleAt: AT + 60_000 },
    ]);
    expect(await hours.counts(HOUR + 1)).toHaveLength(1);
  });

  test('of a clock that runs ahead are kept, and are not the time', async () => {
    const hours = createSourceHourStore(store);
    const ahead = { firstAt: AT + 9 * DAY_MS, lastAt: AT + 9 * DAY_MS, lag: null };
    await hours.save('one', [aCount({ ...ahead, system: 'wmo', hour: HOUR + 216 })], AT);
    expect(await hours.newest()).toBe(AT + 90_000);
    expect((await hours.counts(0)).at(-1)).toMatchObject({
      system: 'wmo',
      possibleAt: 0,
      lag: null,
    });
  });

  test('that nobody learns from any more go', async () => {
    const hours = createSourceHourStore(store);
    await hours.forget(AT + HOUR_MS);
    expect((await hours.counts(0)).map((c) => c.hour)).toEqual([HOUR + 1, HOUR + 216]);
    await hours.forgetAll();
    expect(await hours.counts(0)).toEqual([]);
  });
});

test('an installation that ran before has a rhythm from its first start on', async () => {
  const all = join(import.meta.dirname, '../../storage/migrations');
  const before = join(dir, 'migrations before');
  cpSync(all, before, { recursive: true, filter: (path) => !path.includes('source-hours') });
  const path = join(dir, 'upgraded');
  // The engine has one directory at a time.
  await store.close();
  const older = await openEmbeddedStore(path, before);
  const at = Math.floor((Date.now() - 7 * DAY_MS) / HOUR_MS) * HOUR_MS;
  const events = Array.from({ length: 6 }, (_, i) =>
    anAuditEvent({ eventId: `u${i}`, occurredAt: at + i * 900_000, sequence: i < 2 ? i : null }),
  );
  await createEventStore(older).append(events.map((event) => eventRow(event, '0'.repeat(32))));
  await older.close();
  const newer = await openEmbeddedStore(path);
  expect(await createSourceHourStore(newer).counts(0)).toMatchObject([
    { system: 'brp', hour: at / HOUR_MS, events: 4, numbered: 2, lag: null, firstAt: at },
    { hour: at / HOUR_MS + 1, events: 2, numbered: 0, possibleAt: at + 5 * 900_000 },
  ]);
  await newer.close();
  store = await openEmbeddedStore(join(dir, 'store'));
});

/** Numbers in their order of time, told from a seed; `hole` is left out, and comes back when it is filled. */
function aLog(seed: number): { events: AuditEvent[]; hole: AuditEvent[] } {
  let state = seed;
  const random = (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
  const events: AuditEvent[] = [];
  const hole: AuditEvent[] = [];
  let sequence = 40_000;
  for (let i = 0; i < 3_000; i++) {
    // Once the counter begins again; now and then it skips.
    sequence = i === 1_900 ? 1 : sequence + (random() < 0.01 ? 1 + Math.floor(random() * 30) : 1);
    const event = anAuditEvent({
      ...{ eventId: `s${seed}-${i}`, occurredAt: AT + i * 60_000, sequence, instance: `i${seed}` },
    });
    (i >= 700 && i < 820 ? hole : events).push(event);
  }
  return { events, hole };
}
const gapsOf = (facts: readonly SourceFacts[]): SequenceGap[] =>
  facts.flatMap((f) => f.hours.flatMap((h) => h.gaps));
/** What a reader of these events sees, in their order. */
function seenBy(events: readonly AuditEvent[]): SequenceGap[] {
  const health = createSourceHealth();
  for (const event of events) health.observe(event, null);
  return gapsOf(health.facts());
}

describe('holes', () => {
  test.each([1, 2, 3])(
    'are the same out of the store as for who reads every event (%i)',
    async (seed) => {
      const hours = createSourceHourStore(store);
      const { append } = createEventStore(store);
      const { events, hole } = aLog(seed);
      const tally = createSourceTally(() => `w${seed}`);
      const write = async (batch: AuditEvent[]): Promise<void> => {
        for (const event of batch) tally.observe(event, null);
        const { writer, counts } = tally.take();
        await hours.save(writer, counts, AT + 9 * DAY_MS);
        await append(batch.map((event) => eventRow(event, '0'.repeat(32))));
      };
      const stored = async (): Promise<SequenceGap[]> => {
        const facts = sourceFacts(await hours.counts(0), await hours.runs(AT), AT + 9 * DAY_MS);
        return gapsOf(facts.filter((f) => f.instance === `i${seed}`));
      };
      await write(events);
      const seen = seenBy(events);
      expect(seen.length).toBeGreaterThan(10);
      expect(seen.some((gap) => gap.count >= 120)).toBe(true);
      expect(await stored()).toEqual(seen);
      // Delivered again, in another order: nothing changes.
      await append([...events].reverse().map((event) => eventRow(event, '1'.repeat(32))));
      expect(await stored()).toEqual(seen);
      // Filled: what is left is what the numbers skip by themselves.
      await write(hole);
      const left = seenBy([...events, ...hole].sort((a, b) => a.occurredAt - b.occurredAt));
      expect(left.some((gap) => gap.count >= 120)).toBe(false);
      expect(await stored()).toEqual(left);
    },
  );

  test('are not told of a source whose numbers jump all day', async () => {
    const hours = createSourceHourStore(store);
    const day = AT + 30 * DAY_MS;
    const events = Array.from({ length: 12_000 }, (_, i) =>
      anAuditEvent({
        ...{ eventId: `j${i}`, occurredAt: day + i * 1_000, sequence: 3 * i, instance: 'jumps' },
      }),
    );
    await createEventStore(store).append(events.map((event) => eventRow(event, '0'.repeat(32))));
    const runs = (await hours.runs(day)).filter((run) => run.instance === 'jumps');
    expect(runs).toMatchObject([{ first: 0, last: 35_997 }]);
  });
});
