// The victim's side against the real engine: what was stored is found again by person and by case, in
// milliseconds and with its explanation, and a shared set of persons points at who opened them all.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aWorkplace, inzagewacht } from '../helpers/cli.ts';

const place = aWorkplace();
const data = join(place.dir, 'data');
const reference = join(place.dir, 'reference');
const run = (...args: string[]) => inzagewacht([...args, '--data', data], place);
const VICTIM = '999990019'; // from the official test range

type Made = { actor: string; at: string; subject: string; scheme?: string; plate?: string };
const lookup = ({ actor, at, subject, scheme = 'local', plate }: Made, index: number): string =>
  JSON.stringify({
    eventId: `e${index}`,
    occurredAt: at,
    source: { system: 'brp' },
    actor: { id: actor, unit: 'team' },
    action: 'view',
    subject: { scheme, id: subject },
    ...(plate ? { object: { kind: 'vehicle', id: plate } } : {}),
  });

beforeAll(async () => {
  const made: Made[] = [
    { actor: 'u1', at: '2026-03-02T10:00:00.123Z', subject: VICTIM, scheme: 'bsn' },
    { actor: 'u2', at: '2026-03-09T10:00:00.456Z', subject: VICTIM, scheme: 'bsn' },
    { actor: 'u2', at: '2026-03-10T11:00:00Z', subject: 'p-1', plate: 'XX-999-X' },
    // Twelve officials with twenty persons each, and one who opened eight of ten victims.
    ...Array.from({ length: 240 }, (_, i) => ({
      actor: `w${i % 12}`,
      at: `2026-03-${String(1 + (i % 28)).padStart(2, '0')}T09:00:00Z`,
      subject: `p-${(i * 37) % 400}`,
    })),
    ...Array.from({ length: 8 }, (_, i) => ({
      actor: 'leak',
      at: '2026-02-20T09:00:00Z',
      subject: `p-${(i * 37) % 400}`,
    })),
  ];
  mkdirSync(reference, { recursive: true });
  writeFileSync(
    join(reference, 'officials.csv'),
    'actorId,personId,unit,role,managerId,validFrom,validTo\nu1,,team,clerk,,,\nu2,,other,clerk,,,\n',
  );
  writeFileSync(
    join(reference, 'caseload.csv'),
    `caseRef,personId,kind,actorId,unit,domain,validFrom,validTo\nZ-1,${VICTIM},case,u1,,,2026-03-01,2026-03-31\n`,
  );
  writeFileSync(join(place.dir, 'events.ndjson'), `${made.map(lookup).join('\n')}\n`);
  const scanned = await run(
    'scan',
    join(place.dir, 'events.ndjson'),
    '--out',
    join(place.dir, 'a'),
  );
  expect(scanned.code).toBe(0);
});
afterAll(place.remove);

test('who looked at this person, and what explains it', async () => {
  const found = await run('search', '--subject', VICTIM, '--reference', reference, '--json');
  const lines = found.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map((l) => [l.occurredAt, l.explanation.verdict])).toEqual([
    ['2026-03-02T10:00:00.123Z', 'explained'],
    ['2026-03-09T10:00:00.456Z', 'unexplained'],
  ]);
  expect(found.stdout + found.stderr).not.toContain(VICTIM);
});
test('a window is half-open, with the last day in it', async () => {
  const within = await run(
    'search',
    '--subject',
    VICTIM,
    '--from',
    '2026-03-03',
    '--to',
    '2026-03-09',
  );
  expect(within.stdout.trim().split('\n')).toHaveLength(1);
  const before = await run('search', '--subject', VICTIM, '--to', '2026-03-01');
  expect(before.stdout).toBe('');
});
test('by plate, whoever the person was', async () => {
  const found = await run('search', '--plate', 'XX-999-X');
  expect(found.stdout.trim().split('\n')).toHaveLength(1);
  expect(found.stderr).toContain('1 lookups by 1 officials');
});
test('a wrong question is refused with what to do', async () => {
  const neither = await run('search');
  expect(neither).toMatchObject({ code: 2 });
  expect(neither.stderr).toContain('--subject');
  const when = await run('search', '--subject', VICTIM, '--from', 'yesterday');
  expect(when.code).toBe(2);
});
test('who opened all of them, and how many before the incident', async () => {
  const list = join(place.dir, 'victims.csv');
  const victims = Array.from({ length: 10 }, (_, i) => `p-${(i * 37) % 400},2026-03-01`);
  writeFileSync(list, `subject,date\n${victims.join('\n')}\n`);
  const answer = await run('common-access', '--subjects', list, '--json');
  const [first] = answer.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(first).toMatchObject({ common: 8, before: 8, isSignificant: true });
  const words = await run('common-access', '--subjects', list);
  expect(words.stdout).toContain('8 of the 10');
  expect(words.stdout).toContain('8 before the incident');
  expect(words.stdout).toContain('not who did something');
});
