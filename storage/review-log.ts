import type { Store } from './client.ts';

type Row = {
  chain: string;
  sequence: number;
  fingerprint: string;
  entry: string;
  at: number;
  account: string;
  operation: string;
};
export type LogFilter = {
  from: number;
  to: number;
  account?: string | undefined;
  operation?: string | undefined;
  objectId?: string | undefined;
  onlyRefused: boolean;
  /** The entry after which to go on, newest first. */
  before: { at: number; chain: string; sequence: number } | null;
  limit: number;
};

/** Who did or read what, at rest; rows are only ever added. */
export const createReviewLogStore = (store: Store, tenant: string) => ({
  async append(rows: readonly Row[]): Promise<void> {
    const lines = rows.map((row) =>
      JSON.stringify({ tenant, ...row, at: (row.at / 1000).toFixed(3) }),
    );
    await store.sql(`INSERT INTO review_log FORMAT JSONEachRow\n${lines.join('\n')}`);
  },
  async newest(): Promise<{ chain: string; sequence: number; fingerprint: string } | null> {
    const [row] = await store.rows<[string, number, string]>(
      'SELECT chain, sequence, fingerprint FROM review_log WHERE tenant = {tenant:String} ORDER BY at DESC, chain DESC, sequence DESC LIMIT 1',
      { tenant },
    );
    return row === undefined
      ? null
      : { chain: row[0], sequence: Number(row[1]), fingerprint: row[2] };
  },
  /** Newest first: the texts of the entries and their fingerprints. */
  async list(filter: LogFilter): Promise<{ entry: string; fingerprint: string }[]> {
    const { before } = filter;
    const rows = await store.rows<[string, string]>(
      `SELECT entry, fingerprint FROM review_log
       WHERE tenant = {tenant:String} AND at >= fromUnixTimestamp64Milli({from:Int64}) AND at < fromUnixTimestamp64Milli({to:Int64})
         AND ({account:String} = '' OR account = {account:String})
         AND ({operation:String} = '' OR operation = {operation:String})
         AND ({objectId:String} = '' OR has(JSONExtract(entry, 'objectIds', 'Array(String)'), {objectId:String}))
         AND ({onlyRefused:UInt8} = 0 OR JSONExtractString(entry, 'outcome') = 'refused')
         AND ({isFirst:UInt8} = 1 OR (toUnixTimestamp64Milli(at), chain, sequence) < ({beforeAt:Int64}, {beforeChain:String}, {beforeSequence:UInt64}))
       ORDER BY at DESC, chain DESC, sequence DESC LIMIT {limit:UInt32}`,
      {
        tenant,
        from: filter.from,
        to: filter.to,
        account: filter.account ?? '',
        operation: filter.operation ?? '',
        objectId: filter.objectId ?? '',
        onlyRefused: filter.onlyRefused ? 1 : 0,
        isFirst: before === null ? 1 : 0,
        beforeAt: before?.at ?? 0,
        beforeChain: before?.chain ?? '',
        beforeSequence: before?.sequence ?? 0,
        limit: filter.limit,
      },
    );
    return rows.map(([entry, fingerprint]) => ({ entry, fingerprint }));
  },
  /** How many entries since then ended in each code of refusal. */
  async refusals(from: number, to: number): Promise<Map<string, number>> {
    const rows = await store.rows<[string, number]>(
      `SELECT JSONExtractString(entry, 'code') AS code, count() FROM review_log
       WHERE tenant = {tenant:String} AND at >= fromUnixTimestamp64Milli({from:Int64}) AND at < fromUnixTimestamp64Milli({to:Int64}) AND code != ''
       GROUP BY code`,
      { tenant, from, to },
    );
    return new Map(rows.map(([code, count]) => [code, Number(count)]));
  },
  /** Every row as it stands, for checking. */
  async raw(): Promise<(Row & { tenant: string })[]> {
    const rows = await store.rows<[string, number, string, string, number, string, string, string]>(
      'SELECT chain, sequence, fingerprint, entry, toUnixTimestamp64Milli(at), account, operation, tenant FROM review_log ORDER BY tenant, chain, sequence',
    );
    return rows.map(([chain, sequence, fingerprint, entry, at, account, operation, owner]) => ({
      ...{ chain, sequence: Number(sequence), fingerprint, entry, at: Number(at) },
      ...{ account, operation, tenant: owner },
    }));
  },
});
