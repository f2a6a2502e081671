import { type ConfidentialMark, confidentialMark } from '../domain/confidential.ts';
import { AppError } from '../domain/errors.ts';
import type { AuditEvent } from '../domain/event.ts';
import type { DeadLetterReason, DropReason } from '../domain/outcome.ts';
import type { Tokenizer } from '../domain/token.ts';
import type { FormatReader, LineList, RawLine } from '../ingest/formats/format.ts';
import type { Near, TroubleCounter } from '../ingest/troubles.ts';
import { createEmit, type DeadLetter } from './emit.ts';
import { keyOf, type ParsedBlock } from './line-block.ts';
import { createSeenIds } from './seen-ids.ts';

export type { DeadLetter } from './emit.ts';

/** What tells two events apart, and where to look for them. */
export type EventKey = Pick<AuditEvent, 'system' | 'eventId' | 'occurredAt'>;
/** An event that another thread made a row of. */
export type IngestedRow = EventKey & { row: string; source: string; line: RawLine };
/** What ingestion needs of a store; declared here, kept by the storage room. */
export type EventSink = {
  /** Writes events; must not keep their lines beyond the call unless sealed. */
  write(events: readonly IngestedEvent[]): Promise<void>;
  /** The same for events that are rows already; `bytes` holds exactly these rows, made one by one only if asked. */
  writeRows?(rows: () => readonly IngestedRow[], bytes: Uint8Array): Promise<void>;
  /** Of these events, the `system\0id` keys that are stored already. */
  known(events: readonly EventKey[]): Promise<Set<string>>;
  deadLetters(letters: readonly DeadLetter[]): Promise<void>;
  /** What sources said about the confidentiality of events, also of such that are stored already. */
  confidential(marks: readonly ConfidentialMark[]): Promise<void>;
  /** Makes tokens durable before events that use them are. */
  flushIdentities(): void;
};
/** An event with where it came from; `lineSha256` is 128 bits of the hash of the line, in hex. */
export type IngestedEvent = {
  event: AuditEvent;
  lineSha256: string;
  source: string;
  line: RawLine;
};
export type Counts = {
  read: number;
  stored: number;
  duplicates: number;
  deadLetters: number;
  byReason: Partial<Record<DeadLetterReason, number>>;
  consumed: Partial<Record<DropReason, number>>;
};

/** Ids of this run kept in memory; beyond it every batch asks the store. */
const MAX_SEEN = 3_000_000;

type TakenBlock = { source: string; lines: LineList; block: ParsedBlock };
/** `fresh`: places of the rows that are new. */
type FreshBlock = TakenBlock & { fresh: number[] };
const NOTHING = { system: '', eventId: '' };
const piece = (bytes: Uint8Array, ends: Uint32Array, i: number): Uint8Array =>
  bytes.subarray(i === 0 ? 0 : ends[i - 1], ends[i]);
const textOf = (bytes: Uint8Array, ends: Uint32Array, i: number): string =>
  Buffer.from(piece(bytes, ends, i)).toString();
/** One row of a block with its line. */
function rowOf({ source, lines, block }: TakenBlock, i: number): IngestedRow {
  const line = lines.at(block.lineOf[i] ?? 0);
  if (line === undefined) throw new RangeError('a row without its line');
  const [system = '', eventId = ''] = textOf(block.keys, block.keyEnds, i).split('\0', 2);
  return {
    ...{ system, eventId, occurredAt: block.occurredAt[i] ?? 0 },
    ...{ row: textOf(block.rows, block.rowEnds, i).slice(0, -1), source, line },
  };
}

/** Source and time of one row of a block. */
function nearOf(block: ParsedBlock, i: number): Near {
  const row = textOf(block.rows, block.rowEnds, i);
  return {
    system: textOf(block.keys, block.keyEnds, i).split('\0', 1)[0] ?? '',
    instance: row.split('\t', INSTANCE_AT + 1)[INSTANCE_AT] ?? '',
    occurredAt: block.occurredAt[i] ?? 0,
  };
}
/** Place of the instance in a row of the store. */
const INSTANCE_AT = 4;

export type Ingestion = ReturnType<typeof createIngestion>;
/**
 * Lines to stored events: format, tokens, duplicates, dead letters. CONSERVATION: read = stored +
 * duplicates + dead letters, at every `flush`. Writing runs beside reading, one batch ahead.
 */
export function createIngestion(
  sink: EventSink,
  tokens: Tokenizer,
  options: { batch: number; storeIsEmpty: boolean; troubles?: TroubleCounter },
) {
  const counts: Counts = {
    read: 0,
    stored: 0,
    duplicates: 0,
    deadLetters: 0,
    byReason: {},
    consumed: {},
  };
  let asksStore = !options.storeIsEmpty;
  const seen = createSeenIds();
  let events: IngestedEvent[] = [];
  let letters: DeadLetter[] = [];
  let marks: ConfidentialMark[] = [];
  let blocks: FreshBlock[] = [];
  let blockRows = 0;
  let writing: Promise<void> = Promise.resolve();
  function isSeen(keys: Uint8Array, start: number, end: number): boolean {
    if (seen.size() < MAX_SEEN) return !seen.add(keys, start, end);
    asksStore = true;
    return seen.has(keys, start, end);
  }

  const emitFor = (source: string) =>
    createEmit(source, tokens, {
      event(event, lineSha256, line): void {
        counts.read++;
        // Also of what is stored already: that a processing is confidential no longer comes later.
        if (event.confidential !== undefined) marks.push(...confidentialMark(event));
        options.troubles?.event(source, event);
        const key = Buffer.from(keyOf(event));
        if (isSeen(key, 0, key.length)) {
          counts.duplicates++;
          options.troubles?.duplicate(event);
        } else events.push({ event, lineSha256, source, line });
      },
      dead: takeDead,
      consumed: (kind) => takeConsumed(kind, 1),
    });

  function takeDead(letter: DeadLetter): void {
    counts.read++;
    counts.deadLetters++;
    counts.byReason[letter.reason] = (counts.byReason[letter.reason] ?? 0) + 1;
    letters.push(letter);
    options.troubles?.dead(letter.source, letter.deadLetterId);
  }

  function takeConsumed(kind: DropReason, count: number): void {
    counts.consumed[kind] = (counts.consumed[kind] ?? 0) + count;
  }

  /** Places of the rows of a block that were not seen before in this run. */
  function unseen(block: ParsedBlock): number[] {
    const fresh: number[] = [];
    let start = 0;
    for (const [i, end] of block.keyEnds.entries()) {
      counts.read++;
      if (isSeen(block.keys, start, end)) {
        counts.duplicates++;
        options.troubles?.duplicate(nearOf(block, i));
      } else fresh.push(i);
      start = end;
    }
    return fresh;
  }

  async function write(): Promise<void> {
    const [batch, taken, dead, said] = [events, blocks, letters, marks];
    events = [];
    blocks = [];
    blockRows = 0;
    letters = [];
    marks = [];
    await writing;
    writing = store(batch, taken, dead, said);
    // A failed write is thrown at the next await; marked as handled so that it cannot kill the process first.
    writing.catch(() => undefined);
  }

  async function storeBlocks(taken: FreshBlock[]): Promise<void> {
    for (const block of taken) await forgetKnown(block);
    const rows = () => taken.flatMap((block) => block.fresh.map((i) => rowOf(block, i)));
    const bytes = taken.flatMap(({ block: { rows: all, rowEnds }, fresh }) =>
      fresh.length === rowEnds.length ? [all] : fresh.map((i) => piece(all, rowEnds, i)),
    );
    await sink.writeRows?.(rows, Buffer.concat(bytes));
    for (const { fresh } of taken) counts.stored += fresh.length;
  }

  /** Takes out of a block what is stored already. */
  async function forgetKnown(taken: FreshBlock): Promise<void> {
    if (!asksStore || taken.fresh.length === 0) return;
    const keys = taken.fresh.map((i) => rowOf(taken, i));
    const known = await sink.known(keys);
    const fresh = taken.fresh.filter((_, n) => !known.has(keyOf(keys[n] ?? NOTHING)));
    counts.duplicates += taken.fresh.length - fresh.length;
    taken.fresh = fresh;
  }

  async function store(
    batch: typeof events,
    taken: FreshBlock[],
    dead: DeadLetter[],
    said: ConfidentialMark[],
  ): Promise<void> {
    sink.flushIdentities();
    // Before the events: one that is shown too early cannot be taken back.
    await sink.confidential(said);
    if (taken.length > 0) await storeBlocks(taken);
    let fresh = batch;
    if (asksStore && batch.length > 0) {
      const known = await sink.known(batch.map((b) => b.event));
      fresh = batch.filter(({ event }) => !known.has(`${event.system}\0${event.eventId}`));
    }
    await sink.write(fresh);
    await sink.deadLetters(dead);
    counts.stored += fresh.length;
    counts.duplicates += batch.length - fresh.length;
  }

  return {
    counts,
    /** Whether the store had to be asked what it knows: then this run is not all that it holds. */
    asksStore: (): boolean => asksStore,
    /** Takes lines of one source through a format's reader. */
    async lines(source: string, lines: readonly RawLine[], reader: FormatReader): Promise<void> {
      const emit = emitFor(source);
      for (const line of lines) reader.line(line, emit);
      if (events.length >= options.batch || letters.length >= options.batch) await write();
    },
    /**
     * Takes lines that another thread parsed, in the order of the source; the sink must write rows. Gives
     * the places of the rows that this run had not seen.
     */
    async block(source: string, lines: LineList, block: ParsedBlock): Promise<number[]> {
      const fresh = unseen(block);
      let place = 0;
      for (const { line: at, ...letter } of block.letters) {
        const line = lines.at(at);
        if (line === undefined) continue;
        while (place < block.lineOf.length && (block.lineOf[place] ?? 0) < at) place++;
        if (place > 0) options.troubles?.event(source, nearOf(block, place - 1));
        takeDead({ ...letter, source, line });
      }
      const last = block.rowEnds.length - 1;
      if (last >= 0) options.troubles?.event(source, nearOf(block, last));
      for (const [kind, count] of block.consumed) takeConsumed(kind, count);
      marks.push(...block.confidential);
      blocks.push({ ...{ source, lines, block }, fresh: [...fresh] });
      blockRows += fresh.length;
      // What the store is asked about must have been written before.
      const isFull = blockRows >= options.batch || letters.length >= options.batch;
      if (isFull || asksStore) await write();
      return fresh;
    },
    /** The source ended: groups still open inside the format come out. */
    end(source: string, reader: FormatReader): void {
      reader.end(emitFor(source));
    },
    /** Waits until everything taken is stored; throws ERR_INGEST_NOT_CONSERVED when a line got lost. */
    async flush(): Promise<void> {
      await write();
      await writing;
      const { read, stored, duplicates, deadLetters } = counts;
      if (read !== stored + duplicates + deadLetters)
        throw new AppError(
          'ERR_INGEST_NOT_CONSERVED',
          'Lines were lost between reading and storing.',
          {
            read,
            stored,
            duplicates,
            deadLetters,
          },
        );
    },
  };
}
