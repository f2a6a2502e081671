import { describe, expect, test } from 'vitest';
import { csvMappingFormat } from '../../ingest/formats/csv-mapping.ts';
import type { Emit, Format } from '../../ingest/formats/format.ts';
import { formatFromMapping } from '../../ingest/formats/mapping.ts';
import { FORMATS } from '../../ingest/formats/registry.ts';
import { createLineSplitter } from '../../ingest/sources/lines.ts';
import { SUWINET_HEADER } from '../../simulation/format-samples.ts';
import { cpuTimeOf } from '../helpers/cpu-time.ts';

const jsonMapping = formatFromMapping(
  'format: json\nsystem: suite\ncolumns: { occurredAt: t, action: a, subject.bsn: b.c }',
);
const ALL: readonly Format[] = [...FORMATS, jsonMapping];
const swallow: Emit = { event: () => 0, dead: () => 0, consumed: () => 0 };

/** Inputs that make careless parsers slow, `size` bytes of each. */
const HOSTILE: Readonly<Record<string, (size: number) => string>> = {
  brackets: (size) => `{"a":${'['.repeat(size)}`,
  'keys of one object': (size) =>
    `{${Array.from({ length: size / 12 }, (_, i) => `"k${i}":{}`).join(',')}}`,
  'an open quote': (size) => `{"a":"${'\\"'.repeat(size / 2)}`,
  'equals signs': (size) => `<134>1 - - - - - - CEF:0|a|b|c|d|e|3|${'a=b '.repeat(size / 4)}`,
  'escapes in CEF': (size) => `CEF:0|a|b|c|d|e|3|msg=${'\\='.repeat(size / 2)}`,
  'pipes in LEEF': (size) => `LEEF:2.0|a|b|c|d|^|${'a=b^'.repeat(size / 4)}`,
  spaces: (size) => `<13>Oct 11 22:14:15 ${' '.repeat(size)}x`,
  'structured data': (size) => `<1>1 - - - - - [${'a="\\]" '.repeat(size / 7)}`,
  'pairs of a server log': (size) =>
    `2026-01-12 09:00:00,123 [org.keycloak.events] type=${'a=b, '.repeat(size / 5)}`,
  'quotes in an audit record': (size) =>
    `2026-01-12 09:00:00 CET [1] LOG:  AUDIT: SESSION,1,1,READ,SELECT,,,"${'""'.repeat(size / 2)}`,
  separators: (size) => ';'.repeat(size),
  digits: (size) => '1'.repeat(size),
  'audit text': (size) =>
    JSON.stringify({ message: `audit_schema_version:1\n${'a:b\n'.repeat(size / 4)}` }),
  'a long reference': (size) =>
    JSON.stringify({
      resourceType: 'AuditEvent',
      action: 'R',
      outcome: '0',
      recorded: '2026-01-12T09:00:00Z',
      agent: [{ requestor: true, who: { reference: `${'A/'.repeat(size / 2)}` } }],
    }),
};
describe('time is linear in the length of hostile input', () => {
  // Again when other work came between: what is quadratic is so every time.
  test.each(Object.entries(HOSTILE))('%s', { retry: 2 }, (_, make) => {
    const size = 60_000;
    const [once, fourfold] = [Buffer.from(make(size)), Buffer.from(make(4 * size))];
    for (const format of ALL) {
      const read = (bytes: Buffer) => () => {
        for (let i = 0; i < 3; i++) {
          const reader = format.reader();
          if (format.id === 'suwinet')
            reader.line({ bytes: Buffer.from(SUWINET_HEADER), lineNumber: 1, offset: 0 }, swallow);
          reader.line({ bytes, lineNumber: 2, offset: 0 }, swallow);
          reader.end(swallow);
        }
      };
      read(once)();
      const [short, long] = [cpuTimeOf(read(once)), cpuTimeOf(read(fourfold))];
      // Two doublings: linear gives 4, quadratic 16; below some milliseconds the clock tells nothing.
      expect(long, format.id).toBeLessThan(Math.max(20, 9 * short));
    }
  });
});

const MAPPING = `
system: suite
datePattern: dd-MM-yyyy HH:mm:ss
columns: { occurredAt: when, actor.id: who, subject.bsn: bsn, action: what }
`;
test('a mapped CSV is read in linear time, also behind an open quote', { retry: 2 }, () => {
  const read = (count: number) => () => {
    const rows = Array.from({ length: count }, () => '02-03-2026 09:14:07;u1;999993240;view');
    const bytes = Buffer.from(['when;who;bsn;what', '02-03-2026 09:14:07;"u1', ...rows].join('\n'));
    const splitter = createLineSplitter();
    const reader = csvMappingFormat(MAPPING).reader();
    for (const line of [...splitter.push(bytes), ...splitter.end()]) reader.line(line, swallow);
    reader.end(swallow);
  };
  read(2_000)();
  const [short, long] = [cpuTimeOf(read(2_000)), cpuTimeOf(read(8_000))];
  // Linear gives 4, quadratic 16; below some milliseconds the clock tells nothing.
  expect(long).toBeLessThan(Math.max(20, 9 * short));
});
