import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Alert } from '../../domain/alert.ts';
import { createAlertStore } from '../../storage/alerts.ts';
import { createDeadLetterStore } from '../../storage/dead-letters.ts';
import { createEventStore } from '../../storage/events.ts';
import { startClickHouse, type TestClickHouse } from '../helpers/clickhouse-http.ts';
import { hasKafka, startKafka, type TestKafka } from '../helpers/kafka.ts';
import { startStream, type TestStream, until } from '../helpers/stream.ts';

describe.skipIf(!hasKafka())('separate processes (skipped: no Java 17 or no broker jars)', () => {
  let kafka: TestKafka;
  let clickhouse: TestClickHouse;
  let stream: TestStream;
  let lines: string[];
  beforeAll(async () => {
    [kafka, clickhouse] = await Promise.all([startKafka(), startClickHouse()]);
    stream = await startStream(kafka, clickhouse, { name: 'whole', partitions: 2 });
    await stream.run(
      'simulate',
      '--out',
      join(stream.dir, 'sim'),
      '--days',
      '6',
      '--officials',
      '60',
    );
    lines = readFileSync(join(stream.dir, 'sim/events.ndjson'), 'utf8').trimEnd().split('\n');
    await stream.run('reference', 'import', join(stream.dir, 'sim/reference'));
  });
  afterAll(async () => {
    await stream?.close();
    await clickhouse?.stop();
    await kafka?.stop();
  });

  test('bring raw lines to stored events and explained alerts', async () => {
    const processes = [stream.start('ingest', 'i1'), stream.start('detect', 'd1')];
    await stream.produce([...lines, '{"not": "an event"}', 'not json']);
    const events = createEventStore(stream.store);
    const deadLetters = createDeadLetterStore(stream.store);
    await until('every line is stored', async () => (await events.count()) === lines.length);
    await until('both bad lines are kept', async () => (await deadLetters.counts()).length === 2);
    const alerts = createAlertStore(stream.store);
    await until('there are alerts', async () => (await alerts.count()) > 0);
    for (const one of processes) expect(await one.stop()).toBe(0);
    const [first] = (await alerts.list(1, 0)) as [Alert];
    expect(first.reasons[0]?.text.nl).toMatch(/\w/);
    expect(first.actor?.token).toMatch(/^a\.1\./);
  });
});
