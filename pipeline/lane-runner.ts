import type { RawSignal } from '../domain/signal.ts';
import { bytesOf, type StateChunk, totalBytes } from '../domain/state-chunk.ts';
import type { Token } from '../domain/token.ts';
import type { Batch, Message } from '../ingest/sources/source.ts';
import { fromEventMessage, type StoredEvent } from './event-message.ts';
import type { ClosedDay, Lane, OpenJudgement } from './lane.ts';

/** What a lane says of one key on one local day; no signals takes back what was said before. */
export type Judgement = {
  day: number;
  by: 'actor' | 'subject';
  key: Token;
  signals: readonly RawSignal[];
};
export type LaneDay = Pick<ClosedDay, 'day' | 'officialDays' | 'officials'>;
export type LaneReport = {
  lane: string;
  position: number;
  closedUpTo: number | null;
  late: number;
  duplicates: number;
  coverage: unknown;
  /** Officials seen at work so far, those of open days included. */
  officials: number;
};
/** What a running lane needs of a store. Every write may come twice, and from two owners for a moment. */
export type LaneStore = {
  saveEvents(events: readonly StoredEvent[]): Promise<void>;
  saveJudgements(lane: string, position: number, judgements: readonly Judgement[]): Promise<void>;
  saveDays(lane: string, position: number, days: readonly LaneDay[]): Promise<void>;
  saveProgress(report: LaneReport): Promise<void>;
  spoken(lane: string, after: number): Promise<{ day: number; key: Token }[]>;
  newestSnapshot(lane: string): Promise<{ position: string; chunks: readonly Uint8Array[] } | null>;
  /** Position of the newest snapshot, -1 without one. */
  savedUpTo(lane: string): Promise<number>;
  /** False when a part of the state went before it was stored, and so nothing was. */
  saveSnapshot(lane: string, position: string, chunks: readonly StateChunk[]): Promise<boolean>;
};
export type LaneRunnerOptions = {
  name: string;
  /** Which keys this lane judges: of a log keyed by official, or by person looked up. */
  by: 'actor' | 'subject';
  lane: Lane;
  store: LaneStore;
  judgeEveryMs: number;
  /** A message that is no event: it is set aside, never passed over in silence. */
  onPoison(message: Message): Promise<void>;
  /** Position up to which nothing needs to be read again. */
  commit(position: number): Promise<void>;
  observe?: {
    restored?(seconds: number, sizeBytes: number, warmedUp: readonly string[]): void;
    judged?(seconds: number, events: number, report: LaneReport): void;
    saved?(seconds: number, sizeBytes: number): void;
  };
};

/**
 * A lane judges its open days for a sixteenth of the time: a process owns several lanes, and one that lags must
 * read rather than say the same again. What cannot wait comes first, whatever time it takes, and the lane then
 * rests in the same proportion.
 */
const JUDGE_SHARE = 16;
/** Events that may wait for the store before the next batch does: what is judged of them need not wait. */
const MAX_UNSTORED = 10_000;

/** Without their results: kept in each other, they would grow as long as a lane runs. */
const both = async (one: Promise<void>, other: Promise<void>): Promise<void> => {
  await Promise.all([one, other]);
};

/** Of what can wait, as many keys or as much time as this; `isIdle`: even of what need not be said yet. */
type Spare = { keys?: number; ms?: number; isIdle?: boolean };

export type LaneRunner = ReturnType<typeof createLaneRunner>;
/**
 * One lane at work: batches in, judgements out, its state saved now and then. Everything written carries
 * the position of the lane, and the higher position wins; so reading again from a snapshot, or a second
 * owner for a moment, changes no result.
 */
export function createLaneRunner(options: LaneRunnerOptions) {
  const { name, by, store, judgeEveryMs, observe = {} } = options;
  let { lane } = options;
  /** Everything before it is in the state of the lane. */
  let position = 0;
  let judgedPosition = 0;
  let judgedAt = Number.NEGATIVE_INFINITY;
  /** When what can wait was judged last, and how long what cannot took. */
  let sparedAt = Number.NEGATIVE_INFINITY;
  let pressedMs = 0;
  let eventsSince = 0;
  let savedPosition = 0;
  let isClosed = false;
  /** Keys of which the store holds a word that may have to be taken back. */
  const spoken = new Map<number, Set<Token>>();
  let last: Promise<unknown> = Promise.resolve();
  /** Batches being written, oldest first; the lane goes on meanwhile, and one judgement ahead. */
  const unstored = new Map<Promise<void>, number>();
  /** Resolves when every batch so far is written. */
  let storing: Promise<void> = Promise.resolve();
  let saying: Promise<void> | null = null;
  let reporting: Promise<void> = Promise.resolve();
  /** A write that failed for good; whoever comes next is told. */
  let failure: { cause: unknown } | null = null;

  /** One step at a time: a lane has one state. */
  function serially<T>(step: () => Promise<T>): Promise<T> {
    const result = last.then(step);
    last = result.catch(() => undefined);
    return result;
  }

  /** Lets a write go on by itself. */
  function aside(write: Promise<void>): Promise<void> {
    return write.catch((cause: unknown) => {
      failure ??= { cause };
    });
  }
  function checkWrites(): void {
    if (failure !== null) throw failure.cause;
  }

  function note(day: number, key: Token): void {
    const keys = spoken.get(day);
    if (keys === undefined) spoken.set(day, new Set([key]));
    else keys.add(key);
  }

  async function restore(): Promise<number> {
    const started = performance.now();
    const saved = await store.newestSnapshot(name);
    let warmedUp: string[] = [];
    if (saved !== null) {
      warmedUp = lane.restore(saved.chunks);
      position = Number(saved.position);
    }
    judgedPosition = position;
    savedPosition = position;
    for (const { day, key } of await store.spoken(name, lane.closedUpTo())) note(day, key);
    const size = saved?.chunks.reduce((n, c) => n + c.length, 0) ?? 0;
    observe.restored?.((performance.now() - started) / 1000, size, warmedUp);
    return position;
  }

  async function take(batch: Batch): Promise<void> {
    if (batch.isStale() || isClosed) return;
    const events: StoredEvent[] = [];
    const seenAt: number[] = [];
    for (const message of batch.messages) {
      // A batch that was cut off by a rebalance comes again; its first part is in the state already.
      if (message.position < position) continue;
      const stored = fromEventMessage(message.value);
      if (stored === null) await options.onPoison(message);
      else {
        events.push(stored);
        seenAt.push(message.at);
      }
    }
    // When it was put into the log, not now: read again later, it must come to the same.
    for (const [i, { event }] of events.entries()) lane.observe(event, seenAt[i]);
    position = Math.max(position, batch.next);
    eventsSince += events.length;
    keep(events);
    if (isDue()) judge(hasTime() ? {} : { keys: 0 });
  }

  function keep(events: readonly StoredEvent[]): void {
    const written = aside(store.saveEvents(events)).then(() => {
      unstored.delete(written);
    });
    unstored.set(written, events.length);
    storing = both(storing, written);
  }

  /** Waits until the next batch may be taken: a store that is slow must not fill the memory. */
  async function room(): Promise<void> {
    const waiting = (): number => [...unstored.values()].reduce((n, events) => n + events, 0);
    while (waiting() >= MAX_UNSTORED) await unstored.keys().next().value;
    checkWrites();
  }

  /** Whether it is time for what can wait. */
  const hasTime = (): boolean => performance.now() - sparedAt >= judgeEveryMs;
  const isDue = (): boolean =>
    saying === null &&
    performance.now() - judgedAt >= JUDGE_SHARE * pressedMs &&
    (lane.isPressed() || hasTime());

  /**
   * Says what is new, and how far the lane has come once all of it is stored. What waited may be said later, at
   * the same position.
   */
  function judge(spare: Spare = {}): void {
    if (isClosed) return;
    const isIdle = spare.isIdle ?? false;
    if (position === judgedPosition && !(isIdle && lane.waiting() > 0)) return;
    const started = performance.now();
    const at = position;
    const events = eventsSince;
    eventsSince = 0;
    const closed = lane.takeClosed();
    const pressed = lane.judgeOpen();
    pressedMs = performance.now() - started;
    const open = pressed.concat(judgeSpare(spare, started));
    const judgements = closed.flatMap(finalOf).concat(open.flatMap(openOf));
    const report = reportAt(at);
    judgedAt = performance.now();
    if (spare.keys !== 0) sparedAt = judgedAt;
    judgedPosition = at;
    observe.judged?.((judgedAt - started) / 1000, events, report);
    const said = aside(say(at, judgements, closed));
    saying = said.finally(() => {
      saying = null;
    });
    reporting = both(reporting, aside(tell(report, said, storing)));
  }

  function judgeSpare(
    { keys = Number.POSITIVE_INFINITY, ms = judgeEveryMs / JUDGE_SHARE, isIdle = false }: Spare,
    started: number,
  ): OpenJudgement[] {
    const open: OpenJudgement[] = [];
    if (keys === 0) return open;
    let taken = 0;
    for (const judgements of lane.spareJudgements(isIdle)) {
      open.push(...judgements);
      if (++taken >= keys || performance.now() - started >= ms) break;
    }
    return open;
  }

  async function say(
    at: number,
    judgements: readonly Judgement[],
    closed: readonly LaneDay[],
  ): Promise<void> {
    await Promise.all([
      store.saveJudgements(name, at, judgements),
      store.saveDays(name, at, closed),
    ]);
  }

  /** How far the lane has come, once all that it rests on is stored. */
  async function tell(report: LaneReport, ...on: Promise<void>[]): Promise<void> {
    await Promise.all(on);
    checkWrites();
    await store.saveProgress(report);
  }

  /** Judges what waits; resolves when everything so far is stored. */
  async function settle(spare?: Spare): Promise<void> {
    // One at a time, as in `isDue`.
    await saying;
    judge(spare);
    await Promise.all([saying, storing, reporting]);
    checkWrites();
  }

  /** A closed day is judged for good: every score of it, and a last word for keys that fell silent. */
  function finalOf({ day, signals }: ClosedDay): Judgement[] {
    const byKey = new Map<Token, RawSignal[]>();
    for (const key of spoken.get(day) ?? []) byKey.set(key, []);
    for (const signal of signals) {
      const list = byKey.get(signal.key);
      if (list === undefined) byKey.set(signal.key, [signal]);
      else list.push(signal);
    }
    spoken.delete(day);
    return [...byKey].map(([key, own]) => ({ day, by, key, signals: own }));
  }

  function openOf({ day, key, signals }: Judgement): Judgement[] {
    if (signals.length === 0 && !spoken.get(day)?.has(key)) return [];
    note(day, key);
    return [{ day, by, key, signals }];
  }

  function reportAt(at: number): LaneReport {
    const closedUpTo = lane.closedUpTo();
    return {
      lane: name,
      position: at,
      closedUpTo: Number.isFinite(closedUpTo) ? closedUpTo : null,
      late: lane.late(),
      duplicates: lane.duplicates(),
      coverage: lane.coverage(),
      officials: lane.officialsSeen(),
    };
  }

  /** SNAPSHOT INVARIANT: the position is committed after the snapshot of that position is complete. */
  async function save(): Promise<void> {
    const started = performance.now();
    const taken = await serially(async () => {
      await saying;
      judge();
      const written = Promise.all([saying, storing, reporting]);
      const isSaved = isClosed || position === savedPosition;
      return { at: position, chunks: isSaved ? null : lane.save(), written };
    });
    const { at, chunks } = taken;
    // The lane goes on meanwhile; the state must not be there before what it rests on.
    await taken.written;
    checkWrites();
    if (chunks === null) return;
    // Someone else owns the lane by now and is ahead: its state is the better one.
    if ((await store.savedUpTo(name)) >= at) return;
    // Not when a day closed meanwhile: the state after it comes next.
    if (!(await store.saveSnapshot(name, String(at), chunks))) return;
    savedPosition = at;
    observe.saved?.((performance.now() - started) / 1000, totalBytes(chunks));
    await options.commit(at);
  }

  return {
    /** Loads the newest snapshot; gives the position to read from. */
    restore: () => serially(restore),
    async take(batch: Batch): Promise<void> {
      await room();
      await serially(() => take(batch));
    },
    /** Judges what is there; of the keys that can wait at most so many. */
    judge: (keys = Number.POSITIVE_INFINITY) =>
      serially(() => settle({ keys, ms: Number.POSITIVE_INFINITY, isIdle: keys > 0 })),
    /** Keys that wait to be judged when there is time. */
    waiting: () => lane.waiting(),
    /** The same when it is time, as a timer asks when no batch comes. */
    judgeWhenDue: () =>
      serially(async () => {
        checkWrites();
        if (isDue()) judge(hasTime() ? { isIdle: position === judgedPosition } : { keys: 0 });
      }),
    save,
    /** Goes on with another lane of the same state, for example one with newer reference data. */
    renew: (make: () => Lane) =>
      serially(async () => {
        await settle();
        if (isClosed) return;
        const chunks = bytesOf(lane.save());
        lane.release();
        lane = make();
        lane.restore(chunks);
      }),
    /** Someone else owns the lane: nothing more is said of it, and its files go. */
    close: () =>
      serially(async () => {
        isClosed = true;
        lane.release();
      }),
    position: () => position,
    savedPosition: () => savedPosition,
  };
}
