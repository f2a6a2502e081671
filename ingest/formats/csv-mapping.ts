import { parse as parseCsv } from 'csv-parse/sync';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { ACTIONS, OUTCOMES, QUERY_KEYS } from '../../domain/event.ts';
import { deadLetter, type Outcome, ok } from '../../domain/outcome.ts';
import { fromAmsterdam } from '../../domain/time.ts';
import { emitOutcome, toEvent } from './canonical.ts';
import type { Emit, Format, FormatReader, ParsedEvent, RawLine } from './format.ts';

/** Canonical fields a column may fill, and how their text is read. */
const TARGETS = [
  'eventId',
  'requestId',
  'occurredAt',
  'actor.id',
  'actor.unit',
  'actor.kind',
  'action',
  'outcome',
  'subject.bsn',
  'subject.local',
  'subject.municipality',
  'query.key',
  'query.resultCount',
  'fields',
  'purpose.code',
  'purpose.caseRef',
  'device.ip',
  'device.host',
  'sessionId',
] as const;
type Target = (typeof TARGETS)[number];

const Column = z.union([
  z.string().min(1),
  z.strictObject({
    column: z.string().min(1),
    values: z.record(z.string(), z.string()).optional(),
  }),
]);

/** The mapping file: which column is what. Unknown keys are refused. */
export const CsvMapping = z.strictObject({
  system: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/),
  delimiter: z.string().length(1).default(';'),
  encoding: z.enum(['utf-8', 'windows-1252']).default('utf-8'),
  /** Zone of times without an offset. */
  zone: z.enum(['Europe/Amsterdam', 'UTC']).default('Europe/Amsterdam'),
  /** Pattern of dd MM yyyy HH mm ss; left out when times are RFC 3339. */
  datePattern: z.string().optional(),
  empty: z.array(z.string()).default(['', '-', 'NULL']),
  columns: z.partialRecord(z.enum(TARGETS), Column),
  constants: z.partialRecord(z.enum(TARGETS), z.string()).default({}),
});
export type CsvMapping = z.infer<typeof CsvMapping>;

const CLOSED: Partial<Record<Target, readonly string[]>> = {
  action: ACTIONS,
  outcome: OUTCOMES,
  'query.key': QUERY_KEYS,
};
/** What a spreadsheet makes of a long number. */
const MANGLED = /^\d[.,]\d+E\+\d+$/i;
const MAX_ROW_BYTES = 1_048_576;

/** Reads a mapping; throws ERR_INGEST_MAPPING with every problem at once. */
export function readMapping(yaml: string): CsvMapping {
  let raw: unknown;
  try {
    raw = parseYaml(yaml);
  } catch (cause) {
    throw new AppError('ERR_INGEST_MAPPING', 'The mapping file is not YAML.', {}, cause);
  }
  const result = CsvMapping.safeParse(raw);
  const problems = result.success
    ? []
    : result.error.issues.map((i) => `${i.path.join('.') || '(mapping)'}: ${i.message}`);
  if (result.success) {
    const { columns, constants, datePattern } = result.data;
    for (const needed of ['occurredAt', 'action'] as const)
      if (columns[needed] === undefined && constants[needed] === undefined)
        problems.push(`columns: ${needed} is needed, as a column or a constant`);
    if (datePattern !== undefined && !/dd/.test(datePattern))
      problems.push('datePattern: dd is missing');
    for (const [target, value] of Object.entries(constants)) {
      const allowed = CLOSED[target as Target];
      if (allowed !== undefined && !allowed.includes(value))
        problems.push(`constants.${target}: one of ${allowed.join(', ')}`);
    }
    if (problems.length === 0) return result.data;
  }
  throw new AppError(
    'ERR_INGEST_MAPPING',
    `The mapping file is refused:\n  ${problems.join('\n  ')}`,
    { problems },
  );
}

/** A format made from a mapping file: tables that suites export, one lookup a row. */
export function csvMappingFormat(yaml: string): Format {
  const mapping = readMapping(yaml);
  return {
    id: `csv:${mapping.system}`,
    version: 1,
    detect: () => false,
    reader: () => createReader(mapping),
  };
}

function createReader(mapping: CsvMapping): FormatReader {
  let header: Map<string, number> | null = null;
  let open: RawLine[] = [];
  const decoder = new TextDecoder(mapping.encoding, { fatal: true });

  function row(line: RawLine, emit: Emit): void {
    const cells = split(line, decoder, mapping.delimiter);
    if (cells.kind !== 'ok') {
      emitOutcome(cells, line, emit);
      return;
    }
    if (header !== null) {
      emitOutcome(toCanonical(cells.value, header, mapping), line, emit);
      return;
    }
    header = new Map(cells.value.map((name, index) => [name.trim(), index]));
    const missing = neededColumns(mapping).find((name) => !header?.has(name));
    if (missing !== undefined)
      throw new AppError(
        'ERR_INGEST_MAPPING',
        `The table has no column "${missing}", which the mapping names.`,
        {},
      );
    emit.consumed('header', line);
  }

  return {
    line(line, emit) {
      if (open.length === 0 && line.bytes.length === 0) {
        emit.consumed('blank-line', line);
        return;
      }
      open.push(line);
      const joined = open.length === 1 ? line : join(open);
      if (
        line.isTooLong !== true &&
        hasOpenQuote(joined.bytes) &&
        joined.bytes.length <= MAX_ROW_BYTES
      )
        return;
      open = [];
      row(joined, emit);
    },
    end(emit) {
      if (open.length > 0) row(join(open), emit);
      open = [];
    },
  };
}

/** A quoted cell may hold line breaks: such lines are one row. */
const join = (lines: readonly RawLine[]): RawLine => {
  const [first] = lines;
  const bytes = Buffer.concat(
    lines.flatMap((l, i) => (i === 0 ? [l.bytes] : [Buffer.from('\n'), l.bytes])),
  );
  return { bytes, lineNumber: first?.lineNumber ?? 0, offset: first?.offset ?? 0 };
};

function hasOpenQuote(bytes: Buffer): boolean {
  let quotes = 0;
  for (let at = bytes.indexOf(0x22); at >= 0; at = bytes.indexOf(0x22, at + 1)) quotes++;
  return quotes % 2 === 1;
}

function split(
  line: RawLine,
  decoder: InstanceType<typeof TextDecoder>,
  delimiter: string,
): Outcome<string[]> {
  if (line.isTooLong === true || line.bytes.length > MAX_ROW_BYTES)
    return deadLetter('line-too-long');
  let text: string;
  try {
    text = decoder.decode(line.bytes);
  } catch {
    return deadLetter('not-utf8');
  }
  try {
    const [cells] = parseCsv(text, { delimiter }) as string[][];
    return cells === undefined ? deadLetter('wrong-column-count') : ok(cells);
  } catch {
    return deadLetter('wrong-column-count');
  }
}

const columnName = (column: z.infer<typeof Column>): string =>
  typeof column === 'string' ? column : column.column;
const neededColumns = ({ columns }: CsvMapping): string[] =>
  Object.values(columns).flatMap((column) => (column === undefined ? [] : [columnName(column)]));

function toCanonical(
  cells: readonly string[],
  header: ReadonlyMap<string, number>,
  mapping: CsvMapping,
): Outcome<ParsedEvent> {
  if (cells.length !== header.size) return deadLetter('wrong-column-count');
  const values = new Map<Target, string>(Object.entries(mapping.constants) as [Target, string][]);
  for (const [name, column] of Object.entries(mapping.columns) as [
    Target,
    z.infer<typeof Column> | undefined,
  ][]) {
    if (column === undefined) continue;
    let text = (cells[header.get(columnName(column)) ?? -1] ?? '').trim();
    if (mapping.empty.includes(text)) continue;
    if (MANGLED.test(text)) return deadLetter('number-mangled', name);
    if (typeof column === 'object' && column.values !== undefined) {
      const mapped = Object.hasOwn(column.values, text) ? column.values[text] : undefined;
      if (mapped === undefined)
        return deadLetter(name === 'action' ? 'unknown-operation' : 'invalid-field', name);
      text = mapped;
    }
    values.set(name, text);
  }
  const at = values.get('occurredAt');
  if (at === undefined) return deadLetter('missing-field', 'occurredAt');
  const time =
    mapping.datePattern === undefined ? ok(at) : readTime(at, mapping.datePattern, mapping.zone);
  if (time.kind !== 'ok') return time;
  return toEvent(nest(values, time.value, mapping.system));
}

/** A local time by pattern to RFC 3339 in UTC. */
function readTime(text: string, pattern: string, zone: CsvMapping['zone']): Outcome<string> {
  const part = (letters: string, fallback: number): number => {
    const at = pattern.indexOf(letters);
    return at < 0 ? fallback : Number(text.slice(at, at + letters.length));
  };
  const [year, month, day] = [
    part('yyyy', Number.NaN),
    part('MM', Number.NaN),
    part('dd', Number.NaN),
  ];
  const [hour, minute, second] = [part('HH', 0), part('mm', 0), part('ss', 0)];
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(wall);
  const isReal =
    text.length === pattern.length &&
    back.getUTCDate() === day &&
    back.getUTCMonth() === month - 1 &&
    back.getUTCHours() === hour &&
    back.getUTCMinutes() === minute;
  if (!isReal) return deadLetter('impossible-time', 'occurredAt');
  if (zone === 'UTC') return ok(back.toISOString());
  const local = fromAmsterdam(wall);
  return 'error' in local
    ? deadLetter('impossible-time', 'occurredAt')
    : ok(new Date(local.at).toISOString());
}

function nest(values: ReadonlyMap<Target, string>, occurredAt: string, system: string): unknown {
  const get = (name: Target): string | undefined => values.get(name);
  const drop = (o: Record<string, unknown>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(o).filter(([, v]) => v !== undefined));
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
