import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  type CommonOfficial,
  commonAccess,
  poissonBinomialTail,
} from '../../../../detectors/lookback/common-access.ts';
import type { Token } from '../../../../domain/token.ts';

const token = (text: string): Token => text as Token;
const DATA = join(process.env['INZAGEWACHT_TESTDATA'] ?? '../shared', 'data');
const SETS = ['bpic15-1', 'bpic15-2', 'bpic15-3'];

/** mulberry32, so that the same seeds draw the same victims everywhere. */
function random(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Access = Map<string, Set<string>>;
/** Asks with the access index as a map of official to persons. */
function ask(access: Access, victims: readonly string[]) {
  const everybody = new Set([...access.values()].flatMap((s) => [...s]));
  const degrees = new Map<Token, number>();
  for (const v of victims) {
    const degree = [...access.values()].filter((s) => s.has(v)).length;
    if (degree > 0) degrees.set(token(v), degree);
  }
  const officials: CommonOfficial[] = [...access].map(([actor, persons]) => ({
    actor: token(actor),
    persons: persons.size,
    common: victims
      .filter((v) => persons.has(v))
      .map((v) => ({ subject: token(v), lookups: 1, firstAt: 0, lastAt: 0, isBefore: null })),
  }));
  const pairs = officials.reduce((n, o) => n + o.persons, 0);
  const pool = { persons: everybody.size, pairs, officials: officials.length, degrees };
  return commonAccess(officials, pool, victims.length);
}

test('the tail of a sum of unequal trials is exact', () => {
  // Golden value of docs/detection.md §2.1: 3 or more of 0.1, 0.2, 0.3, 0.4.
  expect(poissonBinomialTail([0.1, 0.2, 0.3, 0.4], 3)).toBeCloseTo(0.0428, 12);
  expect(poissonBinomialTail([0.5, 0.5], 0)).toBe(1);
  expect(poissonBinomialTail([0.5, 0.5], 2)).toBeCloseTo(0.25, 12);
  expect(poissonBinomialTail([0.5, 0.5], 3)).toBe(0);
});

describe('common access', () => {
  const crowd: Access = new Map(
    Array.from({ length: 20 }, (_, o) => [
      `a${o}`,
      new Set(Array.from({ length: 30 }, (_, i) => `s${(o * 30 + i * 7) % 600}`)),
    ]),
  );
  const victims = Array.from({ length: 10 }, (_, i) => `s${i * 60 + 3}`);

  test('ranks first the official who opened improbably many of them', () => {
    const access = new Map(crowd);
    access.set('leak', new Set([...victims.slice(0, 8), 's1', 's2']));
    const answer = ask(access, victims);
    expect(answer.rows[0]).toMatchObject({ actor: 'leak', common: 8, isSignificant: true });
  });
  test('believes nothing about fewer than five victims, however improbable', () => {
    const access = new Map(crowd);
    access.set('leak', new Set(victims.slice(0, 4)));
    const answer = ask(access, victims.slice(0, 4));
    expect(answer.rows[0]?.actor).toBe('leak');
    expect(answer.rows.every((r) => !r.isSignificant)).toBe(true);
    expect(answer.caveats).toContain('few-victims');
  });
  test('says when a person was opened by nobody, and when officials share their work', () => {
    expect(ask(crowd, [...victims, 'nobody']).caveats).toContain('never-opened');
    const shared: Access = new Map([
      ['a', new Set(victims)],
      ['b', new Set(victims)],
    ]);
    expect(ask(shared, victims).caveats).toEqual(['few-officials', 'shared-work']);
  });
  test('is not moved by a popular person: the larger of the two tails counts', () => {
    const [row] = ask(crowd, victims).rows;
    if (row === undefined) throw new Error('no row');
    expect(row.pCorrected).toBeCloseTo(Math.min(1, Math.max(row.p, row.pPopular) * 20), 12);
  });
});

const isHere = existsSync(join(DATA, 'bpic15-1'));
describe.skipIf(!isHere)('on the real traces (skipped: no third-party data, where absent)', () => {
  const load = (set: string): Access => {
    const access: Access = new Map();
    const text = gunzipSync(readFileSync(join(DATA, set, 'events.ndjson.gz'))).toString();
    for (const line of text.split('\n')) {
      const m = /"actor":\{"id":"([^"]+)".*"subject":\{[^}]*"id":"([^"]+)"/.exec(line);
      if (m?.[1] === undefined || m[2] === undefined) continue;
      const persons = access.get(m[1]) ?? new Set();
      access.set(m[1], persons.add(m[2]));
    }
    for (const [actor, persons] of access) if (persons.size < 10) access.delete(actor);
    return access;
  };
  const sets = isHere ? SETS.map(load) : [];
  const draw = <T>(all: readonly T[], n: number, next: () => number): T[] => {
    const left = [...all];
    return Array.from(
      { length: n },
      () => left.splice(Math.floor(next() * left.length), 1)[0] as T,
    );
  };

  test('finds the official who was given 60 % of 20 victims', () => {
    let first = 0;
    let third = 0;
    let trials = 0;
    for (const [index, access] of sets.entries())
      for (let trial = 0; trial < 60; trial++) {
        const next = random(index * 1000 + trial);
        const everybody = [...new Set([...access.values()].flatMap((s) => [...s]))];
        const victims = draw(everybody, 20, next);
        const [leak = ''] = draw([...access.keys()], 1, next);
        const changed = new Map(access);
        changed.set(leak, new Set([...(access.get(leak) ?? []), ...draw(victims, 12, next)]));
        const rank = ask(changed, victims).rows.findIndex((r) => r.actor === leak);
        trials++;
        if (rank === 0) first++;
        if (rank < 3) third++;
      }
    expect(first / trials).toBeGreaterThanOrEqual(0.93);
    expect(third / trials).toBeGreaterThanOrEqual(0.98);
  });
  test('calls nobody improbable when nobody leaked', () => {
    let quiet = 0;
    for (let seed = 0; seed < 200; seed++) {
      const access = sets[seed % sets.length];
      if (access === undefined) continue;
      const everybody = [...new Set([...access.values()].flatMap((s) => [...s]))];
      const answer = ask(access, draw(everybody, 20, random(5_000 + seed)));
      if (answer.rows.every((r) => !r.isSignificant)) quiet++;
    }
    expect(quiet).toBeGreaterThanOrEqual(190);
  });
});
