// F2 and F4 of docs/detection.md over the active days of one official: plain data, so that a
// snapshot is a copy.
const HALF_LIFE_DAYS = 20; // active days; measured on the permit logs
const ALPHA = 1 - 2 ** (-1 / HALF_LIFE_DAYS);
/** Active days' worth of trust in the role prior. */
const PRIOR_DAYS = 10;
const MIN_MEAN = 0.3;
/** A day teaches at most this many standard deviations: a burst must not become the usual. */
const WINSOR_SD = 4;
const MIN_PHI = 0.02;
const MAX_PHI = 4;

/** Mean and dispersion of a daily count: variance is mu + phi·mu². */
export type Expected = { mu: number; phi: number };
export type Baseline = { days: number; mu: number; variance: number };

export const emptyBaseline = (): Baseline => ({ days: 0, mu: 0, variance: 0 });

/** What today may be expected to bring; before the tenth active day the prior alone. */
export function expectedToday(state: Baseline, prior: Expected, minMean = MIN_MEAN): Expected {
  if (state.days < PRIOR_DAYS) return { mu: Math.max(prior.mu, minMean), phi: prior.phi };
  const w = state.days / (state.days + PRIOR_DAYS);
  const phi = (state.variance - state.mu) / Math.max(state.mu, MIN_MEAN) ** 2;
  return {
    mu: Math.max(w * state.mu + (1 - w) * prior.mu, minMean),
    phi: Math.min(MAX_PHI, Math.max(MIN_PHI, phi)),
  };
}

/** Standard deviation of an expected daily count. */
export const spreadOf = ({ mu, phi }: Expected): number => Math.sqrt(mu + phi * mu * mu);

/** Takes a day in, after it was scored. The first days weigh 1/n each, or day one would decide. */
export function learn(state: Baseline, count: number, expected: Expected): void {
  const seen = Math.min(count, expected.mu + WINSOR_SD * spreadOf(expected));
  const weight = Math.max(ALPHA, 1 / (state.days + 1));
  state.variance = (1 - weight) * state.variance + weight * (seen - state.mu) ** 2;
  // The first day has no mean to deviate from.
  if (state.days === 0) state.variance = 0;
  state.mu = (1 - weight) * state.mu + weight * seen;
  state.days += 1;
}

const CUSUM_DRIFT = 0.5;
/** One day adds at most this much: a single burst is F1's to find, and must not echo for weeks. */
const MAX_STEP = 2;
/** Where the sum starts anew; its run length in ordinary work is beyond any career. */
export const RAMP_LIMIT = 15;

/** F4: the next sum of a one-sided CUSUM over variance-stabilised counts. */
export function cusum(sum: number, count: number, { mu, phi }: Expected): number {
  const z = (2 * (Math.sqrt(count + 0.375) - Math.sqrt(mu + 0.375))) / Math.sqrt(1 + phi * mu);
  return Math.max(0, sum + Math.min(z, MAX_STEP) - CUSUM_DRIFT);
}

/** Tail of the sum while nothing changes: exp(−2k(S + 1.166)), Siegmund 1985; a score, not an alarm. */
export const cusumP = (sum: number): number =>
  sum === 0 ? 1 : Math.exp(-2 * CUSUM_DRIFT * (sum + 1.166));
