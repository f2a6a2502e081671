import { isoDay } from '../domain/time.ts';
import { PAST_CASES, PAST_DAYS, REGISTERED_LATE, type RoleShape } from './constants.ts';
import type { Official, PersonIndex, Town } from './model.ts';
import type { Random } from './random.ts';
import type { CsvFile } from './write.ts';

export type OpenCase = { caseRef: string; person: PersonIndex; untilDay: number; unit: string };
type Post = { actorId: string; unit: string; role: string; shape: RoleShape };

/** Who may not come by in ordinary work: unlawful look-ups must stay without a lawful reason. */
export type Exclusions = ReturnType<typeof createExclusions>;
export function createExclusions() {
  const byKey = new Map<string, Set<PersonIndex>>();
  const add = (key: string, person: PersonIndex): void => {
    const set = byKey.get(key);
    if (set) set.add(person);
    else byKey.set(key, new Set([person]));
  };
  const has = (key: string, person: PersonIndex): boolean => byKey.get(key)?.has(person) ?? false;
  return {
    /** Nobody of the unit meets this person in ordinary work. */
    ofUnit: add,
    /** The official does not, but the team may. */
    ofOfficial: add,
    /** Nobody works on this person at all: a file that lies still. */
    ofAll: (person: PersonIndex): void => add('', person),
    has: (official: { unit: string; actorId: string }, person: PersonIndex): boolean =>
      has(official.unit, person) || has(official.actorId, person) || has('', person),
  };
}

export type Caseload = ReturnType<typeof createCaseload>;

const KINDS: Partial<Record<string, string>> = {
  desk: 'appointment',
  'call-centre': 'contact',
  it: 'workitem',
};

/** Opens cases, appointments and mandates, writes their rows and keeps what is still live. */
export function createCaseload(town: Town, file: CsvFile, random: Random, excluded: Exclusions) {
  const own = new Map<string, OpenCase[]>();
  const queues = new Map<string, OpenCase[]>();
  const closed = new Map<string, OpenCase[]>();
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
  const scatter = new Map<string, number>();

  /** Some residents need a service far more often than others; each service has its own. */
  function drawClient(official: Post): PersonIndex {
    const offset = scatter.get(official.role) ?? random.int(town.citizens);
    scatter.set(official.role, offset);
    const outsiders = town.people.length - town.citizens;
    for (;;) {
      if (outsiders > 0 && random.chance(official.shape.elsewhere)) {
        const person = town.citizens + random.int(outsiders);
        if (!excluded.has(official, person)) return person;
      }
      // 7,919 is prime: it scatters the frequent clients over the streets.
      const rank = Math.floor(town.citizens * (0.1 + 0.9 * random.next()) ** 1.6);
      const person = (rank * 7_919 + offset) % town.citizens;
      if (!excluded.has(official, person)) return person;
    }
  }

  function open(official: Post, day: number, person: PersonIndex, isQueue: boolean): OpenCase {
    const { unit, role, actorId, shape } = official;
    const kind = isQueue ? 'workitem' : (KINDS[role] ?? 'case');
    const [least, more] = shape.open;
    const untilDay = day + least + random.int(more);
    const row = { caseRef: refOf(day), person, untilDay, unit };
    // Counter and phone work is often typed in later than it was done.
    const registered = random.chance(REGISTERED_LATE) ? day + 1 + random.int(3) : day;
    const until = isoDay(Math.max(untilDay, registered));
    const whose = isQueue ? '' : actorId;
    file.row([row.caseRef, idOf(person), kind, whose, unit, role, isoDay(registered), until]);
    live(isQueue ? queues : own, isQueue ? unit : actorId).push(row);
    return row;
  }

  /** One of the live cases; those that ended, or stayed with the unit, are put away on the way. */
  function drawLive(list: OpenCase[], day: number, key: string, unit: string): OpenCase | null {
    while (list.length > 0) {
      const at = random.int(list.length);
      const found = list[at];
      if (found && found.untilDay >= day && found.unit === unit) return found;
      if (found) live(closed, key).push(found);
      const last = list.pop();
      if (last && at < list.length) list[at] = last;
    }
    return null;
  }
  const anyOwn = ({ actorId, unit }: { actorId: string; unit: string }, day: number) =>
    drawLive(live(own, actorId), day, actorId, unit);

  /** A case that ended on this day, before the period. */
  function writeEnded(official: Post, person: PersonIndex, ended: number): void {
    const began = ended - 5 - random.int(60);
    const { actorId, unit, role } = official;
    const kind = KINDS[role] ?? 'case';
    file.row([refOf(began), idOf(person), kind, actorId, unit, role, isoDay(began), isoDay(ended)]);
  }

  return {
    drawClient,
    open,
    anyOwn,
    next(official: Official, day: number): OpenCase {
      const isNew = random.chance(1 / official.shape.touches);
      const known = isNew ? null : anyOwn(official, day);
      return known ?? open(official, day, drawClient(official), false);
    },
    /** The first steps of a case: taken from the queue of the unit by whoever is free. */
    nextOfUnit(official: Official, day: number): OpenCase {
      const queue = live(queues, official.unit);
      const known = random.chance(0.2) ? drawLive(queue, day, official.unit, official.unit) : null;
      if (known !== null && !excluded.has(official, known.person)) return known;
      return open(official, day, drawClient(official), true);
    },
    /** A case that ended: of the official, or of the unit. */
    anyClosed(official: Official): OpenCase | null {
      const list = closed.get(official.actorId) ?? closed.get(official.unit) ?? [];
      return list.length === 0 ? null : random.pick(list);
    },
    mandate(official: Official, fromDay: number, toDay: number, isUnit: boolean): string {
      const ref = refOf(fromDay);
      const { actorId, unit, role } = official;
      const whose = isUnit ? '' : actorId;
      file.row([ref, '', 'mandate', whose, unit, role, isoDay(fromDay), isoDay(toDay)]);
      return ref;
    },
    writeEnded,
    /** Work of earlier years: files that lie still. */
    writePast(officials: readonly Official[]): void {
      for (let i = Math.round(town.citizens * PAST_CASES); i > 0; i--) {
        const official = random.pick(officials);
        const ended = town.startDay - 20 - Math.floor(random.next() * PAST_DAYS);
        writeEnded(official, drawClient(official), ended);
      }
    },
  };
}
