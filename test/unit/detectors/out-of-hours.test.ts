import { expect, test } from 'vitest';
import { outOfHours } from '../../../detectors/out-of-hours.ts';
import type { SignalDraft } from '../../../domain/signal.ts';
import {
  aLookup,
  aReference,
  aSearch,
  inWords,
  observe,
  observeDays,
  STRONG,
  UNEXPLAINED,
  WEAK,
} from '../../helpers/lookups.ts';

const NAMES = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'];
/** Four weeks of ten persons a day, all with a case, between nine and eleven. */
const past = Array.from({ length: 20 }, (_, n) =>
  Array.from({ length: 10 }, (__, i) =>
    aLookup({
      at: `${NAMES[n % 5]}+${Math.floor(n / 5)} ${i < 5 ? '09' : '10'}:00`,
      subject: `p${n}-${i}`,
      explanation: STRONG,
    }),
  ),
).flat();
const evening = (at: string, subjects: string[], explanation = UNEXPLAINED) =>
  subjects.map((subject) => aLookup({ at, subject, explanation }));
const spoken = (lookups: ReturnType<typeof aLookup>[]): SignalDraft[] =>
  observeDays(outOfHours, [...past, ...lookups]).filter((s) => s.eventIds.length > 0);

test('out-of-hours speaks alone from three persons without work, one evening or several', () => {
  expect(spoken(evening('Mon+4 21:00', ['s1', 's2']))).toMatchObject([{ kind: 'support' }]);
  expect(spoken(evening('Mon+4 21:00', ['s1', 's2', 's3']))).toMatchObject([{ kind: 'score' }]);
  const days = ['Mon+4', 'Tue+4', 'Thu+4'].flatMap((d, i) => evening(`${d} 21:00`, [`s${i}`]));
  expect(spoken(days).map((s) => s.kind)).toEqual(['support', 'support', 'score']);
  const far = ['Mon+4 21:00', 'Tue+9 20:00', 'Thu+14 22:00'];
  const apart = far.flatMap((at, i) => evening(at, [`s${i}`]));
  expect(spoken(apart).map((s) => s.kind)).toEqual(['support', 'support', 'support']);
});
test('out-of-hours counts persons, not what was opened of one of them', () => {
  const ofDay = (subjects: string[]) => {
    const office = evening('Mon+4 10:00', ['q1', 'q2', 'q3', 'q4'], STRONG);
    return spoken([...office, ...evening('Mon+4 21:00', subjects)])[0];
  };
  const one = ofDay(['s1']);
  const thrice = ofDay(['s1', 's1', 's1']);
  expect(thrice?.kind).toBe('support');
  expect(thrice?.p).toBe(one?.p);
  const two = ofDay(['s1', 's2']);
  expect(two?.p).toBeLessThan(one?.p ?? 0);
});
test('out-of-hours bears a night with more events than a call takes arguments', () => {
  const [one] = evening('Mon+4 21:00', ['s1']);
  const state = observe(outOfHours, past).states.get('a1');
  if (one === undefined || state === undefined) throw new Error('nothing to begin with');
  const lookups = Array.from({ length: 150_000 }, () => one);
  const [said] = outOfHours.observeDay(
    { actor: one.actor, day: one.day, role: 'desk', lookups, refused: [], others: [] },
    state,
    { config: outOfHours.config.parse({}), reference: aReference(), recentUnexplained: 1 },
  );
  expect(said?.reasons[0]?.observed).toBe(150_000);
});
test('out-of-hours is more surprised by each further evening', () => {
  const days = ['Mon+4', 'Tue+4', 'Thu+4'].flatMap((d, i) => evening(`${d} 21:00`, [`s${i}`]));
  const [first = 1, second = 1, third = 1] = spoken(days).map((s) => s.p);
  // The hour itself becomes less rare, the habit more so.
  expect(second).toBeLessThan(first / 3);
  expect(third).toBeLessThan(second / 3);
});
test('out-of-hours leaves office hours and work of the team alone', () => {
  expect(spoken(evening('Mon+4 10:00', ['s1', 's2', 's3']))).toEqual([]);
  expect(spoken(evening('Mon+4 21:00', ['s1', 's2', 's3'], WEAK))).toEqual([]);
});
test('out-of-hours sees a file of many persons that names none of them, as support', () => {
  const others = [aSearch({ action: 'export', at: 'Mon+4 21:00', resultCount: 800 })];
  const signals = observeDays(outOfHours, past, { others }).filter((s) => s.eventIds.length > 0);
  expect(signals).toMatchObject([{ kind: 'support', verdict: 'cannot-judge' }]);
  expect(inWords(signals)[1]).toContain('whether work was behind it cannot be judged');
  const none = [aSearch({ at: 'Mon+4 21:00', resultCount: 0 })];
  expect(
    observeDays(outOfHours, past, { others: none }).filter((s) => s.eventIds.length > 0),
  ).toEqual([]);
});
test('out-of-hours explains itself', () => {
  const days = [
    ...evening('Mon+4 21:00', ['s1']),
    ...evening('Tue+4 20:00', ['s2']),
    ...evening('Tue+4 22:00', ['s3', 's4']),
  ];
  expect(inWords(spoken(days).slice(1))).toEqual([
    'Van deze medewerker viel 3 raadplegingen buiten de gebruikelijke uren (verwacht op zo’n dag: 0,03), het vroegst om 20:00, het laatst om 22:00; 2 zulke dagen in vier weken; eerder 0 van 201 raadplegingen in die uren; een zaak, afspraak of contact is daarbij niet gevonden.',
    '3 lookups of this official fell outside the usual hours (expected on such a day: 0.03), the earliest at 20:00, the latest at 22:00; 2 such days in four weeks; 0 of 201 earlier lookups in those hours; no case, appointment or contact was found for this.',
  ]);
});
