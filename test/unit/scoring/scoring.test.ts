import { describe, expect, test } from 'vitest';
import { selectWithinBudget } from '../../../detectors/scoring/budget.ts';
import {
  addScore,
  calibratedP,
  emptyWindow,
  fitTail,
  tailP,
} from '../../../detectors/scoring/calibrate.ts';
import { combineP } from '../../../detectors/scoring/combine.ts';
import { type Episode, toEpisodes } from '../../../detectors/scoring/episodes.ts';
import { boundOf } from '../../../detectors/scoring/evidence.ts';
import { scoreOf, severityOf } from '../../../detectors/scoring/severity.ts';
import type { Signal } from '../../../domain/signal.ts';
import type { Token } from '../../../domain/token.ts';

const aSignal = (over: Partial<Signal> = {}): Signal => ({
  typology: 'relative',
  kind: 'rule',
  p: 1e-4,
  floor: 'high',
  subject: 's1' as Token,
  reasons: [],
  eventIds: ['e1'],
  verdict: 'unexplained',
  detector: 'relative',
  version: 1,
  actor: 'a1' as Token,
  day: 100,
  firstEventAt: 0,
  lastEventAt: 0,
  subjects: ['s1' as Token],
  ...over,
});

describe('calibration', () => {
  test('fits the tail as the golden values say', () => {
    const { xi, sigma } = fitTail([0.1, 0.2, 0.4, 0.8, 1.6]);
    expect(xi).toBeCloseTo(0.27777778, 7);
    expect(sigma).toBeCloseTo(0.44777778, 7);
    expect(tailP(0.05, 0.2, 0.5, 2)).toBeCloseTo(0.00264610747, 10);
  });
  test('does not judge with one score too few, and does with enough', () => {
    const window = emptyWindow();
    for (let i = 0; i < 499; i++) addScore(window, i / 100);
    expect(calibratedP(window, 3)).toBeNull();
    addScore(window, 4.99);
    expect(calibratedP(window, 2.5)).toBeCloseTo(0.5, 1);
  });
  test('never gives a larger score a larger p, within and beyond the window', () => {
    const window = emptyWindow();
    for (let i = 0; i < 3000; i++) addScore(window, -Math.log10((((i * 7919) % 3000) + 1) / 3001));
    const ps = [0.1, 1, 1.3, 1.4, 2, 3, 5, 9].map((s) => calibratedP(window, s) ?? 1);
    expect(ps).toEqual([...ps].sort((a, b) => b - a));
    expect(ps.at(-1)).toBeLessThan(1e-5);
  });
  test('keeps its nominal rate on scores it was calibrated on', () => {
    const window = emptyWindow();
    let below = 0;
    let x = 42;
    const next = (): number => {
      x = (x * 48271) % 2147483647;
      return -Math.log10(x / 2147483647);
    };
    for (let i = 0; i < 24_000; i++) {
      const score = next();
      const p = calibratedP(window, score);
      if (p !== null && p <= 0.01) below++;
      addScore(window, score);
    }
    expect(below / 23_500).toBeGreaterThan(0.005);
    expect(below / 23_500).toBeLessThan(0.02);
  });
});

describe('combination', () => {
  test.each([
    ['a tiny p beside two ordinary ones', [1e-6, 0.3, 0.8], 3.000006125e-6],
    ['three middling ones', [0.01, 0.02, 0.5], 0.01998686213],
  ])('gives the golden value for %s', (_, ps, expected) => {
    expect(combineP(ps) / expected).toBeCloseTo(1, 8);
  });
  test('is stable where tan and arctan lose their digits', () => {
    expect(combineP([1e-15, 0.5]) / 2e-15).toBeCloseTo(1, 3);
    expect(combineP([1, 1])).toBeGreaterThan(0.99);
  });
});

describe('severity', () => {
  test.each([
    [2, 'low', 25, 'low'],
    [4, 'low', 50, 'medium'],
    [2, 'high', 25, 'high'],
    [9, 'low', 100, 'critical'],
  ] as const)('evidence of %d with floor %s scores %d', (evidence, floor, score, severity) => {
    expect(scoreOf(evidence)).toBe(score);
    expect(severityOf(score, floor)).toBe(severity);
  });
});

describe('episodes', () => {
  test('joins all signals of one official on one day, rules first', () => {
    const [episode, ...others] = toEpisodes([
      aSignal({ typology: 'unusual-volume', kind: 'score', p: 1e-8, floor: 'low' }),
      aSignal(),
    ]);
    expect(others).toEqual([]);
    expect(episode).toMatchObject({ typology: 'relative', firstDay: 100, hasRule: true });
    expect(episode?.signals).toHaveLength(2);
  });
  test('names a series by its first day, and puts first what it turned out to be', () => {
    const quoted = aSignal({ typology: 'case-mismatch', p: 1e-2 });
    const again = aSignal({ typology: 'case-mismatch', p: 1e-2, day: 103 });
    const listed = aSignal({ typology: 'celebrity', p: 1e-3, day: 103 });
    const [series, ...others] = toEpisodes([quoted, again, listed]);
    expect(others).toEqual([]);
    expect(series).toMatchObject({ typology: 'case-mismatch', firstDay: 100, lastDay: 103 });
    expect(series?.signals[0]).toBe(listed);
  });
  test('names the export of a row by the export, and a row beside an export by the row', () => {
    const row = Array.from({ length: 20 }, (_, i) => `e${i}`);
    const inRow = aSignal({ typology: 'enumeration', p: 1e-9, eventIds: row });
    const busy = aSignal({ typology: 'unusual-volume', kind: 'score', p: 1e-9, eventIds: row });
    const taken = (eventIds: string[], p = 1e-4) =>
      aSignal({ typology: 'bulk-export', kind: 'score', p, eventIds });
    const nameOf = (...signals: Signal[]) => toEpisodes(signals)[0]?.typology;
    expect(nameOf(inRow, busy, taken(row))).toBe('bulk-export');
    expect(nameOf(inRow, busy, taken(row.slice(0, 8)))).toBe('enumeration');
    // An export that hardly surprises names nothing.
    expect(nameOf(inRow, busy, taken(row, 1e-2))).toBe('enumeration');
  });
  test('links the same person within seven days, and starts anew on the eighth', () => {
    const series = toEpisodes([aSignal(), aSignal({ day: 107 }), aSignal({ day: 115 })]);
    expect(series.map((e) => [e.firstDay, e.lastDay])).toEqual([
      [100, 107],
      [115, 115],
    ]);
  });
  test('is silent about support alone', () => {
    expect(toEpisodes([aSignal({ kind: 'support', p: 1e-3 })])).toEqual([]);
  });
  test('does not depend on the order of the signals', () => {
    const signals = [aSignal({ day: 101 }), aSignal(), aSignal({ actor: 'a0' as Token })];
    const shape = (list: Episode[]) => list.map((e) => [e.actor, e.firstDay, e.lastDay, e.p]);
    expect(shape(toEpisodes([...signals].reverse()))).toEqual(shape(toEpisodes(signals)));
  });
});

describe('budget', () => {
  const anEpisode = (i: number, hasRule: boolean, p = 1e-4): Episode => ({
    actor: `a${i}` as Token,
    entity: `a${i}` as Token,
    typology: hasRule ? 'relative' : 'unusual-volume',
    firstDay: i,
    lastDay: i,
    signals: [],
    p,
    evidence: hasRule ? 5 : boundOf(p),
    score: scoreOf(hasRule ? 5 : boundOf(p)),
    floor: 'low',
    hasRule,
  });
  const many = (n: number, hasRule: boolean) =>
    Array.from({ length: n }, (_, i) => anEpisode(i, hasRule));
  test('raises no more statistical alerts than allowed', () => {
    const { raised, allowed } = selectWithinBudget(
      many(50, false),
      { officials: 23, days: 1_200, officialDays: 3_721 },
      1,
    );
    expect(allowed).toBe(27);
    expect(raised).toHaveLength(3);
  });
  test('leaves statistics their share when rules would take it all', () => {
    const { raised, heldBack } = selectWithinBudget(
      [...many(200, true), ...many(200, false)],
      { officials: 1000, days: 100, officialDays: 100_000 },
      1,
    );
    expect(raised).toHaveLength(100);
    expect(raised.filter((e) => !e.hasRule)).toHaveLength(30);
    expect(heldBack).toBe(130);
  });
  test('shows rules in a file too small for a budget', () => {
    expect(
      selectWithinBudget(many(4, true), { officials: 2, days: 3, officialDays: 5 }, 1).raised,
    ).toHaveLength(4);
  });
  test('does not fill the budget with ordinary days', () => {
    expect(
      selectWithinBudget(
        [anEpisode(1, false, 0.02)],
        { officials: 1000, days: 100, officialDays: 100_000 },
        1,
      ).raised,
    ).toEqual([]);
  });
});
