import {
  createReferencePacker,
  type PackedReference,
  packReference,
  unpackReference,
} from '../domain/packed-reference.ts';
import type { ReferenceRows } from '../domain/reference.ts';
import { partsOf, type ReferenceKind } from '../domain/reference-parts.ts';
import type { Store } from './client.ts';

/**
 * Imported reference data by version, in tokens; the newest serves runs that name no folder. A version
 * counts once its row is there, which is written after all its parts: half an import is none.
 */
export const createReferenceStore = (store: Store) => {
  async function newestPacked(): Promise<PackedReference | null> {
    const [row] = await store.rows<[string, string, number]>(
      'SELECT version, rows, parts FROM reference_versions FINAL ORDER BY imported_at DESC, version LIMIT 1',
    );
    if (row === undefined) return null;
    const [version, head, count] = row;
    // Before there were parts, the head held the rows.
    if (Number(count) === 0) return packReference(JSON.parse(head) as ReferenceRows);
    const { delivered } = JSON.parse(head) as Pick<ReferenceRows, 'delivered'>;
    const packer = createReferencePacker();
    for (let part = 0; part < count; part++) {
      const [found] = await store.rows<[ReferenceKind, string]>(
        'SELECT kind, rows FROM reference_parts WHERE version = {version:String} AND part = {part:UInt32} LIMIT 1',
        { version, part },
      );
      if (found === undefined) throw new Error(`part ${part} of reference data ${version} is gone`);
      packer.add(found[0], JSON.parse(found[1]));
    }
    return packer.pack(version, delivered);
  }

  return {
    async save(rows: ReferenceRows, importedAt: number): Promise<void> {
      const { version, delivered } = rows;
      let count = 0;
      for (const { kind, text } of partsOf(rows)) {
        const line = JSON.stringify([version, count++, kind, text]);
        await store.sql(`INSERT INTO reference_parts FORMAT JSONCompactEachRow\n${line}`);
      }
      const at = (importedAt / 1000).toFixed(3);
      // Without any rows the head is all there is, in the form that it had before there were parts.
      const head = count === 0 ? JSON.stringify(rows) : JSON.stringify({ delivered });
      const line = JSON.stringify([version, at, head, count]);
      await store.sql(
        `INSERT INTO reference_versions (version, imported_at, rows, parts) FORMAT JSONCompactEachRow\n${line}`,
      );
    },
    /** Version of the newest import, without reading it. */
    async newestVersion(): Promise<string | null> {
      const [row] = await store.rows<[string]>(
        'SELECT version FROM reference_versions FINAL ORDER BY imported_at DESC, version LIMIT 1',
      );
      return row?.[0] ?? null;
    },
    newestPacked,
    async newest(): Promise<ReferenceRows | null> {
      const packed = await newestPacked();
      return packed === null ? null : unpackReference(packed);
    },
  };
};
