import type { Workload } from '../detectors/scoring/budget.ts';
import {
  type Controller,
  canBeRaised,
  openController,
  step,
} from '../detectors/scoring/controller.ts';
import { createEpisodeBook } from '../detectors/scoring/episode-book.ts';
import type { Episode } from '../detectors/scoring/episodes.ts';
import { weighEpisodes } from '../detectors/scoring/rank.ts';
import type { Alert } from '../domain/alert.ts';
import type { Signal } from '../domain/signal.ts';
import { groupBy } from './group-by.ts';
import { alertIdOf } from './to-alerts.ts';

/** A series may still grow for a week; an older episode can change no alert. */
const KEPT_DAYS = 40;
const SERIES_DAYS = 8;
/** Source of the signals of closed days; those of open days have names of their own. */
const SETTLED = '';

/** Plain data: what choosing alerts remembers of the days that closed. */
export type ChoiceState = {
  /** Signals of the last weeks, of closed days only. */
  settled: Signal[];
  /** Days of an official with work, by day, of the same weeks. */
  work: Map<number, number>;
  controller: Controller;
  /** Ids of everything that closed days raised. */
  raised: Set<string>;
  /** Those of the last week as their last day left them: an open day may still add to them. */
  latest: Map<string, { alert: Alert; lastDay: number }>;
  /** Days with work so far. */
  days: number;
  officials: number;
  /** First day with a signal: what is usual was not known then. */
  firstDay: number;
  /** Last closed day. */
  upTo: number;
};
export const noChoices = (): ChoiceState => ({
  settled: [],
  work: new Map(),
  controller: openController(),
  raised: new Set(),
  latest: new Map(),
  days: 0,
  officials: 0,
  firstDay: Number.POSITIVE_INFINITY,
  upTo: Number.NEGATIVE_INFINITY,
});

export type DayWork = { officials: number; officialDays: number };
export type ChoiceOptions = {
  /** Alerts per 1,000 officials per day with work. */
  budget: number;
  toAlert(episode: Episode): Alert;
  /** Told of what a closed day had to say and the budget left out. */
  onPassedOver?(alertId: string): void;
};

export type Chooser = ReturnType<typeof createChooser>;
/**
 * From the calibrated signals of each day to the alerts that the budget allows, day by day, as a service
 * that runs all year must: what a closed day raised, no later day takes back. A function of the closed
 * days alone, so that the process that lives it and a backtest that repeats it raise the same alerts.
 */
export function createChooser(
  { budget, toAlert, onPassedOver }: ChoiceOptions,
  state: ChoiceState = noChoices(),
) {
  const book = createEpisodeBook();
  /** The signals of closed days that the book holds. */
  let settled: readonly Signal[] = [];
  const officialDays = (): number => [...state.work.values()].reduce((n, worked) => n + worked, 0);

  /** Ids and alerts of episodes of the book, which a look gives again where nothing changed. */
  const ids = new WeakMap<Episode, string>();
  const alerts = new WeakMap<Episode, { evidence: number; alert: Alert }>();
  function idOf(episode: Episode): string {
    let id = ids.get(episode);
    if (id === undefined) {
      id = alertIdOf(episode);
      ids.set(episode, id);
    }
    return id;
  }
  function alertOf(episode: Episode): Alert {
    const { evidence } = episode;
    const known = alerts.get(episode);
    if (known?.evidence === evidence) return known.alert;
    const alert = toAlert(episode);
    alerts.set(episode, { evidence, alert });
    return alert;
  }

  /** Episodes of these days that may be raised, and the controller after it. */
  function choose(
    from: Controller,
    episodes: readonly Episode[],
    known: ReadonlySet<string>,
    workload: Workload,
  ): { controller: Controller; chosen: Episode[] } {
    let controller = from;
    const chosen: Episode[] = [];
    const fresh = groupBy(
      episodes.filter((e) => !known.has(idOf(e))),
      (e) => e.lastDay,
    );
    for (const day of [...fresh.keys()].sort((a, b) => a - b)) {
      const result = step(controller, day, fresh.get(day) ?? [], workload, budget);
      controller = result.state;
      chosen.push(...result.raised);
    }
    return { controller, chosen };
  }

  return {
    /**
     * One closed day of all lanes. Gives the alerts that it raised or added to; text and score of an
     * alert stay what they were on its last day.
     */
    closeDay(day: number, signals: readonly Signal[], work: DayWork): Alert[] {
      if (day <= state.upTo) throw new RangeError('days are closed once, in order');
      state.officials = work.officials;
      if (work.officialDays > 0) state.days++;
      state.work.set(day, work.officialDays);
      for (const old of state.work.keys()) if (old <= day - KEPT_DAYS) state.work.delete(old);
      if (signals.length > 0) state.firstDay = Math.min(state.firstDay, day);
      state.settled = state.settled.filter((s) => s.day > day - KEPT_DAYS).concat(signals);
      state.upTo = day;
      for (const [id, { lastDay }] of state.latest)
        if (lastDay <= day - SERIES_DAYS) state.latest.delete(id);
      if (signals.length === 0) return [];
      // What was passed over on the day it closed stays passed over.
      const today = weighEpisodes(state.settled, officialDays(), state.firstDay).filter(
        (e) => e.lastDay === day,
      );
      const { officials, days } = state;
      const workload = { officials, days, officialDays: 0 };
      const { controller, chosen } = choose(state.controller, today, state.raised, workload);
      state.controller = controller;
      for (const episode of chosen) state.raised.add(idOf(episode));
      const isRaised = (e: Episode): boolean => state.raised.has(idOf(e));
      if (onPassedOver !== undefined)
        for (const episode of today) if (!isRaised(episode)) onPassedOver(idOf(episode));
      const alerts = today.filter(isRaised).map(toAlert);
      for (const alert of alerts) state.latest.set(alert.alertId, { alert, lastDay: day });
      return alerts;
    },
    /** What is said of an open day under a name that is not empty, instead of what was said under it before. */
    say: (source: string, signals: readonly Signal[]): void => book.say(source, signals),
    /**
     * Alerts of the last week and of the days that are open, as far as they are known; nothing is
     * remembered. `before`: ids already shown, which keep their place while their day is open.
     */
    standing(officials: number, before: ReadonlySet<string> = new Set()): Alert[] {
      const latest = new Map([...state.latest].map(([id, { alert }]) => [id, alert]));
      // Not as days close: whoever repeats years of them asks once, at the end.
      if (settled !== state.settled) {
        settled = state.settled;
        book.say(SETTLED, settled);
      }
      const today = book
        .episodes(officialDays(), state.firstDay)
        // What was shown keeps its place even when it fades.
        .filter((e) => e.lastDay > state.upTo && (before.size > 0 || canBeRaised(e)));
      if (today.length === 0) return [...latest.values()];
      const shown =
        before.size === 0
          ? []
          : today.filter((e) => before.has(idOf(e)) && !state.raised.has(idOf(e)));
      const controller = {
        ...state.controller,
        raised: state.controller.raised + shown.length,
        raisedScores: state.controller.raisedScores + shown.filter((e) => !e.hasRule).length,
      };
      const known = new Set([...state.raised, ...shown.map(idOf)]);
      // The day that is open counts as a day with work: its alerts may be raised today.
      const workload = { officials, days: state.days + 1, officialDays: 0 };
      const { chosen } = choose(controller, today, known, workload);
      const stands = new Set([...known, ...chosen.map(idOf)]);
      for (const episode of today)
        if (stands.has(idOf(episode))) latest.set(idOf(episode), alertOf(episode));
      return [...latest.values()];
    },
    state: (): ChoiceState => state,
  };
}
