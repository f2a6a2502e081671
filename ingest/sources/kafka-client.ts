import { readFileSync } from 'node:fs';
import kafkajs, { type Kafka, type KafkaConfig, type SASLOptions } from 'kafkajs';
import { AppError } from '../../domain/errors.ts';
import { registerCodecs } from './kafka-codecs.ts';

export type KafkaSettings = {
  brokers: string[];
  clientId: string;
  tls?:
    | { caFile?: string | undefined; certFile?: string | undefined; keyFile?: string | undefined }
    | undefined;
  sasl?: KafkaSasl | undefined;
};
/** Secrets are files: an environment variable shows in every listing of processes. */
export type KafkaSasl =
  | {
      mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
      user: string;
      passwordFile: string;
    }
  | {
      mechanism: 'oauthbearer';
      /** Token endpoint of the identity provider (client credentials, RFC 6749 §4.4). */
      tokenUrl: string;
      clientId: string;
      clientSecretFile: string;
      scope?: string | undefined;
    };
/** Warnings and errors of the client library, by name; fields hold addresses and counts. */
export type KafkaLog = (level: 'warn' | 'error', message: string, fields: object) => void;

const OAUTH_TIMEOUT_MS = 10_000;
const CENSUS_EVERY_MS = 2_000;
const secret = (file: string): string => readFileSync(file, 'utf8').trim();

async function fetchToken(
  sasl: KafkaSasl & { mechanism: 'oauthbearer' },
): Promise<{ value: string }> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: sasl.clientId,
    client_secret: secret(sasl.clientSecretFile),
    ...(sasl.scope === undefined ? {} : { scope: sasl.scope }),
  });
  const response = await fetch(sasl.tokenUrl, {
    method: 'POST',
    body: form,
    signal: AbortSignal.timeout(OAUTH_TIMEOUT_MS),
  });
  const body = (await response.json().catch(() => ({}))) as { access_token?: unknown };
  if (!response.ok || typeof body.access_token !== 'string')
    throw new AppError('ERR_KAFKA_UNAVAILABLE', 'The identity provider gave no token for Kafka.', {
      status: response.status,
    });
  return { value: body.access_token };
}

function saslOf(sasl: KafkaSasl): SASLOptions {
  if (sasl.mechanism === 'oauthbearer')
    return { mechanism: 'oauthbearer', oauthBearerProvider: () => fetchToken(sasl) };
  const { mechanism, user: username, passwordFile } = sasl;
  return { mechanism, username, password: secret(passwordFile) };
}

/** A client of the brokers; connections are made by its consumers, producers and admins. */
export function createKafkaClient(settings: KafkaSettings, log: KafkaLog = () => undefined): Kafka {
  const { brokers, clientId, tls, sasl } = settings;
  registerCodecs();
  const read = (file: string | undefined) => (file === undefined ? {} : readFileSync(file));
  const config: KafkaConfig = {
    brokers,
    clientId,
    ...(tls === undefined
      ? {}
      : {
          ssl: {
            ...(tls.caFile === undefined ? {} : { ca: [read(tls.caFile) as Buffer] }),
            ...(tls.certFile === undefined ? {} : { cert: read(tls.certFile) as Buffer }),
            ...(tls.keyFile === undefined ? {} : { key: read(tls.keyFile) as Buffer }),
          },
        }),
    ...(sasl === undefined ? {} : { sasl: saslOf(sasl) }),
    // A broker that restarts is back within this; longer silence is the watchdog's business.
    retry: { initialRetryTime: 200, retries: 10, maxRetryTime: 5_000 },
    logLevel: kafkajs.logLevel.WARN,
    logCreator:
      () =>
      ({ level, log: { message, timestamp: _, logger: __, stack: ___, ...fields } }) =>
        log(level === kafkajs.logLevel.WARN ? 'warn' : 'error', message, fields),
  };
  return new kafkajs.Kafka(config);
}

export type TopicPlan = { topic: string; partitions: number; retentionMs?: number };
export type TopicReport = { topic: string; partitions: number | null; problem: string | null };

/**
 * Compares topics with what they should be and, with `create`, makes those that are missing. A wrong
 * number of partitions is only reported: changing it moves keys to other lanes, which is a migration.
 */
export async function checkTopics(
  settings: KafkaSettings,
  plans: readonly TopicPlan[],
  options: { create: boolean; replication: number },
): Promise<TopicReport[]> {
  const admin = createKafkaClient(settings).admin();
  await admin.connect();
  try {
    const known = new Set(await admin.listTopics());
    const missing = plans.filter((p) => !known.has(p.topic));
    if (options.create && missing.length > 0) {
      await admin.createTopics({
        waitForLeaders: true,
        topics: missing.map(({ topic, partitions, retentionMs }) => ({
          topic,
          numPartitions: partitions,
          replicationFactor: options.replication,
          configEntries: [
            { name: 'cleanup.policy', value: 'delete' },
            { name: 'min.insync.replicas', value: String(Math.min(2, options.replication)) },
            ...(retentionMs === undefined
              ? []
              : [{ name: 'retention.ms', value: String(retentionMs) }]),
          ],
        })),
      });
      for (const { topic } of missing) known.add(topic);
    }
    const { topics } = await admin.fetchTopicMetadata({
      topics: plans.map((p) => p.topic).filter((t) => known.has(t)),
    });
    const counts = new Map(topics.map((t) => [t.name, t.partitions.length]));
    return plans.map(({ topic, partitions }) => {
      const has = counts.get(topic) ?? null;
      if (has === null) return { topic, partitions: null, problem: 'is missing' };
      const problem =
        has === partitions ? null : `has ${has} partitions, the settings say ${partitions}`;
      return { topic, partitions: has, problem };
    });
  } finally {
    await admin.disconnect();
  }
}

/** Which partitions of these topics hold messages; asked at most every two seconds. */
export async function openLaneCensus(
  settings: KafkaSettings,
  topics: readonly string[],
): Promise<{ lanes(): Promise<readonly string[]>; close(): Promise<void> }> {
  const admin = createKafkaClient(settings).admin();
  await admin.connect();
  const count = async (): Promise<string[]> => {
    const found: string[] = [];
    for (const topic of topics)
      for (const { partition, high } of await admin.fetchTopicOffsets(topic))
        if (high !== '0') found.push(`${topic}/${partition}`);
    return found;
  };
  let known = await count();
  let countedAt = performance.now();
  return {
    async lanes() {
      if (performance.now() - countedAt < CENSUS_EVERY_MS) return known;
      countedAt = performance.now();
      try {
        known = await count();
      } catch (error) {
        // A broker that restarts: the lanes known so far are still lanes.
        if (!(error instanceof kafkajs.KafkaJSError)) throw error;
      }
      return known;
    },
    close: () => admin.disconnect(),
  };
}
