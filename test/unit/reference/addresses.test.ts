import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../../../domain/time.ts';
import {
  buildAddressBook,
  currentHome,
  housemateTies,
  neighbourTies,
} from '../../../reference/addresses.ts';
import { aPerson, aStay, end, start, tablesWith } from './builders.ts';

const bookOf = (addresses: ReturnType<typeof aStay>[]) =>
  buildAddressBook(tablesWith({ addresses }));

describe('housemates', () => {
  test('ninety days at one address make housemates, for five years after the end', () => {
    const book = bookOf([
      aStay('me', 'A', '2010-01-01', '2020-06-30'),
      aStay('mate', 'A', '2016-01-01'),
      aStay('short', 'A', '2020-05-01'),
    ]);
    expect(housemateTies(book, 'me')).toEqual([
      {
        relative: 'mate',
        kind: 'housemate',
        degree: 1,
        path: { nl: 'voormalig huisgenoot', en: 'former housemate' },
        from: (start('2016-01-01') ?? 0) + 90 * DAY_MS,
        to: end('2025-06-30'),
        endedAt: end('2020-06-30'),
      },
    ]);
  });

  test('a stay described in two rows counts as one', () => {
    const book = bookOf([
      aStay('me', 'A', '2020-01-01'),
      aStay('mate', 'A', '2020-01-01', '2020-03-01'),
      aStay('mate', 'A', '2020-03-01', '2020-05-01'),
    ]);
    expect(housemateTies(book, 'me')).toHaveLength(1);
  });

  test('without addresses.csv the home in persons.csv counts', () => {
    const tables = tablesWith({
      persons: [aPerson('me', { addressId: 'A' }), aPerson('mate', { addressId: 'A' })],
    });
    expect(housemateTies(buildAddressBook(tables), 'me')).toMatchObject([
      { relative: 'mate', from: null, to: null, endedAt: null },
    ]);
  });

  test('without object id postcode and number tell homes apart', () => {
    const at = (houseNumber: string) => ({ postcode: '1234 AB', houseNumber });
    const book = bookOf([
      aStay('me', '', '2020-01-01', '', at('12a')),
      aStay('mate', '', '2020-01-01', '', at('12A')),
      aStay('other', '', '2020-01-01', '', at('12B')),
      aStay('known', 'A12', '2020-01-01', '', at('12A')),
    ]);
    expect(housemateTies(book, 'me').map((tie) => tie.relative)).toEqual(['mate', 'known']);
    expect(currentHome(book, 'me')).toBe('A12');
  });

  test('more than twelve people at once are an institution as long as it lasts', () => {
    const crowd = Array.from({ length: 12 }, (_, n) =>
      aStay(`p${n}`, 'A', '2015-01-01', '2018-12-31'),
    );
    const book = bookOf([aStay('me', 'A', '2015-01-01'), ...crowd]);
    expect(housemateTies(book, 'me')).toEqual([]);
    expect(currentHome(book, 'me')).toBe('A');
    const full = bookOf([
      aStay('me', 'A', '2015-01-01'),
      ...crowd.map((s) => ({ ...s, to: null })),
    ]);
    expect(currentHome(full, 'me')).toBe('');
    expect(housemateTies(bookOf(crowd), 'p1')).toHaveLength(11);
  });
});

describe('neighbours', () => {
  const at = (houseNumber: string, postcode = '1234AB', street = 'Laan') => ({
    street,
    houseNumber,
    postcode,
    municipality: '0999',
  });
  const near = (...others: ReturnType<typeof aStay>[]) =>
    neighbourTies(bookOf([aStay('me', 'H10', '2020-01-01', '', at('10')), ...others]), 'me').map(
      (tie) => `${tie.relative} ${tie.path.nl}`,
    );

  test('one postcode or ten numbers make neighbours, and the distance is told', () => {
    expect(
      near(
        aStay('a', 'H13', '2020-01-01', '', at('13')),
        aStay('b', 'H11', '2020-01-01', '', at('11', '1234AC')),
        aStay('c', 'H10b', '2020-01-01', '', at('10B')),
        aStay('d', 'H21', '2020-01-01', '', at('21', '1234AC')),
        aStay('e', 'X20', '2020-01-01', '', at('11', '9999ZZ', 'Plein')),
        aStay('f', 'H40', '2020-01-01', '', at('40')),
      ).sort(),
    ).toEqual([
      'a buur (3 huisnummers verder)',
      'b buur (1 huisnummer verder)',
      'c buur (zelfde gebouw)',
      'f buur (30 huisnummers verder)',
    ]);
  });

  test('housemates and people who had left are no neighbours', () => {
    expect(
      near(
        aStay('mate', 'H10', '2020-01-01', '', at('10')),
        aStay('gone', 'H12', '2010-01-01', '2019-12-31', at('12')),
      ),
    ).toEqual([]);
  });
});
