import { createHmac, hash, randomBytes } from 'node:crypto';
import { leafHash } from './merkle.ts';

export const SALT_BYTES = 16;
const BLOCK_BYTES = 64;
const HASH_BYTES = 32;

/**
 * HMAC-SHA-256(salt, text): binds to the text and tells nothing about it once the salt is gone, not
 * even to someone who tries every possible text.
 */
export const commit = (salt: Buffer, text: string): Buffer =>
  createHmac('sha256', salt).update(text).digest();

export const randomSalts = (count: number): Buffer => randomBytes(SALT_BYTES * count);
export const saltAt = (salts: Buffer, index: number): Buffer =>
  salts.subarray(index * SALT_BYTES, (index + 1) * SALT_BYTES);

/**
 * Leaf hashes over the commitments to rows, one salt a row. The same values as `commit` per row:
 * HMAC written out over two scratch buffers, since an HMAC object a row costs as much as parsing it.
 */
export function commitRows(rows: readonly string[], salts: Buffer): Buffer[] {
  let inner: Buffer = Buffer.alloc(4096);
  const outer = Buffer.alloc(BLOCK_BYTES + HASH_BYTES);
  const leaf = Buffer.alloc(1 + HASH_BYTES);
  return rows.map((row, index) => {
    if (BLOCK_BYTES + row.length * 3 > inner.length)
      inner = Buffer.alloc(2 * (BLOCK_BYTES + row.length * 3));
    const salt = saltAt(salts, index);
    for (let i = 0; i < BLOCK_BYTES; i++) {
      const byte = salt[i] ?? 0;
      inner[i] = byte ^ 0x36;
      outer[i] = byte ^ 0x5c;
    }
    const end = BLOCK_BYTES + inner.write(row, BLOCK_BYTES);
    hash('sha256', inner.subarray(0, end), 'buffer').copy(outer, BLOCK_BYTES);
    hash('sha256', outer, 'buffer').copy(leaf, 1);
    return hash('sha256', leaf, 'buffer');
  });
}

/** Leaf hashes of rows of which some are erased: their commitments were kept, row and salt are gone. */
export function leavesOf(
  rows: readonly (string | null)[],
  salts: Buffer,
  erased: ReadonlyMap<number, Buffer>,
): (Buffer | null)[] {
  return rows.map((row, index) => {
    const kept = erased.get(index);
    if (kept !== undefined) return leafHash(kept);
    return row === null ? null : leafHash(commit(saltAt(salts, index), row));
  });
}
