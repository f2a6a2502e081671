import {
  CHILDREN_MOVED_OUT,
  GRANDCHILDREN_ELSEWHERE,
  LOCAL_PARENTS,
  SHARED_PARENTS,
  SIBLINGS_ELSEWHERE,
} from './constants.ts';
import { link } from './households.ts';
import type { Person, PersonIndex, Town } from './model.ts';
import { addPerson } from './population.ts';
import type { Random } from './random.ts';

/** Nobody born earlier gets parents: three generations suffice. */
const FIRST_YEAR = 1932;

/** The local couples (and single parents) who could be parents, by birth year of the elder. */
function couplesByYear(town: Town): Map<number, PersonIndex[][]> {
  const byYear = new Map<number, PersonIndex[][]>();
  town.people.forEach((person, index) => {
    if (!person.isLocal || person.birthYear > 1985) return;
    if (person.partner !== null && person.partner < index) return;
    const pair = person.partner === null ? [index] : [index, person.partner];
    const list = byYear.get(person.birthYear);
    if (list) list.push(pair);
    else byYear.set(person.birthYear, [pair]);
  });
  return byYear;
}

/** A couple with fewer than four children, so that no family grows beyond belief. */
function pickWithRoom(
  people: readonly Person[],
  couples: readonly PersonIndex[][],
  random: Random,
): PersonIndex[] | null {
  for (let i = 0; i < 5; i++) {
    const couple = random.pick(couples);
    if (couple.every((p) => (people[p]?.children.length ?? 0) < 4)) return couple;
  }
  return null;
}

function setParents(people: Person[], child: PersonIndex, parents: readonly PersonIndex[]): void {
  const row = people[child];
  if (!row) return;
  row.parents = [...parents];
  for (const parent of parents) people[parent]?.children.push(child);
}

/** Children of a couple who live in other municipalities, perhaps with children of their own. */
function addElsewhere(
  people: Person[],
  parents: readonly PersonIndex[],
  mean: number,
  random: Random,
): void {
  const born = people[parents[0] ?? -1]?.birthYear ?? 0;
  for (let i = random.count(mean, 1); i > 0; i--) {
    const year = Math.min(2003, born + 22 + random.int(16));
    const child = addPerson(people, year, random.int(365), false);
    setParents(people, child, parents);
    if (year > 1992) continue;
    for (let j = random.count(GRANDCHILDREN_ELSEWHERE, 1); j > 0; j--) {
      const grandYear = Math.min(2025, year + 24 + random.int(14));
      setParents(people, addPerson(people, grandYear, random.int(365), false), [child]);
    }
  }
}

/**
 * Gives everyone parents, youngest first: a couple of the town, a couple elsewhere that already has
 * a child in town, or a new couple elsewhere, who then get parents themselves.
 */
export function linkFamilies(town: Town, random: Random): void {
  const { people } = town;
  const local = couplesByYear(town);
  const elsewhere = new Map<number, PersonIndex[][]>();
  const byYear = new Map<number, PersonIndex[]>();
  const enqueue = (index: PersonIndex, year: number) => {
    const list = byYear.get(year);
    if (list) list.push(index);
    else byYear.set(year, [index]);
  };
  people.forEach((person, index) => {
    if (person.parents.length === 0) enqueue(index, person.birthYear);
  });

  const foundFamily = (year: number): PersonIndex[] => {
    const parents = [0, 1].map(() => addPerson(people, year, random.int(365), false));
    const [first, second] = parents;
    if (first !== undefined && second !== undefined)
      link(people, first, second, year + 20 + random.int(5));
    for (const parent of parents) enqueue(parent, year);
    addElsewhere(people, parents, SIBLINGS_ELSEWHERE, random);
    const list = elsewhere.get(year);
    if (list) list.push(parents);
    else elsewhere.set(year, [parents]);
    return parents;
  };

  for (let year = 2010; year >= FIRST_YEAR; year--) {
    for (const index of byYear.get(year) ?? []) {
      const child = people[index];
      if (!child || child.parents.length > 0) continue;
      const parentYear = year - 22 - random.int(16);
      const near = local.get(parentYear);
      const far = elsewhere.get(parentYear);
      let parents: PersonIndex[] | null = null;
      if (near && random.chance(child.isLocal ? LOCAL_PARENTS : 0.1))
        parents = pickWithRoom(people, near, random);
      else if (far && random.chance(SHARED_PARENTS)) parents = pickWithRoom(people, far, random);
      // A household's own members are no parents to each other; such a draw founds a family instead.
      const isOwn = parents?.some(
        (p) => p === index || (child.isLocal && people[p]?.household === child.household),
      );
      setParents(people, index, parents === null || isOwn ? foundFamily(parentYear) : parents);
    }
  }
  for (const couples of local.values())
    for (const couple of couples)
      if ((people[couple[0] ?? -1]?.birthYear ?? 2_000) < 1978)
        addElsewhere(people, couple, CHILDREN_MOVED_OUT, random);
}

/** Kin by blood up to cousins, each person once. */
export function kinOf(people: readonly Person[], index: PersonIndex): Set<PersonIndex> {
  const parentsOf = (list: Iterable<PersonIndex>) =>
    [...list].flatMap((p) => people[p]?.parents ?? []);
  const childrenOf = (list: Iterable<PersonIndex>) =>
    [...list].flatMap((p) => people[p]?.children ?? []);
  const parents = parentsOf([index]);
  const grandparents = parentsOf(parents);
  const siblings = childrenOf(parents);
  const uncles = childrenOf(grandparents);
  const children = childrenOf([index]);
  const kin = new Set([
    ...parents,
    ...grandparents,
    ...siblings,
    ...childrenOf(siblings),
    ...uncles,
    ...childrenOf(uncles),
    ...children,
    ...childrenOf(children),
  ]);
  kin.delete(index);
  return kin;
}
