import type { Delivered, ReferenceRows } from './reference.ts';

const KINDS = ['officials', 'ties', 'caseload', 'watchlist', 'roster', 'persons'] as const;
export type ReferenceKind = (typeof KINDS)[number];

/** About 5 MB of text a part: the rows of a large municipality fit in no single string. */
const ROWS_PER_PART = 20_000;

/**
 * Reference data as text in parts, in memory that threads share: each reads the rows itself, and whoever
 * only hands them on holds no objects. `text` is a JSON array of rows of one kind, as UTF-8.
 */
export type PackedReference = {
  version: string;
  delivered: Delivered;
  parts: { kind: ReferenceKind; text: Uint8Array }[];
};

/** Text in memory that threads share instead of copying it. */
export function sharedText(text: string): Uint8Array {
  const bytes = Buffer.from(text);
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}

export function packReference(rows: ReferenceRows): PackedReference {
  const parts: PackedReference['parts'] = [];
  for (const kind of KINDS)
    for (let from = 0; from < rows[kind].length; from += ROWS_PER_PART)
      parts.push({
        kind,
        text: sharedText(JSON.stringify(rows[kind].slice(from, from + ROWS_PER_PART))),
      });
  return { version: rows.version, delivered: rows.delivered, parts };
}

export function unpackReference({ version, delivered, parts }: PackedReference): ReferenceRows {
  const rows: ReferenceRows = {
    ...{ version, delivered, officials: [], ties: [], caseload: [] },
    ...{ watchlist: [], roster: [], persons: [] },
  };
  for (const { kind, text } of parts) {
    const { buffer, byteOffset, byteLength } = text;
    const into = rows[kind] as unknown[];
    for (const row of JSON.parse(Buffer.from(buffer, byteOffset, byteLength).toString()))
      into.push(row);
  }
  return rows;
}
