import { knownDate, type PersonList, readLists, rubric, text } from './brp-lists.ts';
import { relationRows } from './brp-relations.ts';
import { addressIds, type BrpStay, staysOf } from './brp-stays.ts';
import { writeCsv } from './csv.ts';

/** Texts of the three files of the reference folder that a population register can fill. */
export type BrpTables = { persons: string; addresses: string; relations: string };

const ADDRESS = ['addressId', 'street', 'houseNumber', 'postcode', 'municipality'];

/**
 * Converts the RvIG test set of person lists (rubrics CSV, as published) to reference files. How the
 * source is built is described with the data; unknown parts of a date widen the validity.
 */
export function convertBrpTestset(bytes: Uint8Array): BrpTables {
  const lists = readLists(bytes);
  const addressIdOf = addressIds(lists);
  const persons: string[][] = [];
  const addresses: string[][] = [];
  for (const list of lists) {
    const stays = staysOf(list, addressIdOf);
    for (const stay of stays)
      addresses.push([list.personId, ...place(stay), stay.validFrom, stay.validTo]);
    persons.push(
      personRow(
        list,
        stays.find((stay) => stay.validTo === ''),
      ),
    );
  }
  const compareStays = (a: string[], b: string[]): number =>
    compare(a[0], b[0]) || compare(a[6], b[6]) || compareRows(a, b);
  return {
    persons: writeCsv(
      ['personId', 'surname', 'surnamePrefix', 'birthDate', ...ADDRESS, 'secrecy'],
      persons.sort(compareRows),
    ),
    addresses: writeCsv(
      ['personId', ...ADDRESS, 'validFrom', 'validTo'],
      addresses.sort(compareStays),
    ),
    relations: writeCsv(
      ['personId', 'relatedPersonId', 'relation', 'validFrom', 'validTo'],
      relationRows(lists).sort(compareRows),
    ),
  };
}

const place = (stay: BrpStay): string[] => [
  stay.addressId,
  stay.street,
  stay.houseNumber,
  stay.postcode,
  stay.municipality,
];

function personRow(list: PersonList, home: BrpStay | undefined): string[] {
  const self = list.entries.get('01')?.[0];
  return [
    list.personId,
    text(self, '02.40'),
    text(self, '02.30'),
    knownDate(rubric(self, '03.10')),
    ...(home === undefined ? ADDRESS.map(() => '') : place(home)),
    rubric(list.entries.get('07')?.[0], '70.10'),
  ];
}

const compare = (a = '', b = ''): number => (a < b ? -1 : a > b ? 1 : 0);

function compareRows(a: readonly string[], b: readonly string[]): number {
  for (const [index, value] of a.entries()) {
    const order = compare(value, b[index]);
    if (order !== 0) return order;
  }
  return 0;
}
