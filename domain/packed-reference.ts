import type { Delivered, ReferenceRows, TieRow } from './reference.ts';

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

/** Rows of one kind as parts; `texts` holds each row as JSON. */
export function packRows(kind: ReferenceKind, texts: readonly string[]): PackedReference['parts'] {
  const parts: PackedReference['parts'] = [];
  for (let from = 0; from < texts.length; from += ROWS_PER_PART)
    parts.push({
      kind,
      text: sharedText(`[${texts.slice(from, from + ROWS_PER_PART).join(',')}]`),
    });
  return parts;
}

export const packReference = (rows: ReferenceRows): PackedReference => ({
  ...{ version: rows.version, delivered: rows.delivered },
  parts: KINDS.flatMap((kind) =>
    packRows(
      kind,
      rows[kind].map((row) => JSON.stringify(row)),
    ),
  ),
});

/**
 * The rows again. Equal texts become one string and equal paths one object: the token of a person stands in
 * many rows, and half of the memory would be copies of it. Those strings are added to `texts`, or taken from
 * it, for whoever reads the same tokens elsewhere.
 */
export function unpackReference(
  { version, delivered, parts }: PackedReference,
  texts = new Map<string, string>(),
): ReferenceRows {
  const rows: ReferenceRows = {
    ...{ version, delivered, officials: [], ties: [], caseload: [] },
    ...{ watchlist: [], roster: [], persons: [] },
  };
  const unify = createUnifier(texts);
  for (const { kind, text } of parts) {
    const { buffer, byteOffset, byteLength } = text;
    const read = JSON.parse(Buffer.from(buffer, byteOffset, byteLength).toString());
    for (const row of read) {
      unify[kind](row);
      (rows[kind] as unknown[]).push(row);
    }
  }
  return rows;
}

/** For each kind, what puts the strings of equal ones seen before into a row. */
function createUnifier(texts: Map<string, string>): {
  [K in ReferenceKind]: (row: ReferenceRows[K][number]) => void;
} {
  const paths = new Map<string, TieRow['path']>();
  const one = <T extends string | null>(text: T): T => {
    if (text === null) return text;
    const known = texts.get(text) as T | undefined;
    if (known === undefined) texts.set(text, text);
    return known ?? text;
  };
  return {
    officials(row) {
      row.actor = one(row.actor);
      row.persons = row.persons.map(one);
      row.unit = one(row.unit);
      row.role = one(row.role);
      row.manager = one(row.manager);
    },
    ties(row) {
      row.actor = one(row.actor);
      row.subject = one(row.subject);
      const known = paths.get(row.path.nl);
      if (known === undefined) paths.set(row.path.nl, row.path);
      else if (known.en === row.path.en) row.path = known;
    },
    caseload(row) {
      row.caseRef = one(row.caseRef);
      row.subject = one(row.subject);
      row.actor = one(row.actor);
      row.unit = one(row.unit);
      row.domain = one(row.domain);
    },
    watchlist(row) {
      row.subject = one(row.subject);
    },
    roster(row) {
      row.actor = one(row.actor);
    },
    persons(row) {
      row.subject = one(row.subject);
      row.municipality = one(row.municipality);
      row.household = one(row.household);
    },
  };
}
