import type { TieRow } from '../domain/reference.ts';
import { type AddressBook, housemate, housemateTies, neighbourTies } from './addresses.ts';
import { kinClosure } from './kinship.ts';
import { overlap, type PersonTie, toValidity, toWindow, type Window } from './person-tie.ts';
import type { OfficialRecord, ReferenceTables } from './tables.ts';
import type { Tokens } from './to-rows.ts';

const ALWAYS: Window = { from: -Infinity, to: Infinity };

/** All ties of all officials whose person is known: self, kin, housemates and neighbours. */
export function buildTies(tables: ReferenceTables, book: AddressBook, tokens: Tokens): TieRow[] {
  const people = tables.officials.map((row) => row.personId).filter((person) => person !== '');
  const kin = kinClosure(tables.relations, tables.persons, people);
  const stated = statedHousemates(tables);
  const ofPerson = new Map<string, PersonTie[]>();
  const rows: TieRow[] = [];
  for (const [actorId, held] of accounts(tables.officials)) {
    const actor = tokens.actor(actorId);
    for (const [person, windows] of held) {
      let ties = ofPerson.get(person);
      if (ties === undefined) {
        ties = tiesOf(person, kin.get(person) ?? [], book, stated);
        ofPerson.set(person, ties);
      }
      for (const tie of ties) {
        for (const window of windows) {
          const shared = overlap(toWindow(tie), window);
          if (shared.from >= shared.to) continue;
          for (const subject of tokens.subjects(tie.relative)) {
            rows.push({
              actor,
              subject,
              kind: tie.kind,
              degree: tie.degree,
              path: tie.path,
              endedAt: tie.endedAt,
              ...toValidity(shared),
            });
          }
        }
      }
    }
  }
  return rows;
}

/**
 * Persons behind each account. An account of one person keeps its ties outside its own validity, since
 * look-ups after leaving matter most; an account that changed hands has ties only while it was held.
 */
function accounts(officials: readonly OfficialRecord[]): Map<string, Map<string, Window[]>> {
  const held = new Map<string, Map<string, Window[]>>();
  for (const row of officials) {
    if (row.personId === '') continue;
    const persons = held.get(row.actorId) ?? new Map<string, Window[]>();
    held.set(row.actorId, persons);
    persons.set(row.personId, [...(persons.get(row.personId) ?? []), toWindow(row)]);
  }
  for (const persons of held.values())
    if (persons.size === 1) for (const person of persons.keys()) persons.set(person, [ALWAYS]);
  return held;
}

function tiesOf(
  person: string,
  kin: readonly PersonTie[],
  book: AddressBook,
  stated: ReadonlyMap<string, PersonTie[]>,
): PersonTie[] {
  const self: PersonTie = {
    from: null,
    to: null,
    relative: person,
    kind: 'self',
    degree: 0,
    path: { nl: 'zelf', en: 'self' },
    endedAt: null,
  };
  return [
    self,
    ...kin,
    ...housemateTies(book, person),
    ...(stated.get(person) ?? []),
    ...neighbourTies(book, person),
  ];
}

/** Rows of relations.csv that name a housemate; they hold both ways and need no 90 days. */
function statedHousemates(tables: ReferenceTables): Map<string, PersonTie[]> {
  const ties = new Map<string, PersonTie[]>();
  const add = (person: string, tie: PersonTie): void => {
    ties.set(person, [...(ties.get(person) ?? []), tie]);
  };
  for (const row of tables.relations) {
    if (row.relation !== 'housemate' || row.personId === row.relatedPersonId) continue;
    add(row.personId, housemate(row.relatedPersonId, toWindow(row)));
    add(row.relatedPersonId, housemate(row.personId, toWindow(row)));
  }
  return ties;
}
