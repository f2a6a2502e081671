import { isUtf8 } from 'node:buffer';
import { ACTIONS } from '../../domain/event.ts';
import { type DeadLetterReason, deadLetter, type Outcome, ok } from '../../domain/outcome.ts';
import { parseInstant, toIso } from '../../domain/time.ts';
import { toEvent } from './canonical.ts';
import {
  type CsvMapping,
  FIELD_KINDS,
  type FieldKind,
  parseCsvMapping,
} from './csv-mapping-schema.ts';
import { createRecordParser, type RecordState } from './csv-record.ts';
import type { Emit, Format, FormatReader, ParsedEvent, RawLine } from './format.ts';
import { createLocalClock, type LocalClock } from './local-time.ts';

const MAX_RECORD_BYTES = 1_048_576;
/** `9,99993E+08`: a spreadsheet turned a number into a rounded one, so which number it was is lost. */
const MANGLED = /^[+-]?\d(?:[.,]\d+)?[eE][+-]\d+$/;
const ID_FIELDS = new Set([
  'eventId',
  'requestId',
  'actor.id',
  'subject.id',
  'object.id',
  'purpose.caseRef',
  'sessionId',
]);
const YES = new Set(['true', 'ja', 'yes', 'j', 'y', '1']);
const NO = new Set(['false', 'nee', 'no', 'n', '0']);
/** Parts of the event that mean nothing without this field: dropped whole when it is empty. */
const KEY_OF_PART: readonly [string, string][] = [
  ['actor', 'id'],
  ['subject', 'id'],
  ['object', 'id'],
  ['query', 'key'],
];

type Cell = { index: number; column: string; field: string; kind: FieldKind };
type Layout = { width: number; cells: Cell[] };
type Draft = { [key: string]: unknown };

/**
 * A format out of a mapping file: columns to canonical fields (docs/formats.md). Throws
 * ERR_INGEST_MAPPING with every problem of the file at once; its readers never throw.
 */
export function csvMappingFormat(yamlText: string): Format {
  const mapping = parseCsvMapping(yamlText);
  return {
    id: mapping.id,
    version: mapping.version,
    detect: (sample) => {
      const end = sample.indexOf(0x0a);
      const parser = createRecordParser(mapping.delimiter);
      const first = decode(sample.subarray(0, end < 0 ? sample.length : end), mapping.encoding);
      return (
        first !== null &&
        parser.feed(first.replace(/^\ufeff|\r$/g, '')) === 'whole' &&
        layoutOf(mapping, parser.fields()) !== null
      );
    },
    reader: () => createReader(mapping),
  };
}

const latin = new TextDecoder('windows-1252');
const decode = (bytes: Buffer, encoding: CsvMapping['encoding']): string | null => {
  if (encoding === 'windows-1252') return latin.decode(bytes);
  return isUtf8(bytes) ? bytes.toString('utf8') : null;
};

/** Where the mapped columns are; null when one is missing, comes twice or the widths differ. */
function layoutOf(mapping: CsvMapping, names: readonly string[]): Layout | null {
  const trimmed = mapping.header ?? names.map((n) => n.trim());
  if (mapping.header !== undefined && names.length !== mapping.header.length) return null;
  const cells: Cell[] = [];
  for (const [column, field] of Object.entries(mapping.columns)) {
    const index = trimmed.indexOf(column);
    if (index < 0 || trimmed.indexOf(column, index + 1) >= 0) return null;
    cells.push({ index, column, field, kind: FIELD_KINDS.get(field) ?? 'text' });
  }
  // Date and time are joined in the order of the columns.
  cells.sort((a, b) => a.index - b.index);
  return { width: trimmed.length, cells };
}

/**
 * One record may run over lines while a quote is open. A quote that is never closed must not swallow
 * the good lines after it: only its own line is set aside, and reading starts again at the next.
 */
function createReader(mapping: CsvMapping): FormatReader {
  const toRow = createRowReader(mapping);
  let layout = mapping.header === undefined ? null : layoutOf(mapping, mapping.header);
  let isHeaderRefused = false;
  let open: RawLine[] = [];
  let openBytes = 0;
  let parser = createRecordParser(mapping.delimiter);

  function restart(): void {
    open = [];
    openBytes = 0;
    parser = createRecordParser(mapping.delimiter);
  }

  /** Takes a line; the lines that have to be read again when the record fails. */
  function take(line: RawLine, emit: Emit): RawLine[] {
    if (open.length === 0) {
      if (line.isTooLong === true) {
        emit.dead('line-too-long', null, line);
        return [];
      }
      if (line.bytes.length < 64 && line.bytes.toString('latin1').trim() === '') {
        emit.consumed('blank-line', line);
        return [];
      }
    }
    const text = line.isTooLong === true ? null : decode(line.bytes, mapping.encoding);
    const isOver = openBytes + line.bytes.length > MAX_RECORD_BYTES;
    const state: RecordState = text === null || isOver ? 'broken' : parser.feed(text);
    open.push(line);
    openBytes += line.bytes.length + 1;
    if (state === 'open') return [];
    const reason = text === null && open.length === 1 ? 'not-utf8' : 'invalid-field';
    return state === 'whole' ? whole(emit) : setAside(reason, emit);
  }

  function setAside(reason: DeadLetterReason, emit: Emit): RawLine[] {
    const [first, ...again] = open;
    restart();
    if (first !== undefined) emit.dead(reason, null, first);
    return again;
  }

  function whole(emit: Emit): RawLine[] {
    const fields = parser.fields();
    const line = joined(open);
    if (layout === null) {
      if (isHeaderRefused) return setAside('unknown-format', emit);
      layout = layoutOf(mapping, fields);
      isHeaderRefused = layout === null;
      if (layout === null) return setAside('unknown-format', emit);
      restart();
      emit.consumed('header', line);
      return [];
    }
    if (fields.length !== layout.width) return setAside('wrong-column-count', emit);
    restart();
    const outcome = toRow(fields, layout);
    if (outcome.kind === 'ok') emit.event(outcome.value, line);
    else if (outcome.kind === 'dead-letter') emit.dead(outcome.reason, outcome.field, line);
    return [];
  }

  function run(lines: RawLine[], emit: Emit): void {
    // A stack with the next line on top: what has to be read again goes before the rest.
    const queue = lines.reverse();
    for (let next = queue.pop(); next !== undefined; next = queue.pop())
      for (const again of take(next, emit).reverse()) queue.push(again);
  }

  return {
    line: (line, emit) => run([line], emit),
    end(emit) {
      while (open.length > 0) run(setAside('invalid-field', emit), emit);
    },
  };
}

function joined(lines: readonly RawLine[]): RawLine {
  const [first, ...rest] = lines;
  if (first === undefined) throw new TypeError('a record has a line');
  if (rest.length === 0) return first;
  const bytes = Buffer.concat(lines.flatMap((l, i) => (i === 0 ? [l.bytes] : [LF, l.bytes])));
  return { ...first, bytes };
}
const LF = Buffer.from('\n');

/** Cells of one row to an event; the field of a dead letter is the column's name. */
function createRowReader(mapping: CsvMapping) {
  const empty = new Set(['', ...mapping.empty]);
  const tables = new Map(
    Object.entries(mapping.values).map(([field, table]) => [field, new Map(Object.entries(table))]),
  );
  const clock: LocalClock =
    mapping.date === 'rfc3339' ? parseInstant : createLocalClock(mapping.date, mapping.zone);

  return (fields: readonly string[], { cells }: Layout): Outcome<ParsedEvent> => {
    const draft: Draft = { source: { system: mapping.system } };
    for (const [field, value] of Object.entries(mapping.constants))
      put(draft, field, FIELD_KINDS.get(field) === 'text' ? String(value) : value);
    let time = '';
    let timeColumn: string | null = null;
    for (const { index, column, field, kind } of cells) {
      const text = (fields[index] ?? '').trim();
      if (empty.has(text)) continue;
      if (kind === 'time') {
        time = time === '' ? text : `${time} ${text}`;
        timeColumn ??= column;
        continue;
      }
      if (ID_FIELDS.has(field) && MANGLED.test(text)) return deadLetter('number-mangled', column);
      if (text.includes('\0')) return deadLetter('invalid-field', column);
      const table = tables.get(field);
      const word = table === undefined ? text : table.get(text);
      const isUnknown = field === 'action' && !(ACTIONS as readonly unknown[]).includes(word);
      if (word === undefined || isUnknown)
        return deadLetter(field === 'action' ? 'unknown-operation' : 'invalid-field', column);
      const value = cellValue(String(word), kind, mapping.listSeparator);
      if (value === undefined) return deadLetter('invalid-field', column);
      put(draft, field, value);
    }
    if (time === '') return deadLetter('missing-field', 'occurredAt');
    const instant = clock(time);
    if ('error' in instant) return deadLetter(instant.error, timeColumn);
    draft['occurredAt'] = toIso(instant.at);
    finish(draft);
    const outcome = toEvent(draft);
    if (outcome.kind !== 'ok') return inColumns(outcome, cells);
    return ok({ ...outcome.value, isDateOnly: instant.isDateOnly });
  };
}

function inColumns(outcome: Outcome<ParsedEvent>, cells: readonly Cell[]): Outcome<ParsedEvent> {
  if (outcome.kind !== 'dead-letter') return outcome;
  const cell = cells.find((c) => c.field === outcome.field);
  return cell === undefined ? outcome : deadLetter(outcome.reason, cell.column);
}

function cellValue(text: string, kind: FieldKind, separator: string): unknown {
  if (kind === 'whole') return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  if (kind === 'list')
    return text
      .split(separator)
      .map((t) => t.trim())
      .filter((t) => t !== '');
  if (kind !== 'flag') return text;
  const word = text.toLowerCase();
  return YES.has(word) ? true : NO.has(word) ? false : undefined;
}

/** Sets `actor.id` and such; the fields come from a closed list, so no foreign key gets in. */
function put(draft: Draft, field: string, value: unknown): void {
  const dot = field.indexOf('.');
  if (dot < 0) {
    draft[field] = value;
    return;
  }
  const part = field.slice(0, dot);
  const inner = (draft[part] ?? {}) as Draft;
  inner[field.slice(dot + 1)] = value;
  draft[part] = inner;
}

function finish(draft: Draft): void {
  for (const [part, key] of KEY_OF_PART) {
    const inner = draft[part] as Draft | undefined;
    if (inner !== undefined && inner[key] === undefined) delete draft[part];
  }
  const subject = draft['subject'] as Draft | undefined;
  if (subject !== undefined) subject['scheme'] ??= 'bsn';
}
