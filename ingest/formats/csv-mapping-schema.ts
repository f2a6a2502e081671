import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { ACTIONS, OUTCOMES, QUERY_KEYS } from '../../domain/event.ts';
import { compilePattern } from './local-time.ts';

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
export type Target = (typeof TARGETS)[number];

export const Column = z.union([
  z.string().min(1),
  z.strictObject({
    column: z.string().min(1),
    values: z.record(z.string(), z.string()).optional(),
  }),
  /** Several cells as one text, with a space between: a date and a time in columns of their own. */
  z.strictObject({
    columns: z.array(z.string().min(1)).min(2).max(4),
    values: z.record(z.string(), z.string()).optional(),
  }),
]);

/** The mapping file: which column is what. Unknown keys are refused. */
export const CsvMapping = z.strictObject({
  /** `csv`, or `json` for one object a line: a column is then a path, such as `user.name`. */
  format: z.enum(['csv', 'json']).default('csv'),
  system: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/),
  delimiter: z
    .string()
    .regex(/^(?:\t|[ !#-~])$/, 'one ASCII character, not a quote')
    .default(';'),
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
    if (datePattern !== undefined && compilePattern(datePattern) === null)
      problems.push('datePattern: use yyyy, MM, dd, HH, mm, ss, each at most once, the date whole');
    for (const [target, column] of Object.entries(columns)) {
      const allowed = CLOSED[target as Target];
      if (allowed === undefined || typeof column === 'string') continue;
      for (const [from, to] of Object.entries(column?.values ?? {}))
        if (!allowed.includes(to))
          problems.push(`columns.${target}.values.${from}: one of ${allowed.join(', ')}`);
    }
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
