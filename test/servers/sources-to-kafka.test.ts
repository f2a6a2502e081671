// `sources run --to kafka` on a live broker: what a sender was told is safe lies in the raw topic.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { intoTopic, startSources } from '../../cli/commands/sources-run.ts';
import { createKafkaSource } from '../../ingest/sources/kafka.ts';
import { createKafkaWriter } from '../../ingest/sources/kafka-writer.ts';
import { hasKafka, startKafka, type TestKafka } from '../helpers/kafka.ts';
import { collect } from '../helpers/source-contract.ts';

process.env['KAFKAJS_NO_PARTITIONER_WARNING'] = '1';
const ROWS = 2_500;

describe.skipIf(!hasKafka())('Apache Kafka (skipped: no Java 17 or no broker jars)', () => {
  const dir = mkdtempSync(join(tmpdir(), 'sources-kafka-'));
  let kafka: TestKafka;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(async () => {
    rmSync(dir, { recursive: true, force: true });
    await kafka?.stop();
  });

  test('rows of a table that is asked become messages of whole lines, with their format', async () => {
    const server = createServer((request, response) => {
      const from = Number(
        new URL(request.url ?? '', 'http://x').searchParams.get('param_from') ?? 0,
      );
      for (let i = from; i < Math.min(ROWS, from + 1_000); i++)
        response.write(
          `${JSON.stringify({ n: i, pad: 'x'.repeat(1_000), inzagewacht_cursor: i + 1 })}\n`,
        );
      response.end();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const settings = join(dir, 'sources.yaml');
    writeFileSync(
      settings,
      `sources:\n  - { kind: clickhouse, name: table, url: "http://127.0.0.1:${(server.address() as AddressInfo).port}", query: "SELECT 1", cursor: n, format: canonical, everySeconds: 0.1 }\n`,
    );
    const topic = await kafka.topic('raw-of-sources');
    const client = { brokers: kafka.brokers, clientId: 'test' };
    const writer = await createKafkaWriter(client);
    const positions = join(dir, '.positions');
    const running = await startSources(
      ...([settings, intoTopic(writer, topic, positions), pino({ level: 'silent' })] as const),
    );
    const reading = await collect(createKafkaSource(client, { group: 'sources', topics: [topic] }));
    const numbers = (): number[] =>
      reading
        .values()
        .flatMap((value) => value.trimEnd().split('\n'))
        .map((line) => (JSON.parse(line) as { n: number }).n);
    await expect.poll(() => numbers().length, { timeout: 60_000 }).toBeGreaterThanOrEqual(ROWS);
    expect([...numbers()].sort((a, b) => a - b)).toEqual(Array.from({ length: ROWS }, (_, i) => i));
    // A thousand rows of a kilobyte are more than one message may be.
    expect(reading.values().length).toBeGreaterThan(3);
    const [message] = reading.batches[0]?.messages ?? [];
    expect(message?.headers).toEqual({ format: 'canonical', source: 'table' });
    await running.close();
    expect(readFileSync(join(positions, 'table'), 'utf8')).toBe(String(ROWS));
    await reading.source.close();
    await writer.close();
    server.close();
  }, 120_000);
});
