import { AppError } from '../domain/errors.ts';
import type { Ground } from '../domain/review.ts';
import type { Token } from '../domain/token.ts';
import type { Fold, Journal } from './journal.ts';
import type { Regime } from './regime.ts';
import type { Reviewer } from './reviewer.ts';

/** A question asked from the victim's side, as it was asked: tokens, ground and reason. */
export type SearchRecord = {
  searchId: string;
  accountId: string;
  /** Who or what was searched for; several for common access. */
  tokens: Token[];
  /** Half-open window of event time, epoch ms. */
  from: number;
  to: number;
  /** The act whose sources it may read. */
  regime: Regime;
  ground: Ground;
  reason: string;
  caseId: string | null;
  askedAt: number;
};
type Data = Pick<SearchRecord, 'tokens' | 'from' | 'to' | 'regime' | 'ground' | 'caseId'>;

export const searchFold: Fold<SearchRecord> = {
  start: (searchId) => ({
    ...{ searchId, accountId: '', tokens: [], from: 0, to: 0, regime: 'avg' },
    ...{ ground: 'periodic-control', reason: '', caseId: null, askedAt: 0 },
  }),
  apply: (search, { by, data, reason, time }) => ({
    ...search,
    // Written by this file alone: the shape is ours.
    ...(data as Data),
    ...{ accountId: by.accountId, reason: reason ?? '', askedAt: time },
  }),
};

/** Writes down who asks what and why; before anything is looked up. */
export const recordSearch = (
  journal: Journal,
  by: Reviewer,
  searchId: string,
  { reason, ...data }: Data & { reason: string },
): Promise<SearchRecord> =>
  journal.record(searchFold, 'search', searchId, by, 0, () => ({ type: 'asked', reason, data }));

/** A search of this reviewer; those of others are not there. */
export function ownSearch(journal: Journal, by: Reviewer, searchId: string): SearchRecord {
  const search = journal.state(searchFold, 'search', searchId);
  if (search.accountId !== by.accountId)
    throw new AppError('ERR_REVIEW_ABSENT', 'There is no search with this id.');
  return search;
}
