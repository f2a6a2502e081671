import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../domain/errors.ts';
import { toIso } from '../../domain/time.ts';
import { canonicalJson, type Json } from '../canonical-json.ts';
import type { Signer } from '../signing.ts';
import { openCheckpoint, signCheckpoint } from './checkpoint.ts';
import { commit, commitRows, randomSalts } from './commitment.ts';
import {
  ENTRY_TYPES,
  type EntryDraft,
  EVENTS_CHAIN,
  type LogEntry,
  linkEntry,
  signedBytes,
} from './entry.ts';
import {
  emptyFrontier,
  type Frontier,
  frontierRoot,
  grow,
  leafHash,
  packFrontier,
  rootOf,
  unpackFrontier,
} from './merkle.ts';

/** One row of a batch as it is committed to: the very text that is written to the store. */
export type CommittedRow = { system: string; eventId: string; occurredAt: number; row: string };
/** What must be kept to check a batch later: which rows, in which order, with which salts. */
export type BatchManifest = {
  uid: string;
  systems: readonly string[];
  eventIds: readonly string[];
  firstAt: number;
  lastAt: number;
  salts: Buffer;
};
export type KeptRecord = { uid: string; chain: string; record: string; salt: Buffer };
/** `frontier` as `packFrontier` makes it; empty in notes of before it was kept. */
export type StoredCheckpoint = { size: number; note: string; at: number; frontier?: string };

/** What the log needs of a store: tables that only grow. Declared here, kept by the storage room. */
export type LogStore = {
  /** Entries from `index` on, in order of the log. */
  entries(from: number, limit: number): Promise<LogEntry[]>;
  /** The newest entry of each chain among the first `size` entries. */
  heads(size: number): Promise<LogEntry[]>;
  /** Adds entries at `index` and on; false when another writer was first there, and nothing was added. */
  append(index: number, entries: readonly LogEntry[]): Promise<boolean>;
  keepBatches(batches: readonly BatchManifest[]): Promise<void>;
  keepRecord(record: KeptRecord): Promise<void>;
  lastCheckpoint(): Promise<StoredCheckpoint | null>;
  keepCheckpoint(checkpoint: StoredCheckpoint): Promise<void>;
};

const PAGE = 5_000;
/** Up to so many entries the whole past is read and held against its checkpoint at every start: seconds. */
const READ_WHOLE = 100_000;
const TRIES = 20;
/** Writers that met wait apart, longer each time: many of them must all get their turn. */
const WAIT_MS = 10;
/** Rows under one entry: what has to be read at once to check or to prove one of them. */
const ENTRY_ROWS = 5_000;

export type TransparencyLog = Awaited<ReturnType<typeof openLog>>;
/**
 * Opens the log for writing: one hash chain a stream, one Merkle tree over all of them. Throws
 * ERR_EVIDENCE_CHECKPOINT when what is stored contradicts the newest signed checkpoint: nothing is
 * ever signed on top of a rewritten past. Of a long log only what came after that checkpoint is read;
 * that the rest is unchanged, `verifyLog` says.
 */
export async function openLog(
  store: LogStore,
  signer: Signer,
  options: { authority: string; now: () => number; readWhole?: number },
) {
  let frontier = emptyFrontier();
  const heads = new Map<string, LogEntry>();
  const last = await store.lastCheckpoint();
  const signed = last && openCheckpoint(last.note, options.authority, signer.publicKey);
  const contradiction = (): AppError =>
    new AppError(
      'ERR_EVIDENCE_CHECKPOINT',
      'The transparency log does not fit its newest checkpoint: run doctor, and keep this store as it is.',
      { size: last?.size ?? 0 },
    );
  if (last !== null && signed === null) throw contradiction();
  const take = (entry: LogEntry): void => {
    grow(frontier, leafHash(signedBytes(entry)));
    heads.set(entry.chain_uid, entry);
  };
  async function catchUp(): Promise<void> {
    let page: LogEntry[];
    do {
      page = await store.entries(frontier.size, PAGE);
      for (const entry of page) {
        take(entry);
        if (frontier.size === signed?.size && !frontierRoot(frontier).equals(signed.root))
          throw contradiction();
      }
    } while (page.length === PAGE);
  }
  // Hashes that come to the signed root are the past as it was signed: a long one need not be read again.
  const known = signed && knownPast(signed, last?.frontier ?? '');
  if (known && known.size > (options.readWhole ?? READ_WHOLE)) {
    frontier = known;
    for (const head of await store.heads(known.size)) heads.set(head.chain_uid, head);
  }
  await catchUp();
  if (signed && frontier.size < signed.size) throw contradiction();

  // Entries are numbered: within this process one after another, others are caught up with.
  let tail: Promise<unknown> = Promise.resolve();
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = tail.then(work, work);
    tail = done.catch(() => undefined);
    return done;
  }
  async function add(chain: string, drafts: readonly EntryDraft[]): Promise<LogEntry[]> {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      if (attempt > 0) {
        await sleep(Math.random() * WAIT_MS * attempt);
        await catchUp();
      }
      let previous = heads.get(chain) ?? null;
      const entries = drafts.map((draft) => {
        // A clock that was set back must not make a chain look back-dated.
        const time = previous !== null && previous.time > draft.time ? previous.time : draft.time;
        const link = { authority: options.authority, name: chain };
        previous = linkEntry({ ...draft, time }, link, previous);
        return previous;
      });
      if (!(await store.append(frontier.size, entries))) continue;
      for (const entry of entries) take(entry);
      return entries;
    }
    throw new AppError('ERR_EVIDENCE_LOG_BUSY', 'Too many writers of the log at once.', { chain });
  }

  return {
    size: (): number => frontier.size,
    /** Enters rows before they are written: rows without an entry would be a hole. */
    async appendRows(rows: readonly CommittedRow[]): Promise<BatchManifest[]> {
      const batches: BatchManifest[] = [];
      const roots: string[] = [];
      for (let from = 0; from < rows.length; from += ENTRY_ROWS) {
        const part = rows.slice(from, from + ENTRY_ROWS);
        const batch = manifestOf(part);
        const leaves = commitRows(
          part.map((r) => r.row),
          batch.salts,
        );
        batches.push(batch);
        roots.push(rootOf(leaves).toString('hex'));
      }
      await inTurn(async () => {
        const time = toIso(options.now());
        await store.keepBatches(batches);
        return add(
          EVENTS_CHAIN,
          batches.map(({ uid, eventIds }, i) => ({
            ...{ uid, time, type_uid: ENTRY_TYPES.events, count: eventIds.length },
            commitment: roots[i] ?? '',
          })),
        );
      });
      return batches;
    },
    /** Enters what a person did; await it before the deed takes effect. */
    async appendRecord(chain: string, record: Json): Promise<LogEntry> {
      const [salt, text, uid] = [randomSalts(1), canonicalJson(record), randomUUID()];
      const [entry] = await inTurn(async () => {
        await store.keepRecord({ uid, chain, record: text, salt });
        const time = toIso(options.now());
        const commitment = commit(salt, text).toString('hex');
        return add(chain, [{ uid, time, type_uid: ENTRY_TYPES.record, commitment, count: 1 }]);
      });
      if (entry === undefined) throw contradiction();
      return entry;
    },
    /** Signs the log as it is now and keeps the note; the same size is never signed twice. */
    checkpoint(): Promise<StoredCheckpoint> {
      return inTurn(async () => {
        // Other processes write this log as well.
        await catchUp();
        const known = await store.lastCheckpoint();
        if (known !== null && known.size === frontier.size) return known;
        const root = frontierRoot(frontier);
        const note = signCheckpoint(
          { origin: options.authority, size: frontier.size, root },
          signer,
        );
        const checkpoint = {
          ...{ size: frontier.size, note, at: options.now() },
          frontier: packFrontier(frontier),
        };
        await store.keepCheckpoint(checkpoint);
        return checkpoint;
      });
    },
  };
}

function knownPast(signed: { size: number; root: Buffer }, text: string): Frontier | null {
  const frontier = unpackFrontier(signed.size, text);
  return frontier !== null && frontierRoot(frontier).equals(signed.root) ? frontier : null;
}

function manifestOf(rows: readonly CommittedRow[]): BatchManifest {
  let firstAt = Number.POSITIVE_INFINITY;
  let lastAt = Number.NEGATIVE_INFINITY;
  for (const { occurredAt } of rows) {
    firstAt = Math.min(firstAt, occurredAt);
    lastAt = Math.max(lastAt, occurredAt);
  }
  return {
    uid: randomUUID(),
    systems: rows.map((r) => r.system),
    eventIds: rows.map((r) => r.eventId),
    firstAt,
    lastAt,
    salts: randomSalts(rows.length),
  };
}
