// Looks at a time, by a right or under an account that is not the official's to use.
import { weekday } from '../../domain/time.ts';
import type { Official } from '../model.ts';
import { isOnLeave, isWorking } from '../officials.ts';
import {
  levelled,
  type PlannedVisit,
  residents,
  type Scene,
  type Script,
  whenOf,
  workdays,
} from './script.ts';

const outOfHours: Script = {
  typology: 'out-of-hours',
  levels: ['L1', 'L3'],
  plan(official, level, scene) {
    const { random } = scene;
    if (official.standby.length > 0) return null;
    const on = workdays(official, scene, 2 + random.int(3));
    if (on.length < 2) return null;
    const visits = on.flatMap((day) => {
      // Half of them from home on the Sunday after.
      const at = random.chance(0.5) ? day + 6 - weekday(day) : day;
      return residents(official, scene, 2 + random.int(4)).map((person) => ({
        ...{ official, person, day: at, when: 'evening' as const },
        device: official.hosts[1],
      }));
    });
    return levelled(official, level, scene, { visits, note: 'from home at night' });
  },
};

const onLeave: Script = {
  typology: 'on-leave',
  levels: ['L1', 'L2', 'L3', 'L5'],
  plan(official, level, scene) {
    const { town, random } = scene;
    const days: number[] = [];
    // The first and the last day of a leave are everybody's grey zone.
    for (let day = town.startDay + 8; day < town.startDay + town.days - 1; day++)
      if ([-1, 0, 1].every((step) => isOnLeave(official, day + step)) && weekday(day) < 5)
        days.push(day);
    if (days.length < 2) return null;
    const on = days.slice(0, level === 'L5' ? 2 : 1 + random.int(3));
    const visits = on.flatMap((day) =>
      residents(official, scene, level === 'L5' ? 1 : 3 + random.int(4)).map((person) => ({
        ...{ official, person, day, when: whenOf(level) },
      })),
    );
    return levelled(official, level, scene, { visits, note: 'during leave' });
  },
};

const expiredRole: Script = {
  typology: 'expired-role',
  levels: ['L1', 'L2', 'L3', 'L5'],
  plan(official, level, scene) {
    const { town, random } = scene;
    const end = town.startDay + town.days;
    if (official.toDay === null || official.toDay + 12 > end) return null;
    const on: number[] = [];
    const gap = level === 'L5' ? 7 : 1 + random.int(3);
    for (let day = official.toDay + 5 + random.int(4); day < end && on.length < 5; day += gap)
      if (weekday(day) < 5) on.push(day);
    const visits = on.flatMap((day) =>
      residents(official, scene, level === 'L5' ? 1 : 1 + random.int(3)).map((person) => ({
        ...{ official, person, day, when: whenOf(level) },
      })),
    );
    if (visits.length < 2) return null;
    return levelled(official, level, scene, { visits, note: 'the account outlived the job' });
  },
};

const emergencyOveruse: Script = {
  typology: 'emergency-overuse',
  levels: ['L1', 'L2', 'L5'],
  plan(official, level, scene) {
    const { random } = scene;
    if (!['social-domain', 'youth'].includes(official.role)) return null;
    const on = level === 'L5' ? workdays(official, scene, 6, 7) : workdays(official, scene, 4, 2);
    if (on.length < 3) return null;
    const visits = on.flatMap((day) =>
      residents(official, scene, level === 'L5' ? 1 : 2 + random.int(2)).map((person) => ({
        ...{ official, person, day, when: whenOf(level) },
        ...{ isEmergency: true, system: 'suwinet' },
      })),
    );
    return { visits, note: 'the emergency button as a short cut' };
  },
};

/** Refused, refused, refused; then through another system. */
const deniedProbing: Script = {
  typology: 'denied-probing',
  levels: ['L1', 'L2', 'L5'],
  plan(official, level, scene) {
    const { random } = scene;
    const on = level === 'L5' ? workdays(official, scene, 6, 7) : workdays(official, scene, 2);
    if (on.length === 0) return null;
    const visits = on.flatMap((day) => {
      let when = (level === 'L1' ? 19.5 + random.next() : 9 + 5 * random.next()) * 3_600_000;
      return residents(official, scene, level === 'L5' ? 2 : 6 + random.int(5)).flatMap(
        (person) => {
          when += 20_000 + random.int(100_000);
          const look = { official, person, day, when };
          const tried: PlannedVisit[] = [{ ...look, system: 'suwinet', outcome: 'denied' }];
          if (random.chance(0.4)) tried.push({ ...look, when: when + 60_000, system: 'brp' });
          return tried;
        },
      );
    });
    return { visits, note: 'trying doors that are shut' };
  },
};

/** A colleague works under this account from another desk while its owner is at work. */
const sharedAccount: Script = {
  typology: 'shared-account',
  levels: ['L2', 'L4', 'L5'],
  plan(official, level, scene) {
    const { random } = scene;
    const borrower = borrowerOf(official, scene);
    const on = level === 'L5' ? workdays(official, scene, 5, 7) : workdays(official, scene, 2);
    const together = on.filter((day) => borrower !== null && isWorking(borrower, day));
    if (borrower === null || together.length < (level === 'L5' ? 3 : 1)) return null;
    const visits = together.flatMap((day) => {
      const start = (9 + 5 * random.next()) * 3_600_000;
      const persons = residents(official, scene, level === 'L5' ? 4 : 7 + random.int(5));
      return persons.map((person, i) => ({
        // Every other look is the owner's own, at the own desk.
        ...{ official, person, day, when: start + i * (90_000 + random.int(60_000)) },
        device: i % 2 === 0 ? borrower.hosts[0] : official.hosts[0],
        ...(level === 'L4' && { cover: 'own-case' as const, isQuoted: true }),
      }));
    });
    return { visits, note: 'two people, one account' };
  },
};

function borrowerOf(official: Official, { officials, random }: Scene): Official | null {
  const mates = officials.filter((o) => o !== official && o.unit === official.unit);
  return mates.length === 0 ? null : random.pick(mates);
}

export const ACCOUNTS: readonly Script[] = [
  outOfHours,
  onLeave,
  expiredRole,
  emergencyOveruse,
  deniedProbing,
  sharedAccount,
];
