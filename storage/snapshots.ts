import { hash } from 'node:crypto';
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
/** Older ones go together: an engine pays for each deletion more than for what lies there meanwhile. */
const PRUNED_AT = 2 * KEPT + 1;

/** Snapshot that wrote a chunk, and its number in there. */
type Ref = [snapshotId: number, chunk: number];
type Manifest = { id: number; position: string; sizeBytes: number; takenAt: number; refs: Ref[] };
type Row = [Big, string, number, Big, number, [Big, number][]];
type Big = number | string;

const digestOf = (bytes: Uint8Array): string => hash('sha256', bytes, 'base64url');
const idOf = ([snapshotId, chunk]: Ref): string => `${snapshotId}/${chunk}`;

/** Numbers only, so they need no escape. */
const tuplesOf = (refs: readonly Ref[]): string =>
  refs.map(([snapshotId, chunk]) => `(${snapshotId},${chunk})`).join(',');

export type SnapshotStore = ReturnType<typeof createSnapshotStore>;
/**
 * Saved states of lanes. SNAPSHOT INVARIANT: the manifest row is written after all chunks, and only
 * snapshots with a manifest and every chunk are given back; so no position is committed beyond the newest
 * complete snapshot. A chunk that this process wrote for the snapshot before is not written again.
 */
export function createSnapshotStore(store: Store) {
  /** Chunks of the snapshot that this process wrote last, by lane and digest. */
  const written = new Map<string, Map<string, Ref>>();

  /** The chunks behind refs that are there, by `idOf`. */
  async function chunksOf(lane: string, refs: readonly Ref[]): Promise<Map<string, Buffer>> {
    if (refs.length === 0) return new Map();
    const rows = await store.rows<[Big, number, string]>(
      `SELECT snapshot_id, chunk, bytes FROM snapshot_chunks FINAL
       WHERE lane = {lane:String} AND (snapshot_id, chunk) IN (${tuplesOf(refs)})`,
      { lane },
    );
    return new Map(
      rows.map(([id, chunk, bytes]) => [idOf([Number(id), chunk]), Buffer.from(bytes, 'base64')]),
    );
  }

  /** Writes the chunks that are not there yet; gives the refs of all of them. */
  async function writeChunks(
    lane: string,
    id: number,
    chunks: readonly Uint8Array[],
  ): Promise<Map<string, Ref>> {
    const known = written.get(lane) ?? new Map<string, Ref>();
    const refs = new Map<string, Ref>();
    const fresh: string[] = [];
    for (const [chunk, bytes] of chunks.entries()) {
      const digest = digestOf(bytes);
      if (refs.has(digest)) continue;
      refs.set(digest, known.get(digest) ?? [id, chunk]);
      if (!known.has(digest))
        fresh.push(JSON.stringify([lane, id, chunk, Buffer.from(bytes).toString('base64')]));
    }
    for (let from = 0; from < fresh.length; from += CHUNKS_PER_INSERT)
      await store.sql(
        `INSERT INTO snapshot_chunks FORMAT JSONCompactEachRow\n${fresh.slice(from, from + CHUNKS_PER_INSERT).join('\n')}`,
      );
    return refs;
  }

  /** Whether every chunk is there: another owner of the lane may have taken old ones away. */
  async function areThere(lane: string, refs: readonly Ref[]): Promise<boolean> {
    const [row] = await store.rows<[Big]>(
      `SELECT count() FROM snapshot_chunks FINAL
       WHERE lane = {lane:String} AND (snapshot_id, chunk) IN (${tuplesOf(refs)})`,
      { lane },
    );
    return Number(row?.[0] ?? 0) === refs.length;
  }

  async function prune(lane: string): Promise<void> {
    const manifests = await manifestsOf(store, lane);
    if (manifests.length < PRUNED_AT) return;
    const oldest = manifests[KEPT - 1]?.id ?? 0;
    // Manifests first: a snapshot without all its chunks must not look complete.
    await store.sql(
      'DELETE FROM snapshots WHERE lane = {lane:String} AND snapshot_id < {oldest:UInt64}',
      { lane, oldest },
    );
    await dropLooseChunks(store, lane);
  }

  return {
    /** Keeps a state; ids grow. Older ones of the lane go in time, except the one before. */
    async save(
      lane: string,
      position: string,
      chunks: readonly Uint8Array[],
      at: number,
    ): Promise<number> {
      const [last] = await store.rows<[Big]>(
        'SELECT max(snapshot_id) FROM snapshot_chunks WHERE lane = {lane:String}',
        { lane },
      );
      const id = Math.max(Number(last?.[0] ?? 0) + 1, at);
      let refs = await writeChunks(lane, id, chunks);
      if (refs.size > 0 && !(await areThere(lane, [...refs.values()]))) {
        written.delete(lane);
        refs = await writeChunks(lane, id, chunks);
      }
      written.set(lane, refs);
      const inOrder = chunks.map((bytes) => refs.get(digestOf(bytes)) ?? [id, 0]);
      const size = chunks.reduce((n, c) => n + c.length, 0);
      const manifest = [lane, id, position, chunks.length, size, (at / 1000).toFixed(3), inOrder];
      await store.sql(
        `INSERT INTO snapshots (lane, snapshot_id, position, chunks, size_bytes, taken_at, refs)
         FORMAT JSONCompactEachRow\n${JSON.stringify(manifest)}`,
      );
      await prune(lane);
      return id;
    },
    /** The newest complete state; null when there is none. */
    async newest(lane: string): Promise<Snapshot | null> {
      for (const { id, refs, ...rest } of await manifestsOf(store, lane)) {
        const found = await chunksOf(lane, refs);
        const chunks = refs.map((ref) => found.get(idOf(ref))).filter((c) => c !== undefined);
        if (chunks.length === refs.length) return { snapshotId: id, ...rest, chunks };
      }
      return null;
    },
  };
}

/** Complete or not, newest first. */
async function manifestsOf(store: Store, lane: string): Promise<Manifest[]> {
  const rows = await store.rows<Row>(
    `SELECT snapshot_id, position, chunks, size_bytes, toUnixTimestamp64Milli(taken_at), refs
     FROM snapshots FINAL WHERE lane = {lane:String} ORDER BY snapshot_id DESC`,
    { lane },
  );
  return rows.map(([id, position, count, sizeBytes, takenAt, refs]) => ({
    ...{ id: Number(id), position, sizeBytes: Number(sizeBytes), takenAt: Number(takenAt) },
    refs:
      refs.length > 0
        ? refs.map(([by, chunk]): Ref => [Number(by), chunk])
        : Array.from({ length: Number(count) }, (_, chunk): Ref => [Number(id), chunk]),
  }));
}

/** Takes away the chunks of a lane that no manifest needs; what a snapshot under way wrote stays. */
export async function dropLooseChunks(store: Store, lane: string): Promise<void> {
  const manifests = await manifestsOf(store, lane);
  const oldest = manifests.at(-1)?.id ?? 0;
  const needed = manifests.flatMap(({ refs }) => refs).filter(([id]) => id < oldest);
  const except =
    needed.length === 0 ? '' : ` AND (snapshot_id, chunk) NOT IN (${tuplesOf(needed)})`;
  await store.sql(
    `DELETE FROM snapshot_chunks WHERE lane = {lane:String} AND snapshot_id < {oldest:UInt64}${except}`,
    { lane, oldest },
  );
}
