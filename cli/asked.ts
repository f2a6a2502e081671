// Questions from the command line about persons, written down as those of the review page are.
import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { AppError } from '../domain/errors.ts';
import type { Ground } from '../domain/review.ts';
import type { Token } from '../domain/token.ts';
import { openJournal } from '../review/journal.ts';
import type { Regime } from '../review/regime.ts';
import { openReviewLog } from '../review/review-log.ts';
import type { Reviewer } from '../review/reviewer.ts';
import { recordSearch } from '../review/search.ts';
import { createJournalStore } from '../storage/review-journal.ts';
import { createReviewLogStore } from '../storage/review-log.ts';
import { recordedInLog } from './holds.ts';
import type { Settings } from './settings.ts';
import type { Workspace } from './workspace.ts';

export type Why = { ground?: Ground; reason?: string };
export type Question = {
  operation: 'search' | 'findCommonAccess';
  tokens: Token[];
  from: number;
  to: number;
  /** The act whose sources it reads. */
  regime: Regime;
};
const LEAST_REASON = 10;

/** Who works at the command line: the account of the operating system, which is nobody's review account. */
const operator = (): Reviewer => ({
  ...{ accountId: `os:${userInfo().username}`, name: userInfo().username, role: 'service' },
  ...{ person: null, actors: [], persons: [] },
});

/**
 * Ground and reason of a question. In production both must be given; in a trial a question without them is
 * written down as periodic control. Throws ERR_CLI_USAGE.
 */
export function groundOf({ governance }: Settings, { ground, reason }: Why) {
  if (governance.mode === 'production') {
    if (ground === undefined)
      throw new AppError('ERR_CLI_USAGE', 'Name the ground of this question: see --ground.');
    if ((reason?.trim().length ?? 0) < LEAST_REASON)
      throw new AppError('ERR_CLI_USAGE', 'Say why in a few words: --reason, at least 10 letters.');
  }
  return { ground: ground ?? ('periodic-control' as const), reason: reason?.trim() ?? '' };
}

/**
 * Runs a question once it is written down: in the history of searches with its ground, and in the review
 * log before and after. What cannot be written down is not answered.
 */
export async function askedAs<T>(
  { reviewStore, evidence }: Workspace,
  settings: Settings,
  why: Why,
  { operation, ...question }: Question,
  answer: () => Promise<T>,
): Promise<T> {
  const { tenant } = settings;
  const { ground, reason } = groundOf(settings, why);
  const by = operator();
  const searchId = `q-${randomUUID()}`;
  const journalStore = recordedInLog(createJournalStore(reviewStore, tenant), evidence);
  const journal = await openJournal(journalStore, { tenant });
  const log = await openReviewLog(createReviewLogStore(reviewStore, tenant));
  const note = (outcome: 'asked' | 'done' | 'failed'): Promise<void> =>
    log.append({
      ...{ at: Date.now(), accountId: by.accountId, name: by.name, person: null, role: by.role },
      ...{ operation, objectKind: 'person', objectIds: [searchId], outcome },
      ...{ status: null, code: ground, requestId: searchId },
    });
  await note('asked');
  await recordSearch(journal, by, searchId, {
    ...{ ...question, ground, reason, caseId: null },
  });
  try {
    const found = await answer();
    await note('done');
    return found;
  } catch (error) {
    await note('failed');
    throw error;
  }
}
