import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvMappingFormat } from '../../../ingest/formats/csv-mapping.ts';
import { createRecordParser } from '../../../ingest/formats/csv-record.ts';
import type { Emit, ParsedEvent } from '../../../ingest/formats/format.ts';
import { createLineSplitter } from '../../../ingest/sources/lines.ts';

const aMapping = (datePattern = 'dd-MM-yyyy HH:mm:ss', more = ''): string => `
system: suwinet
datePattern: ${datePattern}
columns:
  occurredAt: Tijdstip
  actor.id: Gebruiker
  subject.bsn: BSN
  action: { column: Handeling, values: { Raadplegen: view, Zoeken: search } }
${more}`;
const HEADER = 'Tijdstip;Gebruiker;BSN;Handeling';
const aRow = (with_: Partial<Record<'at' | 'actor' | 'bsn' | 'action', string>> = {}): string =>
  [
    with_.at ?? '02-03-2026 09:14:07',
    with_.actor ?? 'u1',
    with_.bsn ?? '999993240',
    with_.action ?? 'Raadplegen',
  ].join(';');

function readAll(mapping: string, rows: string[] | Buffer) {
  const events: ParsedEvent[] = [];
  const dead: string[] = [];
  const emit: Emit = {
    event: (parsed) => events.push(parsed),
    dead: (reason, field, line) => dead.push(`${line.lineNumber} ${reason} ${field ?? ''}`.trim()),
    consumed: () => undefined,
  };
  const splitter = createLineSplitter();
  const reader = csvMappingFormat(mapping).reader();
  const bytes = Buffer.isBuffer(rows) ? rows : Buffer.from([HEADER, ...rows].join('\r\n'));
  for (const line of [...splitter.push(bytes), ...splitter.end()]) reader.line(line, emit);
  reader.end(emit);
  return { events, dead };
}

test('a row is one lookup, its time local', () => {
  const { events, dead } = readAll(aMapping(), [aRow()]);
  expect(dead).toEqual([]);
  expect(events[0]?.event).toMatchObject({
    occurredAt: '2026-03-02T08:14:07.000Z',
    source: { system: 'suwinet' },
    actor: { id: 'u1' },
    subject: { scheme: 'bsn', id: '999993240' },
    action: 'view',
  });
  expect(events[0]?.isDateOnly).toBe(false);
});
test.each([
  ['a number a spreadsheet mangled', aRow({ bsn: '9,99993E+08' }), '2 number-mangled subject.bsn'],
  ['a BSN that fails its check', aRow({ bsn: '999993241' }), '2 bsn-eleven-test subject.id'],
  ['an unknown operation', aRow({ action: 'Kijken' }), '2 unknown-operation action'],
  ['an operation named constructor', aRow({ action: 'constructor' }), '2 unknown-operation action'],
  ['30 February', aRow({ at: '30-02-2026 09:14:07' }), '2 impossible-time occurredAt'],
  ['the missing hour', aRow({ at: '29-03-2026 02:30:00' }), '2 impossible-time occurredAt'],
  ['another separator', aRow({ at: '02/03/2026 09:14:07' }), '2 impossible-time occurredAt'],
  ['year 9999', aRow({ at: '02-03-9999 09:14:07' }), '2 time-out-of-range occurredAt'],
  ['no time', aRow({ at: '-' }), '2 missing-field occurredAt'],
  ['a column too few', 'a;b', '2 wrong-column-count'],
  ['text after a quote', '"a"b;c;d;e', '2 wrong-column-count'],
])('%s makes only its own row a dead letter', (_, row, letter) => {
  const { events, dead } = readAll(aMapping(), [row, aRow()]);
  expect(dead).toEqual([letter]);
  expect(events).toHaveLength(1);
});
test('a date without time is a date only, in the zone of the table', () => {
  const { events } = readAll(aMapping('dd-MM-yyyy'), [aRow({ at: '02-03-2026' })]);
  expect(events[0]?.isDateOnly).toBe(true);
});
test('the hour that comes twice follows the order of the rows', () => {
  const times = ['02:10:00', '02:50:00', '02:10:00', '02:50:00', '03:10:00'];
  const rows = times.map((time) => aRow({ at: `25-10-2026 ${time}` }));
  const { events } = readAll(aMapping(), rows);
  expect(events.map((e) => new Date(e.occurredAt).toISOString().slice(11, 16))).toEqual([
    '00:10',
    '00:50',
    '01:10',
    '01:50',
    '02:10',
  ]);
});
test('a quoted cell may hold line breaks, separators and quotes', () => {
  const { events } = readAll(aMapping(), [aRow({ actor: '"u;\n""1"""' }), aRow()]);
  expect(events.map((e) => e.event.actor?.id)).toEqual(['u;\n"1"', 'u1']);
});
test('a quote that is never closed does not swallow the rows after it', () => {
  const rows = Array.from({ length: 50 }, () => aRow());
  const { events, dead } = readAll(aMapping(), [aRow({ actor: '"u1' }), ...rows]);
  expect(dead).toEqual(['2 wrong-column-count']);
  expect(events).toHaveLength(50);
});
test('windows-1252 is decoded, and bad UTF-8 is set aside', () => {
  const bytes = Buffer.from(`${HEADER}\n${aRow({ actor: 'Zoë' })}\n`, 'latin1');
  const latin = aMapping(undefined, 'encoding: windows-1252');
  expect(readAll(latin, bytes).events[0]?.event.actor?.id).toBe('Zoë');
  expect(readAll(aMapping(), bytes).dead).toEqual(['2 not-utf8']);
});
test('a mapping is refused with every problem at once', () => {
  const yaml = aMapping('MM HH', 'zone: UTC+1\nfoo: 1').replace('view', 'kijken');
  expect(() => csvMappingFormat(yaml)).toThrow(/zone.*foo/s);
  const wellFormed = aMapping('MM HH').replace('view', 'kijken');
  expect(() => csvMappingFormat(wellFormed)).toThrow(/datePattern.*columns\.action\.values/s);
});
test('a table without a mapped column is refused by name', () => {
  expect(() => readAll(aMapping(), Buffer.from('Tijdstip;BSN\n'))).toThrow(/Gebruiker/);
});
test('any row is an event or a dead letter, never an exception', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom(';', '"', '\n', 'a', '\0') })),
      (rows) => void readAll(aMapping(), rows),
    ),
  );
});
test('records are what csv-parse makes of them', () => {
  const cell = fc.string({ unit: fc.constantFrom(';', '"', '\n', 'a', ' ', 'é'), minLength: 1 });
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1 }), (cells) => {
      const text = cells.map((c) => `"${c.replaceAll('"', '""')}"`).join(';');
      const parser = createRecordParser(';');
      const states = text.split('\n').map((line) => parser.feed(line));
      expect(states.at(-1)).toBe('whole');
      expect([parser.fields()]).toEqual(parse(text, { delimiter: ';' }));
    }),
  );
});
