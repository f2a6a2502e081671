import type { Command } from 'commander';
import { AppError } from '../../domain/errors.ts';
import { DAY_MS } from '../../domain/time.ts';
import { checkTopics, type TopicReport } from '../../ingest/sources/kafka-client.ts';
import { context } from '../context.ts';
import { kafkaOf } from '../server-settings.ts';
import type { Settings } from '../settings.ts';

/** Long enough to mend a fault over a long weekend and read everything again. */
const RETENTION_MS = 7 * DAY_MS;
const DEAD_RETENTION_MS = 30 * DAY_MS;

/** The topics of the settings as they are, made where missing when `create`. */
export function reportTopics(settings: Settings, create: boolean): Promise<TopicReport[]> {
  const kafka = kafkaOf(settings.kafka);
  const { topics, partitions, replication } = kafka;
  return checkTopics(
    kafka,
    [
      ...[topics.raw, topics.events, topics.bySubject].map((topic) => ({
        ...{ topic, partitions, retentionMs: RETENTION_MS },
      })),
      { topic: topics.dead, partitions: 1, retentionMs: DEAD_RETENTION_MS },
    ],
    { create, replication },
  );
}

/** `topics`: says what is wrong with the topics, and makes those that are missing. */
export function topicsCommand(root: Command): void {
  root
    .command('topics')
    .description('checks the Kafka topics; with --create makes those that are missing')
    .option('--create', 'make missing topics', false)
    .option('--config <FILE>', 'settings file (YAML)')
    .exitOverride()
    .action(async (options: { create: boolean; config?: string }) => {
      const { settings } = context(options);
      const reports = await reportTopics(settings, options.create);
      for (const { topic, partitions, problem } of reports)
        process.stdout.write(`${topic}: ${problem ?? `${partitions} partitions`}\n`);
      const wrong = reports.filter((r) => r.problem !== null);
      if (wrong.length > 0)
        throw new AppError(
          'ERR_KAFKA_TOPIC',
          `${wrong.length} topics are not as the settings say: make them with topics --create; a number of partitions is changed by a migration only (docs/operations.md).`,
        );
    });
}
