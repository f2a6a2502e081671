import { SEVERITIES, type Severity, TYPOLOGIES, type Typology } from '../../../domain/typology.ts';
import type { AlertSummary } from '../data/shapes.ts';
import nl from '../texts/nl.json' with { type: 'json' };

export type TriageState = AlertSummary['status'];
// The catalogue names every state; the compiler checks that none is missing.
const STATE_WORDS: Record<TriageState, string> = nl.triage.status;
/** Every state of triage, in the order of the work. */
export const TRIAGE_STATES = Object.keys(STATE_WORDS) as TriageState[]; // keys() forgets the literal types

/** What of the queue is shown; all of it lives in the address, so that a link or bookmark shows the same. */
export type Filters = {
  severity?: Severity | undefined;
  typology?: Typology | undefined;
  /** Without it: what is still to be decided. */
  status?: TriageState | undefined;
  assignee?: 'me' | 'nobody' | undefined;
  sort?: '-openedAt' | undefined;
  /** What a suppression hides is left out unless asked for. */
  suppressed?: 'only' | 'with' | undefined;
};

const oneOf = <T extends string>(allowed: readonly T[], value: unknown): T | undefined =>
  allowed.find((word) => word === value);

/** Reads filters from an address; what is not known is left out rather than refused. */
export const filtersFrom = (search: Record<string, unknown>): Filters => ({
  severity: oneOf(SEVERITIES, search['severity']),
  typology: oneOf(TYPOLOGIES, search['typology']),
  status: oneOf(TRIAGE_STATES, search['status']),
  assignee: oneOf(['me', 'nobody'], search['assignee']),
  sort: oneOf(['-openedAt'], search['sort']),
  suppressed: oneOf(['only', 'with'], search['suppressed']),
});

/** How many filters narrow the list. */
export const filterCount = (filters: Filters): number =>
  [filters.severity, filters.typology, filters.status, filters.assignee, filters.suppressed].filter(
    (f) => f !== undefined,
  ).length;
