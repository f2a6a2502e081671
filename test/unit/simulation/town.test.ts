import { describe, expect, test } from 'vitest';
import { kinOf } from '../../../simulation/kin.ts';
import { createOfficials, isWorking } from '../../../simulation/officials.ts';
import { createTown } from '../../../simulation/population.ts';

const START = 20_458;
const town = createTown(8_000, START, 60, 7);
const residents = town.people.slice(0, town.citizens);

describe('the town', () => {
  test('gives a person about sixteen kin, two in five of them in town', () => {
    const kin = residents.map((_, index) => [...kinOf(town.people, index)]);
    const all = kin.reduce((sum, k) => sum + k.length, 0);
    const local = kin.reduce((sum, k) => sum + k.filter((p) => p < town.citizens).length, 0);
    expect(all / residents.length).toBeGreaterThan(13);
    expect(all / residents.length).toBeLessThan(19);
    expect(local / all).toBeGreaterThan(0.33);
    expect(local / all).toBeLessThan(0.48);
  });

  test('has parents older than children, and nobody as the own kin', () => {
    const wrong = town.people.filter((person, index) =>
      person.parents.some(
        (p) => p === index || (town.people[p]?.birthYear ?? 0) > person.birthYear - 14,
      ),
    );
    expect(wrong).toEqual([]);
  });

  test('lets a former partnership end before the next begins', () => {
    const startOf = (year: number) => Math.floor(Date.UTC(year, 0, 1) / 86_400_000);
    const former = residents.flatMap(({ exPartner, partner, partnerSinceYear }) =>
      exPartner === null ? [] : [{ ...exPartner, partner, partnerSinceYear }],
    );
    expect(former.length).toBeGreaterThan(100);
    const wrong = former.filter(
      ({ fromYear, toDay, partner, partnerSinceYear }) =>
        startOf(fromYear) >= toDay || (partner !== null && toDay > startOf(partnerSinceYear)),
    );
    expect(wrong).toEqual([]);
  });

  test('writes an address history without overlaps', () => {
    const broken = residents.filter(({ formerStays, household }) => {
      const since = town.households[household]?.sinceDay ?? 0;
      const stays = formerStays.toSorted((a, b) => a.fromDay - b.fromDay);
      return stays.some(
        (stay, i) => stay.fromDay > stay.toDay || stay.toDay >= (stays[i + 1]?.fromDay ?? since),
      );
    });
    expect(broken).toEqual([]);
    const moved = residents.filter((p) => p.formerStays.length > 0).length;
    expect(moved / residents.length).toBeGreaterThan(0.5);
  });

  test('keeps frequent surnames apart from the long tail', () => {
    const bearers = new Map<string, number>();
    for (const { surname } of residents) bearers.set(surname, (bearers.get(surname) ?? 0) + 1);
    expect(Math.max(...bearers.values()) / residents.length).toBeGreaterThan(0.01);
    expect(bearers.size).toBeGreaterThan(500);
  });
});

describe('the town hall', () => {
  const officials = createOfficials(town, 400, 7);

  test('has every role, part-timers, leave, standby and people who move on', () => {
    expect(new Set(officials.map((o) => o.role)).size).toBe(9);
    const has = (is: (o: (typeof officials)[number]) => boolean) => officials.filter(is).length;
    expect(has((o) => o.weekdays.length < 4)).toBeGreaterThan(40);
    expect(has((o) => o.leave !== null)).toBeGreaterThan(100);
    expect(has((o) => o.standby.length > 0)).toBeGreaterThan(3);
    expect(has((o) => o.change !== null)).toBeGreaterThan(1);
    expect(has((o) => o.toDay !== null)).toBeGreaterThan(3);
  });

  test('has kin in town, also for those who live elsewhere', () => {
    const withKin = officials.filter((o) =>
      [...kinOf(town.people, o.person)].some((p) => p < town.citizens),
    );
    const commuters = officials.filter((o) => o.person >= town.citizens);
    expect(withKin.length / officials.length).toBeGreaterThan(0.6);
    expect(commuters.filter((o) => withKin.includes(o)).length).toBeGreaterThan(20);
  });

  test('keeps nobody at work on leave or after the last day', () => {
    for (const official of officials) {
      const { leave, toDay } = official;
      if (leave !== null) expect(isWorking(official, leave.fromDay)).toBe(false);
      if (toDay !== null) expect(isWorking(official, toDay + 7)).toBe(false);
    }
  });
});
