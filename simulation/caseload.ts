import { isoDay } from '../domain/time.ts';
import type { Official, PersonIndex, Town } from './model.ts';
import type { Random } from './random.ts';
import type { CsvFile } from './write.ts';

export type OpenCase = { caseRef: string; person: PersonIndex; untilDay: number };

/** Who may not come by in ordinary work: unlawful look-ups must stay without a lawful reason. */
export type Exclusions = {
  add(unit: string, person: PersonIndex): void;
  has(unit: string, person: PersonIndex): boolean;
};

export function createExclusions(): Exclusions {
  const byUnit = new Map<string, Set<PersonIndex>>();
  return {
    add(unit, person) {
      byUnit.set(unit, (byUnit.get(unit) ?? new Set()).add(person));
    },
    has: (unit, person) => byUnit.get(unit)?.has(person) ?? false,
  };
}

export type Caseload = ReturnType<typeof createCaseload>;

/** Opens cases, appointments and mandates, writes their rows and keeps what is still live. */
export function createCaseload(town: Town, file: CsvFile, random: Random, excluded: Exclusions) {
  const own = new Map<string, OpenCase[]>();
  const queues = new Map<string, OpenCase[]>();
  let serial = 4_000 + random.int(3_000);

  const refOf = (day: number): string => {
    serial += 1 + random.int(3);
    return `Z-${isoDay(day).slice(0, 4)}-${String(serial).padStart(7, '0')}`;
  };
  const live = (map: Map<string, OpenCase[]>, key: string): OpenCase[] => {
    const list = map.get(key) ?? [];
    map.set(key, list);
    return list;
  };
  const idOf = (person: PersonIndex): string => town.people[person]?.id ?? '';

  /** Some residents need the town hall far more often than others. */
  function drawClient(unit: string): PersonIndex {
    for (;;) {
      // 7,919 is prime: it scatters the frequent clients over the streets.
      const rank = Math.floor(town.citizens * random.next() ** 1.6);
      const person = (rank * 7_919) % town.citizens;
      if (!excluded.has(unit, person)) return person;
    }
  }

  function open(official: Official, day: number, person: PersonIndex, isQueue: boolean): OpenCase {
    const { unit, role, actorId } = official;
    const isShort = role === 'desk' || role === 'call-centre';
    const kind = isQueue
      ? 'workitem'
      : role === 'desk'
        ? 'appointment'
        : role === 'call-centre'
          ? 'contact'
          : 'case';
    const untilDay = day + (isShort ? random.int(3) : 10 + random.int(60));
    const row = { caseRef: refOf(day), person, untilDay };
    file.row([
      row.caseRef,
      idOf(person),
      kind,
      isQueue ? '' : actorId,
      unit,
      role,
      isoDay(day),
      isoDay(untilDay),
    ]);
    live(isQueue ? queues : own, isQueue ? unit : actorId).push(row);
    return row;
  }

  /** One of the live cases; the ones that have ended are dropped on the way. */
  function drawLive(list: OpenCase[], day: number): OpenCase | null {
    while (list.length > 0) {
      const at = random.int(list.length);
      const found = list[at];
      if (found && found.untilDay >= day) return found;
      const last = list.pop();
      if (last && at < list.length) list[at] = last;
    }
    return null;
  }

  return {
    drawClient,
    open,
    next(official: Official, day: number): OpenCase {
      const isNew = random.chance(1 / official.shape.touches);
      const known = isNew ? null : drawLive(live(own, official.actorId), day);
      return known ?? open(official, day, drawClient(official.unit), false);
    },
    nextOfUnit(official: Official, day: number): OpenCase {
      const known = random.chance(0.5) ? drawLive(live(queues, official.unit), day) : null;
      return known ?? open(official, day, drawClient(official.unit), true);
    },
    anyOwn: (official: Official, day: number) => drawLive(live(own, official.actorId), day),
    mandate(official: Official, fromDay: number, toDay: number, isUnit: boolean): void {
      const ref = refOf(fromDay);
      const { actorId, unit, role } = official;
      file.row([
        ref,
        '',
        'mandate',
        isUnit ? '' : actorId,
        unit,
        role,
        isoDay(fromDay),
        isoDay(toDay),
      ]);
    },
  };
}
