// What a lane has to keep but seldom reads lies in files. Without room for them it stays in memory.
import { type StateChunk, stateChunk } from '../domain/state-chunk.ts';

/** A file that nobody else can read, and that is gone once it is closed or the process has ended. */
export type SpillFile = {
  /** Writes at the end; gives where. Throws when it cannot. */
  append(bytes: Uint8Array): number;
  /** Fills the first `length` bytes of `into` with what lies there. */
  read(into: Uint8Array, length: number, at: number): void;
  close(): void;
};
export type Spill = {
  open(): SpillFile;
  /** Told when something could not be written, and stays in memory. */
  failed(cause: unknown): void;
};

export type Spilled = ReturnType<typeof createSpilled>;
/** Bytes in one file, which is made with the first of them. */
export function createSpilled(spill: Spill | null) {
  let file: SpillFile | null = null;
  let isClosed = false;

  /** Where the bytes lie; null when nowhere but in memory. */
  function append(bytes: Uint8Array): number | null {
    if (spill === null || isClosed) return null;
    try {
      file ??= spill.open();
      return file.append(bytes);
    } catch (cause) {
      spill.failed(cause);
      return null;
    }
  }

  function read(into: Uint8Array, length: number, at: number): void {
    if (file === null || isClosed) throw new RangeError('these events have gone');
    file.read(into, length, at);
  }

  return {
    append,
    read,
    /** A part of a saved state, which goes with the file. */
    chunk(bytes: Buffer): StateChunk {
      const at = append(bytes);
      if (at === null) return stateChunk(bytes);
      const { length } = bytes;
      return stateChunk(bytes, () => {
        if (isClosed) return null;
        const again = Buffer.alloc(length);
        read(again, length, at);
        return again;
      });
    },
    close(): void {
      isClosed = true;
      file?.close();
      file = null;
    },
  };
}

/** Parts of a saved state that are the same from one to the next. */
export function createKeptChunks(spill: Spill | null) {
  let kept: { chunks: StateChunk[]; spilled: Spilled } | null = null;
  return {
    /** Those that are kept, or else what `make` gives. */
    get(make: () => Iterable<Buffer>): readonly StateChunk[] {
      if (kept !== null) return kept.chunks;
      const spilled = createSpilled(spill);
      const chunks: StateChunk[] = [];
      for (const bytes of make()) chunks.push(spilled.chunk(bytes));
      kept = { chunks, spilled };
      return chunks;
    },
    drop(): void {
      kept?.spilled.close();
      kept = null;
    },
  };
}
