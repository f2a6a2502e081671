// What was missed? Nobody knows from alerts alone, so the FG looks at lookups that raised none. The draw
// is a function of a seed that is written down first: anyone can repeat it and get the same lookups.
import { createHash } from 'node:crypto';

/** A lookup that raised no alert. `risk` is any positive number; only ratios count. */
export type Candidate = { eventId: string; risk: number };
export type Draw = {
  seed: string;
  frame: number;
  /** Equal chances for every lookup: the only part that a miss rate may be estimated from. */
  random: string[];
  /** Chances in proportion to risk: where a miss is likely to be found. */
  weighted: string[];
};

/** A number in (0, 1) that depends on the seed, the purpose and the lookup only. */
function uniform(seed: string, purpose: string, eventId: string): number {
  const digest = createHash('sha256').update(`${seed}\0${purpose}\0${eventId}`).digest();
  return (digest.readUIntBE(0, 6) + 0.5) / 2 ** 48;
}

function smallest(
  candidates: readonly Candidate[],
  size: number,
  keyOf: (c: Candidate) => number,
): string[] {
  return candidates
    .map((c) => ({ id: c.eventId, key: keyOf(c) }))
    .sort((a, b) => a.key - b.key || (a.id < b.id ? -1 : 1))
    .slice(0, Math.max(0, size))
    .map((c) => c.id);
}

/**
 * Draws two samples without replacement: a random one, and from the rest a risk-weighted one
 * (exponential keys, Efraimidis & Spirakis 2006). The order of the candidates plays no part.
 */
export function drawSamples(
  candidates: readonly Candidate[],
  options: { seed: string; random: number; weighted: number },
): Draw {
  const { seed } = options;
  const random = smallest(candidates, options.random, (c) => uniform(seed, 'random', c.eventId));
  const taken = new Set(random);
  const rest = candidates.filter((c) => !taken.has(c.eventId) && c.risk > 0);
  const weighted = smallest(
    rest,
    options.weighted,
    (c) => -Math.log(uniform(seed, 'weighted', c.eventId)) / c.risk,
  );
  return { seed, frame: candidates.length, random, weighted };
}

export type Finding = 'legitimate' | 'missed' | 'cannot-judge';
export type MissRate = {
  reviewed: number;
  missed: number;
  cannotJudge: number;
  /** Null before anything was reviewed. */
  rate: number | null;
  interval: { low: number; high: number };
  /** Missed lookups in the whole frame, by the interval. */
  inFrame: { low: number; high: number };
};

/**
 * Share of lookups without an alert that should have had one, with a 95 % Clopper-Pearson interval
 * (Biometrika 1934): exact, so that "none found in 300" still says "up to 1.2 %". Lookups that could
 * not be judged count as reviewed in neither way.
 */
export function missRate(findings: readonly Finding[], frame: number): MissRate {
  const missed = findings.filter((f) => f === 'missed').length;
  const cannotJudge = findings.filter((f) => f === 'cannot-judge').length;
  const reviewed = findings.length - cannotJudge;
  const interval = clopperPearson(missed, reviewed);
  return {
    reviewed,
    missed,
    cannotJudge,
    rate: reviewed === 0 ? null : missed / reviewed,
    interval,
    inFrame: { low: Math.floor(interval.low * frame), high: Math.ceil(interval.high * frame) },
  };
}

/** P(X <= k) of a binomial count. */
function binomialCdf(k: number, n: number, p: number): number {
  if (p <= 0) return 1;
  if (p >= 1) return k >= n ? 1 : 0;
  let lnTerm = n * Math.log1p(-p);
  let sum = Math.exp(lnTerm);
  for (let i = 1; i <= k; i++) {
    lnTerm += Math.log((n - i + 1) / i) + Math.log(p) - Math.log1p(-p);
    sum += Math.exp(lnTerm);
  }
  return Math.min(1, sum);
}

const TAIL = 0.025;
const BISECTIONS = 60;

/** The exact two-sided 95 % interval of a share, `k` of `n`; the whole range while n is 0. */
export function clopperPearson(k: number, n: number): { low: number; high: number } {
  if (n === 0) return { low: 0, high: 1 };
  // The bounds are where the tail beyond what was seen becomes 2.5 %; both are monotone in p.
  const solve = (isBeyond: (p: number) => boolean): number => {
    let low = 0;
    let high = 1;
    for (let i = 0; i < BISECTIONS; i++) {
      const middle = (low + high) / 2;
      if (isBeyond(middle)) high = middle;
      else low = middle;
    }
    return (low + high) / 2;
  };
  return {
    low: k === 0 ? 0 : solve((p) => 1 - binomialCdf(k - 1, n, p) > TAIL),
    high: k === n ? 1 : solve((p) => binomialCdf(k, n, p) < TAIL),
  };
}
