import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { measureFairness, toGroups } from '../../../simulation/evaluation/fairness.ts';

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
  const [desk, tax, small] = toGroups(exposure, hits);
  expect(desk).toMatchObject({ rate: 20, ratio: 2 });
  expect(desk?.interval?.low).toBeCloseTo(2 / Math.exp(1.96 * Math.sqrt(0.1)), 10);
  expect(tax?.ratio).toBe(0.5);
  expect(small).toMatchObject({ falseAlerts: 0, ratio: null, interval: null });
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
  const anEvent = (eventId: string, id: string, subject: string) =>
    JSON.stringify({
      ...{ eventId, occurredAt: '2026-01-05T10:00:00Z', actor: { id }, action: 'view' },
      subject: { scheme: 'local', id: subject },
    });
  const events = join(dir, 'events.ndjson');
  writeFileSync(events, `${[anEvent('e1', 'u1', 'p3'), anEvent('e2', 'u2', 'p3')].join('\n')}\n`);
  const alert = {
    ...{ alertId: 'a', typology: 'relative', score: 50, eventIds: ['e1'] },
    openedAt: '2026-01-05T10:00:00Z',
  };
  const { groups } = await measureFairness([], [{ line: 1, value: alert }], events, reference);
  const of = (dimension: string, group: string) =>
    groups.find((g) => g.dimension === dimension && g.group === group)?.falseAlerts;
  expect(of('role', 'desk')).toBe(1);
  expect(of('role', 'tax')).toBe(0);
  expect(of('contract', 'part-time')).toBe(1);
  expect(of('surname', 'frequent')).toBe(1);
});
