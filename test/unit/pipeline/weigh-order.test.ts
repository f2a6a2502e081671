import { expect, test } from 'vitest';
import type { RawSignal } from '../../../domain/signal.ts';
import { ORDINARY_P, type OrdinaryScores } from '../../../pipeline/judge-day.ts';
import { createWeigher } from '../../../pipeline/weigh.ts';

const DAYS = 30;
const DETECTORS = ['subject-burst', 'out-of-hours'];

/** Scores of one day: of many officials in three roles, some equal, some with nothing observed. */
function scoresOf(day: number): RawSignal[] {
  const signals: RawSignal[] = [];
  for (const [d, detector] of DETECTORS.entries())
    for (let n = 0; n < 120; n++) {
      const turn = (n * 37 + day * 11 + d * 5) % 101;
      const p = n % 4 === 0 ? (1 + (turn % 10)) / 10 : (turn + 1) / 103;
      signals.push({
        ...{ kind: 'score', typology: detector, detector, version: 1, p, weight: null, day },
        ...{ key: `a${n}`, actor: `a${n}`, subject: null, role: `role-${n % 3}` },
        ...{ eventIds: [], firstEventAt: 0, lastEventAt: 0, explanation: 'unexplained' },
        reasons: [],
        ...(n % 5 === 0 ? {} : { observed: turn % 4 }),
      } as unknown as RawSignal);
    }
  return signals;
}

const isOrdinary = ({ p }: RawSignal): boolean => (p ?? 0) > ORDINARY_P;
/** The ordinary ones as one of two lanes packs them. */
function packed(signals: readonly RawSignal[], lane: number): OrdinaryScores {
  const scores: OrdinaryScores = new Map();
  for (const [n, signal] of signals.entries()) {
    const { detector, role, p, observed, key } = signal as RawSignal & { observed?: number };
    if (!isOrdinary(signal) || n % 2 !== lane) continue;
    const of = scores.get(`${detector}\0${role}`) ?? { ps: [], observed: [], members: [] };
    scores.set(`${detector}\0${role}`, of);
    of.ps.push(p ?? 1);
    of.observed.push(observed ?? null);
    if (of.members.length < 5 && !of.members.includes(key)) of.members.push(key);
  }
  return scores;
}

test('calibration learns the same from scores in any order, packed by lanes or one by one', () => {
  const plain = createWeigher();
  const turned = createWeigher();
  const shared = createWeigher();
  let kept = 0;
  for (let day = 1; day <= DAYS; day++) {
    const signals = scoresOf(day);
    const said = plain.day(day, signals);
    kept += said.length;
    expect(turned.day(day, [...signals].reverse())).toEqual(said);
    const rest = signals.filter((signal) => !isOrdinary(signal));
    expect(shared.day(day, rest, [packed(signals, 0), packed(signals, 1)])).toEqual(said);
  }
  expect(kept).toBeGreaterThan(0);
  expect(turned.state()).toEqual(plain.state());
  for (const [group, window] of plain.state().windows) {
    const other = shared.state().windows.get(group);
    expect(other?.scores).toEqual(window.scores);
    expect(other?.extremes).toEqual(window.extremes);
    // Which five are known may differ, not that there are five nor what they show.
    expect(other?.peers).toMatchObject({ days: window.peers.days, mean: window.peers.mean });
    expect(other?.peers.members).toHaveLength(5);
  }
});

test('days are weighed once, in order', () => {
  const weigher = createWeigher();
  weigher.day(2, scoresOf(2));
  expect(() => weigher.day(2, [])).toThrow(RangeError);
});
