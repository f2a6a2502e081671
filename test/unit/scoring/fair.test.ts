import { expect, test } from 'vitest';
import type { Episode } from '../../../detectors/scoring/episodes.ts';
import { againstRole, excessOfRoles, peersOf } from '../../../detectors/scoring/fair.ts';
import type { Signal } from '../../../domain/signal.ts';
import type { Token } from '../../../domain/token.ts';

const anEpisode = (over: Partial<Episode>, peers?: Signal['peers']): Episode => ({
  ...{ actor: 'a1' as Token, entity: 'a1' as Token, typology: 'no-case', p: 1e-3 },
  ...{ firstDay: 100, lastDay: 100, evidence: 2, score: 25, floor: 'low', hasRule: false },
  signals: [{ day: 100, ...(peers && { peers }) } as Signal],
  ...over,
});
const excessOf = (episodes: readonly Episode[]): Map<string, number> =>
  excessOfRoles(episodes.map((e) => ({ ...e, peers: peersOf(e) })));
/** Half of the work is done at the desk, half by permit officers. */
const ofRole = (role: string, count: number, evidence = 2): Episode[] =>
  Array.from({ length: count }, () => anEpisode({ evidence }, { role, share: 0.5 }));

test('evidence that a role gives twice as often as others says less in it, and more elsewhere', () => {
  const episodes = [...ofRole('desk', 400), ...ofRole('permits', 200)];
  const excess = excessOf(episodes);
  expect(excess.get('desk')).toBeCloseTo(2.5 * Math.log10(410 / 310), 5);
  expect(excess.get('permits')).toBeCloseTo(2.5 * Math.log10(210 / 310), 5);
  const [desk, permit] = [againstRole(episodes)[0], episodes.at(-1)];
  expect(desk?.evidence).toBeCloseTo(2 - (excess.get('desk') ?? 0), 5);
  expect(permit?.evidence).toBeGreaterThan(2);
  expect(desk?.score).toBeCloseTo(12.5 * (desk?.evidence ?? 0), 1);
});
test('a handful of episodes tells little about a role', () => {
  const few = excessOf([...ofRole('desk', 4), ...ofRole('permits', 0)]);
  expect(few.get('desk')).toBeLessThan(0.2);
});
test('weak episodes are not counted, and nothing falls below zero', () => {
  const weak = ofRole('desk', 300, 0.9);
  expect(excessOf([...weak, ...ofRole('permits', 20)]).has('desk')).toBe(false);
  const faint = anEpisode({ evidence: 0.05 }, { role: 'desk', share: 0.5 });
  againstRole([faint, ...ofRole('desk', 400)]);
  expect(faint.evidence).toBe(0);
});
test('who has no known role, and what is about a person, stays as it is', () => {
  const unknown = anEpisode({});
  const crowd = anEpisode({ actor: null }, { role: 'desk', share: 0.5 });
  againstRole([unknown, crowd, ...ofRole('desk', 100)]);
  expect([unknown.evidence, crowd.evidence]).toEqual([2, 2]);
});
test('a series counts for the role of its last day, in whatever order its signals come', () => {
  const signals = [
    { day: 104, peers: { role: 'permits', share: 0.4 } },
    { day: 100, peers: { role: 'desk', share: 0.6 } },
  ] as Signal[];
  for (const order of [signals, [...signals].reverse()]) {
    const moved = anEpisode({ lastDay: 104, signals: order });
    expect([...excessOf([moved]).keys()]).toEqual(['permits']);
  }
});
