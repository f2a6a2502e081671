import { expect, test } from 'vitest';
import { noCase } from '../../../detectors/no-case.ts';
import type { Explanation } from '../../../domain/explanation.ts';
import {
  aLookup,
  inWords,
  observeDays,
  STRONG,
  UNEXPLAINED,
  UNKNOWN,
  WEAK,
} from '../../helpers/lookups.ts';

const NAMES = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'];
const day = (n: number, counts: [number, Explanation][]) =>
  counts.flatMap(([count, explanation], kind) =>
    Array.from({ length: count }, (_, i) =>
      aLookup({
        at: `${NAMES[n % 5]}+${Math.floor(n / 5)} 10:00`,
        subject: `p${n}-${kind}-${i}`,
        explanation,
      }),
    ),
  );
/** Four weeks of twenty persons a day, every fourth day one of them without work. */
const past = Array.from({ length: 20 }, (_, n) =>
  day(n, [
    [n % 4 === 0 ? 19 : 20, STRONG],
    [n % 4 === 0 ? 1 : 0, UNEXPLAINED],
  ]),
).flat();
const last = (counts: [number, Explanation][]) =>
  observeDays(noCase, [...past, ...day(20, counts)]).at(-1);

test('no-case grows more surprised with every person without work', () => {
  const ps = [1, 3, 6, 12].map(
    (n) =>
      last([
        [20 - n, STRONG],
        [n, UNEXPLAINED],
      ])?.p ?? 1,
  );
  expect(ps).toEqual([...ps].sort((a, b) => b - a));
  expect(ps[0]).toBeGreaterThan(0.05);
  expect(ps[3]).toBeLessThan(1e-6);
});
test('no-case counts work of the team as work', () => {
  expect(
    last([
      [10, STRONG],
      [10, WEAK],
    ]),
  ).toMatchObject({ p: 1, reasons: [] });
});
test('no-case is silent where nothing can be judged', () => {
  expect(observeDays(noCase, day(0, [[20, UNKNOWN]]))).toEqual([]);
});
test('no-case stays surprised by a habit until it has become the own past', () => {
  const habit = (from: number) =>
    Array.from({ length: 8 }, (_, i) =>
      day(from + i, [
        [17, STRONG],
        [3, UNEXPLAINED],
      ]),
    ).flat();
  const ps = observeDays(noCase, [...past, ...habit(20)])
    .slice(-8)
    .map((s) => s.p);
  expect(Math.max(...ps)).toBeLessThan(0.2);
});
test('no-case explains itself', () => {
  const signal = last([
    [14, STRONG],
    [6, UNEXPLAINED],
  ]);
  expect(inWords([signal].flatMap((s) => s ?? []))).toEqual([
    'Bij 30% van de 20 personen die deze medewerker die dag bekeek, is geen zaak, afspraak of contact gevonden (eigen verleden en functie: 2,7%; 8 van 165 in vier weken).',
    'For 30% of the 20 persons this official looked up that day, no case, appointment or contact was found (own past and role: 2.7%; 8 of 165 in four weeks).',
  ]);
});
