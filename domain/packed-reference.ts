import {
  createTextPacker,
  createTextReader,
  NO_TEXT,
  type PackedTexts,
  sharedRoom,
} from './packed-texts.ts';
import type { CaseloadRow, Delivered, PersonRow, ReferenceRows, TieRow } from './reference.ts';
import { KINDS, type ReferenceKind } from './reference-parts.ts';
import type { Token } from './token.ts';

/** Rows of numbers: texts by their number, and instants (epoch ms, NaN for null). */
type Table = { words: Int32Array; times: Float64Array };
const WORDS = { persons: 4, caseload: 6, ties: 5 } as const;
const TIMES = { persons: 0, caseload: 2, ties: 3 } as const;
type Large = keyof typeof WORDS;
type Small = Exclude<ReferenceKind, Large>;

/** What rows are found by: the table, and the word of a row that holds the text. */
const GROUPS = {
  home: { table: 'persons', word: 3 },
  caseOf: { table: 'caseload', word: 1 },
  caseRef: { table: 'caseload', word: 0 },
  tie: { table: 'ties', word: 1 },
} as const;
export type Group = keyof typeof GROUPS;
const GROUP_NAMES = Object.keys(GROUPS) as Group[];
/** Words of a text in `heads`: its groups, and the row of the person plus 1. */
const STEP = GROUP_NAMES.length + 1;
const PERSON = GROUP_NAMES.length;
const PLACE = Object.fromEntries(GROUP_NAMES.map((name, i) => [name, i])) as Record<Group, number>;

/**
 * Reference data in memory that threads share: the large tables in columns with what finds their rows, so that
 * no thread holds an object of a row that it was not asked about.
 */
export type PackedReference = {
  version: string;
  delivered: Delivered;
  /** Officials, watch list and roster as JSON in UTF-8. */
  small: Uint8Array;
  texts: PackedTexts;
  tables: Record<Large, Table>;
  /**
   * Of each text and group where its rows begin in `members`, where those of the next text end them; and the
   * row plus 1 of the person whose token it is.
   */
  heads: Int32Array;
  members: Record<Group, Int32Array>;
};

export type ReferencePacker = ReturnType<typeof createReferencePacker>;
/** Takes rows kind after kind, so that never all of them need be objects. */
export function createReferencePacker() {
  const texts = createTextPacker();
  const { idOf } = texts;
  const small: Pick<ReferenceRows, Small> = { officials: [], watchlist: [], roster: [] };
  const numbers = (): { words: number[]; times: number[] } => ({ words: [], times: [] });
  const large = { persons: numbers(), caseload: numbers(), ties: numbers() };
  const timeOf = (at: number | null): number => at ?? Number.NaN;
  const take: { [K in ReferenceKind]: (row: ReferenceRows[K][number]) => void } = {
    officials: (row) => small.officials.push(row),
    watchlist: (row) => small.watchlist.push(row),
    roster: (row) => small.roster.push(row),
    persons: ({ subject, municipality, secrecy, household }) => {
      const home = household === '' ? NO_TEXT : idOf(household);
      large.persons.words.push(idOf(subject), idOf(municipality), secrecy, home);
    },
    caseload: ({ caseRef, subject, kind, actor, unit, domain, from, to }) => {
      const { words, times } = large.caseload;
      words.push(idOf(caseRef), idOf(subject), idOf(kind), idOf(actor), idOf(unit), idOf(domain));
      times.push(timeOf(from), timeOf(to));
    },
    ties: ({ actor, subject, kind, degree, path, endedAt, from, to }) => {
      const { words, times } = large.ties;
      words.push(idOf(actor), idOf(subject), idOf(kind), degree, idOf(JSON.stringify(path)));
      times.push(timeOf(endedAt), timeOf(from), timeOf(to));
    },
  };

  return {
    add<K extends ReferenceKind>(kind: K, rows: readonly ReferenceRows[K][number][]): void {
      for (const row of rows) take[kind](row);
    },
    pack(version: string, delivered: Delivered): PackedReference {
      const json = Buffer.from(JSON.stringify(small));
      const shared = Buffer.from(sharedRoom(json.length));
      shared.set(json);
      const packed = texts.pack();
      const tables = {
        persons: sharedTable(large.persons),
        caseload: sharedTable(large.caseload),
        ties: sharedTable(large.ties),
      };
      const heads = new Int32Array(sharedRoom(4 * STEP * (packed.ends.length + 1)));
      notePersons(tables.persons, heads);
      const members = Object.fromEntries(
        GROUP_NAMES.map((group) => [group, grouped(group, tables[GROUPS[group].table], heads)]),
      ) as PackedReference['members'];
      return {
        ...{ version, delivered, small: new Uint8Array(shared.buffer), texts: packed },
        ...{ tables, heads, members },
      };
    },
  };
}

function sharedTable({ words, times }: { words: number[]; times: number[] }): Table {
  const table = {
    words: new Int32Array(sharedRoom(4 * words.length)),
    times: new Float64Array(sharedRoom(8 * times.length)),
  };
  table.words.set(words);
  table.times.set(times);
  return table;
}

/** A person who stands there twice is what the last row says. */
function notePersons({ words }: Table, heads: Int32Array): void {
  for (let row = 0; row < words.length / WORDS.persons; row++)
    heads[STEP * (words[WORDS.persons * row] ?? 0) + PERSON] = row + 1;
}

/** Rows of a table by the text in one word; notes in `heads` where those of each text begin. */
function grouped(group: Group, table: Table, heads: Int32Array): Int32Array {
  const { table: name, word } = GROUPS[group];
  const { words } = table;
  const width = WORDS[name];
  const place = PLACE[group];
  let found = 0;
  for (let at = word; at < words.length; at += width) {
    const id = words[at] ?? NO_TEXT;
    if (id === NO_TEXT) continue;
    found++;
    const next = STEP * (id + 1) + place;
    heads[next] = (heads[next] ?? 0) + 1;
  }
  for (let at = STEP + place; at < heads.length; at += STEP)
    heads[at] = (heads[at] ?? 0) + (heads[at - STEP] ?? 0);
  const members = new Int32Array(sharedRoom(4 * found));
  const free = heads.slice();
  const rows = name === 'ties' ? nearestFirst(table) : null;
  for (let i = 0; i < words.length / width; i++) {
    const row = rows?.[i] ?? i;
    const id = words[width * row + word] ?? NO_TEXT;
    if (id === NO_TEXT) continue;
    const head = STEP * id + place;
    const at = free[head] ?? 0;
    members[at] = row;
    free[head] = at + 1;
  }
  return members;
}

/** Rows of ties by degree, those that last before those that ended. */
function nearestFirst({ words, times }: Table): Int32Array {
  const rank = (row: number): number =>
    2 * (words[WORDS.ties * row + 3] ?? 0) + (Number.isNaN(times[TIMES.ties * row]) ? 0 : 1);
  return Int32Array.from({ length: words.length / WORDS.ties }, (_, row) => row).sort(
    (a, b) => rank(a) - rank(b) || a - b,
  );
}

export function packReference(rows: ReferenceRows): PackedReference {
  const packer = createReferencePacker();
  for (const kind of KINDS) packer.add(kind, rows[kind]);
  return packer.pack(rows.version, rows.delivered);
}

export type ReferenceReader = ReturnType<typeof readPacked>;
/**
 * Reads rows out of packed reference data, each made anew. Texts that stand in many rows (officials, units,
 * paths) are made once; with `keepsAll` all texts are.
 */
export function readPacked(packed: PackedReference, keepsAll = false) {
  const { small, tables, heads, members } = packed;
  const { persons, caseload, ties } = tables;
  const texts = createTextReader(packed.texts);
  const kept = new Map<number, string>();
  const paths = new Map<number, TieRow['path']>();
  function common<T extends string>(id: number | undefined): T {
    if (id === undefined) throw new RangeError('no such row');
    const known = kept.get(id);
    if (known !== undefined) return known as T;
    const text = texts.at(id);
    kept.set(id, text);
    return text as T;
  }
  const own = keepsAll
    ? common
    : <T extends string>(id: number | undefined): T => {
        if (id === undefined) throw new RangeError('no such row');
        return texts.at(id) as T;
      };
  const orNull = (id: number | undefined, read: typeof common): Token | null =>
    id === NO_TEXT ? null : read<Token>(id);
  const instant = (at: number | undefined): number | null =>
    at === undefined || Number.isNaN(at) ? null : at;
  function pathAt(id: number): TieRow['path'] {
    const path = paths.get(id) ?? (JSON.parse(texts.at(id)) as TieRow['path']);
    paths.set(id, path);
    return path;
  }

  return {
    textCount: packed.texts.ends.length,
    rowCount: (table: Large): number => tables[table].words.length / WORDS[table],
    /** The number of a text; `NO_TEXT` when no row of the large tables holds it. */
    find: texts.find,
    /** Where the rows of a group begin that hold a text; those of the next text end them. */
    first: (group: Group, id: number): number => heads[STEP * id + PLACE[group]] ?? 0,
    /** Row of the person whose token has this number; -1 when there is none. */
    personOf: (id: number): number => (heads[STEP * id + PERSON] ?? 0) - 1,
    subject: (row: number): Token => own<Token>(persons.words[WORDS.persons * row]),
    municipality: (row: number): string => common(persons.words[WORDS.persons * row + 1]),
    secrecy: (row: number): number => persons.words[WORDS.persons * row + 2] ?? 0,
    /** Number of the address at which the person lives, or `NO_TEXT`. */
    home: (row: number): number => persons.words[WORDS.persons * row + 3] ?? NO_TEXT,
    member: (group: Group, place: number): number => members[group][place] ?? 0,
    actorOfTie: (row: number): number => ties.words[WORDS.ties * row] ?? NO_TEXT,
    /** What counting ties asks, without the rest of the row. */
    tieKind: (row: number): Pick<TieRow, 'actor' | 'kind' | 'degree'> => ({
      actor: common<Token>(ties.words[WORDS.ties * row]),
      kind: common<TieRow['kind']>(ties.words[WORDS.ties * row + 2]),
      degree: ties.words[WORDS.ties * row + 3] ?? 0,
    }),
    /** Rows of one kind of work, in their order. */
    caseloadRows(kind: CaseloadRow['kind']): number[] {
      const rows: number[] = [];
      const id = texts.find(kind);
      if (id === NO_TEXT) return rows;
      for (let row = 0; row < caseload.words.length / WORDS.caseload; row++)
        if (caseload.words[WORDS.caseload * row + 2] === id) rows.push(row);
      return rows;
    },
    small: (): Pick<ReferenceRows, Small> =>
      JSON.parse(Buffer.from(small.buffer, small.byteOffset, small.byteLength).toString()),
    person(row: number): PersonRow {
      const { words } = persons;
      const at = WORDS.persons * row;
      return {
        subject: own<Token>(words[at]),
        municipality: common(words[at + 1]),
        secrecy: words[at + 2] ?? 0,
        household: orNull(words[at + 3], own) ?? '',
      };
    },
    caseload(row: number): CaseloadRow {
      const { words, times } = caseload;
      const at = WORDS.caseload * row;
      return {
        caseRef: orNull(words[at], own),
        subject: orNull(words[at + 1], own),
        kind: common<CaseloadRow['kind']>(words[at + 2]),
        actor: orNull(words[at + 3], common),
        unit: common(words[at + 4]),
        domain: common(words[at + 5]),
        from: instant(times[TIMES.caseload * row]),
        to: instant(times[TIMES.caseload * row + 1]),
      };
    },
    tie(row: number): TieRow {
      const { words, times } = ties;
      const at = WORDS.ties * row;
      return {
        actor: common<Token>(words[at]),
        subject: own<Token>(words[at + 1]),
        kind: common<TieRow['kind']>(words[at + 2]),
        degree: words[at + 3] ?? 0,
        path: pathAt(words[at + 4] ?? NO_TEXT),
        endedAt: instant(times[TIMES.ties * row]),
        from: instant(times[TIMES.ties * row + 1]),
        to: instant(times[TIMES.ties * row + 2]),
      };
    },
  };
}

/** The rows again, as objects; equal texts are one string and equal paths one object. */
export function unpackReference(packed: PackedReference): ReferenceRows {
  const reader = readPacked(packed, true);
  const all = <T>(table: Large, read: (row: number) => T): T[] =>
    Array.from({ length: reader.rowCount(table) }, (_, row) => read(row));
  const { version, delivered } = packed;
  const { officials, watchlist, roster } = reader.small();
  return {
    ...{ version, delivered, officials, ties: all('ties', reader.tie) },
    ...{ caseload: all('caseload', reader.caseload), watchlist, roster },
    persons: all('persons', reader.person),
  };
}
