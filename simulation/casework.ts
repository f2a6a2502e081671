import { isoDay, weekday } from '../domain/time.ts';
import type { Access, Timed } from './accesses.ts';
import type { Caseload, Exclusions } from './caseload.ts';
import { QUEUE_SHARE, UNREGISTERED, WEEKDAYS } from './constants.ts';
import type { Official, PersonIndex, Town } from './model.ts';
import { isWorking } from './officials.ts';
import type { Random } from './random.ts';

type Deps = {
  town: Town;
  officials: Official[];
  caseload: Caseload;
  excluded: Exclusions;
  random: Random;
  record: (access: Access, into: Timed[]) => void;
};
type Mandate = { official: Official; day: number };
export type WorkCount = { lookups: number; covered: number };

/** Residents by surname, for the namesake who is opened first. */
function bySurname(town: Town): Map<string, PersonIndex[]> {
  const map = new Map<string, PersonIndex[]>();
  for (let i = 0; i < town.citizens; i++) {
    const name = town.people[i]?.surname ?? '';
    const list = map.get(name);
    if (list) list.push(i);
    else map.set(name, [i]);
  }
  return map;
}

/** The ordinary days of the town hall. */
export function createCasework({ town, officials, caseload, excluded, random, record }: Deps) {
  const namesakes = bySurname(town);
  const training = Array.from({ length: 5 }, () => random.int(town.citizens));
  const mandates: Mandate[] = [];

  for (const official of officials) {
    const backlog = Math.round(official.mean * (official.shape.touches > 1.5 ? 2 : 0.2));
    for (let i = 0; i < backlog; i++) {
      const day = town.startDay - 1 - random.int(20);
      caseload.open(official, day, caseload.drawClient(official.unit), random.chance(QUEUE_SHARE));
    }
  }

  /** A lawful look-up that leaves no row: the generator knows it is lawful, the detector cannot. */
  function unregistered(official: Official, day: number): PersonIndex {
    const client = town.people[caseload.anyOwn(official, day)?.person ?? -1];
    const kind = random.next();
    let person = random.int(town.citizens);
    if (client && kind < 0.3)
      person = random.pick(town.households[client.household]?.members ?? [person]);
    else if (client && kind < 0.5) person = random.pick(namesakes.get(client.surname) ?? [person]);
    else if (kind > 0.97) person = random.pick(training);
    return excluded.has(official.unit, person) ? caseload.drawClient(official.unit) : person;
  }

  function lookUp(official: Official, day: number, into: Timed[], count: WorkCount): void {
    const x = random.next();
    const isOutOfHours = random.chance(0.004);
    let person: PersonIndex;
    let caseRef: string | null = null;
    if (x < UNREGISTERED) person = unregistered(official, day);
    else {
      const isQueue = x < UNREGISTERED + QUEUE_SHARE;
      const work = isQueue ? caseload.nextOfUnit(official, day) : caseload.next(official, day);
      person = work.person;
      caseRef = work.caseRef;
      count.covered++;
    }
    count.lookups++;
    const subject = town.people[person];
    if (subject)
      record({ official, person: subject, day, caseRef, isOutOfHours, incident: null }, into);
  }

  /** Bulk work on order: more persons than usual, no case each, a mandate over all of them. */
  function bulk(official: Official, day: number, into: Timed[], count: WorkCount): void {
    for (let i = random.count(official.mean * 2.5, 1.5); i > 0; i--) {
      const person = town.people[caseload.drawClient(official.unit)];
      if (!person) continue;
      count.lookups++;
      count.covered++;
      record({ official, person, day, caseRef: null, isOutOfHours: false, incident: null }, into);
    }
  }

  return {
    /** Gives out the mandates of the period: one mailing for a tax unit, some single ones. */
    planMandates(days: number): void {
      const total = Math.max(1, Math.round((officials.length * days) / 4_000));
      for (let i = 0; i <= total; i++) {
        const candidates = officials.filter((o) => ['tax', 'enforcement'].includes(o.role));
        const official = random.pick(candidates.length > 0 ? candidates : officials);
        const day = town.startDay + random.int(days);
        caseload.mandate(official, day, day + 2, i === 0);
        for (const at of [day, day + 1]) mandates.push({ official, day: at });
      }
    },
    workDay(day: number, into: Timed[], count: WorkCount): void {
      // Two Christmas days and New Year: the desk is closed.
      const isClosed = ['12-25', '12-26', '01-01'].includes(isoDay(day).slice(5));
      if (isClosed) return;
      for (const official of officials) {
        if (!isWorking(official, day)) continue;
        const mean = official.mean * (WEEKDAYS[weekday(day)] ?? 0);
        for (let i = Math.min(150, random.count(mean, official.shape.dispersion)); i > 0; i--)
          lookUp(official, day, into, count);
        if (mandates.some((m) => m.official === official && m.day === day))
          bulk(official, day, into, count);
      }
    },
  };
}
