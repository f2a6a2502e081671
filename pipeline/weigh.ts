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
  /** Official-days so far by role. */
  work: Map<string, number>;
  /** Last day weighed. */
  upTo: number;
};
export const nothingWeighed = (): WeighState => ({
  windows: new Map(),
  work: new Map(),
  upTo: Number.NEGATIVE_INFINITY,
});

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

/**
 * Official-days of one day by role: the scores of the detector that gave most, since each speaks of an
 * official once a day and some only of those with work of a kind.
 */
function workOf(raw: readonly RawSignal[], packed: readonly OrdinaryScores[]): Map<string, number> {
  const scores = new Map<string, number>();
  const add = (group: string, n: number): void => {
    scores.set(group, (scores.get(group) ?? 0) + n);
  };
  // Of a person several officials may be spoken of, and of one official about several persons.
  for (const { kind, detector, role, actor, key } of raw)
    if (kind === 'score' && actor === key) add(`${detector}\0${role}`, 1);
  for (const part of packed) for (const [group, { ps }] of part) add(group, ps.length);
  const work = new Map<string, number>();
  for (const [group, n] of scores) {
    const role = group.slice(group.indexOf('\0') + 1);
    if (role !== '') work.set(role, Math.max(work.get(role) ?? 0, n));
  }
  return work;
}

export type Weigher = ReturnType<typeof createWeigher>;
/**
 * The one step that sees all lanes: raw signals, day by day, to calibrated ones (F9, per detector and
 * role, then all roles). The order of signals within a day plays no part.
 */
export function createWeigher(state: WeighState = nothingWeighed()) {
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

  /** Whom a signal is to be compared with, by the work known before its day. */
  const peersIn = (worked: number, { actor, role }: RawSignal): Pick<Signal, 'peers'> => {
    const ofRole = state.work.get(role);
    if (actor === null || role === '' || ofRole === undefined) return {};
    return { peers: { role, share: ofRole / worked } };
  };

  /** Signals worth keeping, by what was known before their day; learns nothing. */
  function preview(raw: readonly RawSignal[]): Signal[] {
    const kept: Signal[] = [];
    const worked = [...state.work.values()].reduce((n, days) => n + days, 0);
    for (const signal of raw) {
      const { key: _key, role: _role, ...own } = signal;
      const rest = { ...own, ...peersIn(worked, signal) };
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
      for (const [role, days] of workOf(raw, packed))
        state.work.set(role, (state.work.get(role) ?? 0) + days);
      state.upTo = day;
      return kept;
    },
    state: (): WeighState => state,
  };
}
