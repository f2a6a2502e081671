// A quoted case number is evidence only if the case exists, is open, and concerns this person or the
// household (docs/detection.md §1). Checked against the register, never believed.
import type { CaseloadRow, ReferenceData } from '../../domain/reference.ts';
import { DAY_MS } from '../../domain/time.ts';
import type { Token } from '../../domain/token.ts';

/** Objections may come six weeks after the end (Awb 6:7); until then the case is worked on. */
const AFTER_MS = 42 * DAY_MS;
const BEFORE_MS = 7 * DAY_MS;

export type CaseFault = 'unknown' | 'closed' | 'other-person';

const isOpenAt = (row: CaseloadRow, at: number): boolean =>
  (row.from === null || row.from - BEFORE_MS <= at) && (row.to === null || at < row.to + AFTER_MS);

/** What is wrong with a quoted number; null when nothing is. Needs a delivered caseload. */
export function caseFault(
  caseRef: Token,
  subject: Token,
  at: number,
  reference: ReferenceData,
): CaseFault | null {
  const rows = reference.casesByRef(caseRef);
  if (rows.length === 0) return 'unknown';
  const household = reference.household(subject);
  // A row without a person (a mailing, a project) cannot be about somebody else.
  const concerned = rows.filter(
    (row) => row.subject === null || row.subject === subject || household.includes(row.subject),
  );
  if (concerned.length === 0) return 'other-person';
  return concerned.some((row) => isOpenAt(row, at)) ? null : 'closed';
}
