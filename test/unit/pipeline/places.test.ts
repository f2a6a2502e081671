import { expect, test } from 'vitest';
import { createPlaces } from '../../../pipeline/places.ts';
import { token } from '../../helpers/lookups.ts';

test('keeps the places of each key in order, as lists would, however many', () => {
  const places = createPlaces();
  const lists = new Map<string, number[]>();
  let place = 0;
  for (let n = 0; n < 20_000; n++) {
    // Places of other keys, and of none, lie in between.
    place += 1 + (n % 3);
    const key = `k${(n * n) % 97}`;
    const list = lists.get(key) ?? [];
    list.push(place);
    lists.set(key, list);
    expect(places.add(token(key), place)).toBe(list.length);
  }
  expect([...places.keys()]).toEqual([...lists.keys()]);
  for (const [key, list] of lists) expect(places.of(token(key))).toEqual(list);
  expect([places.has(token('k0')), places.has(token('other'))]).toEqual([true, false]);
  expect(places.of(token('other'))).toEqual([]);
});
