import { expect, test } from 'vitest';
import { packReference, unpackReference } from '../../../domain/packed-reference.ts';
import type { ReferenceRows } from '../../../domain/reference.ts';
import { aReference, token } from '../../helpers/lookups.ts';

const rows: ReferenceRows = {
  ...{ version: 'v', delivered: aReference().delivered, ties: [], caseload: [], roster: [] },
  officials: [
    {
      ...{ actor: token('a1'), persons: [token('s0')], unit: 'Wijkteam Één ✓', role: 'desk' },
      ...{ manager: null, kind: 'person', from: null, to: 1_000 },
    },
  ],
  watchlist: [],
  persons: Array.from({ length: 45_001 }, (_, i) => ({
    ...{ subject: token(`s${i}`), municipality: '0363', secrecy: 0, household: '' },
  })),
};

test('reference data packed in parts come back as they were, in memory that is shared', () => {
  const packed = packReference(rows);
  expect(packed.parts.map((p) => p.kind)).toEqual(['officials', 'persons', 'persons', 'persons']);
  for (const { text } of packed.parts) expect(text.buffer).toBeInstanceOf(SharedArrayBuffer);
  // As another thread gets it.
  expect(unpackReference(structuredClone(packed))).toEqual(rows);
});
