import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import kafkajs from 'kafkajs';
import { checkTopics } from '../../ingest/sources/kafka-client.ts';
import type { Store } from '../../storage/client.ts';
import { createJudgementStore } from '../../storage/judgements.ts';
import { openServerStore } from '../../storage/server.ts';
import { aWorkplace } from './cli.ts';
import type { TestClickHouse } from './clickhouse-http.ts';
import type { TestKafka } from './kafka.ts';

const ROOT = join(import.meta.dirname, '../..');
/** As in the image: young objects die young, and copying them about cost a third of the time. */
const NODE_OPTIONS = ['--max-semi-space-size=64', ...profiling()];

/** `BENCH_PROFILE=DIR` has every process leave a profile of its processor time there. */
function profiling(): string[] {
  const dir = process.env['BENCH_PROFILE'];
  return dir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${dir}`];
}

export type Running = {
  name: string;
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Ends it; gives the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
};
export type TestStream = {
  store: Store;
  dir: string;
  /** Runs a command to its end; throws when it fails. */
  run(...args: string[]): Promise<string>;
  /** Starts a process that stays: `ingest` or `detect`. */
  start(command: string, name: string, env?: Record<string, string>, args?: string[]): Running;
  /** Puts lines into the raw topic, in the order given, spread over its partitions; `at`: when each came, epoch ms. */
  produce(
    lines: readonly string[],
    options?: { partition?: number; at?: (index: number) => number },
  ): Promise<void>;
  /** Lanes whose messages are not all judged and stored, and raw partitions not all read. */
  behind(): Promise<string[]>;
  /** SNAPSHOT INVARIANT: lanes that were committed beyond their newest complete snapshot. */
  committedTooFar(): Promise<string[]>;
  close(): Promise<void>;
};

/** One installation on a running broker and store: its own topics, group, database, keys and vault. */
export async function startStream(
  kafka: TestKafka,
  clickhouse: TestClickHouse,
  options: { name: string; partitions: number; env?: Record<string, string> },
): Promise<TestStream> {
  const { name, partitions } = options;
  const workplace = aWorkplace();
  const passwordFile = join(workplace.dir, 'clickhouse.password');
  writeFileSync(passwordFile, `${clickhouse.password}\n`, { mode: 0o600 });
  mkdirSync(join(workplace.dir, 'vault'), { mode: 0o700 });
  const topic = (of: string): string => `${name}.${of}`;
  const database = name.replace(/\W/g, '_');
  const env: Record<string, string> = {
    INZAGEWACHT_MASTER_KEY_FILE: workplace.keyFile,
    INZAGEWACHT_KAFKA_BROKERS: kafka.brokers.join(','),
    INZAGEWACHT_KAFKA_GROUP: name,
    INZAGEWACHT_KAFKA_TOPIC_RAW: topic('raw'),
    INZAGEWACHT_KAFKA_TOPIC_EVENTS: topic('events'),
    INZAGEWACHT_KAFKA_TOPIC_BY_SUBJECT: topic('by-subject'),
    INZAGEWACHT_KAFKA_TOPIC_DEAD: topic('dead'),
    INZAGEWACHT_KAFKA_PARTITIONS: String(partitions),
    INZAGEWACHT_KAFKA_REPLICATION: '1',
    INZAGEWACHT_CLICKHOUSE_URL: clickhouse.url,
    INZAGEWACHT_CLICKHOUSE_USER: clickhouse.user,
    INZAGEWACHT_CLICKHOUSE_PASSWORD_FILE: passwordFile,
    INZAGEWACHT_CLICKHOUSE_DATABASE: database,
    INZAGEWACHT_VAULT_DIR: join(workplace.dir, 'vault'),
    INZAGEWACHT_LOG_LEVEL: 'info',
    ...options.env,
  };
  const launch = (args: string[], more: Record<string, string> = {}): ChildProcess =>
    spawn(
      process.execPath,
      [...NODE_OPTIONS, '--import', 'tsx', join(ROOT, 'cli/main.ts'), ...args],
      {
        cwd: ROOT,
        env: { ...process.env, ...env, ...more },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
  const collect = (stream: NodeJS.ReadableStream | null): (() => string) => {
    let text = '';
    stream?.on('data', (chunk: Buffer) => {
      text += chunk;
    });
    return () => text;
  };
  const run = async (...args: string[]): Promise<string> => {
    const child = launch(args);
    const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`${args.join(' ')}: ${stderr()}`);
    return stdout();
  };
  const settings = { brokers: kafka.brokers, clientId: 'test' };
  await checkTopics(
    settings,
    [
      { topic: topic('raw'), partitions },
      { topic: topic('events'), partitions },
      { topic: topic('by-subject'), partitions },
      { topic: topic('dead'), partitions: 1 },
    ],
    { create: true, replication: 1 },
  );
  await run('migrate');
  const store = await openServerStore(
    { url: clickhouse.url, user: clickhouse.user, password: clickhouse.password, database },
    { migrate: false },
  );
  const running = new Set<Running>();
  // Of the client: looking for the broker has retries of its own, and a broker may be away for long.
  const client = new kafkajs.Kafka({
    ...{ ...settings, logLevel: kafkajs.logLevel.NOTHING },
    retry: { retries: 40, maxRetryTime: 3_000 },
  });
  const producer = client.producer();
  await producer.connect();
  const admin = client.admin();
  await admin.connect();
  const judgements = createJudgementStore(store);
  const laneTopics = [topic('events'), topic('by-subject')];
  const ends = async (of: string): Promise<Map<string, number>> =>
    new Map(
      (await patiently(() => admin.fetchTopicOffsets(of))).map((p) => [
        `${of}/${p.partition}`,
        Number(p.high),
      ]),
    );
  const committed = async (group: string, topics: string[]): Promise<Map<string, number>> =>
    new Map(
      (await patiently(() => admin.fetchOffsets({ groupId: `${name}-${group}`, topics }))).flatMap(
        (t) =>
          t.partitions.map((p): [string, number] => [
            `${t.topic}/${p.partition}`,
            Number(p.offset),
          ]),
      ),
    );
  return {
    store,
    dir: workplace.dir,
    run,
    start(command, instance, more = {}, args = []) {
      const child = launch([command, ...args], { INZAGEWACHT_INSTANCE: instance, ...more });
      const one: Running = {
        ...{ name: instance, child, stdout: collect(child.stdout), stderr: collect(child.stderr) },
        async stop(signal = 'SIGTERM') {
          running.delete(one);
          if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
          const closed = once(child, 'close');
          // A paused process hears nothing but this.
          child.kill('SIGCONT');
          child.kill(signal);
          await closed;
          return child.exitCode;
        },
      };
      running.add(one);
      return one;
    },
    async produce(lines, { partition, at } = {}) {
      for (let from = 0; from < lines.length; from += 2_000)
        await producer.send({
          topic: topic('raw'),
          messages: lines.slice(from, from + 2_000).map((value, i) => ({
            value,
            partition: partition ?? (from + i) % partitions,
            headers: { format: 'canonical' },
            ...(at === undefined ? {} : { timestamp: String(at(from + i)) }),
          })),
        });
    },
    async behind() {
      const done = new Map((await judgements.progress()).map((p) => [p.lane, p.position]));
      for (const [lane, position] of await committed('ingest', [topic('raw')]))
        done.set(lane, position);
      const waiting: string[] = [];
      for (const of of [topic('raw'), ...laneTopics])
        for (const [lane, end] of await ends(of)) {
          const at = done.get(lane) ?? 0;
          if (at < end) waiting.push(`${lane} at ${at} of ${end}`);
        }
      return waiting;
    },
    async committedTooFar() {
      const wrong: string[] = [];
      // The commit is read first: a snapshot may only have grown since.
      for (const [lane, position] of await committed('detect', laneTopics))
        if (position > (await judgements.savedUpTo(lane))) wrong.push(`${lane} at ${position}`);
      return wrong;
    },
    async close() {
      await admin.disconnect();
      for (const one of [...running]) await one.stop('SIGKILL');
      await producer.disconnect();
      await store.close();
      workplace.remove();
    },
  };
}

/** Asks the broker again while it restarts or looks for the coordinator of a group. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++)
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof kafkajs.KafkaJSError) || attempt === 120) throw error;
      await new Promise((done) => setTimeout(done, 500));
    }
}

/** Waits until `isTrue`, asked four times a second. */
export async function until(
  what: string | (() => string),
  isTrue: () => Promise<boolean> | boolean,
  patienceMs = 60_000,
): Promise<void> {
  const start = performance.now();
  while (!(await isTrue())) {
    if (performance.now() - start > patienceMs)
      throw new Error(`waited in vain: ${typeof what === 'string' ? what : what()}`);
    await new Promise((done) => setTimeout(done, 250));
  }
}
