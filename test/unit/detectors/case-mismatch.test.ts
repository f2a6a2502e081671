import { expect, test } from 'vitest';
import { caseMismatch } from '../../../detectors/case-mismatch.ts';
import type { Explanation } from '../../../domain/explanation.ts';
import {
  aCase,
  aLookup,
  aReference,
  instant,
  inWords,
  observeDays,
  token,
  UNEXPLAINED,
  WEAK,
} from '../../helpers/lookups.ts';

const reference = aReference({
  caseload: [
    aCase({ caseRef: token('mine'), subject: token('s1') }),
    aCase({ caseRef: token('old'), subject: token('s1'), to: instant('Mon 00:00') }),
    aCase({ caseRef: token('partner'), subject: token('s2') }),
    aCase({ caseRef: token('other'), subject: token('s9') }),
  ],
  households: [['s1', 's2']],
});
const quoting = (caseRef: string, at = 'Tue 10:00', explanation: Explanation = UNEXPLAINED) =>
  aLookup({ at, caseRef, explanation });
const rulesOf = (lookups: ReturnType<typeof aLookup>[]) =>
  observeDays(caseMismatch, lookups, { reference }).filter((s) => s.kind === 'rule');

test.each([
  ['the case of someone else', 'other', 'Tue 10:00', 1],
  ['the own case of the person', 'mine', 'Tue 10:00', 0],
  ['the case of a housemate', 'partner', 'Tue 10:00', 0],
  ['a case within six weeks after its end', 'old', 'Sun+5 10:00', 0],
  ['a case that ended longer ago, which may be a typing error', 'old', 'Tue+7 10:00', 0],
  ['a number nobody knows, which may be a typing error', 'absent', 'Tue 10:00', 0],
])('case-mismatch as a rule: %s', (_, caseRef, at, signals) => {
  expect(rulesOf([quoting(caseRef, at)])).toHaveLength(signals);
});
test('case-mismatch counts unknown and closed numbers in the share', () => {
  const day = [
    quoting('absent', 'Tue+7 10:00'),
    quoting('old', 'Tue+7 11:00'),
    quoting('mine', 'Tue+7 12:00'),
  ];
  const [score] = observeDays(caseMismatch, day, { reference });
  expect(score).toMatchObject({
    kind: 'score',
    reasons: [{ observed: 2, params: { unknown: 1, closed: 1, other: 0, total: 3 } }],
  });
});
test('case-mismatch makes no rule of a lookup that work of the team explains', () => {
  expect(rulesOf([quoting('other', 'Tue 10:00', WEAK)])).toEqual([]);
});
test('case-mismatch sees one number used for four unrelated persons, not for three', () => {
  const use = (count: number) =>
    Array.from({ length: count }, (_, i) =>
      aLookup({ at: `Tue 1${i}:00`, subject: `x${i}`, caseRef: 'other' }),
    );
  const codes = (count: number) => rulesOf(use(count)).map((s) => s.reasons[0]?.code);
  expect(codes(3)).not.toContain('one-number-for-many');
  expect(codes(4)).toContain('one-number-for-many');
});
test('case-mismatch is silent without a caseload', () => {
  const nothing = aReference({ hasCaseload: false });
  expect(observeDays(caseMismatch, [quoting('other')], { reference: nothing })).toEqual([]);
});
test('case-mismatch explains itself', () => {
  expect(inWords(rulesOf([quoting('other')]))).toEqual([
    'Het zaaknummer dat deze medewerker bij deze persoon opgaf, hoort volgens de bron bij iemand anders (1 raadpleging; door toeval verwacht: 0,005); een andere zaak, afspraak of contact is niet gevonden.',
    'The case number this official quoted for this person belongs to someone else according to the source (1 lookup; expected by chance: 0.005); no other case, appointment or contact was found.',
  ]);
});
