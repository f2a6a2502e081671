import type { AuditEvent } from '../../domain/event.ts';
import { commit, saltAt } from './commitment.ts';
import type { LogReader } from './verify-log.ts';

type Batch = NonNullable<Awaited<ReturnType<LogReader['batch']>>>;
export type ErasedEvent = Pick<AuditEvent, 'system' | 'eventId' | 'occurredAt' | 'actor'>;
export type EraseStore = {
  batch(uid: string): Promise<Batch | null>;
  /** Keeps commitments and lets go of the salts beside them. */
  eraseSalts(batch: Batch, erased: ReadonlyMap<number, Buffer>): Promise<void>;
};

/**
 * Prepares rows of a batch for being erased: their commitments stay, so that the log and all proofs
 * hold, their salts go, so that nobody can try what a row said. Returns the keys (system, NUL, id)
 * that may now be deleted. Check the log first: a row that was changed would be released as it is. Call
 * this before deleting: the other way round a row could not be told from one that was removed in secret.
 */
export async function releaseRows(
  log: EraseStore,
  rows: {
    ofBatch(uid: string, from: number, to: number): Promise<{ event: ErasedEvent; row: string }[]>;
  },
  uid: string,
  isDue: (event: ErasedEvent) => boolean,
): Promise<string[]> {
  const batch = await log.batch(uid);
  if (batch === null) return [];
  const stored = new Map(
    (await rows.ofBatch(uid, batch.firstAt, batch.lastAt)).map(({ event, row }) => [
      `${event.system}\0${event.eventId}`,
      { event, row },
    ]),
  );
  const erased = new Map<number, Buffer>();
  const keys: string[] = [];
  for (const [i, eventId] of batch.eventIds.entries()) {
    const key = `${batch.systems[i]}\0${eventId}`;
    const found = stored.get(key);
    if (found === undefined || batch.erased.has(i) || !isDue(found.event)) continue;
    erased.set(i, commit(saltAt(batch.salts, i), found.row));
    keys.push(key);
  }
  if (erased.size > 0) await log.eraseSalts(batch, erased);
  return keys;
}
