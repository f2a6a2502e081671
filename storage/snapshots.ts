import type { Store } from './client.ts';

/** A saved state of one lane. `position` is the caller's: where to read on after a restore. */
export type Snapshot = {
  snapshotId: number;
  position: string;
  sizeBytes: number;
  takenAt: number;
  chunks: Buffer[];
};

/** Base64 in one insert: large enough for the engine, small enough not to hold up the event loop. */
const CHUNKS_PER_INSERT = 8;
/** A second one stays, should the newest turn out to be unreadable. */
const KEPT = 2;

export type SnapshotStore = ReturnType<typeof createSnapshotStore>;
/**
 * Saved states of lanes. SNAPSHOT INVARIANT: the manifest row is written after all chunks, and only
 * snapshots with a manifest and every chunk are given back; so no position is committed beyond the newest
 * complete snapshot.
 */
export const createSnapshotStore = (store: Store) => ({
  /** Keeps a state; ids grow. Older ones of the lane go, except the one before. */
  async save(
    lane: string,
    position: string,
    chunks: readonly Uint8Array[],
    at: number,
  ): Promise<number> {
    const [last] = await store.rows<[string | number]>(
      'SELECT max(snapshot_id) FROM snapshot_chunks WHERE lane = {lane:String}',
      { lane },
    );
    const id = Math.max(Number(last?.[0] ?? 0) + 1, at);
    for (let from = 0; from < chunks.length; from += CHUNKS_PER_INSERT) {
      const rows = chunks
        .slice(from, from + CHUNKS_PER_INSERT)
        .map((bytes, i) =>
          JSON.stringify([lane, id, from + i, Buffer.from(bytes).toString('base64')]),
        );
      await store.sql(`INSERT INTO snapshot_chunks FORMAT JSONCompactEachRow\n${rows.join('\n')}`);
    }
    const size = chunks.reduce((n, c) => n + c.length, 0);
    const manifest = [lane, id, position, chunks.length, size, (at / 1000).toFixed(3)];
    await store.sql(`INSERT INTO snapshots FORMAT JSONCompactEachRow\n${JSON.stringify(manifest)}`);
    await this.prune(lane);
    return id;
  },
  /** The newest complete state; null when there is none. */
  async newest(lane: string): Promise<Snapshot | null> {
    const manifests = await store.rows<[string | number, string, number, string | number, number]>(
      `SELECT snapshot_id, position, chunks, size_bytes, toUnixTimestamp64Milli(taken_at)
       FROM snapshots FINAL WHERE lane = {lane:String} ORDER BY snapshot_id DESC`,
      { lane },
    );
    for (const [id, position, count, sizeBytes, takenAt] of manifests) {
      const rows = await store.rows<[string]>(
        `SELECT bytes FROM snapshot_chunks FINAL
         WHERE lane = {lane:String} AND snapshot_id = {id:UInt64} ORDER BY chunk`,
        { lane, id: Number(id) },
      );
      if (rows.length !== Number(count)) continue;
      const chunks = rows.map(([bytes]) => Buffer.from(bytes, 'base64'));
      return {
        snapshotId: Number(id),
        position,
        sizeBytes: Number(sizeBytes),
        takenAt: Number(takenAt),
        chunks,
      };
    }
    return null;
  },
  async prune(lane: string): Promise<void> {
    const kept = await store.rows<[string | number]>(
      `SELECT snapshot_id FROM snapshots FINAL WHERE lane = {lane:String} ORDER BY snapshot_id DESC LIMIT ${KEPT}`,
      { lane },
    );
    const oldest = kept.at(-1);
    if (oldest === undefined) return;
    const which = { lane, oldest: Number(oldest[0]) };
    const where = 'WHERE lane = {lane:String} AND snapshot_id < {oldest:UInt64}';
    // Manifests first: a snapshot without all its chunks must not look complete.
    await store.sql(`DELETE FROM snapshots ${where}`, which);
    await store.sql(`DELETE FROM snapshot_chunks ${where}`, which);
  },
});
