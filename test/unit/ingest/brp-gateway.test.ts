import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { brpGateway } from '../../../ingest/formats/brp-gateway.ts';
import type { Emit } from '../../../ingest/formats/format.ts';
import { createLineSplitter } from '../../../ingest/sources/lines.ts';

const folder = join(process.env['INZAGEWACHT_TESTDATA'] ?? '../shared', 'fixtures/brp-gateway');
type Expected = {
  lines: [number, number];
  madeBy: string;
  expectedEvents: Record<string, unknown>[];
  expectedDeadLetters: { line: number }[];
};

function readAll(bytes: Buffer) {
  const events: Record<string, unknown>[] = [];
  const dead: { reason: string; line: number }[] = [];
  const emit: Emit = {
    event: ({ event }) => events.push({ subject: null, ...event }),
    dead: (reason, _, line) => dead.push({ reason, line: line.lineNumber }),
    consumed: () => undefined,
  };
  const splitter = createLineSplitter();
  const reader = brpGateway.reader();
  for (const line of [...splitter.push(bytes), ...splitter.end()]) reader.line(line, emit);
  reader.end(emit);
  return { events, dead };
}

for (const file of ['pinned', 'emitted']) {
  const path = join(folder, `${file}.ndjson`);
  const isHere = existsSync(path);
  describe.skipIf(!isHere)(
    `brp-gateway ${file}${isHere ? '' : ' (skipped: no third-party data)'}`,
    () => {
      const lines = isHere ? readFileSync(path, 'utf8').split('\n') : [];
      const cases = isHere
        ? (JSON.parse(readFileSync(join(folder, `${file}.expected.json`), 'utf8')) as Expected[])
        : [];
      test.each(cases.map((c) => [`${c.madeBy} (lines ${c.lines.join('-')})`, c] as const))(
        '%s',
        (_, expected) => {
          const [from, to] = expected.lines;
          const { events, dead } = readAll(Buffer.from(lines.slice(from - 1, to).join('\n')));
          expect(events).toHaveLength(expected.expectedEvents.length);
          for (const [i, event] of expected.expectedEvents.entries())
            expect(events[i]).toMatchObject(event);
          expect(dead.map((d) => d.line + from - 1)).toEqual(
            expected.expectedDeadLetters.map((d) => d.line),
          );
        },
      );
      test('the whole file gives the same number of events', () => {
        const { events } = readAll(readFileSync(path));
        expect(events).toHaveLength(cases.reduce((n, c) => n + c.expectedEvents.length, 0));
      });
    },
  );
}

test('a person line without its request is set aside', () => {
  const line = {
    message: "User u retrieved using 'personen.X': aNummer=?",
    'X-Correlation-ID': 'c',
    query_type: 'X',
  };
  expect(readAll(Buffer.from(JSON.stringify(line))).dead).toEqual([
    { reason: 'orphan-line', line: 1 },
  ]);
});
test('an operation that is not known is set aside, not taken for a view', () => {
  const line = {
    message: "Access granted for 'personen.Nieuw' to 'u'",
    service: 'personen',
    query_type: 'Nieuw',
  };
  expect(readAll(Buffer.from(JSON.stringify(line))).dead).toEqual([
    { reason: 'unknown-operation', line: 1 },
  ]);
});

const aRequest = (with_: object = {}): string =>
  JSON.stringify({
    message: "Access granted for 'personen.ZoekMetPostcodeEnHuisnummer' to 'u'",
    service: 'personen',
    query_type: 'ZoekMetPostcodeEnHuisnummer',
    'X-User': 'u',
    'X-Correlation-ID': 'c',
    request_started: '2026-11-22T07:33:48.575574+00:00',
    ...with_,
  });
const aPersonLine = (bsn: string | null): string =>
  aRequest({
    message: "User u retrieved using 'personen.ZoekMetPostcodeEnHuisnummer': aNummer=?",
    request_started: undefined,
    burgerservicenummer: bsn,
  });
const read = (...lines: string[]) => readAll(Buffer.from(lines.join('\n')));

test('two persons returned without a number stay two events', () => {
  const { events } = read(aRequest(), aPersonLine(null), aPersonLine(null));
  expect(new Set(events.map((e) => e['eventId'])).size).toBe(2);
});
test.each(['constructor', '__proto__', 'toString'])('the query type %s is not known', (name) => {
  expect(read(aRequest({ query_type: name })).dead).toEqual([
    { reason: 'unknown-operation', line: 1 },
  ]);
});
test('a text that is too long is set aside, not cut', () => {
  const line = aRequest({ 'X-Task-Description': 'x'.repeat(5000) });
  expect(read(line).dead).toEqual([{ reason: 'text-too-long', line: 1 }]);
});
test('persons do not join the request before a faulty one with the same id', () => {
  const faulty = aRequest({ request_started: '2026-02-30T07:33:48Z' });
  const { events, dead } = read(aRequest(), faulty, aPersonLine('999993240'));
  expect(events.map((e) => e['subject'])).toEqual([null]);
  expect(dead.map((d) => d.reason)).toEqual(['impossible-time', 'orphan-line']);
});
test('a followed source gives a request when the next comes more than a minute later', () => {
  const occurred: string[] = [];
  const emit: Emit = {
    event: ({ event }) => occurred.push(event.occurredAt),
    dead: () => undefined,
    consumed: () => undefined,
  };
  const reader = brpGateway.reader();
  const at = ['07:00:00', '07:01:00', '07:01:01'];
  const seen = at.map((time, i) => {
    const text = aRequest({ 'X-Correlation-ID': `c${i}`, request_started: `2026-11-22T${time}Z` });
    reader.line({ bytes: Buffer.from(text), lineNumber: i + 1, offset: i }, emit);
    return occurred.length;
  });
  expect(seen).toEqual([0, 0, 1]);
});
test('a refusal does not wait for persons', () => {
  const reader = brpGateway.reader();
  let count = 0;
  const emit: Emit = { event: () => count++, dead: () => undefined, consumed: () => undefined };
  const text = aRequest({ message: "Denied access to 'personen.ZoekMetPostcodeEnHuisnummer'" });
  reader.line({ bytes: Buffer.from(text), lineNumber: 1, offset: 0 }, emit);
  expect(count).toBe(1);
});
