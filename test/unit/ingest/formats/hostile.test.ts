import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CanonicalEvent } from '../../../../domain/event.ts';
import { DEAD_LETTER_REASONS } from '../../../../domain/outcome.ts';
import type { Emit, Format } from '../../../../ingest/formats/format.ts';
import { formatFromMapping } from '../../../../ingest/formats/mapping.ts';
import { FORMATS } from '../../../../ingest/formats/registry.ts';
import { createLineSplitter } from '../../../../ingest/sources/lines.ts';
import { SAMPLES, SUWINET_HEADER, VARIANTS } from '../../../../simulation/format-samples.ts';

const jsonMapping = formatFromMapping(
  'format: json\nsystem: suite\ncolumns: { occurredAt: t, action: a, subject.bsn: b.c }',
);
const ALL: readonly Format[] = [...FORMATS, jsonMapping];
/** Formats that hold lines until a later one tells what they belong to. */
const JOINING = new Set(['brp-gateway', 'pgaudit', 'suwinet']);

function readAll(format: Format, bytes: Buffer): { lines: number; out: number } {
  const splitter = createLineSplitter();
  const reader = format.reader();
  let lines = 0;
  let out = 0;
  const emit: Emit = {
    event({ event, occurredAt }) {
      out++;
      expect(Number.isSafeInteger(occurredAt)).toBe(true);
      expect(CanonicalEvent.safeParse(event).success).toBe(true);
    },
    dead(reason) {
      out++;
      expect(DEAD_LETTER_REASONS).toContain(reason);
    },
    consumed: () => out++,
  };
  if (format.id === 'suwinet')
    for (const line of createLineSplitter().push(Buffer.from(`${SUWINET_HEADER}\n`)))
      reader.line(line, emit);
  for (const line of [...splitter.push(bytes), ...splitter.end()]) {
    lines++;
    reader.line(line, emit);
  }
  reader.end(emit);
  return { lines, out };
}

const RUNS = Number(process.env['INZAGEWACHT_FUZZ_RUNS'] ?? 150);
describe.each(ALL.map((f) => [f.id, f] as const))('%s', (id, format) => {
  // Each form of the format in turn.
  const makers = [SAMPLES[id] ?? SAMPLES['canonical'], ...Object.values(VARIANTS[id] ?? {})];
  const sample = (n: number): string => makers[n % makers.length]?.(n) ?? '';
  const check = (bytes: Buffer): void => {
    const { lines, out } = readAll(format, bytes);
    // CONSERVATION: no line is left without a word about it.
    if (!JOINING.has(id)) expect(out).toBeGreaterThanOrEqual(lines);
    expect(typeof format.detect(bytes)).toBe('boolean');
  };
  test('never throws on bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => check(Buffer.from(bytes))),
      { numRuns: RUNS },
    );
  });
  test('never throws on any JSON', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => check(Buffer.from(text))),
      { numRuns: RUNS },
    );
  });
  test('a valid line with a part changed, cut or doubled is still accounted for', () => {
    const change = fc.record({
      n: fc.nat(500),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      size: fc.nat(40),
      put: fc.oneof(
        fc.string({ maxLength: 12 }),
        fc.constantFrom(
          '"',
          '\\',
          '\n',
          '\t',
          '=',
          '|',
          ']',
          '\0',
          'null',
          '{}',
          '[]',
          '-1',
          '1e999',
          '__proto__',
        ),
      ),
    });
    fc.assert(
      fc.property(change, ({ n, at, size, put }) => {
        const line = sample(n);
        const from = Math.floor(at * line.length);
        check(Buffer.from(line.slice(0, from) + put + line.slice(from + size)));
        check(Buffer.from(line.slice(0, from)));
      }),
      { numRuns: RUNS },
    );
  });
  test('a value of another kind anywhere is no reason to throw', () => {
    const isJson = (line: string): boolean => line.startsWith('{');
    if (!makers.some((_, n) => isJson(sample(n))))
      return expect(() => check(Buffer.from(sample(1)))).not.toThrow();
    const odd = fc.constantFrom<unknown>(
      null,
      true,
      -1,
      1e308,
      '',
      'x',
      [],
      {},
      [null],
      { a: [] },
      '999993367',
      'a'.repeat(5000),
    );
    fc.assert(
      fc.property(fc.nat(100), fc.nat(60), odd, (n, place, value) => {
        const [line = '', ...rest] = sample(n).split('\n');
        fc.pre(isJson(line));
        let seen = 0;
        const text = JSON.stringify(JSON.parse(line), (_key, v: unknown) =>
          seen++ === place && place > 0 ? value : v,
        );
        check(Buffer.from([text, ...rest].join('\n')));
      }),
      { numRuns: RUNS },
    );
  });
  test('cutting a valid line never gives another person', () => {
    const subjects = (bytes: Buffer): (string | undefined)[] => {
      const found: (string | undefined)[] = [];
      const reader = format.reader();
      const emit: Emit = {
        event: ({ event }) => found.push(event.subject?.id),
        dead: () => undefined,
        consumed: () => undefined,
      };
      if (id === 'suwinet')
        reader.line({ bytes: Buffer.from(SUWINET_HEADER), lineNumber: 1, offset: 0 }, emit);
      const splitter = createLineSplitter(2);
      for (const line of [...splitter.push(bytes), ...splitter.end()]) reader.line(line, emit);
      reader.end(emit);
      return found;
    };
    for (const make of makers) {
      const line = Buffer.from(make?.(3) ?? '');
      const whole = new Set(subjects(line));
      for (let end = 1; end < line.length; end += 3)
        for (const subject of subjects(line.subarray(0, end)))
          if (subject !== undefined) expect(whole).toContain(subject);
    }
  });
});
