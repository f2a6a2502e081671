import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import {
  explainRoles,
  measureFairness,
  toGroups,
} from '../../../simulation/evaluation/fairness.ts';

const dir = mkdtempSync(join(tmpdir(), 'inzagewacht-fairness-'));
afterAll(() => rmSync(dir, { recursive: true }));

test('a group’s rate is held against that of all others, with an interval', () => {
  const exposure = new Map([
    ['role\tdesk', 1_000],
    ['role\ttax', 2_000],
    ['team\tsmall', 10],
  ]);
  const hits = new Map([
    ['role\tdesk', 20],
    ['role\ttax', 20],
  ]);
  const [desk, tax, small] = toGroups(exposure, hits, new Map());
  expect(desk).toMatchObject({ rate: 20, ratio: 2 });
  expect(desk?.interval?.low).toBeCloseTo(2 / Math.exp(1.96 * Math.sqrt(0.1)), 10);
  expect(tax?.ratio).toBe(0.5);
  expect(small).toMatchObject({ falseAlerts: 0, ratio: null, interval: null });
});

test('a role with more false alerts is explained by the persons it opens without a row', () => {
  const exposure = new Map([
    ['role\tdesk', 1_000],
    ['role\ttax', 2_000],
    ['surname\trare', 500],
  ]);
  const explain = (alerts: number, desk: number, tax: number) => {
    const hits = new Map([
      ['role\tdesk', alerts],
      ['role\ttax', alerts],
    ]);
    const withoutRow = new Map([
      ['role\tdesk', desk],
      ['role\ttax', tax],
    ]);
    return explainRoles(toGroups(exposure, hits, withoutRow));
  };
  expect(explain(20, 6_000, 5_000)).toEqual([
    'desk has 2.00 times the false alerts of the others per official-day. It opens 6.0 persons a day on whom neither the official nor the unit has a row, the others 2.5; per such person it has 0.83 times theirs: the work explains it.',
  ]);
  expect(explain(20, 3_000, 5_000)[0]).toContain(
    'per such person it has 1.67 times theirs: 20 alerts are too few to tell it from 1.25.',
  );
  expect(explain(200, 3_000, 5_000)[0]).toContain('the work explains a part of it at most.');
  expect(explain(200, 0, 5_000)[0]).toContain('the others 2.5: the work explains a part of it');
});

test('false alerts are joined to officials and residents by event id', async () => {
  const reference = join(dir, 'reference');
  mkdirSync(reference);
  const write = (name: string, lines: string[]) =>
    writeFileSync(join(reference, name), `${lines.join('\n')}\n`);
  write('officials.csv', [
    'actorId,personId,unit,role,kind',
    'u1,p1,desk-1,desk,person',
    'u2,p2,tax-1,tax,person',
  ]);
  write('persons.csv', ['personId,surname', 'p1,Kok', 'p2,Kok', 'p3,Vos']);
  write('roster.csv', [
    'actorId,kind,from,to',
    'u1,shift,2026-01-05T06:00:00Z,2026-01-05T18:00:00Z',
  ]);
  write('caseload.csv', [
    'caseRef,personId,kind,actorId,unit,domain,validFrom,validTo',
    'Z-1,p1,case,u2,tax-1,tax,2026-01-10,2026-02-01',
    'Z-2,p2,case,u1,tax-1,tax,2025-12-01,2025-12-29',
    'Z-3,p3,case,u1,desk-1,desk,2025-12-01,2025-12-27',
  ]);
  const anEvent = (eventId: string, id: string, subject: string) =>
    JSON.stringify({
      ...{ eventId, occurredAt: '2026-01-05T10:00:00Z', actor: { id }, action: 'view' },
      subject: { scheme: 'local', id: subject },
    });
  const events = join(dir, 'events.ndjson');
  const all = [
    ...[anEvent('e1', 'u1', 'p3'), anEvent('e2', 'u2', 'p3'), anEvent('e3', 'u1', 'p3')],
    // Another unit's case five days ahead, the unit's own, and an official's own of a week ago.
    ...[anEvent('e4', 'u1', 'p1'), anEvent('e5', 'u2', 'p1'), anEvent('e6', 'u1', 'p2')],
  ];
  writeFileSync(events, `${all.join('\n')}\n`);
  const alert = {
    ...{ alertId: 'a', typology: 'relative', score: 50, eventIds: ['e1'] },
    openedAt: '2026-01-05T10:00:00Z',
  };
  const { groups } = await measureFairness([], [{ line: 1, value: alert }], events, reference);
  const group = (dimension: string, name: string) =>
    groups.find((g) => g.dimension === dimension && g.group === name);
  const of = (dimension: string, name: string) => group(dimension, name)?.falseAlerts;
  expect(of('role', 'desk')).toBe(1);
  expect(of('role', 'tax')).toBe(0);
  expect(of('contract', 'part-time')).toBe(1);
  expect(of('surname', 'frequent')).toBe(1);
  // Each person once a day, unless the official or the unit has a row a week before or after.
  expect(group('role', 'desk')).toMatchObject({ exposure: 1, withoutRow: 2 });
  expect(group('role', 'tax')).toMatchObject({ exposure: 1, withoutRow: 1 });
  expect(group('surname', 'frequent')?.withoutRow).toBeNull();
});
