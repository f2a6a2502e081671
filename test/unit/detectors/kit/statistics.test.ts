import { expect, test } from 'vitest';
import {
  chanceP,
  erfc,
  lnCommonTail,
  lnGamma,
  lnShareTail,
  lnTail,
  logMadP,
} from '../../../../detectors/kit/statistics.ts';

// Golden values of docs/detection.md §2.1, computed there with 40 digits.
test.each([
  [84, 22, 0.15, -10.9003762681],
  [6, 2.1, 0.02, -3.7729251886],
  [42, 2.2, 0.35, -29.5476795897],
  [15, 20, 0.1, -0.292808363034],
  [400, 30, 0.3, -34.4963706843],
  [25, 5, 0, -22.5561058351],
])('F1 of %d with mean %d and dispersion %d', (x, mu, phi, expected) => {
  expect(lnTail(x, mu, phi)).toBeCloseTo(expected, 9);
});
test.each([
  [14, 20, -17.53590796],
  [3, 4, -6.403181549],
  [40, 300, -3.13135540343],
])('F5 of %d among %d', (k, n, expected) => {
  expect(lnShareTail(k, n, 0.06)).toBeCloseTo(expected, 8);
});
test('F7 gives the chance of one relation', () => {
  expect(chanceP(50, 15.7 * 0.4, 25_000)).toBeCloseTo(0.012481452, 9);
});
test('F7 gives less for two of them', () => {
  // 1 − e^−λ(1 + λ) with λ = 0.5
  expect(chanceP(50, 10, 1000, 2)).toBeCloseTo(1 - 1.5 * Math.exp(-0.5), 12);
});
test.each([
  [12, 1199, 300, 20, -7.06899175915],
  [8, 50_000, 400, 20, -27.0364928589],
])('F8 of %d in common', (k, pool, seen, n, expected) => {
  expect(lnCommonTail(k, pool, seen, n)).toBeCloseTo(expected, 8);
});

test('the tail starts at certainty and never grows', () => {
  for (const phi of [0, 0.02, 0.5, 4]) {
    let before = 0;
    expect(lnTail(0, 3, phi)).toBe(0);
    for (let x = 1; x < 200; x++) {
      const now = lnTail(x, 3, phi);
      expect(now).toBeLessThan(before);
      before = now;
    }
  }
});
test('the tail stays finite and apart where doubles would be zero', () => {
  expect(lnTail(5_001, 2, 0.02)).toBeLessThan(lnTail(5_000, 2, 0.02));
  expect(lnTail(900, 2_000, 0.02)).toBeLessThanOrEqual(0);
});
test.each([
  [0.5, 0.4795001221869535],
  [2, 0.004677734981047266],
  [5, 1.5374597944280349e-12],
  [-1, 1.8427007929497148],
])('erfc of %d', (x, expected) => {
  expect(erfc(x) / expected).toBeCloseTo(1, 11);
});
test.each([
  [0.25, 1.2880225246980774],
  [10, Math.log(362_880)],
])('lnGamma of %d', (x, expected) => {
  expect(lnGamma(x)).toBeCloseTo(expected, 12);
});
test('F3 is a half at the median and knows nothing without a past', () => {
  expect(logMadP(4, [2, 3, 4, 5, 6])).toBeCloseTo(0.5, 12);
  expect(logMadP(40, [])).toBe(1);
});
