import { serialize } from 'node:v8';
import { expect, test } from 'vitest';
import { repeatedSubject } from '../../../detectors/repeated-subject.ts';
import type { Explanation } from '../../../domain/explanation.ts';
import { localDay } from '../../../domain/time.ts';
import {
  aLookup,
  aReference,
  instant,
  inWords,
  observe,
  observeDays,
  STRONG,
  UNEXPLAINED,
  UNKNOWN,
} from '../../helpers/lookups.ts';

const on = (times: string[], explanation: Explanation = UNEXPLAINED, subject = 's1') =>
  times.map((at) => aLookup({ at: `${at} 10:00`, subject, explanation }));
const rules = (lookups: ReturnType<typeof aLookup>[]) =>
  observeDays(repeatedSubject, lookups).filter((s) => s.kind === 'rule');

test.each([
  ['speaks on the third unexplained day in 90', ['Mon', 'Wed+2', 'Fri+8'], 1],
  ['is silent on the second', ['Mon', 'Wed+2'], 0],
  ['is silent when the three days lie further apart', ['Mon', 'Wed+8', 'Fri+16'], 0],
  ['counts a day once', ['Mon', 'Mon', 'Mon', 'Tue'], 0],
  [
    'speaks on the fifth day, however far apart',
    ['Mon', 'Mon+15', 'Mon+30', 'Mon+45', 'Mon+60'],
    1,
  ],
])('repeated-subject %s', (_, times, signals) => {
  expect(rules(on(times))).toHaveLength(signals);
});
test('repeated-subject does not count days with a case', () => {
  expect(rules([...on(['Mon', 'Tue']), ...on(['Wed', 'Thu', 'Fri'], STRONG)])).toEqual([]);
});
test('repeated-subject grows more surprised with every day', () => {
  const weeks = Array.from({ length: 9 }, (_, i) => `Mon+${i}`);
  const ps = rules(on(weeks)).map((s) => s.p);
  expect(ps).toEqual([...ps].sort((a, b) => b - a));
  expect(ps.at(-1)).toBeLessThan(1e-6);
});
test('repeated-subject forgets a person after two years', () => {
  expect(rules(on(['Mon', 'Tue', 'Wed+120']))).toEqual([]);
});
test('repeated-subject tells a person met for years from files met for weeks, without a caseload', () => {
  // Four persons a day, each on three days running and then never again; and one for years.
  const work = Array.from({ length: 150 }, (_, week) =>
    ['Mon', 'Tue', 'Wed'].flatMap((day) =>
      [0, 1, 2, 3].map((i) =>
        aLookup({ at: `${day}+${week} 10:00`, subject: `f${week}-${i}`, explanation: UNKNOWN }),
      ),
    ),
  ).flat();
  const slow = Array.from({ length: 10 }, (_, i) => `Thu+${i * 9}`);
  const reference = aReference({ hasCaseload: false });
  const all = [...work, ...on(slow, UNKNOWN, 'victim')];
  const signals = observeDays(repeatedSubject, all, { reference });
  const about = signals.filter((s) => s.subject === 'victim');
  const others = signals.filter((s) => s.subject !== 'victim');
  expect(about.at(-1)?.reasons[0]).toMatchObject({ observed: 9, params: { days: 10 } });
  expect(Math.min(...others.map((s) => s.p))).toBeGreaterThan(about.at(-1)?.p ?? 1);
  expect(about.at(-1)?.p).toBeLessThan(1e-4);
});
test('repeated-subject keeps a pair in 32 bytes', () => {
  const many = Array.from({ length: 10_000 }, (_, i) =>
    aLookup({ at: `Mon+${i % 50} 10:00`, subject: `s.1.${i}`, eventId: `e${i}` }),
  );
  const { states } = observe(repeatedSubject, many);
  const [state] = [...states.values()];
  expect(state?.open.size).toBe(10_000);
  expect(serialize(state).byteLength / 10_000).toBeLessThan(32);
});
test('repeated-subject explains itself', () => {
  const signals = rules(on(['Mon', 'Wed+2', 'Fri+8']));
  expect(inWords(signals)).toEqual([
    'Deze medewerker bekeek deze persoon op 3 dagen sinds maart 2026 zonder dat een zaak, afspraak of contact is gevonden (bij andere personen gewoonlijk: 1,1); 3 daarvan in 90 dagen.',
    'This official looked up this person on 3 days since March 2026 without any case, appointment or contact found (usually 1.1 for other persons); 3 of them in 90 days.',
  ]);
  expect(localDay(instant('Mon 10:00'))).toBeLessThan(65_536);
});
