import type { Store } from './client.ts';

type SessionRow = { idHash: string; session: string; expiresAt: number; isEnded: boolean };

/** Newer than every other version: activity noted elsewhere at the same moment must lose. */
const ENDED = Number.MAX_SAFE_INTEGER;

/** Sessions of reviewers at rest, by the hash of their secret. */
export const createSessionStore = (store: Store, tenant: string) => {
  let version = 0;
  return {
    async save({ idHash, session, expiresAt, isEnded }: SessionRow): Promise<void> {
      // Two changes within one millisecond keep their order, and nothing undoes an ending.
      version = Math.max(version + 1, Date.now() * 1000);
      const row = { tenant, id_hash: idHash, session, expires_at: (expiresAt / 1000).toFixed(3) };
      await store.sql(
        `INSERT INTO review_sessions FORMAT JSONEachRow\n${JSON.stringify({ ...row, is_ended: isEnded, version: isEnded ? ENDED : version })}`,
      );
    },
    async get(idHash: string): Promise<SessionRow | null> {
      const [row] = await store.rows<[string, number, boolean]>(
        'SELECT session, toUnixTimestamp64Milli(expires_at), is_ended FROM review_sessions FINAL WHERE tenant = {tenant:String} AND id_hash = {idHash:String}',
        { tenant, idHash },
      );
      return row === undefined
        ? null
        : { idHash, session: row[0], expiresAt: Number(row[1]), isEnded: row[2] };
    },
    /** Sessions that have not ended. */
    async open(now: number): Promise<SessionRow[]> {
      const rows = await store.rows<[string, string, number]>(
        'SELECT id_hash, session, toUnixTimestamp64Milli(expires_at) FROM review_sessions FINAL WHERE tenant = {tenant:String} AND NOT is_ended AND expires_at > fromUnixTimestamp64Milli({now:Int64})',
        { tenant, now },
      );
      return rows.map(([idHash, session, expiresAt]) => ({
        ...{ idHash, session, expiresAt: Number(expiresAt) },
        isEnded: false,
      }));
    },
  };
};
