import type { Breach, BreachStep } from '../data/shapes.ts';
import nl from '../texts/nl.json' with { type: 'json' };

// The catalogue names every word; the compiler checks that none is missing. keys() forgets the literal types.
const keysOf = <K extends string>(words: Record<K, string>): K[] => Object.keys(words) as K[];

export const CAUSES = keysOf<NonNullable<Breach['cause']>>(nl.breaches.cause);
export const RISKS = keysOf<NonNullable<Breach['risk']>>(nl.breaches.risk);
export const PHASES = keysOf<Breach['notifications'][number]['phase']>(nl.breaches.phase);
export const INFORM = keysOf<Breach['informDecisions'][number]['decision']>(nl.breaches.inform);
export type StepKind = BreachStep['kind'];

export type BreachFilters = { open?: 'all' | undefined };
export const breachFiltersFrom = (search: Record<string, unknown>): BreachFilters => ({
  open: search['open'] === 'all' ? 'all' : undefined,
});
