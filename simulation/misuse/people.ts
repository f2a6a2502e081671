// Looks at people one knows, or knows of.
import { HOMES_PER_STREET, OUTSIDE } from '../households.ts';
import type { Level, Official, PersonIndex, Stay, Town } from '../model.ts';
import type { Random } from '../random.ts';
import {
  type Draft,
  habits,
  levelled,
  occasions,
  type Scene,
  type Script,
  whenOf,
} from './script.ts';

type Victim = { person: PersonIndex; kind: string };
const SECRET = 'secret address';
const ALL: readonly Level[] = ['L1', 'L2', 'L3', 'L4', 'L5'];

const isResident = (town: Town, person: PersonIndex): boolean => person < town.citizens;

/**
 * Parents, children, partner, siblings; one in five times a grandparent or the partner's parent. Only
 * ties that the town's register holds: it knows the parents and partners of its residents alone, and a
 * sibling through parents who live elsewhere is for everybody a stranger.
 */
function relativesOf(town: Town, official: Official, random: Random): Victim[] {
  const { people } = town;
  const self = people[official.person];
  if (!self) return [];
  const of = (list: readonly PersonIndex[], kind: string) =>
    list.map((person) => ({ person, kind }));
  const isOnFile = (next: PersonIndex): boolean =>
    isResident(town, official.person) || isResident(town, next);
  const parents = self.parents.filter(isOnFile);
  const siblings = new Set(parents.flatMap((p) => people[p]?.children ?? []));
  siblings.delete(official.person);
  const close = [
    ...of(self.parents, 'parent'),
    ...of(self.children, 'child'),
    ...of(self.partner === null ? [] : [self.partner], 'partner'),
    ...of([...siblings], 'sibling'),
  ];
  const inLaw = self.partner !== null && isOnFile(self.partner) ? people[self.partner] : undefined;
  const wider = [
    ...of(
      parents.flatMap((p) => people[p]?.parents ?? []),
      'grandparent',
    ),
    ...of(inLaw?.parents ?? [], "partner's parent"),
  ];
  const found = close.filter(({ person }) => isResident(town, person));
  const further = wider.filter(({ person }) => isResident(town, person));
  return further.length > 0 && (found.length === 0 || random.chance(0.2)) ? further : found;
}

const staysOf = (town: Town, person: PersonIndex): Stay[] => {
  const row = town.people[person];
  const home = town.households[row?.household ?? -1];
  if (!row || !home) return [];
  const now = { address: home.address, fromDay: home.sinceDay, toDay: town.startDay + town.days };
  return home.isInstitution ? row.formerStays : [now, ...row.formerStays];
};

const byTown = new WeakMap<Town, Map<number, PersonIndex[]>>();
function everAt(town: Town): Map<number, PersonIndex[]> {
  const known = byTown.get(town);
  if (known) return known;
  const map = new Map<number, PersonIndex[]>();
  for (let person = 0; person < town.citizens; person++)
    for (const { address } of staysOf(town, person)) {
      const list = map.get(address);
      if (list) list.push(person);
      else map.set(address, [person]);
    }
  byTown.set(town, map);
  return map;
}

/** Shared a home for at least 90 days, now or in the last five years, and are no kin. */
function housematesOf(town: Town, official: Official): Victim[] {
  const self = town.people[official.person];
  if (!self) return [];
  const near = new Set([...self.parents, ...self.children, self.partner ?? -1, official.person]);
  for (const parent of self.parents)
    for (const child of town.people[parent]?.children ?? []) near.add(child);
  if (self.exPartner) near.add(self.exPartner.person);
  const mates = staysOf(town, official.person)
    .filter(({ address, toDay }) => address < OUTSIDE && toDay > town.startDay - 1_700)
    .flatMap((mine) =>
      (everAt(town).get(mine.address) ?? []).filter((person) =>
        staysOf(town, person).some((other) => {
          const until = Math.min(other.toDay, mine.toDay, town.startDay);
          const days = until - Math.max(other.fromDay, mine.fromDay);
          return other.address === mine.address && days >= 100 && until > town.startDay - 1_700;
        }),
      ),
    );
  return [...new Set(mates)]
    .filter((person) => !near.has(person))
    .map((person) => ({ person, kind: 'lived at the same address' }));
}

function exPartnersOf(town: Town, official: Official): Victim[] {
  const former = town.people[official.person]?.exPartner?.person;
  return former !== undefined && isResident(town, former)
    ? [{ person: former, kind: 'former partner' }]
    : [];
}

function colleaguesOf(scene: Scene, official: Official): Victim[] {
  const team = scene.officials.filter((o) => o !== official && isResident(scene.town, o.person));
  const own = team.filter((o) => o.unit === official.unit);
  const pool = own.length > 0 && scene.random.chance(0.6) ? own : team;
  return pool.map((o) => ({ person: o.person, kind: 'colleague' }));
}

const listed = (town: Town, official: Official, categories: readonly string[]): Victim[] =>
  town.watchlist
    .filter((row) => categories.includes(row.category) && row.person !== official.person)
    .map(({ person, category }) => ({ person, kind: category }));

/** One victim, on one to three days. */
function oneVictim(
  typology: string,
  victimsOf: (scene: Scene, official: Official) => Victim[],
  levels = ALL,
  days: readonly [number, number] = [1, 3],
): Script {
  return {
    typology,
    levels,
    plan(official, level, scene): Draft | null {
      const victims = victimsOf(scene, official);
      if (victims.length === 0) return null;
      const { person, kind } = scene.random.pick(victims);
      const [least, most] = days;
      const count = least + scene.random.int(most - least + 1);
      const on = occasions(official, level, scene, count);
      if (on.length === 0) return null;
      const visits = on.map((day) => ({
        ...{ official, person, day, when: whenOf(level) },
        ...habits(level, scene.random),
        // Whom only a flag marks is found by name: nobody knows the number of a stranger.
        ...(kind === SECRET && { key: 'name' as const, actions: ['search', 'view'] as const }),
      }));
      return levelled(official, level, scene, { visits, note: kind });
    },
  };
}

/** Who lives on the same side of the own street, a few doors away. */
function doorsNear(town: Town, official: Official): PersonIndex[] {
  const own = town.people[official.person]?.household ?? -1;
  const home = town.households[own];
  if (!home || home.isInstitution) return [];
  const street = Math.floor(home.address / HOMES_PER_STREET);
  return [-10, -8, -6, -4, -2, 2, 4, 6, 8, 10].flatMap((step) => {
    const address = home.address + step;
    if (Math.floor(address / HOMES_PER_STREET) !== street) return [];
    const next = town.households[address];
    return next?.address === address ? next.members : [];
  });
}

const neighbour: Script = {
  typology: 'neighbour',
  levels: ['L1', 'L2', 'L3', 'L5'],
  plan(official, level, scene) {
    const near = doorsNear(scene.town, official);
    const on = occasions(official, level, scene, 2 + scene.random.int(3));
    if (near.length < 5 || on.length === 0) return null;
    const chosen = Array.from({ length: 3 + scene.random.int(5) }, () => scene.random.pick(near));
    const visits = on.flatMap((day, i) =>
      chosen
        .filter((_, at) => (level === 'L5' ? at === i % chosen.length : at % on.length === i))
        .map((person) => ({
          ...{ official, person, day, when: whenOf(level) },
          ...habits(level, scene.random),
        })),
    );
    return levelled(official, level, scene, { visits, note: 'people of the own street' });
  },
};

/** A flagged resident found by name: the flag keeps strangers out, not officials. */
const protectedPerson = oneVictim('protected-person', ({ town, random }, official) => {
  if (random.chance(0.7)) return listed(town, official, ['victim', 'shelter']);
  for (let i = 0; i < 2_000; i++) {
    const person = random.int(town.citizens);
    if ((town.people[person]?.secrecy ?? 0) > 0) return [{ person, kind: SECRET }];
  }
  return [];
});

export const PEOPLE: readonly Script[] = [
  oneVictim('relative', ({ town, random }, official) => relativesOf(town, official, random)),
  oneVictim('ex-partner', ({ town }, official) => exPartnersOf(town, official)),
  oneVictim('self', (_, official) => [{ person: official.person, kind: 'own record' }], [
    'L1',
    'L2',
    'L5',
  ]),
  oneVictim('housemate', ({ town }, official) => housematesOf(town, official)),
  neighbour,
  oneVictim('colleague', colleaguesOf, ['L1', 'L2', 'L3', 'L5'], [2, 4]),
  oneVictim('celebrity', ({ town }, official) =>
    listed(town, official, ['celebrity', 'politician', 'media']),
  ),
  protectedPerson,
];
