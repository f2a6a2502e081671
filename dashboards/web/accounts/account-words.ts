import type { Account } from '../data/shapes.ts';
import nl from '../texts/nl.json' with { type: 'json' };

// The catalogue names every word; the compiler checks that none is missing. keys() forgets the literal types.
const keysOf = <K extends string>(words: Record<K, string>): K[] => Object.keys(words) as K[];

export const ROLES = keysOf<Account['roles'][number]>(nl.session.role);
type Scope = Account['scopes'][number];
/** What a machine may do, with its name in the catalogue, which cannot hold a colon. */
export const SCOPE_WORDS: Readonly<Record<Scope, keyof typeof nl.accounts.scope>> = {
  'events:write': 'events',
  'reference:write': 'reference',
  'alerts:read': 'alerts',
  'metrics:read': 'metrics',
};
export const SCOPES = keysOf<Scope>(SCOPE_WORDS);
/** As the service asks: small letters and digits, then also `.`, `_` and `-`. */
export const isLogin = (text: string): boolean => /^[a-z0-9][a-z0-9._-]{1,63}$/.test(text);
