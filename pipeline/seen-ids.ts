import { randomInt } from 'node:crypto';

const FIRST_SLOTS = 65_536;
const BYTES_A_SLOT = 16;
const PRIME = 16_777_619;

export type SeenIds = ReturnType<typeof createSeenIds>;
/**
 * A set of short byte strings: exact, and without an object per member. A `Set` of a million ids costs
 * the garbage collector two seconds a scan, this one nothing. `firstSlots`: a power of two.
 */
export function createSeenIds(firstSlots = FIRST_SLOTS) {
  // Whoever writes the logs must not be able to choose ids that all fall into one slot.
  const seed = randomInt(2 ** 32);
  let slots = new Int32Array(firstSlots);
  let hashes = new Int32Array(firstSlots);
  let ends = new Uint32Array(firstSlots);
  let arena = new Uint8Array(firstSlots * BYTES_A_SLOT);
  let size = 0;
  let used = 0;

  const startOf = (entry: number): number => (entry === 0 ? 0 : (ends[entry - 1] ?? 0));
  function isSame(entry: number, bytes: Uint8Array, start: number, end: number): boolean {
    const at = startOf(entry);
    if ((ends[entry] ?? 0) - at !== end - start) return false;
    for (let i = start; i < end; i++) if (arena[at + i - start] !== bytes[i]) return false;
    return true;
  }
  /** The slot of an equal member, or else the free one where it belongs. */
  function slotOf(hash: number, bytes: Uint8Array, start: number, end: number): number {
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = (slots[slot] ?? 0) - 1;
      if (entry < 0 || (hashes[entry] === hash && isSame(entry, bytes, start, end))) return slot;
    }
  }
  function growSlots(): void {
    slots = new Int32Array(2 * slots.length);
    const mask = slots.length - 1;
    for (let entry = 0; entry < size; entry++) {
      let slot = (hashes[entry] ?? 0) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = entry + 1;
    }
    const [oldHashes, oldEnds] = [hashes, ends];
    hashes = new Int32Array(slots.length);
    hashes.set(oldHashes);
    ends = new Uint32Array(slots.length);
    ends.set(oldEnds);
  }

  return {
    size: (): number => size,
    has: (bytes: Uint8Array, start: number, end: number): boolean =>
      slots[slotOf(hashOf(seed, bytes, start, end), bytes, start, end)] !== 0,
    /** Adds a member; false when it was one already. */
    add(bytes: Uint8Array, start: number, end: number): boolean {
      const hash = hashOf(seed, bytes, start, end);
      const slot = slotOf(hash, bytes, start, end);
      if (slots[slot] !== 0) return false;
      if (used + end - start > arena.length) {
        const larger = new Uint8Array(Math.max(2 * arena.length, used + end - start));
        larger.set(arena);
        arena = larger;
      }
      for (let i = start; i < end; i++) arena[used++] = bytes[i] ?? 0;
      hashes[size] = hash;
      ends[size] = used;
      slots[slot] = ++size;
      // Half full at most: probes stay short.
      if (2 * size > slots.length) growSlots();
      return true;
    },
  };
}

/** FNV-1a with a seed, and a last mix: neighbouring ids differ in their last letters only. */
function hashOf(seed: number, bytes: Uint8Array, start: number, end: number): number {
  let hash = seed | 0;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), PRIME);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}
