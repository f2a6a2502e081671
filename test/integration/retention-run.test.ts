// Every kind is erased from a real store when its period is over, month by month over two years and a leap day:
// what a hold keeps stays, what went stays proven, and nobody can tell any more who was behind the tokens.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkEvidence } from '../../cli/evidence-check.ts';
import { holdCase, recordedInLog } from '../../cli/holds.ts';
import { retainWhenDue } from '../../cli/retention-daily.ts';
import { erasedEnds, retentionOverview, runRetention } from '../../cli/retention-run.ts';
import { ingestInputs } from '../../cli/scan.ts';
import { loadSettings } from '../../cli/settings.ts';
import { openWorkspace, type Workspace } from '../../cli/workspace.ts';
import type { Alert } from '../../domain/alert.ts';
import { DAY_MS, monthWindow } from '../../domain/time.ts';
import type { Token } from '../../domain/token.ts';
import { listInputs } from '../../ingest/sources/files.ts';
import { createAlertDirectory } from '../../review/alert-directory.ts';
import { triage } from '../../review/alert-review.ts';
import { caseFold } from '../../review/case.ts';
import { decideClosing, openCase, proposeClosing } from '../../review/case-work.ts';
import { type Journal, openJournal } from '../../review/journal.ts';
import { openReviewLog } from '../../review/review-log.ts';
import type { Reviewer } from '../../review/reviewer.ts';
import { verifyChains } from '../../review/verify-chains.ts';
import { createBacktestStore } from '../../storage/backtests.ts';
import { createHoldStore } from '../../storage/holds.ts';
import { createJournalStore } from '../../storage/review-journal.ts';
import { createReviewLogStore } from '../../storage/review-log.ts';
import { createSignalStore } from '../../storage/signals.ts';
import { createSourceHourStore } from '../../storage/source-hours.ts';
import { aWorkplace } from '../helpers/cli.ts';
import { aReference } from '../helpers/review.ts';

const place = aWorkplace();
const log = pino({ level: 'silent' });
const REASON = 'Vastgesteld na navraag bij de afdeling.';
/** Far ahead, so that the clock of the machine is never in between; 2092 is a leap year. */
const START = Date.UTC(2090, 0, 1);
const EVENTS = 146;
const OFFICIALS = 4;
const eventAt = (i: number): number => START + i * 5 * DAY_MS + 9 * 3_600_000;
const settings = {
  ...loadSettings(undefined),
  governance: { mode: 'production' as const, consents: [] },
};

let workspace: Workspace;
let journal: Journal;
let now = Date.UTC(2092, 0, 1);
let caseId = '';
const actor = (n: number): Token => workspace.askedTokens.actor(`u${n}`);
const person = (i: number): Token => workspace.askedTokens.subject('local', `p${i}`);
const input = () => ({
  ...{
    workspace,
    journal,
    settings,
    directory: createAlertDirectory(workspace.alerts, workspace.confidential),
  },
});
const ofWorld = () => ({
  ...{ journal, reference: () => aReference(), heldEvents: async () => 1 },
  directory: input().directory,
});
const who = (name: string, role: Reviewer['role'] = 'integrity-investigator'): Reviewer => ({
  ...{ accountId: name, name, role, person: name, actors: [], persons: [] },
});
const anAlert = (alertId: string, n: number, i: number): Alert => ({
  ...{ alertId, typology: 'no-case', severity: 'high', score: 80, status: 'new' },
  ...{ actor: { token: actor(n) }, subjects: [{ token: person(i) }] },
  firstEventAt: new Date(eventAt(i)).toISOString(),
  lastEventAt: new Date(eventAt(i)).toISOString(),
  openedAt: new Date(eventAt(i)).toISOString(),
  ...{ eventIds: [`e${i}`], eventCount: 1, explanation: 'unexplained', reasons: [] },
  versions: { config: 'c', reference: 'r', detectors: {} },
});
const inShadow = () => createBacktestStore(workspace.reviewStore, 'default');
const left = async (table = 'events'): Promise<string[]> =>
  (await workspace.store.rows<[string]>(`SELECT event_id FROM ${table} ORDER BY occurred_at`)).map(
    ([id]) => id,
  );
/** Nothing that is stored contradicts what was logged: rows, records, histories, the review log. */
async function expectProven(): Promise<void> {
  const { findings } = await checkEvidence(workspace, { tenant: 'default' });
  expect(findings).toEqual([]);
  const { faults } = verifyChains(
    await createJournalStore(workspace.store, 'default').raw(),
    await createReviewLogStore(workspace.store, 'default').raw(),
    await erasedEnds(workspace),
  );
  expect(faults).toEqual([]);
}
/** Of the sealed identities on the disk: the tokens that still have one. */
const vaultLines = (): string[] =>
  readdirSync(join(place.dir, 'data', 'vault')).flatMap((file) =>
    readFileSync(join(place.dir, 'data', 'vault', file), 'utf8')
      .split('\n')
      .filter((l) => l !== '' && !l.startsWith('#')),
  );

beforeAll(async () => {
  mkdirSync(join(place.dir, 'data'), { recursive: true });
  const lines = Array.from({ length: EVENTS }, (_, i) =>
    JSON.stringify({
      ...{ eventId: `e${i}`, occurredAt: new Date(eventAt(i)).toISOString() },
      ...{ source: { system: 'brp' }, actor: { id: `u${i % OFFICIALS}` }, action: 'view' },
      subject: { scheme: 'local', id: `p${i}` },
    }),
  );
  const file = join(place.dir, 'log.ndjson');
  writeFileSync(file, `${lines.join('\n')}\n{"not":"an event"}\n`);
  process.env['INZAGEWACHT_MASTER_KEY_FILE'] = place.keyFile;
  workspace = await openWorkspace(join(place.dir, 'data'), 'default');
  await ingestInputs(await listInputs([file]), null, workspace, settings, log);
  await workspace.store.sql(
    `ALTER TABLE dead_letters UPDATE received_at = fromUnixTimestamp64Milli(${now}) WHERE 1 SETTINGS mutations_sync = 1`,
  );
  const store = recordedInLog(
    createJournalStore(workspace.reviewStore, 'default'),
    workspace.evidence,
  );
  journal = await openJournal(store, { tenant: 'default', now: () => now });
  await workspace.alerts.save(
    [anAlert('al-case', 1, 1), anAlert('al-cleared', 2, 2), anAlert('al-open', 3, 3)],
    1,
  );
  const shadow = [anAlert('sh-early', 0, 3), anAlert('sh-late', 0, 140)];
  await inShadow().saveShadow('x-1', shadow, [], ['sh-without']);
  await createSignalStore(workspace.store).save(
    [0, 1].map((n) => ({
      ...{ day: Math.floor(START / DAY_MS) + 3, key: actor(n) },
      signals: [{ detector: 'no-case' } as never],
    })),
    { version: 1, isOpen: false },
  );
  await createSourceHourStore(workspace.store).save(
    'w',
    [START, Date.UTC(2093, 11, 1)].map((at) => ({
      ...{ system: 'brp', instance: '', hour: at / 3_600_000, events: 1, deadLetters: 0 },
      ...{ duplicates: 0, firstAt: at, lastAt: at, numbered: 0, lag: null, ahead: 0 },
    })),
    now,
  );
  await triage(journal, who('officer'), 'al-cleared', { state: 'explained', reason: REASON }, 0);
  const world = ofWorld();
  await world.directory.refresh();
  const kase = await openCase(world, who('investigator'), {
    ...{ title: 'Zaak', alertIds: ['al-case'], ground: 'reasonable-suspicion' },
    ...{ protocolArticle: 'art. 5', regime: 'avg', reason: REASON },
  });
  caseId = kase.caseId;
  await holdCase(workspace, kase, 3_650);
  const reviewLog = await openReviewLog(
    createReviewLogStore(workspace.store, 'default'),
    () => now,
  );
  await reviewLog.append({
    ...{ at: now, accountId: 'l-1', name: 'one', person: 'p', role: 'fg', operation: 'listAlerts' },
    ...{ objectKind: 'alert', objectIds: [], outcome: 'done', status: 200, code: null },
    requestId: 'r',
  });
}, 60_000);
afterAll(async () => {
  await workspace.close();
  delete process.env['INZAGEWACHT_MASTER_KEY_FILE'];
  place.remove();
});

test('a dry run shows what is due and changes nothing', async () => {
  now = Date.UTC(2092, 5, 1);
  const { kinds, isAutomatic, runs } = await retentionOverview({ ...input(), now });
  expect(isAutomatic).toBe(true);
  expect(runs).toEqual([]);
  const due = Object.fromEntries(kinds.map((k) => [`${k.kind} ${k.state}`.trim(), k.due]));
  expect(due['event']).toBeGreaterThan(5);
  expect(due).toMatchObject({ 'alert cleared': 1, 'alert open': 1, 'dead-letter': 1, signal: 1 });
  expect(kinds.find((k) => k.kind === 'signal')).toMatchObject({ held: 1 });
  expect(await left()).toHaveLength(EVENTS);
  expect(await workspace.alerts.count()).toBe(3);
  expect(await createSourceHourStore(workspace.store).counts(0)).toHaveLength(2);
});

test('month by month for two years everything goes in its time, and what is held stays', async () => {
  for (let month = 0; month < 24; month++) {
    const name = `${2092 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
    now = monthWindow(name).to;
    const run = await runRetention({ ...input(), now, isDry: false });
    expect(run.logUid).not.toBeNull();
    const before = now - 730 * DAY_MS;
    // The first event held is of the case; those of its official before it are held to compare with.
    const expected = Array.from({ length: EVENTS }, (_, i) => i)
      .filter((i) => eventAt(i) >= before || (i % OFFICIALS === 1 && i <= 1))
      .map((i) => `e${i}`);
    expect(await left()).toEqual(expected);
    expect((await left('lookups_by_subject')).sort()).toEqual([...expected].sort());
    if (month === 2) {
      await expectProven();
      // What was tried in the shadow goes with the events that it speaks of.
      const kept = await inShadow().shadowAlerts('x-1');
      expect(kept.map((a) => a.alertId)).toEqual(['sh-late']);
      expect([...(await inShadow().shadowPassedOver('x-1'))]).toEqual([]);
    }
  }
  await expectProven();
  expect(await workspace.alerts.ids()).toEqual(['al-case']);
  expect(await inShadow().shadowAlerts('x-1')).toEqual([]);
  expect(journal.has('alert', 'al-cleared')).toBe(false);
  expect(journal.has('case', caseId)).toBe(true);
  expect(await workspace.deadLetters.counts()).toEqual([]);
  const signals = await workspace.store.rows<[string]>('SELECT key FROM signals FINAL');
  expect(signals).toEqual([[actor(1)]]);
  // Of the counts of sources, what a rhythm is still learned from.
  expect(await createSourceHourStore(workspace.store).counts(0)).toMatchObject([
    { firstAt: Date.UTC(2093, 11, 1) },
  ]);
}, 400_000);

test('an alert that was erased is not raised again from events that are still there', async () => {
  await workspace.alerts.save([anAlert('al-cleared', 2, 2)], 2);
  expect(await workspace.alerts.get('al-cleared')).toBeNull();
});

test('who was behind a token goes with the last thing that refers to it, and stays while one is held', () => {
  // p2 was looked up once, two years ago; p1 is the person of the case.
  expect(workspace.vault.reveal(person(2))).toBeNull();
  expect(workspace.vault.reveal(person(1))).toBe('local:p1');
  const lines = vaultLines().join('\n');
  expect(lines).not.toContain(person(2));
  expect(lines).toContain(person(1));
});

test('a run of yesterday is followed by one today, also on the days of 23 and 25 hours', async () => {
  const three = (date: string): number => Date.parse(`${date}:00+01:00`);
  // Three o'clock in the night: 23 hours after the last one in March, 25 in October.
  const nights = [
    ...['2094-03-27T03:00', '2094-03-28T02:00', '2094-03-29T02:00'],
    ...['2094-10-30T02:00', '2094-10-31T03:00', '2094-11-01T03:00'],
  ];
  for (const night of nights) {
    now = three(night);
    expect({ night, ran: await retainWhenDue(input(), now) }).toEqual({ night, ran: true });
    expect(await retainWhenDue(input(), now + 3_600_000)).toBe(false);
  }
  const trial = { ...settings, governance: { mode: 'trial' as const, consents: [] } };
  expect(await retainWhenDue({ ...input(), settings: trial }, now + 2 * DAY_MS)).toBe(false);
}, 120_000);

test('after the hold is lifted its rows go, and after the case its whole history', async () => {
  const world = ofWorld();
  await world.directory.refresh();
  await proposeClosing(
    ...([world, who('investigator'), caseId] as const),
    { disposition: 'legitimate-work', reason: REASON },
    journal.state(caseFold, 'case', caseId).sequence,
  );
  await decideClosing(
    ...([world, who('second'), caseId] as const),
    { reason: REASON, isApproved: true },
    journal.state(caseFold, 'case', caseId).sequence,
  );
  now += 6 * 365 * DAY_MS;
  // Past every period, and held all the same.
  await runRetention({ ...input(), now, isDry: false });
  expect(journal.has('case', caseId)).toBe(true);
  expect(workspace.vault.reveal(person(1))).toBe('local:p1');
  const holds = createHoldStore(workspace.reviewStore, workspace.sealKey);
  for (const { holdId } of await holds.ofCase(caseId)) await holds.release(holdId, now);
  const run = await runRetention({ ...input(), now, isDry: false });
  expect(run.kinds.find((k) => k.kind === 'case')).toMatchObject({ erased: 1 });
  expect(run.kinds.find((k) => k.kind === 'review-log')).toMatchObject({ erased: 1 });
  expect(journal.has('case', caseId)).toBe(false);
  expect(await left()).toEqual([]);
  await runRetention({ ...input(), now: now + DAY_MS, isDry: false });
  expect(await workspace.alerts.count()).toBe(0);
  expect(workspace.vault.reveal(person(1))).toBeNull();
  expect(vaultLines()).toEqual([]);
  expect(existsSync(join(place.dir, 'data', 'vault'))).toBe(true);
  await expectProven();
}, 120_000);

test('an end that was cut off in secret is still found', async () => {
  await triage(journal, who('officer'), 'al-new', { state: 'explained', reason: REASON }, 0);
  await workspace.store.sql("DELETE FROM review_events WHERE chain = 'alert:al-new'");
  const { findings } = await checkEvidence(workspace, { tenant: 'default' });
  expect(findings).toMatchObject([{ code: 'record-missing', count: 1 }]);
});
