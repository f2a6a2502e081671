import type { Token } from '../domain/token.ts';

const FIRST_PLACES = 1_024;

export type Places = ReturnType<typeof createPlaces>;
/**
 * The places of each key in the log of a day, as chains through two arrays: a list for each of a million
 * persons would be a million objects that the garbage collector visits again and again.
 */
export function createPlaces() {
  /** The last place of a key. */
  const last = new Map<Token, number>();
  /** By place: the one before it of the same key (-1: none), and how many the key has up to it. */
  let before = new Int32Array(FIRST_PLACES);
  let counts = new Int32Array(FIRST_PLACES);

  function grow(places: number): void {
    const size = Math.max(places, 2 * before.length);
    const [moreBefore, moreCounts] = [new Int32Array(size), new Int32Array(size)];
    moreBefore.set(before);
    moreCounts.set(counts);
    [before, counts] = [moreBefore, moreCounts];
  }

  return {
    /** Adds a place, which is higher than all before; gives how many the key has by now. */
    add(key: Token, place: number): number {
      if (place >= before.length) grow(place + 1);
      const previous = last.get(key) ?? -1;
      const count = previous === -1 ? 1 : (counts[previous] ?? 0) + 1;
      before[place] = previous;
      counts[place] = count;
      last.set(key, place);
      return count;
    },
    has: (key: Token): boolean => last.has(key),
    keys: (): IterableIterator<Token> => last.keys(),
    /** The places of a key in the order in which they came. */
    of(key: Token): number[] {
      const places: number[] = [];
      for (let place = last.get(key) ?? -1; place !== -1; place = before[place] ?? -1)
        places.push(place);
      return places.reverse();
    },
  };
}
