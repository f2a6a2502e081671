import type { CanonicalEvent } from '../../domain/event.ts';
import type { DeadLetterReason, DropReason } from '../../domain/outcome.ts';

/** One line as in the file, without its line end; `offset` in bytes from the start of the source. */
export type RawLine = {
  bytes: Buffer;
  lineNumber: number;
  offset: number;
  /** The line is longer than can be used; `bytes` hold only its beginning. */
  isTooLong?: boolean;
  /** What has to be read before it, when it is read again: the header of its table. */
  before?: Buffer;
  /** When it came, in epoch ms; left out where that is not known, as of files that lay there. */
  arrivedAt?: number;
};
/** Lines by their place; a list, or what makes each when it is asked for. */
export type LineList = { at(place: number): RawLine | undefined };
export type ParsedEvent = { event: CanonicalEvent; occurredAt: number; isDateOnly: boolean };
/** Where a reader puts what it makes of a line. `read` counts events and dead letters. */
export type Emit = {
  event(parsed: ParsedEvent, line: RawLine): void;
  dead(reason: DeadLetterReason, field: string | null, line: RawLine): void;
  consumed(kind: DropReason, line: RawLine): void;
};
/** Reads one source; formats that join lines keep their open groups inside. Never throws on bytes. */
export type FormatReader = { line(line: RawLine, emit: Emit): void; end(emit: Emit): void };
export type Format = {
  id: string;
  version: number;
  /** Does this look like the format? Decides from the first lines of a source. */
  detect(sample: Buffer): boolean;
  reader(): FormatReader;
  /** Every line stands alone: lines may be read by several readers at once. */
  hasLoneLines?: boolean;
};
