import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ABLATIONS } from '../../../simulation/evaluation/ablations.ts';
import { baselineAlerts } from '../../../simulation/evaluation/baselines.ts';

const dir = mkdtempSync(join(tmpdir(), 'inzagewacht-comparisons-'));
const reference = join(dir, 'reference');
const events = join(dir, 'events.ndjson');
afterAll(() => rmSync(dir, { recursive: true }));

beforeAll(() => {
  mkdirSync(reference);
  const write = (name: string, lines: string[]) =>
    writeFileSync(join(reference, name), `${lines.join('\n')}\n`);
  write('officials.csv', [
    'actorId,personId,unit,role',
    'u1,p1,desk-1,desk',
    'u2,p2,desk-1,desk',
    'u3,p3,tax-1,tax',
  ]);
  write('relations.csv', ['personId,relatedPersonId,relation,validFrom,validTo', 'p9,p1,parent,,']);
  write('watchlist.csv', ['personId,category,validFrom,validTo', 'p8,celebrity,,']);
  write('caseload.csv', [
    'caseRef,personId,kind,actorId,unit,domain,validFrom,validTo',
    'Z-1,p5,case,u1,desk-1,desk,2026-01-05,2026-02-05',
    'Z-0,p5,case,u1,desk-1,desk,2024-01-05,2024-02-05',
    'Z-2,,mandate,u3,tax-1,tax,2026-01-05,2026-01-06',
  ]);
  const looks = [
    ...Array.from({ length: 9 }, (_, day) => ['u3', `p${20 + day}`, day + 1] as const),
    ...Array.from({ length: 30 }, (_, i) => ['u3', `p${40 + i}`, 12] as const),
    ['u1', 'p9', 3] as const,
    ['u2', 'p9', 3] as const,
    ['u2', 'p8', 4] as const,
  ];
  const lines = looks.map(([id, subject, day], at) =>
    JSON.stringify({
      ...{ eventId: `e${at}`, actor: { id }, source: { system: 'brp' }, action: 'view' },
      occurredAt: `2026-01-${String(day).padStart(2, '0')}T10:00:00.000Z`,
      subject: { scheme: 'local', id: subject },
    }),
  );
  writeFileSync(events, `${lines.join('\n')}\n`);
});

test('an ablation leaves out its files and no others', () => {
  ABLATIONS['without caseload']?.(reference, join(dir, 'poorer'));
  expect(readdirSync(join(dir, 'poorer')).toSorted()).toEqual([
    'officials.csv',
    'relations.csv',
    'watchlist.csv',
  ]);
});

test('weak as strong gives every case of the period to everybody of the unit', () => {
  ABLATIONS['weak explanations as strong']?.(reference, join(dir, 'blunter'));
  const rows = readFileSync(join(dir, 'blunter', 'caseload.csv'), 'utf8')
    .trim()
    .split('\n');
  expect(rows.slice(1).map((row) => row.split(',').slice(0, 4).join())).toEqual([
    'Z-1,p5,case,u1',
    'Z-1,p5,case,u2',
    'Z-0,p5,case,u1',
    'Z-2,,mandate,u3',
  ]);
});

test('every baseline puts first what it knows', async () => {
  const alerts = await baselineAlerts(events, reference, 10);
  const first = (name: keyof typeof alerts) => alerts[name][0]?.value as { eventIds: string[] };
  expect(first('poisson volume').eventIds).toHaveLength(30);
  // u1 looked at a child, u2 at a public figure; u2 at the same child is nobody's relative.
  const ruled = alerts['rules only'].map(({ value }) => (value as { eventIds: string[] }).eventIds);
  expect(ruled.toSorted()).toEqual([['e39'], ['e41']]);
  expect(alerts.random).toHaveLength(10);
  expect((await baselineAlerts(events, reference, 10)).random).toEqual(alerts.random);
});
