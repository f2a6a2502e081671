import type {
  CaseloadRow,
  OfficialRow,
  PersonRow,
  ReferenceData,
  ReferenceRows,
  TieRow,
  Validity,
  WatchRow,
} from '../../domain/reference.ts';
import type { Token } from '../../domain/token.ts';

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

/** The row valid at the time that began last; null when none is. */
function latest(rows: readonly OfficialRow[], at: number): OfficialRow | null {
  let best: OfficialRow | null = null;
  for (const row of rows)
    if (isValidAt(row, at) && (best === null || (row.from ?? -Infinity) > (best.from ?? -Infinity)))
      best = row;
  return best;
}

/** Reference data as maps of objects: what the index in columns must answer too. */
export function indexPlainly(rows: ReferenceRows): ReferenceData {
  const officials = groupBy(rows.officials, (row) => row.actor);
  const officialsOf = (actor: Token) => officials.get(actor) ?? NONE;
  const byPerson = new Map<Token, OfficialRow[]>();
  for (const row of rows.officials)
    for (const person of row.persons) byPerson.set(person, [...(byPerson.get(person) ?? []), row]);
  const units = new Map(
    [...groupBy(rows.officials, (row) => row.unit || null)].map(([unit, members]) => [
      unit,
      [...new Set(members.map((row) => row.actor))],
    ]),
  );
  const { personOf, residents } = indexPersons(rows);
  const watched = new Set(rows.watchlist.map((row) => row.subject)).size;
  const { ties, tieCount } = indexTies(rows.ties);
  const { mandatesOf, casesByRef } = indexCases(rows);
  const people = new Set(rows.officials.filter((r) => r.kind === 'person').map((r) => r.actor));

  return {
    version: rows.version,
    delivered: rows.delivered,
    population: rows.delivered.persons ? rows.persons.length : 0,
    official: (actor, at) => latest(officialsOf(actor), at),
    isKnownOfficial: (actor) => officials.has(actor),
    ties,
    tieCount,
    caseloadOf: (subject) => personOf(subject).caseload,
    mandatesOf,
    casesByRef,
    residents,
    household: (subject) => {
      const person = personOf(subject);
      person.others ??= residents(person.row?.household ?? '').filter((m) => m !== subject);
      return person.others;
    },
    watch: (subject, at) => {
      const { watch } = personOf(subject);
      if (watch.length === 0) return NONE;
      const valid = watch.filter((row) => isValidAt(row, at));
      return valid.length === 0 ? NONE : [...new Set(valid.map((row) => row.category))];
    },
    watchCount: () => watched,
    secrecy: (subject) => personOf(subject).row?.secrecy ?? 0,
    municipality: (subject) => personOf(subject).row?.municipality ?? '',
    officialOfPerson: (subject, at) => latest(byPerson.get(subject) ?? NONE, at),
    officialCount: () => people.size,
    unitActors: (unit) => units.get(unit) ?? NONE,
    onLeave: indexLeave(rows),
  };
}

/** What is known of one person, together: of each person looked up, all of it is asked. */
type Person = {
  row: PersonRow | null;
  caseload: readonly CaseloadRow[];
  watch: readonly WatchRow[];
  /** Who else lives there; worked out when it is first asked. */
  others: readonly Token[] | null;
};
const NOBODY: Readonly<Person> = Object.freeze({
  ...{ row: null, caseload: NONE, watch: NONE, others: NONE },
});

function indexPersons(rows: ReferenceRows): {
  personOf(subject: Token): Person;
  residents(address: string): readonly Token[];
} {
  const persons = new Map<Token, Person>();
  const know = (subject: Token, known: Partial<Person>): void => {
    const person = persons.get(subject);
    if (person !== undefined) Object.assign(person, known);
    else persons.set(subject, { row: null, caseload: NONE, watch: NONE, others: null, ...known });
  };
  for (const row of rows.persons) know(row.subject, { row });
  for (const [subject, caseload] of groupBy(rows.caseload, (row) => row.subject))
    know(subject, { caseload });
  for (const [subject, watch] of groupBy(rows.watchlist, (row) => row.subject))
    know(subject, { watch });
  const homes = new Map(
    [...groupBy(rows.persons, (row) => row.household || null)].map(([address, members]) => [
      address,
      members.map((row) => row.subject),
    ]),
  );
  return {
    personOf: (subject) => persons.get(subject) ?? NOBODY,
    residents: (address) => homes.get(address) ?? NONE,
  };
}

function indexTies(rows: readonly TieRow[]): Pick<ReferenceData, 'ties' | 'tieCount'> {
  const byActor = new Map<Token, Map<Token, TieRow[]>>();
  for (const [actor, own] of groupBy(rows, (row) => row.actor)) {
    const bySubject = groupBy(own, (row) => row.subject);
    for (const list of bySubject.values())
      list.sort(
        (a, b) => a.degree - b.degree || Number(a.endedAt !== null) - Number(b.endedAt !== null),
      );
    byActor.set(actor, bySubject);
  }
  const counts = new Map<Token, Map<string, number>>();
  for (const [actor, bySubject] of byActor) {
    const own = new Map<string, number>();
    for (const list of bySubject.values()) {
      const counted = list.filter((row) => row.kind !== 'relative' || row.degree <= 2);
      for (const kind of new Set(counted.map((row) => row.kind)))
        own.set(kind, (own.get(kind) ?? 0) + 1);
    }
    counts.set(actor, own);
  }
  return {
    ties: (actor, subject, at) => {
      const list = byActor.get(actor)?.get(subject);
      if (list === undefined) return NONE;
      return list.every((row) => isValidAt(row, at))
        ? list
        : list.filter((row) => isValidAt(row, at));
    },
    tieCount: (actor, kind) => counts.get(actor)?.get(kind) ?? 0,
  };
}

function indexCases(rows: ReferenceRows): Pick<ReferenceData, 'mandatesOf' | 'casesByRef'> {
  const byRef = groupBy(rows.caseload, (row) => row.caseRef);
  const mandates = rows.caseload.filter((row) => row.kind === 'mandate');
  const own = groupBy(mandates, (row) => row.actor);
  // A mandate of a unit is one of everybody who is or was in it; the reader checks unit and time.
  const ofUnit = groupBy(mandates, (row) => (row.actor === null ? row.unit || null : null));
  for (const official of rows.officials) {
    for (const mandate of ofUnit.get(official.unit) ?? NONE) {
      const list = own.get(official.actor) ?? [];
      if (!list.includes(mandate)) own.set(official.actor, [...list, mandate]);
    }
  }
  return {
    mandatesOf: (actor) => own.get(actor) ?? NONE,
    casesByRef: (caseRef) => byRef.get(caseRef) ?? NONE,
  };
}

function indexLeave(rows: ReferenceRows): ReferenceData['onLeave'] {
  const isInside = (row: { from: number; to: number }, at: number): boolean =>
    row.from <= at && at < row.to;
  const leave = groupBy(rows.roster, (row) => (row.kind === 'leave' ? row.actor : null));
  const standby = groupBy(rows.roster, (row) => (row.kind === 'standby' ? row.actor : null));
  return (actor, at) =>
    (leave.get(actor) ?? NONE).some((row) => isInside(row, at)) &&
    !(standby.get(actor) ?? NONE).some((row) => isInside(row, at));
}
