import {
  type Group,
  type PackedReference,
  packReference,
  type ReferenceReader,
  readPacked,
} from '../domain/packed-reference.ts';
import { NO_TEXT } from '../domain/packed-texts.ts';
import type {
  CaseloadRow,
  OfficialRow,
  ReferenceData,
  ReferenceRows,
  RosterRow,
  TieRow,
  Validity,
} from '../domain/reference.ts';
import type { Token } from '../domain/token.ts';

const NONE: readonly never[] = Object.freeze([]);

const isValidAt = (row: Validity, at: number): boolean =>
  (row.from === null || row.from <= at) && (row.to === null || at < row.to);

/** Groups rows by a key; rows whose key is null are left out. */
function groupBy<K, V>(rows: readonly V[], keyOf: (row: V) => K | null): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const row of rows) {
    const key = keyOf(row);
    if (key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}

/** Answers that are kept: an official's day asks several times about its persons and cases. */
const KEPT = 256;
/** A list of more rows is kept once it is made: one of everybody is asked about at every event. */
const LONG_LIST = 256;

/** Keeps the last answers, between `KEPT` and twice as many; the very last is found without looking. */
function lastKept<V>(find: (key: Token) => V): (key: Token) => V {
  let last: { key: Token; value: V } | null = null;
  let fresh = new Map<Token, V>();
  let older = new Map<Token, V>();
  return (key) => {
    if (last !== null && last.key === key) return last.value;
    let value = fresh.get(key);
    if (value === undefined) {
      value = older.get(key) ?? find(key);
      if (fresh.size === KEPT) {
        older = fresh;
        fresh = new Map();
      }
      fresh.set(key, value);
    }
    last = { key, value };
    return value;
  };
}

/** The row valid at the time that began last; null when none is. */
function latest(rows: readonly OfficialRow[], at: number): OfficialRow | null {
  let best: OfficialRow | null = null;
  for (const row of rows)
    if (isValidAt(row, at) && (best === null || (row.from ?? -Infinity) > (best.from ?? -Infinity)))
      best = row;
  return best;
}

/** Indexes tokenised rows for detection. */
export const indexReference = (rows: ReferenceRows): ReferenceData =>
  indexPacked(packReference(rows));

/**
 * The same over packed rows. The large tables stay in columns, which all threads share: every question is a
 * look-up of a text and at most a few rows, made when they are asked for.
 */
export function indexPacked(packed: PackedReference): ReferenceData {
  const reader = readPacked(packed);
  const small = reader.small();
  const officials = groupBy(small.officials, (row) => row.actor);
  const officialsOf = lastKept((actor) => officials.get(actor) ?? NONE);
  const byPerson = new Map<Token, OfficialRow[]>();
  for (const row of small.officials)
    for (const person of row.persons) byPerson.set(person, [...(byPerson.get(person) ?? []), row]);
  const units = new Map(
    [...groupBy(small.officials, (row) => row.unit || null)].map(([unit, members]) => [
      unit,
      [...new Set(members.map((row) => row.actor))],
    ]),
  );
  const watches = groupBy(small.watchlist, (row) => row.subject);
  const people = new Set(small.officials.filter((r) => r.kind === 'person').map((r) => r.actor));

  return {
    version: packed.version,
    delivered: packed.delivered,
    population: packed.delivered.persons ? reader.rowCount('persons') : 0,
    official: (actor, at) => latest(officialsOf(actor), at),
    isKnownOfficial: (actor) => officials.has(actor),
    ...indexColumns(reader),
    tieCount: countTies(reader),
    mandatesOf: indexMandates(reader, small.officials),
    watch: (subject, at) => {
      const watch = watches.get(subject);
      if (watch === undefined) return NONE;
      const valid = watch.filter((row) => isValidAt(row, at));
      return valid.length === 0 ? NONE : [...new Set(valid.map((row) => row.category))];
    },
    watchCount: () => watches.size,
    officialOfPerson: (subject, at) => latest(byPerson.get(subject) ?? NONE, at),
    officialCount: () => people.size,
    unitActors: (unit) => units.get(unit) ?? NONE,
    onLeave: indexLeave(small.roster),
  };
}

/** Where a person stands; rows are made when they are first asked. */
type Person = {
  id: number;
  row: number;
  caseload: readonly CaseloadRow[] | null;
  /** Who else lives there. */
  others: readonly Token[] | null;
};
const NO_ROW = -1;

function indexColumns(
  reader: ReferenceReader,
): Pick<
  ReferenceData,
  'ties' | 'caseloadOf' | 'household' | 'residents' | 'secrecy' | 'municipality' | 'casesByRef'
> {
  function rowsOf<T>(group: Group, id: number, read: (row: number) => T): readonly T[] {
    if (id === NO_TEXT) return NONE;
    const end = reader.first(group, id + 1);
    const rows: T[] = [];
    for (let at = reader.first(group, id); at < end; at++)
      rows.push(read(reader.member(group, at)));
    return rows;
  }
  const personOf = lastKept((subject): Person => {
    const id = reader.find(subject);
    const row = id === NO_TEXT ? NO_ROW : reader.personOf(id);
    return { id, row, caseload: null, others: null };
  });
  const idOfActor = lastKept(reader.find);
  const longLists = new Map<Token, readonly CaseloadRow[]>();

  return {
    ties(actor, subject, at) {
      const { id } = personOf(subject);
      if (id === NO_TEXT) return NONE;
      const end = reader.first('tie', id + 1);
      let place = reader.first('tie', id);
      if (place === end) return NONE;
      const asked = idOfActor(actor);
      const found: TieRow[] = [];
      for (; place < end; place++) {
        const row = reader.member('tie', place);
        if (reader.actorOfTie(row) !== asked) continue;
        const tie = reader.tie(row);
        if (isValidAt(tie, at)) found.push(tie);
      }
      return found;
    },
    caseloadOf(subject) {
      const person = personOf(subject);
      person.caseload ??= rowsOf('caseOf', person.id, reader.caseload);
      return person.caseload;
    },
    household(subject) {
      const person = personOf(subject);
      const home = person.row === NO_ROW ? NO_TEXT : reader.home(person.row);
      person.others ??= rowsOf('home', home, reader.subject).filter((other) => other !== subject);
      return person.others;
    },
    residents: (address) => rowsOf('home', reader.find(address), reader.subject),
    secrecy(subject) {
      const { row } = personOf(subject);
      return row === NO_ROW ? 0 : reader.secrecy(row);
    },
    municipality(subject) {
      const { row } = personOf(subject);
      return row === NO_ROW ? '' : reader.municipality(row);
    },
    casesByRef: lastKept((caseRef) => {
      const known = longLists.get(caseRef);
      if (known !== undefined) return known;
      const rows = rowsOf('caseRef', reader.find(caseRef), reader.caseload);
      if (rows.length > LONG_LIST) longLists.set(caseRef, rows);
      return rows;
    }),
  };
}

function countTies(reader: ReferenceReader): ReferenceData['tieCount'] {
  const counts = new Map<Token, Map<string, number>>();
  for (let subject = 0; subject < reader.textCount; subject++) {
    const end = reader.first('tie', subject + 1);
    let at = reader.first('tie', subject);
    if (at === end) continue;
    const seen = new Set<string>();
    for (; at < end; at++) {
      const { actor, kind, degree } = reader.tieKind(reader.member('tie', at));
      const pair = `${actor} ${kind}`;
      if ((kind === 'relative' && degree > 2) || seen.has(pair)) continue;
      seen.add(pair);
      const own = counts.get(actor) ?? new Map<string, number>();
      counts.set(actor, own.set(kind, (own.get(kind) ?? 0) + 1));
    }
  }
  return (actor, kind) => counts.get(actor)?.get(kind) ?? 0;
}

function indexMandates(
  reader: ReferenceReader,
  officials: readonly OfficialRow[],
): ReferenceData['mandatesOf'] {
  const mandates = reader.caseloadRows('mandate').map(reader.caseload);
  const own = groupBy(mandates, (row) => row.actor);
  // A mandate of a unit is one of everybody who is or was in it; the reader checks unit and time.
  const ofUnit = groupBy(mandates, (row) => (row.actor === null ? row.unit || null : null));
  for (const official of officials) {
    for (const mandate of ofUnit.get(official.unit) ?? NONE) {
      const list = own.get(official.actor) ?? [];
      if (!list.includes(mandate)) own.set(official.actor, [...list, mandate]);
    }
  }
  return (actor) => own.get(actor) ?? NONE;
}

function indexLeave(roster: readonly RosterRow[]): ReferenceData['onLeave'] {
  const isInside = (row: { from: number; to: number }, at: number): boolean =>
    row.from <= at && at < row.to;
  const leave = groupBy(roster, (row) => (row.kind === 'leave' ? row.actor : null));
  const standby = groupBy(roster, (row) => (row.kind === 'standby' ? row.actor : null));
  return (actor, at) =>
    (leave.get(actor) ?? NONE).some((row) => isInside(row, at)) &&
    !(standby.get(actor) ?? NONE).some((row) => isInside(row, at));
}
