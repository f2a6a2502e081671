import kafkajs from 'kafkajs';
import { createKafkaClient, type KafkaLog, type KafkaSettings } from './kafka-client.ts';

export type Outgoing = {
  topic: string;
  /** Messages of one key keep their order; null spreads them. */
  key: string | null;
  value: Buffer | string;
  headers?: Record<string, string>;
};
export type KafkaWriter = {
  /** Resolves when every in-sync replica has all of them; a repeat after an error may write twice. */
  write(messages: readonly Outgoing[]): Promise<void>;
  close(): Promise<void>;
};

/** Patience with a broker that restarts: about a minute, then the caller's process ends and starts anew. */
const RETRY = { initialRetryTime: 200, retries: 15, maxRetryTime: 5_000 };

/**
 * Writes to topics that exist already. Not packed unless asked for: gzip costs more than parsing, and
 * brokers can pack by themselves (`compression.type` of the topic).
 */
export async function createKafkaWriter(
  settings: KafkaSettings & { compression?: 'none' | 'gzip' },
  log?: KafkaLog,
): Promise<KafkaWriter> {
  const producer = createKafkaClient(settings, log).producer({
    allowAutoTopicCreation: false,
    // Named, because every client must agree on it: murmur2 over the key, as Java's default.
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    // One request at a time: a repeat must not overtake what was written after it.
    maxInFlightRequests: 1,
    retry: RETRY,
  });
  const { GZIP, None } = kafkajs.CompressionTypes;
  const compression = settings.compression === 'gzip' ? GZIP : None;
  await producer.connect();
  return {
    async write(messages) {
      if (messages.length === 0) return;
      const topics = new Map<string, kafkajs.Message[]>();
      for (const { topic, ...message } of messages) {
        const list = topics.get(topic);
        if (list === undefined) topics.set(topic, [message]);
        else list.push(message);
      }
      await producer.sendBatch({
        acks: -1,
        compression,
        topicMessages: [...topics].map(([topic, list]) => ({ topic, messages: list })),
      });
    },
    close: () => producer.disconnect(),
  };
}
