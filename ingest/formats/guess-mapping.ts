// A first mapping for a table nobody has seen before: columns by their names in Dutch or English and
// by what stands in them. Whoever knows the source corrects it; nothing is read by a guess alone.
import { isUtf8 } from 'node:buffer';
import { stringify } from 'yaml';
import { isBsn, padBsn } from '../../domain/bsn.ts';
import { parseInstant } from '../../domain/time.ts';
import type { Target } from './csv-mapping-schema.ts';
import { createRecordParser } from './csv-record.ts';
import { createLocalClock } from './local-time.ts';
import { actionOfName } from './operations.ts';

const NAMES: readonly (readonly [Target, RegExp])[] = [
  [
    'occurredAt',
    /^(?:datum.?(?:en|\/|-)?.?tijd(?:stip)?|tijdstip|tijd|timestamp|date.?time|time|moment|wanneer|datum|date|logged.?at|occurred.?at)$/,
  ],
  [
    'subject.bsn',
    /^(?:bsn|burgerservicenummer|bsn.?(?:client|cliënt|persoon|burger)|sofi.?nummer|citizen.?service.?number)$/,
  ],
  [
    'subject.local',
    /^(?:(?:client|cliënt|klant|persoon|burger|inwoner|relatie|subject|person|patient)[ ._-]?(?:nummer|nr|id|code)|a.?nummer|dossier(?:nummer|nr)?)$/,
  ],
  [
    'actor.id',
    /^(?:gebruikers?(?:naam|id|code)?|medewerker(?:nummer|id|naam|code)?|account|user(?:.?(?:name|id))?|login(?:naam)?|inlognaam|behandelaar|ambtenaar|employee(?:.?id)?|actor)$/,
  ],
  ['actor.unit', /^(?:afdeling|team|unit|organisatie(?:onderdeel|eenheid)|department|cluster)$/],
  [
    'action',
    /^(?:actie|handeling|activiteit|bewerking|operatie|soort.?(?:actie|handeling)|action|operation|event(?:.?type)?|type)$/,
  ],
  ['outcome', /^(?:resultaat|uitkomst|status|result|outcome)$/],
  [
    'purpose.caseRef',
    /^(?:zaak(?:.?(?:nummer|nr|id))?|casus|case(?:.?(?:number|id|ref))?|werkproces.?nummer)$/,
  ],
  ['purpose.code', /^(?:doelbinding|doel|grondslag|purpose|verwerkingsactiviteit)$/],
  ['query.key', /^(?:zoeksleutel|zoekingang|zoekcriterium|search.?key|query.?type)$/],
  [
    'query.resultCount',
    /^(?:aantal(?:.?(?:resultaten|treffers|personen))?|treffers|hits|results|row.?count)$/,
  ],
  [
    'fields',
    /^(?:pagina|scherm(?:en)?|rubriek(?:en)?|gegevens|velden|categorie(?:ën)?|fields|page|screen)$/,
  ],
  ['device.host', /^(?:werkplek|werkstation|computer(?:naam)?|machine|host(?:name)?|workstation)$/],
  ['device.ip', /^(?:ip(?:.?adres|.?address)?|client.?ip|bron.?ip)$/],
  ['sessionId', /^(?:sessie(?:.?(?:id|nummer))?|session(?:.?id)?)$/],
  ['eventId', /^(?:log.?(?:id|nummer|regel)|event.?id|regel(?:nummer)?|uuid|id)$/],
  ['requestId', /^(?:request.?id|correlatie.?id|correlation.?id|vraag.?id)$/],
];
const PATTERNS = [
  'dd-MM-yyyy HH:mm:ss',
  'dd-MM-yyyy HH:mm',
  'd-M-yyyy H:mm:ss',
  'd-M-yyyy H:mm',
  'yyyy-MM-dd HH:mm:ss',
  'yyyy-MM-dd HH:mm:ss.SSS',
  "yyyy-MM-dd'T'HH:mm:ss",
  "yyyy-MM-dd'T'HH:mm:ss.SSS",
  'yyyy-MM-dd HH:mm',
  'dd/MM/yyyy HH:mm:ss',
  'dd/MM/yyyy HH:mm',
  'yyyyMMddHHmmss',
  'dd-MM-yyyy',
  'yyyy-MM-dd',
];
/** Values of a column that are shown, at most. */
const MAX_SHOWN = 30;
const EMPTY = new Set(['', '-', 'NULL', 'null', 'n.v.t.', 'onbekend']);

export type Guess = {
  yaml: string;
  /** What whoever edits the mapping has to look at. */
  remarks: string[];
};

function delimiterOf(header: string, row: string): string | null {
  const width = (line: string, delimiter: string): number => line.split(delimiter).length;
  const found = [';', ',', '\t', '|']
    .map((delimiter) => ({
      delimiter,
      columns: width(header, delimiter),
      next: width(row, delimiter),
    }))
    .filter(({ columns, next }) => columns > 1 && (row === '' || next > 1))
    .sort((a, b) => b.columns - a.columns);
  return found[0]?.delimiter ?? null;
}

/** The first rows of a table to a mapping file, or null when they do not look like one. */
export function guessMapping(sample: Buffer, system: string): Guess | null {
  const encoding = isUtf8(sample) ? 'utf-8' : 'windows-1252';
  const text = new TextDecoder(encoding).decode(sample).replace(/^\uFEFF/, '');
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const [header = '', ...rows] = lines;
  const delimiter = delimiterOf(header, rows[0] ?? '');
  if (delimiter === null || header.startsWith('{')) return null;
  const cells = (line: string): string[] | null => {
    const parser = createRecordParser(delimiter);
    return parser.feed(line) === 'whole' ? parser.fields().map((cell) => cell.trim()) : null;
  };
  const names = cells(header);
  if (names === null) return null;
  const table = rows
    .map(cells)
    .filter((row) => row !== null && row.length === names.length) as string[][];
  const valuesOf = (name: string): string[] => {
    const place = names.indexOf(name);
    return table.map((row) => row[place] ?? '').filter((value) => !EMPTY.has(value));
  };
  const remarks: string[] = [];
  const columns = new Map<Target, unknown>();
  const taken = new Set<string>();
  for (const [target, shape] of NAMES) {
    const name = names.find(
      (n) => !taken.has(n) && shape.test(n.toLowerCase().replaceAll('_', ' ')),
    );
    if (name === undefined) continue;
    taken.add(name);
    columns.set(target, name);
  }
  const times = dateAndTime(names);
  if (times !== null) columns.set('occurredAt', { columns: times });
  if (!columns.has('subject.bsn')) {
    const name = names.find((n) => !taken.has(n) && looksLikeBsn(valuesOf(n)));
    if (name !== undefined) {
      columns.set('subject.bsn', name);
      remarks.push(`The values of "${name}" pass the eleven-test: taken for BSNs.`);
    }
  }
  if (columns.has('subject.bsn')) columns.delete('subject.local');
  const constants: Record<string, string> = {};
  const moments =
    times === null
      ? valuesOf(String(columns.get('occurredAt') ?? ''))
      : table.map((row) => times.map((name) => row[names.indexOf(name)] ?? '').join(' '));
  const datePattern = datePatternOf(moments, remarks);
  const unknown = actions(columns, constants, valuesOf, remarks);
  closed(columns, valuesOf, remarks);
  if (!columns.has('query.key') && columns.has('subject.bsn')) constants['query.key'] = 'bsn';
  for (const needed of ['occurredAt', 'actor.id', 'subject.bsn'] as const)
    if (!columns.has(needed) && !(needed === 'subject.bsn' && columns.has('subject.local')))
      remarks.push(`No column for ${needed} was found: name it under columns.`);
  if (!columns.has('occurredAt')) columns.set('occurredAt', names[0] ?? '');
  const mapping = {
    system,
    delimiter,
    encoding,
    zone: 'Europe/Amsterdam',
    ...(datePattern === null ? {} : { datePattern }),
    empty: ['', '-', 'NULL'],
    columns: Object.fromEntries(columns),
    constants,
  };
  const head = remarks.map((remark) => `# ${remark}\n`).join('');
  // In the file alone: what is printed may end in a log, and a column may hold more than operations.
  const open = unknown.slice(0, MAX_SHOWN).map((value) => `#   ${JSON.stringify(value)}: view\n`);
  const foot =
    open.length === 0 ? '' : `# to add under columns.action.values, each as what it does:\n`;
  return { yaml: head + stringify(mapping) + foot + open.join(''), remarks };
}

/** A date and a time in columns of their own, or null. */
function dateAndTime(names: readonly string[]): string[] | null {
  const find = (shape: RegExp): string | undefined =>
    names.find((name) => shape.test(name.toLowerCase()));
  const [date, time] = [find(/^(?:datum|date)$/), find(/^(?:tijd|tijdstip|time)$/)];
  return date === undefined || time === undefined ? null : [date, time];
}

const looksLikeBsn = (values: readonly string[]): boolean =>
  values.length >= 3 &&
  values.filter((v) => /^\d{8,9}$/.test(v) && isBsn(padBsn(v))).length >= 0.8 * values.length;

/** The pattern that reads every time; null when they are RFC 3339 or none fits. */
function datePatternOf(values: readonly string[], remarks: string[]): string | null {
  if (values.length === 0 || values.every((v) => !('error' in parseInstant(v)))) return null;
  const fits = (pattern: string): boolean => {
    const clock = createLocalClock(pattern, 'Europe/Amsterdam');
    return values.every((value) => !('error' in clock(value)));
  };
  const found = PATTERNS.find(fits) ?? null;
  if (found === null) remarks.push('No date pattern fits every time: set datePattern yourself.');
  return found;
}

/** Known names of operations become a table; the others are left to whoever knows the source. */
function actions(
  columns: Map<Target, unknown>,
  constants: Record<string, string>,
  valuesOf: (name: string) => string[],
  remarks: string[],
): string[] {
  const name = columns.get('action');
  if (typeof name !== 'string') {
    constants['action'] = 'view';
    remarks.push('No column says what was done: every row counts as a view until you name one.');
    return [];
  }
  const values: Record<string, string> = {};
  const unknown: string[] = [];
  for (const value of new Set(valuesOf(name))) {
    const action = actionOfName(value);
    if (action === null) unknown.push(value);
    else values[value] = action;
  }
  columns.set('action', { column: name, values });
  if (unknown.length > 0)
    remarks.push(
      `${unknown.length} values of "${name}" are not known and set their rows aside: add them under values.`,
    );
  return unknown;
}

const KEYS: readonly (readonly [RegExp, string])[] = [
  [/^(?:bsn|burgerservicenummer)$/i, 'bsn'],
  [/naam|name/i, 'name'],
  [/adres|postcode|address/i, 'address'],
  [/kenteken|plate/i, 'plate'],
  [/perceel|kadast|parcel/i, 'parcel'],
];
const OUTCOMES: readonly (readonly [RegExp, string])[] = [
  [/^(?:ok|ja|true|1|succes|success|geslaagd|toegestaan|200)$/i, 'success'],
  [/geweigerd|denied|forbidden|geen toegang|403|401/i, 'denied'],
  [/fout|error|mislukt|failed|^5\d\d$/i, 'error'],
];
function closed(
  columns: Map<Target, unknown>,
  valuesOf: (name: string) => string[],
  remarks: string[],
): void {
  for (const [target, words] of [
    ['query.key', KEYS],
    ['outcome', OUTCOMES],
  ] as const) {
    const name = columns.get(target);
    if (typeof name !== 'string') continue;
    const values: Record<string, string> = {};
    let unknown = 0;
    for (const value of new Set(valuesOf(name))) {
      const to = words.find(([shape]) => shape.test(value))?.[1];
      if (to !== undefined) values[value] = to;
      else if (target === 'query.key') values[value] = 'other';
      else unknown++;
    }
    if (unknown > 0) {
      columns.delete(target);
      remarks.push(`"${name}" has values that are no outcome we know: left out.`);
    } else columns.set(target, { column: name, values });
  }
}
