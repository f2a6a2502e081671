import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CanonicalEvent } from '../../../domain/event.ts';
import { SCRIPTS } from '../../../simulation/misuse/plan.ts';
import { replayLines } from '../../../simulation/replay.ts';
import { simulate } from '../../../simulation/simulate.ts';

const root = mkdtempSync(join(tmpdir(), 'inzagewacht-simulation-'));
const out = (name: string) => join(root, name);
// Of 40 officials perhaps only one is at work and has a former partner in town.
const small = { officials: 80, citizens: 3_000, days: 10 };
const FILES = ['events.ndjson', 'truth.ndjson'];

function digest(name: string): string {
  const hash = createHash('sha256');
  const reference = readdirSync(join(out(name), 'reference')).map((f) => join('reference', f));
  for (const file of [...FILES, ...reference.toSorted()])
    hash.update(readFileSync(join(out(name), file)));
  return hash.digest('hex');
}
const lines = (name: string, file: string) =>
  readFileSync(join(out(name), file), 'utf8')
    .split('\n')
    .filter(Boolean);
const column = (name: string, file: string, at: number) =>
  lines(name, join('reference', file))
    .slice(1)
    .map((line) => line.split(',')[at] ?? '');
type Truth = {
  actorId: string;
  typology: string;
  level: string;
  eventIds: string[];
  subjectIds: string[];
};
const truthOf = (name: string): Truth[] => lines(name, 'truth.ndjson').map((l) => JSON.parse(l));

beforeAll(async () => {
  await simulate({ ...small, out: out('one'), seed: 1, misuse: 'standard' });
  await simulate({ ...small, out: out('again'), seed: 1, misuse: 'standard' });
  await simulate({ ...small, out: out('other'), seed: 2, misuse: 'standard' });
  const dense = { officials: 300, citizens: 10_000, days: 30, incidents: 1 };
  await simulate({ ...dense, out: out('even'), seed: 3 });
  await simulate({ ...small, out: out('clean'), seed: 1, misuse: 'none' });
}, 180_000);
afterAll(() => rmSync(root, { recursive: true }));

describe('simulate', { timeout: 120_000 }, () => {
  test('writes the same bytes for the same seed and others for another', () => {
    expect(digest('again')).toBe(digest('one'));
    expect(digest('other')).not.toBe(digest('one'));
  });

  test('has no truth without misuse', () => {
    expect(lines('clean', 'truth.ndjson')).toEqual([]);
  });

  test('writes canonical events in the order of time with unique ids', () => {
    const events = lines('one', 'events.ndjson').map((l) => CanonicalEvent.parse(JSON.parse(l)));
    const times = events.map((e) => e.occurredAt);
    expect(times).toEqual(times.toSorted());
    expect(new Set(events.map((e) => e.eventId)).size).toBe(events.length);
  });

  test('names every actor of the events in officials.csv', () => {
    const staff = new Set(column('one', 'officials.csv', 0));
    const actors = new Set(
      lines('one', 'events.ndjson').map((l) => CanonicalEvent.parse(JSON.parse(l)).actor?.id),
    );
    actors.delete(undefined);
    expect([...actors].filter((id) => !staff.has(id ?? ''))).toEqual([]);
  });

  test('labels at least two incidents of each kind, each event once', () => {
    const truth = truthOf('one');
    for (const kind of [
      'relative',
      'ex-partner',
      'celebrity',
      'unusual-volume',
      'protected-person',
    ])
      expect(truth.filter((t) => t.typology === kind).length, kind).toBeGreaterThanOrEqual(2);
    const ids = truth.flatMap((t) => t.eventIds);
    expect(new Set(ids).size).toBe(ids.length);
    const known = new Set(lines('one', 'events.ndjson').map((l) => JSON.parse(l).eventId));
    expect(ids.every((id) => known.has(id))).toBe(true);
  });

  test('gives unlawful look-ups no row in the caseload of their own unit, unless it is the cover', () => {
    const unitOf = new Map(
      column('even', 'officials.csv', 0).map((id, i) => [
        id,
        column('even', 'officials.csv', 2)[i],
      ]),
    );
    const persons = column('even', 'caseload.csv', 1);
    const units = column('even', 'caseload.csv', 4);
    const until = column('even', 'caseload.csv', 7);
    const rows = new Set(
      persons.flatMap((person, i) =>
        (until[i] ?? '') < '2026-01-05' ? [] : [`${units[i]}:${person}`],
      ),
    );
    const plain = truthOf('even').filter((t) => t.level !== 'L4' && t.typology !== 'subject-burst');
    expect(plain.length).toBeGreaterThan(50);
    const lawful = plain.filter(({ actorId, subjectIds }) =>
      subjectIds.some((id) => rows.has(`${unitOf.get(actorId)}:${id}`)),
    );
    expect(lawful.map((t) => t.typology)).toEqual([]);
  });

  test('has every typology about people at every level it is meant for', () => {
    const cells = new Set(truthOf('even').map((t) => `${t.typology} ${t.level}`));
    const wanted = SCRIPTS.flatMap((s) => s.levels.map((level) => `${s.typology} ${level}`));
    expect(wanted.length).toBeGreaterThan(75);
    expect(new Set(SCRIPTS.map((s) => s.typology)).size).toBe(25);
    // A small town lacks some occasions (nobody left in time, no partner's case to hide behind).
    expect(wanted.filter((cell) => !cells.has(cell)).length).toBeLessThan(6);
  });

  test('shows no field, present or absent, that only labelled events of officials have', () => {
    const labelled = new Set(truthOf('even').flatMap((t) => t.eventIds));
    const traits = { yes: new Set<string>(), no: new Set<string>() };
    const keys = ['requestId', 'object', 'query', 'fields', 'purpose', 'emergency', 'device'];
    for (const line of lines('even', 'events.ndjson')) {
      const event = JSON.parse(line);
      const seen = traits[labelled.has(event.eventId) ? 'yes' : 'no'];
      const { action, eventId, occurredAt, requestId, sessionId, subject, query } = event;
      seen.add(`lengths ${eventId.length} ${occurredAt.length} ${requestId?.length}`);
      seen.add(`session ${sessionId?.length}`);
      seen.add(`${action} with subject ${subject !== null}, by ${query?.key}`);
      for (const key of keys) seen.add(`${action} ${key} ${key in event}`);
    }
    expect(traits.yes.size).toBeGreaterThan(40);
    expect([...traits.yes].filter((trait) => !traits.no.has(trait))).toEqual([]);
  });
});

describe('replayLines', () => {
  test('yields every line with its place', async () => {
    const path = join(out('one'), 'events.ndjson');
    const seen: string[] = [];
    for await (const { lines: batch } of replayLines(path, { speed: 1_000_000 }))
      seen.push(...batch.map((line) => line.bytes.toString()));
    expect(seen).toEqual(lines('one', 'events.ndjson'));
  });

  test('stops when told to', async () => {
    const stop = new AbortController();
    let batches = 0;
    const options = { speed: 10, signal: stop.signal };
    for await (const _ of replayLines(join(out('one'), 'events.ndjson'), options)) {
      batches++;
      stop.abort();
    }
    expect(batches).toBe(1);
  });
});
