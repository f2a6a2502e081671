import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TextDecoder } from 'node:util';
import { AppError } from '../domain/errors.ts';
import { readCsv } from './csv.ts';
import { type ProblemReason, RowReader } from './row-reader.ts';
import {
  emptyTables,
  type Place,
  RELATIONS,
  type ReferenceTables,
  type TableName,
} from './tables.ts';

/** One refused row or file. `line` counts from 1, 0 is the file as a whole; never holds a value. */
export type Problem = {
  file: string;
  line: number;
  column: string | null;
  reason: ProblemReason;
};
/** Usable rows of each file that is there; a file refused whole has none. */
export type TableCounts = Partial<Record<TableName, number>>;
export type ReferenceFolder = { tables: ReferenceTables; problems: Problem[]; counts: TableCounts };

type TableSpec<K extends TableName> = {
  /** All columns of the contract: a mistyped `validTo` must not turn ended rows into open ones. */
  columns: string[];
  read: (row: RowReader) => ReferenceTables[K][number];
};

const place = (row: RowReader): Place => ({
  addressId: row.optionalId('addressId'),
  street: row.text('street'),
  houseNumber: row.text('houseNumber'),
  postcode: row.text('postcode'),
  municipality: row.text('municipality'),
});

const CASE_KINDS = ['case', 'appointment', 'contact', 'workitem', 'mandate'] as const;
const CATEGORIES = [
  'celebrity',
  'politician',
  'media',
  'victim',
  'shelter',
  'staff',
  'other',
] as const;

const SPECS: { [K in TableName]: TableSpec<K> } = {
  officials: {
    columns: ['actorId', 'personId', 'unit', 'role', 'managerId', 'validFrom', 'validTo'],
    read: (row) => ({
      actorId: row.id('actorId'),
      personId: row.optionalId('personId'),
      unit: row.text('unit'),
      role: row.text('role'),
      managerId: row.optionalId('managerId'),
      kind: row.oneOf('kind', ['person', 'service'], 'person'),
      ...row.validity(),
    }),
  },
  persons: {
    columns: [
      ...['personId', 'surname', 'surnamePrefix', 'birthDate', 'addressId'],
      ...['street', 'houseNumber', 'postcode', 'municipality', 'secrecy'],
    ],
    read: (row) => ({
      personId: row.id('personId'),
      surname: row.text('surname'),
      surnamePrefix: row.text('surnamePrefix'),
      birthDate: row.birthDate('birthDate'),
      ...place(row),
      secrecy: row.secrecy('secrecy'),
    }),
  },
  addresses: {
    columns: [
      ...['personId', 'addressId', 'street', 'houseNumber', 'postcode', 'municipality'],
      ...['validFrom', 'validTo'],
    ],
    read: (row) => ({ personId: row.id('personId'), ...place(row), ...row.validity() }),
  },
  relations: {
    columns: ['personId', 'relatedPersonId', 'relation', 'validFrom', 'validTo'],
    read: (row) => {
      const personId = row.id('personId');
      const relatedPersonId = row.id('relatedPersonId');
      if (personId !== '' && personId === relatedPersonId)
        row.fault('relatedPersonId', 'related-to-self');
      return {
        personId,
        relatedPersonId,
        relation: row.oneOf('relation', RELATIONS),
        ...row.validity(),
      };
    },
  },
  caseload: {
    columns: [
      ...['caseRef', 'personId', 'kind', 'actorId', 'unit', 'domain'],
      ...['validFrom', 'validTo'],
    ],
    read: (row) => {
      const kind = row.oneOf('kind', CASE_KINDS);
      const caseRef = row.optionalId('caseRef');
      const personId = row.optionalId('personId');
      const actorId = row.optionalId('actorId');
      const unit = row.text('unit');
      // A mandate may cover everybody, so it names whose it is; any other row names its matter.
      const isPlaced = kind === 'mandate' ? actorId + unit !== '' : caseRef + personId !== '';
      if (!isPlaced) row.fault(kind === 'mandate' ? 'actorId' : 'caseRef', 'missing-value');
      return {
        caseRef,
        personId,
        kind,
        actorId,
        unit,
        domain: row.text('domain'),
        ...row.validity(),
      };
    },
  },
  watchlist: {
    columns: ['personId', 'category', 'validFrom', 'validTo'],
    read: (row) => ({
      personId: row.id('personId'),
      category: row.oneOf('category', CATEGORIES),
      ...row.validity(),
    }),
  },
  roster: {
    columns: ['actorId', 'kind', 'from', 'to'],
    read: (row) => {
      const actorId = row.id('actorId');
      const kind = row.oneOf('kind', ['shift', 'leave', 'standby']);
      if (row.text('from') === '') row.fault('from', 'missing-value');
      if (row.text('to') === '') row.fault('to', 'missing-value');
      const { from, to } = row.validity('from', 'to');
      return { actorId, kind, from: from ?? 0, to: to ?? Number.MAX_SAFE_INTEGER };
    },
  },
};
const NAMES = Object.keys(SPECS) as TableName[];

/**
 * Reads a reference folder (contracts §4). Every file is optional; a bad row is reported and left out,
 * a file that is not what it says is refused whole and counts as not delivered. Throws only when the
 * folder itself cannot be read.
 */
export async function readReferenceFolder(dir: string): Promise<ReferenceFolder> {
  const isFolder = await stat(dir).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  if (!isFolder)
    throw new AppError('ERR_REFERENCE_FOLDER', 'the reference folder cannot be read', { dir });
  const tables = emptyTables();
  const problems: Problem[] = [];
  const counts: TableCounts = {};
  for (const name of NAMES) {
    const text = await readText(join(dir, `${name}.csv`));
    if (text === null) continue;
    if (typeof text !== 'string')
      problems.push({ file: `${name}.csv`, line: 0, column: null, reason: text.reason });
    else readTable(name, text, tables, problems);
    counts[name] = tables[name].length;
  }
  return { tables, problems, counts };
}

/** The text of a file, null when there is none, or why it is no text. */
async function readText(path: string): Promise<string | null | { reason: ProblemReason }> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    return error.code === 'ENOENT' ? null : { reason: 'unreadable' };
  }
  if (bytes.includes(0) || (bytes[0] === 0x1f && bytes[1] === 0x8b)) return { reason: 'binary' };
  try {
    // The decoder also takes away a byte order mark.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return { reason: 'not-utf8' };
    throw error;
  }
}

function readTable<K extends TableName>(
  name: K,
  text: string,
  tables: ReferenceTables,
  problems: Problem[],
): void {
  const file = `${name}.csv`;
  const spec: TableSpec<K> = SPECS[name];
  const records = readCsv(text);
  const first = records.next();
  const header = first.done ? null : (first.value.fields?.map((cell) => cell.trim()) ?? []);
  const refusals = headerProblems(header, spec.columns);
  if (header === null || refusals.length > 0) {
    for (const { column, reason } of refusals) problems.push({ file, line: 1, column, reason });
    return;
  }
  const columns = new Map(header.map((column, index) => [column, index]));
  const rows: ReferenceTables[K][number][] = tables[name];
  const seen = new Set<string>();
  tables.delivered[name] = true;
  for (const { line, fields, fault } of records) {
    const row = new RowReader(columns, fields ?? []);
    const value = fields?.length === header.length ? spec.read(row) : null;
    if (fault !== null) row.fault(null, fault);
    else if (value === null) row.fault(null, 'wrong-column-count');
    else if (name === 'persons' && 'personId' in value) {
      if (seen.has(value.personId)) row.fault('personId', 'duplicate-person');
      else seen.add(value.personId);
    }
    if (value !== null && row.faults.length === 0) {
      rows.push(value);
      continue;
    }
    for (const { column, reason } of row.faults) problems.push({ file, line, column, reason });
  }
}

function headerProblems(
  header: readonly string[] | null,
  required: readonly string[],
): { column: string | null; reason: ProblemReason }[] {
  if (header === null) return [{ column: null, reason: 'empty-file' }];
  if (header.length === 1 && header[0]?.includes(';'))
    return [{ column: null, reason: 'semicolon-separated' }];
  const known = [...required, 'kind'];
  const missing = required.filter((column) => !header.includes(column));
  const double = known.filter((column) => header.indexOf(column) !== header.lastIndexOf(column));
  return [
    ...missing.map((column) => ({ column, reason: 'missing-column' as const })),
    ...double.map((column) => ({ column, reason: 'duplicate-column' as const })),
  ];
}
