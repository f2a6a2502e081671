import {
  type Entry,
  earliest,
  isMistake,
  latest,
  type PersonList,
  rubric,
  text,
  validEntries,
} from './brp-lists.ts';

/** A period at a home; texts as they go into addresses.csv, with inclusive ISO days. */
export type BrpStay = {
  addressId: string;
  street: string;
  houseNumber: string;
  postcode: string;
  municipality: string;
  validFrom: string;
  validTo: string;
};
type Residence = BrpStay & { kind: 'home' | 'letter' | 'abroad'; start: string };

/** BAG ids have 16 digits; one in the set lost its leading zero. */
const objectId = (entry: Entry): string => {
  const id = rubric(entry, '11.80');
  return id === '' ? '' : id.padStart(16, '0');
};

function houseNumber(entry: Entry): string {
  const addition = text(entry, '11.40');
  const near = text(entry, '11.50');
  return [
    text(entry, '11.20'),
    text(entry, '11.30'),
    addition === '' ? '' : `-${addition}`,
    near === '' ? '' : ` ${near}`,
  ].join('');
}

/**
 * How a place is told apart without object id: postcode and number, else the named street or location.
 * Postcode and street stand as they are written in the register, blanks included.
 */
function placeOf(entry: Entry): string {
  if (text(entry, '11.60') !== '' && text(entry, '11.20') !== '')
    return `${rubric(entry, '11.60')}/${houseNumber(entry)}`;
  const municipality = rubric(entry, '09.10');
  if (text(entry, '11.10') !== '')
    return `${municipality}/${text(entry, '11.10')}/${houseNumber(entry)}`;
  return text(entry, '12.10') === '' ? '' : `${municipality}/${text(entry, '12.10')}`;
}

/** Finds the address id of an entry; older entries take the only object id known for their place. */
export function addressIds(lists: readonly PersonList[]): (entry: Entry) => string {
  const known = new Map<string, Set<string>>();
  for (const list of lists) {
    for (const entry of list.entries.get('08') ?? []) {
      const [id, place] = [objectId(entry), placeOf(entry)];
      if (id !== '' && place !== '') known.set(place, (known.get(place) ?? new Set()).add(id));
    }
  }
  return (entry) => {
    const place = placeOf(entry);
    const ids = [...(known.get(place) ?? [])];
    return objectId(entry) || (ids.length === 1 ? (ids[0] ?? '') : place);
  };
}

/**
 * Home stays of a person list, newest first. Entries at one place or with one start are the same stay
 * under its newest description; letter addresses and stays abroad only end the stay before them.
 */
export function staysOf(list: PersonList, addressIdOf: (entry: Entry) => string): BrpStay[] {
  const [death] = validEntries(list, '06');
  const registration = list.entries.get('07')?.[0];
  let until = latest(rubric(death, '08.10')) || latest(rubric(registration, '67.10'));
  const found: Residence[] = [];
  for (const entry of list.entries.get('08') ?? []) {
    if (isMistake(entry)) continue;
    const isAbroad = rubric(entry, '13.10') !== '';
    const addressId = isAbroad ? '' : addressIdOf(entry);
    if (!isAbroad && addressId === '') continue;
    const kind = isAbroad ? 'abroad' : rubric(entry, '10.10') === 'B' ? 'letter' : 'home';
    const start = rubric(entry, '10.30');
    const since = start || rubric(entry, '13.20') || rubric(entry, '85.10');
    const newer = found.at(-1);
    if (newer?.kind === 'home' && kind === 'home' && isSameStay(newer, addressId, start)) {
      newer.start = start;
      newer.validFrom = earliest(since) || newer.validFrom;
    } else {
      found.push({
        kind,
        start,
        addressId,
        street: text(entry, '11.10') || text(entry, '12.10'),
        houseNumber: houseNumber(entry),
        postcode: text(entry, '11.60'),
        municipality: rubric(entry, '09.10'),
        validFrom: earliest(since),
        validTo: until,
      });
    }
    until = latest(since) || until;
  }
  return found.filter((residence) => residence.kind === 'home');
}

const isSameStay = (newer: Residence, addressId: string, start: string): boolean =>
  newer.addressId === addressId || (earliest(start) !== '' && start === newer.start);
