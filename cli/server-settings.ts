import { readFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { z } from 'zod';
import { AppError } from '../domain/errors.ts';
import type { KafkaSettings } from '../ingest/sources/kafka-client.ts';
import type { ServerSettings } from '../storage/server.ts';

const file = z.string().min(1);
const topic = z.string().regex(/^[a-zA-Z0-9._-]{1,249}$/);

/** How the brokers are reached and what the topics are called. Secrets are named by file. */
export const Kafka = z.strictObject({
  brokers: z.array(z.string().regex(/^[^\s:]+:\d+$/, 'must be host:port')).min(1),
  clientId: z.string().default('inzagewacht'),
  /** Present: TLS. Without a file the authorities of the system are trusted. */
  tls: z
    .strictObject({
      caFile: file.optional(),
      certFile: file.optional(),
      keyFile: file.optional(),
    })
    .optional(),
  sasl: z
    .discriminatedUnion('mechanism', [
      z.strictObject({
        mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']),
        user: z.string().min(1),
        passwordFile: file,
      }),
      z.strictObject({
        mechanism: z.literal('oauthbearer'),
        tokenUrl: z.url(),
        clientId: z.string().min(1),
        clientSecretFile: file,
        scope: z.string().optional(),
      }),
    ])
    .optional(),
  /** Consumer groups are `<group>-ingest` and `<group>-detect`. */
  group: z.string().min(1).default('inzagewacht'),
  topics: z
    .strictObject({
      raw: topic.default('audit.raw'),
      events: topic.default('audit.events'),
      bySubject: topic.default('audit.by-subject'),
      dead: topic.default('audit.dead'),
    })
    .prefault({}),
  /** Of the topics that detection reads; one lane each. Changing it later is a migration. */
  partitions: z.int().min(1).max(1024).default(6),
  replication: z.int().min(1).max(9).default(3),
  /** How messages are packed on their way: little network, or little processor. */
  compression: z.enum(['none', 'gzip']).default('none'),
  /** A process that is silent for so long loses its lanes to the others. */
  sessionTimeoutMs: z.int().min(6_000).max(300_000).default(30_000),
});
export type Kafka = z.infer<typeof Kafka>;

/** A ClickHouse server or cluster. */
export const ClickHouse = z.strictObject({
  url: z.url(),
  user: z.string().min(1).default('inzagewacht'),
  passwordFile: file.optional(),
  database: z.string().regex(/^\w+$/).default('inzagewacht'),
  caFile: file.optional(),
  cluster: z.string().regex(/^\w+$/).optional(),
});
export type ClickHouse = z.infer<typeof ClickHouse>;

/** Pace of the separate processes. */
export const Streaming = z.strictObject({
  /** How long after its end a day still takes late events before it is closed for good. */
  graceHours: z.number().min(0).max(240).default(24),
  /** How often the open days are judged again, and how often alerts are weighed. */
  judgeEveryMs: z.int().min(20).max(60_000).default(100),
  weighEveryMs: z.int().min(20).max(60_000).default(100),
  /** How often a lane saves its state; after a restart the events since then are read again. */
  snapshotEveryMs: z.int().min(100).max(3_600_000).default(60_000),
  /** How often the logs themselves are judged: holes, silence, clocks. */
  logsEveryMs: z.int().min(100).max(3_600_000).default(300_000),
  /** Format of raw messages that name none in their header; recognised when left out. */
  format: z.string().optional(),
  /** Where metrics and health are answered; none without a port. */
  metricsHost: z.string().default('127.0.0.1'),
  metricsPort: z.int().min(0).max(65_535).optional(),
  /** Where `detect` keeps the events of open days, in files without a name: on a disk, not in memory. */
  spillDir: file.default(tmpdir()),
  /** Folder of the vault: shared by the ingest processes and the review service, by nobody else. */
  vaultDir: z.string().optional(),
  /** Name of this process among its like; must stay the same over restarts. */
  instance: z
    .string()
    .regex(/^[\w.-]{1,64}$/)
    .default(
      hostname()
        .replace(/[^\w.-]/g, '-')
        .slice(0, 64) || 'one',
    ),
});
export type Streaming = z.infer<typeof Streaming>;

type Reading = 'text' | 'list' | 'number' | 'present';
/** Environment variables by the setting they give; they win over the file. */
export const ENVIRONMENT: Readonly<Record<string, readonly [path: string, as: Reading]>> = {
  INZAGEWACHT_TENANT: ['tenant', 'text'],
  INZAGEWACHT_BUDGET: ['budget', 'number'],
  INZAGEWACHT_LOG_LEVEL: ['logLevel', 'text'],
  INZAGEWACHT_KAFKA_BROKERS: ['kafka.brokers', 'list'],
  INZAGEWACHT_KAFKA_CLIENT_ID: ['kafka.clientId', 'text'],
  INZAGEWACHT_KAFKA_GROUP: ['kafka.group', 'text'],
  INZAGEWACHT_KAFKA_TLS: ['kafka.tls', 'present'],
  INZAGEWACHT_KAFKA_CA_FILE: ['kafka.tls.caFile', 'text'],
  INZAGEWACHT_KAFKA_CERT_FILE: ['kafka.tls.certFile', 'text'],
  INZAGEWACHT_KAFKA_KEY_FILE: ['kafka.tls.keyFile', 'text'],
  INZAGEWACHT_KAFKA_SASL_MECHANISM: ['kafka.sasl.mechanism', 'text'],
  INZAGEWACHT_KAFKA_USER: ['kafka.sasl.user', 'text'],
  INZAGEWACHT_KAFKA_PASSWORD_FILE: ['kafka.sasl.passwordFile', 'text'],
  INZAGEWACHT_KAFKA_TOKEN_URL: ['kafka.sasl.tokenUrl', 'text'],
  INZAGEWACHT_KAFKA_OAUTH_CLIENT_ID: ['kafka.sasl.clientId', 'text'],
  INZAGEWACHT_KAFKA_OAUTH_CLIENT_SECRET_FILE: ['kafka.sasl.clientSecretFile', 'text'],
  INZAGEWACHT_KAFKA_OAUTH_SCOPE: ['kafka.sasl.scope', 'text'],
  INZAGEWACHT_KAFKA_TOPIC_RAW: ['kafka.topics.raw', 'text'],
  INZAGEWACHT_KAFKA_TOPIC_EVENTS: ['kafka.topics.events', 'text'],
  INZAGEWACHT_KAFKA_TOPIC_BY_SUBJECT: ['kafka.topics.bySubject', 'text'],
  INZAGEWACHT_KAFKA_TOPIC_DEAD: ['kafka.topics.dead', 'text'],
  INZAGEWACHT_KAFKA_PARTITIONS: ['kafka.partitions', 'number'],
  INZAGEWACHT_KAFKA_REPLICATION: ['kafka.replication', 'number'],
  INZAGEWACHT_KAFKA_COMPRESSION: ['kafka.compression', 'text'],
  INZAGEWACHT_KAFKA_SESSION_TIMEOUT_MS: ['kafka.sessionTimeoutMs', 'number'],
  INZAGEWACHT_CLICKHOUSE_URL: ['clickhouse.url', 'text'],
  INZAGEWACHT_CLICKHOUSE_USER: ['clickhouse.user', 'text'],
  INZAGEWACHT_CLICKHOUSE_PASSWORD_FILE: ['clickhouse.passwordFile', 'text'],
  INZAGEWACHT_CLICKHOUSE_DATABASE: ['clickhouse.database', 'text'],
  INZAGEWACHT_CLICKHOUSE_CA_FILE: ['clickhouse.caFile', 'text'],
  INZAGEWACHT_CLICKHOUSE_CLUSTER: ['clickhouse.cluster', 'text'],
  INZAGEWACHT_GRACE_HOURS: ['streaming.graceHours', 'number'],
  INZAGEWACHT_JUDGE_EVERY_MS: ['streaming.judgeEveryMs', 'number'],
  INZAGEWACHT_WEIGH_EVERY_MS: ['streaming.weighEveryMs', 'number'],
  INZAGEWACHT_SNAPSHOT_EVERY_MS: ['streaming.snapshotEveryMs', 'number'],
  INZAGEWACHT_LOGS_EVERY_MS: ['streaming.logsEveryMs', 'number'],
  INZAGEWACHT_FORMAT: ['streaming.format', 'text'],
  INZAGEWACHT_METRICS_HOST: ['streaming.metricsHost', 'text'],
  INZAGEWACHT_METRICS_PORT: ['streaming.metricsPort', 'number'],
  INZAGEWACHT_SPILL_DIR: ['streaming.spillDir', 'text'],
  INZAGEWACHT_VAULT_DIR: ['streaming.vaultDir', 'text'],
  INZAGEWACHT_INSTANCE: ['streaming.instance', 'text'],
};

type Tree = { [key: string]: unknown };
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null;

function valueIn(text: string, as: Reading): unknown {
  if (as === 'number') return Number(text);
  if (as === 'list') return text.split(',').map((part) => part.trim());
  return as === 'present' ? {} : text;
}

/** Settings of a file with those of the environment laid over them; an empty variable says nothing. */
export function withEnvironment(settings: Tree, env: NodeJS.ProcessEnv): Tree {
  const merged = structuredClone(settings);
  for (const [name, [path, as]] of Object.entries(ENVIRONMENT)) {
    const text = env[name];
    if (text === undefined || text === '' || (as === 'present' && text !== 'true')) continue;
    const steps = path.split('.');
    const last = steps.pop() ?? '';
    let at: Tree = merged;
    for (const step of steps) {
      const next = isTree(at[step]) ? at[step] : {};
      at[step] = next;
      at = next;
    }
    if (as !== 'present' || !isTree(at[last])) at[last] = valueIn(text, as);
  }
  return merged;
}

const required = (what: string, variable: string): AppError =>
  new AppError(
    'ERR_CONFIG_REFUSED',
    `Settings refused:\n  ${what} is missing: this process needs it (${variable}, or the settings file).`,
  );

/** Settings of Kafka, which this process needs. Throws ERR_CONFIG_REFUSED when there are none. */
export function kafkaOf(kafka: Kafka | undefined): Kafka & KafkaSettings {
  if (kafka === undefined) throw required('kafka.brokers', 'INZAGEWACHT_KAFKA_BROKERS');
  return kafka;
}

/** The store of the separate processes, its password read. Throws ERR_CONFIG_REFUSED when there is none. */
export function clickHouseOf(clickhouse: ClickHouse | undefined): ServerSettings {
  if (clickhouse === undefined) throw required('clickhouse.url', 'INZAGEWACHT_CLICKHOUSE_URL');
  const { passwordFile, ...rest } = clickhouse;
  const password = passwordFile === undefined ? '' : readFileSync(passwordFile, 'utf8').trim();
  return { ...rest, password };
}
