import kafkajs from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKafkaSource } from '../../ingest/sources/kafka.ts';
import { checkTopics } from '../../ingest/sources/kafka-client.ts';
import {
  hasKafka,
  hasKcat,
  kcatProduce,
  startKafka,
  startMockKafka,
  type TestKafka,
} from '../helpers/kafka.ts';
import { collect, keepsTheSourceContract } from '../helpers/source-contract.ts';

process.env['KAFKAJS_NO_PARTITIONER_WARNING'] = '1';
const settings = (brokers: string[]) => ({ brokers, clientId: 'test' });

/** Opens a topic of one partition, its reader and its writer. */
async function aTopicIn(brokers: string[], topic: string) {
  const producer = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).producer();
  await producer.connect();
  return {
    lane: `${topic}/0`,
    async append(values: string[]) {
      await producer.send({ topic, messages: values.map((value) => ({ value, partition: 0 })) });
    },
    source: () =>
      createKafkaSource(settings(brokers), { group: `group-${topic}`, topics: [topic] }),
    close: () => producer.disconnect(),
  };
}

describe.skipIf(!hasKafka())('Apache Kafka (skipped: no Java 17 or no broker jars)', () => {
  let kafka: TestKafka;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(() => kafka?.stop());

  keepsTheSourceContract('Kafka', async () =>
    aTopicIn(kafka.brokers, await kafka.topic('contract')),
  );

  test.skipIf(!hasKcat())('reads what others packed (skipped: no kcat)', async () => {
    for (const codec of ['none', 'gzip', 'snappy', 'lz4', 'zstd']) {
      const topic = await kafka.topic(`packed-${codec}`);
      const lines = Array.from(
        { length: 5_000 },
        (_, i) => `message ${i} ${'abc '.repeat(i % 50)}!`,
      );
      kcatProduce(kafka.brokers, topic, codec, lines);
      const log = await aTopicIn(kafka.brokers, topic);
      const reading = await collect(log.source());
      await reading.until(lines.length);
      expect(reading.values()).toEqual(lines);
      await reading.source.close();
      await log.close();
    }
  });

  test('shares lanes with a second process, and takes them back when it goes', async () => {
    const topic = await kafka.topic('shared', 4);
    const group = { group: `group-${topic}`, topics: [topic], sessionTimeoutMs: 6_000 };
    const first = await collect(createKafkaSource(settings(kafka.brokers), group));
    const owned = (reading: typeof first): number => reading.source.lanes().length;
    const until = async (isTrue: () => boolean): Promise<void> => {
      for (let i = 0; i < 300 && !isTrue(); i++) await new Promise((done) => setTimeout(done, 100));
      expect(isTrue()).toBe(true);
    };
    await until(() => owned(first) === 4);
    const second = await collect(createKafkaSource(settings(kafka.brokers), group));
    await until(() => owned(first) === 2 && owned(second) === 2);
    await second.source.close();
    await until(() => owned(first) === 4);
    await first.source.close();
  });

  test('goes on when the broker comes back', async () => {
    const topic = await kafka.topic('restart');
    const log = await aTopicIn(kafka.brokers, topic);
    await log.append(['before']);
    const reading = await collect(log.source());
    await reading.until(1);
    await kafka.restart(1_000);
    await log.append(['after']);
    await reading.until(2);
    expect(reading.values()).toEqual(['before', 'after']);
    await reading.source.close();
    await log.close();
  });

  test('makes the topics that are missing and reports those that differ', async () => {
    const plans = [
      { topic: 'doctor-a', partitions: 3 },
      { topic: await kafka.topic('doctor-b', 2), partitions: 3 },
    ];
    const check = (create: boolean) =>
      checkTopics(settings(kafka.brokers), plans, { create, replication: 1 });
    expect((await check(false)).map((r) => r.problem)).toEqual([
      'is missing',
      'has 2 partitions, the settings say 3',
    ]);
    expect((await check(true)).map((r) => r.problem)).toEqual([
      null,
      'has 2 partitions, the settings say 3',
    ]);
  });
});

describe.skipIf(!hasKcat())('a mock cluster (skipped: no kcat)', () => {
  test('is read from the beginning and committed to', async () => {
    const mock = await startMockKafka();
    try {
      const log = await aTopicIn(mock.brokers, 'mock');
      await log.append(['m0', 'm1']);
      const reading = await collect(log.source());
      await reading.until(2);
      await reading.source.commit(log.lane, 1);
      await reading.source.close();
      const admin = new kafkajs.Kafka(settings(mock.brokers)).admin();
      await admin.connect();
      const offsets = await admin.fetchOffsets({ groupId: 'group-mock', topics: ['mock'] });
      expect(offsets[0]?.partitions.find((p) => p.partition === 0)?.offset).toBe('1');
      await admin.disconnect();
      await log.close();
    } finally {
      await mock.stop();
    }
  });
});
