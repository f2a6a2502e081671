import { describe, expect, test } from 'vitest';
import { type Candidate, clopperPearson, drawSamples, missRate } from '../../../review/samples.ts';

const frame: Candidate[] = Array.from({ length: 5_000 }, (_, i) => ({
  eventId: `e${i}`,
  risk: i % 50 === 0 ? 20 : 1,
}));

describe('a draw', () => {
  test('can be repeated from its seed, whatever the order of the lookups', () => {
    const draw = drawSamples(frame, { seed: '2026-Q1', random: 100, weighted: 50 });
    expect(
      drawSamples([...frame].reverse(), { seed: '2026-Q1', random: 100, weighted: 50 }),
    ).toEqual(draw);
    expect(drawSamples(frame, { seed: '2026-Q2', random: 100, weighted: 50 }).random).not.toEqual(
      draw.random,
    );
    expect(new Set([...draw.random, ...draw.weighted]).size).toBe(150);
    expect(draw.frame).toBe(5_000);
  });
  test('gives every lookup the same chance in the random part, and risky ones more in the other', () => {
    const isRisky = (id: string) => Number(id.slice(1)) % 50 === 0;
    let random = 0;
    let weighted = 0;
    for (let seed = 0; seed < 40; seed++) {
      const draw = drawSamples(frame, { seed: String(seed), random: 100, weighted: 100 });
      random += draw.random.filter(isRisky).length;
      weighted += draw.weighted.filter(isRisky).length;
    }
    // 2 % of the lookups; 20 of 69 parts of the risk (some are taken by then).
    expect(random / 4_000).toBeGreaterThan(0.012);
    expect(random / 4_000).toBeLessThan(0.028);
    expect(weighted / 4_000).toBeGreaterThan(0.2);
  });
  test('takes what there is when more is asked for, and nothing of nothing', () => {
    expect(
      drawSamples(frame.slice(0, 3), { seed: 's', random: 10, weighted: 10 }).random,
    ).toHaveLength(3);
    expect(drawSamples([], { seed: 's', random: 10, weighted: 10 })).toMatchObject({
      random: [],
      weighted: [],
    });
  });
});

describe('the miss rate', () => {
  test.each([
    // Published values of the exact interval.
    [0, 300, 0, 0.01222],
    [1, 20, 0.001265, 0.248733],
    [10, 100, 0.0490047, 0.1762226],
    [5, 5, 0.478176, 1],
  ])('of %i in %i lies between %f and %f', (k, n, low, high) => {
    const interval = clopperPearson(k, n);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });
  test('says how many that may be in all, and does not count what could not be judged', () => {
    const findings = [
      ...Array.from({ length: 300 }, () => 'legitimate' as const),
      ...Array.from({ length: 20 }, () => 'cannot-judge' as const),
    ];
    expect(missRate(findings, 100_000)).toMatchObject({
      reviewed: 300,
      missed: 0,
      cannotJudge: 20,
      rate: 0,
      inFrame: { low: 0, high: 1_223 },
    });
    expect(missRate([], 10)).toMatchObject({ rate: null, interval: { low: 0, high: 1 } });
  });
  test('covers the true share in at least 93 % of 200 draws', () => {
    const small = frame.slice(0, 1_500);
    for (const share of [0.004, 0.01, 0.05]) {
      const missed = new Set(
        small.filter((_, i) => (i * 7_919) % 1_500 < share * 1_500).map((c) => c.eventId),
      );
      const truth = missed.size / small.length;
      let covered = 0;
      for (let seed = 0; seed < 200; seed++) {
        const { random } = drawSamples(small, { seed: `run ${seed}`, random: 250, weighted: 0 });
        const { interval } = missRate(
          random.map((id) => (missed.has(id) ? 'missed' : 'legitimate')),
          small.length,
        );
        if (interval.low <= truth && truth <= interval.high) covered++;
      }
      expect(covered).toBeGreaterThanOrEqual(186);
    }
  }, 120_000);
});
