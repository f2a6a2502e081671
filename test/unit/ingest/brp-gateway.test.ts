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
