import {
  closeSync,
  fsync as fsyncCallback,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '../../domain/errors.ts';
import { type Pulled, type PulledLog, pull, type Source } from './source.ts';
import { decodeRecords, encodeRecord, type Found } from './spool-record.ts';

const fsync = promisify(fsyncCallback);
const SEGMENT = /^(\d{20})\.log$/;
const SEGMENT_BYTES = 134_217_728;
const READ_BYTES = 1_048_576;
/** The only lane: one machine, one log. */
export const SPOOL_LANE = 'spool/0';
/** What a full disk, a quota and a size limit answer. */
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** An end that a crash left half written; it was never acknowledged. Positions are bytes from the start. */
export type TornEnd = { from: number; to: number };
export type Spool = {
  /**
   * Takes one message; resolves when it is on the disk (fsync), so that the sender may forget it.
   * Rejects with ERR_INGEST_SPOOL_FULL when there is no room: nothing was taken.
   */
  append(value: Buffer, headers?: Readonly<Record<string, string>>): Promise<void>;
  /** What opening cut off, or null. */
  tornEnd: TornEnd | null;
  /** Bytes from the oldest segment kept to the end. */
  sizeBytes(): number;
  source(): Source;
  close(): Promise<void>;
};
export type SpoolOptions = {
  segmentBytes?: number;
  /** Upper bound of what is kept; at it, appending answers as a full disk does. */
  maxBytes?: number;
  /** In place of the disk, in tests of a full one. */
  write?: typeof writeSync;
};

type Pending = { bytes: Buffer; resolve(): void; reject(error: unknown): void };
type Segment = { start: number; path: string };

/**
 * An append-only log in a folder: segments named by the position of their first byte. Senders that come
 * together share one write and one fsync. On opening, a torn end (never acknowledged) is cut off.
 */
export async function openSpool(dir: string, options: SpoolOptions = {}): Promise<Spool> {
  const { segmentBytes = SEGMENT_BYTES, maxBytes = Number.POSITIVE_INFINITY } = options;
  const write = options.write ?? writeSync;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const segments: Segment[] = (await readdir(dir))
    .map((name) => SEGMENT.exec(name)?.[1])
    .filter((start) => start !== undefined)
    .sort()
    .map((start) => ({ start: Number(start), path: join(dir, `${start}.log`) }));
  if (segments.length === 0) segments.push(segmentAt(dir, 0));
  const newest = segments.at(-1) as Segment;
  let fd = openSync(newest.path, 'a+', 0o600);
  const { length, tornEnd } = cutTornEnd(newest, fd);
  let end = newest.start + length;
  syncFolder(dir);
  const commitFile = join(dir, 'committed');
  let committed = readCommitted(commitFile) ?? segments[0]?.start ?? 0;
  let pending: Pending[] = [];
  let flushing: Promise<void> | null = null;
  const waiting: (() => void)[] = [];
  let isClosed = false;
  let broken: unknown = null;
  const handles = new Map<string, FileHandle>();

  function rotate(): void {
    const next = segmentAt(dir, end);
    const nextFd = openSync(next.path, 'a+', 0o600);
    syncFolder(dir);
    closeSync(fd);
    fd = nextFd;
    segments.push(next);
  }

  /** Writes whole or not at all: what a full disk took of it is cut off again. */
  async function writeAll(bytes: Buffer): Promise<void> {
    try {
      for (let done = 0; done < bytes.length; ) done += write(fd, bytes, done);
      await fsync(fd);
    } catch (cause) {
      const { code = '' } = cause as NodeJS.ErrnoException;
      // After a failed fsync nobody knows what is on the disk: no more promises on this file.
      if (!FULL.has(code)) broken = cause;
      ftruncateSync(fd, end - (segments.at(-1)?.start ?? 0));
      throw FULL.has(code) ? isFull(cause) : cause;
    }
  }

  async function flush(): Promise<void> {
    while (pending.length > 0) {
      const group = pending;
      pending = [];
      try {
        const bytes = Buffer.concat(group.map((p) => p.bytes));
        if (end + bytes.length - (segments[0]?.start ?? 0) > maxBytes) throw isFull();
        if (end - (segments.at(-1)?.start ?? 0) >= segmentBytes) rotate();
        await writeAll(bytes);
        end += bytes.length;
        for (const { resolve } of group) resolve();
        for (const wake of waiting.splice(0)) wake();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    flushing = null;
  }

  /** The file of a position stays open while it is read: opening costs more than reading. */
  async function handleOf(path: string): Promise<FileHandle> {
    let handle = handles.get(path);
    if (handle === undefined) {
      handle = await open(path, 'r');
      handles.set(path, handle);
    }
    return handle;
  }

  async function read(_: string, position: number): ReturnType<PulledLog['read']> {
    const from = Math.max(position, segments[0]?.start ?? 0);
    if (from > end) throw isBehind(position, end);
    if (from === end) return { messages: [], next: from, gaps: [] };
    const index = segments.findLastIndex((s) => s.start <= from);
    const segment = segments[index] as Segment;
    const segmentEnd = segments[index + 1]?.start ?? end;
    const handle = await handleOf(segment.path);
    for (let size = READ_BYTES; ; size *= 4) {
      const wanted = Math.min(size, segmentEnd - from);
      const { buffer, bytesRead } = await handle.read(
        Buffer.allocUnsafe(wanted),
        0,
        wanted,
        from - segment.start,
      );
      const isWhole = from + bytesRead >= segmentEnd;
      const { records, used } = decodeRecords(buffer.subarray(0, bytesRead), isWhole);
      if (records.length === 0 && !isWhole) continue;
      const gaps = gapsOf(records, from, from + used);
      if (from > position) gaps.unshift([position, from]);
      return { messages: records.map((r) => r.message(from)), next: from + used, gaps };
    }
  }

  async function commit(_: string, position: number): Promise<void> {
    if (position <= committed) return;
    // Renamed into place: a crash leaves the old number or the new one, never half a number.
    const file = openSync(`${commitFile}.new`, 'w', 0o600);
    writeSync(file, String(position));
    fsyncSync(file);
    closeSync(file);
    renameSync(`${commitFile}.new`, commitFile);
    syncFolder(dir);
    committed = position;
    while (segments.length > 1 && (segments[1]?.start ?? 0) <= committed) {
      const { path } = segments.shift() as Segment;
      await handles.get(path)?.close();
      handles.delete(path);
      unlinkSync(path);
    }
  }

  const log: PulledLog = {
    lanes: [SPOOL_LANE],
    read,
    committed: () => committed,
    commit,
    behind: (_, position) => end - position,
    more: () => new Promise((wake) => waiting.push(wake)),
  };
  return {
    append(value, headers = {}) {
      if (isClosed) return Promise.reject(new Error('the spool is closed'));
      if (broken !== null) return Promise.reject(broken);
      return new Promise((resolve, reject) => {
        pending.push({ bytes: encodeRecord(value, headers, Date.now()), resolve, reject });
        // The next turn of the loop: senders of this turn share one fsync.
        flushing ??= new Promise((done) => setImmediate(() => done(flush())));
      });
    },
    tornEnd,
    sizeBytes: () => end - (segments[0]?.start ?? 0),
    source: () => pull(log),
    async close() {
      isClosed = true;
      await flushing;
      closeSync(fd);
      for (const handle of handles.values()) await handle.close();
    },
  };
}

/** Stretches between good records: damage that reading went past. */
function gapsOf(records: readonly Found[], from: number, to: number): Pulled['gaps'] {
  const gaps: Pulled['gaps'] = [];
  let expected = from;
  for (const { start, size } of records) {
    if (from + start > expected) gaps.push([expected, from + start]);
    expected = from + start + size;
  }
  if (expected < to) gaps.push([expected, to]);
  return gaps;
}

const segmentAt = (dir: string, start: number): Segment => ({
  start,
  path: join(dir, `${String(start).padStart(20, '0')}.log`),
});

const isFull = (cause?: unknown): AppError =>
  new AppError(
    'ERR_INGEST_SPOOL_FULL',
    'There is no room for more events; nothing of this request was taken. Make room, or let detection catch up.',
    {},
    cause,
  );

const isBehind = (position: number, end: number): AppError =>
  new AppError(
    'ERR_INGEST_SPOOL_BEHIND',
    `The state of detection is at ${position}, the spool ends at ${end}: spool and store do not belong together. Restore the spool folder, or start with an empty data directory.`,
    { position, end },
  );

/** A new name in a folder is safe only after the folder itself was written out. */
function syncFolder(dir: string): void {
  const folder = openSync(dir, 'r');
  fsyncSync(folder);
  closeSync(folder);
}

/** Length of the good part of the newest segment, which is cut to it. */
function cutTornEnd(
  { start, path }: Segment,
  fd: number,
): { length: number; tornEnd: TornEnd | null } {
  const bytes = readFileSync(path);
  const { records } = decodeRecords(bytes, true);
  const last = records.at(-1);
  const good = last === undefined ? 0 : last.start + last.size;
  if (good === bytes.length) return { length: good, tornEnd: null };
  ftruncateSync(fd, good);
  fsyncSync(fd);
  return { length: good, tornEnd: { from: start + good, to: start + bytes.length } };
}

function readCommitted(file: string): number | null {
  try {
    const position = Number(readFileSync(file, 'utf8'));
    return Number.isSafeInteger(position) ? position : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
