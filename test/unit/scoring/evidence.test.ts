import { describe, expect, test } from 'vitest';
import { addScore, emptyWindow } from '../../../detectors/scoring/calibrate.ts';
import { type Episode, toEpisodes } from '../../../detectors/scoring/episodes.ts';
import {
  boundOf,
  episodeEvidence,
  evidenceOf,
  frequencyOf,
  serialEvidence,
} from '../../../detectors/scoring/evidence.ts';
import { learnPeers, noPeers, peersMean } from '../../../detectors/scoring/peers.ts';
import { combinedRisks, riskOn } from '../../../detectors/scoring/risk.ts';
import type { Signal } from '../../../domain/signal.ts';
import type { Token } from '../../../domain/token.ts';
import type { Typology } from '../../../domain/typology.ts';

const aSignal = (over: Partial<Signal> = {}): Signal => ({
  typology: 'no-case',
  kind: 'score',
  p: 1e-4,
  floor: 'low',
  subject: null,
  reasons: [],
  eventIds: ['e1'],
  verdict: 'unexplained',
  detector: 'no-case',
  version: 1,
  actor: 'a1' as Token,
  day: 100,
  firstEventAt: 0,
  lastEventAt: 0,
  subjects: [],
  ...over,
});

describe('evidence', () => {
  test('bounds what a p can say', () => {
    expect(boundOf(0.5)).toBe(0);
    expect(boundOf(1e-4)).toBeCloseTo(2.601, 3);
    expect(boundOf(1e-9)).toBeCloseTo(7.249, 3);
  });
  test('puts a relative without a case before any statistic, and after it with one', () => {
    const relative = aSignal({ typology: 'relative', kind: 'rule', p: 1e-2 });
    const extreme = evidenceOf(aSignal({ p: 1e-9 }));
    expect(evidenceOf(relative)).toBeGreaterThan(extreme);
    expect(evidenceOf({ ...relative, verdict: 'explained' })).toBeLessThan(extreme);
  });
  test('takes from a class that speaks too often', () => {
    const many = Array.from({ length: 300 }, (_, i) =>
      aSignal({ typology: 'celebrity', kind: 'rule', actor: `a${i}` as Token }),
    );
    const [one = aSignal()] = many;
    expect(evidenceOf(one, frequencyOf(many, 10_000))).toBeCloseTo(evidenceOf(one) - 1, 5);
    expect(evidenceOf(one, frequencyOf(many, 200_000))).toBeCloseTo(evidenceOf(one), 5);
  });
  test('adds a part of a second family, nothing of a second signal of the same', () => {
    const volume = aSignal({ typology: 'unusual-volume' });
    const night = aSignal({ typology: 'out-of-hours', eventIds: ['e2'] });
    const alone = episodeEvidence([aSignal()]);
    expect(episodeEvidence([aSignal(), volume])).toBe(alone);
    expect(episodeEvidence([aSignal(), night])).toBeCloseTo(alone * 1.3, 5);
  });
  test('counts an unusual hour in full for the lookups that something else speaks of', () => {
    const listed = aSignal({
      typology: 'celebrity',
      kind: 'rule',
      p: 1e-2,
      eventIds: ['e1', 'e2'],
    });
    const night = (...eventIds: string[]) =>
      aSignal({ typology: 'out-of-hours', kind: 'support', p: 2e-3, eventIds });
    const together = (of: Signal) =>
      episodeEvidence([listed, of], frequencyOf([listed, of], 10_000, 0));
    const alone = evidenceOf(listed);
    const hour = boundOf(2e-3);
    expect(together(night('e1', 'e2', 'e3'))).toBeCloseTo(alone + hour, 5);
    // Another person in the evening, or no more than half of the lookups: one thing more about the day.
    expect(together(night('e3'))).toBeCloseTo(alone + 0.3 * hour, 5);
    expect(together(night('e1', 'e3'))).toBeCloseTo(alone + 0.3 * hour, 5);
    // Work of the team behind the evening leaves half of what it says.
    const ofTeam: Signal = { ...night('e1', 'e2'), verdict: 'explained' };
    expect(together(ofTeam)).toBeCloseTo(alone + 0.5 * hour, 5);
    // Leave is a matter of time too, and says nothing twice.
    const leave: Signal = { ...listed, typology: 'on-leave' };
    const both = [leave, night('e1', 'e2')];
    expect(episodeEvidence(both, frequencyOf(both, 10_000, 0))).toBeCloseTo(evidenceOf(leave), 5);
    // In the first weeks nobody knows which hours are usual.
    const early = frequencyOf([listed, night('e1', 'e2')], 10_000, 99);
    expect(episodeEvidence([listed, night('e1', 'e2')], early)).toBeCloseTo(alone + 0.6 * hour, 5);
  });
  test('tells a large file from a small one', () => {
    const file = (p: number) => evidenceOf(aSignal({ typology: 'bulk-export', kind: 'rule', p }));
    expect(file(1e-4)).toBe(4.2);
    expect(file(5e-4)).toBeCloseTo(4.2 - 2 * Math.log10(5), 5);
    expect(file(1e-6)).toBeCloseTo(5.2, 5);
    // What names nobody cannot be judged by whose work it was; a relative can, once there is a register.
    const unjudged = { kind: 'rule', verdict: 'cannot-judge' } as const;
    const loss = (typology: Typology, p: number) =>
      evidenceOf(aSignal({ ...unjudged, typology, p, verdict: 'unexplained' })) -
      evidenceOf(aSignal({ ...unjudged, typology, p }));
    expect(loss('bulk-export', 1e-4)).toBe(0);
    expect(loss('relative', 1e-2)).toBeCloseTo(0.7, 5);
  });
  test('piles up over days of small surprises, and fades without them', () => {
    const days = (list: number[]) => list.map((day) => aSignal({ day, p: 5e-3 }));
    const last = (signals: Signal[]) => [...serialEvidence(signals).values()].at(-1) ?? 0;
    const week = last(days([100, 101, 102, 103, 104]));
    expect(week).toBeGreaterThan(boundOf(5e-3) * 2);
    expect(last(days([100, 130, 160, 190, 220]))).toBeLessThan(boundOf(5e-3));
  });
});

test('a window learns once in four weeks from one official far in the tail, and from others each time', () => {
  const learned = (keys: string[]) => {
    const window = emptyWindow();
    for (let i = 0; i < 1_000; i++) addScore(window, i / 1_000);
    for (const [i, key] of keys.entries()) addScore(window, 50, { key, day: 100 + i });
    return window.scores.filter((score) => score === 50).length;
  };
  expect(learned(['a1', 'a1', 'a1'])).toBe(1);
  expect(learned(['a1', 'a2', 'a3'])).toBe(3);
});

test('peers are told from five members on', () => {
  const peers = noPeers();
  for (let i = 0; i < 60; i++) learnPeers(peers, `a${i % 4}`, 10);
  expect(peersMean(peers)).toBeNull();
  learnPeers(peers, 'a9', 10);
  expect(peersMean(peers)).toBe(10);
});

describe('combined risk', () => {
  const episodes = (actor: string, days: number[], p: number): Episode[] =>
    toEpisodes(
      days.map((day, i) =>
        aSignal({
          actor: actor as Token,
          day,
          p,
          typology: i % 2 === 0 ? 'no-case' : 'out-of-hours',
        }),
      ),
    );
  test('halves every thirty days', () => {
    const [episode] = episodes('a1', [100], 1e-3);
    if (episode === undefined) throw new Error('no episode');
    const terms = [{ day: 100, points: 2, typology: episode.typology, episode }];
    const settings = { halfLifeDays: 30, maxPoints: 4, minEpisodes: 3 };
    expect(riskOn(terms, 130, settings).points).toBeCloseTo(1, 10);
  });
  test('finds the official with many weak episodes among those with few', () => {
    const others = Array.from({ length: 300 }, (_, i) =>
      episodes(`b${i}`, [i % 90, (i * 7) % 91], 2e-2),
    );
    const many = episodes('a1', [80, 83, 86, 89, 92, 95], 5e-3);
    const signals = combinedRisks([...others.flat(), ...many]);
    expect(new Set(signals.map((s) => s.actor))).toEqual(new Set(['a1']));
  });
});
