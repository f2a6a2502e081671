import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSeenIds } from '../../../pipeline/seen-ids.ts';

test('tells new ids from known ones as a set of strings does, whatever they are', () => {
  const id = fc.oneof(fc.string({ maxLength: 3 }), fc.string({ unit: 'binary' }));
  fc.assert(
    fc.property(fc.array(id), (ids) => {
      const seen = createSeenIds();
      const set = new Set<string>();
      for (const text of ids) {
        const bytes = Buffer.from(`--${text}`);
        const isKnown = set.has(text);
        expect(seen.has(bytes, 2, bytes.length)).toBe(isKnown);
        expect(seen.add(bytes, 2, bytes.length)).toBe(!isKnown);
        set.add(text);
      }
      expect(seen.size()).toBe(set.size);
    }),
  );
});

test('still knows its first and its last id after growing', () => {
  const seen = createSeenIds();
  const ids = Array.from({ length: 100_000 }, (_, i) => Buffer.from(`brp\0event-${i}`));
  for (const id of ids) expect(seen.add(id, 0, id.length)).toBe(true);
  expect(ids.every((id) => seen.has(id, 0, id.length))).toBe(true);
  const other = Buffer.from('brp\0event-100000');
  expect(seen.has(other, 0, other.length)).toBe(false);
});
