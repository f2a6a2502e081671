import { describe, expect, test } from 'vitest';
import { alertReview, triage } from '../../../review/alert-review.ts';
import { canonicalJson, fingerprintOf } from '../../../review/fingerprint.ts';
import { openJournal } from '../../../review/journal.ts';
import { openReviewLog } from '../../../review/review-log.ts';
import { isSample } from '../../../review/suppression.ts';
import { verifyChains } from '../../../review/verify-chains.ts';
import { memoryJournalStore, memoryLogStore } from '../../helpers/review.ts';

const reviewer = {
  ...{ accountId: 'l-1', name: 'one', role: 'security-officer' as const, person: 'p' },
  ...{ actors: [], persons: [] },
};
const anEntry = {
  ...{ at: 1, accountId: 'l-1', name: 'one', person: 'p', role: 'fg', operation: 'readAlert' },
  ...{ objectKind: 'alert', objectIds: [], outcome: 'done' as const, status: 200, code: null },
  requestId: 'r',
};

describe('canonical JSON', () => {
  test('orders keys by code unit and leaves out what is undefined', () => {
    expect(canonicalJson({ b: 1, a: [true, null, 'é'], 'a-b': { z: undefined, y: 0.1 } })).toBe(
      '{"a":[true,null,"é"],"a-b":{"y":0.1},"b":1}',
    );
  });
  test('has the fingerprint that any tool computes', () => {
    // printf '{"a":1}' | sha256sum
    expect(fingerprintOf(canonicalJson({ a: 1 }))).toBe(
      '015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862',
    );
  });
});

describe('histories', () => {
  test('bind every step to the one before it', async () => {
    const store = memoryJournalStore();
    const journal = await openJournal(store, { tenant: 'default', now: () => 5 });
    await triage(journal, reviewer, 'a', { state: 'in-review', reason: 'x' }, 0);
    await triage(journal, reviewer, 'a', { state: 'explained', reason: 'y' }, 1);
    const [first, second] = journal.history('alert', 'a');
    expect(second?.prevEvent).toEqual({
      ...{ uid: first?.uid, typeUid: 'alert.triaged', fingerprint: first?.fingerprint },
    });
    const rows = store.entries.map((e) => ({ ...e, tenant: 'default' }));
    expect(verifyChains(rows, [])).toEqual({ entries: 2, chains: 1, faults: [] });
  });

  test('a decision leads back only to looking again', async () => {
    const journal = await openJournal(memoryJournalStore(), { tenant: 'default' });
    await triage(journal, reviewer, 'a', { state: 'explained', reason: 'x' }, 0);
    await expect(
      triage(journal, reviewer, 'a', { state: 'suspicion', reason: 'x' }, 1),
    ).rejects.toMatchObject({ code: 'ERR_REVIEW_TRANSITION' });
    await triage(journal, reviewer, 'a', { state: 'in-review', reason: 'x' }, 1);
    expect(journal.state(alertReview, 'alert', 'a').sequence).toBe(2);
  });

  test('a clock that runs back does not reorder them', async () => {
    let now = 100;
    const journal = await openJournal(memoryJournalStore(), { tenant: 'default', now: () => now });
    await triage(journal, reviewer, 'a', { state: 'in-review', reason: 'x' }, 0);
    now = 50;
    await triage(journal, reviewer, 'a', { state: 'explained', reason: 'x' }, 1);
    expect(journal.history('alert', 'a').map((e) => e.time)).toEqual([100, 100]);
  });
});

describe('the review log', () => {
  test('begins a new chain after a write whose outcome is unknown, and names the one before', async () => {
    const store = memoryLogStore();
    const log = await openReviewLog(store, () => 7);
    await log.append(anEntry);
    store.isBroken = true;
    await expect(log.append(anEntry)).rejects.toMatchObject({ code: 'ERR_REVIEW_LOG' });
    store.isBroken = false;
    await log.append(anEntry);
    const [one, two] = store.rows;
    expect(two?.chain).not.toBe(one?.chain);
    expect(two?.sequence).toBe(1);
    expect(JSON.parse(two?.entry ?? '{}').after).toMatchObject({ chain: one?.chain, sequence: 1 });
    const rows = store.rows.map((r) => ({ ...r, tenant: 'default' }));
    expect(verifyChains([], rows)).toEqual({ entries: 2, chains: 2, faults: [] });
    expect(verifyChains([], rows.slice(1)).faults).toEqual([
      { chain: one?.chain, sequence: 1, reason: 'cut-off' },
    ]);
  });
});

test('one hidden alert in twenty is shown all the same, and always the same one', () => {
  const samples = Array.from({ length: 20_000 }, (_, i) => isSample('s-1', `al-${i}`));
  const share = samples.filter(Boolean).length / samples.length;
  expect(share).toBeGreaterThan(0.045);
  expect(share).toBeLessThan(0.055);
  expect(isSample('s-1', 'al-7')).toBe(samples[7]);
});
