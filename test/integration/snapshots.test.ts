// Saved states: chunks that are shared, what is kept of many, and what does not count.
import { describe, expect, test } from 'vitest';
import { type StateChunk, stateChunk } from '../../domain/state-chunk.ts';
import { createJudgementStore } from '../../storage/judgements.ts';
import { createSnapshotStore } from '../../storage/snapshots.ts';
import { aStoreForTests } from '../helpers/embedded-store.ts';

const { store } = aStoreForTests();
const AT = Date.UTC(2026, 2, 3);

describe('snapshots', () => {
  const chunks = (text: string, n: number): Buffer[] =>
    Array.from({ length: n }, (_, i) => Buffer.from(`${text} ${i}`));
  const saved = (all: readonly Buffer[]): StateChunk[] => all.map((bytes) => stateChunk(bytes));

  test('come back newest first, and of many only the last two of a lane are kept', async () => {
    const snapshots = createSnapshotStore(store());
    for (let n = -8; n <= 3; n++)
      await snapshots.save('a', String(n), saved(chunks(`a${n}`, 20)), AT + n);
    await snapshots.save('b', 'elsewhere', saved(chunks('b', 1)), AT);
    const newest = await snapshots.newest('a');
    expect(newest?.position).toBe('3');
    expect(newest?.chunks).toEqual(chunks('a3', 20));
    const [kept] = await store().rows<[number]>(
      "SELECT uniqExact(snapshot_id) FROM snapshot_chunks WHERE lane = 'a'",
    );
    expect(Number(kept?.[0])).toBe(2);
    expect(await snapshots.newest('nobody')).toBeNull();
  });

  test('share what has not changed, and outlive the snapshot that wrote it', async () => {
    const shared = chunks('shared', 30);
    const of = (n: number): Buffer[] => [
      Buffer.from(`head ${n}`),
      ...shared,
      ...chunks(`n${n}`, 2),
    ];
    const snapshots = createSnapshotStore(store());
    for (let n = 0; n < 12; n++) await snapshots.save('c', String(n), saved(of(n)), AT + n);
    const [rows] = await store().rows<[number]>(
      "SELECT count() FROM snapshot_chunks FINAL WHERE lane = 'c'",
    );
    expect(Number(rows?.[0])).toBe(30 + 2 * 3);
    expect((await snapshots.newest('c'))?.chunks).toEqual(of(11));
    // Another process knows nothing of them; and what somebody took away meanwhile is written again.
    await createSnapshotStore(store()).save('c', '12', saved(of(12)), AT + 12);
    await store().sql("DELETE FROM snapshot_chunks WHERE lane = 'c'");
    await snapshots.save('c', '13', saved(of(13)), AT + 13);
    expect((await snapshots.newest('c'))?.chunks).toEqual(of(13));
  });

  test('ask for the bytes of a chunk only where the store has none', async () => {
    const snapshots = createSnapshotStore(store());
    const asked: number[] = [];
    const kept = chunks('kept', 12).map((bytes, n) =>
      stateChunk(bytes, () => {
        asked.push(n);
        return bytes;
      }),
    );
    await snapshots.save('d', '1', kept, AT);
    expect(asked).toEqual([...kept.keys()]);
    await snapshots.save('d', '2', [...kept, ...saved(chunks('fresh', 1))], AT + 1);
    expect(asked).toEqual([...kept.keys()]);
    await store().sql("DELETE FROM snapshot_chunks WHERE lane = 'd' AND chunk = 3");
    await snapshots.save('d', '3', kept, AT + 2);
    expect(asked).toEqual([...kept.keys(), ...kept.keys()]);
    expect((await snapshots.newest('d'))?.chunks).toEqual(chunks('kept', 12));
  });

  test('are not kept when a part of them went meanwhile', async () => {
    const snapshots = createSnapshotStore(store());
    let isThere = true;
    const block = Buffer.from('block');
    const state = [...saved(chunks('e', 9)), stateChunk(block, () => (isThere ? block : null))];
    await snapshots.save('e', '1', state, AT);
    // Gone, and taken away in the store: a state of it would be torn.
    isThere = false;
    await store().sql("DELETE FROM snapshot_chunks WHERE lane = 'e' AND chunk = 9");
    expect(await snapshots.save('e', '2', state, AT + 1)).toBeNull();
    expect(await createSnapshotStore(store()).save('e', '3', state, AT + 2)).toBeNull();
    expect(await createJudgementStore(store()).savedUpTo('e')).toBe(1);
    expect(await snapshots.newest('e')).toBeNull();
    await snapshots.save('e', '4', saved(chunks('e', 9)), AT + 3);
    expect((await snapshots.newest('e'))?.position).toBe('4');
  });

  test('of before the chunks were shared come back too', async () => {
    await store().sql(
      "INSERT INTO snapshot_chunks VALUES ('old', 7, 0, 'YQ=='), ('old', 7, 1, 'Yg==')",
    );
    await store().sql(
      "INSERT INTO snapshots (lane, snapshot_id, position, chunks, size_bytes, taken_at) VALUES ('old', 7, 'there', 2, 2, now64(3))",
    );
    const found = await createSnapshotStore(store()).newest('old');
    expect(found?.position).toBe('there');
    expect(found?.chunks.map(String)).toEqual(['a', 'b']);
  });

  test('without all chunks or without a manifest do not count', async () => {
    const snapshots = createSnapshotStore(store());
    await snapshots.save('torn', 'whole', saved(chunks('whole', 3)), AT);
    const id = await snapshots.save('torn', 'torn', saved(chunks('torn', 3)), AT + 1);
    await store().sql(
      "DELETE FROM snapshot_chunks WHERE lane = 'torn' AND chunk = 1 AND snapshot_id = {id:UInt64}",
      { id },
    );
    await store().sql("INSERT INTO snapshot_chunks VALUES ('torn', {id:UInt64}, 0, 'x')", {
      id: Number(id) + 1,
    });
    expect((await snapshots.newest('torn'))?.position).toBe('whole');
  });
});
