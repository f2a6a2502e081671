import type { KeyObject } from 'node:crypto';
import { openCheckpoint } from './checkpoint.ts';
import { commit, leavesOf } from './commitment.ts';
import { EVENTS_CHAIN, fingerprintOf, type LogEntry, signedBytes } from './entry.ts';
import { emptyFrontier, frontierRoot, grow, leafHash, rootOf } from './merkle.ts';

/** What is wrong, and where. `batch` and `entry` are uids: no identities, no tokens. */
export type LogFinding = {
  code:
    | 'entry-changed'
    | 'entry-missing'
    | 'entries-reordered'
    | 'entry-back-dated'
    | 'chain-broken'
    | 'checkpoint-wrong'
    | 'checkpoint-elsewhere-differs'
    | 'row-changed'
    | 'row-missing'
    | 'row-unlogged'
    | 'batch-missing'
    | 'record-changed'
    | 'record-missing';
  at: string;
  count: number;
};

export type LogReader = {
  numbered(from: number, limit: number): Promise<{ index: number; entry: LogEntry }[]>;
  checkpoints(): Promise<{ size: number; note: string }[]>;
  batch(uid: string): Promise<{
    uid: string;
    firstAt: number;
    lastAt: number;
    systems: readonly string[];
    eventIds: readonly string[];
    salts: Buffer;
    erased: ReadonlyMap<number, Buffer>;
  } | null>;
  records(chain: string): Promise<ReadonlyMap<string, { record: string; salt: Buffer }>>;
};
export type RowsReader = {
  ofBatch(
    uid: string,
    from: number,
    to: number,
  ): Promise<{ event: { system: string; eventId: string }; row: string }[]>;
  unlogged(): Promise<number>;
};
export type LogVerdict = {
  entries: number;
  rows: number;
  checkpoints: number;
  findings: LogFinding[];
};

const PAGE = 2_000;

/**
 * Reads the whole log and everything it speaks of, and names what was changed, removed, added or put
 * in another order since. `published` are notes from outside the system: a past that was rewritten
 * together with its checkpoints contradicts them.
 */
export async function verifyLog(
  log: LogReader,
  rows: RowsReader,
  options: {
    authority: string;
    key: KeyObject;
    published?: readonly string[];
    progress?: (done: number) => void;
  },
): Promise<LogVerdict> {
  const findings: LogFinding[] = [];
  const find = (code: LogFinding['code'], at: string, count = 1): void => {
    findings.push({ code, at, count });
  };
  const frontier = emptyFrontier();
  const roots = new Map<number, Buffer>([[0, frontierRoot(frontier)]]);
  const stored = await log.checkpoints();
  const sizes = new Set([...stored.map((c) => c.size), ...(options.published ?? []).map(sizeOf)]);
  const heads = new Map<string, LogEntry>();
  const recordsOf = new Map<string, Awaited<ReturnType<LogReader['records']>>>();
  let rowCount = 0;
  let before = -1;

  async function checkContent(entry: LogEntry): Promise<void> {
    if (entry.chain_uid === EVENTS_CHAIN) {
      rowCount += await checkBatch(entry);
      return;
    }
    let records = recordsOf.get(entry.chain_uid);
    if (records === undefined) {
      records = await log.records(entry.chain_uid);
      recordsOf.set(entry.chain_uid, records);
    }
    const kept = records.get(entry.uid);
    if (kept === undefined) find('record-missing', entry.uid);
    else if (commit(kept.salt, kept.record).toString('hex') !== entry.commitment)
      find('record-changed', entry.uid);
  }

  async function checkBatch(entry: LogEntry): Promise<number> {
    const batch = await log.batch(entry.uid);
    if (batch === null) {
      find('batch-missing', entry.uid, entry.count);
      return 0;
    }
    const byKey = new Map<string, string[]>();
    for (const { event, row } of await rows.ofBatch(batch.uid, batch.firstAt, batch.lastAt)) {
      const key = `${event.system}\0${event.eventId}`;
      byKey.set(key, [...(byKey.get(key) ?? []), row]);
    }
    const texts = batch.eventIds.map((id, i) => byKey.get(`${batch.systems[i]}\0${id}`) ?? []);
    const missing = texts.filter((t, i) => t.length === 0 && !batch.erased.has(i)).length;
    const doubled = texts.filter((t) => t.length > 1).length;
    if (missing > 0) find('row-missing', entry.uid, missing);
    if (doubled > 0) find('row-changed', entry.uid, doubled);
    if (missing > 0 || doubled > 0) return texts.length;
    const leaves = leavesOf(
      texts.map((t) => t[0] ?? null),
      batch.salts,
      batch.erased,
    );
    const whole = leaves.filter((leaf) => leaf !== null);
    if (rootOf(whole).toString('hex') !== entry.commitment) find('row-changed', entry.uid);
    return texts.length;
  }

  for (let from = 0, page = await log.numbered(0, PAGE); page.length > 0; ) {
    for (const { index, entry } of page) {
      if (index !== before + 1)
        find(index <= before ? 'entries-reordered' : 'entry-missing', String(index));
      before = index;
      if (fingerprintOf(entry).value !== entry.fingerprint.value) find('entry-changed', entry.uid);
      const head = heads.get(entry.chain_uid);
      if (
        entry.sequence !== (head === undefined ? 0 : head.sequence + 1) ||
        entry.prev_event?.fingerprint.value !== head?.fingerprint.value ||
        entry.authority_uid !== options.authority
      )
        find('chain-broken', entry.uid);
      if (head !== undefined && entry.time < head.time) find('entry-back-dated', entry.uid);
      heads.set(entry.chain_uid, entry);
      grow(frontier, leafHash(signedBytes(entry)));
      if (sizes.has(frontier.size)) roots.set(frontier.size, frontierRoot(frontier));
      await checkContent(entry);
    }
    from += page.length;
    options.progress?.(from);
    page = page.length < PAGE ? [] : await log.numbered(from, PAGE);
  }

  const fits = (note: string): boolean => {
    const opened = openCheckpoint(note, options.authority, options.key);
    return opened !== null && (roots.get(opened.size)?.equals(opened.root) ?? false);
  };
  for (const { size, note } of stored)
    if (sizeOf(note) !== size || !fits(note)) find('checkpoint-wrong', String(size));
  for (const note of options.published ?? [])
    if (!fits(note)) find('checkpoint-elsewhere-differs', String(sizeOf(note)));
  const unlogged = await rows.unlogged();
  if (unlogged > 0) find('row-unlogged', EVENTS_CHAIN, unlogged);
  return { entries: frontier.size, rows: rowCount, checkpoints: stored.length, findings };
}

const sizeOf = (note: string): number => Number(note.split('\n')[1] ?? Number.NaN);
