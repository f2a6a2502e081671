import { type StateChunk, totalBytes } from '../domain/state-chunk.ts';
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
/**
 * Older ones go together: an engine pays for each deletion, which holds up everybody else, more than for what lies
 * there meanwhile. Of each that is the part that changed, about half a megabyte.
 */
const PRUNED_AT = KEPT + 10;

/** Chunks named in one deletion: a statement may not be as long as a day that closed. */
const LOOSE_AT_ONCE = 5_000;

/** Snapshot that wrote a chunk, and its number in there. */
type Ref = [snapshotId: number, chunk: number];
type Manifest = {
  id: number;
  position: string;
  sizeBytes: number;
  takenAt: number;
  count: number;
  /** Null in those from before chunks were shared: all of them are their own. */
  refs: Ref[] | null;
};
type Row = [Big, string, number, Big, number, [Big, number][]];
type Big = number | string;

/**
 * By a subquery: a long day has thousands of chunks, and a statement may not be that long. Global, because
 * both tables are distributed on a cluster.
 */
const IS_NAMED = `(snapshot_id, chunk) GLOBAL IN (
  SELECT ref.1, ref.2 FROM (
    SELECT arrayJoin(refs) AS ref FROM snapshots FINAL
    WHERE lane = {lane:String} AND snapshot_id = {id:UInt64}))`;

const idOf = ([snapshotId, chunk]: Ref): string => `${snapshotId}/${chunk}`;

export type SnapshotStore = ReturnType<typeof createSnapshotStore>;
/**
 * Saved states of lanes. SNAPSHOT INVARIANT: the manifest row is written after all chunks, and only
 * snapshots with a manifest and every chunk are given back; so no position is committed beyond the newest
 * complete snapshot. A chunk that this process wrote for the snapshot before is not written again.
 */
export function createSnapshotStore(store: Store) {
  /** Chunks of the snapshot that this process wrote last, by lane and digest. */
  const written = new Map<string, Map<string, Ref>>();

  /** The chunks of a snapshot that are there, by `idOf`. */
  async function chunksOf(lane: string, { id, refs }: Manifest): Promise<Map<string, Buffer>> {
    const rows = await store.rows<[Big, number, string]>(
      `SELECT snapshot_id, chunk, bytes FROM snapshot_chunks FINAL
       WHERE lane = {lane:String} AND ${refs === null ? 'snapshot_id = {id:UInt64}' : IS_NAMED}`,
      { lane, id },
    );
    return new Map(
      rows.map(([by, chunk, bytes]) => [idOf([Number(by), chunk]), Buffer.from(bytes, 'base64')]),
    );
  }

  /** Writes the chunks that are not there yet, then the manifest that names all of them; false: one has gone. */
  async function write(
    lane: string,
    id: number,
    chunks: readonly StateChunk[],
    { position, at }: { position: string; at: number },
  ): Promise<boolean> {
    const known = written.get(lane) ?? new Map<string, Ref>();
    const byDigest = new Map<string, Ref>();
    const refs: Ref[] = [];
    const fresh: [chunk: number, of: StateChunk][] = [];
    for (const [chunk, of] of chunks.entries()) {
      const there = byDigest.get(of.digest) ?? known.get(of.digest);
      if (there === undefined) fresh.push([chunk, of]);
      const ref = there ?? [id, chunk];
      byDigest.set(of.digest, ref);
      refs.push(ref);
    }
    for (let from = 0; from < fresh.length; from += CHUNKS_PER_INSERT) {
      const rows: string[] = [];
      for (const [chunk, of] of fresh.slice(from, from + CHUNKS_PER_INSERT)) {
        const bytes = of.bytes();
        if (bytes === null) return false;
        rows.push(JSON.stringify([lane, id, chunk, Buffer.from(bytes).toString('base64')]));
      }
      await store.sql(`INSERT INTO snapshot_chunks FORMAT JSONCompactEachRow\n${rows.join('\n')}`);
    }
    const size = totalBytes(chunks);
    const manifest = [lane, id, position, chunks.length, size, (at / 1000).toFixed(3), refs];
    await store.sql(
      `INSERT INTO snapshots (lane, snapshot_id, position, chunks, size_bytes, taken_at, refs)
       FORMAT JSONCompactEachRow\n${JSON.stringify(manifest)}`,
    );
    written.set(lane, byDigest);
    return true;
  }

  /** Whether every chunk of a snapshot is there: another owner of the lane may have taken old ones away. */
  async function isComplete(lane: string, id: number): Promise<boolean> {
    const [row] = await store.rows<[Big, Big]>(
      `SELECT (SELECT length(arrayDistinct(refs)) FROM snapshots FINAL
               WHERE lane = {lane:String} AND snapshot_id = {id:UInt64}),
              count()
       FROM snapshot_chunks FINAL WHERE lane = {lane:String} AND ${IS_NAMED}`,
      { lane, id },
    );
    return row !== undefined && Number(row[0]) === Number(row[1]);
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
    /**
     * Keeps a state; ids grow. Older ones of the lane go in time, except the one before. Null when a part of the
     * state went before it was written: nothing is kept then, and the next state may be.
     */
    async save(
      lane: string,
      position: string,
      chunks: readonly StateChunk[],
      at: number,
    ): Promise<number | null> {
      const [last] = await store.rows<[Big]>(
        'SELECT max(snapshot_id) FROM snapshot_chunks WHERE lane = {lane:String}',
        { lane },
      );
      let id = Math.max(Number(last?.[0] ?? 0) + 1, at);
      if (!(await write(lane, id, chunks, { position, at }))) return null;
      if (!(await isComplete(lane, id))) {
        written.delete(lane);
        id++;
        if (!(await write(lane, id, chunks, { position, at }))) {
          const torn = id - 1;
          // Its position would look saved.
          await store.sql(
            'DELETE FROM snapshots WHERE lane = {lane:String} AND snapshot_id = {torn:UInt64}',
            { lane, torn },
          );
          return null;
        }
      }
      await prune(lane);
      return id;
    },
    /** The newest complete state; null when there is none. */
    async newest(lane: string): Promise<Snapshot | null> {
      for (const manifest of await manifestsOf(store, lane)) {
        const found = await chunksOf(lane, manifest);
        const refs = refsOf(manifest);
        const chunks = refs.map((ref) => found.get(idOf(ref))).filter((c) => c !== undefined);
        const { id: snapshotId, position, sizeBytes, takenAt } = manifest;
        if (chunks.length === refs.length)
          return { snapshotId, position, sizeBytes, takenAt, chunks };
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
    count: Number(count),
    refs: refs.length === 0 ? null : refs.map(([by, chunk]): Ref => [Number(by), chunk]),
  }));
}

const refsOf = ({ id, count, refs }: Manifest): Ref[] =>
  refs ?? Array.from({ length: count }, (_, chunk): Ref => [id, chunk]);

/** Takes away the chunks of a lane that no manifest needs; what a snapshot under way wrote stays. */
export async function dropLooseChunks(store: Store, lane: string): Promise<void> {
  const manifests = await manifestsOf(store, lane);
  const oldest = manifests.at(-1)?.id ?? 0;
  const needed = new Set(manifests.flatMap(refsOf).map(idOf));
  const stored = await store.rows<[Big, number[]]>(
    `SELECT snapshot_id, groupUniqArray(chunk) FROM snapshot_chunks
     WHERE lane = {lane:String} AND snapshot_id < {oldest:UInt64} GROUP BY snapshot_id`,
    { lane, oldest },
  );
  const loose = stored.flatMap(([id, chunks]) =>
    chunks.map((chunk): Ref => [Number(id), chunk]).filter((ref) => !needed.has(idOf(ref))),
  );
  for (let from = 0; from < loose.length; from += LOOSE_AT_ONCE) {
    const some = loose.slice(from, from + LOOSE_AT_ONCE);
    await store.sql(
      `DELETE FROM snapshot_chunks WHERE lane = {lane:String} AND snapshot_id < {oldest:UInt64}
       AND has(arrayZip({ids:Array(UInt64)}, {chunks:Array(UInt32)}), (snapshot_id, chunk))`,
      { lane, oldest, ids: some.map(([id]) => id), chunks: some.map(([, chunk]) => chunk) },
    );
  }
}
