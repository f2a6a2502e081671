import { isoDay, weekday } from '../domain/time.ts';
import type { Timed } from './accesses.ts';
import type { Caseload, Exclusions } from './caseload.ts';
import { COVER_SHARE, OVERTIME, QUEUE_SHARE, QUOTED_WRONG, SEASON, WEEKDAYS } from './constants.ts';
import type { Official, PersonIndex, Town, Visit } from './model.ts';
import { createOddJobs } from './odd-jobs.ts';
import { enterPosts, isOnLeave, isWorking } from './officials.ts';
import type { Random } from './random.ts';

export type RecordVisit = (visit: Visit, into: Timed[]) => void;
export type WorkCount = { lookups: number; covered: number };
export type Work = {
  town: Town;
  officials: Official[];
  caseload: Caseload;
  excluded: Exclusions;
  random: Random;
  record: RecordVisit;
};

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

/** Two Christmas days and New Year: the town hall is closed. */
const isClosed = (day: number): boolean =>
  ['12-25', '12-26', '01-01'].includes(isoDay(day).slice(5));

/** The ordinary days of the town hall. */
export function createCasework(work: Work) {
  const { town, officials, caseload, excluded, random, record } = work;
  const namesakes = bySurname(town);
  /** Each unit has an example of its own to show to newcomers. */
  const examples = new Map<string, PersonIndex>();
  const odd = createOddJobs(work);

  caseload.writePast(officials);
  for (const official of officials) {
    const backlog = Math.round(official.mean * (official.shape.touches > 1.5 ? 2 : 0.2));
    for (let i = 0; i < backlog; i++) {
      const day = town.startDay - 1 - random.int(20);
      caseload.open(official, day, caseload.drawClient(official), random.chance(QUEUE_SHARE));
    }
  }

  function exampleOf(unit: string): PersonIndex {
    const known = examples.get(unit) ?? random.int(town.citizens);
    examples.set(unit, known);
    return known;
  }
  const visitOf = (official: Official, day: number, person: PersonIndex): Visit => ({
    official,
    person,
    day,
    when: random.chance(OVERTIME) ? 'evening' : 'office',
    caseRef: null,
    incident: null,
  });

  /**
   * A lawful look-up that leaves no row: the generator knows it is lawful, the detector cannot.
   * A call, a walk-in, a household, a namesake, a slip of the hand, a training, a former client.
   */
  function unregistered(official: Official, day: number, into: Timed[]): void {
    const work = caseload.anyOwn(official, day);
    const client = town.people[work?.person ?? -1];
    const kind = random.next();
    let person = caseload.drawClient(official);
    if (kind < 0.15 && client)
      person = random.pick(town.households[client.household]?.members ?? [person]);
    else if (kind < 0.3 && client && work) {
      namesake(official, day, work, random.pick(namesakes.get(client.surname) ?? [person]), into);
      return;
    } else if (kind < 0.4) person = random.int(town.citizens);
    else if (kind < 0.405) person = exampleOf(official.unit);
    else if (kind < 0.5) person = caseload.anyClosed(official)?.person ?? person;
    if (excluded.has(official, person)) person = caseload.drawClient(official);
    record(visitOf(official, day, person), into);
  }

  /** The wrong Jansen first, the right one within two minutes, by the same key. */
  function namesake(
    official: Official,
    day: number,
    work: { person: PersonIndex; caseRef: string },
    wrong: PersonIndex,
    into: Timed[],
  ): void {
    const system = random.pick(['brp', 'zaaksysteem'] as const);
    const when = (8.5 + 8 * random.next()) * 3_600_000;
    const common = { key: 'name', system, actions: ['search', 'view'], resultCount: 2 } as const;
    const first = { ...visitOf(official, day, wrong), ...common, when };
    if (!excluded.has(official, wrong)) record(first, into);
    const right = { ...visitOf(official, day, work.person), ...common, caseRef: work.caseRef };
    record({ ...right, when: when + 95_000 + random.int(20_000) }, into);
  }

  /** While a colleague is away somebody else of the unit takes the case. */
  function cover(official: Official, day: number) {
    const away = officials.filter((o) => o.unit === official.unit && isOnLeave(o, day));
    const found = away.length === 0 ? null : caseload.anyOwn(random.pick(away), day);
    return found !== null && !excluded.has(official, found.person) ? found : null;
  }

  function lookUp(official: Official, day: number, into: Timed[], count: WorkCount): void {
    const x = random.next();
    const unregisteredShare = official.shape.unregistered * official.carelessness;
    count.lookups++;
    if (x < unregisteredShare) {
      unregistered(official, day, into);
      return;
    }
    count.covered++;
    const y = random.next();
    const work =
      (y < COVER_SHARE ? cover(official, day) : null) ??
      (y < COVER_SHARE + QUEUE_SHARE
        ? caseload.nextOfUnit(official, day)
        : caseload.next(official, day));
    const visit = visitOf(official, day, work.person);
    // The counterparty's number, or that of the case before: a slip that no row supports.
    const other = random.chance(QUOTED_WRONG.counterparty) ? caseload.anyOwn(official, day) : null;
    const isEmergency = official.role === 'social-domain' && random.chance(0.004);
    const caseRef = (other ?? work).caseRef;
    record({ ...visit, caseRef, ...(isEmergency && { isEmergency, system: 'suwinet' }) }, into);
  }

  return {
    plan: odd.plan,
    workDay(day: number, into: Timed[], count: WorkCount): void {
      enterPosts(officials, day);
      odd.workDay(day, into, count);
      if (isClosed(day)) return;
      const season = SEASON[new Date(day * 86_400_000).getUTCMonth()] ?? 1;
      for (const official of officials) {
        if (!isWorking(official, day)) continue;
        const mean = official.mean * season * (WEEKDAYS[weekday(day)] ?? 0);
        for (let i = Math.min(150, random.count(mean, official.shape.dispersion)); i > 0; i--)
          lookUp(official, day, into, count);
        odd.ofOfficial(official, day, into, count);
      }
    },
  };
}
