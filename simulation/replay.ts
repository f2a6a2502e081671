import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export type ReplayLine = { bytes: Buffer; lineNumber: number; offset: number };
export type ReplayBatch = { name: string; lines: ReplayLine[] };
export type ReplayOptions = {
  /** Events per second. */
  speed: number;
  signal?: AbortSignal;
};

const BATCHES_PER_SECOND = 10;
const LF = 0x0a;

/** Complete lines of a file with their place in it; the last one needs no newline. */
async function* linesOf(path: string): AsyncGenerator<ReplayLine> {
  let rest = Buffer.alloc(0);
  let offset = 0;
  let lineNumber = 1;
  for await (const chunk of createReadStream(path, { highWaterMark: 262_144 })) {
    const bytes = Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, start)) {
      yield { bytes: bytes.subarray(start, end), lineNumber: lineNumber++, offset: offset + start };
      start = end + 1;
    }
    offset += start;
    rest = Buffer.from(bytes.subarray(start));
  }
  if (rest.length > 0) yield { bytes: rest, lineNumber, offset };
}

/**
 * Yields an events.ndjson in batches, paced to `speed` events per second for the demo. A slow reader
 * is not caught up with: the pace is a ceiling. Ends quietly when the signal aborts.
 */
export async function* replayLines(
  path: string,
  { speed, signal }: ReplayOptions,
): AsyncGenerator<ReplayBatch> {
  const size = Math.max(1, Math.round(speed / BATCHES_PER_SECOND));
  const name = basename(path);
  let lines: ReplayLine[] = [];
  let startedAt = performance.now();
  for await (const line of linesOf(path)) {
    if (signal?.aborted) return;
    lines.push(line);
    if (lines.length < size) continue;
    yield { name, lines };
    const waitMs = (size / speed) * 1_000 - (performance.now() - startedAt);
    lines = [];
    if (waitMs > 0 && !(await pause(waitMs, signal))) return;
    startedAt = performance.now();
  }
  if (lines.length > 0 && !signal?.aborted) yield { name, lines };
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') return false;
    throw error;
  }
}
