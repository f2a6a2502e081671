import { isBsn } from '../domain/bsn.ts';
import { BSN_CITIZENS, EX_PARTNER_SHARE, NAME_CLUSTER, SECRECY_SHARE } from './constants.ts';
import { addFormerStays, formHouseholds, HOMES_PER_STREET } from './households.ts';
import { linkFamilies } from './kin.ts';
import type { Person, PersonIndex, Town } from './model.ts';
import { PREFIXES, SURNAME_ENDS, SURNAME_STARTS } from './names.ts';
import { createRandom, cumulate, type Random } from './random.ts';

type Name = { surname: string; prefix: string };

/** Zipf: the first names of the list are as common as in any town, the tail is nearly unique. */
function createNames(random: Random): (street: number | null) => Name {
  const names: Name[] = [];
  for (const end of SURNAME_ENDS)
    for (const start of SURNAME_STARTS)
      for (const extra of ['', 'loo', 'broek', 'mond', 'huizen', 'bosch', 'waard', 'meer'])
        names.push({ surname: start + end + extra, prefix: random.pick(PREFIXES) });
  const cumulative = cumulate(names.map((_, rank) => 1 / (rank + 8)));
  const any = () => names[random.weighted(cumulative)] ?? { surname: 'Jansen', prefix: '' };
  // A neighbourhood of ten streets has forty names of its own, as old villages have.
  return (street) =>
    street !== null && random.chance(NAME_CLUSTER)
      ? (names[200 + ((Math.floor(street / 10) * 40 + random.int(40)) % (names.length - 200))] ??
        any())
      : any();
}

export function addPerson(
  people: Person[],
  birthYear: number,
  birthDay: number,
  isLocal: boolean,
): PersonIndex {
  people.push({
    id: `p-${String(people.length + 1).padStart(6, '0')}`,
    surname: '',
    prefix: '',
    birthYear,
    birthDay,
    isLocal,
    household: -1,
    secrecy: 0,
    parents: [],
    children: [],
    partner: null,
    partnerSinceYear: 0,
    exPartner: null,
    formerStays: [],
  });
  return people.length - 1;
}

/** Names pass from the first parent, oldest generation first. */
function giveNames(town: Town, random: Random): void {
  const draw = createNames(random);
  const order = town.people.map((_, i) => i);
  order.sort(
    (a, b) => (town.people[a]?.birthYear ?? 0) - (town.people[b]?.birthYear ?? 0) || a - b,
  );
  for (const index of order) {
    const person = town.people[index];
    if (!person) continue;
    const parent = town.people[person.parents[0] ?? -1];
    const street = person.isLocal ? Math.floor(person.household / HOMES_PER_STREET) : null;
    const name = parent && parent.surname !== '' ? parent : draw(street);
    person.surname = name.surname;
    person.prefix = name.prefix;
  }
}

function addExPartners(town: Town, random: Random): void {
  const { people, citizens, startDay } = town;
  const startYear = new Date(startDay * 86_400_000).getUTCFullYear();
  for (let index = 0; index < citizens; index++) {
    const person = people[index];
    if (!person || person.exPartner || person.birthYear > startYear - 28) continue;
    if (!random.chance(EX_PARTNER_SHARE / 2)) continue;
    let other = random.int(citizens);
    // A few tries for someone of about the same age; otherwise the former partner lives elsewhere.
    for (let i = 0; i < 25 && !isMatch(person, people[other]); i++) other = random.int(citizens);
    if (random.chance(0.3) || !isMatch(person, people[other]))
      other = addPerson(people, person.birthYear + random.int(5) - 2, random.int(365), false);
    const former = people[other];
    if (!former) continue;
    const adultYear = Math.max(person.birthYear, former.birthYear) + 19;
    const next = Math.min(nextYear(person), nextYear(former), startYear);
    const toDay = Math.min(startDay - 60, dayOf(next)) - random.int(3_000);
    const fromYear = Math.max(adultYear, new Date(toDay * 86_400_000).getUTCFullYear() - 12);
    if (dayOf(fromYear + 1) >= toDay) continue;
    person.exPartner = { person: other, fromYear, toDay };
    former.exPartner = { person: index, fromYear, toDay };
  }
}

const dayOf = (year: number): number => Math.floor(Date.UTC(year, 0, 1) / 86_400_000);
/** The year in which the present partnership began: the one before had ended. */
const nextYear = ({ partner, partnerSinceYear }: Person): number =>
  partner === null ? Number.POSITIVE_INFINITY : partnerSinceYear;

const isMatch = (a: Person, b: Person | undefined): boolean =>
  b !== undefined &&
  b !== a &&
  b.exPartner === null &&
  b.household !== a.household &&
  Math.abs(a.birthYear - b.birthYear) <= 5 &&
  !a.parents.some((p) => b.parents.includes(p));

/** Valid numbers of the official test range 99999xxxx, of which there are only 909. */
export function testBsns(): string[] {
  const list: string[] = [];
  for (let i = 0; i < 10_000; i++) {
    const bsn = `99999${String(i).padStart(4, '0')}`;
    if (isBsn(bsn)) list.push(bsn);
  }
  return list;
}

function addWatchlist(town: Town, random: Random): void {
  const { people, citizens, startDay, watchlist } = town;
  const figures = Math.max(30, Math.min(60, Math.round(citizens / 1_500)));
  const seen = new Set<PersonIndex>();
  const add = (category: string, minAge: number) => {
    for (let i = 0; i < 200; i++) {
      const person = random.int(citizens);
      if (seen.has(person) || (people[person]?.birthYear ?? 2020) > 2025 - minAge) continue;
      seen.add(person);
      watchlist.push({ person, category, fromDay: startDay - 30 - random.int(900) });
      return;
    }
  };
  for (let i = 0; i < figures; i++)
    add(random.pick(['celebrity', 'celebrity', 'politician', 'media']), 18);
  for (let i = 0; i < Math.max(3, citizens / 12_500); i++) add('victim', 8);
  for (let i = 0; i < Math.max(2, citizens / 20_000); i++) add('shelter', 18);
  for (const row of watchlist) {
    const person = people[row.person];
    if (person && ['victim', 'shelter'].includes(row.category)) person.secrecy = 7;
  }
}

/** A town of people with homes, three generations of kin, former partners and names. */
export function createTown(citizens: number, startDay: number, days: number, seed: number): Town {
  const random = createRandom(seed, 'population');
  const town: Town = { people: [], citizens, households: [], watchlist: [], startDay, days };
  formHouseholds(town, random);
  linkFamilies(town, random);
  addExPartners(town, random);
  addFormerStays(town, random);
  giveNames(town, random);
  const bsns = testBsns();
  for (let i = 0; i < Math.min(BSN_CITIZENS, citizens / 10); i++) {
    const person = town.people[Math.floor((i * citizens) / Math.min(BSN_CITIZENS, citizens / 10))];
    if (person) person.id = bsns[i * 3] ?? person.id;
  }
  for (let i = 0; i < citizens; i++) {
    const person = town.people[i];
    if (person && random.chance(SECRECY_SHARE)) person.secrecy = random.pick([1, 4, 6, 7]);
  }
  addWatchlist(town, random);
  return town;
}
