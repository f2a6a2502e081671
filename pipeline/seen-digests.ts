import { hash, randomBytes } from 'node:crypto';

/** Tables that each grow by themselves: one of tens of millions would hold everything up while it does. */
const TABLES = 256;
const FIRST_SLOTS = 8;
/** Words of a member: 96 bits, which a billion ids share with a chance of one in 10^11. */
const WORDS = 3;
/** Three quarters full at most: probes stay short. */
const fits = (members: number, slots: number): boolean => 4 * members <= 3 * slots;

type Table = { words: Int32Array; size: number };
const emptyTable = (slots: number): Table => ({ words: new Int32Array(WORDS * slots), size: 0 });

/** Puts a member into its table; false when it was there. The first word is never 0: an empty slot has it. */
function put({ words }: Table, first: number, second: number, third: number): boolean {
  const slots = words.length / WORDS;
  for (let slot = (second >>> 0) % slots; ; slot = slot + 1 === slots ? 0 : slot + 1) {
    const at = WORDS * slot;
    const there = words[at];
    if (there === 0) {
      words[at] = first;
      words[at + 1] = second;
      words[at + 2] = third;
      return true;
    }
    if (there === first && words[at + 1] === second && words[at + 2] === third) return false;
  }
}

function grown({ words, size }: Table): Table {
  const larger = emptyTable(Math.ceil((words.length / WORDS) * 1.5));
  for (let at = 0; at < words.length; at += WORDS)
    if (words[at] !== 0) put(larger, words[at] ?? 0, words[at + 1] ?? 0, words[at + 2] ?? 0);
  return { words: larger.words, size };
}

export type SeenDigests = ReturnType<typeof createSeenDigests>;
/** A set of texts that keeps some twenty bytes of each, whatever their length. */
export function createSeenDigests() {
  // Whoever writes the logs must not be able to choose ids that are taken for each other.
  const key = randomBytes(12).toString('base64url');
  const tables = Array.from({ length: TABLES }, () => emptyTable(FIRST_SLOTS));

  return {
    /** Adds a text; false when it was there already. */
    add(text: string): boolean {
      const digest = hash('sha256', key + text, 'buffer');
      const number = digest[12] ?? 0;
      let table = tables[number] as Table;
      if (!fits(table.size + 1, table.words.length / WORDS)) {
        table = grown(table);
        tables[number] = table;
      }
      const first = digest.readInt32LE(0) || 1;
      if (!put(table, first, digest.readInt32LE(4), digest.readInt32LE(8))) return false;
      table.size++;
      return true;
    },
  };
}
