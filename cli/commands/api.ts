import { createHash, randomUUID } from 'node:crypto';
import { type Command, InvalidArgumentError } from 'commander';
import type { Logger } from 'pino';
import type { EventIntake } from '../../api/deps.ts';
import { createServer } from '../../api/server.ts';
import { VERSION } from '../../domain/product.ts';
import { createKafkaWriter, type KafkaWriter } from '../../ingest/sources/kafka-writer.ts';
import { type Coverage, sumCoverage } from '../../pipeline/coverage.ts';
import { createJudgementStore } from '../../storage/judgements.ts';
import { context } from '../context.ts';
import { committedRows } from '../evidence-writer.ts';
import { checkMonthly } from '../log-check.ts';
import { createMetrics, serveMetrics } from '../metrics.ts';
import { publishHourly } from '../publish.ts';
import { loadReferenceRows } from '../reference.ts';
import { refreshing } from '../refreshing.ts';
import { askedFormat, replayToTopic } from '../replay-letters.ts';
import { openReview } from '../review.ts';
import { reviewerLookups } from '../reviewer-lookups.ts';
import { type Kafka, kafkaOf } from '../server-settings.ts';
import { kafkaLog, openServerWorkspace, untilStopped } from '../server-workspace.ts';
import type { Settings } from '../settings.ts';
import { enterIntoLog } from '../sink.ts';
import type { Workspace } from '../workspace.ts';
import { eventMessages } from './ingest.ts';

const STATUS_EVERY_MS = 2_000;
const REFERENCE_EVERY_MS = 30_000;
/** Under the broker's own limit for a message (1 MiB by default), headers included. */
const MAX_MESSAGE_BYTES = 900_000;
const LF = 0x0a;

export type ApiOptions = { host: string; port: number };

/** Whole lines in pieces that fit into a message; a line that is longer stands alone. */
export function inPieces(bytes: Buffer, most = MAX_MESSAGE_BYTES): Buffer[] {
  const pieces: Buffer[] = [];
  for (let from = 0; from < bytes.length; ) {
    let to = bytes.length;
    if (to - from > most) {
      const last = bytes.lastIndexOf(LF, from + most);
      const next = bytes.indexOf(LF, from);
      to = last >= from ? last + 1 : next < 0 ? bytes.length : next + 1;
    }
    pieces.push(bytes.subarray(from, to));
    from = to;
  }
  return pieces;
}

/** Takes events of senders into the raw topic: acknowledged when all in-sync replicas have them. */
function createIntake(writer: KafkaWriter, { topics }: Kafka): EventIntake {
  return {
    async append(bytes, idempotencyKey) {
      const receiptId = idempotencyKey === null ? randomUUID() : digest(idempotencyKey);
      await writer.write(inPieces(bytes).map((value) => ({ topic: topics.raw, key: null, value })));
      // A repeat is not known here; ids of events derive from content, so it is dropped further on.
      return { receiptId, isRepeat: false };
    },
  };
}
const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** What the lanes and the store say, asked every two seconds: the page must not wait for it. */
async function watchStatus(workspace: Workspace, settings: Settings, log: Logger) {
  const judgements = createJudgementStore(workspace.store);
  let last = { events: await workspace.events.count(), at: performance.now() };
  let eventsPerSecond = 0;
  const read = async () => {
    const [progress, events, alerts, letters] = await Promise.all([
      judgements.progress(),
      workspace.events.count(),
      workspace.alerts.count(),
      workspace.deadLetters.counts(),
    ]);
    const seconds = (performance.now() - last.at) / 1000;
    if (seconds > 1) {
      eventsPerSecond = Math.max(0, Math.round((events - last.events) / seconds));
      last = { events, at: performance.now() };
    }
    // Lanes of officials only: those of persons see the same events a second time.
    const lanes = progress.filter((p) => p.lane.startsWith(`${settings.kafka?.topics.events}/`));
    const coverage = sumCoverage(
      lanes.map((p) => new Map((p.coverage as Coverage[]).map((c) => [c.system, c]))),
    );
    return {
      ...{ events, eventsPerSecond, alerts },
      duplicates: lanes.reduce((n, p) => n + p.duplicates, 0),
      late: lanes.reduce((n, p) => n + p.late, 0),
      deadLetters: letters.reduce((n, [, count]) => n + count, 0),
      explained: coverage.map(({ system, lookups, direct, withTeam, cannotJudge }) => ({
        ...{ system, events: lookups, direct, withTeam, cannotJudge },
      })),
      isRunning: true,
      budget: settings.budget,
    };
  };
  return refreshing(read, STATUS_EVERY_MS, (error) => log.warn({ err: error }, 'status_stale'));
}

/** The review service over what the other processes store, until a signal ends it. */
export async function runApi(options: ApiOptions, settings: Settings, log: Logger): Promise<void> {
  const kafka = kafkaOf(settings.kafka);
  const metrics = createMetrics();
  const workspace = await openServerWorkspace(settings, log, metrics);
  const writer = await createKafkaWriter(kafka, kafkaLog(log));
  const { host: metricsHost, port: metricsPort } = {
    host: settings.streaming.metricsHost,
    port: settings.streaming.metricsPort,
  };
  const status = await watchStatus(workspace, settings, log);
  const reference = await refreshing(
    () => workspace.loadReference(),
    REFERENCE_EVERY_MS,
    (error) => log.warn({ err: error }, 'reference_stale'),
  );
  const review = await openReview(workspace, settings, {
    reference: () => reference.value(),
    operations: {
      status: () => ({ ...status.value(), version: VERSION }),
      coverage: () => status.value().explained,
    },
    ...{ isDemo: false, isShared: true, logger: log },
    referenceRows: () => loadReferenceRows(undefined, workspace, log),
  });
  const stopPublishing = publishHourly(workspace, settings, log);
  const stopChecking = checkMonthly(workspace, settings, log);
  const server = await createServer({
    ...review.deps,
    intake: createIntake(writer, kafka),
    // On record like any other event, and on its way to the same detectors.
    onReviewerLookup: reviewerLookups(
      workspace,
      {
        flushIdentities: () => workspace.vault.flush(),
        // An event says it itself, and whoever stores it writes that down.
        confidential: async () => undefined,
        async write(events) {
          await enterIntoLog(workspace.evidence, settings.evidence.keepRawLines, () =>
            committedRows(events),
          );
          await writer.write(events.flatMap((event) => eventMessages(kafka, event)));
        },
      },
      () => undefined,
      Date.now,
      log,
    ),
    async replayDeadLetters({ reason = '', format }) {
      const choice = { reason, format: askedFormat(format), hasOwnSettings: false };
      const { again, mended } = await replayToTopic(workspace, writer, kafka.topics.raw, choice);
      return { again, mended, stillDead: again - mended, stored: null, duplicates: null };
    },
  });
  const health =
    metricsPort === undefined
      ? null
      : await serveMetrics(metrics, { host: metricsHost, port: metricsPort }, () => true);
  const address = await server.listen({ host: options.host, port: options.port });
  log.info({ address, metricsPort: health?.port ?? null }, 'api_started');
  for (const { login, name, password } of review.passwords)
    process.stdout.write(`sign in as ${login.padEnd(12)} password ${password}  (${name})\n`);
  try {
    await untilStopped();
  } finally {
    stopPublishing();
    stopChecking();
    await review.stop();
    status.stop();
    reference.stop();
    await server.close();
    await health?.close();
    await writer.close();
    await workspace.close();
  }
  log.info('api_stopped');
}

const port = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new InvalidArgumentError('must be a port');
  return value;
};

/** `api`: the review service and page beside separate processes. */
export function apiCommand(root: Command): void {
  root
    .command('api')
    .description('runs the review service and page on a ClickHouse server')
    .option('--host <H>', 'address to listen on', '127.0.0.1')
    .option('--port <N>', 'port to listen on', port, 8080)
    .option('--config <FILE>', 'settings file (YAML)')
    .exitOverride()
    .action(async (options: ApiOptions & { config?: string }) => {
      const { settings, log } = context(options);
      await runApi(options, settings, log);
    });
}
