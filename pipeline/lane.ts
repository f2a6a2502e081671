import type { Lookup } from '../detectors/detector.ts';
import type { ExplainHistory } from '../detectors/explain/explain.ts';
import type { AuditEvent } from '../domain/event.ts';
import type { Explanation } from '../domain/explanation.ts';
import type { RawSignal } from '../domain/signal.ts';
import type { StateChunk } from '../domain/state-chunk.ts';
import { HOUR_MS, localDay } from '../domain/time.ts';
import type { Token } from '../domain/token.ts';
import {
  type Coverage,
  type CoverageBySystem,
  countLookup,
  coverageOf,
  createOpenCoverage,
  sumCoverage,
} from './coverage.ts';
import {
  emptyMemory,
  forgetKeys,
  judgeActorDay,
  judgeSubjectDay,
  type KeyMemory,
  type OrdinaryScores,
  readyDetectors,
  type Sift,
} from './judge-day.ts';
import { EVERYTHING, type LaneOptions } from './lane-options.ts';
import { byOutcome, createOpenDay, type OpenDay, type Placed } from './open-day.ts';
import { plainCopy } from './plain-copy.ts';
import { forgetHistory, historyOf, seenFromSubject, settleSearches, toLookup } from './settle.ts';
import { emptyLaneState, restoreLane, saveHead, saveKeys } from './snapshot.ts';
import { createKeptChunks } from './spill.ts';
import { AT_ONCE, PLAIN, type Urgency } from './urgency.ts';

export type { LaneOptions };

/** What a closed day came to, of this lane's share. */
export type ClosedDay = {
  day: number;
  signals: RawSignal[];
  /** Scores that `packsOrdinary` left out of the signals. */
  ordinary: OrdinaryScores;
  /** Officials who worked. */
  officialDays: number;
  /** Officials seen at work up to and including this day. */
  officials: number;
};
/** What the open day says now of one key; replaces what was said of it before. */
export type OpenJudgement = {
  day: number;
  by: 'actor' | 'subject';
  key: Token;
  signals: RawSignal[];
};

/**
 * An event from further ahead comes from a wrong clock. An hour forgives a clock that is off by a time zone
 * and is far less than the grace, so no day closes before its time.
 */
const CLOCK_SKEW_MS = HOUR_MS;
/** A routine lookup waits no longer to be judged, by the time of the lane. */
const ROUTINE_WAITS_MS = 10 * 60_000;
/** Once in so many days what has grown old is dropped. */
const FORGET_EVERY_DAYS = 30;

/** What a key is judged with. */
type Judging = {
  memory: KeyMemory;
  history: ExplainHistory;
  coverage: CoverageBySystem;
  /** Lookups by place, as the official's side settled them; null while a day is open. */
  settled: Map<number, Lookup> | null;
  sift: Sift;
};

export type Lane = ReturnType<typeof createLane>;
/**
 * The fold from the events of one share of the keys to raw signals per day. Knows no detector by name
 * and no calibration, so that what it says depends on its keys alone: not on the number of lanes, nor
 * on the order of events within a day. No clock, no I/O.
 */
export function createLane(options: LaneOptions) {
  const { reference, share = EVERYTHING, graceMs = 0 } = options;
  const detectors = readyDetectors(options.detectors, options.config ?? {});
  const hasSubjects = detectors.subject.length > 0;
  const watched = options.watched ?? new Set<string>();
  const openSift: Sift = options.openSift ?? {};
  let state = emptyLaneState();
  let closed: ClosedDay[] = [];
  /** What `saveKeys` gave: nothing in it changes until a day closes. */
  const savedKeys = createKeptChunks(options.spill ?? null);
  const openCoverage = createOpenCoverage();
  /** Officials of open days who were never seen at work before. */
  let fresh = new Set<Token>();
  const explanations = new Map<string, Explanation>();

  /**
   * Takes an event. A day closes when time has passed its end by the grace; later ones are late. One that
   * lies ahead of `seenAt`, when it reached us, is judged but moves no time: it must not end days of others.
   */
  function observe(event: AuditEvent, seenAt = Number.POSITIVE_INFINITY): void {
    const day = localDay(event.occurredAt);
    if (day <= state.closedUpTo) {
      state.late++;
      options.onLate?.(event);
      return;
    }
    const isAhead = event.occurredAt - seenAt > CLOCK_SKEW_MS;
    if (event.occurredAt > state.newest && !isAhead) advance(event.occurredAt);
    const into = dayOf(day);
    if (!into.note(event)) {
      state.duplicates++;
      return;
    }
    if (
      share.actors(event.actor?.token ?? null) &&
      (event.actor === null || event.subject === null)
    )
      coverageOf(state.coverage, event.system).unknown++;
    put(into, event, options.urgency?.(event) ?? AT_ONCE);
  }

  /** Puts an event under the keys that are judged here. */
  function put(into: OpenDay, event: AuditEvent, urgency: Urgency): void {
    const { actor, subject } = event;
    const isJudged = actor !== null && actor.kind !== 'system';
    const ownActor = isJudged && share.actors(actor.token) ? actor.token : null;
    const isOurs = isJudged && hasSubjects && subject !== null && share.subjects(subject);
    into.add(event, ownActor, isOurs ? subject : null, state.newest, urgency);
    if (ownActor !== null && state.actors.get(ownActor)?.hasWorked !== true) fresh.add(ownActor);
  }

  function dayOf(day: number): OpenDay {
    const last = state.open.at(-1);
    if (last?.day === day) return last;
    const known = state.open.find((o) => o.day === day);
    if (known !== undefined) return known;
    const opened = createOpenDay(day, options);
    state.open.push(opened);
    state.open.sort((a, b) => a.day - b.day);
    return opened;
  }

  /** Tells the lane how late it is, for example from other lanes: days that are over then close. */
  function advance(at: number): void {
    state.newest = Math.max(state.newest, at);
    closeBefore(localDay(state.newest - graceMs));
  }

  function closeBefore(day: number): void {
    while ((state.open[0]?.day ?? day) < day) {
      const first = state.open.shift();
      if (first !== undefined) close(first);
    }
    if (day - 1 > state.closedUpTo && Number.isFinite(day)) state.closedUpTo = day - 1;
  }

  function close(open: OpenDay): void {
    const signals: RawSignal[] = [];
    const packed: OrdinaryScores = new Map();
    const sift: Sift = options.packsOrdinary === true ? { ordinary: packed } : {};
    const { history, coverage } = state;
    const settled = hasSubjects ? new Map<number, Lookup>() : null;
    savedKeys.drop();
    let officialDays = 0;
    for (const actor of open.keys('actor')) {
      const memory = state.actors.get(actor) ?? emptyMemory();
      state.actors.set(actor, memory);
      const isNew = !memory.hasWorked;
      const judging: Judging = { memory, history, coverage, settled, sift };
      const judged = judgeActor(actor, open.day, open.eventsOf('actor', actor), judging);
      for (const signal of judged.signals) signals.push(signal);
      if (!judged.worked) continue;
      officialDays++;
      if (isNew) state.officials++;
      memory.hasWorked = true;
    }
    for (const subject of open.keys('subject')) {
      const memory = state.subjects.get(subject) ?? emptyMemory();
      state.subjects.set(subject, memory);
      const judging: Judging = { memory, history, coverage, settled, sift };
      const events = open.eventsOf('subject', subject);
      for (const signal of judgeSubject(subject, open.day, events, judging)) signals.push(signal);
    }
    if (officialDays > 0) state.days++;
    state.officialDays += officialDays;
    state.closedUpTo = open.day;
    if (open.day % FORGET_EVERY_DAYS === 0) forget(open.day);
    for (const actor of open.keys('actor')) openCoverage.say(open.day, actor, null);
    open.log.close();
    fresh = freshOfficials();
    const { day } = open;
    closed.push({ day, signals, ordinary: packed, officialDays, officials: state.officials });
  }

  function freshOfficials(): Set<Token> {
    const found = new Set<Token>();
    for (const open of state.open)
      for (const actor of open.keys('actor'))
        if (state.actors.get(actor)?.hasWorked !== true) found.add(actor);
    return found;
  }

  function judgeActor(
    actor: Token,
    day: number,
    events: readonly Placed[],
    { memory, history, coverage, settled, sift }: Judging,
  ): { signals: RawSignal[]; worked: boolean } {
    const all: Lookup[] = [];
    const others: AuditEvent[] = [];
    for (const { place, event, routine } of events) {
      if (event.subject === null) {
        if (reference.official(actor, event.occurredAt)?.kind !== 'service') others.push(event);
        continue;
      }
      const lookup = toLookup(event, reference, history, routine);
      if (lookup === null) continue;
      countLookup(coverage, lookup);
      settled?.set(place, lookup);
      all.push(lookup);
    }
    const { lookups, refused } = byOutcome(settleSearches(all));
    if (watched.size > 0)
      for (const { event, explanation } of lookups)
        if (watched.has(event.eventId)) explanations.set(event.eventId, explanation);
    if (lookups.length + refused.length + others.length === 0)
      return { signals: [], worked: false };
    const role = (lookups[0] ?? refused[0])?.official?.role ?? '';
    const signals = judgeActorDay(
      { actor, day, role, lookups, refused, others },
      memory,
      detectors.actor,
      reference,
      sift,
    );
    return { signals, worked: lookups.length > 0 };
  }

  function judgeSubject(
    subject: Token,
    day: number,
    events: readonly Placed[],
    { memory, history, settled, sift }: Judging,
  ): RawSignal[] {
    const lookups: Lookup[] = [];
    for (const { place, event, routine } of events) {
      const lookup = settled?.get(place) ?? toLookup(event, reference, history, routine);
      // A refused request is no lookup, but what explains it may explain the next one (E5).
      if (lookup !== null && event.outcome === 'success') lookups.push(seenFromSubject(lookup));
    }
    if (lookups.length === 0) return [];
    return judgeSubjectDay({ subject, day, lookups }, memory, detectors.subject, reference, sift);
  }

  /**
   * Judges the open days of keys with events that cannot wait anew, on a copy of what is known of them. That
   * replaces what was said; nothing is remembered. What changes while a caller lets others work comes next time.
   */
  function* openJudgements(): Generator<OpenJudgement[]> {
    for (const by of ['actor', 'subject'] as const)
      for (const key of new Set(state.open.flatMap((open) => [...open.atOnce(by)])))
        yield judgeOpenDays(by, key);
  }

  /**
   * The same of keys that can wait, while the caller has time: with plain lookups, then with routine ones that
   * waited long, or all (`isIdle`).
   */
  function* spareJudgements(isIdle: boolean): Generator<OpenJudgement[]> {
    const until = isIdle ? Number.POSITIVE_INFINITY : state.newest - ROUTINE_WAITS_MS;
    for (const by of ['actor', 'subject'] as const)
      for (const open of state.open)
        for (const key of open.inTurn(by, until)) yield judgeOpenDays(by, key);
  }

  function judgeOpenDays(by: 'actor' | 'subject', key: Token): OpenJudgement[] {
    const known = (by === 'actor' ? state.actors : state.subjects).get(key);
    const memory = known === undefined ? emptyMemory() : plainCopy(known);
    const history: ExplainHistory = new Map();
    const judgements: OpenJudgement[] = [];
    for (const open of state.open) {
      if (!open.has(by, key)) continue;
      open.judged(by, key);
      const events = open.eventsOf(by, key);
      historyOf(state.history, events, history);
      const coverage: CoverageBySystem = new Map();
      const judging: Judging = { memory, history, coverage, settled: null, sift: openSift };
      const { day } = open;
      const signals =
        by === 'subject'
          ? judgeSubject(key, day, events, judging)
          : judgeActor(key, day, events, judging).signals;
      if (by === 'actor') openCoverage.say(day, key, coverage);
      judgements.push({ day, by, key, signals });
    }
    return judgements;
  }

  function forget(day: number): void {
    forgetHistory(state.history, day);
    forgetKeys(state.actors, detectors.actor, day);
    forgetKeys(state.subjects, detectors.subject, day);
  }

  function release(): void {
    for (const open of state.open) open.log.close();
    savedKeys.drop();
  }

  return {
    observe,
    advance,
    /** Lets go of what lies outside of memory: the last that is asked of a lane. */
    release,
    openJudgements,
    spareJudgements,
    /** Whether anything is to be judged at once. */
    isPressed: (): boolean =>
      state.open.some((open) => open.atOnce('actor').size + open.atOnce('subject').size > 0),
    judgeOpen: (): OpenJudgement[] => [...openJudgements()].flat(),
    /** Keys that wait to be judged when there is time. */
    waiting: (): number => state.open.reduce((n, open) => n + open.waiting(), 0),
    /** Closes every day that is open; more days may follow. */
    closeAll: (): void => closeBefore((state.open.at(-1)?.day ?? Number.NEGATIVE_INFINITY) + 1),
    /** Days closed since the last call, in order. */
    takeClosed(): ClosedDay[] {
      const taken = closed;
      closed = [];
      return taken;
    },
    /** Shares explained so far, the open days included as far as they were judged. */
    coverage: (): Coverage[] => sumCoverage([state.coverage, openCoverage.total()]),
    workload: () => ({
      officials: state.officials,
      days: state.days,
      officialDays: state.officialDays,
    }),
    /** Newest instant seen or told. */
    newest: (): number => state.newest,
    /** Officials seen at work so far, those of open days included. */
    officialsSeen: (): number => state.officials + fresh.size,
    late: (): number => state.late,
    duplicates: (): number => state.duplicates,
    /** Last day that takes no more events. */
    closedUpTo: (): number => state.closedUpTo,
    /** What makes the watched events legitimate, as far as they were judged. */
    explanations: (): ReadonlyMap<string, Explanation> => explanations,
    /** Everything the lane knows, in chunks of bounded size; closed days must have been taken. */
    save: (): StateChunk[] => [
      ...saveHead(state, detectors),
      ...savedKeys.get(() => saveKeys(state, detectors)),
    ],
    /**
     * Takes up a saved state instead of the present one. Gives the detectors that start anew because
     * their version changed or they are new. What was said of open days is no part of a state: all of it is
     * judged again, as there is time where events have an urgency, for the runner said first what cannot wait.
     */
    restore(chunks: readonly Uint8Array[]): string[] {
      const restored = restoreLane(chunks, detectors);
      release();
      state = { ...restored.state, open: [] };
      for (const { day, events, keyless } of restored.open) {
        const into = dayOf(day);
        for (const event of events) {
          into.note(event);
          put(into, event, options.urgency === undefined ? AT_ONCE : PLAIN);
        }
        into.know(keyless);
      }
      closed = [];
      openCoverage.clear();
      fresh = freshOfficials();
      return restored.warmedUp;
    },
  };
}
