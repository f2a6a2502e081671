import type { AuditEvent } from '../domain/event.ts';
import { createEventRows } from '../domain/event-rows.ts';
import {
  createEventPacker,
  createEventUnpacker,
  type LastActor,
  type PackedBlock,
} from '../domain/packed-events.ts';
import { type StateChunk, stateChunk } from '../domain/state-chunk.ts';
import { createSpilled, type Spill, type Spilled } from './spill.ts';

/** Events of an open day packed together where many come. */
export const BLOCK_ROWS = 4_096;
/** What is read of one event at most without taking more memory for it. */
const FIRST_BYTES = 1_024;

/** A block of a day, which never changes. */
type DayBlock = {
  /** The event of a row. */
  read(row: number): AuditEvent;
  /** The block as part of a saved state; made once. */
  chunk(): StateChunk;
};
/** A block as the bytes that are saved, by its number in the day. */
type ToBytes = (packed: PackedBlock, index: number) => Buffer;

export type DayLogOptions = {
  /** Events per packed block; null keeps all of them as they are. */
  blockRows: number | null;
  /** Where blocks lie; null keeps them in memory, outside the heap. */
  spill: Spill | null;
  toBytes: ToBytes;
};

export type DayLog = ReturnType<typeof createDayLog>;
/**
 * The events of one day in the order in which they came; each has a place. With `blockRows`, every so many
 * become a block: a day of a large service is millions of events, and all of them are needed until it is over.
 */
export function createDayLog({ blockRows, spill, toBytes }: DayLogOptions) {
  const blocks: DayBlock[] = [];
  let recent: AuditEvent[] = [];
  let first = 0;
  const last: LastActor = { text: '', actor: null };
  const spilled = createSpilled(spill);
  const rows = createSpilledRows(spilled);
  let packer = createEventPacker({ byDay: false });

  function seal(): void {
    const index = blocks.length;
    const packed = packer.take();
    packer = createEventPacker({ byDay: false });
    const read = spill === null ? null : rows.seal();
    blocks.push(
      read === null
        ? createBlock(packed, openBlock(packed, last), (p) => stateChunk(toBytes(p, index)))
        : createBlock(packed, read, (p) => spilled.chunk(toBytes(p, index))),
    );
    first += recent.length;
    recent = [];
  }

  return {
    /** Takes an event; gives its place. */
    add(event: AuditEvent): number {
      const row = recent.push(event) - 1;
      const place = first + row;
      if (blockRows === null) return place;
      // Of each event its part, so that nobody waits for a block as a whole.
      packer.add(event, row);
      if (spill !== null) rows.add(event);
      if (recent.length === blockRows) seal();
      else if (spill !== null && 2 * recent.length === blockRows) blocks.at(-1)?.chunk();
      return place;
    },
    at(place: number): AuditEvent {
      const event =
        place >= first || blockRows === null
          ? recent[place - first]
          : blocks[Math.floor(place / blockRows)]?.read(place % blockRows);
      if (event === undefined) throw new RangeError(`no event at place ${place} of this day`);
      return event;
    },
    /** Events that are in no block yet. */
    recent: (): readonly AuditEvent[] => recent,
    blocks: (): readonly DayBlock[] => blocks,
    /** The day is over: what lies outside of memory goes. */
    close: spilled.close,
  };
}

/** Events in a file, each read by itself: those of one official are spread over a whole day. */
function createSpilledRows(spilled: Spilled) {
  const rows = createEventRows();
  let scratch = Buffer.alloc(FIRST_BYTES);
  let texts: string[] = [];

  function readAt(at: number, length: number): AuditEvent {
    if (length > scratch.length) scratch = Buffer.alloc(2 * length);
    spilled.read(scratch, length, at);
    return rows.read(scratch.toString('latin1', 0, length));
  }

  return {
    add: (event: AuditEvent): void => void texts.push(rows.write(event)),
    /** Writes the events since the last call; gives how to read one, or null when they could not be written. */
    seal(): ((row: number) => AuditEvent) | null {
      const starts = new Uint32Array(texts.length + 1);
      for (const [row, { length }] of texts.entries())
        starts[row + 1] = (starts[row] ?? 0) + length;
      const at = spilled.append(Buffer.from(texts.join(''), 'latin1'));
      texts = [];
      if (at === null) return null;
      return (row) => {
        const start = starts[row] ?? 0;
        return readAt(at + start, (starts[row + 1] ?? start) - start);
      };
    },
  };
}

function createBlock(
  packed: PackedBlock,
  read: DayBlock['read'],
  save: (packed: PackedBlock) => StateChunk,
): DayBlock {
  let unsaved: PackedBlock | null = packed;
  let saved: StateChunk | null = null;
  return {
    read,
    chunk() {
      saved ??= save(unsaved as PackedBlock);
      // Its rows are read still, its dictionary is not.
      unsaved = null;
      return saved;
    },
  };
}

/** A block knows its own texts only: a dictionary of the whole day would be a string for each person in it. */
function openBlock(
  { dictionary, bytes }: PackedBlock,
  last?: LastActor,
): (row: number) => AuditEvent {
  const unpacker = createEventUnpacker(null, last);
  unpacker.learn(Buffer.from(dictionary));
  return unpacker.reader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
}

/** The events of a block, in order. */
export function* readBlock(packed: PackedBlock): Generator<AuditEvent> {
  // On a boundary of words, wherever the bytes came from.
  const read = openBlock({ ...packed, bytes: Uint8Array.from(packed.bytes) });
  for (let row = 0; row < (packed.segments[0]?.rows ?? 0); row++) yield read(row);
}
