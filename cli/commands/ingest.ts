import type { Command } from 'commander';
import type { Logger } from 'pino';
import { AppError } from '../../domain/errors.ts';
import { formatById } from '../../ingest/formats/registry.ts';
import { createKafkaSource } from '../../ingest/sources/kafka.ts';
import { createKafkaWriter, type Outgoing } from '../../ingest/sources/kafka-writer.ts';
import type { StoredEvent } from '../../pipeline/event-message.ts';
import { toEventMessage } from '../../pipeline/event-message.ts';
import { createIngestStage } from '../../pipeline/ingest-stage.ts';
import { context } from '../context.ts';
import { toDeadMessage } from '../dead-messages.ts';
import { createMetrics, serveMetrics } from '../metrics.ts';
import { type Kafka, kafkaOf } from '../server-settings.ts';
import { closeInTime, kafkaLog, openIdentities, untilStopped } from '../server-workspace.ts';
import type { Settings } from '../settings.ts';

/** An event on its topics: by official, and by person where a person's data were shown. */
export function eventMessages({ topics }: Kafka, stored: StoredEvent): Outgoing[] {
  const { actor, subject, outcome } = stored.event;
  const value = toEventMessage(stored);
  const byActor = { topic: topics.events, key: actor?.token ?? null, value };
  const isSeen = subject !== null && actor?.kind === 'person' && outcome === 'success';
  return isSeen ? [byActor, { topic: topics.bySubject, key: subject, value }] : [byActor];
}

/** Raw logs to events, until a signal ends it. Any number of these may run beside each other. */
export async function runIngest(settings: Settings, log: Logger): Promise<void> {
  const kafka = kafkaOf(settings.kafka);
  const { streaming } = settings;
  const format = streaming.format === undefined ? null : formatById(streaming.format);
  if (streaming.format !== undefined && format === null)
    throw new AppError(
      'ERR_INGEST_UNKNOWN_FORMAT',
      `There is no format named ${streaming.format}.`,
    );
  const metrics = createMetrics();
  const { tokens, vault, sealKey } = openIdentities(settings);
  const writer = await createKafkaWriter(kafka, kafkaLog(log));
  const source = createKafkaSource(kafka, {
    group: `${kafka.group}-ingest`,
    topics: [kafka.topics.raw],
    sessionTimeoutMs: kafka.sessionTimeoutMs,
    log: kafkaLog(log),
  });
  const stage = createIngestStage(
    tokens,
    {
      flushIdentities: () => vault.flush(),
      async write(events, deadLetters) {
        const dead = deadLetters.map((letter) => toDeadMessage(kafka.topics.dead, letter, sealKey));
        await writer.write([...events.flatMap((e) => eventMessages(kafka, e)), ...dead]);
        metrics.events.inc({ stage: 'ingest' }, events.length);
        for (const { reason } of deadLetters) metrics.deadLetters.inc({ reason });
      },
    },
    { format },
  );
  let isRunning = false;
  const server =
    streaming.metricsPort === undefined
      ? null
      : await serveMetrics(
          metrics,
          { host: streaming.metricsHost, port: streaming.metricsPort },
          () => isRunning,
        );
  await source.start({
    // Nothing is remembered between messages: the committed position is the state.
    onLane: async () => null,
    async onBatch(batch) {
      const end = metrics.batchSeconds.startTimer({ stage: 'ingest' });
      await stage.batch(batch);
      // Even a stale batch was written whole: whoever reads it again only writes it twice.
      if (!batch.isStale()) await source.commit(batch.lane, batch.next);
      end();
      for (const [lane, lag] of source.lag()) metrics.laneLag.set({ lane }, lag);
    },
    onGap(lane, from, to) {
      metrics.gapMessages.inc({ lane }, to - from);
      log.error({ lane, from, to }, 'lane_gap');
    },
  });
  isRunning = true;
  log.info({ topic: kafka.topics.raw, metricsPort: server?.port ?? null }, 'ingest_started');
  try {
    await Promise.race([source.done, untilStopped()]);
  } finally {
    isRunning = false;
    await closeInTime(
      log,
      () => source.close(),
      () => writer.close(),
      () => vault.close(),
      () => server?.close(),
    );
  }
  log.info(stage.counts, 'ingest_stopped');
}

/** `ingest`: raw topic to event topics. */
export function ingestCommand(root: Command): void {
  root
    .command('ingest')
    .description('reads raw logs from Kafka and writes events in tokens to Kafka')
    .option('--config <FILE>', 'settings file (YAML)')
    .exitOverride()
    .action(async (options: { config?: string }) => {
      const { settings, log } = context(options);
      await runIngest(settings, log);
    });
}
