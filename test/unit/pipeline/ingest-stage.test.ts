import { expect, test } from 'vitest';
import type { Batch } from '../../../ingest/sources/source.ts';
import { createTokenizer } from '../../../ingest/tokens.ts';
import { createIngestStage, keyOfEvent, type Made } from '../../../pipeline/ingest-stage.ts';

const line = (eventId: string, more = ''): string =>
  `{${more}"eventId":"${eventId}","occurredAt":"2026-03-02T09:00:00Z","source":{"system":"brp"},"actor":{"id":"u1"},"action":"view","subject":{"scheme":"local","id":"p1"}}`;
const aBatch = (lines: readonly string[]): Batch => ({
  ...{ lane: 'raw/0', first: 0, last: lines.length - 1, next: lines.length },
  isStale: () => false,
  messages: lines.map((value, position) => ({
    ...{ position, key: null, at: 0, headers: { format: 'canonical' } },
    value: Buffer.from(value),
  })),
});

function aStage(options: { known?: ReadonlySet<string>; failures?: number } = {}) {
  const made: Made[] = [];
  let failures = options.failures ?? 0;
  const stage = createIngestStage(createTokenizer(Buffer.alloc(32, 7)), {
    flushIdentities: () => undefined,
    known: async () => options.known ?? new Set(),
    async write(one) {
      if (failures-- > 0) throw new Error('the store is away');
      made.push(one);
    },
  });
  const ids = (which: 'events' | 'repeats'): string[] =>
    made.flatMap((m) => m[which].map(({ event }) => event.eventId));
  return { stage, ids, made };
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
