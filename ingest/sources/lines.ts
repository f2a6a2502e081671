import type { LineList, RawLine } from '../formats/format.ts';

/** A longer line is not kept whole: memory stays flat whatever a source sends. */
export const MAX_LINE_BYTES = 1_048_576;
const KEPT_OF_LONG_BYTES = 65_536;
const LF = 0x0a;
const CR = 0x0d;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Lines that lie behind each other in one piece of memory. A line becomes an object when it is asked for: a
 * million of them would pass through the garbage collector of a thread that only hands them on.
 */
export type LineRun = {
  bytes: Buffer;
  /** Where each line starts and ends in `bytes`, without its line end. */
  starts: Uint32Array;
  ends: Uint32Array;
  firstLine: number;
  /** Where `bytes` start in the source. */
  offset: number;
  /** Places of lines that are too long; they end where they are cut. */
  tooLong: number[];
};

export function* linesOfRun(run: LineRun): Generator<RawLine> {
  for (let i = 0; i < run.ends.length; i++) yield lineOfRun(run, i);
}
const lineOfRun = (run: LineRun, i: number): RawLine => {
  const start = run.starts[i] ?? 0;
  return {
    bytes: run.bytes.subarray(start, run.ends[i]),
    lineNumber: run.firstLine + i,
    offset: run.offset + start,
    ...(run.tooLong.includes(i) ? { isTooLong: true } : {}),
  };
};
/** Lines by their place in runs that follow each other. */
export const lineListOf = (runs: readonly LineRun[]): LineList => ({
  at(place) {
    let first = 0;
    for (const run of runs) {
      if (place < first + run.ends.length) return lineOfRun(run, place - first);
      first += run.ends.length;
    }
    return undefined;
  },
});

export type LineSplitter = {
  push(chunk: Buffer): RawLine[];
  /** The same as runs. They keep the chunk. */
  runs(chunk: Buffer): LineRun[];
  end(): RawLine[];
};

/** A line in memory of its own. */
export const runOf = ({ bytes, lineNumber, offset, isTooLong }: RawLine): LineRun => ({
  ...{ bytes, firstLine: lineNumber, offset, tooLong: isTooLong === true ? [0] : [] },
  ...{ starts: Uint32Array.of(0), ends: Uint32Array.of(bytes.length) },
});

/**
 * Splits bytes at 0x0A, before anything is decoded; takes CR off the end and a byte order mark off the
 * start. Lines over 1 MiB come as their first 64 KiB with `isTooLong`.
 */
export function createLineSplitter(firstLine = 1, firstOffset = 0): LineSplitter {
  let rest: Buffer[] = [];
  let restBytes = 0;
  let isTooLong = false;
  let lineNumber = firstLine;
  let lineStart = firstOffset;

  function take(last: Buffer): RawLine {
    const size = restBytes + last.length;
    let bytes = rest.length === 0 ? last : Buffer.concat([...rest, last]);
    const tooLong = isTooLong || size > MAX_LINE_BYTES;
    if (tooLong) bytes = bytes.subarray(0, KEPT_OF_LONG_BYTES);
    else if (bytes[bytes.length - 1] === CR) bytes = bytes.subarray(0, -1);
    if (lineStart === 0 && bytes.subarray(0, 3).equals(BOM)) bytes = bytes.subarray(3);
    const line: RawLine = {
      bytes,
      lineNumber,
      offset: lineStart,
      ...(tooLong ? { isTooLong: true } : {}),
    };
    rest = [];
    restBytes = 0;
    isTooLong = false;
    lineNumber++;
    lineStart += size + 1;
    return line;
  }

  /** Whole lines of a chunk that starts with one. */
  function wholeLines(chunk: Buffer): LineRun {
    const starts: number[] = [];
    const ends: number[] = [];
    const tooLong: number[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      starts.push(start);
      if (end - start > MAX_LINE_BYTES) {
        tooLong.push(ends.length);
        ends.push(start + KEPT_OF_LONG_BYTES);
      } else ends.push(end > start && chunk[end - 1] === CR ? end - 1 : end);
      start = end + 1;
    }
    const run: LineRun = {
      ...{ bytes: chunk.subarray(0, start), firstLine: lineNumber, offset: lineStart, tooLong },
      ...{ starts: Uint32Array.from(starts), ends: Uint32Array.from(ends) },
    };
    lineNumber += ends.length;
    lineStart += start;
    return run;
  }

  function runs(chunk: Buffer): LineRun[] {
    const found: LineRun[] = [];
    let from = 0;
    // What began in another chunk, or may begin with a mark, does not lie in this one as it is.
    if (restBytes > 0 || lineStart === 0) {
      const end = chunk.indexOf(LF);
      if (end >= 0) {
        found.push(runOf(take(chunk.subarray(0, end))));
        from = end + 1;
      }
    }
    if (restBytes === 0) {
      const run = wholeLines(chunk.subarray(from));
      if (run.ends.length > 0) found.push(run);
      from += run.bytes.length;
    }
    if (from < chunk.length) {
      const tail = chunk.subarray(from);
      restBytes += tail.length;
      if (restBytes > MAX_LINE_BYTES) isTooLong = true;
      // Copied: a small tail must not keep a whole chunk alive.
      if (!isTooLong || rest.length === 0) rest.push(Buffer.from(tail.subarray(0, MAX_LINE_BYTES)));
    }
    return found;
  }

  return {
    push: (chunk) => runs(chunk).flatMap((run) => [...linesOfRun(run)]),
    runs,
    end: () => (restBytes === 0 ? [] : [take(Buffer.alloc(0))]),
  };
}
