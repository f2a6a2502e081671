import { describe, expect, test } from 'vitest';
import { indexReference } from '../../../reference/index-rows.ts';
import { personKeys } from '../../../reference/person-keys.ts';
import type { OfficialRecord, ReferenceTables } from '../../../reference/tables.ts';
import { buildReferenceRows } from '../../../reference/to-rows.ts';
import {
  aPerson,
  aRelation,
  aStay,
  aTokenizer,
  end,
  local,
  noon,
  start,
  tablesWith,
} from './builders.ts';

const anOfficial = (actorId: string, personId: string, more: Partial<OfficialRecord> = {}) => ({
  actorId,
  personId,
  unit: 'Burgerzaken',
  role: 'balie',
  managerId: '',
  kind: 'person' as const,
  from: null,
  to: null,
  ...more,
});
const index = (tables: Partial<ReferenceTables>) =>
  indexReference(buildReferenceRows(tablesWith(tables), aTokenizer));
const a1 = aTokenizer.actor('a1');

describe('person ids', () => {
  test('nine digits that pass the eleven-test are a BSN, all else is local', () => {
    expect(personKeys('999990019')).toEqual([{ scheme: 'bsn', id: '999990019' }]);
    expect(personKeys('999990018')).toEqual([{ scheme: 'local', id: '999990018' }]);
    expect(personKeys('klant-7')).toEqual([{ scheme: 'local', id: 'klant-7' }]);
  });

  test('eight digits that pass when padded are both', () => {
    expect(personKeys('00000061')).toEqual([
      { scheme: 'local', id: '00000061' },
      { scheme: 'bsn', id: '000000061' },
    ]);
    const data = index({
      officials: [anOfficial('a1', 'me')],
      relations: [aRelation('me', 'parent', '00000061'), aRelation('sis', 'parent', '000000061')],
    });
    const at = noon('2024-01-01');
    expect(data.ties(a1, local('00000061'), at)).toHaveLength(1);
    expect(data.ties(a1, aTokenizer.subject('bsn', '000000061'), at)).toHaveLength(1);
    expect(data.ties(a1, local('sis'), at)[0]?.path.en).toBe('sibling');
  });
});

describe('building and indexing reference rows', () => {
  test('rows and version do not depend on the order or repetition of file rows', () => {
    const tables = tablesWith({
      officials: [anOfficial('a1', 'me'), anOfficial('a2', 'p2')],
      persons: [aPerson('me', { addressId: 'A' }), aPerson('p2', { addressId: 'A' })],
      relations: [
        aRelation('me', 'partner', 'p2', '2000-01-01', '2010-01-01'),
        aRelation('kid', 'parent', 'me'),
        aRelation('kid', 'parent', 'p2'),
      ],
    });
    const turned = {
      ...tables,
      officials: [...tables.officials, ...tables.officials].reverse(),
      persons: [...tables.persons].reverse(),
      relations: [...tables.relations].reverse(),
    };
    const rows = buildReferenceRows(tables, aTokenizer);
    expect(buildReferenceRows(turned, aTokenizer)).toEqual(rows);
    expect(rows.version).toMatch(/^[0-9a-f]{16}$/);
    const other = buildReferenceRows({ ...tables, relations: [] }, aTokenizer);
    expect(other.version).not.toBe(rows.version);
    expect(JSON.stringify(rows)).not.toContain('"me"');
  });

  test('ties are found per official, person and time', () => {
    const data = index({
      officials: [anOfficial('a1', 'me')],
      relations: [
        aRelation('me', 'partner', 'ex', '2000-01-01', '2010-01-01'),
        aRelation('me', 'housemate', 'mate', '2000-01-01', '2012-01-01'),
      ],
    });
    expect(data.ties(a1, local('me'), 0)).toMatchObject([{ kind: 'self', degree: 0 }]);
    expect(data.ties(a1, local('ex'), noon('2005-01-01'))).toMatchObject([{ kind: 'relative' }]);
    expect(data.ties(a1, local('ex'), noon('2011-01-01'))).toMatchObject([
      { kind: 'ex-partner', endedAt: end('2010-01-01') },
    ]);
    expect(data.ties(a1, local('mate'), noon('2016-12-31'))).toHaveLength(1);
    expect(data.ties(a1, local('mate'), noon('2017-01-02'))).toEqual([]);
    expect(data.ties(a1, local('stranger'), 0)).toBe(data.ties(a1, local('other'), 0));
    expect(data.tieCount(a1, 'ex-partner')).toBe(1);
    expect(data.tieCount(a1, 'neighbour')).toBe(0);
  });

  test('an account that changed hands has ties of the person who held it', () => {
    const data = index({
      officials: [
        anOfficial('a1', 'old', { to: end('2020-12-31') }),
        anOfficial('a1', 'new', { from: start('2021-01-01') }),
      ],
    });
    expect(data.ties(a1, local('old'), noon('2020-06-01'))).toHaveLength(1);
    expect(data.ties(a1, local('old'), noon('2021-06-01'))).toEqual([]);
    expect(data.ties(a1, local('new'), noon('2021-06-01'))).toHaveLength(1);
  });

  test('the valid official row that began last is the one that counts', () => {
    const data = index({
      officials: [
        anOfficial('a1', 'me', { unit: 'Oud', to: end('2020-12-31') }),
        anOfficial('a1', 'me', { unit: 'Nieuw', from: start('2020-07-01'), to: end('2022-01-01') }),
        anOfficial('robot', '', { kind: 'service' }),
      ],
    });
    expect(data.official(a1, noon('2020-01-01'))?.unit).toBe('Oud');
    expect(data.official(a1, noon('2020-08-01'))?.unit).toBe('Nieuw');
    expect(data.official(a1, noon('2023-01-01'))).toBeNull();
    expect(data.isKnownOfficial(a1)).toBe(true);
    expect(data.officialOfPerson(local('me'), noon('2020-08-01'))?.actor).toBe(a1);
    expect(data.officialCount()).toBe(1);
    expect(data.unitActors('Oud')).toEqual([a1]);
  });

  test('caseload, mandates, watchlist, leave and households are indexed', () => {
    const window = { from: start('2024-01-01'), to: end('2024-12-31') };
    const at = noon('2024-06-01');
    const hours = (from: string, to: string) => ({ from: Date.parse(from), to: Date.parse(to) });
    const work = { actorId: '', unit: 'Burgerzaken', domain: 'wmo', ...window };
    const data = index({
      delivered: { ...tablesWith({}).delivered, persons: true },
      officials: [anOfficial('a1', 'me')],
      persons: [
        aPerson('p1', { addressId: 'A', secrecy: 7, municipality: '0999' }),
        aPerson('p2', { addressId: 'A' }),
      ],
      caseload: [
        { caseRef: 'Z1', personId: 'p1', kind: 'case', ...work, actorId: 'a1' },
        { caseRef: '', personId: '', kind: 'mandate', ...work },
      ],
      watchlist: [{ personId: 'p1', category: 'victim', ...window }],
      roster: [
        { actorId: 'a1', kind: 'leave', ...hours('2024-06-01T00:00Z', '2024-06-08T00:00Z') },
        { actorId: 'a1', kind: 'standby', ...hours('2024-06-03T00:00Z', '2024-06-04T00:00Z') },
      ],
    });
    expect(data.population).toBe(2);
    expect(data.caseloadOf(local('p1'))).toHaveLength(1);
    expect(data.casesByRef(aTokenizer.object('case', 'Z1'))[0]?.actor).toBe(a1);
    expect(data.mandatesOf(a1)).toMatchObject([{ kind: 'mandate', actor: null }]);
    expect(data.watch(local('p1'), at)).toEqual(['victim']);
    expect(data.watch(local('p1'), noon('2025-06-01'))).toEqual([]);
    expect(data.watchCount()).toBe(1);
    expect(data.household(local('p1'))).toEqual([local('p2')]);
    expect(data.secrecy(local('p1'))).toBe(7);
    expect(data.municipality(local('p1'))).toBe('0999');
    expect(data.onLeave(a1, noon('2024-06-02'))).toBe(true);
    expect(data.onLeave(a1, noon('2024-06-03'))).toBe(false);
    expect(data.onLeave(a1, noon('2024-06-09'))).toBe(false);
  });

  test('a town of 100,000 with 800 officials is built in bounded time', () => {
    const ids = Array.from({ length: 100_000 }, (_, n) => `p${n}`);
    const place = (n: number) => ({
      street: `Straat ${Math.floor(n / 120)}`,
      houseNumber: `${(Math.floor(n / 3) % 40) + 1}`,
      postcode: `${1000 + Math.floor(n / 120 / 20)}A${String.fromCharCode(65 + (Math.floor(n / 120) % 20))}`,
      municipality: '0999',
    });
    const tables = tablesWith({
      officials: Array.from({ length: 800 }, (_, n) => anOfficial(`a${n}`, `p${n * 120}`)),
      persons: ids.map((id, n) => aPerson(id, { addressId: `A${Math.floor(n / 3)}`, ...place(n) })),
      addresses: ids.map((id, n) => aStay(id, `A${Math.floor(n / 3)}`, '2015-01-01', '', place(n))),
      relations: ids.flatMap((id, n) => [
        aRelation(id, 'parent', `p${(n * 7 + 1) % 100_000}`, '1980-01-01'),
        aRelation(id, 'partner', `p${n ^ 1}`, '2001-01-01'),
      ]),
    });
    const rows = buildReferenceRows(tables, aTokenizer);
    indexReference(rows);
    expect(rows.persons).toHaveLength(100_000);
    expect(rows.ties.length).toBeGreaterThan(80_000);
  }, 60_000);
});
