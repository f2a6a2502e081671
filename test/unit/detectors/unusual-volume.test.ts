import { expect, test } from 'vitest';
import { unusualVolume } from '../../../detectors/unusual-volume.ts';
import type { Explanation } from '../../../domain/explanation.ts';
import {
  aLookup,
  anOfficial,
  aReference,
  inWords,
  observe,
  observeDays,
  STRONG,
  UNEXPLAINED,
  UNKNOWN,
  WEAK,
} from '../../helpers/lookups.ts';

const NAMES = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'];
const at = (day: number) => `${NAMES[day % 5]}+${Math.floor(day / 5)} 10:00`;
/** One lookup each of so many persons on the n-th working day. */
const persons = (day: number, count: number, explanation: Explanation = WEAK) =>
  Array.from({ length: count }, (_, i) =>
    aLookup({ at: at(day), subject: `${explanation.verdict}-${day}-${i}`, explanation }),
  );
/** Twenty-five days of one to four persons. */
const past = Array.from({ length: 25 }, (_, day) => persons(day, 1 + (day % 4))).flat();
const last = (lookups: ReturnType<typeof aLookup>[], options = {}) =>
  observeDays(unusualVolume, [...past, ...lookups], options).at(-1);

test('unusual-volume scores every official-day', () => {
  const signals = observeDays(unusualVolume, past);
  expect(signals).toHaveLength(25);
  expect(new Set(signals.map((s) => s.kind))).toEqual(new Set(['score']));
  for (const { p } of signals) expect(p).toBeGreaterThan(0.01);
});
test('unusual-volume grows more surprised with every person', () => {
  const p = [3, 6, 12, 24, 48].map((count) => last(persons(25, count))?.p ?? 1);
  expect(p).toEqual([...p].sort((a, b) => b - a));
  expect(p[3]).toBeLessThan(1e-5);
});
test('unusual-volume counts persons, not lookups', () => {
  const often = Array.from({ length: 40 }, (_, i) =>
    aLookup({ at: at(25), subject: 's1', eventId: `e${i}`, explanation: WEAK }),
  );
  expect(last(often)).toMatchObject({ p: 1, reasons: [{ observed: 1 }] });
});
test('unusual-volume is sharpened by unexplained persons on a large day alone', () => {
  const large = last(persons(25, 9))?.p ?? 0;
  const open = last(persons(25, 9, UNEXPLAINED));
  expect(open?.p).toBeLessThan(large / 10);
  expect(open?.verdict).toBe('unexplained');
  expect(last(persons(25, 4, UNEXPLAINED))?.p).toBe(last(persons(25, 4))?.p);
});
test('unusual-volume does not learn from one burst', () => {
  const burst = [...persons(25, 60), ...persons(26, 24)];
  expect(last(burst)?.p).toBeLessThan(1e-4);
});
test('unusual-volume sees a ramp that no single day shows, and tells it once', () => {
  const days = Array.from({ length: 20 }, (_, i) => persons(25 + i, 7)).flat();
  const { signals, states } = observe(unusualVolume, [...past, ...days]);
  const first = signals[25]?.p ?? 0;
  expect(Math.min(...signals.slice(26).map((s) => s.p))).toBeLessThan(first / 2);
  expect([...states.values()][0]?.ramp).toBeLessThan(15);
});
test('unusual-volume holds its surprise until the official has five active days', () => {
  const days = Array.from({ length: 6 }, (_, day) => persons(day, 300)).flat();
  const p = observeDays(unusualVolume, days).map((s) => s.p);
  expect(p.slice(0, 5)).toEqual([1e-3, 1e-3, 1e-3, 1e-3, 1e-3]);
  expect(p[5]).toBeLessThan(1e-3);
});
test('unusual-volume leaves service accounts out', () => {
  const official = anOfficial({ kind: 'service' });
  expect(observeDays(unusualVolume, [aLookup({ official })])).toEqual([]);
});
test('unusual-volume names unexplained events first, at most a thousand', () => {
  const day = [...persons(25, 1_200), ...persons(25, 2, UNEXPLAINED)];
  const ids = last(day)?.eventIds ?? [];
  expect(ids).toHaveLength(1_000);
  expect(ids.slice(0, 2).every((id) => id.includes('unexplained'))).toBe(true);
});
test('unusual-volume explains itself', () => {
  const day = [...persons(25, 20), ...persons(25, 3, UNEXPLAINED)];
  expect(inWords([last(day)].flatMap((s) => s ?? []))).toEqual([
    'Deze medewerker raadpleegde op 6 april 2026 23 personen zonder eigen zaak, afspraak of mandaat; gewoonlijk 3,2 ± 1,8; bij 3 daarvan is ook in het team niets gevonden (gewoonlijk 0,11).',
    'This official looked up 23 persons without a case, appointment or mandate of their own on 6 April 2026; usually 3.2 ± 1.8; nothing was found in the team either for 3 of them (usually 0.11).',
  ]);
});
test('unusual-volume claims nothing about work that cannot be judged', () => {
  const reference = aReference({ hasCaseload: false });
  const signal = last(persons(25, 20, UNKNOWN), { reference });
  expect(signal?.verdict).toBe('cannot-judge');
  expect(inWords([signal].flatMap((s) => s ?? []))).toEqual([
    'Deze medewerker raadpleegde op 6 april 2026 20 personen; gewoonlijk 3,2 ± 1,8; of hier werk achter zat, is niet te beoordelen (het zaakoverzicht ontbreekt).',
    'This official looked up 20 persons on 6 April 2026; usually 3.2 ± 1.8; whether work was behind it cannot be judged (the caseload is missing).',
  ]);
});

test('unusual-volume is not moved by work that a case explains', () => {
  expect(last(persons(25, 80, STRONG))).toMatchObject({ p: 1, reasons: [{ observed: 0 }] });
});
