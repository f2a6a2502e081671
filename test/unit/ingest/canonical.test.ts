import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonical } from '../../../ingest/formats/canonical.ts';
import type { Emit, ParsedEvent } from '../../../ingest/formats/format.ts';
import { createLineSplitter } from '../../../ingest/sources/lines.ts';

const BASE = { occurredAt: '2026-03-02T09:14:07Z', source: { system: 'brp' }, action: 'view' };
const anEvent = (with_: object = {}): string => JSON.stringify({ ...BASE, ...with_ });
const aPerson = (id: string) => ({ subject: { scheme: 'bsn', id } });

function readAll(bytes: Buffer | string) {
  const events: ParsedEvent['event'][] = [];
  const dead: string[] = [];
  const emit: Emit = {
    event: ({ event }) => events.push(event),
    dead: (reason, field) => dead.push(field === null ? reason : `${reason} ${field}`),
    consumed: () => undefined,
  };
  const splitter = createLineSplitter();
  const reader = canonical.reader();
  const chunk = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  for (const line of [...splitter.push(chunk), ...splitter.end()]) reader.line(line, emit);
  reader.end(emit);
  return { events, dead };
}

const HOSTILE: [string, Buffer | string, string][] = [
  ['cut JSON', anEvent().slice(0, 40), 'not-json'],
  ['a line of 10 MB', `{"a":"${'x'.repeat(10_000_000)}"}`, 'line-too-long'],
  ['NUL bytes', '\0\0\0{}', 'not-json'],
  ['UTF-16', Buffer.from(anEvent({ sessionId: 'é' }), 'utf16le').subarray(0, -1), 'not-utf8'],
  ['Latin-1', Buffer.from(anEvent({ sessionId: 'é' }), 'latin1'), 'not-utf8'],
  ['10,000 levels', '['.repeat(10_000) + ']'.repeat(10_000), 'too-deep'],
  ['a list', '[1]', 'not-an-object'],
  ['2,000 keys', anEvent({ x: Object.fromEntries(numbered(2000)) }), 'too-many-keys'],
  ['no action', anEvent({ action: undefined }), 'missing-field action'],
  ['an unknown action', anEvent({ action: 'kijken' }), 'invalid-field action'],
  ['30 February', anEvent({ occurredAt: '2026-02-30T10:00:00Z' }), 'impossible-time occurredAt'],
  ['year 9999', anEvent({ occurredAt: '9999-01-01T10:00:00Z' }), 'time-out-of-range occurredAt'],
  [
    'a negative count',
    anEvent({ query: { key: 'bsn', resultCount: -1 } }),
    'invalid-field query.resultCount',
  ],
  ['a long text', anEvent({ purpose: { text: 'x'.repeat(5000) } }), 'text-too-long purpose.text'],
  ['a bad BSN', anEvent(aPerson('999993241')), 'bsn-eleven-test subject.id'],
];
function numbered(count: number): [string, number][] {
  return Array.from({ length: count }, (_, i) => [`key${i}`, i]);
}

describe('a hostile line is set aside and the lines around it go on', () => {
  test.each(HOSTILE)('%s', (_, line, reason) => {
    const middle = typeof line === 'string' ? Buffer.from(line) : line;
    const good = Buffer.from(anEvent());
    const { events, dead } = readAll(Buffer.concat([good, LF, middle, LF, good]));
    expect(dead.at(0)).toBe(reason);
    expect(events).toHaveLength(2);
  });
});
const LF = Buffer.from('\n');

test('a byte order mark, CRLF and blank lines change nothing', () => {
  const { events, dead } = readAll(`\ufeff${anEvent()}\r\n\r\n  \r\n${anEvent()}\r\n`);
  expect([events.length, dead.length]).toEqual([2, 0]);
});
test('__proto__ is data and pollutes nothing', () => {
  const { events } = readAll(anEvent().replace('{', '{"__proto__":{"emergency":true},'));
  expect(events[0]?.emergency).toBeUndefined();
  expect(({} as { emergency?: boolean }).emergency).toBeUndefined();
});
test('a full list of 1,000 fields is allowed', () => {
  expect(readAll(anEvent({ fields: numbered(1000).map(([key]) => key) })).dead).toEqual([]);
});
test('eight digits of a BSN are padded', () => {
  expect(readAll(anEvent(aPerson('10000008'))).events[0]?.subject?.id).toBe('010000008');
});
test.each(['x-010000008', 'x-10000008', '0100.00.008'])('the id %s is not kept', (eventId) => {
  const { events } = readAll(anEvent({ eventId, ...aPerson('10000008') }));
  expect(events[0]).not.toHaveProperty('eventId');
});
test('any bytes give an event or a dead letter, never an exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      readAll(Buffer.from(bytes));
    }),
  );
  fc.assert(
    fc.property(fc.json(), (json) => {
      const { events, dead } = readAll(json);
      expect(events.length + dead.length).toBeLessThanOrEqual(1);
    }),
  );
});
test('a line cut anywhere gives a dead letter, never another person', () => {
  const line = anEvent({ ...aPerson('999993240'), purpose: { text: 'één' } });
  const bytes = Buffer.from(line);
  for (let cut = 1; cut < bytes.length; cut++) {
    const { events, dead } = readAll(bytes.subarray(0, cut));
    expect([cut, events.length, dead.length]).toEqual([cut, 0, 1]);
  }
});
test('the place of a line is its byte offset, whatever the chunks', () => {
  const bytes = Buffer.from('\ufeffé\r\nb\n\nlast');
  for (let size = 1; size <= bytes.length; size++) {
    const splitter = createLineSplitter();
    const lines = [];
    for (let at = 0; at < bytes.length; at += size)
      lines.push(...splitter.push(bytes.subarray(at, at + size)));
    lines.push(...splitter.end());
    expect(lines.map((l) => [l.bytes.toString(), l.lineNumber, l.offset])).toEqual([
      ['é', 1, 0],
      ['b', 2, 7],
      ['', 3, 9],
      ['last', 4, 10],
    ]);
  }
});
