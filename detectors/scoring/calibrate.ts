import { noPeers, type Peers } from './peers.ts';

/** Sizes of F9: window of scores, least number before a group judges for itself, scores between refits. */
export const WINDOW = 4000;
export const LEAST = 500;
const REFIT_EVERY = 500;
const TAIL_FROM = 0.95;
const P_FLOOR = 1e-9;

/** Plain data: the last scores of one detector and role, and the tail fitted to them. */
export type ScoreWindow = {
  scores: number[];
  /** Next place in the ring once `scores` is full. */
  next: number;
  sinceFit: number;
  sorted: number[];
  /** Last day on which each key was in the tail. */
  extremes: Map<string, number>;
  /** What officials of the role show on a day: the number beside one's own in a sentence. */
  peers: Peers;
};
export const emptyWindow = (): ScoreWindow => ({
  scores: [],
  next: 0,
  sinceFit: 0,
  sorted: [],
  extremes: new Map(),
  peers: noPeers(),
});

/** What counts as extreme for that: rarer than once in a hundred. */
const EXTREME_FROM = 0.99;
/** Within this many days one official teaches the tail once. */
const ONCE_IN_DAYS = 28;
const MAX_EXTREMES = 2_000;

/**
 * Adds a score; older than the window are forgotten. With `of` given, a further score in the tail of
 * the same key within four weeks counts as its threshold only: what one official does for weeks, and
 * nobody has confirmed or cleared yet, must not become the usual of the role.
 */
export function addScore(
  window: ScoreWindow,
  score: number,
  of: { key: string; day: number } | null = null,
): void {
  const added = of === null ? score : taught(window, score, of);
  if (window.scores.length < WINDOW) window.scores.push(added);
  else window.scores[window.next] = added;
  window.next = (window.next + 1) % WINDOW;
  window.sinceFit++;
  if (window.sinceFit >= REFIT_EVERY || window.sorted.length < LEAST) {
    window.sorted = [];
    window.sinceFit = 0;
  }
}

function taught(window: ScoreWindow, score: number, of: { key: string; day: number }): number {
  if (window.scores.length < LEAST) return score;
  const sorted = fitted(window);
  const u = sorted[Math.floor(EXTREME_FROM * sorted.length)] ?? 0;
  if (score <= u) return score;
  const last = window.extremes.get(of.key);
  if (last !== undefined && of.day > last && of.day - last < ONCE_IN_DAYS) return u;
  window.extremes.delete(of.key);
  window.extremes.set(of.key, of.day);
  const [oldest] = window.extremes.keys();
  if (window.extremes.size > MAX_EXTREMES && oldest !== undefined) window.extremes.delete(oldest);
  return score;
}

const fitted = (window: ScoreWindow): number[] => {
  if (window.sorted.length === 0)
    window.sorted = Float64Array.from(window.scores).sort() as unknown as number[];
  return window.sorted;
};

/** First index in ascending `sorted` whose value is at least `score`. */
function lowerBound(sorted: ArrayLike<number>, score: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < score) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Parameters of the generalised Pareto tail by probability-weighted moments (Hosking & Wallis 1987). */
export function fitTail(excesses: readonly number[]): { xi: number; sigma: number } {
  const n = excesses.length;
  let b0 = 0;
  let b1 = 0;
  for (const [i, y] of excesses.entries()) {
    b0 += y / n;
    b1 += (y * (n - 1 - i)) / (n - 1) / n;
  }
  const xi = Math.min(0.5, Math.max(-0.5, 2 - b0 / (b0 - 2 * b1)));
  return { xi, sigma: b0 * (1 - xi) };
}

/** P(excess >= y) beyond the threshold, times the share of scores beyond it. */
export function tailP(share: number, xi: number, sigma: number, y: number): number {
  if (Math.abs(xi) < 1e-9) return share * Math.exp(-y / sigma);
  const base = 1 + (xi * y) / sigma;
  return base <= 0 ? 0 : share * base ** (-1 / xi);
}

type Tail = { u: number; excesses: number; atU: number; xi: number; sigma: number; share: number };
/** A sorted window never changes, so its tail is fitted once. */
const tails = new WeakMap<readonly number[], Tail>();
const LEAST_EXCESSES = 10;

function tailOf(sorted: readonly number[]): Tail {
  const known = tails.get(sorted);
  if (known !== undefined) return known;
  const n = sorted.length;
  const u = sorted[Math.floor(TAIL_FROM * n)] ?? 0;
  const excesses: number[] = [];
  for (let i = lowerBound(sorted, u); i < n; i++) {
    const y = (sorted[i] ?? 0) - u;
    if (y > 0) excesses.push(y);
  }
  const fit = excesses.length < 2 ? { xi: 0, sigma: 0 } : fitTail(excesses);
  // A negative shape ends the tail just beyond the largest score seen and would call the next one impossible.
  const xi = Math.max(0, fit.xi);
  const mean = excesses.reduce((sum, y) => sum + y, 0) / Math.max(1, excesses.length);
  const tail = {
    u,
    excesses: excesses.length,
    atU: (1 + n - lowerBound(sorted, u)) / (n + 1),
    xi,
    sigma: xi === fit.xi ? fit.sigma : mean,
    share: excesses.length / n,
  };
  tails.set(sorted, tail);
  return tail;
}

/** The floor, a little lower for a larger score: beyond what a fit can tell, the order stays. */
const floorFor = (score: number): number => P_FLOOR * (1 + 1 / (1 + score));

/** Where the window holds too few large scores to fit a tail, the raw p is trusted at half its power. */
const RAW_TRUST = 0.5;

/**
 * Calibrated p of a score against the window (F9): conformal rank, with a GPD tail above the 95th
 * percentile. One step ahead: call before `addScore`. Null while the window holds too few scores.
 */
export function calibratedP(window: ScoreWindow, score: number): number | null {
  const m = window.scores.length;
  if (m < LEAST) return null;
  const sorted = fitted(window);
  const n = sorted.length;
  const conformal = (1 + n - lowerBound(sorted, score)) / (n + 1);
  const { u, excesses, atU, xi, sigma, share } = tailOf(sorted);
  if (score <= u) return conformal;
  if (excesses < LEAST_EXCESSES) {
    const beyond = Math.max(0, score - Math.max(1, sorted.at(-1) ?? 0));
    return Math.max(floorFor(score), conformal * 10 ** (-RAW_TRUST * beyond));
  }
  if (!(sigma > 0)) return conformal;
  return Math.max(floorFor(score), Math.min(atU, tailP(share, xi, sigma, score - u)));
}
