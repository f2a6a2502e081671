// An export of appointments, work or rosters as a reference file: columns by name, values by a table.
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { AppError } from '../domain/errors.ts';
import { readCsv, writeCsv } from './csv.ts';

const COLUMNS = {
  caseload: ['caseRef', 'personId', 'kind', 'actorId', 'unit', 'domain', 'validFrom', 'validTo'],
  roster: ['actorId', 'kind', 'from', 'to'],
} as const;
const Mapping = z.strictObject({
  table: z.enum(['caseload', 'roster']),
  delimiter: z.string().length(1).default(';'),
  encoding: z.enum(['utf-8', 'windows-1252']).default('utf-8'),
  /** `dd-MM-yyyy` turns Dutch dates into ISO ones; a time after it stays. */
  dates: z.enum(['iso', 'dd-MM-yyyy']).default('iso'),
  columns: z.record(
    z.string(),
    z.union([
      z.string(),
      z.strictObject({ column: z.string(), values: z.record(z.string(), z.string()) }),
    ]),
  ),
  constants: z.record(z.string(), z.string()).default({}),
});
const DATES = new Set(['validFrom', 'validTo', 'from', 'to']);
const DUTCH = /^(\d{1,2})-(\d{1,2})-(\d{4})(?:[ T](\d\d:\d\d(?::\d\d)?))?$/;

/** The mapped table as CSV, and rows that could not be read by line and reason. */
export function mapTable(
  bytes: Buffer,
  yaml: string,
): { table: string; csv: string; rows: number; problems: string[] } {
  const parsed = Mapping.safeParse(parseYaml(yaml));
  if (!parsed.success)
    throw new AppError(
      'ERR_INGEST_MAPPING',
      parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; '),
    );
  const mapping = parsed.data;
  const wanted: readonly string[] = COLUMNS[mapping.table];
  const unknown = [...Object.keys(mapping.columns), ...Object.keys(mapping.constants)].filter(
    (n) => !wanted.includes(n),
  );
  if (unknown.length > 0)
    throw new AppError(
      'ERR_INGEST_MAPPING',
      `${mapping.table} has no column ${unknown.join(', ')}; it has ${wanted.join(', ')}`,
    );
  const text = new TextDecoder(mapping.encoding).decode(bytes).replace(/^\uFEFF/, '');
  const [head, ...records] = [...readCsv(text, mapping.delimiter)];
  const header = (head?.fields ?? []).map((name) => name.trim());
  const problems: string[] = [];
  const rows: string[][] = [];
  for (const { line, fields } of records) {
    const row = fields === null ? null : wanted.map((name) => cellOf(name, fields));
    if (row === null || row.includes(null))
      problems.push(`line ${line}: ${row === null ? 'quotes' : wanted[row.indexOf(null)]}`);
    else rows.push(row as string[]);
  }
  return { table: mapping.table, csv: writeCsv(wanted, rows), rows: rows.length, problems };

  function cellOf(name: string, fields: readonly string[]): string | null {
    const column = mapping.columns[name];
    if (column === undefined) return mapping.constants[name] ?? '';
    const place = header.indexOf(typeof column === 'string' ? column : column.column);
    if (place < 0)
      throw new AppError(
        'ERR_INGEST_MAPPING',
        `The table has no column for ${name}, which the mapping names.`,
      );
    const value = (fields[place] ?? '').trim();
    if (typeof column === 'object')
      return Object.hasOwn(column.values, value) ? (column.values[value] ?? null) : null;
    return DATES.has(name) && mapping.dates === 'dd-MM-yyyy' && value !== '' ? isoOf(value) : value;
  }
}

function isoOf(value: string): string | null {
  const match = DUTCH.exec(value);
  if (match === null) return null;
  const [, day = '', month = '', year = '', time] = match;
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return time === undefined ? date : `${date}T${time.length === 5 ? `${time}:00` : time}`;
}
