import { HOUSEHOLDS, MOVES_PER_YEAR, SHARED_HOUSE_SHARE } from './constants.ts';
import type { Household, Person, PersonIndex, Town } from './model.ts';
import { ELSEWHERE, STREET_ENDS, STREET_STARTS } from './names.ts';
import { addPerson } from './population.ts';
import { cumulate, type Random } from './random.ts';

export const HOMES_PER_STREET = 80;
/** Addresses from here on are in other municipalities. */
export const OUTSIDE = 5_000_000;

export type AddressView = {
  addressId: string;
  street: string;
  houseNumber: number;
  postcode: string;
  municipality: string | null;
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
  const round = Math.floor(street / (STREET_STARTS.length * STREET_ENDS.length)) % 40;
  return {
    addressId: `99990100${String(index).padStart(8, '0')}`,
    street: `${round > 0 ? `${round + 1}e ` : ''}${start}${end}`,
    houseNumber: within + 1,
    postcode: `${code}${letters}`,
    municipality: index < OUTSIDE ? null : (ELSEWHERE[index % ELSEWHERE.length] ?? null),
  };
}

const adultAge = (random: Random): number => 21 + Math.floor(random.next() ** 0.9 * 68);

function addFamily(
  town: Town,
  random: Random,
  kind: (typeof HOUSEHOLDS)[number],
  room: number,
): void {
  const { people, households } = town;
  const startYear = yearOf(town);
  const children = Math.min(random.pick<number>(kind.children), Math.max(0, room - kind.adults));
  const age = children > 0 ? 27 + random.int(27) : adultAge(random);
  const adults: PersonIndex[] = [];
  for (let i = 0; i < Math.min(kind.adults, room); i++) {
    const year = startYear - Math.max(19, age + (i === 0 ? 0 : random.int(7) - 3));
    adults.push(addPerson(people, year, random.int(365), true));
  }
  const [first, second] = adults;
  if (first !== undefined && second !== undefined)
    link(people, first, second, startYear - Math.max(1, random.int(Math.max(2, age - 20))));
  const members = [...adults];
  for (let i = 0; i < children; i++) {
    const childAge = Math.max(0, Math.min(18, age - 24 - random.int(10)));
    const child = addPerson(people, startYear - 1 - childAge, random.int(365), true);
    const row = people[child];
    if (row) row.parents = [...adults];
    for (const adult of adults) people[adult]?.children.push(child);
    members.push(child);
  }
  // Exponential time since the last move: one in ten households moves each year, also during the
  // period that is written.
  const years = -Math.log(1 - random.next()) / MOVES_PER_YEAR;
  const sinceDay = town.startDay + town.days - 1 - Math.floor(Math.min(years, 40) * 365);
  for (const member of members) {
    const person = people[member];
    if (person) person.household = households.length;
  }
  households.push({ members, address: households.length, sinceDay, isInstitution: false });
}

export function link(people: Person[], a: PersonIndex, b: PersonIndex, sinceYear: number): void {
  const first = people[a];
  const second = people[b];
  if (!first || !second) return;
  first.partner = b;
  second.partner = a;
  first.partnerSinceYear = second.partnerSinceYear = sinceYear;
}

export const yearOf = (town: Town): number => new Date(town.startDay * 86_400_000).getUTCFullYear();

const soleBorn = (town: Town, household: Household): number =>
  household.members.length === 1 ? (town.people[household.members[0] ?? -1]?.birthYear ?? 0) : 0;

/** Some of the oldest singles live in care homes, some of the youngest share a house. */
function shareHomes(town: Town, random: Random): void {
  const year = yearOf(town);
  const sole = town.households.map((household) => ({ household, born: soleBorn(town, household) }));
  const old = sole.filter(({ born }) => born > 0 && born < year - 74);
  const young = sole.filter(({ born }) => born > year - 30);
  const homes = Math.max(1, Math.round(town.citizens / 10_000));
  for (let home = 0; home < homes; home++) {
    const address = town.households.length + home;
    for (const { household } of old.slice(home * 30, home * 30 + 14 + random.int(16))) {
      household.address = address;
      household.isInstitution = true;
    }
  }
  const shared = Math.round((town.citizens * SHARED_HOUSE_SHARE) / 4);
  for (let house = 0; house < shared; house++) {
    const group = young.slice(house * 5, house * 5 + 3 + random.int(3));
    const address = group[0]?.household.address;
    if (address === undefined) return;
    for (const { household } of group) household.address = address;
  }
}

/** Fills the town with households, then brings some singles together. */
export function formHouseholds(town: Town, random: Random): void {
  const cumulative = cumulate(HOUSEHOLDS.map((h) => h.share));
  while (town.people.length < town.citizens) {
    const kind = HOUSEHOLDS[random.weighted(cumulative)] ?? HOUSEHOLDS[0];
    addFamily(town, random, kind, town.citizens - town.people.length);
  }
  shareHomes(town, random);
}

/**
 * Where residents lived before: grown children with their parents, former partners together, the
 * others in a home that its present residents took after them, or in another municipality.
 */
export function addFormerStays(town: Town, random: Random): void {
  const { people, households, citizens } = town;
  for (let index = 0; index < citizens; index++) {
    const person = people[index];
    const home = households[person?.household ?? -1];
    if (!person || !home) continue;
    let toDay = home.sinceDay - 1;
    const stay = (address: number, fromDay: number, until: number) => {
      if (address === home.address || fromDay >= until) return;
      person.formerStays.push({ address, fromDay, toDay: until });
      toDay = Math.min(toDay, fromDay - 1);
    };
    const born = Math.floor(Date.UTC(person.birthYear, 0, 1) / 86_400_000) + person.birthDay;
    if (toDay < born) continue;
    const former = people[person.exPartner?.person ?? -1];
    const formerHome = households[former?.household ?? -1];
    if (person.exPartner && formerHome && formerHome.sinceDay < person.exPartner.toDay - 200) {
      const end = Math.min(toDay, person.exPartner.toDay);
      stay(formerHome.address, Math.max(formerHome.sinceDay, end - 2_500), end);
    }
    for (let i = 0; i < 2 && toDay > town.startDay - 5_500; i++) {
      const fromDay = toDay - 300 - random.int(2_500);
      const vacated = random.int(households.length);
      const after = households[vacated];
      const isFree = after !== undefined && after.sinceDay > toDay;
      if (fromDay <= born) break;
      stay(isFree ? vacated : OUTSIDE + random.int(1_000_000), fromDay, toDay);
    }
    const parent = people[person.parents[0] ?? -1];
    const parentHome = parent?.isLocal ? households[parent.household] : undefined;
    const grown = born + (18 + random.int(7)) * 365;
    if (parentHome && parentHome.sinceDay < grown)
      stay(parentHome.address, Math.max(born, parentHome.sinceDay), Math.min(grown, toDay));
  }
}
