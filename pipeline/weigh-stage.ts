import { deserialize, serialize } from 'node:v8';
import type { Workload } from '../detectors/scoring/budget.ts';
import { type Controller, openController, step } from '../detectors/scoring/controller.ts';
import type { Episode } from '../detectors/scoring/episodes.ts';
import { weighEpisodes } from '../detectors/scoring/rank.ts';
import type { Alert } from '../domain/alert.ts';
import type { Signal } from '../domain/signal.ts';
import { groupBy } from './group-by.ts';
import type { Judgement, LaneDay } from './lane-runner.ts';
import { alertIdOf } from './to-alerts.ts';
import { createWeigher, type WeighState } from './weigh.ts';

/** A series may still grow for a week; an older episode can change no alert. */
const KEPT_DAYS = 40;

export type StoredJudgement = Judgement & { lane: string; position: number };
export type Progress = {
  lane: string;
  position: number;
  closedUpTo: number | null;
  officials: number;
};
/** What weighing needs of a store. */
export type WeighStore = {
  progress(): Promise<Progress[]>;
  /** Judgements of days after `day`, of each lane those beyond the position given. */
  judgementsSince(day: number, positions: ReadonlyMap<string, number>): Promise<StoredJudgement[]>;
  /** Work of all lanes that judge officials, day by day, on days after `day`. */
  daysSince(day: number): Promise<(LaneDay & { lane: string })[]>;
  /** Ids of stored alerts with events after the last closed day: those that may still change. */
  openAlertIds(afterDay: number): Promise<string[]>;
  saveAlerts(alerts: readonly Alert[], version: number): Promise<void>;
  withdrawAlerts(ids: readonly string[]): Promise<void>;
  newestState(): Promise<Uint8Array | null>;
  saveState(upTo: number, bytes: Uint8Array): Promise<void>;
};
export type WeighOptions = {
  store: WeighStore;
  /** Alerts per 1,000 officials per day with work. */
  budget: number;
  toAlert(episode: Episode): Alert;
  /** Lanes that hold messages: a day is over when it is over in all of them. */
  lanes(): Promise<readonly string[]>;
};

/** Changes when the shape of the state does: it is then made anew of what the lanes stored. */
const FORMAT = 1;
/** Plain data: everything that closed days came to. */
type State = {
  weigh: WeighState;
  settled: Signal[];
  controller: Controller;
  raised: Set<string>;
  /** Officials by lane, and days with work, up to the last closed day. */
  officials: Map<string, number>;
  days: number;
  officialDays: number;
  upTo: number;
  /**
   * Lanes seen, with the last closed day at that time: a lane that starts late is heard on days that
   * were closed without it, and only there.
   */
  lanes: Map<string, number>;
};
const emptyState = (): State => ({
  weigh: { windows: new Map(), upTo: Number.NEGATIVE_INFINITY },
  settled: [],
  controller: openController(),
  raised: new Set(),
  officials: new Map(),
  days: 0,
  officialDays: 0,
  upTo: Number.NEGATIVE_INFINITY,
  lanes: new Map(),
});

type OpenKey = StoredJudgement & { preview: Signal[] | null };
export type Weighed = { alerts: number; changed: number; withdrawn: number; closedDays: number };

export type WeighStage = Awaited<ReturnType<typeof openWeighStage>>;
/**
 * The one step over all lanes: stored judgements to alerts. A function of what the lanes stored: days
 * that all lanes closed are weighed once, in order; open days are weighed anew at every look, on a copy.
 * So neither crashes nor the number of processes nor the moment of a look decide which alerts stand.
 */
export async function openWeighStage(options: WeighOptions) {
  const { store, budget, toAlert } = options;
  const saved = await store.newestState();
  // Written by `save`.
  const kept = saved === null ? null : (deserialize(saved) as { format?: number; state: State });
  const state: State = kept?.format === FORMAT ? kept.state : emptyState();
  const weigher = createWeigher(state.weigh);
  const open = new Map<string, OpenKey>();
  let positions = new Map<string, number>();
  const written = new Map<string, string>();
  let savedUpTo = state.upTo;

  /** Last day that every lane with messages has closed. */
  async function closedByAll(progress: readonly Progress[]): Promise<number> {
    const known = new Map(progress.map((p) => [p.lane, p.closedUpTo]));
    const lanes = new Set([...known.keys(), ...(await options.lanes())]);
    if (lanes.size === 0) return Number.NEGATIVE_INFINITY;
    return Math.min(...[...lanes].map((lane) => known.get(lane) ?? Number.NEGATIVE_INFINITY));
  }

  async function readNew(progress: readonly Progress[]): Promise<boolean> {
    // Progress was read first: up to it every row of a lane is there.
    for (const { lane } of progress) if (!state.lanes.has(lane)) state.lanes.set(lane, state.upTo);
    const isLate = [...state.lanes.values()].some(Number.isFinite);
    const from = isLate ? state.upTo - KEPT_DAYS : state.upTo;
    const fresh = (await store.judgementsSince(from, positions)).filter(
      ({ day, lane }) => day > state.upTo || day <= (state.lanes.get(lane) ?? state.upTo),
    );
    for (const judgement of fresh) {
      const id = `${judgement.day}\0${judgement.by}\0${judgement.key}`;
      const known = open.get(id);
      if (known !== undefined && known.position > judgement.position) continue;
      open.set(id, { ...judgement, preview: null });
    }
    positions = new Map(progress.map((p) => [p.lane, p.position]));
    return fresh.length > 0;
  }

  async function closeDays(closedUpTo: number): Promise<number> {
    if (closedUpTo <= state.upTo) return 0;
    const work = groupBy(
      (await store.daysSince(state.upTo)).filter((d) => d.day <= closedUpTo),
      (d) => d.day,
    );
    const over = groupBy(
      [...open.values()].filter((j) => j.day > state.upTo && j.day <= closedUpTo),
      (j) => j.day,
    );
    const days = [...new Set([...work.keys(), ...over.keys()])].sort((a, b) => a - b);
    for (const day of days) closeDay(day, work.get(day) ?? [], over.get(day) ?? []);
    state.upTo = closedUpTo;
    // Calibration has learned: what was said of open days is weighed anew.
    for (const judgement of open.values()) judgement.preview = null;
    return days.length;
  }

  function closeDay(
    day: number,
    work: readonly (LaneDay & { lane: string })[],
    judged: OpenKey[],
  ): void {
    const worked = work.reduce((n, d) => n + d.officialDays, 0);
    for (const { lane, officials } of work) state.officials.set(lane, officials);
    if (worked > 0) state.days++;
    state.officialDays += worked;
    const signals = weigher.day(
      day,
      judged.flatMap((j) => j.signals),
    );
    state.settled = state.settled.filter((s) => s.day > day - KEPT_DAYS).concat(signals);
    for (const { day: on, by, key } of judged) open.delete(`${on}\0${by}\0${key}`);
    const chosen = choose(state.controller, state.settled, state.raised, workload(), {
      from: day,
      upTo: day,
    });
    state.controller = chosen.controller;
    state.raised = chosen.raised;
  }

  const workload = (): Workload => ({
    officials: [...state.officials.values()].reduce((n, o) => n + o, 0),
    days: state.days,
    officialDays: state.officialDays,
  });

  /** Raises what the budget allows among episodes that end on these days, day by day. */
  function choose(
    from: Controller,
    signals: readonly Signal[],
    before: ReadonlySet<string>,
    work: Workload,
    days: { from: number; upTo: number },
  ): { controller: Controller; raised: Set<string>; episodes: Episode[] } {
    const episodes = weighEpisodes(signals, work.officialDays);
    const raised = new Set(before);
    let controller = from;
    const fresh = groupBy(
      // What was passed over on the day it closed stays passed over.
      episodes.filter(
        (e) => e.lastDay >= days.from && e.lastDay <= days.upTo && !raised.has(alertIdOf(e)),
      ),
      (e) => e.lastDay,
    );
    for (const day of [...fresh.keys()].sort((a, b) => a - b)) {
      const result = step(controller, day, fresh.get(day) ?? [], work, budget);
      controller = result.state;
      for (const episode of result.raised) raised.add(alertIdOf(episode));
    }
    return { controller, raised, episodes };
  }

  /** Alerts as they stand now, open days included. */
  function standing(progress: readonly Progress[]): Alert[] {
    const previews = [...open.values()].flatMap((judgement) => {
      judgement.preview ??= weigher.preview(judgement.signals);
      return judgement.preview;
    });
    // The day that is open counts as a day with work: its alerts may be raised today.
    const withToday = {
      ...workload(),
      officials: progress.reduce((n, p) => n + p.officials, 0),
      days: state.days + 1,
    };
    const { raised, episodes } = choose(
      state.controller,
      [...state.settled, ...previews],
      state.raised,
      withToday,
      { from: state.upTo + 1, upTo: Number.POSITIVE_INFINITY },
    );
    return episodes.filter((e) => raised.has(alertIdOf(e))).map(toAlert);
  }

  async function write(alerts: readonly Alert[]): Promise<{ changed: number; withdrawn: number }> {
    // Higher than anything written from less: a second owner that lags behind cannot win.
    const version = [...positions.values()].reduce((sum, p) => sum + p, 0);
    const changed = alerts.filter((alert) => written.get(alert.alertId) !== JSON.stringify(alert));
    await store.saveAlerts(changed, version);
    for (const alert of changed) written.set(alert.alertId, JSON.stringify(alert));
    const stands = new Set(alerts.map((a) => a.alertId));
    const stored = await store.openAlertIds(state.upTo);
    const gone = stored.filter((id) => !stands.has(id) && !state.raised.has(id));
    await store.withdrawAlerts(gone);
    for (const id of written.keys()) if (!stands.has(id)) written.delete(id);
    return { changed: changed.length, withdrawn: gone.length };
  }

  return {
    /** Takes what the lanes stored since the last look. Null when there was nothing new. */
    async look(): Promise<Weighed | null> {
      const progress = await store.progress();
      const hasNew = await readNew(progress);
      const closedDays = await closeDays(await closedByAll(progress));
      if (!hasNew && closedDays === 0) return null;
      const alerts = standing(progress);
      return { alerts: alerts.length, closedDays, ...(await write(alerts)) };
    },
    /** Saves what the closed days came to; open days are read again from the store. */
    async save(): Promise<void> {
      if (state.upTo === savedUpTo) return;
      savedUpTo = state.upTo;
      await store.saveState(state.upTo, serialize({ format: FORMAT, state }));
    },
    upTo: () => state.upTo,
    /** A state of another version was found and left aside. */
    isAnew: kept !== null && kept.format !== FORMAT,
  };
}
