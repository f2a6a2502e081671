import { parse } from 'yaml';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { ACTIONS, OBJECT_KINDS, OUTCOMES, QUERY_KEYS } from '../../domain/event.ts';
import { compilePattern } from './local-time.ts';

/** How the text of a cell becomes a value of the canonical event. */
export type FieldKind = 'text' | 'whole' | 'flag' | 'list' | 'time';

/** Canonical fields a column may fill. `source.system` is not among them: one mapping, one system. */
export const FIELD_KINDS: ReadonlyMap<string, FieldKind> = new Map<string, FieldKind>([
  ...[
    'eventId',
    'requestId',
    'source.instance',
    'actor.id',
    'actor.kind',
    'actor.unit',
    'action',
    'outcome',
    'subject.scheme',
    'subject.id',
    'subject.municipality',
    'object.kind',
    'object.id',
    'query.key',
    'purpose.code',
    'purpose.caseRef',
    'purpose.text',
    'device.ip',
    'device.host',
    'sessionId',
    'traceId',
    'spanId',
  ].map((field): [string, FieldKind] => [field, 'text']),
  ['occurredAt', 'time'],
  ['source.sequence', 'whole'],
  ['query.resultCount', 'whole'],
  ['emergency', 'flag'],
  ['fields', 'list'],
  ['actor.roles', 'list'],
]);

const WORDS: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['action', ACTIONS],
  ['outcome', OUTCOMES],
  ['query.key', QUERY_KEYS],
  ['object.kind', OBJECT_KINDS],
  ['subject.scheme', ['bsn', 'local']],
  ['actor.kind', ['person', 'system']],
  ['emergency', ['true', 'false']],
]);

const constant = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);
const table = z.record(z.string(), z.union([z.string(), z.boolean()]));

/** The mapping file as an administrator writes it (docs/formats.md). */
export const CsvMapping = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'a lower-case name such as suwinet-report'),
  version: z.int().min(1).default(1),
  system: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'a lower-case name such as suwinet'),
  delimiter: z
    .string()
    .regex(/^(?:\t|[ !#-~])$/, 'one ASCII character, not a quote')
    .default(';'),
  encoding: z.enum(['utf-8', 'windows-1252']).default('utf-8'),
  zone: z.enum(['Europe/Amsterdam', 'UTC']).default('Europe/Amsterdam'),
  /** `rfc3339`, or a pattern of yyyy MM M dd d HH H mm ss SSS. */
  date: z.string().min(1).max(64),
  /** Names of the columns when the file has no header line. */
  header: z.array(z.string().min(1)).min(1).optional(),
  empty: z.array(z.string()).default([]),
  listSeparator: z.string().min(1).max(8).default(','),
  columns: z.record(z.string(), z.string()),
  constants: z.record(z.string(), constant).default({}),
  values: z.record(z.string(), table).default({}),
});
export type CsvMapping = z.infer<typeof CsvMapping>;

/** Reads a mapping file; throws ERR_INGEST_MAPPING with every problem at once. */
export function parseCsvMapping(yamlText: string): CsvMapping {
  let raw: unknown;
  try {
    raw = parse(yamlText);
  } catch (cause) {
    // The parser's own text quotes lines of the file; only the place is passed on.
    const line = (cause as { linePos?: { line: number }[] }).linePos?.[0]?.line;
    throw refused([`not readable as YAML${line === undefined ? '' : ` at line ${line}`}`], cause);
  }
  const result = CsvMapping.safeParse(raw);
  if (!result.success)
    throw refused(
      result.error.issues.map((i) => `${i.path.join('.') || 'the file'}: ${i.message}`),
    );
  const problems = problemsOf(result.data);
  if (problems.length > 0) throw refused(problems);
  return result.data;
}

const refused = (problems: string[], cause?: unknown): AppError =>
  new AppError(
    'ERR_INGEST_MAPPING',
    `The mapping is refused: ${problems.join('; ')}.`,
    { problems },
    cause,
  );

/** What the shape alone does not tell: names, words and combinations. */
function problemsOf(mapping: CsvMapping): string[] {
  const { columns, constants, values, header, date } = mapping;
  const problems: string[] = [];
  if (date !== 'rfc3339' && compilePattern(date) === null)
    problems.push('date: use rfc3339 or yyyy MM M dd d HH H mm ss SSS, each at most once');
  for (const [column, field] of Object.entries(columns)) {
    if (!FIELD_KINDS.has(field)) problems.push(`columns.${column}: there is no field ${field}`);
    if (header !== undefined && !header.includes(column))
      problems.push(`columns.${column}: not in header`);
  }
  if (header !== undefined && new Set(header).size !== header.length)
    problems.push('header: a name comes twice');
  const mapped = Object.values(columns);
  // Only date and time are joined: anything else filled twice is a mistake.
  for (const field of new Set(mapped.filter((f, i) => mapped.indexOf(f) !== i)))
    if (field !== 'occurredAt') problems.push(`columns: ${field} is filled by two columns`);
  for (const [field, value] of Object.entries(constants)) {
    if (!FIELD_KINDS.has(field) || field === 'occurredAt')
      problems.push(`constants.${field}: there is no such field`);
    if (mapped.includes(field)) problems.push(`constants.${field}: also filled by a column`);
    if (!isWord(field, String(value)))
      problems.push(`constants.${field}: not one of ${words(field)}`);
  }
  for (const [field, entries] of Object.entries(values)) {
    if (!mapped.includes(field)) problems.push(`values.${field}: no column fills this field`);
    for (const [from, to] of Object.entries(entries))
      if (!isWord(field, String(to)))
        problems.push(`values.${field}.${from}: not one of ${words(field)}`);
  }
  const has = (field: string): boolean => mapped.includes(field) || Object.hasOwn(constants, field);
  if (!mapped.includes('occurredAt')) problems.push('columns: no column fills occurredAt');
  if (!has('action')) problems.push('columns: neither a column nor a constant fills action');
  if (has('object.id') && !has('object.kind'))
    problems.push('columns: object.id needs object.kind');
  return problems;
}

const isWord = (field: string, value: string): boolean => WORDS.get(field)?.includes(value) ?? true;
const words = (field: string): string => (WORDS.get(field) ?? []).join(', ');
