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
  const decoder = new TextDecoder(mapping.encoding, { fatal: true });
  let header: Map<string, number> | null = null;
  let open: RawLine[] = [];
  let openBytes = 0;
  let parser = createRecordParser(mapping.delimiter);

  function restart(): void {
    open = [];
    openBytes = 0;
    parser = createRecordParser(mapping.delimiter);
  }

  /** Sets the first open line aside; the others have to be read again. */
  function setAside(reason: DeadLetterReason, emit: Emit): RawLine[] {
    const [first, ...again] = open;
    restart();
    if (first !== undefined) emit.dead(reason, null, first);
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
    let text: string;
    try {
      text = decoder.decode(line.bytes);
    } catch {
      return setAside(open.length === 1 ? 'not-utf8' : 'wrong-column-count', emit);
    }
    const state = openBytes > MAX_ROW_BYTES + 1 ? 'broken' : parser.feed(text);
    if (state === 'open') return [];
    return state === 'whole' ? row(emit) : setAside('wrong-column-count', emit);
  }

  function row(emit: Emit): RawLine[] {
    const cells = parser.fields();
    if (header === null) {
      header = readHeader(cells, mapping);
      emit.consumed('header', join(open));
      restart();
      return [];
    }
    if (cells.length !== header.size) return setAside('wrong-column-count', emit);
    const line = join(open);
    restart();
    emitOutcome(toRow(cells, header), line, emit);
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

export const columnName = (column: z.infer<typeof Column>): string =>
  typeof column === 'string' ? column : column.column;
const neededColumns = ({ columns }: CsvMapping): string[] =>
  Object.values(columns).flatMap((column) => (column === undefined ? [] : [columnName(column)]));

/** Cells of one row to an event; the clock remembers the row before, for the hour that comes twice. */
export function createRowReader(mapping: CsvMapping) {
  const { datePattern, zone } = mapping;
  const clock = datePattern === undefined ? parseInstant : createLocalClock(datePattern, zone);
  const columns = Object.entries(mapping.columns) as [Target, z.infer<typeof Column> | undefined][];
  const constants = Object.entries(mapping.constants) as [Target, string][];
  const empty = new Set(mapping.empty);

  const named = columns.flatMap(([name, column]) =>
    column === undefined
      ? []
      : [
          {
            name,
            column: columnName(column),
            values: typeof column === 'object' ? column.values : undefined,
          },
        ],
  );
  return (cells: readonly string[], header: ReadonlyMap<string, number>): Outcome<ParsedEvent> => {
    const values = new Map<Target, string>(constants);
    for (const { name, column, values: table } of named) {
      let text = (cells[header.get(column) ?? -1] ?? '').trim();
      if (text === '' || empty.has(text)) continue;
      if (MANGLED.test(text)) return deadLetter('number-mangled', name);
      if (text.includes('\0')) return deadLetter('invalid-field', name);
      if (table !== undefined) {
        const mapped = Object.hasOwn(table, text) ? table[text] : undefined;
        if (mapped === undefined)
          return deadLetter(name === 'action' ? 'unknown-operation' : 'invalid-field', name);
        text = mapped;
      }
      values.set(name, text);
    }
    const written = values.get('occurredAt');
    if (written === undefined) return deadLetter('missing-field', 'occurredAt');
    const time = clock(written);
    if ('error' in time) return deadLetter(time.error, 'occurredAt');
    const outcome = toEvent(nest(values, toIso(time.at), mapping.system));
    // Midnight is midnight in the zone of the table, which the instant in UTC no longer shows.
    if (outcome.kind === 'ok') outcome.value.isDateOnly = time.isDateOnly;
    return outcome;
  };
}

function nest(values: ReadonlyMap<Target, string>, occurredAt: string, system: string): unknown {
  const get = (name: Target): string | undefined => values.get(name);
  const drop = (o: Record<string, unknown>): Record<string, unknown> => {
    const kept: Record<string, unknown> = {};
    for (const key in o) if (o[key] !== undefined) kept[key] = o[key];
    return kept;
  };
  const bsn = get('subject.bsn');
  const local = get('subject.local');
  const person = bsn === undefined ? local : bsn.replaceAll(/[. ]/g, '');
  const count = get('query.resultCount');
  return drop({
    eventId: get('eventId'),
    requestId: get('requestId'),
    occurredAt,
    source: { system },
    actor:
      get('actor.id') === undefined
        ? null
        : drop({ id: get('actor.id'), unit: get('actor.unit'), kind: get('actor.kind') }),
    action: get('action'),
    outcome: get('outcome'),
    subject:
      person === undefined
        ? null
        : drop({
            scheme: bsn === undefined ? 'local' : 'bsn',
            id: person,
            municipality: get('subject.municipality'),
          }),
    query:
      get('query.key') === undefined
        ? undefined
        : drop({
            key: get('query.key'),
            resultCount: count === undefined ? undefined : Number(count),
          }),
    fields: get('fields')
      ?.split(',')
      .map((f) => f.trim()),
    purpose: drop({ code: get('purpose.code'), caseRef: get('purpose.caseRef') }),
    device: drop({ ip: get('device.ip'), host: get('device.host') }),
    sessionId: get('sessionId'),
  });
}
