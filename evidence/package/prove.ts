import { AppError } from '../../domain/errors.ts';
import { leavesOf, saltAt } from '../log/commitment.ts';
import { type LogEntry, signedBytes } from '../log/entry.ts';
import { leafHash, sharedProof } from '../log/merkle.ts';
import type { LogReader } from '../log/verify-log.ts';
import type { CaseFile, EvidenceRow } from './case-file.ts';

type Batch = NonNullable<Awaited<ReturnType<LogReader['batch']>>>;
export type EventProof = NonNullable<EvidenceRow['proof']>;
export type BatchProof = CaseFile['log']['batches'][number];
const keyOf = (system: string | undefined, eventId: string): string => `${system}\0${eventId}`;

/**
 * Ties rows of one batch to its entry: the place and salt of each wanted row (by `system\\0id`), and
 * the hashes beside them. Null when a row of the batch is gone without its commitment kept: nothing
 * can be proven with it, and the check of the log says so.
 */
export function proveBatch(
  batch: Batch,
  rows: readonly { event: { system: string; eventId: string }; row: string }[],
  isWanted: (key: string) => boolean,
): { proofs: Map<string, EventProof>; batch: BatchProof } | null {
  const texts = new Map(rows.map(({ event, row }) => [keyOf(event.system, event.eventId), row]));
  const order = batch.eventIds.map((id, i) => keyOf(batch.systems[i], id));
  const leaves = leavesOf(
    order.map((key) => texts.get(key) ?? null),
    batch.salts,
    batch.erased,
  ).filter((leaf) => leaf !== null);
  if (leaves.length < order.length) return null;
  const positions = order.flatMap((key, i) => (isWanted(key) && texts.has(key) ? [i] : []));
  const proofs = new Map(
    positions.map((position) => [
      order[position] ?? '',
      { batch: batch.uid, position, salt: saltAt(batch.salts, position).toString('hex') },
    ]),
  );
  return { proofs, batch: { uid: batch.uid, hashes: encode(sharedProof(leaves, positions)) } };
}

export type EntrySource = {
  entries(from: number, limit: number): Promise<LogEntry[]>;
  checkpoints(): Promise<{ size: number; note: string }[]>;
};
const PAGE = 5_000;
/** Earlier checkpoints that go along, so that a receiver finds the one that was published. */
const MAX_CHECKPOINTS = 200;

/**
 * Ties entries of the log to the first checkpoint that covers them all: a later one would make the
 * same case another package. Throws ERR_EVIDENCE_CHECKPOINT when none does, or an entry is not there.
 */
export async function proveEntries(
  log: EntrySource,
  uids: ReadonlySet<string>,
): Promise<Omit<CaseFile['log'], 'batches'>> {
  const leaves: Buffer[] = [];
  const entries: CaseFile['log']['entries'] = [];
  for (let page = await log.entries(0, PAGE); page.length > 0; ) {
    for (const entry of page) {
      if (uids.has(entry.uid)) entries.push({ index: leaves.length, entry });
      leaves.push(leafHash(signedBytes(entry)));
    }
    page = page.length < PAGE ? [] : await log.entries(leaves.length, PAGE);
  }
  const checkpoints = await log.checkpoints();
  const needed = (entries.at(-1)?.index ?? -1) + 1;
  const at = checkpoints.findIndex(({ size }) => size >= needed && size > 0);
  const chosen = checkpoints[at];
  if (chosen === undefined || entries.length < uids.size)
    throw new AppError(
      'ERR_EVIDENCE_CHECKPOINT',
      'The log has no signed checkpoint over all entries of this case: run doctor.',
      { entries: entries.length, wanted: uids.size },
    );
  return {
    note: chosen.note,
    size: chosen.size,
    checkpoints: checkpoints.slice(Math.max(0, at - MAX_CHECKPOINTS), at).map(({ note }) => note),
    entries,
    hashes: encode(
      sharedProof(
        leaves.slice(0, chosen.size),
        entries.map(({ index }) => index),
      ),
    ),
  };
}

const encode = (hashes: readonly Buffer[]): string[] => hashes.map((h) => h.toString('base64'));
