import type { Workload } from '../detectors/scoring/budget.ts';
import {
  addScore,
  calibratedP,
  emptyWindow,
  type ScoreWindow,
} from '../detectors/scoring/calibrate.ts';
import { peersMean } from '../detectors/scoring/peers.ts';
import type { RawSignal, Reason, Signal } from '../domain/signal.ts';
import { ORDINARY_P } from './judge-day.ts';

const ALL_ROLES = '*';
/** Raw tail probabilities are up to ten times too small: before calibration none counts for less. */
const UNCALIBRATED_P = 1e-4;
/** Signals below this surprise say nothing anyone would read; they are not kept. */
const KEEP_P = 0.05;

/** Plain data: what calibration remembers, per detector and role, and the work seen. */
export type WeighState = {
  windows: Map<string, ScoreWindow>;
  /** Last day weighed. */
  upTo: number;
};

/** By key and detector; signals of one detector and key keep the order in which they were given. */
const byKey = (a: RawSignal, b: RawSignal): number =>
  a.key < b.key
    ? -1
    : a.key > b.key
      ? 1
      : a.detector < b.detector
        ? -1
        : a.detector > b.detector
          ? 1
          : 0;

export type Weigher = ReturnType<typeof createWeigher>;
/**
 * The one step that sees all lanes: raw signals, day by day, to calibrated ones (F9, per detector and
 * role, then all roles). The order of signals within a day plays no part.
 */
export function createWeigher(
  state: WeighState = { windows: new Map(), upTo: Number.NEGATIVE_INFINITY },
) {
  const windowOf = (detector: string, role: string): ScoreWindow => {
    const key = `${detector}\0${role}`;
    let window = state.windows.get(key);
    if (window === undefined) {
      window = emptyWindow();
      state.windows.set(key, window);
    }
    return window;
  };

  function calibrated({ detector, role, p: raw }: RawSignal): number {
    const score = -Math.log10(raw);
    return (
      calibratedP(windowOf(detector, role), score) ??
      calibratedP(windowOf(detector, ALL_ROLES), score) ??
      Math.max(raw, UNCALIBRATED_P)
    );
  }

  /** Reasons with what colleagues of the role show, or else all officials; never of a small group. */
  function withPeers({ detector, role, reasons }: RawSignal): Reason[] {
    const peers =
      peersMean(windowOf(detector, role).peers) ?? peersMean(windowOf(detector, ALL_ROLES).peers);
    if (peers === null) return reasons;
    return reasons.map((reason) => ({ ...reason, params: { ...reason.params, peers } }));
  }

  /** Signals worth keeping, by what was known before their day; learns nothing. */
  function preview(raw: readonly RawSignal[]): Signal[] {
    const kept: Signal[] = [];
    for (const signal of raw) {
      const { key: _key, role: _role, ...rest } = signal;
      if (signal.kind !== 'score') kept.push(rest);
      else if (signal.p <= ORDINARY_P) {
        const p = calibrated(signal);
        if (p <= KEEP_P) kept.push({ ...rest, p, reasons: withPeers(signal) });
      }
    }
    return kept;
  }

  return {
    preview,
    /** One closed day of all lanes. All its signals are judged by what came before, then learned from. */
    day(day: number, raw: readonly RawSignal[]): Signal[] {
      if (day <= state.upTo) throw new RangeError('days are weighed once, in order');
      const ordered = [...raw].sort(byKey);
      const kept = preview(ordered);
      for (const { kind, detector, role, p, actor, key, observed } of ordered) {
        if (kind !== 'score') continue;
        const score = -Math.log10(p);
        const of = { key: actor ?? key, day, observed };
        addScore(windowOf(detector, role), score, of);
        addScore(windowOf(detector, ALL_ROLES), score, of);
      }
      state.upTo = day;
      return kept;
    },
    state: (): WeighState => state,
  };
}

/** Work of several lanes over the same days; officials are shared out, so that numbers add up. */
export const sumWorkload = (parts: readonly Workload[], days: number): Workload => ({
  officials: parts.reduce((n, p) => n + p.officials, 0),
  days,
  officialDays: parts.reduce((n, p) => n + p.officialDays, 0),
});
