import type { CaseSummary, NewCase, NewReveal } from '../data/shapes.ts';
import nl from '../texts/nl.json' with { type: 'json' };

// The catalogue names every word; the compiler checks that none is missing. keys() forgets the literal types.
const keysOf = <K extends string>(words: Record<K, string>): K[] => Object.keys(words) as K[];

export type CaseState = CaseSummary['state'];
export const CASE_STATES = keysOf<CaseState>(nl.cases.state);
export const GROUNDS = keysOf<NewCase['ground']>(nl.cases.ground);
export type Disposition = NonNullable<CaseSummary['disposition']>;
export const DISPOSITIONS = keysOf<Disposition>(nl.cases.disposition);
export const PURPOSES = keysOf<NewReveal['reasonCode']>(nl.cases.reveal.purpose);

/** Outcomes that blame somebody: not without a hearing or a reasoned exception. */
export const isBlame = (disposition: Disposition): boolean =>
  disposition === 'careless' || disposition.startsWith('misuse-');

/** A reveal, export or case is asked for in at least one whole sentence. */
export const MIN_MOTIVATION = 30;
export const MIN_REASON = 10;

export type CaseFilters = { state?: CaseState | undefined; assignee?: 'me' | undefined };
export const caseFiltersFrom = (search: Record<string, unknown>): CaseFilters => ({
  state: CASE_STATES.find((s) => s === search['state']),
  assignee: search['assignee'] === 'me' ? 'me' : undefined,
});
