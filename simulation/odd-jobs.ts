// Lawful work that looks odd: without it every detector would have an empty background.
import { isoDay, weekday } from '../domain/time.ts';
import type { Timed } from './accesses.ts';
import type { Work, WorkCount } from './casework.ts';
import { NEWS_PER_DAY } from './constants.ts';
import { HOMES_PER_STREET } from './households.ts';
import type { Official, PersonIndex, QueryKey, Visit } from './model.ts';
import { isOnLeave, isOnStandby, isWorking } from './officials.ts';

type Mandate = { official: Official; fromDay: number; toDay: number };

export function createOddJobs({ town, officials, caseload, excluded, random, record }: Work) {
  const mandates: Mandate[] = [];
  const requestId = () => `r${random.hex(13)}`;

  const visit = (official: Official, day: number, person: PersonIndex | null): Visit => ({
    official,
    person,
    day,
    when: 'office',
    caseRef: null,
    incident: null,
  });
  const lawful = (visit: Visit, into: Timed[], count: WorkCount, isCovered: boolean) => {
    if (visit.person !== null && excluded.has(visit.official, visit.person)) return;
    count.lookups++;
    if (isCovered) count.covered++;
    record(visit, into);
  };

  /** Bulk work on order: more persons than usual, no case each, a mandate over all of them. */
  function mailing(official: Official, day: number, into: Timed[], count: WorkCount): void {
    const total = random.count(official.mean * 2.5, 1.5);
    const isExport = random.chance(0.3);
    const request = isExport ? { requestId: requestId(), actions: ['export'] as const } : {};
    const when = isExport ? (9 + 6 * random.next()) * 3_600_000 : 'office';
    for (let i = isExport ? total * 2 : total; i > 0; i--) {
      const client = visit(official, day, caseload.drawClient(official));
      lawful({ ...client, when, ...request }, into, count, true);
    }
    if (random.chance(0.3)) {
      const bulk = { actions: ['export'] as const, key: 'other' as const };
      record({ ...visit(official, day, null), ...bulk, resultCount: total * 6 }, into);
    }
  }

  /** A walk along one side of a street: addresses in order, most without a case of their own. */
  function inspection(official: Official, day: number, into: Timed[], count: WorkCount): void {
    const streets = Math.floor(town.households.length / HOMES_PER_STREET);
    const start = random.int(streets) * HOMES_PER_STREET + random.int(40);
    let when = (9 + 5 * random.next()) * 3_600_000;
    for (let i = 0; i < 8 + random.int(12); i++) {
      const person = town.households[start + 2 * i]?.members[0];
      if (person === undefined) continue;
      when += 15_000 + random.int(60_000);
      const look = { actions: ['search', 'view'] as const, key: 'address' as const, when };
      lawful({ ...visit(official, day, person), ...look, system: 'brp' }, into, count, true);
    }
  }

  /** The own work list on paper at the end of the month. */
  function workList(official: Official, day: number, into: Timed[], count: WorkCount): void {
    const request = requestId();
    const when = (9 + 7 * random.next()) * 3_600_000;
    const seen = new Set<PersonIndex>();
    const actions = [random.pick(['list', 'export', 'print'] as const)];
    for (let i = 0; i < 6 + random.int(14); i++) {
      const found = caseload.anyOwn(official, day);
      if (found === null || seen.has(found.person)) continue;
      seen.add(found.person);
      const { caseRef } = found;
      const list = { actions, caseRef, requestId: request, when };
      lawful({ ...visit(official, day, found.person), ...list }, into, count, true);
    }
  }

  /** A table for the quarterly figures: one line in the log, many persons in the file. */
  function figures(official: Official, day: number, into: Timed[]): void {
    const bulk = { actions: ['export'] as const, key: 'other' as const };
    record({ ...visit(official, day, null), ...bulk, resultCount: random.count(40, 30) }, into);
  }

  /** Nobody found, or far too many: spelling by ear at the counter and on the phone. */
  function lostSearch(official: Official, day: number, into: Timed[]): void {
    const isWild = random.chance(0.3);
    const key: QueryKey = isWild
      ? 'wildcard'
      : random.pick(['name', 'name', 'address', 'other'] as const);
    const resultCount = isWild ? random.count(25, 14) : 0;
    const look = { actions: ['search'] as const, key, resultCount };
    record({ ...visit(official, day, null), ...look }, into);
  }

  /** A right that was not granted yet: refused a few times, then a colleague looks. */
  function refusal(official: Official, day: number, into: Timed[]): void {
    const colleague = officials.find(
      (o) => o.unit === official.unit && o !== official && isWorking(o, day),
    );
    for (let i = 1 + random.int(3); i > 0; i--) {
      const found = caseload.anyOwn(official, day);
      if (found === null) return;
      const { person, caseRef } = found;
      record({ ...visit(official, day, person), caseRef, outcome: 'denied' }, into);
      if (colleague && !excluded.has(colleague, person) && random.chance(0.15))
        record({ ...visit(colleague, day, person), caseRef }, into);
    }
  }

  /** A call at night: the crisis service opens a file and registers the contact. */
  function standbyCall(official: Official, day: number, into: Timed[], count: WorkCount): void {
    const person = caseload.drawClient(official);
    const { caseRef } = caseload.open(official, day, person, false);
    const isEmergency = official.role === 'youth' && random.chance(0.4);
    const when = random.chance(0.6) ? 'evening' : (random.chance(0.5) ? 6 : 23.1) * 3_600_000;
    const call = { caseRef, when, ...(isEmergency && { isEmergency }) } as const;
    lawful({ ...visit(official, day, person), ...call }, into, count, true);
  }

  /**
   * Something happened to a resident: several units get a case on the same day. Curious looks at
   * the same person are misuse and are planned there.
   */
  function news(day: number, into: Timed[], count: WorkCount): void {
    const person = random.int(town.citizens);
    const team = new Set<Official>();
    for (let i = 0; i < 40 && team.size < 2 + (day % 3); i++) {
      const official = random.pick(officials);
      if (isWorking(official, day) && !excluded.has(official, person)) team.add(official);
    }
    for (const official of team) {
      const { caseRef } = caseload.open(official, day, person, false);
      lawful({ ...visit(official, day, person), caseRef }, into, count, true);
    }
  }

  /** Called in while away, or finishing up after the last day. */
  function strayWork(official: Official, day: number, into: Timed[], count: WorkCount): void {
    const isGone = official.toDay !== null && day > official.toDay;
    const isAway = isOnLeave(official, day) && official.weekdays.includes(weekday(day));
    const share = isGone && day <= (official.toDay ?? 0) + 2 ? 0.3 : isAway ? 0.03 : 0;
    if (share === 0 || !random.chance(share)) return;
    for (let i = 1 + random.int(3); i > 0; i--) {
      const found = caseload.anyOwn(official, day);
      if (found === null) return;
      const { person, caseRef } = found;
      lawful({ ...visit(official, day, person), caseRef }, into, count, true);
    }
  }

  return {
    /** Gives out the mandates of the period: a mailing for a unit, inspections, single ones. */
    plan(): void {
      const total = Math.max(2, Math.round((officials.length * town.days) / 3_000));
      for (let i = 0; i <= total; i++) {
        const isInspection = i % 3 === 2;
        const roles = isInspection ? ['enforcement', 'permits'] : ['tax', 'enforcement', 'desk'];
        const candidates = officials.filter((o) => roles.includes(o.role) && o.change === null);
        const official = random.pick(candidates.length > 0 ? candidates : officials);
        const fromDay = town.startDay + random.int(town.days);
        caseload.mandate(official, fromDay, fromDay + 2, i === 0);
        mandates.push({ official, fromDay, toDay: fromDay + 1 });
      }
    },
    workDay(day: number, into: Timed[], count: WorkCount): void {
      for (const official of officials) {
        if (isOnStandby(official, day) && random.chance(0.35))
          standbyCall(official, day, into, count);
        strayWork(official, day, into, count);
      }
      const expected = (NEWS_PER_DAY * town.citizens) / 100_000;
      if (random.chance(expected)) news(day, into, count);
    },
    ofOfficial(official: Official, day: number, into: Timed[], count: WorkCount): void {
      const { role } = official;
      const isMonthEnd = isoDay(day + 1).slice(5, 7) !== isoDay(day).slice(5, 7);
      mandates.forEach((mandate, i) => {
        if (mandate.official !== official || day < mandate.fromDay || day > mandate.toDay) return;
        if (i % 3 === 2) inspection(official, day, into, count);
        else mailing(official, day, into, count);
      });
      const lists = ['tax', 'social-domain', 'youth', 'hr'].includes(role);
      if (lists && random.chance(isMonthEnd ? 0.4 : 0.04)) workList(official, day, into, count);
      if (lists && random.chance(0.006)) figures(official, day, into);
      const lost = role === 'desk' || role === 'call-centre' ? 0.6 : 0.12;
      for (let i = random.count(lost, 1.5); i > 0; i--) lostSearch(official, day, into);
      if (random.chance(0.001)) refusal(official, day, into);
    },
  };
}
