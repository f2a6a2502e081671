// F5 of docs/detection.md over a window that fades: how much of an official's work has a property.
// Six numbers, whatever the window. What fades out of the window becomes the official's own past, so
// that a habit stops being a surprise while the window itself never judges itself.
import { fromLn, lnShareTail } from './statistics.ts';

const OWN_HALF_LIFE_DAYS = 90;
/** The own past may weigh four times the prior: an official varies less than a role does. */
const MAX_OWN = 200;
const PRIOR_WEIGHT = 50;
const ORDINARY_DAY = Math.log(0.3);

export type Share = { day: number; n: number; k: number; ownN: number; ownK: number };
export const emptyShare = (): Share => ({ day: -1, n: 0, k: 0, ownN: 0, ownK: 0 });

/** Lets the window fade up to a day; `halfLife` in days, about a third of the window it stands for. */
function fadeTo(state: Share, day: number, halfLife: number): void {
  if (state.day >= 0 && day > state.day) {
    const keep = 2 ** (-(day - state.day) / halfLife);
    const own = 2 ** (-(day - state.day) / OWN_HALF_LIFE_DAYS);
    state.ownN = state.ownN * own + state.n * (1 - keep);
    state.ownK = state.ownK * own + state.k * (1 - keep);
    state.n *= keep;
    state.k *= keep;
  }
  state.day = day;
}

export type ShareP = {
  p: number;
  /** The share that was expected, the own past included. */
  usual: number;
  /** Counts of the window, today included, rounded. */
  k: number;
  n: number;
};

/**
 * Adds a day with `k` of `n` and gives how surprising day and window are together: the smaller p,
 * doubled, because two were tried. `prior` is the share in ordinary work of any role.
 */
export function addShare(
  state: Share,
  day: number,
  k: number,
  n: number,
  { prior, halfLife }: { prior: number; halfLife: number },
): ShareP {
  fadeTo(state, day, halfLife);
  const trust = state.ownN > MAX_OWN ? MAX_OWN / state.ownN : 1;
  const a = PRIOR_WEIGHT * prior + state.ownK * trust;
  const weight = PRIOR_WEIGHT + state.ownN * trust;
  const usual = a / weight;
  const today = lnShareTail(k, n, usual, weight);
  state.k += k;
  state.n += n;
  const windowK = Math.round(state.k);
  const windowN = Math.max(windowK, Math.round(state.n));
  // A day that is ordinary by itself adds no evidence, whatever the window still holds of the days
  // before.
  const window = today < ORDINARY_DAY ? lnShareTail(windowK, windowN, usual, weight) : 0;
  const p = Math.min(1, 2 * fromLn(Math.min(today, window)));
  return { p, usual, k: windowK, n: windowN };
}
