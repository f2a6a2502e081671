import { open, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RawLine } from '../formats/format.ts';
import { listInputs, readLines } from './files.ts';
import { createLineSplitter, type LineSplitter } from './lines.ts';

const CHUNK_BYTES = 262_144;
const POLL_MS = 500;

export type Followed = { name: string; lines: RawLine[] };
type Place = { offset: number; inode: number; splitter: LineSplitter; isDone: boolean };

/**
 * Follows growing files and folders: yields whole lines as they come, and an empty batch at each quiet
 * poll so that the caller can do its upkeep. A file that shrank or was replaced is read from its start;
 * `.gz` files are read once. Ends when `signal` aborts.
 */
export async function* follow(
  paths: readonly string[],
  { signal, pollMs = POLL_MS }: { signal: AbortSignal; pollMs?: number },
): AsyncGenerator<Followed> {
  const places = new Map<string, Place>();
  while (!signal.aborted) {
    let isQuiet = true;
    for (const input of await listInputs(paths)) {
      if (input.path === null || signal.aborted) continue;
      if (input.isGzip) {
        if (places.has(input.name)) continue;
        places.set(input.name, {
          offset: 0,
          inode: 0,
          splitter: createLineSplitter(),
          isDone: true,
        });
        for await (const lines of readLines(input, () => undefined))
          yield { name: input.name, lines };
        continue;
      }
      const { ino, size } = await stat(input.path);
      let place = places.get(input.name);
      if (place === undefined || place.inode !== ino || size < place.offset) {
        place = { offset: 0, inode: ino, splitter: createLineSplitter(), isDone: false };
        places.set(input.name, place);
      }
      for await (const chunk of grown(input.path, place, size, signal)) {
        isQuiet = false;
        yield { name: input.name, lines: place.splitter.push(chunk) };
      }
    }
    if (!isQuiet) continue;
    yield { name: '', lines: [] };
    await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  }
}

async function* grown(
  path: string,
  place: Place,
  size: number,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  if (place.offset >= size) return;
  const file = await open(path);
  try {
    while (place.offset < size && !signal.aborted) {
      const { bytesRead, buffer } = await file.read(
        Buffer.alloc(CHUNK_BYTES),
        0,
        CHUNK_BYTES,
        place.offset,
      );
      if (bytesRead === 0) return;
      place.offset += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
