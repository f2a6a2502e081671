// Memory of (official, person) pairs for years: 20 bytes a pair in one typed array with open
// addressing, 25 to 32 with the free places once there are some dozens. As objects the same would take six times that.
import type { Token } from '../../domain/token.ts';
import { hashPair } from './hash.ts';

const WORDS = 5; // hash, hash, first | last day, days | spaced days, last but one | last but two day
const START_SLOTS = 1;
const MAX_LOAD = 0.8;
const GROWTH = 1.25;
/** Least room to grow by: a small table is not built anew for every person of a day. */
const MIN_GROWTH_SLOTS = 8;

/** Plain data: a structured clone copies it. */
export type Pairs = { slots: number; size: number; words: Uint32Array };
export const noPairs = (): Pairs => ({
  slots: START_SLOTS,
  size: 0,
  words: new Uint32Array(START_SLOTS * WORDS),
});

/** What is known of one pair; days are whole local days. */
export type Pair = {
  firstDay: number;
  lastDay: number;
  /** Distinct days, at most 65,535. */
  days: number;
  /** Days that came at least a week after the one before. */
  spaced: number;
  /** The two days before the last; 0 when there were none. */
  earlier: [number, number];
};

const at = (words: Uint32Array, index: number): number => words[index] ?? 0;

/** Index of the slot of a pair, or of the free slot where it belongs. */
function slotOf(pairs: Pairs, a: number, b: number): number {
  let slot = a % pairs.slots;
  for (;;) {
    const base = slot * WORDS;
    const [x, y] = [at(pairs.words, base), at(pairs.words, base + 1)];
    if ((x === a && y === b) || at(pairs.words, base + 2) === 0) return base;
    slot = slot + 1 === pairs.slots ? 0 : slot + 1;
  }
}

function read(words: Uint32Array, base: number): Pair {
  const span = at(words, base + 2);
  const counts = at(words, base + 3);
  const earlier = at(words, base + 4);
  return {
    firstDay: span >>> 16,
    lastDay: span & 0xffff,
    days: counts >>> 16,
    spaced: counts & 0xffff,
    earlier: [earlier >>> 16, earlier & 0xffff],
  };
}

function rebuild(pairs: Pairs, slots: number, keepFrom: number): void {
  const old = pairs.words;
  pairs.words = new Uint32Array(slots * WORDS);
  pairs.slots = slots;
  pairs.size = 0;
  for (let base = 0; base < old.length; base += WORDS) {
    const span = at(old, base + 2);
    if (span === 0 || (span & 0xffff) < keepFrom) continue;
    const to = slotOf(pairs, at(old, base), at(old, base + 1));
    pairs.words.set(old.subarray(base, base + WORDS), to);
    pairs.size++;
  }
}

const SPACE_DAYS = 7;

/**
 * Notes that the person was seen on a day and gives the pair with that day in it. Pairs unseen for
 * `memoryDays` are forgotten when room is needed, and begin anew when met again.
 */
export function meet(pairs: Pairs, subject: Token, day: number, memoryDays: number): Pair {
  const [a, b] = hashPair(subject);
  let base = slotOf(pairs, a, b);
  const isNew = at(pairs.words, base + 2) === 0;
  if (isNew && pairs.size + 1 > pairs.slots * MAX_LOAD) {
    // Forgetting first: only what is still remembered may grow the table.
    rebuild(pairs, pairs.slots, day - memoryDays);
    if (pairs.size + 1 > pairs.slots * MAX_LOAD * 0.9)
      rebuild(pairs, Math.ceil(Math.max(pairs.slots * GROWTH, pairs.slots + MIN_GROWTH_SLOTS)), 0);
    base = slotOf(pairs, a, b);
  }
  const { words } = pairs;
  let pair = read(words, base);
  if (isNew || day - pair.lastDay > memoryDays)
    pair = { firstDay: day, lastDay: day, days: 1, spaced: 0, earlier: [0, 0] };
  else if (day > pair.lastDay)
    pair = {
      firstDay: pair.firstDay,
      lastDay: day,
      days: Math.min(0xffff, pair.days + 1),
      spaced: Math.min(0xffff, pair.spaced + (day - pair.lastDay >= SPACE_DAYS ? 1 : 0)),
      earlier: [pair.lastDay, pair.earlier[0]],
    };
  if (isNew) pairs.size++;
  words[base] = a;
  words[base + 1] = b;
  words[base + 2] = ((pair.firstDay << 16) | pair.lastDay) >>> 0;
  words[base + 3] = ((pair.days << 16) | pair.spaced) >>> 0;
  words[base + 4] = ((pair.earlier[0] << 16) | pair.earlier[1]) >>> 0;
  return pair;
}
