import { expect, test } from 'vitest';
import { subjectBurst } from '../../../detectors/subject-burst.ts';
import type { Explanation } from '../../../domain/explanation.ts';
import {
  aLookup,
  anOfficial,
  aReference,
  inWords,
  observeDays,
  STRONG,
  token,
  UNEXPLAINED,
  UNKNOWN,
} from '../../helpers/lookups.ts';

/** Lines such as `a1 Tue 10:00`; officials sit in two units unless said otherwise. */
const lookups = (lines: string[], explanation: Explanation = UNEXPLAINED, units = 2) =>
  lines.map((line) => {
    const actor = line.split(' ')[0] ?? '';
    const unit = `u${Number(actor.slice(1)) % units}`;
    const at = line.slice(actor.length + 1);
    return aLookup({
      actor,
      at,
      explanation,
      official: anOfficial({ actor: token(actor), unit }),
    });
  });
const three = ['a1 Tue 10:00', 'a2 Tue 10:05', 'a3 Tue 16:40'];

test.each([
  ['raises a signal at the threshold', three, 1],
  ['is silent one below the threshold', three.slice(1), 0],
  ['counts an official once', ['a1 Tue 10:00', 'a1 Tue 11:00', 'a1 Tue 12:00'], 0],
  ['forgets a lookup after 24 hours', ['a1 Tue 10:00', 'a2 Tue 11:00', 'a3 Wed 10:01'], 0],
  ['counts over midnight', ['a1 Tue 22:00', 'a2 Tue 23:00', 'a3 Wed 08:00'], 1],
  [
    'sees five in a week',
    ['a1 Mon 10:00', 'a2 Tue 11:00', 'a3 Wed 12:00', 'a4 Thu 13:00', 'a5 Fri 14:00'],
    1,
  ],
])('subject-burst %s', (_, lines, signals) => {
  expect(observeDays(subjectBurst, lookups(lines))).toHaveLength(signals);
});
test('subject-burst needs two units', () => {
  expect(observeDays(subjectBurst, lookups(three, UNEXPLAINED, 1))).toEqual([]);
});
test('subject-burst leaves out whoever has a case', () => {
  const lines = [...lookups(three.slice(1)), ...lookups(['a1 Tue 10:00'], STRONG)];
  expect(observeDays(subjectBurst, lines)).toEqual([]);
});
test('subject-burst names one event of every official, of the days before too', () => {
  const [signal] = observeDays(
    subjectBurst,
    lookups(['a1 Tue 22:00', 'a2 Tue 23:00', 'a3 Wed 08:00']),
  );
  expect(signal?.actor).toBeNull();
  expect(signal?.eventIds).toEqual(['a1 Tue 22:00 s1', 'a2 Tue 23:00 s1', 'a3 Wed 08:00 s1']);
});
test('subject-burst gets used to a person whom many open every day', () => {
  const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'];
  const weeks = Array.from({ length: 6 }, (_, week) =>
    days.flatMap((day, d) =>
      [0, 1, 2].map((i) => `a${((week * 5 + d) * 3 + i) % 40} ${day}+${week} 1${i}:00`),
    ),
  ).flat();
  const signals = observeDays(subjectBurst, lookups(weeks));
  expect(signals.length).toBeGreaterThan(0);
  expect(signals.length).toBeLessThan(20);
});
test('subject-burst needs far more officials when nobody knows whether they had work', () => {
  const seven = Array.from({ length: 7 }, (_, i) => `a${i + 1} Tue 1${i}:00`);
  const reference = aReference({ hasCaseload: false });
  expect(observeDays(subjectBurst, lookups(seven, UNKNOWN), { reference })).toEqual([]);
  const eight = lookups([...seven, 'a8 Tue 17:30'], UNKNOWN);
  expect(observeDays(subjectBurst, eight, { reference })).toMatchObject([
    { verdict: 'cannot-judge', floor: 'low' },
  ]);
});
test('subject-burst explains itself', () => {
  expect(inWords(observeDays(subjectBurst, lookups(three)))).toEqual([
    '3 medewerkers van 2 afdelingen bekeken deze persoon in 24 uur (gewoonlijk hooguit: 2); een zaak, afspraak of contact is daarbij niet gevonden.',
    '3 officials of 2 units looked up this person in 24 hours (usually at most 2); no case, appointment or contact was found for this.',
  ]);
});
