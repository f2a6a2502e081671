// Lines on their way to another thread and back: few large values instead of many small ones.
import { type ConfidentialMark, confidentialMark } from '../domain/confidential.ts';
import type { AuditEvent } from '../domain/event.ts';
import type { DeadLetterReason, DropReason } from '../domain/outcome.ts';
import type { Token, Tokenizer } from '../domain/token.ts';
import type { FormatReader, RawLine } from '../ingest/formats/format.ts';
import { createEmit } from './emit.ts';

/** Lines of one source that follow each other. */
export type LineBlock = {
  source: string;
  bytes: Uint8Array;
  /** Where each line ends in `bytes`. */
  ends: Uint32Array;
  firstLine: number;
  /** Places of lines that were cut because they are too long. */
  tooLong: number[];
};
/** What became of a block: events as rows of the store, in the order of their lines. */
export type ParsedBlock = {
  /** Rows, each with a line end, as UTF-8. */
  rows: Uint8Array;
  /** Where each row ends in `rows`. */
  rowEnds: Uint32Array;
  /** Place in the block of the line of each event. */
  lineOf: Uint32Array;
  /** The `system NUL id` keys of the events, as UTF-8. */
  keys: Uint8Array;
  keyEnds: Uint32Array;
  occurredAt: Float64Array;
  letters: { deadLetterId: string; line: number; reason: DeadLetterReason; field: string | null }[];
  consumed: [DropReason, number][];
  confidential: ConfidentialMark[];
  /** Identities behind tokens made for this block: for the vault alone. */
  identities: [Token, string][];
};

export function toBlock(source: string, lines: readonly RawLine[]): LineBlock {
  const ends = new Uint32Array(lines.length);
  let at = 0;
  for (const [i, line] of lines.entries()) {
    at += line.bytes.length;
    ends[i] = at;
  }
  return {
    source,
    // Not from the shared pool: the bytes change hands.
    bytes: new Uint8Array(Buffer.concat(lines.map((l) => l.bytes))),
    ends,
    firstLine: lines[0]?.lineNumber ?? 1,
    tooLong: lines.flatMap((l, i) => (l.isTooLong === true ? [i] : [])),
  };
}

export function* linesOf(block: LineBlock): Generator<RawLine> {
  const bytes = Buffer.from(block.bytes.buffer, block.bytes.byteOffset, block.bytes.byteLength);
  const tooLong = new Set(block.tooLong);
  let start = 0;
  for (const [i, end] of block.ends.entries()) {
    const line = { bytes: bytes.subarray(start, end), lineNumber: block.firstLine + i, offset: 0 };
    yield tooLong.has(i) ? { ...line, isTooLong: true } : line;
    start = end;
  }
}

/** Takes a block through a format whose lines stand alone, and its events to rows by `toRow`. */
export function parseBlock(
  block: LineBlock,
  reader: FormatReader,
  tokens: Tokenizer,
  toRow: (event: AuditEvent, lineSha256: string) => string,
): Omit<ParsedBlock, 'identities'> {
  const rows: string[] = [];
  const keys: string[] = [];
  const lineOf: number[] = [];
  const occurredAt: number[] = [];
  const letters: ParsedBlock['letters'] = [];
  const consumed = new Map<DropReason, number>();
  const confidential: ConfidentialMark[] = [];
  const emit = createEmit(block.source, tokens, {
    event(event, lineSha256, line) {
      lineOf.push(line.lineNumber - block.firstLine);
      keys.push(keyOf(event));
      occurredAt.push(event.occurredAt);
      rows.push(toRow(event, lineSha256));
      if (event.confidential !== undefined) confidential.push(...confidentialMark(event));
    },
    dead({ deadLetterId, line, reason, field }) {
      letters.push({ deadLetterId, line: line.lineNumber - block.firstLine, reason, field });
    },
    consumed(kind) {
      consumed.set(kind, (consumed.get(kind) ?? 0) + 1);
    },
  });
  for (const line of linesOf(block)) reader.line(line, emit);
  const [rowBytes, rowEnds] = joined(rows, '\n');
  const [keyBytes, keyEnds] = joined(keys, '');
  return {
    rows: rowBytes,
    rowEnds,
    lineOf: Uint32Array.from(lineOf),
    keys: keyBytes,
    keyEnds,
    occurredAt: Float64Array.from(occurredAt),
    letters,
    consumed: [...consumed],
    confidential,
  };
}

/** What tells two events apart. */
export const keyOf = ({ system, eventId }: Pick<AuditEvent, 'system' | 'eventId'>): string =>
  `${system}\0${eventId}`;

/** Texts one after another as UTF-8, and where each ends with its `end`, which is ASCII. */
function joined(texts: readonly string[], end: string): [Uint8Array, Uint32Array] {
  const bytes = new TextEncoder().encode(texts.length === 0 ? '' : texts.join(end) + end);
  const ends = new Uint32Array(texts.length);
  let at = 0;
  for (const [i, text] of texts.entries()) {
    at += text.length + end.length;
    ends[i] = at;
  }
  // As many bytes as letters: all of it is ASCII, as almost always.
  if (at === bytes.length) return [bytes, ends];
  at = 0;
  for (const [i, text] of texts.entries()) {
    at += Buffer.byteLength(text) + end.length;
    ends[i] = at;
  }
  return [bytes, ends];
}

/** The memory of a parsed block: it changes hands instead of being copied. */
export const memoryOf = (block: Omit<ParsedBlock, 'identities'>): ArrayBuffer[] =>
  [block.rows, block.rowEnds, block.lineOf, block.keys, block.keyEnds, block.occurredAt].map(
    (part) => part.buffer as ArrayBuffer,
  );
