import {
  addScore,
  calibratedP,
  emptyWindow,
  type ScoreWindow,
} from '../detectors/scoring/calibrate.ts';
import { learnPeers, peersMean } from '../detectors/scoring/peers.ts';
import type { Weighable } from '../domain/packed-signals.ts';
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
const byKey = (a: Weighable, b: Weighable): number =>
  a.key < b.key
    ? -1
    : a.key > b.key
      ? 1
      : a.detector < b.detector
        ? -1
        : a.detector > b.detector
          ? 1
          : 0;

type Keyed = { p: number; key: string; observed: number | undefined };
const bySize = (a: Keyed, b: Keyed): number =>
  a.p - b.p ||
  (a.key < b.key ? -1 : a.key > b.key ? 1 : 0) ||
  (a.observed ?? 0) - (b.observed ?? 0);

/** What one group is taught on a day. An ordinary score has no key: `members` only shows that the group is large enough. */
type Lesson = { keyed: Keyed[]; ordinary: OrdinaryOfGroup[] };
type OrdinaryOfGroup = OrdinaryScores extends ReadonlyMap<string, infer Scores> ? Scores : never;

/** Teaches ordinary scores by size. In columns: a day has some hundred thousand of them. */
function teachOrdinary(window: ScoreWindow, parts: readonly OrdinaryOfGroup[]): void {
  const count = parts.reduce((n, part) => n + part.ps.length, 0);
  const ps = new Float64Array(count);
  /** NaN: nothing said. */
  const observed = new Float64Array(count);
  const members: string[] = [];
  for (const part of parts)
    for (const [i, p] of part.ps.entries()) {
      ps[members.length] = p;
      observed[members.length] = part.observed[i] ?? Number.NaN;
      members.push(part.members[i % part.members.length] ?? '');
    }
  const order = Uint32Array.from(members.keys()).sort(
    (a, b) =>
      (ps[a] ?? 0) - (ps[b] ?? 0) ||
      (observed[a] || 0) - (observed[b] || 0) ||
      compare(members[a] ?? '', members[b] ?? ''),
  );
  for (const i of order) {
    addScore(window, -Math.log10(ps[i] ?? 1));
    const seen = observed[i] ?? Number.NaN;
    if (!Number.isNaN(seen)) learnPeers(window.peers, members[i] ?? '', seen);
  }
}
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Official-days of one day by role: the scores of the detector that gave most, since each speaks of an
 * official once a day and some only of those with work of a kind.
 */
function workOf(raw: readonly Weighable[], packed: readonly OrdinaryScores[]): Map<string, number> {
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

/** A signal without what only weighing needs. */
export const ownOf = ({ key: _key, role: _role, ...own }: RawSignal): Signal => own;

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

  function calibrated({ detector, role, p: raw }: Weighable): number {
    const score = -Math.log10(raw);
    return (
      calibratedP(windowOf(`${detector}\0${role}`), score) ??
      calibratedP(windowOf(`${detector}\0${ALL_ROLES}`), score) ??
      Math.max(raw, UNCALIBRATED_P)
    );
  }

  /** Reasons with what colleagues of the role show, or else all officials; never of a small group. */
  function withPeers({ detector, role }: Weighable, reasons: Reason[]): Reason[] {
    const peers =
      peersMean(windowOf(`${detector}\0${role}`).peers) ??
      peersMean(windowOf(`${detector}\0${ALL_ROLES}`).peers);
    if (peers === null) return reasons;
    return reasons.map((reason) => ({ ...reason, params: { ...reason.params, peers } }));
  }

  /** Whom a signal is to be compared with, by the work known before its day. */
  const peersIn = (worked: number, { actor, role }: Weighable): Pick<Signal, 'peers'> => {
    const ofRole = state.work.get(role);
    if (actor === null || role === '' || ofRole === undefined) return {};
    return { peers: { role, share: ofRole / worked } };
  };

  /** Signals worth keeping, by what was known before their day; learns nothing. */
  function keep<S extends Weighable>(raw: readonly S[], whole: (signal: S) => Signal): Signal[] {
    const kept: Signal[] = [];
    const worked = [...state.work.values()].reduce((n, days) => n + days, 0);
    for (const signal of raw) {
      if (signal.kind !== 'score') kept.push({ ...whole(signal), ...peersIn(worked, signal) });
      else if (signal.p <= ORDINARY_P) {
        const p = calibrated(signal);
        if (p > KEEP_P) continue;
        const own = whole(signal);
        const reasons = withPeers(signal, own.reasons);
        kept.push({ ...own, ...peersIn(worked, signal), p, reasons });
      }
    }
    return kept;
  }

  /** A day as `day` weighs it, of signals that are only made whole where they are kept. */
  function dayOf<S extends Weighable>(
    day: number,
    raw: readonly S[],
    packed: readonly OrdinaryScores[],
    whole: (signal: S) => Signal,
  ): Signal[] {
    if (day <= state.upTo) throw new RangeError('days are weighed once, in order');
    const kept = keep([...raw].sort(byKey), whole);
    const lessons = new Map<string, Lesson>();
    const lessonOf = (group: string): Lesson => {
      const lesson = lessons.get(group) ?? { keyed: [], ordinary: [] };
      lessons.set(group, lesson);
      return lesson;
    };
    for (const { kind, detector, role, p, actor, key, observed } of raw)
      if (kind === 'score')
        for (const group of [`${detector}\0${role}`, `${detector}\0${ALL_ROLES}`]) {
          const { keyed, ordinary } = lessonOf(group);
          const who = actor ?? key;
          if (p <= ORDINARY_P) keyed.push({ p, key: who, observed });
          // An ordinary score teaches the same, packed or not.
          else ordinary.push({ ps: [p], observed: [observed ?? null], members: [who] });
        }
    for (const part of packed)
      for (const [group, scores] of part) {
        lessonOf(group).ordinary.push(scores);
        lessonOf(`${group.slice(0, group.indexOf('\0'))}\0${ALL_ROLES}`).ordinary.push(scores);
      }
    // By size: which scores a full window forgets must not depend on who delivered them first.
    for (const [group, { keyed, ordinary }] of lessons) {
      const window = windowOf(group);
      for (const { p, key, observed } of keyed.sort(bySize)) {
        addScore(window, -Math.log10(p), key === '' ? null : { key, day });
        if (observed !== undefined) learnPeers(window.peers, key, observed);
      }
      teachOrdinary(window, ordinary);
    }
    for (const [role, days] of workOf(raw, packed))
      state.work.set(role, (state.work.get(role) ?? 0) + days);
    state.upTo = day;
    return kept;
  }

  return {
    /** Signals of open days worth keeping; learns nothing. */
    preview: (raw: readonly RawSignal[]): Signal[] => keep(raw, ownOf),
    /**
     * One closed day of all lanes, with the ordinary scores that they packed. All its signals are judged
     * by what came before, then learned from.
     */
    day: (
      day: number,
      raw: readonly RawSignal[],
      packed: readonly OrdinaryScores[] = [],
    ): Signal[] => dayOf(day, raw, packed, ownOf),
    dayOf,
    state: (): WeighState => state,
  };
}
