// F8 of docs/detection.md, asked from the victims' side: who opened improbably many of these persons?
// It names nobody as a suspect. It says how often chance would give this share, twice: once with every
// person as likely as any other, once with busy persons more likely, and it believes neither alone.
import type { Token } from '../../domain/token.ts';
import { fromLn, lnCommonTail } from '../kit/statistics.ts';

/** What one official had to do with the victims in the window asked about. */
export type CommonOfficial = {
  actor: Token;
  /** Distinct persons this official opened in the window: K of F8. */
  persons: number;
  common: readonly CommonPerson[];
};
export type CommonPerson = {
  subject: Token;
  lookups: number;
  firstAt: number;
  lastAt: number;
  /** First opened before the incident with this person; null where no date was given. */
  isBefore: boolean | null;
};
/** The whole of the window: M persons opened by anybody, `pairs` (official, person) pairs. */
export type AccessPool = {
  persons: number;
  pairs: number;
  officials: number;
  /** Distinct officials per victim, for the victims that anybody opened. */
  degrees: ReadonlyMap<Token, number>;
};
export type CommonRow = {
  actor: Token;
  /** Victims opened, and of those how many before their incident. */
  common: number;
  before: number;
  /** Victims that an equally busy official would share by chance. */
  expected: number;
  persons: number;
  /** Tail by the hypergeometric distribution, and corrected for popular persons. */
  p: number;
  pPopular: number;
  /** The larger of the two, times the number of officials (Bonferroni), at most 1. */
  pCorrected: number;
  isSignificant: boolean;
  victims: readonly CommonPerson[];
};
export type CommonAccess = {
  /** Victims asked about, and those that anybody opened in the window. */
  asked: number;
  opened: number;
  pool: { persons: number; officials: number };
  rows: CommonRow[];
  /** Why the answer is worth less than it looks. */
  caveats: ('few-victims' | 'few-officials' | 'shared-work' | 'never-opened')[];
};

const SIGNIFICANT = 0.05;
/** Fewer victims cannot carry an answer (docs/detection.md F8). */
const LEAST_VICTIMS = 5;
/** With so few officials most of them share many files by their work alone. */
const LEAST_OFFICIALS = 10;
/** A typical official who opened this share of everybody makes overlap ordinary. */
const SHARED_WORK = 0.1;

/** P(at least `k` successes) of independent trials with these chances, by the usual recursion. */
export function poissonBinomialTail(chances: readonly number[], k: number): number {
  if (k <= 0) return 1;
  // at[i] = P(i successes so far) for i < k; what reaches k stays there and is the answer.
  const at = new Float64Array(k);
  at[0] = 1;
  let reached = 0;
  for (const p of chances) {
    reached += (at[k - 1] ?? 0) * p;
    for (let i = k - 1; i > 0; i--) at[i] = (at[i] ?? 0) * (1 - p) + (at[i - 1] ?? 0) * p;
    at[0] = (at[0] ?? 0) * (1 - p);
  }
  return Math.min(1, reached);
}

/**
 * Ranks officials by how improbable their share of the victims is (hypergeometric; Poisson-binomial
 * beside it). `degrees` must hold every victim that was opened. Ties are broken by token, so that the
 * same question gets the same answer.
 */
export function commonAccess(
  officials: readonly CommonOfficial[],
  pool: AccessPool,
  asked: number,
): CommonAccess {
  const opened = pool.degrees.size;
  const rows = officials
    .filter((o) => o.common.length > 0)
    .map((official): CommonRow => {
      const k = official.common.length;
      const p = fromLn(lnCommonTail(k, pool.persons, official.persons, opened));
      const chances = [...pool.degrees.values()].map(
        (degree) => -Math.expm1((-official.persons * degree) / Math.max(1, pool.pairs)),
      );
      const pPopular = Math.max(Number.MIN_VALUE, poissonBinomialTail(chances, k));
      const pCorrected = Math.min(1, Math.max(p, pPopular) * pool.officials);
      return {
        actor: official.actor,
        common: k,
        before: official.common.filter((c) => c.isBefore === true).length,
        expected: (official.persons * opened) / Math.max(1, pool.persons),
        persons: official.persons,
        p,
        pPopular,
        pCorrected,
        isSignificant: pCorrected < SIGNIFICANT && opened >= LEAST_VICTIMS,
        victims: official.common.toSorted((a, b) => a.firstAt - b.firstAt),
      };
    })
    .sort((a, b) => a.p - b.p || b.common - a.common || (a.actor < b.actor ? -1 : 1));
  return {
    asked,
    opened,
    pool: { persons: pool.persons, officials: pool.officials },
    rows,
    caveats: caveatsOf(officials, pool, asked),
  };
}

function caveatsOf(
  officials: readonly CommonOfficial[],
  pool: AccessPool,
  asked: number,
): CommonAccess['caveats'] {
  const shares = officials.map((o) => o.persons / Math.max(1, pool.persons)).sort((a, b) => a - b);
  const typical = shares[shares.length >> 1] ?? 0;
  return [
    ...(pool.degrees.size < LEAST_VICTIMS ? (['few-victims'] as const) : []),
    ...(pool.officials < LEAST_OFFICIALS ? (['few-officials'] as const) : []),
    ...(typical > SHARED_WORK ? (['shared-work'] as const) : []),
    ...(pool.degrees.size < asked ? (['never-opened'] as const) : []),
  ];
}
