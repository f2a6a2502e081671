import { createHash } from 'node:crypto';
import { publishedNotes } from '../evidence/log/publish.ts';
import { type LogVerdict, verifyLog } from '../evidence/log/verify-log.ts';
import { createJournalStore } from '../storage/review-journal.ts';
import { createRowReader } from '../storage/transparency-rows.ts';
import { REVIEW_CHAIN } from './holds.ts';
import { erasedEnds } from './retention-run.ts';
import type { Workspace } from './workspace.ts';

type Step = { chain: string; sequence: number; fingerprint: string };

/**
 * Everything stored against the transparency log: rows, records, entries, checkpoints, steps of review,
 * and checkpoints that were published to a folder. For `doctor` and `evidence check`.
 */
export async function checkEvidence(
  { store, evidence }: Workspace,
  options: { tenant: string; published?: string; progress?: (done: number) => void },
): Promise<LogVerdict> {
  const { entries, signer, authority } = evidence;
  const verdict = await verifyLog(entries, createRowReader(store), {
    authority,
    key: signer.publicKey,
    ...(options.published === undefined ? {} : { published: publishedNotes(options.published) }),
    ...(options.progress === undefined ? {} : { progress: options.progress }),
  });
  const stored = new Map(
    (await createJournalStore(store, options.tenant).raw()).map((row) => [
      `${row.chain}\0${row.sequence}`,
      createHash('sha256').update(row.entry).digest('hex'),
    ]),
  );
  // Of two writers of one step the first won, and both were logged: one of them has to be there.
  const logged = new Map<string, Set<string>>();
  for (const { record } of (await entries.records(REVIEW_CHAIN)).values()) {
    const { chain, sequence, fingerprint } = JSON.parse(record) as Step;
    const key = `${chain}\0${sequence}`;
    logged.set(key, (logged.get(key) ?? new Set()).add(fingerprint));
  }
  const count = (code: 'record-missing' | 'record-changed', n: number): void => {
    if (n > 0) verdict.findings.push({ code, at: REVIEW_CHAIN, count: n });
  };
  const erased = new Map<string, number>();
  for (const { chain, sequence } of await erasedEnds({ evidence }))
    erased.set(chain, Math.max(sequence, erased.get(chain) ?? 0));
  const isErased = (key: string): boolean => {
    const [chain = '', sequence] = key.split('\0');
    return Number(sequence) <= (erased.get(chain) ?? 0);
  };
  const keys = [...logged.keys()].filter((key) => !isErased(key));
  count('record-missing', keys.filter((key) => !stored.has(key)).length);
  count(
    'record-changed',
    keys.filter((key) => stored.has(key) && !logged.get(key)?.has(stored.get(key) ?? '')).length,
  );
  return verdict;
}
