import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAccounts } from '../../review/accounts.ts';
import { alertReview, triage } from '../../review/alert-review.ts';
import { openJournal } from '../../review/journal.ts';
import { openReviewLog } from '../../review/review-log.ts';
import { openSessions } from '../../review/sessions.ts';
import { verifyChains } from '../../review/verify-chains.ts';
import { openEmbeddedStore, type Store } from '../../storage/client.ts';
import { createJournalStore } from '../../storage/review-journal.ts';
import { createReviewLogStore } from '../../storage/review-log.ts';
import { createSessionStore } from '../../storage/review-sessions.ts';
import { addAccount } from '../helpers/review.ts';

const reviewer = (name: string) => ({
  ...{ accountId: name, name, role: 'security-officer' as const, person: name },
  ...{ actors: [], persons: [] },
});
const openShared = (store: Store, tenant = 'default') =>
  openJournal(createJournalStore(store, tenant), { tenant, isShared: true });

const root = mkdtempSync(join(tmpdir(), 'inzagewacht-review-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('two processes on one store', () => {
  let one: Store;
  let two: Store;
  beforeAll(async () => {
    one = await openEmbeddedStore(join(root, 'shared'));
    two = await openEmbeddedStore(join(root, 'shared'));
  });
  afterAll(async () => {
    await two.close();
    await one.close();
  });

  test('of two who decide at once exactly one wins, forty times over', async () => {
    const [a, b] = [await openShared(one), await openShared(two)];
    let conflicts = 0;
    for (let i = 0; i < 40; i++) {
      const id = `race-${i}`;
      const ends = await Promise.allSettled([
        triage(a, reviewer('a'), id, { state: 'explained', reason: 'a' }, 0),
        triage(b, reviewer('b'), id, { state: 'suspicion', reason: 'b' }, 0),
      ]);
      const lost = ends.filter((e) => e.status === 'rejected');
      expect(lost).toHaveLength(1);
      expect(lost[0]?.reason).toMatchObject({ code: 'ERR_REVIEW_CONFLICT' });
      conflicts += lost.length;
    }
    expect(conflicts).toBe(40);
    await Promise.all([a.refresh(), b.refresh()]);
    for (let i = 0; i < 40; i++)
      expect(a.state(alertReview, 'alert', `race-${i}`)).toEqual(
        b.state(alertReview, 'alert', `race-${i}`),
      );
  });

  test('steps that need no sequence all come through, in one chain', async () => {
    const [a, b] = [await openShared(one), await openShared(two)];
    const note = (journal: typeof a, text: string) =>
      journal.record(alertReview, 'alert', 'notes', reviewer('a'), null, () => ({
        ...{ type: 'noted', data: { text } },
      }));
    await Promise.all(
      Array.from({ length: 6 }, (_, i) => [note(a, `a${i}`), note(b, `b${i}`)]).flat(),
    );
    await a.refresh();
    const texts = a.state(alertReview, 'alert', 'notes').notes.map((n) => n.text);
    expect(texts.sort()).toEqual([0, 1, 2, 3, 4, 5].flatMap((i) => [`a${i}`, `b${i}`]).sort());
  });

  test('what one tenant has does not exist for another, by the same id', async () => {
    const [mine, other] = [await openShared(one, 'noord'), await openShared(two, 'zuid')];
    await triage(mine, reviewer('a'), 'same-id', { state: 'suspicion', reason: 'x' }, 0);
    await other.refresh();
    expect(other.has('alert', 'same-id')).toBe(false);
    // And may have a history of its own.
    const theirs = await triage(
      ...([other, reviewer('b'), 'same-id', { state: 'explained', reason: 'y' }, 0] as const),
    );
    expect(theirs).toMatchObject({ state: 'explained', sequence: 1 });
    expect(mine.state(alertReview, 'alert', 'same-id').state).toBe('suspicion');
  });

  test('a session that one process ends is over in the other at once', async () => {
    const journal = await openShared(one);
    const accounts = createAccounts(journal);
    const account = await addAccount(accounts, 'shared', ['fg']);
    const [a, b] = [
      await openSessions(createSessionStore(one, 'default'), accounts, { isShared: true }),
      await openSessions(createSessionStore(two, 'default'), accounts, { isShared: true }),
    ];
    const { secret } = await a.start(account, 'local');
    expect(await b.find(secret)).not.toBeNull();
    await b.endOfAccount(account.accountId);
    expect(await a.find(secret)).toBeNull();
    expect(await b.find(secret)).toBeNull();
  });
});

/** Lets a process decide for a while, kills it, and gives what it had been promised. */
async function killedWriter(path: string, afterMs: number): Promise<string[]> {
  const script = join(import.meta.dirname, '..', 'helpers', 'review-writer.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  let isTimed = false;
  child.stdout.on('data', (bytes: Buffer) => {
    out += bytes.toString();
    if (isTimed || !out.includes('ready')) return;
    isTimed = true;
    setTimeout(() => child.kill('SIGKILL'), afterMs);
  });
  await new Promise((resolve) => child.once('close', resolve));
  // The last line may have been cut in two by the kill; nobody has read it then.
  return out.slice(0, out.lastIndexOf('\n')).split('\n').slice(1).filter(Boolean);
}

describe('a process killed at random moments', () => {
  const path = join(root, 'killed');
  const promised = new Set<string>();
  let store: Store;

  beforeAll(async () => {
    for (let i = 0; i < 4; i++)
      for (const line of await killedWriter(path, 150 + Math.random() * 900)) promised.add(line);
    store = await openEmbeddedStore(path);
  });
  afterAll(async () => store.close());
  const check = async () =>
    verifyChains(
      await createJournalStore(store, 'default').raw(),
      await createReviewLogStore(store, 'default').raw(),
    );

  test('loses no decision that it promised, and every chain fits', async () => {
    expect(promised.size).toBeGreaterThan(10);
    const journal = await openShared(store);
    for (const line of promised) {
      const [alertId = '', sequence] = line.split(' ');
      const event = journal.history('alert', alertId)[Number(sequence) - 1];
      expect(`${alertId} ${event?.sequence} ${event?.data['text']}`).toBe(line);
    }
    expect(await check()).toMatchObject({ faults: [] });
  });

  test.each([
    ['a changed byte in a decision', 'review_events', `entry = replaceOne(entry, 'note', 'Note')`],
    ['a changed fingerprint', 'review_events', `fingerprint = replaceOne(fingerprint, 'a', 'b')`],
    ['a changed byte in the review log', 'review_log', `entry = replaceOne(entry, 'done', 'gone')`],
    ['a changed column beside the entry', 'review_log', `account = 'l-2'`],
  ])('%s is found', async (_what, table, change) => {
    const copy = await undoable(store, table);
    await store.sql(
      `ALTER TABLE ${table} UPDATE ${change} WHERE sequence = 2 SETTINGS mutations_sync = 1`,
    );
    const { faults } = await check();
    expect(faults.map((f) => f.reason)).toContain('changed');
    expect(faults.some((f) => f.sequence === 2)).toBe(true);
    await copy.restore();
    expect((await check()).faults).toEqual([]);
  });

  test.each([
    ['a decision taken out of the middle', 'review_events', 'sequence = 2', 'missing'],
    ['an end cut off a history', 'review_events', 'sequence >= 2', 'cut-off'],
    ['an entry taken out of the log', 'review_log', 'sequence = 2', 'missing'],
    ['an end cut off the log', 'review_log', 'sequence >= 2', 'cut-off'],
  ])('%s is found', async (_what, table, where, reason) => {
    const copy = await undoable(store, table);
    await store.sql(`ALTER TABLE ${table} DELETE WHERE ${where} SETTINGS mutations_sync = 1`);
    expect((await check()).faults.map((f) => f.reason)).toContain(reason);
    await copy.restore();
    expect((await check()).faults).toEqual([]);
  });
});

/** Remembers a table, and puts it back as it was. */
async function undoable(store: Store, table: string) {
  await store.sql(`CREATE TABLE copy_of_${table} AS ${table}`);
  await store.sql(`INSERT INTO copy_of_${table} SELECT * FROM ${table}`);
  return {
    async restore() {
      await store.sql(`DROP TABLE ${table}`);
      await store.sql(`RENAME TABLE copy_of_${table} TO ${table}`);
    },
  };
}

test('entries of many readers at once go together and stay one chain', async () => {
  const store = await openEmbeddedStore(join(root, 'many'));
  const logStore = createReviewLogStore(store, 'default');
  const log = await openReviewLog(logStore);
  await Promise.all(
    Array.from({ length: 200 }, (_, i) =>
      log.append({
        ...{ at: Date.now(), accountId: `l-${i}`, name: 'x', person: null, role: 'fg' },
        ...{ operation: 'readAlert', objectKind: 'alert', objectIds: [], code: null },
        ...{ outcome: 'done', status: 200, requestId: String(i) },
      }),
    ),
  );
  const rows = await logStore.raw();
  expect(rows).toHaveLength(200);
  expect(verifyChains([], rows)).toMatchObject({ entries: 200, chains: 1, faults: [] });
  await store.close();
});
