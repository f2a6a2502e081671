import { AppError } from '../../domain/errors.ts';
import { leavesOf, saltAt } from '../log/commitment.ts';
import { type LogEntry, signedBytes } from '../log/entry.ts';
import { leafHash, sharedProof } from '../log/merkle.ts';
import type { LogReader, RowsReader } from '../log/verify-log.ts';
import type { CaseFile, EvidenceRow } from './case-file.ts';

type Batch = NonNullable<Awaited<ReturnType<LogReader['batch']>>>;
export type ProofSource = {
  entries(from: number, limit: number): Promise<LogEntry[]>;
  checkpoints(): Promise<{ size: number; note: string }[]>;
  batchesWith(ids: readonly string[], from: number, to: number): Promise<Batch[]>;
};
export type Wanted = { system: string; eventId: string; occurredAt: number };
export type Proven = {
  /** By `system\\0id`; an event that is missing here was never entered, or its batch was changed since. */
  proofs: Map<string, NonNullable<EvidenceRow['proof']>>;
  log: CaseFile['log'];
};

const PAGE = 5_000;
/** Earlier checkpoints that go along, so that a receiver finds the one that was published. */
const MAX_CHECKPOINTS = 200;

/**
 * Ties events and records to the newest checkpoint: for each batch the hashes beside the wanted rows,
 * for the log the hashes beside their entries. Throws ERR_EVIDENCE_CHECKPOINT when there is none yet.
 */
export async function prove(
  log: ProofSource,
  rows: Pick<RowsReader, 'ofBatch'>,
  wanted: readonly Wanted[],
  records: ReadonlySet<string>,
): Promise<Proven> {
  const checkpoints = await log.checkpoints();
  const newest = checkpoints.at(-1);
  if (newest === undefined)
    throw new AppError('ERR_EVIDENCE_CHECKPOINT', 'Nothing was ever signed in this store.');
  const { proofs, batches } = await proveBatches(log, rows, wanted);
  const leaves: Buffer[] = [];
  const entries: CaseFile['log']['entries'] = [];
  const uids = new Set([...batches.map(({ uid }) => uid), ...records]);
  for (let page = await log.entries(0, PAGE); page.length > 0; ) {
    for (const entry of page.slice(0, newest.size - leaves.length)) {
      if (uids.has(entry.uid)) entries.push({ index: leaves.length, entry });
      leaves.push(leafHash(signedBytes(entry)));
    }
    page = page.length < PAGE ? [] : await log.entries(leaves.length, PAGE);
  }
  const positions = entries.map(({ index }) => index);
  return {
    proofs,
    log: {
      note: newest.note,
      size: newest.size,
      checkpoints: checkpoints.slice(-MAX_CHECKPOINTS - 1, -1).map(({ note }) => note),
      entries,
      hashes: encode(sharedProof(leaves, positions)),
      batches,
    },
  };
}

const encode = (hashes: readonly Buffer[]): string[] => hashes.map((h) => h.toString('base64'));
const keyOf = (system: string | undefined, eventId: string): string => `${system}\0${eventId}`;

async function proveBatches(
  log: ProofSource,
  rows: Pick<RowsReader, 'ofBatch'>,
  wanted: readonly Wanted[],
): Promise<Pick<Proven, 'proofs'> & { batches: CaseFile['log']['batches'] }> {
  const proofs: Proven['proofs'] = new Map();
  const batches: CaseFile['log']['batches'] = [];
  if (wanted.length === 0) return { proofs, batches };
  const keys = new Set(wanted.map((w) => keyOf(w.system, w.eventId)));
  const times = wanted.map((w) => w.occurredAt);
  const from = times.reduce((a, b) => Math.min(a, b));
  const to = times.reduce((a, b) => Math.max(a, b));
  const ids = wanted.map((w) => w.eventId);
  for (const batch of await log.batchesWith(ids, from, to)) {
    const texts = new Map(
      (await rows.ofBatch(batch.uid, batch.firstAt, batch.lastAt)).map(({ event, row }) => [
        keyOf(event.system, event.eventId),
        row,
      ]),
    );
    const order = batch.eventIds.map((id, i) => keyOf(batch.systems[i], id));
    const leaves = leavesOf(
      order.map((key) => texts.get(key) ?? null),
      batch.salts,
      batch.erased,
    );
    // A row of the batch is gone: nothing can be proven with it, and the log check says so.
    const whole = leaves.filter((leaf) => leaf !== null);
    if (whole.length < leaves.length) continue;
    // After an interrupted write an event can stand in two batches; one proof is enough.
    const positions = order.flatMap((key, i) => (keys.has(key) && !proofs.has(key) ? [i] : []));
    if (positions.length === 0) continue;
    for (const position of positions)
      proofs.set(order[position] ?? '', {
        batch: batch.uid,
        position,
        salt: saltAt(batch.salts, position).toString('hex'),
      });
    batches.push({ uid: batch.uid, hashes: encode(sharedProof(whole, positions)) });
  }
  return { proofs, batches };
}
