import { TextDecoder } from 'node:util';
import { AppError } from '../domain/errors.ts';
import { readCsv } from './csv.ts';

/** Rubrics of one entry of a category, by group and element (`01.20`), empty ones left out. */
export type Entry = { rubrics: ReadonlyMap<string, string>; next: string };
/** One person list: per category (`08`) its entries, newest first. */
export type PersonList = { listId: string; personId: string; entries: Map<string, Entry[]> };

export const rubric = (entry: Entry | undefined, element: string): string =>
  entry?.rubrics.get(element) ?? '';
/** Texts are trimmed; a single point stands for "unknown". */
export const text = (entry: Entry | undefined, element: string): string => {
  const value = rubric(entry, element).trim();
  return value === '.' ? '' : value;
};
/** The BSN of an entry, or empty. */
export const bsnOf = (entry: Entry | undefined): string => {
  const value = rubric(entry, '01.20');
  return /^\d{9}$/.test(value) ? value : '';
};
export const isMistake = (entry: Entry): boolean => rubric(entry, '84.10') === 'O';
/** Entries of a category without those recorded by mistake. */
export const validEntries = (list: PersonList, category: string): Entry[] =>
  (list.entries.get(category) ?? []).filter((entry) => !isMistake(entry));

type Column = { category: string; element: string };

/**
 * Splits the test set into person lists. A line with an id in its first column begins a list; every
 * category is stacked on its own over the lines below. A BSN that occurs twice keeps its first list.
 */
export function readLists(bytes: Uint8Array): PersonList[] {
  const [header, ...records] = readCsv(new TextDecoder().decode(bytes), ';');
  const columns = (header?.fields ?? []).map((name): Column => {
    const [category = '', ...element] = name.split('.');
    return { category, element: element.join('.') };
  });
  if (!columns.some((c) => c.category === '01' && c.element === '01.20'))
    throw new AppError('ERR_REFERENCE_REFUSED', 'this is not the RvIG test set of person lists');
  const lists: PersonList[] = [];
  for (const { fields } of records) {
    if (fields === null) continue;
    if (fields[0]) lists.push({ listId: fields[0], personId: '', entries: new Map() });
    const list = lists.at(-1);
    if (list !== undefined) addLine(list, columns, fields);
  }
  const seen = new Set<string>();
  return lists.filter((list) => {
    list.personId = bsnOf(list.entries.get('01')?.[0]) || list.listId;
    const isNew = !seen.has(list.personId);
    seen.add(list.personId);
    return isNew;
  });
}

function addLine(list: PersonList, columns: readonly Column[], fields: readonly string[]): void {
  const rubrics = new Map<string, Map<string, string>>();
  const markers = new Map<string, string>();
  for (const [index, { category, element }] of columns.entries()) {
    const value = fields[index] ?? '';
    if (value === '' || !/^\d\d$/.test(category)) continue;
    if (element === 'H') markers.set(category, value);
    else rubrics.set(category, (rubrics.get(category) ?? new Map()).set(element, value));
  }
  for (const [category, values] of rubrics) {
    const entry = { rubrics: values, next: markers.get(category) ?? '' };
    const stacked = list.entries.get(category);
    if (stacked === undefined) list.entries.set(category, [entry]);
    else stacked.push(entry);
  }
}

/**
 * Splits stacked entries into things (one marriage, one child), newest entry first. The marker before
 * an entry says whether it is older data of the same thing; where it is missing, the numbers decide.
 */
export function things(list: PersonList, category: string): Entry[][] {
  const found: Entry[][] = [];
  let previous: Entry | null = null;
  for (const entry of list.entries.get(category) ?? []) {
    const group = found.at(-1);
    if (previous !== null && group !== undefined && isSameThing(previous, entry, category))
      group.push(entry);
    else found.push([entry]);
    previous = entry;
  }
  return found;
}

function isSameThing(newer: Entry, older: Entry, category: string): boolean {
  if (newer.next === `5${category.charAt(1)}`) return true;
  if (newer.next === category) return false;
  if (rubric(newer, '01.10') !== rubric(older, '01.10')) return false;
  const [a, b] = [bsnOf(newer), bsnOf(older)];
  return a === '' || b === '' || a === b;
}

const lastDay = (year: string, month: string): string =>
  String(new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()).padStart(2, '0');

/** The known parts of a register date `yyyymmdd`, where unknown or impossible parts are dropped. */
function knownParts(date: string): string[] {
  const match = /^(\d{4})(?:(\d\d)(\d\d))?$/.exec(date);
  const [year = '', month = '', day = ''] = match?.slice(1) ?? [];
  if (match === null || year === '0000') return [];
  if (!(Number(month) >= 1 && Number(month) <= 12)) return [year];
  return Number(day) < 1 || day > lastDay(year, month) ? [year, month] : [year, month, day];
}
/** ISO date of reduced precision: what is known. */
export const knownDate = (date: string): string => knownParts(date).join('-');
/** First day that the date can mean. */
export function earliest(date: string): string {
  const [year, month = '01', day = '01'] = knownParts(date);
  return year === undefined ? '' : `${year}-${month}-${day}`;
}
/** Last day that the date can mean. */
export function latest(date: string): string {
  const [year, month = '12', day] = knownParts(date);
  return year === undefined ? '' : `${year}-${month}-${day ?? lastDay(year, month)}`;
}
