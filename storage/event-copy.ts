import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditEvent } from '../domain/event.ts';
import {
  createEventUnpacker,
  type EventUnpacker,
  keepPlaces,
  type PackedBlock,
  type Wanted,
} from '../domain/packed-events.ts';
import { DAY_MS } from '../domain/time.ts';

/** A piece of the file. */
type Piece = { at: number; bytes: number };
/** Events of whole UTC days up to an instant; `packer` made the piece. */
export type CopyPage = { pieces: (Piece & { packer: number })[]; rows: number; to: number };
/** What another thread needs to read the copy: an open file of this process and its dictionaries. */
export type CopyFile = { fd: number; dictionaries: (Piece & { packer: number })[] };

/** Rows judged at once. */
const PAGE_ROWS = 20_000;

export type EventCopy = ReturnType<typeof openEventCopy>;
/**
 * The events that a run stored, packed in a file without a name: it is gone with the process, whatever
 * ends that. Judging it spares the engine a sorted read of everything as text, four times per event as
 * expensive.
 */
export function openEventCopy(dir: string) {
  const path = join(dir, 'run-copy.tmp');
  const fd = openSync(path, 'w+', 0o600);
  unlinkSync(path);
  const dictionaries: CopyFile['dictionaries'] = [];
  const days = new Map<number, CopyPage>();
  let size = 0;

  function write(bytes: Uint8Array): Piece {
    const at = size;
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
    size += bytes.length;
    return { at, bytes: bytes.length };
  }

  return {
    /** Takes the blocks of a packer in their order; `places` are those of its events that were stored. */
    add(packer: number, block: PackedBlock, places: readonly number[] | 'all'): void {
      if (places !== 'all') keepPlaces(block, places);
      dictionaries.push({ ...write(block.dictionary), packer });
      const { at: start } = write(block.bytes);
      for (const { day, at, bytes, rows } of block.segments) {
        const page = days.get(day) ?? { pieces: [], rows: 0, to: (day + 1) * DAY_MS };
        page.pieces.push({ at: start + at, bytes, packer });
        page.rows += rows;
        days.set(day, page);
      }
    },
    file: (): CopyFile => ({ fd, dictionaries }),
    /** Days in order, several to a page when they are small. */
    pages(): CopyPage[] {
      const pages: CopyPage[] = [];
      for (const day of [...days.values()].sort((a, b) => a.to - b.to)) {
        const last = pages.at(-1);
        if (last === undefined || last.rows + day.rows > PAGE_ROWS) pages.push({ ...day });
        else {
          last.pieces = [...last.pieces, ...day.pieces];
          last.rows += day.rows;
          last.to = day.to;
        }
      }
      return pages;
    },
    close: (): void => closeSync(fd),
  };
}

const byTime = (a: AuditEvent, b: AuditEvent): number =>
  a.occurredAt - b.occurredAt ||
  (a.system < b.system ? -1 : a.system > b.system ? 1 : 0) ||
  (a.eventId < b.eventId ? -1 : a.eventId > b.eventId ? 1 : 0);

/** Reads a copy, in any thread of the process. */
export function createCopyReader({ fd, dictionaries }: CopyFile) {
  const shared = new Map<string, string>();
  const unpackers = new Map<number, EventUnpacker>();
  let room = Buffer.from(new ArrayBuffer(0));

  function read({ at, bytes }: Piece): Buffer {
    if (room.length < bytes) room = Buffer.from(new ArrayBuffer(2 * bytes));
    for (let done = 0; done < bytes; ) {
      const more = readSync(fd, room, done, bytes - done, at + done);
      if (more === 0) throw new RangeError('the copy of the run is cut');
      done += more;
    }
    return room.subarray(0, bytes);
  }
  function unpackerOf(packer: number): EventUnpacker {
    const unpacker = unpackers.get(packer) ?? createEventUnpacker(shared);
    unpackers.set(packer, unpacker);
    return unpacker;
  }
  for (const piece of dictionaries) unpackerOf(piece.packer).learn(read(piece));
  // All tokens are known by now, and the table alone takes some ten megabytes.
  shared.clear();

  return {
    /** The wanted events of a page, in order of time, system and id. */
    events(page: Pick<CopyPage, 'pieces'>, wants: Wanted): AuditEvent[] {
      const events: AuditEvent[] = [];
      for (const piece of page.pieces) unpackerOf(piece.packer).unpack(read(piece), wants, events);
      return events.sort(byTime);
    },
  };
}
export type CopyReader = ReturnType<typeof createCopyReader>;
