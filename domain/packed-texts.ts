// Distinct texts in memory that threads share, each under a number, found by their letters without an object.

/** `slots` is an open table: of each text its hash, number + 1 (0 is an empty slot), start and end. */
export type PackedTexts = { bytes: Uint8Array; ends: Uint32Array; slots: Int32Array };

/** No text: stands for null. */
export const NO_TEXT = -1;
const ASCII_MOST = 0x7f;
/** With a third of the slots empty, a text that is there is found in two looks, on average. */
const SLOTS_PER_TEXT = 1.5;
const SLOT_WORDS = 4;
/** Texts of a reader that are kept as strings; making one takes longer than finding it. */
const KEPT = 4_096;

/** Room for so many bytes that all threads see. */
export const sharedRoom = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes);

function hashOf(text: string): number {
  let hash = text.length;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  // The place in the table follows from the high bits: those of short texts differ little before this.
  return Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
}
/** The slot at which the search for a text begins. */
const firstSlot = (hash: number, places: number): number =>
  Math.floor(((hash >>> 0) / 2 ** 32) * places);

export type TextPacker = ReturnType<typeof createTextPacker>;
/** Numbers texts in the order in which they come. */
export function createTextPacker() {
  const ids = new Map<string, number>();
  return {
    idOf(text: string | null): number {
      if (text === null) return NO_TEXT;
      const known = ids.get(text);
      if (known !== undefined) return known;
      ids.set(text, ids.size);
      return ids.size - 1;
    },
    pack(): PackedTexts {
      let size = 0;
      for (const text of ids.keys()) size += Buffer.byteLength(text);
      const bytes = Buffer.from(sharedRoom(size));
      const ends = new Uint32Array(sharedRoom(4 * ids.size));
      // One at least stays empty: there the search for a text that is not there ends.
      const places = 1 + Math.ceil(SLOTS_PER_TEXT * ids.size);
      const slots = new Int32Array(sharedRoom(4 * SLOT_WORDS * places));
      let end = 0;
      for (const [text, id] of ids) {
        const start = end;
        end += bytes.write(text, end);
        ends[id] = end;
        const hash = hashOf(text);
        let slot = firstSlot(hash, places);
        while (slots[SLOT_WORDS * slot + 1] !== 0) slot = (slot + 1) % places;
        slots.set([hash, id + 1, start, end], SLOT_WORDS * slot);
      }
      return { bytes: new Uint8Array(bytes.buffer), ends, slots };
    },
  };
}

export type TextReader = ReturnType<typeof createTextReader>;
export function createTextReader({ bytes, ends, slots }: PackedTexts) {
  const letters = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const places = slots.length / SLOT_WORDS;
  const keptIds = new Int32Array(KEPT).fill(NO_TEXT);
  const kept: string[] = Array.from({ length: KEPT }, () => '');

  function keep(id: number, text: string): void {
    keptIds[id % KEPT] = id;
    kept[id % KEPT] = text;
  }
  function isBetween(start: number, end: number, text: string): boolean {
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > ASCII_MOST) return letters.toString('utf8', start, end) === text;
      if (code !== bytes[start + i]) return false;
    }
    return start + text.length === end;
  }

  return {
    /** The number of a text, or `NO_TEXT`. */
    find(text: string): number {
      const hash = hashOf(text);
      for (let slot = firstSlot(hash, places); ; slot = (slot + 1) % places) {
        const at = SLOT_WORDS * slot;
        const id = (slots[at + 1] ?? 0) - 1;
        if (id === NO_TEXT) return NO_TEXT;
        if (slots[at] !== hash || !isBetween(slots[at + 2] ?? 0, slots[at + 3] ?? 0, text))
          continue;
        keep(id, text);
        return id;
      }
    },
    /** A text by its number; of one found lately the very string that was asked. */
    at(id: number): string {
      if (keptIds[id % KEPT] === id) return kept[id % KEPT] ?? '';
      const text = letters.toString('utf8', id === 0 ? 0 : ends[id - 1], ends[id]);
      keep(id, text);
      return text;
    },
  };
}
