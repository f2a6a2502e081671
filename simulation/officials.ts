import { weekday } from '../domain/time.ts';
import { ROLES, type Role, UNIT_SIZE } from './constants.ts';
import type { Official, PersonIndex, Town } from './model.ts';
import { addPerson } from './population.ts';
import { createRandom, type Random } from './random.ts';

/** Roles in proportion, at least one unit of each where the number allows. */
function roleOf(ordinal: number, total: number): (typeof ROLES)[number] {
  let sum = 0;
  for (const shape of ROLES) {
    sum += shape.share;
    if (ordinal < sum * total) return shape;
  }
  return ROLES[0] as (typeof ROLES)[number];
}

/** Three in four officials live in the town they work for; the others commute. */
function createPersonPicker(town: Town, random: Random): () => PersonIndex {
  const taken = new Set<PersonIndex>();
  const startYear = new Date(town.startDay * 86_400_000).getUTCFullYear();
  return () => {
    const age = 23 + random.int(42);
    if (random.chance(0.75))
      for (let i = 0; i < 300; i++) {
        const index = random.int(town.citizens);
        const born = town.people[index]?.birthYear ?? 0;
        if (taken.has(index) || startYear - born < 23 || startYear - born > 65) continue;
        taken.add(index);
        return index;
      }
    return addPerson(town.people, startYear - age, random.int(365), false);
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

/** The town hall: units, managers, part-timers, some leave, a few who join or go. */
export function createOfficials(town: Town, count: number, days: number, seed: number): Official[] {
  const random = createRandom(seed, 'officials');
  const pickPerson = createPersonPicker(town, random);
  const perRole = new Map<Role, number>();
  const managers = new Map<string, string>();
  return Array.from({ length: count }, (_, ordinal) => {
    const shape = roleOf(ordinal, count);
    const rank = perRole.get(shape.role) ?? 0;
    perRole.set(shape.role, rank + 1);
    const unit = `${shape.role}-${Math.floor(rank / UNIT_SIZE) + 1}`;
    const actorId = `u${String(100_000 + random.int(9) * 100_000 + ordinal * 7)}`;
    const managerId = managers.get(unit) ?? '';
    if (managerId === '') managers.set(unit, actorId);
    const leaveFrom = town.startDay + random.int(days);
    const change = random.next();
    // Own pace: log-normal around the role, so peers differ as they do in the receipt log.
    const mean = Math.max(3, Math.min(40, shape.mean * Math.exp(0.3 * random.normal())));
    return {
      actorId,
      person: pickPerson(),
      unit,
      role: shape.role,
      shape,
      managerId,
      mean,
      weekdays: random.pick(WEEKS.slice(0, shape.role === 'desk' ? 8 : 7)),
      fromDay: change < 0.02 ? town.startDay + random.int(days) : null,
      toDay: change > 0.98 ? town.startDay + random.int(days) : null,
      leave: random.chance(0.01 * days)
        ? { fromDay: leaveFrom, toDay: leaveFrom + 4 + random.int(10) }
        : null,
      host: `ws-${random.hex(6)}.example.org`,
      ip: `192.0.2.${1 + random.int(254)}`,
      ordinal,
    };
  });
}

/** Whether the official is on shift on this local day. */
export function isWorking(official: Official, day: number): boolean {
  if (!official.weekdays.includes(weekday(day))) return false;
  if (official.fromDay !== null && day < official.fromDay) return false;
  if (official.toDay !== null && day > official.toDay) return false;
  const { leave } = official;
  return leave === null || day < leave.fromDay || day > leave.toDay;
}
