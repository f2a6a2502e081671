import type { z } from 'zod';
import type { ReviewEvent } from '../../review/journal.ts';
import type { HistoryEntry, ReviewerRef } from '../schemas/shapes.ts';
import type { RouteDeps } from '../seen.ts';

/** A reviewer by account; an account that is gone keeps its id. */
export function reviewerRef(
  deps: Pick<RouteDeps, 'accounts'>,
  accountId: string,
): z.output<typeof ReviewerRef> {
  return { accountId, name: deps.accounts.get(accountId)?.name ?? accountId };
}
export const toRef = ({ accountId, name }: { accountId: string; name: string }) => ({
  accountId,
  name,
});

/** History for the screen: whoever reads it sees accounts, not the persons behind them. */
export const toHistory = (events: readonly ReviewEvent[]): z.output<typeof HistoryEntry>[] =>
  events.map(({ sequence, typeUid, time, by, reason, data, prevEvent, fingerprint }) => ({
    ...{ sequence, kind: typeUid, at: time, by: toRef(by), role: by.role, reason, data },
    ...{ prevFingerprint: prevEvent?.fingerprint ?? null, fingerprint },
  }));
