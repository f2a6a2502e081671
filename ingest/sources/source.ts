/** One message of a lane. `at` is when it was put into the log, epoch milliseconds. */
export type Message = {
  position: number;
  key: string | null;
  value: Buffer;
  headers: Readonly<Record<string, string>>;
  at: number;
};

/**
 * Messages of one lane in order. `first` and `last` are positions of messages, `next` is where reading
 * goes on: the position to commit once everything before it is safe.
 */
export type Batch = {
  lane: string;
  first: number;
  last: number;
  next: number;
  messages: readonly Message[];
  /** True once the lane was taken away, sought elsewhere or closed: what the batch makes is not to be kept. */
  isStale(): boolean;
};

export type SourceHandlers = {
  /**
   * A lane is ours: where to read from, or null for the position committed last, else its beginning.
   * Awaited before the lane's first batch.
   */
  onLane(lane: string): Promise<number | null>;
  /** Takes one batch at a time per lane; an error ends the source. */
  onBatch(batch: Batch): Promise<void>;
  /** Lanes that are no longer ours. What they hold in memory is dropped: the next owner starts from the snapshot. */
  onRevoked?(lanes: readonly string[]): void;
  /** Messages between two positions are gone (retention, damage): the hole is shown, never passed over. */
  onGap?(lane: string, from: number, to: number): void;
};

/**
 * A log to read: Kafka, the spool, memory. At least once, in order within a lane. SNAPSHOT INVARIANT: the
 * caller commits no position beyond its newest complete snapshot.
 */
export type Source = {
  /** Starts reading; returns when it runs. */
  start(handlers: SourceHandlers): Promise<void>;
  /** Everything before `position` of this lane is safe. */
  commit(lane: string, position: number): Promise<void>;
  /** The next batch of the lane starts here; a batch under way becomes stale. */
  seek(lane: string, position: number): void;
  /** Back-pressure: no new batch of this lane until `resume`. */
  pause(lane: string): void;
  resume(lane: string): void;
  /** Lanes read now. */
  lanes(): string[];
  /** Messages (of the spool: bytes) that wait behind the newest batch of each lane. */
  lag(): ReadonlyMap<string, number>;
  /** Resolves after `close`, rejects when reading cannot go on. */
  done: Promise<void>;
  /** Waits for batches under way, then stops. */
  close(): Promise<void>;
};

/** `gaps` are stretches between `position` and `next` that are gone: [from, to). */
export type Pulled = { messages: Message[]; next: number; gaps: [from: number, to: number][] };

/** A log that is asked for messages, as memory and the spool are. */
export type PulledLog = {
  lanes: readonly string[];
  /** Messages from `position` on, at most some thousands, and where to go on; none when there are none yet. */
  read(lane: string, position: number): Promise<Pulled>;
  committed(lane: string): number;
  commit(lane: string, position: number): Promise<void>;
  /** Distance from a position to the end. */
  behind(lane: string, position: number): number;
  /** Resolves when there may be more to read. */
  more(): Promise<void>;
};

type PulledLane = { position: number; generation: number; isPaused: boolean; wake: () => void };

/** A source over a log that is asked: one loop per lane. */
export function pull(log: PulledLog): Source {
  const lanes = new Map<string, PulledLane>();
  const settled = deferred();
  let isClosed = false;
  let loops: Promise<void>[] = [];
  settled.promise.catch(() => undefined);

  const stateOf = (lane: string): PulledLane => {
    const state = lanes.get(lane);
    if (state === undefined) throw new RangeError(`no lane ${lane}`);
    return state;
  };
  const move = (lane: string, change: (state: PulledLane) => void): void => {
    const state = stateOf(lane);
    change(state);
    state.wake();
  };

  async function loop(lane: string, state: PulledLane, handlers: SourceHandlers): Promise<void> {
    state.position = (await handlers.onLane(lane)) ?? log.committed(lane);
    while (!isClosed) {
      const woken = new Promise<void>((wake) => {
        state.wake = wake;
      });
      if (state.isPaused) {
        await woken;
        continue;
      }
      const { generation } = state;
      const isStale = (): boolean => isClosed || state.generation !== generation;
      const { messages, next, gaps } = await log.read(lane, state.position);
      if (isStale()) continue;
      for (const [from, to] of gaps) handlers.onGap?.(lane, from, to);
      const [first] = messages;
      const last = messages.at(-1);
      if (first === undefined || last === undefined) {
        if (next === state.position) await Promise.race([log.more(), woken]);
        else state.position = next;
        continue;
      }
      const batch = { lane, first: first.position, last: last.position, next, messages, isStale };
      await handlers.onBatch(batch);
      if (state.generation === generation) state.position = next;
    }
  }

  function fail(error: unknown): void {
    isClosed = true;
    for (const state of lanes.values()) state.wake();
    settled.reject(error);
  }

  return {
    async start(handlers) {
      for (const lane of log.lanes)
        lanes.set(lane, { position: 0, generation: 0, isPaused: false, wake: () => undefined });
      loops = [...lanes].map(([lane, state]) => loop(lane, state, handlers).catch(fail));
    },
    commit: (lane, position) => log.commit(lane, position),
    seek: (lane, position) =>
      move(lane, (state) => {
        state.position = position;
        state.generation++;
      }),
    pause: (lane) =>
      move(lane, (state) => {
        state.isPaused = true;
      }),
    resume: (lane) =>
      move(lane, (state) => {
        state.isPaused = false;
      }),
    lanes: () => [...lanes.keys()],
    lag: () =>
      new Map([...lanes].map(([lane, { position }]) => [lane, log.behind(lane, position)])),
    done: settled.promise,
    async close() {
      isClosed = true;
      for (const state of lanes.values()) state.wake();
      await Promise.all(loops);
      settled.resolve();
    },
  };
}

/** A promise with its two ends in hand. */
export function deferred(): {
  promise: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
} {
  let resolve: () => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<void>((done, fail) => {
    resolve = done;
    reject = fail;
  });
  return { promise, resolve: () => resolve(), reject: (error) => reject(error) };
}
