// Formulas F1, F3, F5, F7 and F8 of docs/detection.md. Everything stays in natural logs until the
// very end: 1 − cdf clamps at 1e-15, and ties in the tail cost the whole recall at a small budget.
import { median, medianAbsoluteDeviation } from 'simple-statistics';

/** Smallest p a detector may state: a positive double, so that logs stay finite. */
export const MIN_P = 1e-300;
/** Terms below this share of the sum no longer change a double. */
const NEGLIGIBLE = 1e-14;
/** Below this dispersion the negative binomial is a Poisson to the last digit. */
const POISSON_PHI = 1e-6;

// Lanczos, g = 7, nine terms: relative error below 1e-14 on the positive axis.
const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** Natural log of the gamma function for x > 0. */
export function lnGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - lnGamma(1 - x);
  const y = x - 1;
  let sum = 0.99999999999980993;
  for (let i = 0; i < LANCZOS.length; i++) sum += (LANCZOS[i] ?? 0) / (y + i + 1);
  const t = y + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (y + 0.5) * Math.log(t) - t + Math.log(sum);
}

const lnChoose = (n: number, k: number): number =>
  lnGamma(n + 1) - lnGamma(k + 1) - lnGamma(n - k + 1);
const lnBeta = (a: number, b: number): number => lnGamma(a) + lnGamma(b) - lnGamma(a + b);

/** ln of a sum of exponentials, by the largest term. */
export function logSumExp(terms: readonly number[]): number {
  let top = Number.NEGATIVE_INFINITY;
  for (const term of terms) if (term > top) top = term;
  if (top === Number.NEGATIVE_INFINITY) return top;
  let sum = 0;
  for (const term of terms) sum += Math.exp(term - top);
  return top + Math.log(sum);
}

/**
 * F1: ln P(X >= x) of a count with mean `mu` and variance mu + phi·mu². Counts and mean share one
 * unit; `phi` has none, and below 1e-6 the count is Poisson.
 */
export function lnTail(x: number, mu: number, phi: number): number {
  if (x <= 0) return 0;
  if (mu <= 0) return Math.log(MIN_P);
  const isPoisson = phi < POISSON_PHI;
  const r = isPoisson ? 0 : 1 / phi;
  // ln q and ln(1 − q) of the negative binomial; a Poisson step is μ/(k+1) instead.
  const lnQ = isPoisson ? 0 : -Math.log1p(r / mu);
  const lnNotQ = isPoisson ? 0 : -Math.log1p(mu / r);
  const q = Math.exp(lnQ);
  const step = (k: number) => (isPoisson ? mu / (k + 1) : ((k + r) / (k + 1)) * q);
  if (x <= mu) {
    let term = Math.exp(isPoisson ? -mu : r * lnNotQ);
    if (term > 0) {
      let below = 0;
      for (let k = 0; k < x; k++) {
        below += term;
        term *= step(k);
      }
      return Math.log1p(-Math.min(below, 1));
    }
    return 0; // pmf(0) underflows: the mean is in the hundreds and x is on its ordinary side
  }
  const lnPmf = isPoisson
    ? -mu + x * Math.log(mu) - lnGamma(x + 1)
    : lnGamma(x + r) - lnGamma(r) - lnGamma(x + 1) + r * lnNotQ + x * lnQ;
  let sum = 0;
  let term = 1;
  for (let k = x; term >= NEGLIGIBLE * sum; k++) {
    sum += term;
    term *= step(k);
  }
  return Math.min(0, lnPmf + Math.log(sum));
}

/** ln p to a p that is never zero. */
export const fromLn = (lnP: number): number => Math.max(MIN_P, Math.min(1, Math.exp(lnP)));

/** Complementary error function with a relative error near 1e-14, also far into the tail. */
export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  if (x < 2) {
    // Maclaurin series of erf; at 2 its largest term is 5, so no digit of weight is lost.
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * sum; n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum;
  }
  let tail = 0;
  for (let n = 120; n >= 1; n--) tail = n / 2 / (x + tail);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + tail);
}

/** Floor of the spread on the log scale (F3): a person who is always even must not alarm at +1. */
const MIN_LOG_SPREAD = 0.35;

/** F3: p of a count against earlier counts on the log scale, by median and MAD; 1 without a past. */
export function logMadP(x: number, earlier: readonly number[]): number {
  if (earlier.length === 0) return 1;
  const logs = earlier.map((count) => Math.log1p(count));
  // 1.4826 makes the MAD an estimate of the standard deviation of a normal.
  const spread = Math.max(1.4826 * medianAbsoluteDeviation(logs), MIN_LOG_SPREAD);
  const z = (Math.log1p(x) - median(logs)) / spread;
  return Math.max(MIN_P, 0.5 * erfc(z / Math.SQRT2));
}

/**
 * F5: ln P(K >= k) of k among n events with a property that has share `q` in the role, beta-binomial
 * with `weight` events' worth of trust in q.
 */
export function lnShareTail(k: number, n: number, q: number, weight = 50): number {
  if (k <= 0) return 0;
  const a = weight * q;
  const b = weight * (1 - q);
  const first = lnChoose(n, k) + lnBeta(k + a, n - k + b) - lnBeta(a, b);
  // Each term from the one before: eight gammas in all instead of eight a term.
  let term = 1;
  let sum = 1;
  for (let j = k; j < n; j++) {
    term *= ((n - j) / (j + 1)) * ((j + a) / (n - j - 1 + b));
    sum += term;
    if (term < NEGLIGIBLE * sum) break;
  }
  return Math.min(0, first + Math.log(sum));
}

/**
 * F6: how often a bin at most as likely as `bin` comes up, when `shares` backs off the own counts
 * with `alpha` events' worth of trust. Bins and counts have the same length.
 */
export function rareBinP(
  own: ArrayLike<number>,
  total: number,
  shares: ArrayLike<number>,
  bin: number,
  alpha = 20,
): number {
  const shareOf = (h: number) => ((own[h] ?? 0) + alpha * (shares[h] ?? 0)) / (total + alpha);
  const limit = shareOf(bin) * (1 + 1e-12);
  let p = 0;
  for (let h = 0; h < shares.length; h++) {
    const share = shareOf(h);
    if (share <= limit) p += share;
  }
  return Math.min(1, Math.max(MIN_P, p));
}

/** F7: persons met by chance among `lookups`, with `related` such persons in a pool of `population`. */
export const chanceHits = (lookups: number, related: number, population: number): number =>
  (lookups * related) / population;

/** F7: chance of at least `hits` related persons (Poisson). */
export function chanceP(lookups: number, related: number, population: number, hits = 1): number {
  const lambda = chanceHits(lookups, related, population);
  return hits <= 1 ? Math.max(MIN_P, -Math.expm1(-lambda)) : fromLn(lnTail(hits, lambda, 0));
}

/** F8: ln P of `k` or more common persons among `n` victims, `seen` of `pool` persons being seen. */
export function lnCommonTail(k: number, pool: number, seen: number, n: number): number {
  const terms: number[] = [];
  for (let i = k; i <= Math.min(seen, n); i++)
    terms.push(lnChoose(seen, i) + lnChoose(pool - seen, n - i) - lnChoose(pool, n));
  return Math.min(0, logSumExp(terms));
}
