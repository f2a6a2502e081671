import { expect, test } from 'vitest';
import { noSightings, recentHits, sight } from '../../../../detectors/kit/sightings.ts';
import { token } from '../../../helpers/lookups.ts';

test('counts days of 90, the same day once', () => {
  const state = noSightings();
  expect(sight(state, token('s1'), 100, true)).toBe(1);
  expect(sight(state, token('s1'), 100, true)).toBe(1);
  expect(sight(state, token('s1'), 189, true)).toBe(2);
  expect(sight(state, token('s1'), 190, true)).toBe(2);
});
test('a person leaves the chance count after 30 days, or when explained', () => {
  const state = noSightings();
  sight(state, token('s1'), 100, true);
  sight(state, token('s2'), 100, false);
  expect(recentHits(state, 129)).toBe(1);
  expect(recentHits(state, 130)).toBe(0);
});
test('keeps 64 persons and drops the one seen longest ago', () => {
  const state = noSightings();
  for (let i = 0; i < 64; i++) sight(state, token(`s${i}`), 100, true);
  sight(state, token('s0'), 101, true);
  sight(state, token('new'), 101, true);
  expect(state.seen).toHaveLength(64);
  expect(state.seen.map((s) => s.subject)).toContain('s0');
  expect(state.seen.map((s) => s.subject)).not.toContain('s1');
});
