import type { Store } from './client.ts';

/** What is read back of a batch: ids in their order, salts, and commitments of what was erased. */
export type StoredBatch = {
  uid: string;
  firstAt: number;
  lastAt: number;
  systems: string[];
  eventIds: string[];
  salts: Buffer;
  erased: Map<number, Buffer>;
};
type LogRow = { uid: string; chain_uid: string };
type Manifest = {
  uid: string;
  systems: readonly string[];
  eventIds: readonly string[];
  firstAt: number;
  lastAt: number;
  salts: Buffer;
};

const quoted = (text: string): string =>
  `'${text.replace(/[\\'\t\n\r\0]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)}'`;
const list = (texts: readonly string[]): string => `[${texts.map(quoted).join(',')}]`;

const BATCH = `
  SELECT uid, toUnixTimestamp64Milli(first_at), toUnixTimestamp64Milli(last_at), systems, event_ids, salts,
    erased_positions, erased_commitments
  FROM log_batches FINAL`;
type BatchRow = [string, number, number, string[], string[], string, number[], string[]];
const toBatch = (r: BatchRow): StoredBatch => ({
  uid: r[0],
  firstAt: Number(r[1]),
  lastAt: Number(r[2]),
  systems: r[3],
  eventIds: r[4],
  salts: Buffer.from(r[5], 'base64'),
  erased: new Map(r[6].map((position, i) => [position, Buffer.from(r[7][i] ?? '', 'base64')])),
});

export type TransparencyStore<Entry extends LogRow> = ReturnType<
  typeof createTransparencyStore<Entry>
>;
/**
 * The tables of the transparency log. Entries, records and checkpoints are only ever added; of a
 * batch only salts go, when a row of it is erased. `Entry` is JSON that this room does not look into.
 */
export const createTransparencyStore = <Entry extends LogRow>(store: Store) => {
  const insert = (table: string, row: Record<string, unknown>): Promise<void> =>
    store.sql(
      `INSERT INTO ${table} SETTINGS date_time_input_format='best_effort' FORMAT JSONEachRow\n${JSON.stringify(row)}`,
    );
  /** Written as ready text: 20,000 ids a batch, and serialising them must not hold up the API. */
  const batchRow = (batch: Manifest, erased: StoredBatch['erased'], version: number): string =>
    `${batch.uid}\t${(batch.firstAt / 1000).toFixed(3)}\t${(batch.lastAt / 1000).toFixed(3)}\t${list(batch.systems)}\t${list(batch.eventIds)}\t${batch.salts.toString('base64')}\t[${[...erased.keys()].join(',')}]\t${list([...erased.values()].map((c) => c.toString('base64')))}\t${version}`;
  const writeBatches = (rows: readonly string[]) =>
    store.sql(`INSERT INTO log_batches FORMAT TabSeparated\n${rows.join('\n')}`);
  return {
    async entries(from: number, limit: number): Promise<Entry[]> {
      const rows = await store.rows<[string]>(
        'SELECT entry FROM log_entries WHERE log_index >= {from:UInt64} ORDER BY log_index, uid LIMIT {limit:UInt32}',
        { from, limit },
      );
      return rows.map(([entry]) => JSON.parse(entry) as Entry);
    },
    /**
     * Adds entries from a number on; false when another writer took it. ClickHouse drops an insert with
     * a known deduplication token as a whole (docs/decisions/0010).
     */
    async append(index: number, entries: readonly Entry[]): Promise<boolean> {
      const rows = entries.map((entry, i) =>
        JSON.stringify({
          ...{ log_index: index + i, chain_uid: entry.chain_uid, uid: entry.uid },
          entry: JSON.stringify(entry),
        }),
      );
      await store.sql(
        `INSERT INTO log_entries SETTINGS insert_deduplication_token='log-${index}' FORMAT JSONEachRow\n${rows.join('\n')}`,
      );
      const found = await store.rows<[string]>(
        'SELECT uid FROM log_entries WHERE log_index = {index:UInt64}',
        { index },
      );
      return found.length === 1 && found[0]?.[0] === entries[0]?.uid;
    },
    keepBatches: (batches: readonly Manifest[]) =>
      writeBatches(batches.map((batch) => batchRow(batch, new Map(), 0))),
    keepRecord: (record: { uid: string; chain: string; record: string; salt: Buffer }) =>
      insert('log_records', {
        uid: record.uid,
        chain_uid: record.chain,
        record: record.record,
        salt: record.salt.toString('base64'),
      }),
    /** The newest entry of each chain among the first `size` entries. */
    async heads(size: number): Promise<Entry[]> {
      const rows = await store.rows<[string]>(
        `SELECT entry FROM log_entries WHERE log_index IN (
           SELECT max(log_index) FROM log_entries WHERE log_index < {size:UInt64} GROUP BY chain_uid)`,
        { size },
      );
      return rows.map(([entry]) => JSON.parse(entry) as Entry);
    },
    async lastCheckpoint(): Promise<{
      size: number;
      note: string;
      at: number;
      frontier: string;
    } | null> {
      const [row] = await store.rows<[number, string, number, string]>(
        `SELECT size, note, toUnixTimestamp64Milli(signed_at), frontier FROM log_checkpoints
         ORDER BY size DESC, signed_at DESC LIMIT 1`,
      );
      if (row === undefined) return null;
      return { size: Number(row[0]), note: row[1], at: Number(row[2]), frontier: row[3] };
    },
    keepCheckpoint: (c: { size: number; note: string; at: number; frontier?: string }) =>
      insert('log_checkpoints', {
        size: c.size,
        signed_at: new Date(c.at).toISOString(),
        note: c.note,
        frontier: c.frontier ?? '',
      }),
    async checkpoints(): Promise<{ size: number; note: string; at: number }[]> {
      const rows = await store.rows<[number, string, number]>(
        'SELECT size, note, toUnixTimestamp64Milli(signed_at) FROM log_checkpoints ORDER BY size, signed_at',
      );
      return rows.map(([size, note, at]) => ({ size: Number(size), note, at: Number(at) }));
    },
    /** Log positions with their entries' own numbers, to see gaps and double numbers. */
    async numbered(from: number, limit: number): Promise<{ index: number; entry: Entry }[]> {
      const rows = await store.rows<[number, string]>(
        'SELECT log_index, entry FROM log_entries ORDER BY log_index, uid LIMIT {limit:UInt32} OFFSET {from:UInt64}',
        { from, limit },
      );
      return rows.map(([index, entry]) => ({
        index: Number(index),
        entry: JSON.parse(entry) as Entry,
      }));
    },
    async batch(uid: string): Promise<StoredBatch | null> {
      const [row] = await store.rows<BatchRow>(`${BATCH} WHERE uid = {uid:String}`, { uid });
      return row === undefined ? null : toBatch(row);
    },
    /** Uids of batches with events in a half-open window, oldest first. */
    async overlapping(from: number, to: number): Promise<string[]> {
      const rows = await store.rows<[string]>(
        `SELECT uid FROM log_batches FINAL
         WHERE first_at < fromUnixTimestamp64Milli({to:Int64}) AND last_at >= fromUnixTimestamp64Milli({from:Int64})
         ORDER BY first_at, uid`,
        { from, to },
      );
      return rows.map(([uid]) => uid);
    },
    /** Records of a chain by the uid of their entry: the text committed to, and its salt. */
    async records(chain: string): Promise<Map<string, { record: string; salt: Buffer }>> {
      const rows = await store.rows<[string, string, string]>(
        'SELECT uid, record, salt FROM log_records WHERE chain_uid = {chain:String}',
        { chain },
      );
      return new Map(
        rows.map(([uid, record, salt]) => [uid, { record, salt: Buffer.from(salt, 'base64') }]),
      );
    },
    /** Keeps the commitments of erased rows instead of their salts; `forgetSalts` ends it. */
    async eraseSalts(batch: StoredBatch, erased: ReadonlyMap<number, Buffer>): Promise<void> {
      const salts = Buffer.from(batch.salts);
      const width = salts.length / batch.eventIds.length;
      for (const position of erased.keys()) salts.fill(0, position * width, (position + 1) * width);
      await writeBatches([
        batchRow({ ...batch, salts }, new Map([...batch.erased, ...erased]), Date.now()),
      ]);
    },
    /** Older versions still hold the salts until they are merged away; that must not wait. */
    forgetSalts: (): Promise<void> => store.sql('OPTIMIZE TABLE log_batches FINAL'),
  };
};
