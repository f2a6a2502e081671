import { expect, test, vi } from 'vitest';
import { DETECTORS } from '../../../detectors/registry.ts';
import type { AuditEvent } from '../../../domain/event.ts';
import type { Batch } from '../../../ingest/sources/source.ts';
import { toEventMessage } from '../../../pipeline/event-message.ts';
import { createLane, type LaneOptions } from '../../../pipeline/lane.ts';
import { createLaneRunner, type LaneStore } from '../../../pipeline/lane-runner.ts';
import { AT_ONCE, PLAIN, type Urgency } from '../../../pipeline/urgency.ts';
import { anEvent } from '../../helpers/lanes.ts';
import { aReference } from '../../helpers/lookups.ts';
import { aSpill } from '../../helpers/spill.ts';

const lineSha256 = '0'.repeat(32);
const aBatch = (from: number, to: number): Batch => ({
  lane: 'events/0',
  messages: Array.from({ length: to - from }, (_, i) => ({
    ...{ position: from + i, key: null, headers: {}, at: anEvent(from + i).occurredAt },
    value: Buffer.from(toEventMessage({ event: anEvent(from + i), lineSha256 })),
  })),
  ...{ first: from, last: to - 1, next: to, isStale: () => false },
});

/** A runner over a store that does nothing, but for what is given; `done` names what was written, in order. */
function aRunner(
  parts: Partial<LaneStore>,
  {
    judgeEveryMs = 0,
    ...laneOptions
  }: { judgeEveryMs?: number } & Pick<LaneOptions, 'urgency' | 'spill' | 'blockRows'> = {},
) {
  const done: string[] = [];
  const committed: number[] = [];
  const store: LaneStore = {
    saveEvents: async () => void done.push('events'),
    saveJudgements: async (_, position) => void done.push(`said ${position}`),
    saveDays: async () => undefined,
    saveProgress: async ({ position }) => void done.push(`progress ${position}`),
    spoken: async () => [],
    newestSnapshot: async () => null,
    savedUpTo: async () => -1,
    saveSnapshot: async (_, position) => done.push(`snapshot ${position}`) > 0,
    ...parts,
  };
  const runner = createLaneRunner({
    ...{ name: 'events/0', by: 'actor', store, judgeEveryMs },
    lane: createLane({
      reference: aReference({}),
      detectors: DETECTORS,
      dropsDuplicates: true,
      share: { actors: () => true, subjects: () => false },
      ...laneOptions,
    }),
    onPoison: async () => undefined,
    commit: async (position) => void committed.push(position),
  });
  return { runner, done, committed };
}

/** Only one event of these cannot wait. */
const URGENT = 5;
const levelOf = (event: AuditEvent): Urgency =>
  event.eventId === anEvent(URGENT).eventId ? AT_ONCE : PLAIN;

/** A promise that ends by hand. */
function aGate(): { passed: Promise<void>; open(): void; break(cause: Error): void } {
  let open = (): void => undefined;
  let fail = (_: Error): void => undefined;
  const passed = new Promise<void>((done, reject) => {
    open = done;
    fail = reject;
  });
  return { passed, open, break: fail };
}

test('a lane takes and judges batches while others are stored, and waits when too many are', async () => {
  const gate = aGate();
  const { runner, done } = aRunner({ saveEvents: () => gate.passed });
  await runner.take(aBatch(0, 3));
  await runner.take(aBatch(3, 6));
  await vi.waitFor(() => expect(done.some((d) => d.startsWith('said'))).toBe(true));
  expect(done.some((d) => d.startsWith('progress'))).toBe(false);
  await runner.take(aBatch(6, 10_000));
  let isTaken = false;
  const last = runner.take(aBatch(10_000, 10_003)).then(() => {
    isTaken = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([isTaken, runner.position()]).toEqual([false, 10_000]);
  gate.open();
  await last;
  expect(runner.position()).toBe(10_003);
});

test('progress is told after the events and judgements that it rests on', async () => {
  const gate = aGate();
  const { runner, done } = aRunner({
    saveEvents: () => gate.passed.then(() => void done.push('events')),
  });
  await runner.take(aBatch(0, 5));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(done).toEqual(['said 5']);
  gate.open();
  await runner.judge();
  expect(done).toEqual(['said 5', 'events', 'progress 5']);
});

test('what cannot wait is said with its batch, the rest when it is time', async () => {
  const { runner, done } = aRunner({}, { judgeEveryMs: 60_000, urgency: levelOf });
  // The first batch finds a lane that has judged nothing yet.
  await runner.take(aBatch(0, 1));
  await vi.waitFor(() => expect(done).toContain('said 1'));
  await runner.take(aBatch(1, 3));
  await new Promise((resolve) => setTimeout(resolve, 20));
  await runner.judgeWhenDue();
  expect([done.some((d) => d === 'said 3'), runner.waiting()]).toEqual([false, 2]);
  await runner.take(aBatch(3, URGENT + 1));
  await vi.waitFor(() => expect(done).toContain(`said ${URGENT + 1}`));
  expect(runner.waiting()).toBeGreaterThan(0);
});

test('a snapshot is committed when everything before it is stored', async () => {
  const gate = aGate();
  const { runner, done, committed } = aRunner({ saveEvents: () => gate.passed });
  await runner.take(aBatch(0, 5));
  const saving = runner.save();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(done).not.toContain('snapshot 5');
  gate.open();
  await saving;
  expect(done.at(-1)).toBe('snapshot 5');
  expect(committed).toEqual([5]);
});

test.each(['take', 'judgeWhenDue', 'judge', 'save'] as const)(
  'a write that failed is told to the next `%s`, and nothing is committed',
  async (step) => {
    const gate = aGate();
    const { runner, committed } = aRunner({ saveEvents: () => gate.passed });
    await runner.take(aBatch(0, 5));
    gate.break(new Error('the store is away'));
    await new Promise((resolve) => setTimeout(resolve, 5));
    const next = step === 'take' ? runner.take(aBatch(5, 6)) : runner[step]();
    await expect(next).rejects.toThrow('the store is away');
    expect(committed).toEqual([]);
  },
);

test('a state whose day closes before it is stored is left to the next one', async () => {
  const gate = aGate();
  const { spill, open } = aSpill();
  const { runner, done, committed } = aRunner(
    {
      async saveSnapshot(_, position, chunks) {
        await gate.passed;
        const isWhole = chunks.every((chunk) => chunk.bytes() !== null);
        done.push(`${isWhole ? 'whole' : 'torn'} ${position}`);
        return isWhole;
      },
    },
    { spill, blockRows: 4 },
  );
  await runner.take(aBatch(0, 20));
  const saving = runner.save();
  // Half an hour each: these are of the days that follow.
  await runner.take(aBatch(100, 120));
  gate.open();
  await saving;
  expect(committed).toEqual([]);
  await runner.save();
  expect(committed).toEqual([120]);
  expect(done.filter((what) => /whole|torn/.test(what))).toEqual(['torn 20', 'whole 120']);
  await runner.close();
  expect(open()).toBe(0);
});

test('a runner that was closed says nothing more, whoever still asks', async () => {
  const { spill, open } = aSpill();
  const { runner, done, committed } = aRunner({}, { spill, blockRows: 4 });
  await runner.take(aBatch(0, 20));
  await runner.judge();
  await runner.close();
  const before = [...done];
  await runner.take(aBatch(20, 30));
  await runner.judgeWhenDue();
  await runner.judge();
  await runner.save();
  await runner.renew(() => {
    throw new Error('not needed');
  });
  expect([done, committed, open()]).toEqual([before, [], 0]);
});
