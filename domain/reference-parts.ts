import type { ReferenceRows } from './reference.ts';

export const KINDS = ['officials', 'ties', 'caseload', 'watchlist', 'roster', 'persons'] as const;
export type ReferenceKind = (typeof KINDS)[number];

/** About 5 MB of text a part: the rows of a large municipality fit in no single string. */
const ROWS_PER_PART = 20_000;

/** Rows of one kind as a JSON array: the form in which reference data are stored. */
export type ReferencePart = { kind: ReferenceKind; text: string };

/** Rows as parts, kind after kind. */
export function* partsOf(rows: ReferenceRows): Generator<ReferencePart> {
  for (const kind of KINDS)
    for (let from = 0; from < rows[kind].length; from += ROWS_PER_PART)
      yield { kind, text: JSON.stringify(rows[kind].slice(from, from + ROWS_PER_PART)) };
}
