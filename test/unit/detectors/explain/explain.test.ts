import { describe, expect, test } from 'vitest';
import { explain } from '../../../../detectors/explain/explain.ts';
import type { CaseloadRow } from '../../../../domain/reference.ts';
import {
  aCase,
  aLookup,
  anOfficial,
  aReference,
  instant,
  type LookupFields,
  type ReferenceFields,
  STRONG,
  token,
  UNEXPLAINED,
  WEAK,
} from '../../../helpers/lookups.ts';

const ask = (caseload: CaseloadRow[], more: ReferenceFields = {}, fields: LookupFields = {}) =>
  explain(aLookup(fields).event, anOfficial(), aReference({ caseload, ...more }), new Map());
const colleague = aCase({ actor: token('a2'), unit: '' });

describe('a colleague on leave', () => {
  const leave: ReferenceFields['leave'] = { a2: ['Mon 00:00', 'Wed 00:00'] };
  test('lends the case to a colleague of the same unit and role', () => {
    expect(ask([colleague], { leave })).toMatchObject({ verdict: 'explained', strength: 'medium' });
  });
  test.each([
    ['Wed 23:59', 'medium'],
    ['Thu 00:01', 'weak'],
  ])('with a day of grace: %s is %s', (at, strength) => {
    expect(ask([colleague], { leave }, { at })).toMatchObject({ strength });
  });
  test('at work lends no more than a case of the team', () => {
    expect(ask([colleague])).toEqual(WEAK);
  });
});
test('a work list of everybody explains nobody', () => {
  const list = Array.from({ length: 501 }, (_, i) =>
    aCase({ kind: 'workitem', actor: token('a1'), subject: token(`s${i}`), unit: 'desk' }),
  );
  expect(ask(list)).toEqual(UNEXPLAINED);
  expect(ask(list.slice(0, 500))).toEqual(STRONG);
});
test('a quoted case of the household counts when it is of the own unit', () => {
  const households = [['s1', 's2']];
  const own = aCase({ subject: token('s2'), unit: 'desk' });
  expect(ask([own], { households }, { caseRef: 'c1' })).toEqual(WEAK);
  expect(ask([own], { households })).toEqual(UNEXPLAINED);
  expect(ask([{ ...own, unit: 'elsewhere' }], { households }, { caseRef: 'c1' })).toEqual(
    UNEXPLAINED,
  );
});
test('a quoted number alone explains nothing, and neither does emergency access', () => {
  expect(ask([aCase()], {}, { caseRef: 'c1' })).toEqual(UNEXPLAINED);
  expect(ask([], {}, { emergency: true })).toEqual(UNEXPLAINED);
  expect(instant('Tue 10:00')).toBeGreaterThan(0);
});
