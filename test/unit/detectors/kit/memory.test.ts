import { expect, test } from 'vitest';
import { caseFault } from '../../../../detectors/kit/case-evidence.ts';
import { addPlace, emptyHome, isElsewhere } from '../../../../detectors/kit/home.ts';
import { easterOf, hourOfWeek, isHoliday, OFFICE_HOURS } from '../../../../detectors/kit/hours.ts';
import { meet, noPairs } from '../../../../detectors/kit/pairs.ts';
import { addShare, emptyShare } from '../../../../detectors/kit/share.ts';
import { lnShareTail, rareBinP } from '../../../../detectors/kit/statistics.ts';
import { DAY_MS, isoDay } from '../../../../domain/time.ts';
import { aLookup, aReference, instant, token } from '../../../helpers/lookups.ts';

test('pairs are told apart, counted by day and kept through growth', () => {
  const pairs = noPairs();
  for (let day = 1; day <= 3; day++)
    for (let i = 0; i < 3_000; i++) meet(pairs, token(`s.1.${i}`), day * 10, 760);
  expect(pairs.size).toBe(3_000);
  for (let i = 0; i < 3_000; i++)
    expect(meet(pairs, token(`s.1.${i}`), 30, 760)).toEqual({
      firstDay: 10,
      lastDay: 30,
      days: 3,
      spaced: 2,
      earlier: [20, 10],
    });
});
test('pairs begin anew after the memory, not a day before', () => {
  const pairs = noPairs();
  meet(pairs, token('s1'), 100, 760);
  expect(meet(pairs, token('s1'), 860, 760).days).toBe(2);
  expect(meet(pairs, token('s1'), 860 + 761, 760).days).toBe(1);
});
test.each([
  ['2024-03-31', 2024],
  ['2025-04-20', 2025],
  ['2026-04-05', 2026],
  ['2038-04-25', 2038],
])('Easter falls on %s', (iso, year) => {
  expect(isoDay(easterOf(year))).toBe(iso);
});
test.each([
  ['2026-01-01', true],
  ['2026-04-06', true],
  ['2026-04-27', true],
  ['2026-05-14', true],
  ['2026-05-25', true],
  ['2026-12-26', true],
  ['2026-05-26', false],
])('%s is a holiday: %s', (iso, expected) => {
  expect(isHoliday(Date.parse(iso) / DAY_MS)).toBe(expected);
});
test('a holiday counts as a Sunday, in local hours', () => {
  expect(hourOfWeek(instant('Tue 10:30'))).toBe(24 + 10);
  expect(hourOfWeek(Date.parse('2026-04-27T10:30:00+02:00'))).toBe(6 * 24 + 10);
});
test('office hours sum to one, and an evening is rare until it is one’s own', () => {
  expect(OFFICE_HOURS.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  const own = new Uint16Array(168);
  const evening = 24 + 22;
  expect(rareBinP(own, 0, OFFICE_HOURS, evening)).toBeLessThan(0.01);
  own[evening] = 100;
  expect(rareBinP(own, 100, OFFICE_HOURS, evening)).toBeGreaterThan(0.5);
});
test('the share tail keeps its golden values by recurrence', () => {
  expect(lnShareTail(14, 20, 0.06)).toBeCloseTo(-17.53590796, 7);
  expect(lnShareTail(40, 300, 0.06)).toBeCloseTo(-3.13135540343, 8);
});
test('a share is surprised by a day beyond the own past, and by what it sees for the first time', () => {
  const state = emptyShare();
  const options = { prior: 0.05, halfLife: 9 };
  for (let day = 0; day < 60; day++) addShare(state, day, day % 2, 20, options);
  expect(addShare(state, 60, 1, 20, options).p).toBeGreaterThan(0.3);
  expect(addShare(state, 61, 8, 20, options).p).toBeLessThan(1e-4);
});
test('home is where most people live who are looked up, in each way of writing', () => {
  const home = emptyHome();
  const reference = aReference({ municipalities: { s1: '0363' } });
  const here = aLookup({ municipality: 'Amsterdam' });
  const there = aLookup({ subject: 's2', municipality: 'Urk' });
  expect(isElsewhere(home, there, reference)).toBe(false);
  for (let i = 0; i < 6; i++) addPlace(home, here, reference);
  expect(isElsewhere(home, there, reference)).toBe(true);
  expect(isElsewhere(home, here, reference)).toBe(false);
});
test('a quoted number of nobody in particular is no fault', () => {
  const row = {
    kind: 'mandate' as const,
    actor: null,
    unit: 'desk',
    domain: '',
    from: null,
    to: null,
  };
  const reference = {
    ...aReference(),
    casesByRef: () => [{ ...row, caseRef: token('c1'), subject: null }],
  };
  expect(caseFault(token('c1'), token('s1'), 0, reference)).toBeNull();
});
