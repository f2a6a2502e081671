import type { AuditEvent } from '../domain/event.ts';
import {
  createEventPacker,
  createEventUnpacker,
  type PackedBlock,
} from '../domain/packed-events.ts';

/** Events of an open day packed together where many come: a block is some 300 kB. */
export const BLOCK_ROWS = 4_096;

/** A block of a day; it never changes, so whoever saves it may keep what it made of it. */
export type DayBlock = { packed: PackedBlock; saved: Buffer | null };

export type DayLog = ReturnType<typeof createDayLog>;
/**
 * The events of one day in the order in which they came; each has a place. With `blockRows`, every so many
 * are packed into a block, outside the heap and at a fifth of the memory: a day of a large service is
 * millions of events, and all of them are needed until it is over.
 */
export function createDayLog(blockRows: number | null) {
  const packer = createEventPacker({ byDay: false });
  const unpacker = createEventUnpacker(new Map());
  const blocks: (DayBlock & { read(row: number): AuditEvent })[] = [];
  let recent: AuditEvent[] = [];
  let first = 0;

  function seal(): void {
    for (const [row, event] of recent.entries()) packer.add(event, row);
    const packed = packer.take();
    unpacker.learn(Buffer.from(packed.dictionary));
    blocks.push({ packed, read: unpacker.reader(Buffer.from(packed.bytes.buffer)), saved: null });
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
    size: (): number => first + recent.length,
    /** Events that are in no block yet. */
    recent: (): readonly AuditEvent[] => recent,
    blocks: (): readonly DayBlock[] => blocks,
  };
}

/** Events of all blocks of one day, in order. */
export function* readBlocks(blocks: readonly PackedBlock[]): Generator<AuditEvent> {
  const unpacker = createEventUnpacker(new Map());
  for (const { dictionary, bytes, segments } of blocks) {
    unpacker.learn(Buffer.from(dictionary));
    // On a boundary of words, wherever the bytes came from.
    const read = unpacker.reader(Buffer.from(Uint8Array.from(bytes).buffer));
    for (let row = 0; row < (segments[0]?.rows ?? 0); row++) yield read(row);
  }
}
