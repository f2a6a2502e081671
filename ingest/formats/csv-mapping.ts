import { isUtf8 } from 'node:buffer';
import type { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { type DeadLetterReason, deadLetter, type Outcome } from '../../domain/outcome.ts';
import { parseInstant, toIso } from '../../domain/time.ts';
import { emitOutcome, isBlank, toEvent } from './canonical.ts';
import { type Column, type CsvMapping, readMapping, type Target } from './csv-mapping-schema.ts';
import { createRecordParser } from './csv-record.ts';
import type { Emit, Format, FormatReader, ParsedEvent, RawLine } from './format.ts';
import { createLocalClock } from './local-time.ts';

/** What a spreadsheet makes of a long number. */
const MANGLED = /^[+-]?\d(?:[.,]\d+)?E[+-]\d+$/i;
const MAX_ROW_BYTES = 1_048_576;

/** A format made from a mapping file: tables that suites export, one lookup a row. */
export const csvMappingFormat = (yaml: string): Format => csvFormat(readMapping(yaml));

export function csvFormat(mapping: CsvMapping): Format {
  return {
    id: `csv:${mapping.system}`,
    version: 1,
    detect: () => false,
    reader: () => createReader(mapping),
  };
}

/**
 * A row may run over lines while a quote is open. A quote that is never closed must not swallow the
 * good rows after it: only its own line is set aside, and reading starts again at the next.
 */
function createReader(mapping: CsvMapping): FormatReader {
  const toRow = createRowReader(mapping);
  const decode = decoderOf(mapping.encoding);
  let header: Map<string, number> | null = null;
  let headerBytes: Buffer | null = null;
  let open: RawLine[] = [];
  let openBytes = 0;
  const parser = createRecordParser(mapping.delimiter);

  const withHeader = (line: RawLine): RawLine =>
    headerBytes === null ? line : { ...line, before: headerBytes };

  function restart(): void {
    open = [];
    openBytes = 0;
    parser.reset();
  }

  /** Sets the first open line aside; the others have to be read again. */
  function setAside(reason: DeadLetterReason, emit: Emit): RawLine[] {
    const [first, ...again] = open;
    restart();
    if (first !== undefined) emit.dead(reason, null, withHeader(first));
    return again;
  }

  /** Takes a line; the lines that have to be read again when the row fails. */
  function take(line: RawLine, emit: Emit): RawLine[] {
    if (open.length === 0 && line.isTooLong !== true && isBlank(line.bytes)) {
      emit.consumed('blank-line', line);
      return [];
    }
    open.push(line);
    openBytes += line.bytes.length + 1;
    if (line.isTooLong === true)
      return setAside(open.length === 1 ? 'line-too-long' : 'wrong-column-count', emit);
    const text = decode(line.bytes);
    if (text === null) return setAside(open.length === 1 ? 'not-utf8' : 'wrong-column-count', emit);
    const state = openBytes > MAX_ROW_BYTES + 1 ? 'broken' : parser.feed(text);
    if (state === 'open') return [];
    return state === 'whole' ? row(emit) : setAside('wrong-column-count', emit);
  }

  function row(emit: Emit): RawLine[] {
    const cells = parser.fields();
    if (header === null) {
      header = readHeader(cells, mapping);
      // A copy: a line is a window on a chunk.
      headerBytes = Buffer.from(join(open).bytes);
      emit.consumed('header', join(open));
      restart();
      return [];
    }
    if (cells.length !== header.size) return setAside('wrong-column-count', emit);
    const line = join(open);
    restart();
    const outcome = toRow(cells, header);
    emitOutcome(outcome, outcome.kind === 'dead-letter' ? withHeader(line) : line, emit);
    return [];
  }

  function run(lines: RawLine[], emit: Emit): void {
    // A stack with the next line on top: what has to be read again goes before the rest.
    const stack = lines.reverse();
    for (let next = stack.pop(); next !== undefined; next = stack.pop())
      for (const again of take(next, emit).reverse()) stack.push(again);
  }

  return {
    line: (line, emit) => run([line], emit),
    end(emit) {
      while (open.length > 0) run(setAside('wrong-column-count', emit), emit);
    },
  };
}

/** Bytes of a line as text, or null when they are no text in this encoding. */
function decoderOf(encoding: CsvMapping['encoding']): (bytes: Buffer) => string | null {
  if (encoding === 'utf-8') return (bytes) => (isUtf8(bytes) ? bytes.toString('utf8') : null);
  // Every byte is a character in it.
  const decoder = new TextDecoder(encoding);
  return (bytes) => decoder.decode(bytes);
}

/** Places of the columns. The mapping does not fit the table: that is for its writer, not a bad line. */
function readHeader(cells: readonly string[], mapping: CsvMapping): Map<string, number> {
  const names = cells.map((name) => name.trim());
  for (const name of neededColumns(mapping)) {
    const count = names.filter((n) => n === name).length;
    if (count !== 1)
      throw new AppError(
        'ERR_INGEST_MAPPING',
        `The table has ${count === 0 ? 'no' : 'more than one'} column "${name}", which the mapping names.`,
        {},
      );
  }
  // Other columns may share a name: their place keeps them apart, so the width stays right.
  return new Map(names.map((name, i) => [names.indexOf(name) === i ? name : `${name}\0${i}`, i]));
}

/** A quoted cell may hold line breaks: such lines are one row. */
function join(lines: readonly RawLine[]): RawLine {
  const [first, ...rest] = lines;
  if (first === undefined) throw new TypeError('a row has a line');
  if (rest.length === 0) return first;
  const bytes = Buffer.concat(lines.flatMap((l, i) => (i === 0 ? [l.bytes] : [LF, l.bytes])));
  return { bytes, lineNumber: first.lineNumber, offset: first.offset };
}
const LF = Buffer.from('\n');

export const columnNames = (column: z.infer<typeof Column>): readonly string[] =>
  typeof column === 'string' ? [column] : 'column' in column ? [column.column] : column.columns;
const neededColumns = ({ columns }: CsvMapping): string[] =>
  Object.values(columns).flatMap((column) => (column === undefined ? [] : columnNames(column)));

type Reading = {
  target: Target;
  places: number[];
  values: Readonly<Record<string, string>> | null;
};
/** Where the cells of a table with this header go. */
const readingsOf = (mapping: CsvMapping, header: ReadonlyMap<string, number>): Reading[] =>
  (Object.entries(mapping.columns) as [Target, z.infer<typeof Column> | undefined][]).flatMap(
    ([target, column]) =>
      column === undefined
        ? []
        : {
            target,
            places: columnNames(column).map((name) => header.get(name) ?? -1),
            values: (typeof column === 'object' && column.values) || null,
          },
  );

/** Cells of one row to an event; the clock remembers the row before, for the hour that comes twice. */
export function createRowReader(mapping: CsvMapping) {
  const { datePattern, zone, system } = mapping;
  const clock = datePattern === undefined ? parseInstant : createLocalClock(datePattern, zone);
  const empty = new Set(mapping.empty);
  let known: ReadonlyMap<string, number> | null = null;
  let readings: Reading[] = [];
  return (cells: readonly string[], header: ReadonlyMap<string, number>): Outcome<ParsedEvent> => {
    if (header !== known) {
      known = header;
      readings = readingsOf(mapping, header);
    }
    const row: Row = { ...mapping.constants };
    for (const { target, places, values } of readings) {
      const text = textAt(cells, places, empty);
      if (text === '') continue;
      if (MANGLED.test(text)) return deadLetter('number-mangled', target);
      if (text.includes('\0')) return deadLetter('invalid-field', target);
      if (values === null) row[target] = text;
      else if (Object.hasOwn(values, text)) row[target] = values[text] ?? '';
      else return deadLetter(target === 'action' ? 'unknown-operation' : 'invalid-field', target);
    }
    const written = row.occurredAt;
    if (written === undefined) return deadLetter('missing-field', 'occurredAt');
    const time = clock(written);
    if ('error' in time) return deadLetter(time.error, 'occurredAt');
    // Midnight is midnight in the zone of the table, which the instant in UTC no longer shows.
    return toEvent(nest(row, toIso(time.at), system), time);
  };
}

/** What stands in these cells, empty ones left out; several are one text with spaces between. */
function textAt(
  cells: readonly string[],
  places: readonly number[],
  empty: ReadonlySet<string>,
): string {
  let text = '';
  for (const place of places) {
    const cell = (cells[place] ?? '').trim();
    if (cell === '' || empty.has(cell)) continue;
    text = text === '' ? cell : `${text} ${cell}`;
  }
  return text;
}

type Row = Partial<Record<Target, string>>;
/** A row as the canonical form has it: what the table does not say is left out. */
function nest(row: Row, occurredAt: string, system: string): Record<string, unknown> {
  const event: Record<string, unknown> = { occurredAt, source: { system } };
  const bsn = row['subject.bsn'];
  const person = bsn === undefined ? row['subject.local'] : bsn.replaceAll(/[. ]/g, '');
  const actor = row['actor.id'];
  const key = row['query.key'];
  const count = row['query.resultCount'];
  copy(event, row, ['eventId', 'requestId', 'action', 'outcome', 'sessionId']);
  event['actor'] =
    actor === undefined
      ? null
      : copy({ id: actor }, row, ['actor.unit', 'actor.kind'], ACTOR_PREFIX);
  event['subject'] =
    person === undefined
      ? null
      : copy(
          { scheme: bsn === undefined ? 'local' : 'bsn', id: person },
          row,
          ['subject.municipality'],
          'subject.'.length,
        );
  if (key !== undefined)
    event['query'] = count === undefined ? { key } : { key, resultCount: Number(count) };
  if (row.fields !== undefined) event['fields'] = row.fields.split(',').map((f) => f.trim());
  if (row['purpose.code'] !== undefined || row['purpose.caseRef'] !== undefined)
    event['purpose'] = copy({}, row, ['purpose.code', 'purpose.caseRef'], 'purpose.'.length);
  if (row['device.ip'] !== undefined || row['device.host'] !== undefined)
    event['device'] = copy({}, row, ['device.ip', 'device.host'], 'device.'.length);
  return event;
}
const ACTOR_PREFIX = 'actor.'.length;

/** Copies what is there, under the name after its prefix. */
function copy(
  to: Record<string, unknown>,
  row: Row,
  targets: readonly Target[],
  prefix = 0,
): Record<string, unknown> {
  for (const target of targets)
    if (row[target] !== undefined) to[prefix === 0 ? target : target.slice(prefix)] = row[target];
  return to;
}
