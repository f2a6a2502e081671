import { weekday } from '../domain/time.ts';
import { ROLES, type Role, type RoleShape, UNIT_SIZE } from './constants.ts';
import type { Official, PersonIndex, Town } from './model.ts';
import { addPerson } from './population.ts';
import { createRandom, type Random } from './random.ts';

/** Roles in proportion, at least one unit of each where the number allows. */
function roleOf(ordinal: number, total: number): RoleShape {
  let sum = 0;
  for (const shape of ROLES) {
    sum += shape.share;
    if (ordinal < sum * total) return shape;
  }
  return ROLES[0] as RoleShape;
}

/**
 * Three in four officials live in the town they work for; of the others most are kin of a resident,
 * as people tend to work near their families.
 */
function createPersonPicker(town: Town, random: Random): () => PersonIndex {
  const taken = new Set<PersonIndex>();
  const startYear = new Date(town.startDay * 86_400_000).getUTCFullYear();
  const kinElsewhere = town.people.length - town.citizens;
  const isOfAge = (index: PersonIndex): boolean => {
    const age = startYear - (town.people[index]?.birthYear ?? 0);
    return age >= 23 && age <= 65 && !taken.has(index);
  };
  return () => {
    const isLocal = random.chance(0.75);
    const isKin = isLocal || random.chance(0.7);
    for (let i = 0; i < 300 && isKin; i++) {
      const index = isLocal ? random.int(town.citizens) : town.citizens + random.int(kinElsewhere);
      if (!isOfAge(index)) continue;
      taken.add(index);
      return index;
    }
    return addPerson(town.people, startYear - 23 - random.int(42), random.int(365), false);
  };
}

const WEEKS: readonly number[][] = [
  [0, 1, 2, 3, 4],
  [0, 1, 2, 3, 4],
  [0, 1, 2, 3],
  [0, 1, 3, 4],
  [1, 2, 3, 4],
  [0, 1, 3],
  [1, 2, 4],
  [0, 1, 2, 3, 5],
];
const hostOf = (random: Random) => ({
  host: `ws-${random.hex(6)}.example.org`,
  ip: `192.0.2.${1 + random.int(254)}`,
});

/** The town hall: units, managers, part-timers, leave, standby, people who join, go or move on. */
export function createOfficials(town: Town, count: number, seed: number): Official[] {
  const { startDay, days } = town;
  const random = createRandom(seed, 'officials');
  const pickPerson = createPersonPicker(town, random);
  const perRole = new Map<Role, number>();
  const managers = new Map<string, string>();
  const officials = Array.from({ length: count }, (_, ordinal): Official => {
    const shape = roleOf(ordinal, count);
    const rank = perRole.get(shape.role) ?? 0;
    perRole.set(shape.role, rank + 1);
    const unit = `${shape.role}-${Math.floor(rank / UNIT_SIZE) + 1}`;
    const actorId = `u${String(100_000 + random.int(9) * 100_000 + ordinal * 7)}`;
    const managerId = managers.get(unit) ?? '';
    if (managerId === '') managers.set(unit, actorId);
    const leaveFrom = startDay + random.int(days);
    // Own pace: log-normal around the role, so peers differ as they do in the receipt log.
    const mean = Math.max(3, Math.min(40, shape.mean * Math.exp(0.3 * random.normal())));
    const move = random.next();
    return {
      actorId,
      person: pickPerson(),
      unit,
      role: shape.role,
      shape,
      managerId,
      mean,
      carelessness: Math.exp(0.35 * random.normal() - 0.06),
      weekdays: random.pick(WEEKS.slice(0, shape.role === 'desk' ? 8 : 7)),
      fromDay: move < 0.02 ? startDay + random.int(days) : null,
      toDay: move > 0.97 ? startDay + Math.floor(random.next() * days * 0.8) : null,
      leave: random.chance(0.01 * days)
        ? { fromDay: leaveFrom, toDay: leaveFrom + 4 + random.int(10) }
        : null,
      standby: [],
      change: null,
      before: null,
      hosts: [hostOf(random), hostOf(random)],
      ordinal,
    };
  });
  planChanges(officials, town, random);
  planStandby(officials, town, random);
  return officials;
}

/** Two in a hundred take a post in another unit during the period. */
function planChanges(officials: Official[], { startDay, days }: Town, random: Random): void {
  for (const official of officials) {
    if (official.fromDay !== null || official.toDay !== null || !random.chance(0.02)) continue;
    const { unit, role, shape, managerId } = random.pick(officials);
    const fromDay = startDay + 5 + random.int(Math.max(1, days - 5));
    if (unit !== official.unit) official.change = { fromDay, unit, role, shape, managerId };
  }
}

/** Nobody has a bleeper on leave. */
function addWeek(official: Official, day: number): void {
  const { leave } = official;
  if (leave !== null && day <= leave.toDay && day + 6 >= leave.fromDay) return;
  official.standby.push({ fromDay: day, toDay: day + 6 });
}

/** One week of standby at a time, handed round among those whose work does not stop at five. */
function planStandby(officials: Official[], { startDay, days }: Town, random: Random): void {
  for (const role of ['youth', 'enforcement', 'it'] as const) {
    const pool = officials.filter((o) => o.role === role && o.change === null && o.toDay === null);
    for (let day = startDay; day < startDay + days && pool.length > 0; day += 7)
      for (let i = Math.ceil(pool.length / 24); i > 0; i--) addWeek(random.pick(pool), day);
  }
}

/** New posts begin: to be called at the start of every day. */
export function enterPosts(officials: readonly Official[], day: number): void {
  for (const official of officials) {
    const { change } = official;
    if (change === null || official.before !== null || day < change.fromDay) continue;
    official.before = {
      unit: official.unit,
      role: official.role,
      managerId: official.managerId,
    };
    const { unit, role, shape, managerId } = change;
    Object.assign(official, { unit, role, shape, managerId });
    official.mean = shape.mean;
  }
}

export const isEmployed = (official: Official, day: number): boolean =>
  (official.fromDay === null || day >= official.fromDay) &&
  (official.toDay === null || day <= official.toDay);
export const isOnLeave = ({ leave }: Official, day: number): boolean =>
  leave !== null && day >= leave.fromDay && day <= leave.toDay;
export const isOnStandby = (official: Official, day: number): boolean =>
  isEmployed(official, day) &&
  !isOnLeave(official, day) &&
  official.standby.some(({ fromDay, toDay }) => day >= fromDay && day <= toDay);

/** Whether the official is on shift on this local day. */
export const isWorking = (official: Official, day: number): boolean =>
  official.weekdays.includes(weekday(day)) &&
  isEmployed(official, day) &&
  !isOnLeave(official, day);
