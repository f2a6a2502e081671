import type { Consumer, EachBatchPayload } from 'kafkajs';
import { AppError } from '../../domain/errors.ts';
import { createKafkaClient, type KafkaLog, type KafkaSettings } from './kafka-client.ts';
import { type Batch, deferred, type Message, type Source, type SourceHandlers } from './source.ts';

export type KafkaSourceOptions = {
  group: string;
  topics: readonly string[];
  log?: KafkaLog;
  /** No fetch for so long, while nothing is being worked on, ends the source: its process starts anew. */
  silenceMs?: number;
  sessionTimeoutMs?: number;
  maxBytesPerLane?: number;
};

const SESSION_TIMEOUT_MS = 30_000;
/** Sessions that may pass without a fetch: a broker that restarts takes less than one. */
const SILENT_SESSIONS = 3;
/** How often positions are committed again that the broker has not confirmed. */
const COMMIT_AGAIN_MS = 1_000;
const MAX_BYTES_PER_LANE = 1_048_576;
const MAX_WAIT_MS = 250;
/** A refused commit is no loss: it is sent again, and reading resumes from the snapshot anyway. */
const COMMIT_MAY_FAIL = new Set([
  ...[
    'REBALANCE_IN_PROGRESS',
    'ILLEGAL_GENERATION',
    'UNKNOWN_MEMBER_ID',
    'NOT_COORDINATOR_FOR_GROUP',
  ],
  ...['GROUP_COORDINATOR_NOT_AVAILABLE', 'GROUP_LOAD_IN_PROGRESS', 'REQUEST_TIMED_OUT'],
]);
/** Lanes worked on side by side: more than a process ever owns. */
const CONCURRENT_LANES = 64;

type Lane = {
  topic: string;
  partition: number;
  /** Null until the state was loaded. */
  position: number | null;
  generation: number;
  /** The consumer joined anew, or we sought: its own position cannot be trusted. */
  isUnsure: boolean;
  lag: number;
  isPaused: boolean;
  /** What may be committed, and what the broker confirmed of it. */
  safe: number;
  confirmed: number;
};
type Member = { id: string; isRunning: boolean; working: number; fetchedAt: number };

const laneOf = (topic: string, partition: number): string => `${topic}/${partition}`;
const messageOf = (m: EachBatchPayload['batch']['messages'][number]): Message => ({
  position: Number(m.offset),
  key: m.key === null ? null : m.key.toString(),
  value: m.value ?? Buffer.alloc(0),
  headers: Object.fromEntries(
    Object.entries(m.headers ?? {}).map(([name, value]) => [name, String(value)]),
  ),
  at: Number(m.timestamp),
});

const newLane = (topic: string, partition: number): Lane => ({
  ...{ topic, partition, position: null, generation: 0, isUnsure: true },
  ...{ lag: 0, isPaused: false, safe: -1, confirmed: -1 },
});

/** Lanes are partitions of the topics that the group gives to this process. */
export function createKafkaSource(settings: KafkaSettings, options: KafkaSourceOptions): Source {
  const { group, topics, log = () => undefined } = options;
  const { sessionTimeoutMs = SESSION_TIMEOUT_MS } = options;
  const { silenceMs = SILENT_SESSIONS * sessionTimeoutMs } = options;
  const consumer = createKafkaClient(settings, log).consumer({
    groupId: group,
    sessionTimeout: sessionTimeoutMs,
    heartbeatInterval: Math.floor(sessionTimeoutMs / 10),
    maxBytesPerPartition: options.maxBytesPerLane ?? MAX_BYTES_PER_LANE,
    maxWaitTimeInMs: MAX_WAIT_MS,
    allowAutoTopicCreation: false,
    // Decided here, not left to the default: it comes back from anything, the watchdog bounds it.
    retry: { retries: 5, restartOnFailure: async () => true },
  });
  const lanes = new Map<string, Lane>();
  const settled = deferred();
  settled.promise.catch(() => undefined);
  const member: Member = { id: '', isRunning: false, working: 0, fetchedAt: 0 };
  let handlers: SourceHandlers | null = null;
  let timers: NodeJS.Timeout[] = [];

  function fail(error: unknown): void {
    if (!member.isRunning) return;
    member.isRunning = false;
    settled.reject(error);
    // Not awaited: stopping waits for the batch that failed.
    consumer.disconnect().catch(() => undefined);
  }

  /** Where a lane goes on: its own position when it has one, else that of its state. */
  async function ready(name: string, lane: Lane, first: number): Promise<number> {
    if (lane.position === null) lane.position = (await handlers?.onLane(name)) ?? first;
    return lane.position;
  }

  async function eachBatch(payload: EachBatchPayload): Promise<void> {
    const { batch, resolveOffset, heartbeat, isRunning, isStale } = payload;
    const name = laneOf(batch.topic, batch.partition);
    const lane = lanes.get(name);
    if (lane === undefined || batch.messages.length === 0) return;
    const { generation } = lane;
    const stale = (): boolean =>
      !member.isRunning ||
      !isRunning() ||
      isStale() ||
      lanes.get(name) !== lane ||
      lane.generation !== generation;
    member.working++;
    try {
      const first = Number(batch.messages[0]?.offset);
      const expected = await ready(name, lane, first);
      if (stale()) return;
      if (lane.isUnsure) {
        lane.isUnsure = false;
        if (first !== expected) {
          consumer.seek({
            topic: batch.topic,
            partition: batch.partition,
            offset: String(expected),
          });
          return;
        }
      }
      if (Number(batch.messages.at(-1)?.offset) < expected) beyondEnd(name, expected, first);
      if (first > expected) handlers?.onGap?.(name, expected, first);
      const messages = batch.messages.map(messageOf).filter((m) => m.position >= expected);
      const last = Number(batch.messages.at(-1)?.offset);
      const whole: Batch = {
        ...{ lane: name, messages, last, isStale: stale },
        ...{ first: messages[0]?.position ?? first, next: last + 1 },
      };
      await handlers?.onBatch(whole);
      if (stale()) return;
      lane.position = last + 1;
      lane.lag = Math.max(0, Number(batch.highWatermark) - lane.position);
      // Without this the same batch comes again for ever, whatever was committed.
      resolveOffset(String(last));
    } catch (error) {
      fail(error);
      return;
    } finally {
      member.working--;
    }
    // Outside: its errors (the group rebalances) are the consumer's own, which joins again.
    await heartbeat();
  }

  /** Our state is ahead of the log: the topic was made anew under the same name. */
  function beyondEnd(lane: string, expected: number, first: number): never {
    throw new AppError(
      'ERR_KAFKA_TOPIC',
      `The snapshot of ${lane} is at ${expected} but the topic starts at ${first}: it was made anew. Use a new consumer group and store, or restore the topic.`,
      { lane, expected, first },
    );
  }

  function assign(memberId: string, assignment: Readonly<Record<string, number[]>>): void {
    const names = new Map<string, { topic: string; partition: number }>();
    for (const [topic, partitions] of Object.entries(assignment))
      for (const partition of partitions) names.set(laneOf(topic, partition), { topic, partition });
    // A new member was out of the group: others may have read on, so their snapshots know more than we do.
    const isKept = member.id === memberId;
    member.id = memberId;
    const gone = [...lanes.keys()].filter((name) => !isKept || !names.has(name));
    for (const name of gone) lanes.delete(name);
    if (gone.length > 0) handlers?.onRevoked?.(gone);
    for (const [name, { topic, partition }] of names) {
      const lane = lanes.get(name);
      if (lane === undefined) lanes.set(name, newLane(topic, partition));
      else {
        // Joining resets the consumer to the committed position; the lane's own is newer. A batch under
        // way would move it back, so it counts as stale and comes again.
        lane.isUnsure = true;
        lane.generation++;
      }
    }
  }

  /** A commit is lost without an error while the consumer joins anew: what is not confirmed is sent again. */
  async function commitAgain(): Promise<void> {
    const open = [...lanes.values()].filter((lane) => lane.safe > lane.confirmed);
    if (open.length > 0 && member.isRunning) await commitAll(consumer, open, log);
  }

  /** kafkajs can stop fetching without an error; time without a fetch is what shows it. */
  function watch(): void {
    if (member.working > 0 || [...lanes.values()].some((l) => l.isPaused))
      member.fetchedAt = performance.now();
    else if (performance.now() - member.fetchedAt > silenceMs)
      fail(
        new AppError('ERR_KAFKA_SILENT', `Nothing was fetched from Kafka for ${silenceMs} ms.`, {
          group,
        }),
      );
  }

  function listen(): void {
    const { GROUP_JOIN, FETCH, CRASH, COMMIT_OFFSETS } = consumer.events;
    consumer.on(GROUP_JOIN, ({ payload }) => assign(payload.memberId, payload.memberAssignment));
    consumer.on(COMMIT_OFFSETS, ({ payload }) => {
      for (const { topic, partitions } of payload.topics)
        for (const { partition, offset } of partitions) {
          const lane = lanes.get(laneOf(topic, Number(partition)));
          if (lane !== undefined) lane.confirmed = Math.max(lane.confirmed, Number(String(offset)));
        }
    });
    consumer.on(FETCH, () => {
      member.fetchedAt = performance.now();
    });
    consumer.on(CRASH, ({ payload }) => {
      if (!payload.restart) fail(payload.error);
    });
  }

  return {
    async start(given) {
      handlers = given;
      member.isRunning = true;
      member.fetchedAt = performance.now();
      listen();
      await consumer.connect();
      await consumer.subscribe({ topics: [...topics], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: CONCURRENT_LANES,
        eachBatch,
      });
      timers = [
        setInterval(watch, Math.min(5_000, silenceMs / 4)).unref(),
        setInterval(() => void commitAgain().catch(fail), COMMIT_AGAIN_MS).unref(),
      ];
    },
    async commit(name, position) {
      const lane = lanes.get(name);
      // No longer ours: the next owner commits.
      if (lane === undefined) return;
      lane.safe = Math.max(lane.safe, position);
      await commitAll(consumer, [lane], log);
    },
    seek(name, position) {
      const lane = lanes.get(name);
      if (lane === undefined) return;
      lane.position = position;
      lane.generation++;
      lane.isUnsure = true;
      const { topic, partition } = lane;
      consumer.seek({ topic, partition, offset: String(position) });
    },
    pause(name) {
      const lane = lanes.get(name);
      if (lane === undefined) return;
      lane.isPaused = true;
      consumer.pause([{ topic: lane.topic, partitions: [lane.partition] }]);
    },
    resume(name) {
      const lane = lanes.get(name);
      if (lane === undefined) return;
      lane.isPaused = false;
      consumer.resume([{ topic: lane.topic, partitions: [lane.partition] }]);
    },
    lanes: () => [...lanes.keys()],
    lag: () => new Map([...lanes].map(([name, { lag }]) => [name, lag])),
    done: settled.promise,
    async close() {
      for (const timer of timers) clearInterval(timer);
      if (member.isRunning) {
        await consumer.stop();
        member.isRunning = false;
        settled.resolve();
      }
      await consumer.disconnect();
    },
  };
}

async function commitAll(consumer: Consumer, lanes: readonly Lane[], log: KafkaLog): Promise<void> {
  try {
    await consumer.commitOffsets(
      lanes.map(({ topic, partition, safe }) => ({ topic, partition, offset: String(safe) })),
    );
  } catch (error) {
    const { name = '', type = '' } = error as { name?: string; type?: string };
    const isPassing = COMMIT_MAY_FAIL.has(type) || name.startsWith('KafkaJS');
    if (!isPassing) throw error;
    log('warn', 'commit_refused', { lanes: lanes.length, type: type || name });
  }
}
