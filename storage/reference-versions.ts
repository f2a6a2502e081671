import type { ReferenceRows } from '../domain/reference.ts';
import type { Store } from './client.ts';

const KINDS = ['officials', 'ties', 'caseload', 'watchlist', 'roster', 'persons'] as const;
type Kind = (typeof KINDS)[number];

/** About 5 MB of text a part: far below what the engine takes as one value. */
const ROWS_PER_PART = 20_000;

/**
 * Imported reference data by version, in tokens; the newest serves runs that name no folder. A version
 * counts once its row is there, which is written after all its parts: half an import is none.
 */
export const createReferenceStore = (store: Store) => ({
  async save(rows: ReferenceRows, importedAt: number): Promise<void> {
    let parts = 0;
    for (const kind of KINDS)
      for (let from = 0; from < rows[kind].length; from += ROWS_PER_PART) {
        const part = JSON.stringify(rows[kind].slice(from, from + ROWS_PER_PART));
        const line = JSON.stringify([rows.version, parts, kind, part]);
        await store.sql(`INSERT INTO reference_parts FORMAT JSONCompactEachRow\n${line}`);
        parts++;
      }
    const at = (importedAt / 1000).toFixed(3);
    const head = JSON.stringify({ version: rows.version, delivered: rows.delivered });
    await store.sql(
      `INSERT INTO reference_versions (version, imported_at, rows, parts) FORMAT JSONCompactEachRow\n${JSON.stringify([rows.version, at, head, parts])}`,
    );
  },
  /** Version of the newest import, without reading it. */
  async newestVersion(): Promise<string | null> {
    const [row] = await store.rows<[string]>(
      'SELECT version FROM reference_versions FINAL ORDER BY imported_at DESC, version LIMIT 1',
    );
    return row?.[0] ?? null;
  },
  async newest(): Promise<ReferenceRows | null> {
    const [row] = await store.rows<[string, string, number]>(
      'SELECT version, rows, parts FROM reference_versions FINAL ORDER BY imported_at DESC, version LIMIT 1',
    );
    if (row === undefined) return null;
    const [version, head, parts] = row;
    // Before there were parts, the head held the rows.
    const none = Object.fromEntries(KINDS.map((kind) => [kind, []]));
    const rows = { ...none, ...JSON.parse(head) } as ReferenceRows;
    for (let part = 0; part < parts; part++) {
      const [found] = await store.rows<[Kind, string]>(
        'SELECT kind, rows FROM reference_parts WHERE version = {version:String} AND part = {part:UInt32} LIMIT 1',
        { version, part },
      );
      if (found === undefined) throw new Error(`part ${part} of reference data ${version} is gone`);
      for (const one of JSON.parse(found[1])) (rows[found[0]] as unknown[]).push(one);
    }
    return rows;
  },
});
