import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { Logger } from 'pino';
import { AppError } from '../../domain/errors.ts';
import type { AuditEvent } from '../../domain/event.ts';
import { formatById } from '../../ingest/formats/registry.ts';
import { createSourceTally } from '../../ingest/source-tally.ts';
import { createKafkaSource } from '../../ingest/sources/kafka.ts';
import { createKafkaWriter, type Outgoing } from '../../ingest/sources/kafka-writer.ts';
import { type StoredEvent, toEventMessage } from '../../pipeline/event-message.ts';
import { createIngestStage } from '../../pipeline/ingest-stage.ts';
import { createEventStore, type EventStore } from '../../storage/events.ts';
import { createSourceHourStore } from '../../storage/source-hours.ts';
import { context } from '../context.ts';
import { toDeadMessage } from '../dead-messages.ts';
import { every } from '../every.ts';
import { createEvidenceWriter } from '../evidence-writer.ts';
import { createMetrics, serveMetrics } from '../metrics.ts';
import { type Kafka, kafkaOf } from '../server-settings.ts';
import {
  closeInTime,
  kafkaLog,
  openIdentities,
  openStore,
  untilStopped,
} from '../server-workspace.ts';
import type { Settings } from '../settings.ts';
import { openEvidence } from '../workspace.ts';

/** Events older than this may have come before: a source sent part of its log again. */
const MAY_BE_REPEATED_MS = 10 * 60_000;

/** An event on its topics: by official, and by person where a person's data were shown. */
export function eventMessages({ topics }: Kafka, stored: StoredEvent): Outgoing[] {
  const { actor, subject, outcome } = stored.event;
  const value = toEventMessage(stored);
  const byActor = { topic: topics.events, key: actor?.token ?? null, value };
  const isSeen = subject !== null && actor?.kind === 'person' && outcome === 'success';
  return isSeen ? [byActor, { topic: topics.bySubject, key: subject, value }] : [byActor];
}

/** Of events that are not fresh, which are stored; fresh ones are not asked about, 5,000 times a second. */
async function knownOf(
  store: EventStore,
  events: readonly AuditEvent[],
): Promise<ReadonlySet<string>> {
  const before = Date.now() - MAY_BE_REPEATED_MS;
  const old = events.filter(({ occurredAt }) => occurredAt < before);
  const times = old.map((e) => e.occurredAt);
  const from = times.reduce((a, b) => Math.min(a, b), before);
  return store.known(old, from, before);
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
  const { tokens, vault, sealKey, master } = openIdentities(settings);
  const store = await openStore(settings, log, metrics);
  const stored = createEventStore(store);
  const evidence = openEvidence(store, master, settings.tenant, sealKey, false);
  // Opened before anything is read: a log that was tampered with takes no more events.
  await evidence.log();
  const enter = createEvidenceWriter(evidence, settings.evidence.keepRawLines);
  const writer = await createKafkaWriter(kafka, kafkaLog(log));
  const source = createKafkaSource(kafka, {
    group: `${kafka.group}-ingest`,
    topics: [kafka.topics.raw],
    sessionTimeoutMs: kafka.sessionTimeoutMs,
    log: kafkaLog(log),
  });
  // A start has a writer of its own: what it counts adds to what others did, and nobody overwrites it.
  const tally = createSourceTally(randomUUID);
  const sourceHours = createSourceHourStore(store);
  const saveTally = (): Promise<void> => {
    const { writer: by, counts } = tally.take();
    return sourceHours.save(by, counts, Date.now());
  };
  const stage = createIngestStage(
    tokens,
    {
      flushIdentities: () => vault.flush(),
      known: (events) => knownOf(stored, events),
      async write({ events, repeats, deadLetters }) {
        // On record first: an entry without its rows shows, rows without an entry would be a hole.
        await enter(events);
        const dead = deadLetters.map((letter) => toDeadMessage(kafka.topics.dead, letter, sealKey));
        await writer.write([
          ...events.flatMap((e) => eventMessages(kafka, e)),
          ...repeats.flatMap((e) => eventMessages(kafka, e).filter(isBySubject)),
          ...dead,
        ]);
        metrics.events.inc({ stage: 'ingest' }, events.length);
        for (const { reason } of deadLetters) metrics.deadLetters.inc({ reason });
      },
    },
    { format, tally },
  );
  const isBySubject = ({ topic }: Outgoing): boolean => topic === kafka.topics.bySubject;
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
      const { duplicates } = stage.counts;
      await stage.batch(batch);
      metrics.repeats.inc(stage.counts.duplicates - duplicates);
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
  const counting = every(streaming.snapshotEveryMs, () => !isRunning, saveTally);
  counting.catch(() => undefined);
  try {
    await Promise.race([source.done, counting, untilStopped()]);
  } finally {
    isRunning = false;
    await closeInTime(
      log,
      () => source.close(),
      () => saveTally(),
      () => writer.close(),
      () => vault.close(),
      () => store.close(),
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
