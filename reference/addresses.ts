import { DAY_MS } from '../domain/time.ts';
import {
  addYears,
  overlap,
  type PersonTie,
  subtract,
  type TiePath,
  toValidity,
  toWindow,
  type Window,
} from './person-tie.ts';
import type { Place, ReferenceTables } from './tables.ts';

/** detection.md §3: overlap that makes housemates, how long it counts on, and what is an institution. */
export const MIN_OVERLAP_MS = 90 * DAY_MS;
export const HOUSEMATE_YEARS = 5;
export const MAX_HOUSEHOLD = 12;
const NEIGHBOUR_NUMBERS = 10;
/** More stays than this at one postcode mean a placeholder such as 1234AB, not a street. */
const MAX_STAYS_AT_POSTCODE = 1000;

type Stay = Window & { person: string };
type Home = {
  key: string;
  street: string;
  number: number | null;
  postcode: string;
  stays: Stay[];
  /** When it was an institution: then it gives neither housemates nor neighbours. */
  crowded: Window[];
};
/** Homes by person and place. Letter addresses are not in the files. */
export type AddressBook = {
  homes: Map<string, Home>;
  byPerson: Map<string, { home: Home; window: Window }[]>;
  byPostcode: Map<string, Home[]>;
  byNumber: Map<string, Home[]>;
};

const HOUSEMATE: TiePath = { nl: 'huisgenoot', en: 'housemate' };
const FORMER_HOUSEMATE: TiePath = { nl: 'voormalig huisgenoot', en: 'former housemate' };

const normalise = (text: string): string => text.toLowerCase().replaceAll(/\s+/g, '');

/** A place without object id: postcode, number, letter and addition, else the named street. */
function placeKey(place: Place): string {
  const number = normalise(place.houseNumber);
  if (place.postcode !== '' && number !== '') return `${normalise(place.postcode)}/${number}`;
  if (place.street === '' || number === '') return '';
  return `${normalise(place.municipality)}/${normalise(place.street)}/${number}`;
}

type Row = Window & { person: string; place: Place };

/**
 * Indexes where people lived. Without addresses.csv (or for persons missing from it) the home in
 * persons.csv counts as a stay without a known start.
 */
export function buildAddressBook(tables: ReferenceTables): AddressBook {
  const rows = tables.addresses.map(
    (stay): Row => ({ person: stay.personId, place: stay, ...toWindow(stay) }),
  );
  const withHistory = new Set(rows.map((row) => row.person));
  for (const person of tables.persons)
    if (!withHistory.has(person.personId))
      rows.push({ person: person.personId, place: person, from: -Infinity, to: Infinity });
  const keyOf = keyer(rows);
  const grouped = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row.place);
    if (key !== '') push(grouped, key, row);
  }
  const book: AddressBook = {
    homes: new Map(),
    byPerson: new Map(),
    byPostcode: new Map(),
    byNumber: new Map(),
  };
  for (const [key, group] of grouped) addHome(book, key, group);
  return book;
}

/** The key of a place: its object id, or the only object id known for that postcode and number. */
function keyer(rows: readonly Row[]): (place: Place) => string {
  const ids = new Map<string, string | null>();
  for (const row of rows) {
    const { addressId } = row.place;
    const place = addressId === '' ? '' : placeKey(row.place);
    if (place === '') continue;
    const known = ids.get(place);
    ids.set(place, known === undefined || known === addressId ? addressId : null);
  }
  return (place) => {
    if (place.addressId !== '') return place.addressId;
    const key = placeKey(place);
    return ids.get(key) ?? key;
  };
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function addHome(book: AddressBook, key: string, rows: Row[]): void {
  rows.sort(
    (a, b) =>
      (a.from === b.from ? 0 : a.from - b.from) ||
      compareText(placeKey(a.place), placeKey(b.place)),
  );
  const newest = rows.at(-1)?.place;
  if (newest === undefined) return;
  const stays = coalesce(rows);
  const number = /^\d+/.exec(newest.houseNumber)?.[0];
  const postcode = newest.postcode.replaceAll(/\s/g, '').toUpperCase();
  const home: Home = {
    key,
    street:
      newest.street === '' || newest.municipality === ''
        ? ''
        : `${normalise(newest.municipality)}/${normalise(newest.street)}`,
    number: number === undefined ? null : Number(number),
    postcode: /^[1-9]\d{3}[A-Z]{2}$/.test(postcode) ? postcode : '',
    stays,
    crowded: crowdedPeriods(stays),
  };
  book.homes.set(key, home);
  for (const stay of stays) push(book.byPerson, stay.person, { home, window: stay });
  if (home.postcode !== '') push(book.byPostcode, home.postcode, home);
  if (home.street !== '' && home.number !== null)
    push(book.byNumber, `${home.street}/${home.number}`, home);
}

function push<V>(map: Map<string, V[]>, key: string, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** One stay per unbroken period of a person; an address described anew is no move. */
function coalesce(rows: readonly Row[]): Stay[] {
  const last = new Map<string, Stay>();
  const stays: Stay[] = [];
  for (const { person, from, to } of rows) {
    const open = last.get(person);
    if (open !== undefined && from <= open.to + DAY_MS) {
      open.to = Math.max(open.to, to);
      continue;
    }
    const stay = { person, from, to };
    last.set(person, stay);
    stays.push(stay);
  }
  return stays;
}

/** Periods in which more people were registered at one address than a household has. */
function crowdedPeriods(stays: readonly Stay[]): Window[] {
  if (stays.length <= MAX_HOUSEHOLD) return [];
  // On a moving day both households are registered; the day of leaving is not counted.
  const changes = stays.flatMap(({ from, to }) => [
    { at: from, by: 1 },
    { at: Math.max(from, to - DAY_MS), by: -1 },
  ]);
  changes.sort((a, b) => (a.at === b.at ? a.by - b.by : a.at - b.at));
  const periods: Window[] = [];
  let now = 0;
  for (const { at, by } of changes) {
    const before = now;
    now += by;
    const last = periods.at(-1);
    if (before <= MAX_HOUSEHOLD && now > MAX_HOUSEHOLD) periods.push({ from: at, to: Infinity });
    else if (before > MAX_HOUSEHOLD && now <= MAX_HOUSEHOLD && last !== undefined) last.to = at;
  }
  return periods;
}

/** People registered at one address with this person for 90 days or more, now or in the past. */
export function housemateTies(book: AddressBook, person: string): PersonTie[] {
  const ties: PersonTie[] = [];
  for (const { home, window } of book.byPerson.get(person) ?? []) {
    for (const stay of home.stays) {
      if (stay.person === person) continue;
      for (const shared of subtract(overlap(window, stay), home.crowded))
        if (shared.to - shared.from >= MIN_OVERLAP_MS)
          ties.push(housemate(stay.person, { from: shared.from + MIN_OVERLAP_MS, to: shared.to }));
    }
  }
  return ties;
}

/** A housemate tie that counts from the start of the window until five years after its end. */
export function housemate(relative: string, window: Window): PersonTie {
  const hasEnded = window.to !== Infinity;
  return {
    ...toValidity({ from: window.from, to: addYears(window.to, HOUSEMATE_YEARS) }),
    relative,
    kind: 'housemate',
    degree: 1,
    path: hasEnded ? FORMER_HOUSEMATE : HOUSEMATE,
    endedAt: hasEnded ? window.to : null,
  };
}

/** People who live near this person at the same time: same postcode, or within ten house numbers. */
export function neighbourTies(book: AddressBook, person: string): PersonTie[] {
  const ties: PersonTie[] = [];
  for (const { home, window } of book.byPerson.get(person) ?? []) {
    for (const near of homesAround(book, home)) {
      if (near === home) continue;
      for (const stay of near.stays) {
        const both = overlap(window, stay);
        if (stay.person === person || both.from >= both.to) continue;
        for (const shared of subtract(both, [...home.crowded, ...near.crowded])) {
          ties.push({
            ...toValidity(shared),
            relative: stay.person,
            kind: 'neighbour',
            degree: 1,
            path: neighbourPath(home, near),
            endedAt: null,
          });
        }
      }
    }
  }
  return ties;
}

function homesAround(book: AddressBook, home: Home): Set<Home> {
  const around = new Set<Home>();
  const same = home.postcode === '' ? [] : (book.byPostcode.get(home.postcode) ?? []);
  const stays = same.reduce((sum, other) => sum + other.stays.length, 0);
  if (stays <= MAX_STAYS_AT_POSTCODE) for (const other of same) around.add(other);
  if (home.street === '' || home.number === null) return around;
  for (let by = -NEIGHBOUR_NUMBERS; by <= NEIGHBOUR_NUMBERS; by++) {
    const list = book.byNumber.get(`${home.street}/${home.number + by}`) ?? [];
    if (list.length <= MAX_STAYS_AT_POSTCODE) for (const other of list) around.add(other);
  }
  return around;
}

/** The words by distance in house numbers: each is that of many. */
const neighbourPaths = new Map<number | null, TiePath>();
function neighbourPath(home: Home, near: Home): TiePath {
  const distance =
    home.number === null || near.number === null ? null : Math.abs(home.number - near.number);
  let path = neighbourPaths.get(distance);
  if (path === undefined) {
    path = pathAt(distance);
    neighbourPaths.set(distance, path);
  }
  return path;
}

function pathAt(distance: number | null): TiePath {
  if (distance === null) return { nl: 'buur (zelfde postcode)', en: 'neighbour (same postcode)' };
  if (distance === 0) return { nl: 'buur (zelfde gebouw)', en: 'neighbour (same building)' };
  return distance === 1
    ? { nl: 'buur (1 huisnummer verder)', en: 'neighbour (1 house number away)' }
    : {
        nl: `buur (${distance} huisnummers verder)`,
        en: `neighbour (${distance} house numbers away)`,
      };
}

/** Key of the home a person has now (an open stay); empty when unknown or an institution. */
export function currentHome(book: AddressBook, person: string): string {
  const open = (book.byPerson.get(person) ?? []).filter(({ window }) => window.to === Infinity);
  const home = open.sort((a, b) => a.window.from - b.window.from).at(-1)?.home;
  const isInstitution = home?.crowded.at(-1)?.to === Infinity;
  return home === undefined || isInstitution ? '' : home.key;
}
