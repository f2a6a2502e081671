// What each detector can judge at all: the reference files without which it says nothing, and the kinds
// of events it looks at. The proof of coverage says by this table what was not judged and why.
import type { Delivered } from '../../domain/reference.ts';

/** `lookup`: a person was shown; `refused`: asked for and not shown; `unnamed`: the log names no person. */
export type EventKind = 'lookup' | 'refused' | 'unnamed';
export type DataNeeds = {
  /** All of these groups are needed; of a group, one file is enough. */
  files: readonly (readonly (keyof Delivered)[])[];
  kinds: readonly EventKind[];
};

const LOOKUPS: readonly EventKind[] = ['lookup'];
const NAMED: readonly EventKind[] = ['lookup', 'unnamed'];
const ALL: readonly EventKind[] = ['lookup', 'refused', 'unnamed'];
const needs = (
  files: DataNeeds['files'] = [],
  kinds: readonly EventKind[] = LOOKUPS,
): DataNeeds => ({ files, kinds });

/** By detector id; one that is missing here does not pass the tests. */
export const DATA_NEEDS: Readonly<Record<string, DataNeeds>> = {
  self: needs([['officials']]),
  relative: needs([['officials'], ['relations']]),
  'ex-partner': needs([['officials'], ['relations']]),
  housemate: needs([['officials'], ['relations', 'addresses', 'persons']]),
  neighbour: needs([['officials'], ['addresses', 'persons']]),
  colleague: needs([['officials', 'watchlist']]),
  celebrity: needs([['watchlist']]),
  'protected-person': needs([['watchlist', 'persons']]),
  'unusual-volume': needs(),
  'subject-burst': needs(),
  'bulk-export': needs([], NAMED),
  'no-case': needs([['caseload']]),
  'case-mismatch': needs([['caseload']]),
  'repeated-subject': needs(),
  enumeration: needs(),
  'address-targeting': needs([], NAMED),
  'out-of-area': needs(),
  'out-of-hours': needs(),
  'on-leave': needs([['roster']]),
  'expired-role': needs([['officials']]),
  'search-fishing': needs([], NAMED),
  'dormant-subject': needs(),
  'emergency-overuse': needs(),
  'denied-probing': needs([], ALL),
  'shared-account': needs([], ALL),
  'novel-access': needs(),
  'combined-risk': needs(),
};

/** Files that were not delivered and without which this detector judges nothing; empty when it can. */
export function missingFor(detector: string, missing: ReadonlySet<string>): string[] {
  const groups = DATA_NEEDS[detector]?.files ?? [];
  return groups.filter((group) => group.every((file) => missing.has(file))).flat();
}
