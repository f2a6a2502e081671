import type { DeadLetterReason } from '../domain/outcome.ts';
import type { Store } from './client.ts';

export type DeadLetterRow = {
  deadLetterId: string;
  source: string;
  lineNumber: number;
  reason: DeadLetterReason;
  field: string | null;
  sizeBytes: number;
  /** The original bytes, sealed with a vault key: they may hold identities. */
  sealed: string;
  /** What has to be read before them, sealed too; left out where they stand alone. */
  sealedBefore?: string;
};

export type DeadLetterStore = ReturnType<typeof createDeadLetterStore>;
/** Lines that could not be used, kept sealed until they are mended or expire. */
export const createDeadLetterStore = (store: Store) => ({
  async append(rows: DeadLetterRow[]): Promise<void> {
    if (rows.length === 0) return;
    const lines = rows.map((r) =>
      JSON.stringify([
        r.deadLetterId,
        r.source,
        r.lineNumber,
        r.reason,
        r.field ?? '',
        r.sizeBytes,
        r.sealed,
        r.sealedBefore ?? '',
      ]),
    );
    await store.sql(
      `INSERT INTO dead_letters (dead_letter_id, source, line_number, reason, field, size_bytes, sealed, sealed_before) FORMAT JSONCompactEachRow\n${lines.join('\n')}`,
    );
  },
  /** Letters with their sealed bytes, in order of id, those after the one given. */
  async sealed(reason: string, after: string, limit: number): Promise<DeadLetterRow[]> {
    const rows = await store.rows<
      [string, string, number, DeadLetterReason, string, number, string, string]
    >(
      `SELECT dead_letter_id, source, line_number, reason, field, size_bytes, sealed, sealed_before FROM dead_letters FINAL
       WHERE dead_letter_id > {after:String} AND ({reason:String} = '' OR reason = {reason:String})
       ORDER BY dead_letter_id LIMIT {limit:UInt32}`,
      { reason, after, limit },
    );
    return rows.map(
      ([deadLetterId, source, lineNumber, why, field, sizeBytes, sealed, before]) => ({
        ...{ deadLetterId, source, lineNumber: Number(lineNumber), reason: why },
        ...{ field: field === '' ? null : field, sizeBytes: Number(sizeBytes), sealed },
        ...(before === '' ? {} : { sealedBefore: before }),
      }),
    );
  },
  /** Takes letters away whose lines became events. */
  async remove(ids: readonly string[]): Promise<void> {
    if (ids.length > 0)
      await store.sql('DELETE FROM dead_letters WHERE dead_letter_id IN ({ids:Array(String)})', {
        ids,
      });
  },
  /** Ids of all letters. */
  async newestIds(limit: number): Promise<Set<string>> {
    const rows = await store.rows<[string]>(
      'SELECT dead_letter_id FROM dead_letters ORDER BY received_at DESC LIMIT {limit:UInt32}',
      { limit },
    );
    return new Set(rows.map(([id]) => id));
  },
  async counts(): Promise<[reason: string, count: number][]> {
    const rows = await store.rows<[string, number]>(
      'SELECT reason, count() FROM dead_letters FINAL GROUP BY reason ORDER BY reason',
    );
    return rows.map(([reason, count]) => [reason, Number(count)]);
  },
  /** Letters without their bytes, and how many there are by reason and source. */
  async list(reason: string, limit: number, offset: number) {
    const rows = await store.rows<[string, string, number, DeadLetterReason, string, number]>(
      `SELECT dead_letter_id, source, line_number, reason, field, size_bytes FROM dead_letters FINAL
       WHERE {reason:String} = '' OR reason = {reason:String}
       ORDER BY dead_letter_id LIMIT {limit:UInt32} OFFSET {offset:UInt32}`,
      { reason, limit, offset },
    );
    const counts = await store.rows<[DeadLetterReason, string, number]>(
      'SELECT reason, source, count() FROM dead_letters FINAL GROUP BY reason, source ORDER BY reason, source',
    );
    return {
      items: rows.map(([deadLetterId, source, lineNumber, why, field, sizeBytes]) => ({
        ...{ deadLetterId, source, lineNumber: Number(lineNumber), reason: why },
        ...{ field: field === '' ? null : field, sizeBytes: Number(sizeBytes) },
      })),
      counts: counts.map(([why, source, letters]) => ({
        ...{ reason: why, source, letters: Number(letters) },
      })),
    };
  },
});
