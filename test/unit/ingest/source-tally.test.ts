import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../../domain/time.ts';
import { createSourceTally } from '../../../ingest/source-tally.ts';
import { anAuditEvent } from '../../helpers/events.ts';

const AT = Date.UTC(2026, 2, 3, 9, 30);
function aTally() {
  let writers = 0;
  return createSourceTally(() => `w${++writers}`);
}
const at = (occurredAt: number, sequence: number | null = null) =>
  anAuditEvent({ eventId: `e${occurredAt}`, occurredAt, sequence });

test('an hour holds what was counted of it, and is given again only when it changed', () => {
  const tally = aTally();
  tally.observe(at(AT, 7), AT + 2_000);
  tally.observe(at(AT + 60_000), AT + 64_000);
  tally.observe(at(AT + 120_000), null);
  tally.observe(at(AT - HOUR_MS), AT - HOUR_MS - 500);
  tally.duplicate(at(AT));
  const { writer, counts } = tally.take();
  expect(writer).toBe('w1');
  expect(counts).toEqual([
    {
      ...{ system: 'brp', instance: 'prod', hour: Math.floor(AT / HOUR_MS), events: 3 },
      ...{ deadLetters: 0, duplicates: 1, firstAt: AT, lastAt: AT + 120_000, numbered: 1 },
      ...{ lag: 4_000, ahead: 0 },
    },
    expect.objectContaining({ events: 1, lag: -500, ahead: 500 }),
  ]);
  expect(tally.take().counts).toEqual([]);
  tally.observe(at(AT + 1), null);
  expect(tally.take().counts).toMatchObject([{ events: 4, duplicates: 1 }]);
});

test('a line that cannot be read counts with the event before it in its input', () => {
  const tally = aTally();
  tally.dead('a', 'a/1');
  tally.dead('b', 'b/1');
  tally.event('a', at(AT));
  tally.dead('a', 'a/3');
  tally.event('b', at(AT + DAY_MS));
  expect(tally.take().counts.map((c) => [c.deadLetters, c.events])).toEqual([
    [2, 0],
    [1, 0],
  ]);
});

test('history that is read says nothing of a delay', () => {
  const tally = aTally();
  tally.observe(at(AT), AT + 3 * DAY_MS);
  expect(tally.take().counts).toMatchObject([{ events: 1, lag: null, ahead: 0 }]);
});

test('beyond so many hours a new writer begins, and nothing is counted twice or lost', () => {
  const tally = aTally();
  const total = new Map<string, number>();
  for (let hour = 0; hour < 12_000; hour++) {
    tally.observe(at(AT + hour * HOUR_MS), null);
    tally.observe(at(AT), null);
    if (hour % 1_000 < 999) continue;
    const { writer, counts } = tally.take();
    for (const { hour: of, events } of counts) total.set(`${writer} ${of}`, events);
  }
  expect([...total.values()].reduce((n, events) => n + events, 0)).toBe(24_000);
  expect(new Set([...total.keys()].map((key) => key.split(' ')[0])).size).toBe(3);
});
