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
  /** Rows, each with a line end. */
  text: string;
  /** Where each row ends in `text`. */
  rowEnds: Uint32Array;
  /** Place in the block of the line of each event. */
  lineOf: Uint32Array;
  systems: string[];
  systemOf: Uint16Array;
  eventIds: string[];
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
  const systems: string[] = [];
  const systemIndex = new Map<string, number>();
  const systemOf: number[] = [];
  const lineOf: number[] = [];
  const eventIds: string[] = [];
  const occurredAt: number[] = [];
  const letters: ParsedBlock['letters'] = [];
  const consumed = new Map<DropReason, number>();
  const confidential: ConfidentialMark[] = [];
  const emit = createEmit(block.source, tokens, {
    event(event, lineSha256, line) {
      let system = systemIndex.get(event.system);
      if (system === undefined) {
        system = systems.push(event.system) - 1;
        systemIndex.set(event.system, system);
      }
      systemOf.push(system);
      lineOf.push(line.lineNumber - block.firstLine);
      eventIds.push(event.eventId);
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
  const rowEnds = new Uint32Array(rows.length);
  let at = 0;
  for (const [i, row] of rows.entries()) {
    at += row.length + 1;
    rowEnds[i] = at;
  }
  return {
    text: rows.length === 0 ? '' : `${rows.join('\n')}\n`,
    rowEnds,
    lineOf: Uint32Array.from(lineOf),
    systems,
    systemOf: Uint16Array.from(systemOf),
    eventIds,
    occurredAt: Float64Array.from(occurredAt),
    letters,
    consumed: [...consumed],
    confidential,
  };
}
