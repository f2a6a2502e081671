import type { RawLine } from '../formats/format.ts';

/** A longer line is not kept whole: memory stays flat whatever a source sends. */
export const MAX_LINE_BYTES = 1_048_576;
const KEPT_OF_LONG_BYTES = 65_536;
const LF = 0x0a;
const CR = 0x0d;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

export type LineSplitter = { push(chunk: Buffer): RawLine[]; end(): RawLine[] };

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

  return {
    push(chunk) {
      const lines: RawLine[] = [];
      let start = 0;
      for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
        lines.push(take(chunk.subarray(start, end)));
        start = end + 1;
      }
      if (start < chunk.length) {
        const tail = chunk.subarray(start);
        restBytes += tail.length;
        if (restBytes > MAX_LINE_BYTES) isTooLong = true;
        // Copied: a small tail must not keep a whole chunk alive.
        if (!isTooLong || rest.length === 0)
          rest.push(Buffer.from(tail.subarray(0, MAX_LINE_BYTES)));
      }
      return lines;
    },
    end: () => (restBytes === 0 ? [] : [take(Buffer.alloc(0))]),
  };
}
