import { expect, test } from 'vitest';
import { createSourceTally } from '../../../ingest/source-tally.ts';
import type { Batch } from '../../../ingest/sources/source.ts';
import { createTokenizer } from '../../../ingest/tokens.ts';
import { createIngestStage, keyOfEvent, type Made } from '../../../pipeline/ingest-stage.ts';

const line = (eventId: string, more = ''): string =>
  `{${more}"eventId":"${eventId}","occurredAt":"2026-03-02T09:00:00Z","source":{"system":"brp"},"actor":{"id":"u1"},"action":"view","subject":{"scheme":"local","id":"p1"}}`;
const CAME_AT = Date.UTC(2026, 2, 2, 9, 0, 3);
const aBatch = (lines: readonly string[]): Batch => ({
  ...{ lane: 'raw/0', first: 0, last: lines.length - 1, next: lines.length },
  isStale: () => false,
  messages: lines.map((value, position) => ({
    ...{ position, key: null, at: CAME_AT, headers: { format: 'canonical' } },
    value: Buffer.from(value),
  })),
});

function aStage(options: { known?: ReadonlySet<string>; failures?: number; now?: number } = {}) {
  const made: Made[] = [];
  const tally = createSourceTally(() => 'w');
  let failures = options.failures ?? 0;
  const stage = createIngestStage(
    createTokenizer(Buffer.alloc(32, 7)),
    {
      flushIdentities: () => undefined,
      known: async () => options.known ?? new Set(),
      async write(one) {
        if (failures-- > 0) throw new Error('the store is away');
        made.push(one);
      },
    },
    { tally, now: () => options.now ?? CAME_AT },
  );
  const ids = (which: 'events' | 'repeats'): string[] =>
    made.flatMap((m) => m[which].map(({ event }) => event.eventId));
  return { stage, ids, made, tally };
}

test('the first line of an id counts, in a batch and after it', async () => {
  const { stage, ids } = aStage();
  await stage.batch(aBatch([line('e1'), line('e1', ' '), line('e2')]));
  await stage.batch(aBatch([line('e2', ' '), line('e3')]));
  expect(ids('events')).toEqual(['e1', 'e2', 'e3']);
  expect(stage.counts).toEqual({ messages: 5, events: 3, duplicates: 2, deadLetters: 0 });
});

test('a batch whose write failed is taken when it comes again', async () => {
  const { stage, ids } = aStage({ failures: 1 });
  await expect(stage.batch(aBatch([line('e1')]))).rejects.toThrow('away');
  await stage.batch(aBatch([line('e1')]));
  expect(ids('events')).toEqual(['e1']);
});

test('what is stored is told apart, for the topic that may lack it', async () => {
  const { stage, ids, made } = aStage({ known: new Set(['brp\0e1']) });
  await stage.batch(aBatch([line('e1'), line('e2')]));
  expect([ids('events'), ids('repeats')]).toEqual([['e2'], ['e1']]);
  expect(made[0]?.repeats.map(({ event }) => keyOfEvent(event))).toEqual(['brp\0e1']);
});

test('every line becomes an event, a duplicate or a dead letter', async () => {
  const { stage } = aStage();
  await stage.batch(aBatch([line('e1'), line('e1'), 'no json', '{"eventId":"e9"}']));
  const { messages, events, duplicates, deadLetters } = stage.counts;
  expect(events + duplicates + deadLetters).toBe(messages);
});

test('what was written is counted for its source, once', async () => {
  const { stage, tally } = aStage({ known: new Set(['brp\0e0']), failures: 1 });
  const lines = [
    'no json',
    line('e0'),
    line('e1'),
    line('e1', ' '),
    '{"eventId":"e9"}',
    line('e2'),
  ];
  await expect(stage.batch(aBatch(lines))).rejects.toThrow('away');
  expect(tally.take().counts).toEqual([]);
  await stage.batch(aBatch(lines));
  // What is stored already was counted by who stored it.
  expect(tally.take().counts).toMatchObject([
    { system: 'brp', events: 2, duplicates: 1, deadLetters: 2, lag: 3_000 },
  ]);
});

test('a line that cannot be read counts for who sent it, where the sender is known', async () => {
  const { stage, tally } = aStage();
  const message = (value: string, source: string, position: number) => ({
    ...{ position, key: null, at: 0, headers: { format: 'canonical', source } },
    value: Buffer.from(value),
  });
  const wmo = line('e2').replace('"brp"', '"wmo"');
  await stage.batch({
    ...aBatch([]),
    messages: [message(line('e1'), 'a', 0), message(wmo, 'b', 1), message('no json', 'a', 2)],
  });
  const counts = tally.take().counts.map((c) => [c.system, c.deadLetters]);
  expect(counts).toEqual(
    expect.arrayContaining([
      ['brp', 1],
      ['wmo', 0],
    ]),
  );
});

test('a sender that stamps its messages ahead of time does not hide that its clock is', async () => {
  const { stage, tally } = aStage({ now: CAME_AT - 600_000 });
  await stage.batch(aBatch([line('e1')]));
  expect(tally.take().counts).toMatchObject([{ ahead: 597_000 }]);
});
