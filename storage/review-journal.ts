import { createHash } from 'node:crypto';
import type { Store } from './client.ts';

type Entry = { chain: string; sequence: number; fingerprint: string; entry: string };
/** Inserts may become visible a little out of the order of their clock: read that much again. */
const OVERLAP_SECONDS = 10;

/**
 * Histories of review at rest. ClickHouse drops a second insert with the deduplication token of an
 * earlier one, atomically (docs/decisions/0010): of two writers of one sequence exactly one row stays.
 */
export const createJournalStore = (store: Store, tenant: string) => ({
  /** True when this entry is the one that stands at its sequence. */
  async append({ chain, sequence, fingerprint, entry }: Entry): Promise<boolean> {
    const place = createHash('sha256')
      .update(JSON.stringify([tenant, chain, sequence]))
      .digest('hex');
    const row = JSON.stringify({ tenant, chain, sequence, fingerprint, entry });
    await store.sql(
      `INSERT INTO review_events (tenant, chain, sequence, fingerprint, entry) SETTINGS insert_deduplication_token='${place}' FORMAT JSONEachRow\n${row}`,
    );
    const rows = await store.rows<[string]>(
      'SELECT fingerprint FROM review_events WHERE tenant = {tenant:String} AND chain = {chain:String} AND sequence = {sequence:UInt32}',
      { tenant, chain, sequence },
    );
    return rows[0]?.[0] === fingerprint;
  },
  async read(chain: string, fromSequence: number): Promise<Entry[]> {
    const rows = await store.rows<[string, number, string, string]>(
      'SELECT chain, sequence, fingerprint, entry FROM review_events WHERE tenant = {tenant:String} AND chain = {chain:String} AND sequence >= {fromSequence:UInt32} ORDER BY sequence',
      { tenant, chain, fromSequence },
    );
    return rows.map(toEntry);
  },
  /** Everything stored since a place in the order of storing, and the new place. */
  async since(place: string | null): Promise<{ entries: Entry[]; place: string }> {
    const rows = await store.rows<[string, number, string, string, number]>(
      `SELECT chain, sequence, fingerprint, entry, toUnixTimestamp64Micro(inserted_at) AS stored FROM review_events
       WHERE tenant = {tenant:String} AND inserted_at >= fromUnixTimestamp64Micro({from:Int64}) ORDER BY sequence`,
      { tenant, from: Math.max(0, Number(place ?? 0) - OVERLAP_SECONDS * 1_000_000) },
    );
    let newest = Number(place ?? 0);
    for (const row of rows) newest = Math.max(newest, Number(row[4]));
    return { entries: rows.map(toEntry), place: String(newest) };
  },
  /** Every row as it stands, for checking: nothing is filtered by tenant or by fit. */
  async raw(): Promise<(Entry & { tenant: string })[]> {
    const rows = await store.rows<[string, number, string, string, string]>(
      'SELECT chain, sequence, fingerprint, entry, tenant FROM review_events ORDER BY tenant, chain, sequence',
    );
    return rows.map(([chain, sequence, fingerprint, entry, owner]) => ({
      ...{ chain, sequence: Number(sequence), fingerprint, entry },
      tenant: owner,
    }));
  },
});

const toEntry = ([chain, sequence, fingerprint, entry]: [
  string,
  number,
  string,
  string,
  ...unknown[],
]): Entry => ({ chain, sequence: Number(sequence), fingerprint, entry });
