import { hash } from 'node:crypto';

/** A part of a saved state. It is digested once, and its bytes are asked for only where no store has them yet. */
export type StateChunk = {
  sizeBytes: number;
  digest: string;
  /** Null when what it is a part of has gone meanwhile: the state as a whole can be stored no more. */
  bytes(): Uint8Array | null;
};

export const stateChunk = (
  bytes: Uint8Array,
  read: StateChunk['bytes'] = () => bytes,
): StateChunk => ({
  sizeBytes: bytes.length,
  digest: hash('sha256', bytes, 'base64url'),
  bytes: read,
});

export const totalBytes = (chunks: readonly { sizeBytes: number }[]): number =>
  chunks.reduce((n, { sizeBytes }) => n + sizeBytes, 0);

/** The bytes of chunks that were saved just now. Throws a RangeError when one has gone already. */
export const bytesOf = (chunks: readonly StateChunk[]): Uint8Array[] =>
  chunks.map((chunk) => {
    const bytes = chunk.bytes();
    if (bytes === null) throw new RangeError('a part of this state has gone');
    return bytes;
  });
