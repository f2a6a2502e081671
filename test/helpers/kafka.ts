import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import kafkajs from 'kafkajs';

/** Where `npm test` puts the broker's jars, once. */
const JARS = join(import.meta.dirname, '../../node_modules/.cache/kafka/jars');
const HEAP = ['-Xmx512m', '-Xms128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
/** Long: after a kill a broker looks through its logs, beside everything else on the machine. */
const START_MS = 120_000;

/** Whether a broker can be started here at all. */
export const hasKafka = (): boolean =>
  existsSync(JARS) &&
  readdirSync(JARS).some((jar) => jar.startsWith('kafka_2.13-')) &&
  spawnSync('java', ['-version'], { stdio: 'ignore' }).status === 0;
export const hasKcat = (): boolean => spawnSync('kcat', ['-V'], { stdio: 'ignore' }).status === 0;

/** A second listener with TLS and every SASL mechanism we speak, for one account. */
export type Guarded = { keystore: string; password: string; user: string };
export type TestKafka = {
  brokers: string[];
  /** Process of the broker that runs now. */
  pid(): number;
  /** Address of the guarded listener; none unless asked for. */
  guarded: string[];
  /** Makes a topic of its own for a test; returns its name. */
  topic(name: string, partitions?: number): Promise<string>;
  /** Stops the broker in the middle of everything and starts it again on the same data and port. */
  restart(downMs?: number): Promise<void>;
  stop(): Promise<void>;
};

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const java = (main: string, args: string[], dir: string): ChildProcess =>
  spawn('java', [...HEAP, `-Dkafka.logs.dir=${dir}`, '-cp', `${JARS}/*`, main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });

async function waitUntilItAnswers(brokers: string[], broker: ChildProcess): Promise<void> {
  const client = new kafkajs.Kafka({
    brokers,
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { retries: 0 },
  });
  const until = performance.now() + START_MS;
  for (;;) {
    if (broker.exitCode !== null) throw new Error('the Kafka broker ended while starting');
    const admin = client.admin();
    try {
      await admin.connect();
      const { controller } = await admin.describeCluster();
      if (controller !== null) return;
    } catch (error) {
      if (performance.now() > until) throw error;
    } finally {
      await admin.disconnect();
    }
    await new Promise((done) => setTimeout(done, 250));
  }
}

const scramAccounts = ({ user, password }: Guarded): string[] =>
  ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
    '--add-scram',
    `${mechanism}=[name=${user},password=${password}]`,
  ]);

function guardedSettings({ keystore, password, user }: Guarded): string[] {
  const login = 'org.apache.kafka.common.security';
  const jaas = (mechanism: string, module: string): string =>
    `listener.name.safe.${mechanism}.sasl.jaas.config=${login}.${module} required`;
  const unsecured = `${login}.oauthbearer.internals.unsecured`;
  return [
    'sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
    `ssl.keystore.location=${keystore}`,
    `ssl.keystore.password=${password}`,
    'ssl.keystore.type=PKCS12',
    `${jaas('plain', 'plain.PlainLoginModule')} user_${user}="${password}";`,
    `${jaas('scram-sha-256', 'scram.ScramLoginModule')};`,
    `${jaas('scram-sha-512', 'scram.ScramLoginModule')};`,
    `${jaas('oauthbearer', 'oauthbearer.OAuthBearerLoginModule')} unsecuredLoginStringClaim_sub="broker";`,
    `listener.name.safe.oauthbearer.sasl.server.callback.handler.class=${unsecured}.OAuthBearerUnsecuredValidatorCallbackHandler`,
    `listener.name.safe.oauthbearer.sasl.login.callback.handler.class=${unsecured}.OAuthBearerUnsecuredLoginCallbackHandler`,
  ];
}

/**
 * A single Apache Kafka broker (KRaft, no ZooKeeper) on free ports, its data in a folder that goes with it.
 * Once per suite: it takes some seconds. Topics are made by hand, as in a real installation.
 */
export async function startKafka(options: { guarded?: Guarded } = {}): Promise<TestKafka> {
  const dir = mkdtempSync(join(tmpdir(), 'inzagewacht-kafka-'));
  const [port, controller, safe] = [await freePort(), await freePort(), await freePort()];
  const { guarded } = options;
  const listener = guarded === undefined ? '' : `,SAFE://127.0.0.1:${safe}`;
  const config = join(dir, 'server.properties');
  writeFileSync(
    config,
    [
      'process.roles=broker,controller',
      'node.id=1',
      `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}${listener}`,
      `advertised.listeners=PLAINTEXT://127.0.0.1:${port}${listener}`,
      `controller.quorum.bootstrap.servers=127.0.0.1:${controller}`,
      'controller.listener.names=CONTROLLER',
      'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SAFE:SASL_SSL',
      ...(guarded === undefined ? [] : guardedSettings(guarded)),
      `log.dirs=${join(dir, 'data')}`,
      'auto.create.topics.enable=false',
      'offsets.topic.replication.factor=1',
      'offsets.topic.num.partitions=4',
      'transaction.state.log.replication.factor=1',
      'transaction.state.log.min.isr=1',
      'share.coordinator.state.topic.replication.factor=1',
      'share.coordinator.state.topic.min.isr=1',
      'group.initial.rebalance.delay.ms=0',
      'num.network.threads=2',
      'num.io.threads=2',
    ].join('\n'),
  );
  const id = Buffer.from(`${process.pid}-${Date.now()}`.padEnd(16).slice(0, 16)).toString(
    'base64url',
  );
  const format = java(
    'kafka.tools.StorageTool',
    [
      ...['format', '--standalone', '-t', id, '-c', config],
      ...(guarded === undefined ? [] : scramAccounts(guarded)),
    ],
    dir,
  );
  let said = '';
  format.stderr?.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  const [code] = (await once(format, 'close')) as [number];
  if (code !== 0) throw new Error(`the folder of the Kafka broker was not made: ${said}`);
  const brokers = [`127.0.0.1:${port}`];
  const boot = async (): Promise<ChildProcess> => {
    const started = java('kafka.Kafka', [config], dir);
    started.stdout?.resume();
    started.stderr?.resume();
    await waitUntilItAnswers(brokers, started);
    return started;
  };
  let broker = await boot();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (broker.exitCode !== null) return;
    const closed = once(broker, 'close');
    broker.kill(signal);
    await closed;
  };
  const admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin();
  let topics = 0;
  return {
    brokers,
    pid: () => broker.pid ?? 0,
    guarded: guarded === undefined ? [] : [`127.0.0.1:${safe}`],
    async topic(name, partitions = 1) {
      const topic = `${name}-${++topics}`;
      await admin.connect();
      await admin.createTopics({
        waitForLeaders: true,
        topics: [{ topic, numPartitions: partitions, replicationFactor: 1 }],
      });
      await admin.disconnect();
      return topic;
    },
    async restart(downMs = 0) {
      await end('SIGKILL');
      await new Promise((done) => setTimeout(done, downMs));
      broker = await boot();
    },
    async stop() {
      await end('SIGKILL');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** kcat's mock cluster: quick, in memory, no groups across restarts; the light variant. */
export async function startMockKafka(): Promise<{ brokers: string[]; stop(): Promise<void> }> {
  const child = spawn(
    'kcat',
    ['-C', '-t', 'warm', '-b', 'ignored:1', '-X', 'test.mock.num.brokers=3', '-d', 'mock'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const brokers = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stderr.on('data', (chunk: Buffer) => {
      text += chunk;
      const match = /bootstrap\.servers=(\S+)/.exec(text);
      if (match?.[1] !== undefined) resolve(match[1]);
    });
    child.once('close', () => reject(new Error('the mock cluster did not start')));
  });
  return {
    brokers: brokers.split(','),
    async stop() {
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
    },
  };
}

/** Puts messages into a topic with kcat, packed as named: a producer that is not our own. */
export function kcatProduce(
  brokers: string[],
  topic: string,
  codec: string,
  lines: string[],
): void {
  const { status, stderr } = spawnSync(
    'kcat',
    ['-P', '-b', brokers.join(','), '-t', topic, '-z', codec, '-p', '0'],
    { input: lines.join('\n'), encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`kcat: ${stderr}`);
}
