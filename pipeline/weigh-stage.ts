import { deserialize, serialize } from 'node:v8';
import type { Episode } from '../detectors/scoring/episodes.ts';
import type { Alert } from '../domain/alert.ts';
import { type ChoiceState, createChooser, noChoices } from './choose.ts';
import { groupBy } from './group-by.ts';
import type { Judgement, LaneDay } from './lane-runner.ts';
import { createWeigher, nothingWeighed, type WeighState } from './weigh.ts';

/** A lane that starts late is heard on days of the last weeks. */
const KEPT_DAYS = 40;
/**
 * What we wrote ourselves is taken back at once. What another owner left for a moment, or we before a start,
 * is searched for when a day closes, when nothing else is to be done, and every so many looks.
 */
const CHECK_EVERY_LOOKS = 40;
/**
 * Lanes say things at ever higher positions, so those beyond the last one heard are asked for. An owner that
 * starts from an older snapshot may say at a lower one what the owner before let wait: looked for so often.
 */
const LISTEN_ANEW_MS = 60_000;
/** What was said at one time may be there later than what was said after it: a store has several writers. */
const SAID_OVERLAP_MS = 60_000;

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
  /**
   * Judgements of days after `day`, of each lane those at the position given or beyond it; what `isKnown` is
   * left out, and what was said before `saidAfter`, a time of the store (epoch ms). `saidAt`: that of the newest.
   */
  judgementsSince(
    day: number,
    positions: ReadonlyMap<string, number>,
    saidAfter: number,
    isKnown: (judgement: Omit<StoredJudgement, 'signals'>) => boolean,
  ): Promise<{ judgements: StoredJudgement[]; saidAt: number }>;
  /** Judgements of days after `day` at any position, but for what `isKnown`; `heard`: all that is. */
  unheardJudgements(
    day: number,
    heard: Iterable<Pick<StoredJudgement, 'day' | 'key' | 'position'>>,
    isKnown: (judgement: Omit<StoredJudgement, 'signals'>) => boolean,
  ): Promise<StoredJudgement[]>;
  /** Work of all lanes that judge officials, day by day, on days after `day`. */
  daysSince(day: number): Promise<(LaneDay & { lane: string })[]>;
  /** Ids of stored alerts with events after this day: those that may still change. */
  openAlertIds(afterDay: number): Promise<string[]>;
  /** Those of these alerts that nobody acted on. */
  untouched(alertIds: readonly string[]): Promise<string[]>;
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
  /** How often lanes tell how far they have come: it need not be asked more often. */
  progressEveryMs?: number;
};

/** Changes when the shape of the state does: it is then made anew of what the lanes stored. */
const FORMAT = 3;
/** Plain data: everything that closed days came to. */
type State = {
  weigh: WeighState;
  choice: ChoiceState;
  /** Officials by lane. */
  officials: Map<string, number>;
  /** Last closed day, with or without work. */
  upTo: number;
  /**
   * Lanes seen, with the last closed day at that time: a lane that starts late is heard on days that
   * were closed without it, and only there.
   */
  lanes: Map<string, number>;
};
const emptyState = (): State => ({
  weigh: nothingWeighed(),
  choice: noChoices(),
  officials: new Map(),
  upTo: Number.NEGATIVE_INFINITY,
  lanes: new Map(),
});

const sourceOf = ({ day, by, key }: Omit<StoredJudgement, 'signals'>): string =>
  `${day}\0${by}\0${key}`;

export type Weighed = { alerts: number; changed: number; withdrawn: number; closedDays: number };

export type WeighStage = Awaited<ReturnType<typeof openWeighStage>>;
/**
 * The one step over all lanes: stored judgements to alerts. A function of what the lanes stored: days
 * that all lanes closed are weighed once, in order; open days are weighed anew at every look, on a copy.
 * So neither crashes nor the number of processes nor the moment of a look decide which alerts stand.
 */
export async function openWeighStage(options: WeighOptions) {
  const { store, budget, toAlert, progressEveryMs = 0 } = options;
  const saved = await store.newestState();
  // Written by `save`.
  const kept = saved === null ? null : (deserialize(saved) as { format?: number; state: State });
  const state: State = kept?.format === FORMAT ? kept.state : emptyState();
  const weigher = createWeigher(state.weigh);
  const chooser = createChooser({ budget, toAlert }, state.choice);
  const open = new Map<string, StoredJudgement>();
  /** Sources of open days of which the chooser has not heard, or not since calibration learned. */
  const unsaid = new Set<string>();
  /** How far each lane was heard, and the newest time of the store at which anything was said, epoch ms. */
  const positions = new Map<string, number>();
  let saidAt = 0;
  let progress: readonly Progress[] = [];
  let progressAt = Number.NEGATIVE_INFINITY;
  let listenedAt = performance.now();
  let officials = 0;
  const written = new Map<string, { alert: Alert; text: string }>();
  let savedUpTo = state.upTo;
  /** Of days up to this one nothing stands in the store that they did not raise. */
  let writtenUpTo = state.upTo;
  /** What closed since the last look that was written in full: an error on the way loses none of it. */
  const unwritten = new Map<string, Alert>();
  let isWritten = true;
  /** Looks since the store was last searched for what nothing stands for. */
  let unchecked = CHECK_EVERY_LOOKS;

  /** Last day that every lane with messages has closed. */
  async function closedByAll(): Promise<number> {
    const known = new Map(progress.map((p) => [p.lane, p.closedUpTo]));
    const lanes = new Set([...known.keys(), ...(await options.lanes())]);
    if (lanes.size === 0) return Number.NEGATIVE_INFINITY;
    return Math.min(...[...lanes].map((lane) => known.get(lane) ?? Number.NEGATIVE_INFINITY));
  }

  /** Reads how far lanes have come; true when officials were seen at work who were not before. */
  async function readProgress(everyMs: number): Promise<boolean> {
    const now = performance.now();
    if (now - progressAt < everyMs) return false;
    progress = await store.progress();
    progressAt = now;
    const before = officials;
    officials = progress.reduce((n, p) => n + p.officials, 0);
    return officials !== before;
  }

  /** What lanes said since the last look; `listensAnew`: whatever its position. */
  async function readNew(listensAnew: boolean): Promise<boolean> {
    for (const { lane } of progress)
      if (!state.lanes.has(lane)) {
        state.lanes.set(lane, state.upTo);
        // Of days that were closed without it, whatever it said.
        saidAt = 0;
      }
    const isLate = [...state.lanes.values()].some(Number.isFinite);
    const from = isLate ? state.upTo - KEPT_DAYS : state.upTo;
    const isKnown = (judgement: Omit<StoredJudgement, 'signals'>): boolean => {
      const known = open.get(sourceOf(judgement));
      return known !== undefined && known.position >= judgement.position;
    };
    // What was said last at a position may not be all of it: its rows come again, those that are known do not.
    const since = await store.judgementsSince(
      ...([from, positions, Math.max(0, saidAt - SAID_OVERLAP_MS), isKnown] as const),
    );
    saidAt = Math.max(saidAt, since.saidAt);
    const fresh = since.judgements.concat(
      listensAnew ? await store.unheardJudgements(from, open.values(), isKnown) : [],
    );
    if (listensAnew) listenedAt = performance.now();
    let count = 0;
    for (const judgement of fresh) {
      const { lane, day, position } = judgement;
      // All that a lane said before is there: it says one thing after the other.
      positions.set(lane, Math.max(positions.get(lane) ?? -1, position));
      if (day <= state.upTo && day > (state.lanes.get(lane) ?? state.upTo)) continue;
      count++;
      const source = sourceOf(judgement);
      // Of one key more than one row may have come since; of two at one position, the later in the store.
      if ((open.get(source)?.position ?? -1) > position) continue;
      open.set(source, judgement);
      unsaid.add(source);
    }
    for (const { lane, position } of progress)
      positions.set(lane, Math.max(positions.get(lane) ?? -1, position));
    return count > 0;
  }

  /** Closes the days that are over in all lanes by now; gives their number. */
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
    // An open day may have added to an alert what no closed day will: it then stands as it was again.
    for (const { alert } of state.choice.latest.values()) unwritten.set(alert.alertId, alert);
    for (const day of days)
      for (const alert of closeDay(day, work.get(day) ?? [], over.get(day) ?? []))
        unwritten.set(alert.alertId, alert);
    state.upTo = closedUpTo;
    // Calibration has learned: what was said of open days is weighed anew.
    for (const source of open.keys()) unsaid.add(source);
    return days.length;
  }

  function closeDay(
    day: number,
    work: readonly (LaneDay & { lane: string })[],
    judged: StoredJudgement[],
  ): Alert[] {
    for (const { lane, officials } of work) state.officials.set(lane, officials);
    const signals = weigher.day(
      day,
      judged.flatMap((j) => j.signals),
    );
    for (const judgement of judged) {
      const source = sourceOf(judgement);
      open.delete(source);
      unsaid.delete(source);
      chooser.say(source, []);
    }
    return chooser.closeDay(day, signals, {
      officials: [...state.officials.values()].reduce((n, o) => n + o, 0),
      officialDays: work.reduce((n, d) => n + d.officialDays, 0),
    });
  }

  /** Alerts of the last week and of open days as they stand now. */
  function standing(): Alert[] {
    // Not before: a day that closes says everything once more, and is weighed whole.
    for (const source of unsaid)
      chooser.say(source, weigher.preview(open.get(source)?.signals ?? []));
    unsaid.clear();
    return chooser.standing(officials);
  }

  /** Ids in the store that nothing stands for: those we wrote, and with `isWhole` those of anybody. */
  async function goneOf(stands: ReadonlySet<string>, isWhole: boolean): Promise<string[]> {
    const stored = isWhole ? await store.openAlertIds(writtenUpTo) : [...written.keys()];
    return stored.filter((id) => !stands.has(id) && !state.choice.raised.has(id));
  }

  async function write(
    alerts: readonly Alert[],
    isWhole: boolean,
  ): Promise<{ changed: number; withdrawn: number }> {
    // Higher than anything written from less: a second owner that lags behind cannot win.
    const version = [...positions.values()].reduce((sum, p) => sum + p, 0);
    const changed = alerts.filter((alert) => {
      const known = written.get(alert.alertId);
      return known?.alert !== alert && known?.text !== JSON.stringify(alert);
    });
    await store.saveAlerts(changed, version);
    for (const alert of changed) written.set(alert.alertId, { alert, text: JSON.stringify(alert) });
    const stands = new Set(alerts.map((a) => a.alertId));
    // Days that closed since the last look may have raised less than they showed while they were open.
    const gone = await goneOf(stands, isWhole);
    const withdrawn = gone.length === 0 ? [] : await store.untouched(gone);
    if (withdrawn.length > 0) await store.withdrawAlerts(withdrawn);
    for (const id of written.keys()) if (!stands.has(id)) written.delete(id);
    unwritten.clear();
    isWritten = true;
    if (isWhole) {
      unchecked = 0;
      writtenUpTo = state.upTo;
    } else unchecked++;
    return { changed: changed.length, withdrawn: withdrawn.length };
  }

  return {
    /**
     * Takes what the lanes stored since the last look. Null when there was nothing new. `isLast`: asks for all
     * that is now and then asked for, whenever that was.
     */
    async look({ isLast = false } = {}): Promise<Weighed | null> {
      // The budget follows the officials at work: more of them may leave room for what had none.
      const hasMore = await readProgress(isLast ? 0 : progressEveryMs);
      const listensAnew = isLast || performance.now() - listenedAt > LISTEN_ANEW_MS;
      const hasNew = await readNew(listensAnew);
      const closedDays = await closeDays(await closedByAll());
      if (closedDays > 0) unchecked = CHECK_EVERY_LOOKS;
      if (hasMore || hasNew || closedDays > 0) isWritten = false;
      if (isWritten && unchecked === 0) return null;
      const isWhole = isWritten || unchecked >= CHECK_EVERY_LOOKS;
      const now = new Map(unwritten);
      for (const alert of standing()) now.set(alert.alertId, alert);
      const { changed, withdrawn } = await write([...now.values()], isWhole);
      // Alerts of closed days stay; those of open days may still go.
      const alerts = new Set([...state.choice.raised, ...now.keys()]).size;
      return { alerts, closedDays, changed, withdrawn };
    },
    /** Saves what the closed days came to; open days are read again from the store. */
    async save(): Promise<void> {
      // What is not written in full would be forgotten with the state that it came from.
      if (state.upTo === savedUpTo || !isWritten) return;
      savedUpTo = state.upTo;
      await store.saveState(state.upTo, serialize({ format: FORMAT, state }));
    },
    upTo: () => state.upTo,
    /** A state of another version was found and left aside. */
    isAnew: kept !== null && kept.format !== FORMAT,
  };
}
