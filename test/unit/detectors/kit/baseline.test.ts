import { expect, test } from 'vitest';
import {
  cusum,
  cusumP,
  emptyBaseline,
  expectedToday,
  learn,
} from '../../../../detectors/kit/baseline.ts';

const prior = { mu: 5, phi: 0.5 };
function after(counts: number[]) {
  const state = emptyBaseline();
  for (const count of counts) learn(state, count, expectedToday(state, prior));
  return state;
}
const steady = (days: number) => Array.from({ length: days }, () => 20);

test('the prior alone speaks before the tenth active day', () => {
  expect(expectedToday(after(steady(9)), prior)).toEqual(prior);
  // 10 own days weigh as much as the prior: (20 + 5) / 2
  expect(expectedToday(after(steady(10)), prior).mu).toBeCloseTo(12.5, 6);
});
test('an even official gets the least dispersion, not a negative one', () => {
  expect(expectedToday(after(steady(40)), prior).phi).toBe(0.02);
});
test('a burst teaches no more than four standard deviations', () => {
  const usual = expectedToday(after(steady(60)), prior).mu;
  expect(expectedToday(after([...steady(60), 100_000]), prior).mu - usual).toBeLessThan(2);
});
test('half of the past is gone after twenty active days', () => {
  const zeros = Array.from({ length: 20 }, () => 0);
  expect(after([...steady(400), ...zeros]).mu).toBeCloseTo(10, 6);
});
test('one burst does not ring in the ramp, a lasting rise does', () => {
  const usual = { mu: 5, phi: 0.1 };
  expect(cusum(0, 1_000, usual)).toBe(1.5);
  let sum = 0;
  for (let day = 0; day < 15; day++) sum = cusum(sum, 12, usual);
  expect(cusumP(sum)).toBeLessThan(1e-4);
  expect(cusumP(0)).toBe(1);
});
