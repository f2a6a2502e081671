import { HOUSEHOLDS, MOVES_PER_YEAR, STREET_ENDS, STREET_STARTS } from './constants.ts';
import type { Person, PersonIndex, Town } from './model.ts';
import { addPerson } from './population.ts';
import { cumulate, type Random } from './random.ts';

const HOMES_PER_STREET = 80;

export type AddressView = {
  addressId: string;
  street: string;
  houseNumber: number;
  postcode: string;
};

/** Street, number and postcode of the nth home: a postcode is one street side of twenty homes. */
export function addressOf(index: number): AddressView {
  const street = Math.floor(index / HOMES_PER_STREET);
  const within = index % HOMES_PER_STREET;
  const side = within % 2;
  const code = 1_000 + ((street * 4 + side * 2 + (within >= HOMES_PER_STREET / 2 ? 1 : 0)) % 8_000);
  const letters = String.fromCharCode(65 + (street % 20), 65 + (Math.floor(street / 20) % 20));
  const start = STREET_STARTS[street % STREET_STARTS.length];
  const end = STREET_ENDS[Math.floor(street / STREET_STARTS.length) % STREET_ENDS.length];
  const round = Math.floor(street / (STREET_STARTS.length * STREET_ENDS.length));
  return {
    addressId: `99990100${String(index).padStart(8, '0')}`,
    street: `${round > 0 ? `${round + 1}e ` : ''}${start}${end}`,
    houseNumber: within + 1,
    postcode: `${code}${letters}`,
  };
}

const adultAge = (random: Random): number =>
  20 + Math.floor(Math.abs(random.next() - random.next() * 0.15) * 68);

function addFamily(
  town: Town,
  random: Random,
  kind: (typeof HOUSEHOLDS)[number],
  room: number,
): void {
  const { people, households } = town;
  const startYear = new Date(town.startDay * 86_400_000).getUTCFullYear();
  const children = Math.min(random.pick<number>(kind.children), Math.max(0, room - kind.adults));
  const age = children > 0 ? 27 + random.int(27) : adultAge(random);
  const adults: PersonIndex[] = [];
  for (let i = 0; i < Math.min(kind.adults, room); i++) {
    const year = startYear - Math.max(19, age + (i === 0 ? 0 : random.int(7) - 3));
    adults.push(addPerson(people, year, random.int(365), true));
  }
  const [first, second] = adults;
  if (first !== undefined && second !== undefined) {
    const since = startYear - Math.max(1, random.int(Math.max(2, age - 20)));
    link(people, first, second, since);
  }
  const members = [...adults];
  for (let i = 0; i < children; i++) {
    const childAge = Math.max(0, Math.min(18, age - 24 - random.int(10)));
    const child = addPerson(people, startYear - 1 - childAge, random.int(365), true);
    const row = people[child];
    if (row) row.parents = [...adults];
    for (const adult of adults) people[adult]?.children.push(child);
    members.push(child);
  }
  // Exponential time since the last move: one in ten households moves each year.
  const years = -Math.log(1 - random.next()) / MOVES_PER_YEAR;
  const sinceDay = town.startDay - 1 - Math.floor(Math.min(years, 40) * 365);
  for (const member of members) {
    const person = people[member];
    if (person) person.household = households.length;
  }
  households.push({ members, address: households.length, sinceDay });
}

function link(people: Person[], a: PersonIndex, b: PersonIndex, sinceYear: number): void {
  const first = people[a];
  const second = people[b];
  if (!first || !second) return;
  first.partner = b;
  second.partner = a;
  first.partnerSinceYear = second.partnerSinceYear = sinceYear;
}

/** Fills the town with households, then moves some of the oldest singles into care homes. */
export function formHouseholds(town: Town, random: Random): void {
  const cumulative = cumulate(HOUSEHOLDS.map((h) => h.share));
  while (town.people.length < town.citizens) {
    const kind = HOUSEHOLDS[random.weighted(cumulative)] ?? HOUSEHOLDS[0];
    addFamily(town, random, kind, town.citizens - town.people.length);
  }
  for (const household of town.households) {
    if (household.sinceDay < town.startDay - 3_650) continue;
    const former = random.int(town.households.length);
    for (const member of household.members) {
      const person = town.people[member];
      if (person) person.formerAddress = former;
    }
  }
  const startYear = new Date(town.startDay * 86_400_000).getUTCFullYear();
  const old = town.households.filter(
    (h) =>
      h.members.length === 1 &&
      (town.people[h.members[0] ?? -1]?.birthYear ?? 2000) < startYear - 74,
  );
  const homes = Math.max(1, Math.round(town.citizens / 10_000));
  for (let home = 0; home < homes; home++) {
    const address = town.households.length + home;
    for (const household of old.slice(home * 30, home * 30 + 14 + random.int(16)))
      household.address = address;
  }
}
