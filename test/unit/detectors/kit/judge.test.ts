import { expect, test } from 'vitest';
import { type Clears, floorUnder, isCleared, judge } from '../../../../detectors/kit/judge.ts';
import {
  aLookup,
  LATER,
  MANDATE,
  MEDIUM,
  STRONG,
  UNEXPLAINED,
  UNKNOWN,
  WEAK,
} from '../../../helpers/lookups.ts';

const ALL = { UNEXPLAINED, UNKNOWN, LATER, WEAK, MEDIUM, STRONG, MANDATE };
test.each<[Clears, string]>([
  ['mandate', 'MANDATE'],
  ['strong', 'STRONG MANDATE'],
  ['medium', 'MEDIUM STRONG MANDATE'],
  ['weak', 'LATER WEAK MEDIUM STRONG MANDATE'],
])('a rule that asks for %s is cleared by %s only', (clears, expected) => {
  const cleared = Object.entries(ALL).filter(([, explanation]) => isCleared(explanation, clears));
  expect(cleared.map(([name]) => name).join(' ')).toBe(expected);
});
test('the gravest verdict of the lookups that are left decides', () => {
  const lookups = [WEAK, UNKNOWN, UNEXPLAINED, STRONG].map((explanation) =>
    aLookup({ explanation }),
  );
  expect(judge(lookups, 'medium')).toMatchObject({ verdict: 'unexplained', unexplained: 1 });
  expect(judge(lookups, 'medium')?.lookups).toHaveLength(3);
  expect(judge(lookups.slice(0, 2), 'medium')?.verdict).toBe('cannot-judge');
  expect(judge(lookups.slice(3), 'medium')).toBeNull();
});
test('the floor drops one step unless unexplained, and not below low', () => {
  expect(floorUnder('unexplained', 'high')).toBe('high');
  expect(floorUnder('cannot-judge', 'high')).toBe('medium');
  expect(floorUnder('explained', 'low')).toBe('low');
});
