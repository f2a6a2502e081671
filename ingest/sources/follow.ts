import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../domain/errors.ts';
import type { RawLine } from '../formats/format.ts';
import { type Input, listInputs, readLines } from './files.ts';
import { createLineSplitter, type LineSplitter } from './lines.ts';

const CHUNK_BYTES = 262_144;
const POLL_MS = 500;
/** Files kept open between polls; further ones are opened for each poll. */
const MAX_OPEN_FILES = 256;

export type Followed = { name: string; lines: RawLine[] };
/** How far a file was read. Its name is the first it had: a renamed file goes on where it was. */
type Place = {
  name: string;
  offset: number;
  splitter: LineSplitter;
  file: FileHandle | null;
  isLive: boolean;
};

/**
 * Follows growing files and folders: yields whole lines as they come, and an empty batch at each quiet
 * poll so that the caller can do its upkeep. A renamed file is read to its end, a new one under the old
 * name and one that shrank from the start; `.gz` files are read once. A path that is missing at the start
 * throws ERR_INGEST_NO_INPUT; later it is waited for. Ends when `signal` aborts.
 */
export async function* follow(
  paths: readonly string[],
  { signal, pollMs = POLL_MS }: { signal: AbortSignal; pollMs?: number },
): AsyncGenerator<Followed> {
  const places = new Map<number, Place>();
  const unpacked = new Set<string>();
  let isFirst = true;
  try {
    while (!signal.aborted) {
      let isQuiet = true;
      const present = new Set<number>();
      for (const input of await inputsNow(paths, isFirst)) {
        if (input.path === null || signal.aborted) continue;
        if (input.isGzip) {
          if (unpacked.has(input.name)) continue;
          unpacked.add(input.name);
          for await (const lines of readLines(input, () => undefined))
            yield { name: input.name, lines };
          continue;
        }
        const inode = await visit(input.path, places);
        const place = inode === null ? undefined : places.get(inode);
        if (inode === null || place === undefined) continue;
        present.add(inode);
        for await (const lines of grown(input.path, place, signal)) {
          isQuiet = false;
          yield { name: place.name, lines };
        }
      }
      for (const [inode, place] of places) {
        if (present.has(inode) || signal.aborted) continue;
        // Renamed or deleted since the last poll: what was written in between is still in the open file.
        for await (const lines of grown(null, place, signal)) yield { name: place.name, lines };
        const lines = place.splitter.end();
        if (lines.length > 0) yield { name: place.name, lines };
        await place.file?.close();
        places.delete(inode);
      }
      isFirst = false;
      if (!isQuiet) continue;
      yield { name: '', lines: [] };
      await sleep(pollMs, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    for (const { file } of places.values()) await file?.close();
  }
}

/** Between the two steps of a rotation there is no file; only at the start is that the caller's mistake. */
async function inputsNow(paths: readonly string[], isFirst: boolean): Promise<Input[]> {
  const inputs: Input[] = [];
  for (const path of paths)
    try {
      inputs.push(...(await listInputs([path])));
    } catch (error) {
      const isMissing = error instanceof AppError && error.code === 'ERR_INGEST_NO_INPUT';
      if (isFirst || !(isMissing || isGone(error))) throw error;
    }
  return inputs;
}

const isGone = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** Finds or starts the place of a file by its inode; null when it went away in between. */
async function visit(path: string, places: Map<number, Place>): Promise<number | null> {
  let file: FileHandle;
  try {
    file = await open(path);
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
  const { ino, size } = await file.stat();
  const place = places.get(ino);
  if (place === undefined) {
    const isKept = [...places.values()].filter((p) => p.file !== null).length < MAX_OPEN_FILES;
    // An open file keeps its inode from being given to another while it is followed.
    places.set(ino, {
      name: path,
      offset: 0,
      splitter: createLineSplitter(),
      file: isKept ? file : null,
      isLive: false,
    });
    if (!isKept) await file.close();
    return ino;
  }
  if (size < place.offset) Object.assign(place, { offset: 0, splitter: createLineSplitter() });
  await file.close();
  return ino;
}

/** Lines since the place, up to the end the file has now. Without a path only an open file is read. */
async function* grown(
  path: string | null,
  place: Place,
  signal: AbortSignal,
): AsyncGenerator<RawLine[]> {
  const file = place.file ?? (path === null ? null : await open(path));
  if (file === null) return;
  try {
    const { size } = await file.stat();
    while (place.offset < size && !signal.aborted) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, place.offset);
      if (bytesRead === 0) return;
      place.offset += bytesRead;
      const lines = place.splitter.push(chunk.subarray(0, bytesRead));
      if (place.isLive) for (const line of lines) line.arrivedAt = Date.now();
      if (lines.length > 0) yield lines;
    }
    // What was there when the file was found may be old; what is written from now on came now.
    place.isLive = true;
  } finally {
    if (place.file === null) await file.close();
  }
}
