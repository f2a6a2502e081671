// self, relative, ex-partner, housemate and neighbour: the rules that rest on ties alone.
import { describe, expect, test } from 'vitest';
import { exPartner } from '../../../detectors/ex-partner.ts';
import { housemate } from '../../../detectors/housemate.ts';
import { neighbour } from '../../../detectors/neighbour.ts';
import { relative } from '../../../detectors/relative.ts';
import { self } from '../../../detectors/self.ts';
import type { Explanation } from '../../../domain/explanation.ts';
import type { TieRow } from '../../../domain/reference.ts';
import {
  aLookup,
  anOfficial,
  aReference,
  aTie,
  instant,
  inWords,
  LATER,
  MANDATE,
  MEDIUM,
  observeDays,
  STRONG,
  token,
  UNEXPLAINED,
  UNKNOWN,
  WEAK,
} from '../../helpers/lookups.ts';

const parent = aTie('relative');
const sibling = aTie('relative', { degree: 2, path: { nl: 'broer of zus', en: 'sibling' } });
const grandparent = aTie('relative', { degree: 2, path: { nl: 'grootouder', en: 'grandparent' } });
const ex = aTie('ex-partner', { path: { nl: 'ex-partner', en: 'former partner' } });
const ended = (tie: TieRow, year: number): TieRow => ({ ...tie, endedAt: Date.UTC(year, 2, 1) });
const mate = aTie('housemate');
const near = aTie('neighbour');
const withTie = (tie: TieRow, explanation = aLookup().explanation, at = 'Tue 10:00') =>
  aLookup({ ties: [tie], explanation, at });

describe.each([
  ['relative', relative, parent, 'high', 'medium'],
  ['ex-partner', exPartner, ex, 'high', 'medium'],
  ['housemate', housemate, mate, 'medium', 'low'],
] as const)('%s', (_, detector, tie, floor, lower) => {
  const run = (...lookups: ReturnType<typeof aLookup>[]) => observeDays(detector, lookups);
  test('is a rule on the first unexplained lookup', () => {
    expect(run(withTie(tie))).toMatchObject([
      { kind: 'rule', floor, verdict: 'unexplained', subject: 's1', p: 1e-4 },
    ]);
  });
  test('is silent without such a tie', () => {
    expect(run(aLookup(), withTie(near))).toEqual([]);
  });
  test.each([
    ['strong', STRONG],
    ['mandated', MANDATE],
    ['medium', MEDIUM],
  ])('is cleared by a %s explanation', (_name, explanation) => {
    expect(run(withTie(tie, explanation))).toEqual([]);
  });
  test('is mitigated, not cleared, by work of the team or a case made afterwards', () => {
    expect(run(withTie(tie, WEAK))).toMatchObject([
      { floor: lower, verdict: 'explained', p: 1e-3 },
    ]);
    expect(run(withTie(tie, LATER))).toMatchObject([{ floor: lower, verdict: 'explained-later' }]);
  });
  test('stays, one step lower, where work cannot be judged', () => {
    expect(run(withTie(tie, UNKNOWN))).toMatchObject([{ floor: lower, verdict: 'cannot-judge' }]);
  });
  test('holds every lookup of the day that was not cleared, and no other', () => {
    const day = [
      withTie(tie),
      withTie(tie, STRONG, 'Tue 11:00'),
      withTie(tie, WEAK, 'Tue 12:00'),
      withTie(tie, STRONG, 'Wed 09:00'),
    ];
    expect(run(...day).map((s) => s.eventIds)).toEqual([['a1 Tue 10:00 s1', 'a1 Tue 12:00 s1']]);
  });
});

test('relative explains itself, with the days before', () => {
  const later = aLookup({ ties: [sibling], at: 'Wed 09:00' });
  const [, second] = observeDays(relative, [aLookup({ ties: [sibling] }), later], {
    recentUnexplained: 50,
    reference: aReference({ population: 25_000, ties: { relative: 6 } }),
  });
  expect(inWords(second ? [second] : [])).toEqual([
    'Deze medewerker bekeek 1 keer gegevens van een familielid (broer of zus), op 2 dagen in 90 dagen; bij toeval 1 op 920; een zaak, afspraak of contact is daarbij niet gevonden.',
    'This official opened the record of a relative (sibling) 1 time, on 2 days in 90 days; by chance 1 in 920; no case, appointment or contact was found for this.',
  ]);
});
test('a return to the same person makes chance less likely, unless work may be behind it', () => {
  const world = { recentUnexplained: 50, reference: aReference({ ties: { relative: 6 } }) };
  const twice = (explanation: Explanation) =>
    observeDays(
      relative,
      [withTie(parent, explanation), withTie(parent, explanation, 'Wed 09:00')],
      world,
    ).map((s) => s.p);
  const [first = 1, second = 1] = twice(UNEXPLAINED);
  expect(second / first).toBeCloseTo(1 / 11, 3); // one person in eleven is met on a further day
  expect(new Set(twice(WEAK)).size).toBe(1);
});
test('relative tells how many of the lookups have no reason', () => {
  const day = [withTie(parent), withTie(parent, WEAK, 'Tue 11:00')];
  expect(inWords(observeDays(relative, day))[0]).toContain(
    'bekeek 2 keer gegevens van een familielid (ouder), op 1 dag in 90 dagen; bij toeval 1 op 100.000; bij 1 daarvan is geen zaak',
  );
});
test('relative counts a sibling as close and a grandparent as support', () => {
  expect(observeDays(relative, [withTie(sibling)])[0]).toMatchObject({ kind: 'rule' });
  const [far] = observeDays(relative, [withTie(grandparent)]);
  expect(far).toMatchObject({ kind: 'support', floor: 'low' });
  expect(far?.p).toBeCloseTo(1e-5, 8);
});
test('relative grows rarer with every further relative', () => {
  const subjects = ['s1', 's2', 's3'].map((subject) => aLookup({ subject, ties: [grandparent] }));
  const options = { recentUnexplained: 100, reference: aReference({ population: 1_000 }) };
  const [one] = observeDays(relative, subjects.slice(0, 1), options);
  const three = observeDays(relative, subjects, options);
  expect(three).toHaveLength(3);
  expect(three[2]?.p).toBeLessThan((one?.p ?? 0) / 100);
  expect(inWords(three.slice(2))).toEqual([
    'Deze persoon is verdere familie van deze medewerker (grootouder); 3 onverklaard in 30 dagen, door toeval verwacht 0,1; een zaak, afspraak of contact is daarbij niet gevonden.',
    'This person is wider family of this official (grandparent); 3 unexplained in 30 days, expected by chance 0.1; no case, appointment or contact was found for this.',
  ]);
});

test('ex-partner fades in surprise over the years, never in severity', () => {
  const options = { recentUnexplained: 50 };
  const [fresh] = observeDays(exPartner, [withTie(ended(ex, 2026))], options);
  const [old] = observeDays(exPartner, [withTie(ended(ex, 2016))], options);
  expect(old).toMatchObject({ floor: 'high', kind: 'rule' });
  expect(old?.p).toBeGreaterThan((fresh?.p ?? 1) * 10);
});
test('ex-partner does not call a partnership without an end date lasting', () => {
  expect(inWords(observeDays(exPartner, [withTie(ex)]))[0]).toContain('(einddatum onbekend)');
});
test('ex-partner explains itself', () => {
  expect(inWords(observeDays(exPartner, [withTie(ended(ex, 2019))]))).toEqual([
    'Deze medewerker bekeek 1 keer gegevens van een ex-partner (7 jaar geleden geëindigd), op 1 dag in 90 dagen; bij toeval 1 op 100.000; een zaak, afspraak of contact is daarbij niet gevonden.',
    'This official opened the record of a former partner (ended 7 years ago) 1 time, on 1 day in 90 days; by chance 1 in 100,000; no case, appointment or contact was found for this.',
  ]);
});
test('housemate explains itself where no caseload was delivered', () => {
  const reference = aReference({ hasCaseload: false });
  expect(inWords(observeDays(housemate, [withTie(mate, UNKNOWN)], { reference }))).toEqual([
    'Deze medewerker bekeek 1 keer gegevens van een (vroegere) huisgenoot (nog bestaand), op 1 dag in 90 dagen; bij toeval 1 op 100.000; of hier werk achter zat, is niet te beoordelen (het zaakoverzicht ontbreekt).',
    'This official opened the record of a (former) housemate (still lasting) 1 time, on 1 day in 90 days; by chance 1 in 100,000; whether work was behind it cannot be judged (the caseload is missing).',
  ]);
});

describe('neighbour', () => {
  const options = {
    recentUnexplained: 50,
    reference: aReference({ population: 25_000, ties: { neighbour: 22 } }),
  };
  test('only ever supports, with the chance of meeting one', () => {
    const [signal] = observeDays(neighbour, [withTie(near)], options);
    expect(signal).toMatchObject({ kind: 'support', floor: 'low' });
    expect(signal?.p).toBeCloseTo(1 - Math.exp(-0.044), 9);
  });
  test('is cleared by any explanation, also work of the team', () => {
    expect(observeDays(neighbour, [withTie(near, WEAK)], options)).toEqual([]);
  });
  test('leaves a neighbour who is also kin to that typology', () => {
    expect(observeDays(neighbour, [aLookup({ ties: [parent, near] })], options)).toEqual([]);
  });
  test('explains itself', () => {
    const day = ['s1', 's2', 's3'].map((subject) => aLookup({ subject, ties: [near] }));
    expect(inWords(observeDays(neighbour, day, options)).slice(4)).toEqual([
      'Deze medewerker bekeek in 30 dagen 3 onverklaarde van 22 buren (door toeval verwacht 0,044); een zaak, afspraak of contact is daarbij niet gevonden.',
      'This official opened 3 of 22 neighbours unexplained in 30 days (expected by chance 0.044); no case, appointment or contact was found for this.',
    ]);
  });
});

describe('self', () => {
  const official = anOfficial({ persons: [token('s1')] });
  const run = (fields: Parameters<typeof aLookup>[0]) =>
    observeDays(self, [aLookup({ official, ...fields })]);
  test.each(['create', 'update', 'delete'] as const)('is high when the record is %sd', (action) => {
    expect(run({ action })).toMatchObject([{ kind: 'rule', floor: 'high' }]);
  });
  test.each(['view', 'search', 'print'] as const)('is low for a %s', (action) => {
    expect(run({ action })).toMatchObject([{ kind: 'rule', floor: 'low' }]);
  });
  test('is silent on anyone else, and when nobody knows the official', () => {
    expect(run({ subject: 's2' })).toEqual([]);
    expect(run({ official: null })).toEqual([]);
  });
  test('is cleared by a mandate alone, not by a case of one’s own', () => {
    expect(run({ explanation: MANDATE })).toEqual([]);
    expect(run({ explanation: STRONG })).toMatchObject([{ verdict: 'explained' }]);
  });
  test('finds the own record through a tie as well', () => {
    expect(run({ official: null, ties: [aTie('self')] })).toHaveLength(1);
  });
  test('explains itself', () => {
    const day = [
      aLookup({ official, action: 'update', explanation: STRONG }),
      aLookup({ official, at: 'Tue 11:30', explanation: STRONG }),
    ];
    expect(inWords(observeDays(self, day))).toEqual([
      'Deze medewerker bekeek 2 keer de eigen gegevens (1 wijziging), op 1 dag in 90 dagen; een mandaat is daarbij niet gevonden.',
      'This official opened their own record 2 times (1 change), on 1 day in 90 days; no mandate for it was found.',
    ]);
  });
});

test('the test week is the one the ties are written for', () => {
  expect(new Date(instant('Mon 00:00')).toISOString()).toBe('2026-03-01T23:00:00.000Z');
});
