// Lines on their way to another thread and back: few large values instead of many small ones.
import { type ConfidentialMark, confidentialMark } from '../domain/confidential.ts';
import type { AuditEvent } from '../domain/event.ts';
import type { DeadLetterReason, DropReason } from '../domain/outcome.ts';
import type { Token, Tokenizer } from '../domain/token.ts';
import type { FormatReader, RawLine } from '../ingest/formats/format.ts';
import type { LineRun } from '../ingest/sources/lines.ts';
import { createEmit } from './emit.ts';

/** Lines of one source that follow each other. */
export type LineBlock = {
  source: string;
  bytes: Uint8Array;
  /** Where each line starts and ends in `bytes`. */
  starts: Uint32Array;
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

export function toBlock(source: string, runs: readonly LineRun[]): LineBlock {
  const lines = runs.reduce((n, run) => n + run.ends.length, 0);
  const block: LineBlock = {
    source,
    // Not from the shared pool: the bytes change hands.
    bytes: new Uint8Array(runs.reduce((n, run) => n + run.bytes.length, 0)),
    ...{ starts: new Uint32Array(lines), ends: new Uint32Array(lines), tooLong: [] },
    firstLine: runs[0]?.firstLine ?? 1,
  };
  let at = 0;
  let line = 0;
  for (const { bytes, starts, ends, tooLong } of runs) {
    block.bytes.set(bytes, at);
    for (const place of tooLong) block.tooLong.push(line + place);
    for (let i = 0; i < ends.length; i++, line++) {
      block.starts[line] = at + (starts[i] ?? 0);
      block.ends[line] = at + (ends[i] ?? 0);
    }
    at += bytes.length;
  }
  return block;
}

export function* linesOf({ firstLine, starts, ends, ...block }: LineBlock): Generator<RawLine> {
  const bytes = Buffer.from(block.bytes.buffer, block.bytes.byteOffset, block.bytes.byteLength);
  const tooLong = new Set(block.tooLong);
  for (const [i, end] of ends.entries()) {
    const line = { bytes: bytes.subarray(starts[i], end), lineNumber: firstLine + i, offset: 0 };
    yield tooLong.has(i) ? { ...line, isTooLong: true } : line;
  }
}

/** Takes a block through a format whose lines stand alone, and its events to rows by `toRow`. */
export function parseBlock(
  block: LineBlock,
  reader: FormatReader,
  tokens: Tokenizer,
  toRow: (event: AuditEvent, lineSha256: string) => string,
): Omit<ParsedBlock, 'identities'> {
  const rows = createTexts('\n', block.bytes.length);
  const keys = createTexts('', 32 * block.ends.length);
  const lineOf: number[] = [];
  const occurredAt: number[] = [];
  const letters: ParsedBlock['letters'] = [];
  const consumed = new Map<DropReason, number>();
  const confidential: ConfidentialMark[] = [];
  const emit = createEmit(block.source, tokens, {
    event(event, lineSha256, line) {
      lineOf.push(line.lineNumber - block.firstLine);
      keys.add(keyOf(event));
      occurredAt.push(event.occurredAt);
      rows.add(toRow(event, lineSha256));
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
  const [rowBytes, rowEnds] = rows.take();
  const [keyBytes, keyEnds] = keys.take();
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

/** Texts that become bytes together: enough to pay for the call, and too few to outlive a young heap. */
const TOGETHER = 64;
const encoder = new TextEncoder();

/**
 * Gathers texts one after another as UTF-8, each with `end`, which is ASCII; `bytes`: about how many they will
 * be. Kept as strings, the rows of a block would all be copied by the garbage collector, twice.
 */
function createTexts(end: string, bytes: number) {
  let all = new Uint8Array(bytes);
  let used = 0;
  const ends: number[] = [];
  let waiting: string[] = [];

  function encode(): void {
    if (waiting.length === 0) return;
    const text = waiting.join(end) + end;
    // A letter is three bytes at most.
    if (used + 3 * text.length > all.length) {
      const larger = new Uint8Array(2 * all.length + 3 * text.length);
      larger.set(all.subarray(0, used));
      all = larger;
    }
    const { written } = encoder.encodeInto(text, all.subarray(used));
    // As many bytes as letters: all of it is ASCII, as almost always.
    const isAscii = written === text.length;
    for (const one of waiting) {
      used += (isAscii ? one.length : Buffer.byteLength(one)) + end.length;
      ends.push(used);
    }
    waiting = [];
  }

  return {
    add(text: string): void {
      waiting.push(text);
      if (waiting.length === TOGETHER) encode();
    },
    /** The bytes, and where each text ends in them with its `end`. */
    take(): [Uint8Array, Uint32Array] {
      encode();
      return [all.slice(0, used), Uint32Array.from(ends)];
    },
  };
}

/** The memory of a parsed block: it changes hands instead of being copied. */
export const memoryOf = (block: Omit<ParsedBlock, 'identities'>): ArrayBuffer[] =>
  [block.rows, block.rowEnds, block.lineOf, block.keys, block.keyEnds, block.occurredAt].map(
    (part) => part.buffer as ArrayBuffer,
  );
