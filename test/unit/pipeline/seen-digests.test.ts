import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSeenDigests } from '../../../pipeline/seen-digests.ts';

test('tells new texts from known ones as a set does, whatever they are', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 4 })), (texts) => {
      const [seen, set] = [createSeenDigests(), new Set<string>()];
      for (const text of [...texts, ...texts]) {
        expect(seen.add(text)).toBe(!set.has(text));
        set.add(text);
      }
    }),
  );
});

test('still knows all of many after growing, and no other', () => {
  const COUNT = 200_000;
  const seen = createSeenDigests();
  const isNew = (n: number): boolean => seen.add(`brp\0event-${n}`);
  const all = Array.from({ length: COUNT }, (_, n) => n);
  expect(all.every(isNew)).toBe(true);
  expect(all.some(isNew)).toBe(false);
  expect(isNew(COUNT)).toBe(true);
});
