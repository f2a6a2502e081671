import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openLog } from '../../../evidence/log/append.ts';
import { openCheckpoint, signCheckpoint } from '../../../evidence/log/checkpoint.ts';
import { commit, commitRows, randomSalts, saltAt } from '../../../evidence/log/commitment.ts';
import { fingerprintOf, type LogEntry } from '../../../evidence/log/entry.ts';
import { leafHash } from '../../../evidence/log/merkle.ts';
import { verifyLog } from '../../../evidence/log/verify-log.ts';
import { AUTHORITY, aFilledLog, aSigner } from '../../helpers/evidence.ts';

type Filled = Awaited<ReturnType<typeof aFilledLog>>;
const check = ({ store, signer }: Filled, published: string[] = []) =>
  verifyLog(store, store.reader, { authority: AUTHORITY, key: signer.publicKey, published });
const codes = async (filled: Filled, published: string[] = []): Promise<string[]> => [
  ...new Set((await check(filled, published)).findings.map(({ code }) => code)),
];
/** Makes the whole chain fit again after `entries` were changed, as an attacker with time would. */
function relink(entries: LogEntry[]): void {
  const heads = new Map<string, LogEntry>();
  for (const [i, old] of entries.entries()) {
    const head = heads.get(old.chain_uid);
    const { prev_event: _, ...rest } = old;
    const entry: LogEntry = {
      ...rest,
      sequence: head === undefined ? 0 : head.sequence + 1,
      ...(head === undefined
        ? {}
        : {
            prev_event: { uid: head.uid, type_uid: head.type_uid, fingerprint: head.fingerprint },
          }),
    };
    entry.fingerprint = fingerprintOf(entry);
    entries[i] = entry;
    heads.set(entry.chain_uid, entry);
  }
}
const replaced = (filled: Filled, at: number, change: Partial<LogEntry>): void => {
  const { entries } = filled.store.tables;
  const old = entries[at];
  if (old !== undefined) entries[at] = { ...old, ...change };
};

describe('commitments', () => {
  test('rows are committed to by HMAC-SHA-256, quickly written out or not', () => {
    const rows = ['a\tb', '', 'é€😀'.repeat(3_000), 'x'];
    const salts = randomSalts(rows.length);
    const plain = rows.map((row, i) =>
      leafHash(createHmac('sha256', saltAt(salts, i)).update(row).digest()),
    );
    expect(commitRows(rows, salts)).toEqual(plain);
    expect(rows.map((row, i) => leafHash(commit(saltAt(salts, i), row)))).toEqual(plain);
  });
});

describe('checkpoints', () => {
  const signer = aSigner();
  const checkpoint = { origin: AUTHORITY, size: 3, root: Buffer.alloc(32, 5) };
  const note = signCheckpoint(checkpoint, signer);

  test('are signed notes: origin, size, root, blank line, signature', () => {
    expect(note.split('\n').slice(0, 4)).toEqual([
      AUTHORITY,
      '3',
      checkpoint.root.toString('base64'),
      '',
    ]);
    expect(note).toMatch(/\n— inzagewacht\/test [A-Za-z0-9+/=]+\n$/);
    expect(openCheckpoint(note, AUTHORITY, signer.publicKey)).toEqual(checkpoint);
  });

  test.each([
    ['another size', note.replace('\n3\n', '\n4\n')],
    ['another root', note.replace('BQUF', 'BQUG')],
    ['another key', signCheckpoint(checkpoint, aSigner(8))],
    ['another log', signCheckpoint({ ...checkpoint, origin: 'other/log' }, signer)],
    ['no signature', `${note.split('\n\n')[0]}\n\n`],
  ])('are refused with %s', (_, changed) => {
    expect(openCheckpoint(changed, AUTHORITY, signer.publicKey)).toBeNull();
  });
});

describe('the check of the log', () => {
  test('finds nothing in a log that was left alone', async () => {
    const filled = await aFilledLog(130);
    await filled.record({ kind: 'viewed' });
    const { findings, ...counts } = await check(filled);
    expect(findings).toEqual([]);
    expect(counts).toEqual({ entries: 4, rows: 130, checkpoints: 1 });
  });

  test.each<[string, string[], (filled: Filled) => void]>([
    [
      'a changed row',
      ['row-changed'],
      ({ store }) => {
        const row = store.tables.rows.get('brp\0e7');
        if (row) row.row = row.row.replace('view', 'print');
      },
    ],
    ['a deleted row', ['row-missing'], ({ store }) => void store.tables.rows.delete('brp\0e7')],
    [
      'an added row',
      ['row-unlogged'],
      ({ store }) => {
        const row = store.tables.rows.get('brp\0e7');
        if (row) store.tables.rows.set('brp\0new', row);
      },
    ],
    [
      'two rows swapped',
      ['row-changed'],
      ({ store }) => {
        const [a, b] = [store.tables.rows.get('brp\0e7'), store.tables.rows.get('brp\0e8')];
        if (a && b) [a.row, b.row] = [b.row, a.row];
      },
    ],
    [
      'a changed entry',
      ['entry-changed', 'checkpoint-wrong'],
      (f) => replaced(f, 1, { count: 49 }),
    ],
    [
      'a back-dated entry in a chain made anew',
      ['entry-back-dated', 'checkpoint-wrong'],
      (f) => {
        replaced(f, 1, { time: '2020-01-01T00:00:00.000Z' });
        relink(f.store.tables.entries);
      },
    ],
    [
      'a deleted entry',
      ['chain-broken', 'checkpoint-wrong', 'row-unlogged'],
      ({ store }) => {
        store.tables.entries.splice(1, 1);
        const [, second] = [...store.tables.batches.keys()];
        store.tables.batches.delete(second ?? '');
      },
    ],
    [
      'a deleted entry in a chain made anew',
      ['checkpoint-wrong'],
      ({ store }) => {
        store.tables.entries.splice(1, 1);
        relink(store.tables.entries);
      },
    ],
    [
      'two entries swapped in a chain made anew',
      ['entry-back-dated', 'checkpoint-wrong'],
      ({ store }) => {
        store.tables.entries.reverse();
        relink(store.tables.entries);
      },
    ],
    [
      'a batch whose rows and list are gone',
      ['batch-missing', 'row-unlogged'],
      ({ store }) => {
        const [first] = [...store.tables.batches.keys()];
        store.tables.batches.delete(first ?? '');
      },
    ],
    [
      'a replaced checkpoint',
      ['checkpoint-wrong'],
      ({ store }) => {
        const [c] = store.tables.checkpoints;
        if (c)
          c.note = signCheckpoint(
            { origin: AUTHORITY, size: 3, root: Buffer.alloc(32) },
            aSigner(9),
          );
      },
    ],
  ])('finds %s', async (_, expected, attack) => {
    const filled = await aFilledLog(130);
    attack(filled);
    expect((await codes(filled)).sort()).toEqual([...expected].sort());
  });

  test('finds a changed and a missing record of a person', async () => {
    const filled = await aFilledLog(10);
    await filled.record({ kind: 'viewed', by: 'a' });
    await filled.record({ kind: 'viewed', by: 'b' });
    const [first] = filled.store.tables.records;
    if (first) first.record = first.record.replace('"a"', '"c"');
    filled.store.tables.records.splice(1, 1);
    expect(await codes(filled)).toEqual(['record-changed', 'record-missing']);
  });

  test('a past rewritten with its checkpoints contradicts the copy outside', async () => {
    const filled = await aFilledLog(130);
    const published = filled.store.tables.checkpoints.map(({ note }) => note);
    expect(await codes(filled, published)).toEqual([]);
    // The administrator has the key: everything is made anew without the second batch.
    const forged = await aFilledLog(100, { signer: filled.signer });
    expect(await codes(forged)).toEqual([]);
    expect(await codes(forged, published)).toEqual(['checkpoint-elsewhere-differs']);
  });

  test('proofs hold after a row and its salt were erased', async () => {
    const filled = await aFilledLog(130);
    const [batch] = [...filled.store.tables.batches.values()];
    const row = filled.store.tables.rows.get('brp\0e7');
    if (!batch || !row) throw new Error('the fixture has no batch');
    batch.erased.set(7, commit(saltAt(batch.salts, 7), row.row));
    saltAt(batch.salts, 7).fill(0);
    filled.store.tables.rows.delete('brp\0e7');
    expect(await codes(filled)).toEqual([]);
  });
});

describe('writing', () => {
  test('goes on where it ended, and is refused on a past that was changed', async () => {
    const filled = await aFilledLog(130);
    const options = { authority: AUTHORITY, now: () => Date.UTC(2026, 5, 1) };
    const again = await openLog(filled.store, filled.signer, options);
    expect(again.size()).toBe(3);
    await again.appendRecord('review', { kind: 'viewed' });
    await again.checkpoint();
    expect(await codes(filled)).toEqual([]);
    replaced(filled, 1, { count: 1 });
    await expect(openLog(filled.store, filled.signer, options)).rejects.toMatchObject({
      code: 'ERR_EVIDENCE_CHECKPOINT',
    });
    filled.store.tables.entries.length = 2;
    await expect(openLog(filled.store, filled.signer, options)).rejects.toMatchObject({
      code: 'ERR_EVIDENCE_CHECKPOINT',
    });
  });

  test('a long past is taken from its checkpoint, and only what came after it is read', async () => {
    const filled = await aFilledLog(200);
    await filled.record({ kind: 'after the checkpoint' });
    const reads: number[] = [];
    const store = {
      ...filled.store,
      entries: (from: number, limit: number) => {
        reads.push(from);
        return filled.store.entries(from, limit);
      },
    };
    const options = { authority: AUTHORITY, now: Date.now, readWhole: 2 };
    const log = await openLog(store, filled.signer, options);
    expect(Math.min(...reads)).toBe(4);
    await log.appendRecord('review', { kind: 'goes on' });
    await log.checkpoint();
    expect(await codes(filled)).toEqual([]);

    // Hashes that do not come to the signed root are no past: then all of it is read.
    const last = filled.store.tables.checkpoints.at(-1);
    if (last !== undefined) last.frontier = 'AAAA';
    reads.length = 0;
    await openLog(store, filled.signer, options);
    expect(Math.min(...reads)).toBe(0);
  });

  test('many at once stay one chain', async () => {
    const filled = await aFilledLog(10);
    await Promise.all(Array.from({ length: 20 }, (_, i) => filled.record({ kind: 'viewed', i })));
    await filled.log.checkpoint();
    expect(await codes(filled)).toEqual([]);
    expect(filled.store.tables.entries.map(({ sequence }) => sequence).slice(1)).toEqual([
      ...Array(20).keys(),
    ]);
  });

  test('two writers stay one chain', async () => {
    const filled = await aFilledLog(10);
    const options = { authority: AUTHORITY, now: () => Date.UTC(2026, 5, 1) };
    const other = await openLog(filled.store, filled.signer, options);
    for (let i = 0; i < 3; i++) {
      await filled.record({ kind: 'viewed', i });
      await other.appendRecord('review', { kind: 'approved', i });
    }
    await other.checkpoint();
    expect(await codes(filled)).toEqual([]);
    expect(filled.store.tables.entries).toHaveLength(7);
  });

  test('a dozen writers all get their turn', async () => {
    const filled = await aFilledLog(10);
    const options = { authority: AUTHORITY, now: () => Date.UTC(2026, 5, 1) };
    const writers = await Promise.all(
      Array.from({ length: 12 }, () => openLog(filled.store, filled.signer, options)),
    );
    await Promise.all(
      writers.map(async (log, by) => {
        for (let i = 0; i < 5; i++) await log.appendRecord('review', { kind: 'viewed', by, i });
      }),
    );
    await writers[0]?.checkpoint();
    expect(await codes(filled)).toEqual([]);
    expect(filled.store.tables.entries).toHaveLength(61);
  });

  test('a clock that is set back does not back-date', async () => {
    const filled = await aFilledLog(10);
    const log = await openLog(filled.store, filled.signer, { authority: AUTHORITY, now: () => 0 });
    await log.appendRecord('review', { kind: 'a' });
    await log.appendRecord('review', { kind: 'b' });
    expect(await codes(filled)).toEqual([]);
  });
});
