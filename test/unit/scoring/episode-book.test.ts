import { expect, test } from 'vitest';
import { createEpisodeBook } from '../../../detectors/scoring/episode-book.ts';
import type { Episode } from '../../../detectors/scoring/episodes.ts';
import { weighEpisodes } from '../../../detectors/scoring/rank.ts';
import type { Signal } from '../../../domain/signal.ts';
import type { Token } from '../../../domain/token.ts';
import type { Typology } from '../../../domain/typology.ts';

const RULES: readonly Typology[] = ['relative', 'neighbour', 'case-mismatch', 'repeated-subject'];
const SCORES: readonly Typology[] = ['unusual-volume', 'no-case', 'out-of-hours', 'enumeration'];
const ROLES = ['desk', 'permits', 'call'];

/** Reproducible numbers below 1. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** What one source may say: of a few officials or persons, on a few days, so that much of it meets. */
function sayings(random: () => number, most = 4): Signal[] {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  return Array.from({ length: Math.floor(random() * (most + 1)) }, (_, n) => {
    const kind = pick(['rule', 'rule', 'score', 'score', 'score', 'support'] as const);
    const typology = pick(kind === 'rule' ? RULES : SCORES);
    const subject = `s${Math.floor(random() * 12)}` as Token;
    const actor = random() < 0.1 ? null : (`a${Math.floor(random() * 15)}` as Token);
    const day = 100 + Math.floor(random() * 30);
    return {
      ...{ typology, kind, p: 10 ** (-5 * random()), floor: 'low' as const, detector: typology },
      ...{ version: 1, actor, day, firstEventAt: 0, lastEventAt: 0, reasons: [] },
      ...{ verdict: pick(['unexplained', 'cannot-judge', 'explained'] as const) },
      subject: random() < 0.3 ? null : subject,
      // A signal about nobody is counted, but is part of no episode.
      subjects: random() < 0.1 ? [] : [subject],
      eventIds: [`e${Math.floor(random() * 1e9)}-${n}`],
      ...(actor !== null && {
        peers: { role: pick(ROLES), share: (1 + ((day * 7) % 5)) / 10 },
      }),
    };
  });
}

const inOrder = (episodes: readonly Episode[]): Episode[] =>
  [...episodes].sort(
    (a, b) =>
      (a.entity < b.entity ? -1 : a.entity > b.entity ? 1 : 0) ||
      a.firstDay - b.firstDay ||
      (a.typology < b.typology ? -1 : 1),
  );

test.each([1, 2, 3, 4, 5])('what changes is weighed as if all were weighed anew (%i)', (seed) => {
  const random = numbers(seed * 7_919);
  const book = createEpisodeBook();
  const said = new Map<string, Signal[]>();
  let found = 0;
  for (let look = 0; look < 60; look++) {
    // Some looks change one source, some many, some take back what was said.
    for (let n = 0; n < 1 + (look % 5); n++) {
      const source = `source-${Math.floor(random() * 40)}`;
      const signals = random() < 0.15 ? [] : sayings(random, look === 20 ? 80 : 4);
      said.set(source, signals);
      book.say(source, signals);
    }
    // Few days of work make floods of rules, many do not; none are the first day.
    const officialDays = [0, 300, 3_000, 300_000][Math.floor(random() * 4)] ?? 0;
    const began = random() < 0.5 ? 90 : Number.POSITIVE_INFINITY;
    const all = weighEpisodes([...said.values()].flat(), officialDays, began);
    const kept = book.episodes(officialDays, began);
    expect(inOrder(kept)).toEqual(inOrder(all));
    found += all.length;
  }
  expect(found).toBeGreaterThan(1_000);
});

test('an episode stays the same object while nothing in it changes', () => {
  const random = numbers(5);
  const book = createEpisodeBook();
  for (let n = 0; n < 30; n++) book.say(`source-${n}`, sayings(random));
  const before = new Set(book.episodes(300_000, 90));
  const one = sayings(random).map((signal) => ({ ...signal, actor: 'a-new' as Token }));
  book.say('another', one);
  const after = book.episodes(300_000, 90);
  const isNew = after.filter((episode) => !before.has(episode));
  expect(before.size).toBeGreaterThan(10);
  expect(new Set(isNew.map((e) => e.entity))).toEqual(new Set(['a-new']));
  book.say('another', []);
  expect(new Set(book.episodes(300_000, 90))).toEqual(before);
});
