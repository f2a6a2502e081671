import { expect, test } from 'vitest';
import { packReference, unpackReference } from '../../../domain/packed-reference.ts';
import type { ReferenceRows } from '../../../domain/reference.ts';
import { partsOf } from '../../../domain/reference-parts.ts';
import { aReference, aTie, token } from '../../helpers/lookups.ts';

const ended = { path: { nl: 'zus van ex', en: 'sister of ex' }, endedAt: 5, from: null, to: 9 };
const rows: ReferenceRows = {
  ...{ version: 'v', delivered: aReference().delivered, roster: [] },
  officials: [
    {
      ...{ actor: token('a1'), persons: [token('s0')], unit: 'Wijkteam Één ✓', role: 'desk' },
      ...{ manager: null, kind: 'person', from: null, to: 1_000 },
    },
  ],
  ties: [aTie('relative', { ...ended, degree: 2 }), aTie('self')],
  caseload: [
    {
      ...{
        caseRef: null,
        subject: token('s1'),
        kind: 'mandate',
        actor: null,
        unit: 'Wijkteam Één ✓',
      },
      ...{ domain: 'wmo', from: -1, to: 1_764_543_600_000 },
    },
  ],
  watchlist: [],
  persons: Array.from({ length: 45_001 }, (_, i) => ({
    ...{ subject: token(`s${i}`), municipality: '0363', secrecy: 0, household: '' },
  })),
};

/** Every buffer that something holds. */
function buffersOf(value: unknown): unknown[] {
  if (ArrayBuffer.isView(value)) return [value.buffer];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(buffersOf) : [];
}

test('reference data in columns come back as they were, in memory that is shared', () => {
  const packed = packReference(rows);
  const buffers = buffersOf(packed);
  expect(buffers.length).toBeGreaterThan(10);
  for (const buffer of buffers) expect(buffer).toBeInstanceOf(SharedArrayBuffer);
  // As another thread gets it.
  const unpacked = unpackReference(structuredClone(packed));
  expect(unpacked).toEqual(rows);
  // What is stored is their text.
  expect([...partsOf(unpacked)].map((p) => p.kind)).toEqual([...partsOf(rows)].map((p) => p.kind));
  for (const kind of ['ties', 'caseload', 'persons'] as const)
    expect(Object.keys(unpacked[kind][0] ?? {})).toEqual(Object.keys(rows[kind][0] ?? {}));
});

test('reference data are stored in parts that fit in a string', () => {
  const parts = [...partsOf(rows)];
  expect(parts.map((p) => p.kind)).toEqual([
    ...['officials', 'ties', 'caseload', 'persons', 'persons', 'persons'],
  ]);
  expect(parts.slice(3).flatMap((p) => JSON.parse(p.text))).toEqual(rows.persons);
});
