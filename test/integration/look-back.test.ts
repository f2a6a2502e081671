// The victim's side against the real engine: what was stored is found again by person and by case, in
// milliseconds and with its explanation, and a shared set of persons points at who opened them all.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadSettings } from '../../cli/settings.ts';
import { openWorkspace } from '../../cli/workspace.ts';
import { openJournal } from '../../review/journal.ts';
import { systemsOf } from '../../review/regime.ts';
import { searchFold } from '../../review/search.ts';
import { createLookbackStore } from '../../storage/lookback.ts';
import { createJournalStore } from '../../storage/review-journal.ts';
import { createReviewLogStore } from '../../storage/review-log.ts';
import { createReviewLookups } from '../../storage/review-lookups.ts';
import { aWorkplace, inzagewacht } from '../helpers/cli.ts';

const place = aWorkplace();
const data = join(place.dir, 'data');
const reference = join(place.dir, 'reference');
const run = (...args: string[]) => inzagewacht([...args, '--data', data], place);
const VICTIM = '999990019'; // from the official test range

type Made = {
  actor: string;
  at: string;
  subject: string;
  scheme?: string;
  plate?: string;
  case?: string;
  isConfidential?: boolean;
};
const lookup = (
  { actor, at, subject, scheme = 'local', plate, case: caseRef, isConfidential }: Made,
  index: number,
): string =>
  JSON.stringify({
    eventId: `e${index}`,
    occurredAt: at,
    source: { system: 'brp' },
    actor: { id: actor, unit: 'team' },
    action: 'view',
    subject: { scheme, id: subject },
    ...(plate ? { object: { kind: 'vehicle', id: plate } } : {}),
    ...(caseRef ? { purpose: { caseRef } } : {}),
    ...(isConfidential ? { confidential: {} } : {}),
  });

beforeAll(async () => {
  const made: Made[] = [
    { actor: 'u1', at: '2026-03-02T10:00:00.123Z', subject: VICTIM, scheme: 'bsn' },
    { actor: 'u2', at: '2026-03-09T10:00:00.456Z', subject: VICTIM, scheme: 'bsn' },
    // Part of an inquiry of its source: the command line is told nothing of it, whatever it asks.
    {
      ...{ actor: 'u3', at: '2026-03-05T10:00:00Z', subject: VICTIM, scheme: 'bsn' },
      ...{ plate: 'XX-999-X', case: 'Z-9', isConfidential: true },
    },
    { actor: 'u2', at: '2026-03-10T11:00:00Z', subject: 'p-1', plate: 'XX-999-X', case: 'Z-9' },
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
  writeFileSync(
    join(reference, 'persons.csv'),
    `personId,surname,surnamePrefix,birthDate,addressId,street,houseNumber,postcode,municipality,secrecy\n${Array.from(
      { length: 10 },
      (_, i) => `p-${(i * 37) % 400},Jansen,,1980-01-01,A-${i >> 1},Straat,${i >> 1},1234AB,,\n`,
    ).join('')}`,
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
test('by case, and what was found by plate names its case as well', async () => {
  const [byCase, byPlate] = [
    await run('search', '--case', 'Z-9', '--json'),
    await run('search', '--plate', 'XX-999-X', '--json'),
  ].map(({ stdout }) => JSON.parse(stdout.trim().split('\n')[0] ?? '{}'));
  expect(byCase.eventId).toBe(byPlate.eventId);
  expect(byCase.caseRef).toMatch(/^o\./);
  expect(byCase.caseRef).toBe(byPlate.caseRef);
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

test('an address stands for those who live there', async () => {
  const list = join(place.dir, 'addresses.csv');
  const addresses = Array.from({ length: 5 }, (_, i) => `address:A-${i},2026-03-01`);
  writeFileSync(list, `${addresses.join('\n')}\naddress:A-99\n`);
  const answer = await run('common-access', '--subjects', list, '--json', '--reference', reference);
  expect(JSON.parse(answer.stdout.split('\n')[0] ?? '')).toMatchObject({ common: 8, before: 8 });
  expect(answer.stderr).toContain('1 addresses where nobody lives');
});
test('in production a question needs a ground and a reason, and is written down', async () => {
  const config = join(place.dir, 'production.yaml');
  writeFileSync(config, 'governance:\n  mode: production\n');
  const why = ['--ground', 'complaint', '--reason', 'Melding van een bewoner'];
  const asked = ['search', '--subject', VICTIM, '--config', config];
  const bare = await run(...asked);
  expect(bare).toMatchObject({ code: 2, stdout: '' });
  expect(bare.stderr).toContain('--ground');
  expect(await run(...asked, '--ground', 'complaint')).toMatchObject({ code: 2 });
  expect((await run(...asked, ...why)).code).toBe(0);
  const settings = loadSettings(undefined);
  process.env['INZAGEWACHT_MASTER_KEY_FILE'] = place.keyFile;
  const workspace = await openWorkspace(data, settings.tenant);
  try {
    const { tenant } = settings;
    const log = await createReviewLogStore(workspace.reviewStore, tenant).list({
      ...{ from: 0, to: Date.now() + 1_000, operation: 'search', onlyRefused: false },
      ...{ before: null, limit: 2 },
    });
    expect(log.map(({ entry }) => JSON.parse(entry))).toMatchObject([
      { operation: 'search', outcome: 'done', code: 'complaint' },
      { operation: 'search', outcome: 'asked', code: 'complaint' },
    ]);
    const store = createJournalStore(workspace.reviewStore, tenant);
    const journal = await openJournal(store, { tenant });
    const last = [...journal.all(searchFold, 'search')].sort((a, b) => b.askedAt - a.askedAt)[0];
    expect(last).toMatchObject({ ground: 'complaint', reason: 'Melding van een bewoner' });
    expect(JSON.stringify([...journal.all(searchFold, 'search')])).not.toContain(VICTIM);
  } finally {
    await workspace.close();
  }
});

test('a search reads the sources under one act, so that those of the other take no place of theirs', async () => {
  const events = join(place.dir, 'apart.ndjson');
  const config = join(place.dir, 'apart.yaml');
  const apart = join(place.dir, 'apart');
  const made = (system: string, day: number): string =>
    lookup({ actor: 'u1', at: `2026-03-0${day}T10:00:00Z`, subject: 'p-1' }, day).replace(
      ...(['"brp"', JSON.stringify(system)] as const),
    );
  writeFileSync(
    events,
    `${[made('boa', 1), ...[2, 3, 4].map((d) => made('brp', d))].join('\n')}\n`,
  );
  writeFileSync(config, 'regimes:\n  boa: wpg\n');
  const own = (...args: string[]) => inzagewacht([...args, '--data', apart], place);
  expect((await own('scan', events, '--out', join(place.dir, 'b'))).code).toBe(0);
  const asked = ['search', '--subject', 'p-1', '--config', config, '--json'];
  const systems = async (...more: string[]): Promise<string[]> =>
    (await own(...asked, ...more)).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).system);
  expect(await systems()).toEqual(['brp', 'brp', 'brp']);
  expect(await systems('--regime', 'wpg')).toEqual(['boa']);
  const list = join(place.dir, 'two.csv');
  writeFileSync(list, 'p-1\np-2\n');
  const common = await own('common-access', '--subjects', list, '--config', config);
  expect(common).toMatchObject({ code: 1, stdout: '' });
  expect(common.stderr).toContain('under the Wpg');

  process.env['INZAGEWACHT_MASTER_KEY_FILE'] = place.keyFile;
  const workspace = await openWorkspace(apart, 'default');
  try {
    const journal = await openJournal(createJournalStore(workspace.reviewStore, 'default'), {
      tenant: 'default',
    });
    const records = [...journal.all(searchFold, 'search')].sort((a, b) => a.askedAt - b.askedAt);
    expect(records.map((r) => r.regime)).toEqual(['avg', 'wpg']);
    const ever = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2027, 0, 1) };
    const [person, wpg] = [
      workspace.askedTokens.subject('local', 'p-1'),
      systemsOf({ boa: 'wpg' }, 'wpg'),
    ];
    const lookback = createLookbackStore(workspace.reviewStore);
    // One row is all there is room for, and it is not the newest of another act.
    expect(await lookback.ofSubject(person, ever, 1, wpg)).toMatchObject([{ system: 'boa' }]);
    expect(await lookback.countOfSubject(person, ever, wpg)).toBe(1);
    const lookups = createReviewLookups(workspace.reviewStore);
    const official = workspace.askedTokens.actor('u1');
    expect(await lookups.ofActor(official, ever, 1, wpg)).toMatchObject([{ system: 'boa' }]);
    const avg = systemsOf({ boa: 'wpg' }, 'avg');
    expect(await lookups.ofActor(official, ever, 1, avg)).toMatchObject([{ system: 'brp' }]);
  } finally {
    await workspace.close();
  }
});
