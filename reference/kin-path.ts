import type { TiePath } from './person-tie.ts';

/** Steps of a kin path: up to a parent, down to a child, partner, former partner. */
export type Step = 'U' | 'D' | 'P' | 'X';

const BLOOD: Record<string, TiePath> = {
  U: { nl: 'ouder', en: 'parent' },
  D: { nl: 'kind', en: 'child' },
  UD: { nl: 'broer of zus', en: 'sibling' },
  UU: { nl: 'grootouder', en: 'grandparent' },
  DD: { nl: 'kleinkind', en: 'grandchild' },
  // Without a partnership on record this is how the other parent of one's child shows.
  DU: { nl: 'andere ouder van kind', en: 'other parent of child' },
  UUU: { nl: 'overgrootouder', en: 'great-grandparent' },
  UUD: { nl: 'oom of tante', en: 'uncle or aunt' },
  UDD: { nl: 'neef of nicht (kind van broer of zus)', en: 'nephew or niece (child of sibling)' },
  DDD: { nl: 'achterkleinkind', en: 'great-grandchild' },
};
const MARRIAGE: Record<string, TiePath> = {
  P: { nl: 'partner', en: 'partner' },
  X: { nl: 'ex-partner', en: 'former partner' },
  XP: { nl: 'partner van ex-partner', en: 'partner of former partner' },
  PX: { nl: 'ex-partner van partner', en: 'former partner of partner' },
};

/**
 * A path is kept when at most one step is a marriage (or both are, and one of them has ended) and it
 * does not go down and up again: a child's other parent is the only such relation that has a name.
 */
const ALLOWED = /^(?:DU|XP|PX|U{0,3}D{0,3}|U{0,2}D{0,2}[PX]U{0,2}D{0,2})$/;

const of = (what: TiePath, whom: TiePath): TiePath => ({
  nl: `${what.nl} van ${whom.nl}`,
  en: `${what.en} of ${whom.en}`,
});

const cache = new Map<string, TiePath | null>();

/** The words for a path read from the official outwards, or null when the path is no kinship. */
export function kinPath(steps: string): TiePath | null {
  let path = cache.get(steps);
  if (path === undefined) {
    path = compose(steps);
    cache.set(steps, path);
  }
  return path;
}

function compose(steps: string): TiePath | null {
  if (steps === '' || steps.length > 3 || !ALLOWED.test(steps)) return null;
  const known = BLOOD[steps] ?? MARRIAGE[steps];
  if (known !== undefined) return known;
  const at = steps.search(/[PX]/);
  const marriage = MARRIAGE[steps.charAt(at)];
  if (marriage === undefined) return null;
  const before = BLOOD[steps.slice(0, at)];
  const after = BLOOD[steps.slice(at + 1)];
  const joined = before === undefined ? marriage : of(marriage, before);
  return after === undefined ? joined : of(after, joined);
}
