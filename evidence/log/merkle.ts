import { hash } from 'node:crypto';

/** Hashing and proofs of RFC 6962 §2.1 (the same in RFC 9162 §2.1): SHA-256, 32-byte hashes. */
const HASH_BYTES = 32;
const pair = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

export const EMPTY_ROOT: Buffer = hash('sha256', '', 'buffer');

/** SHA-256(0x00 ‖ data). */
export const leafHash = (data: Buffer): Buffer =>
  hash('sha256', Buffer.concat([Buffer.of(0), data]), 'buffer');

/** SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Buffer, right: Buffer): Buffer {
  // The scratch buffer never leaves: hashing is synchronous, and a copy each would double the cost.
  left.copy(pair, 1);
  right.copy(pair, 1 + HASH_BYTES);
  return hash('sha256', pair, 'buffer');
}

/** The largest power of two below n (n > 1). */
const split = (n: number): number => 2 ** Math.ceil(Math.log2(n) - 1);

/** Root over leaf hashes [from, to). */
export function rootOf(leaves: readonly Buffer[], from = 0, to = leaves.length): Buffer {
  const n = to - from;
  if (n === 0) return EMPTY_ROOT;
  if (n === 1) return leaves[from] ?? EMPTY_ROOT;
  const k = split(n);
  return nodeHash(rootOf(leaves, from, from + k), rootOf(leaves, from + k, to));
}

/** A tree that only grows: keeps one hash per complete subtree, 32 bytes × log2(size). */
export type Frontier = { size: number; peaks: { height: number; hash: Buffer }[] };
export const emptyFrontier = (): Frontier => ({ size: 0, peaks: [] });

/** Adds a leaf hash in place. */
export function grow(frontier: Frontier, leaf: Buffer): void {
  let node = { height: 0, hash: leaf };
  for (
    let last = frontier.peaks.at(-1);
    last?.height === node.height;
    last = frontier.peaks.at(-1)
  ) {
    frontier.peaks.pop();
    node = { height: node.height + 1, hash: nodeHash(last.hash, node.hash) };
  }
  frontier.peaks.push(node);
  frontier.size++;
}

export function frontierRoot({ peaks }: Frontier): Buffer {
  const [first, ...rest] = [...peaks].reverse();
  if (first === undefined) return EMPTY_ROOT;
  return rest.reduce((right, left) => nodeHash(left.hash, right), first.hash);
}

/** The hashes of a frontier as text; their heights follow from the size. */
export const packFrontier = ({ peaks }: Frontier): string =>
  Buffer.concat(peaks.map((peak) => peak.hash)).toString('base64');

/** The frontier of a size from that text; null when it cannot be one. */
export function unpackFrontier(size: number, text: string): Frontier | null {
  const hashes = Buffer.from(text, 'base64');
  const peaks: Frontier['peaks'] = [];
  // One complete subtree per bit of the size, the largest first.
  for (let height = Math.floor(Math.log2(Math.max(1, size))); height >= 0; height--)
    if (Math.floor(size / 2 ** height) % 2 === 1) {
      const from = peaks.length * HASH_BYTES;
      peaks.push({ height, hash: hashes.subarray(from, from + HASH_BYTES) });
    }
  return hashes.length === peaks.length * HASH_BYTES ? { size, peaks } : null;
}

/** Audit path of leaf `index` in the tree over `leaves`, lowest sibling first (RFC 6962 §2.1.1). */
export function inclusionProof(leaves: readonly Buffer[], index: number): Buffer[] {
  const path = (from: number, to: number): Buffer[] => {
    if (to - from <= 1) return [];
    const middle = from + split(to - from);
    return index < middle
      ? [...path(from, middle), rootOf(leaves, middle, to)]
      : [...path(middle, to), rootOf(leaves, from, middle)];
  };
  return path(0, leaves.length);
}

/** Checks an audit path (RFC 9162 §2.1.3.2). */
export function verifyInclusion(
  leaf: Buffer,
  index: number,
  size: number,
  proof: readonly Buffer[],
  root: Buffer,
): boolean {
  if (index < 0 || index >= size) return false;
  let fn = index;
  let sn = size - 1;
  let node = leaf;
  for (const sibling of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      node = nodeHash(sibling, node);
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2);
        sn = Math.floor(sn / 2);
      }
    } else node = nodeHash(node, sibling);
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && node.equals(root);
}

/** Proof that the tree over the first `first` leaves is a beginning of the whole (RFC 6962 §2.1.2). */
export function consistencyProof(leaves: readonly Buffer[], first: number): Buffer[] {
  const proof = (m: number, from: number, to: number, isWhole: boolean): Buffer[] => {
    const n = to - from;
    if (m === n) return isWhole ? [] : [rootOf(leaves, from, to)];
    const k = split(n);
    return m <= k
      ? [...proof(m, from, from + k, isWhole), rootOf(leaves, from + k, to)]
      : [...proof(m - k, from + k, to, false), rootOf(leaves, from, from + k)];
  };
  return first === 0 || first === leaves.length ? [] : proof(first, 0, leaves.length, true);
}

/** Checks a consistency proof between two roots (RFC 9162 §2.1.4.2). */
export function verifyConsistency(
  first: number,
  second: number,
  proof: readonly Buffer[],
  firstRoot: Buffer,
  secondRoot: Buffer,
): boolean {
  if (first > second || first < 0) return false;
  if (first === second) return proof.length === 0 && firstRoot.equals(secondRoot);
  if (first === 0) return proof.length === 0 && firstRoot.equals(EMPTY_ROOT);
  const isPower = Number.isInteger(Math.log2(first));
  const [start, ...rest] = isPower ? [firstRoot, ...proof] : proof;
  if (start === undefined) return false;
  let fn = first - 1;
  let sn = second - 1;
  while (fn % 2 === 1) {
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  let older = start;
  let newer = start;
  for (const node of rest) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      older = nodeHash(node, older);
      newer = nodeHash(node, newer);
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2);
        sn = Math.floor(sn / 2);
      }
    } else newer = nodeHash(newer, node);
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && older.equals(firstRoot) && newer.equals(secondRoot);
}

/**
 * The hashes that are needed beside the leaves at `positions` (sorted) to come to the root: every
 * subtree without one of them, in order from left to right. Many leaves share what single audit
 * paths would repeat.
 */
export function sharedProof(leaves: readonly Buffer[], positions: readonly number[]): Buffer[] {
  const hashes: Buffer[] = [];
  // [first, last) are the indexes into `positions` that fall into [from, to).
  const walk = (from: number, to: number, first: number, last: number): void => {
    if (first === last) hashes.push(rootOf(leaves, from, to));
    else if (to - from > 1) {
      const middle = from + split(to - from);
      let at = first;
      while (at < last && (positions[at] ?? 0) < middle) at++;
      walk(from, middle, first, at);
      walk(middle, to, at, last);
    }
  };
  if (leaves.length > 0) walk(0, leaves.length, 0, positions.length);
  return hashes;
}
