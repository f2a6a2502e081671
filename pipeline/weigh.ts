import {
  addScore,
  calibratedP,
  emptyWindow,
  type ScoreWindow,
} from '../detectors/scoring/calibrate.ts';
import { learnPeers, peersMean } from '../detectors/scoring/peers.ts';
import type { RawSignal, Reason, Signal } from '../domain/signal.ts';
import { ORDINARY_P, type OrdinaryScores } from './judge-day.ts';

const ALL_ROLES = '*';
/** Raw tail probabilities are up to ten times too small: before calibration none counts for less. */
const UNCALIBRATED_P = 1e-4;
/** Signals below this surprise say nothing anyone would read; they are not kept. */
const KEEP_P = 0.05;

/** Plain data: what calibration remembers, per `detector NUL role`. */
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

/** An ordinary score has no key of its own: `member` only shows that the group is large enough. */
type Taught = { p: number; key: string; member: string; observed: number | undefined };
const bySize = (a: Taught, b: Taught): number =>
  a.p - b.p ||
  (a.key < b.key ? -1 : a.key > b.key ? 1 : 0) ||
  (a.observed ?? 0) - (b.observed ?? 0) ||
  (a.member < b.member ? -1 : a.member > b.member ? 1 : 0);

export type Weigher = ReturnType<typeof createWeigher>;
/**
 * The one step that sees all lanes: raw signals, day by day, to calibrated ones (F9, per detector and
 * role, then all roles). The order of signals within a day plays no part.
 */
export function createWeigher(
  state: WeighState = { windows: new Map(), upTo: Number.NEGATIVE_INFINITY },
) {
  const windowOf = (key: string): ScoreWindow => {
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
      calibratedP(windowOf(`${detector}\0${role}`), score) ??
      calibratedP(windowOf(`${detector}\0${ALL_ROLES}`), score) ??
      Math.max(raw, UNCALIBRATED_P)
    );
  }

  /** Reasons with what colleagues of the role show, or else all officials; never of a small group. */
  function withPeers({ detector, role, reasons }: RawSignal): Reason[] {
    const peers =
      peersMean(windowOf(`${detector}\0${role}`).peers) ??
      peersMean(windowOf(`${detector}\0${ALL_ROLES}`).peers);
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
    /**
     * One closed day of all lanes, with the ordinary scores that they packed. All its signals are judged
     * by what came before, then learned from.
     */
    day(day: number, raw: readonly RawSignal[], packed: readonly OrdinaryScores[] = []): Signal[] {
      if (day <= state.upTo) throw new RangeError('days are weighed once, in order');
      const kept = preview([...raw].sort(byKey));
      const scores = new Map<string, Taught[]>();
      const add = (group: string, taught: readonly Taught[]): void => {
        const known = scores.get(group);
        if (known === undefined) scores.set(group, [...taught]);
        else for (const one of taught) known.push(one);
      };
      for (const { kind, detector, role, p, actor, key, observed } of raw)
        if (kind === 'score') {
          const who = actor ?? key;
          // An ordinary score teaches the same, packed or not.
          const one = [{ p, key: p > ORDINARY_P ? '' : who, member: who, observed }];
          add(`${detector}\0${role}`, one);
          add(`${detector}\0${ALL_ROLES}`, one);
        }
      for (const part of packed)
        for (const [group, { ps, observed, members }] of part) {
          const ordinary = ps.map((p, i) => ({
            ...{ p, key: '', member: members[i % members.length] ?? '' },
            observed: observed[i] ?? undefined,
          }));
          add(group, ordinary);
          add(`${group.slice(0, group.indexOf('\0'))}\0${ALL_ROLES}`, ordinary);
        }
      // By size: which scores a full window forgets must not depend on who delivered them first.
      for (const [group, taught] of scores) {
        taught.sort(bySize);
        const window = windowOf(group);
        for (const { p, key, member, observed } of taught) {
          addScore(window, -Math.log10(p), key === '' ? null : { key, day });
          if (observed !== undefined) learnPeers(window.peers, member, observed);
        }
      }
      state.upTo = day;
      return kept;
    },
    state: (): WeighState => state,
  };
}
