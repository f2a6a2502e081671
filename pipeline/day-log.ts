import type { AuditEvent } from '../domain/event.ts';
import {
  createEventPacker,
  createEventUnpacker,
  type LastActor,
  type PackedBlock,
} from '../domain/packed-events.ts';

/** Events of an open day packed together where many come. */
export const BLOCK_ROWS = 4_096;

/** A block of a day, which never changes. */
export type DayBlock = {
  /** The event of a row. */
  read(row: number): AuditEvent;
  /** What `make` makes of the block to save it; made once. */
  save(make: (packed: PackedBlock) => Buffer): Buffer;
};

export type DayLog = ReturnType<typeof createDayLog>;
/**
 * The events of one day in the order in which they came; each has a place. With `blockRows`, every so many
 * are packed into a block, outside the heap: a day of a large service is millions of events, and all of them
 * are needed until it is over.
 */
export function createDayLog(blockRows: number | null) {
  const blocks: DayBlock[] = [];
  let recent: AuditEvent[] = [];
  let first = 0;
  const last: LastActor = { text: '', actor: null };

  function seal(): void {
    const packer = createEventPacker({ byDay: false });
    for (const [row, event] of recent.entries()) packer.add(event, row);
    blocks.push(createBlock(packer.take(), last));
    first += recent.length;
    recent = [];
  }

  return {
    /** Takes an event; gives its place. */
    add(event: AuditEvent): number {
      const place = first + recent.push(event) - 1;
      if (recent.length === blockRows) seal();
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
  };
}

function createBlock(packed: PackedBlock, last: LastActor): DayBlock {
  const read = openBlock(packed, last);
  let unsaved: PackedBlock | null = packed;
  let saved: Buffer | null = null;
  return {
    read,
    save(make) {
      if (unsaved !== null) saved = make(unsaved);
      // Its rows are read still, its dictionary is not.
      unsaved = null;
      return saved ?? Buffer.alloc(0);
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

/** Events of all blocks of one day, in order. */
export function* readBlocks(blocks: readonly PackedBlock[]): Generator<AuditEvent> {
  for (const packed of blocks) {
    // On a boundary of words, wherever the bytes came from.
    const read = openBlock({ ...packed, bytes: Uint8Array.from(packed.bytes) });
    for (let row = 0; row < (packed.segments[0]?.rows ?? 0); row++) yield read(row);
  }
}
