import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventIntake, ServerDeps } from '../api/deps.ts';
import { detectFormat, formatById } from '../ingest/formats/registry.ts';
import type { Deliver } from '../ingest/sources/deliver.ts';
import { createLineSplitter } from '../ingest/sources/lines.ts';
import { openSpool } from '../ingest/sources/spool.ts';
import type { createIngestion } from '../pipeline/ingestion.ts';
import { readReferenceFolder } from '../reference/read-folder.ts';
import { buildReferenceRows } from '../reference/to-rows.ts';
import type { Workspace } from './workspace.ts';

type Ingestion = ReturnType<typeof createIngestion>;

/** Two readers of one ingestion: each waits for the other, or its counts would not add up in between. */
export function oneAtATime(
  ingestion: Ingestion,
): Ingestion & { alone<T>(work: () => Promise<T>): Promise<T> } {
  let last: Promise<unknown> = Promise.resolve();
  const run = <T>(work: () => T | Promise<T>): Promise<T> => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };
  return {
    counts: ingestion.counts,
    asksStore: ingestion.asksStore,
    lines: (source, lines, reader) => run(() => ingestion.lines(source, lines, reader)),
    block: (source, lines, block) => run(() => ingestion.block(source, lines, block)),
    // In its turn; whoever wants to know flushes afterwards.
    end: (source, reader) => void run(() => ingestion.end(source, reader)),
    flush: () => run(() => ingestion.flush()),
    /** While no write of events is under way. */
    alone: run,
  };
}

/** Deliveries whose key is remembered; older ones are recognised by their events. */
const KEYS = 10_000;

/**
 * Events that senders deliver over HTTP, in the all-in-one process: on disk before the promise, then
 * through the same ingestion as files. Read again after a crash until stored.
 */
export async function openIntake(dir: string, ingestion: Ingestion) {
  const spool = await openSpool(dir);
  const source = spool.source();
  await source.start({
    onLane: async () => null,
    async onBatch(batch) {
      for (const { value, position, at, headers } of batch.messages) {
        const splitter = createLineSplitter();
        const lines = [...splitter.push(value), ...splitter.end()];
        for (const line of lines) line.arrivedAt = at;
        const named = headers['format'];
        const format =
          (named === undefined ? null : formatById(named)) ??
          detectFormat(value.subarray(0, 65_536));
        const name = `${headers['source'] ?? 'http'}/${position}`;
        // What no format knows becomes dead letters of the canonical one, with its reason.
        const reader = (format ?? formatById('canonical'))?.reader();
        if (reader === undefined) continue;
        await ingestion.lines(name, lines, reader);
        ingestion.end(name, reader);
      }
      await ingestion.flush();
      if (!batch.isStale()) await source.commit(batch.lane, batch.next);
    },
  });
  const keys = new Map<string, string>();
  const intake: EventIntake = {
    async append(bytes, idempotencyKey) {
      const known = idempotencyKey === null ? undefined : keys.get(idempotencyKey);
      const receiptId = createHash('sha256')
        .update(idempotencyKey ?? randomUUID())
        .digest('base64url');
      if (known !== undefined) return { receiptId: known, isRepeat: true };
      await spool.append(bytes);
      const [oldest] = keys.keys();
      if (keys.size >= KEYS && oldest !== undefined) keys.delete(oldest);
      if (idempotencyKey !== null) keys.set(idempotencyKey, receiptId);
      return { receiptId, isRepeat: false };
    },
  };
  return {
    intake,
    /** Takes lines of a source that runs in this process; resolves when they are on the disk. */
    deliverFrom:
      (from: string): Deliver =>
      (value, headers = {}) =>
        spool.append(value, { ...headers, source: from }),
    async close(): Promise<void> {
      await source.close();
      await spool.close();
    },
  };
}

const SHOWN_PROBLEMS = 200;

/**
 * Reference files that came over HTTP: good rows become the newest version, which judges from the next
 * start on; bad rows are told by place. The files themselves are gone afterwards.
 */
export async function importFiles(
  files: Record<string, string>,
  { tokens, vault, references }: Workspace,
): ReturnType<NonNullable<ServerDeps['importReference']>> {
  const dir = mkdtempSync(join(tmpdir(), 'inzagewacht-reference-'));
  try {
    // Names come from a closed list, never from the sender.
    for (const [name, text] of Object.entries(files))
      writeFileSync(join(dir, `${name}.csv`), text, { mode: 0o600 });
    const folder = await readReferenceFolder(dir);
    const rows = buildReferenceRows(folder.tables, tokens);
    vault.flush();
    await references.save(rows, Date.now());
    return {
      version: rows.version,
      counts: { ...folder.counts },
      problems: folder.problems.slice(0, SHOWN_PROBLEMS).map(({ file, line, column, reason }) => ({
        ...{ file, line: line ?? null, column: column ?? null, reason },
      })),
      problemCount: folder.problems.length,
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
