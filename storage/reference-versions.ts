import type { ReferenceRows } from '../domain/reference.ts';
import type { Store } from './client.ts';

/** Imported reference data by version, in tokens; the newest serves runs that name no folder. */
export const createReferenceStore = (store: Store) => ({
  async save(rows: ReferenceRows, importedAt: number): Promise<void> {
    const line = JSON.stringify([
      rows.version,
      (importedAt / 1000).toFixed(3),
      JSON.stringify(rows),
    ]);
    await store.sql(`INSERT INTO reference_versions FORMAT JSONCompactEachRow\n${line}`);
  },
  /** Version of the newest import, without reading it. */
  async newestVersion(): Promise<string | null> {
    const [row] = await store.rows<[string]>(
      'SELECT version FROM reference_versions FINAL ORDER BY imported_at DESC, version LIMIT 1',
    );
    return row?.[0] ?? null;
  },
  async newest(): Promise<ReferenceRows | null> {
    const [row] = await store.rows<[string]>(
      'SELECT rows FROM reference_versions FINAL ORDER BY imported_at DESC, version LIMIT 1',
    );
    return row === undefined ? null : (JSON.parse(row[0]) as ReferenceRows);
  },
});
