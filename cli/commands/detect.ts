import type { Command } from 'commander';
import type { Logger } from 'pino';
import { DETECTORS, renderReason } from '../../detectors/registry.ts';
import type { ReferenceData } from '../../domain/reference.ts';
import { HOUR_MS } from '../../domain/time.ts';
import { createKafkaSource } from '../../ingest/sources/kafka.ts';
import { openLaneCensus } from '../../ingest/sources/kafka-client.ts';
import { createKafkaWriter, type KafkaWriter } from '../../ingest/sources/kafka-writer.ts';
import type { Batch, Message, Source } from '../../ingest/sources/source.ts';
import { BLOCK_ROWS } from '../../pipeline/day-log.ts';
import { createLogJudge, type LogJudge } from '../../pipeline/judge-logs.ts';
import { createLane, type Lane } from '../../pipeline/lane.ts';
import { createLaneRunner, type LaneRunner } from '../../pipeline/lane-runner.ts';
import { toSourceAlert } from '../../pipeline/source-alerts.ts';
import type { Spill } from '../../pipeline/spill.ts';
import { toAlert } from '../../pipeline/to-alerts.ts';
import { createUrgency } from '../../pipeline/urgency.ts';
import { openWeighStage, type WeighStage } from '../../pipeline/weigh-stage.ts';
import { indexPacked } from '../../reference/index-rows.ts';
import type { Store } from '../../storage/client.ts';
import { createDeadLetterStore, type DeadLetterRow } from '../../storage/dead-letters.ts';
import { createEventStore } from '../../storage/events.ts';
import { createReferenceStore } from '../../storage/reference-versions.ts';
import { alertContext } from '../alert-context.ts';
import { context } from '../context.ts';
import { fromDeadMessage } from '../dead-messages.ts';
import { every } from '../every.ts';
import { type JudgingRecord, openJudgingRecord } from '../judging-record.ts';
import {
  createLaneStores,
  createLogStore,
  createWeighStore,
  TOLD_EVERY_MS,
} from '../lane-store.ts';
import { createMetrics, type Metrics, serveMetrics } from '../metrics.ts';
import { type Kafka, kafkaOf } from '../server-settings.ts';
import {
  closeInTime,
  kafkaLog,
  newestReference,
  openStore,
  untilStopped,
} from '../server-workspace.ts';
import { detectorsInForce, type Settings, settingsVersion } from '../settings.ts';
import { createSpill } from '../spill-file.ts';

const REFERENCE_EVERY_MS = 30_000;
/** Keys that can wait of which a lane says before it stops: a second's work. The rest is judged after a start. */
const LAST_KEYS = 2_000;
/**
 * What an open day says is written again and again: no more of it than can become an alert. Statistics alone
 * are raised from a calibrated p of about 0.01, and raw ones are too small rather than too large; weaker
 * ones only reinforce them.
 */
const OPEN_SIFT = { maxP: 0.05, neededP: 0.01 };

/** Everything the parts of this process share. */
type Detecting = {
  settings: Settings;
  kafka: Kafka;
  log: Logger;
  metrics: Metrics;
  store: Store;
  laneStore: ReturnType<typeof createLaneStores>;
  writer: KafkaWriter;
  source: Source;
  runners: Map<string, LaneRunner>;
  savedAt: Map<string, number>;
  reference: ReferenceData;
  urgency: ReturnType<typeof createUrgency>;
  spill: Spill;
  record: JudgingRecord;
};

function makeLane(detecting: Detecting, lane: string): Lane {
  const { settings, kafka, reference, urgency, spill } = detecting;
  const isByActor = lane.startsWith(`${kafka.topics.events}/`);
  return createLane({
    reference,
    detectors: detectorsInForce(settings).inForce,
    config: settings.detectors,
    graceMs: settings.streaming.graceHours * HOUR_MS,
    dropsDuplicates: true,
    ...{ blockRows: BLOCK_ROWS, spill },
    openSift: OPEN_SIFT,
    urgency,
    share: { actors: () => isByActor, subjects: () => !isByActor },
    // Lanes of persons see the same events a second time.
    ...(isByActor ? { onLate: (event) => detecting.record.late(event) } : {}),
  });
}

function makeRunner(detecting: Detecting, lane: string): LaneRunner {
  const { settings, kafka, log, metrics, laneStore, source, savedAt } = detecting;
  const isByActor = lane.startsWith(`${kafka.topics.events}/`);
  return createLaneRunner({
    name: lane,
    by: isByActor ? 'actor' : 'subject',
    lane: makeLane(detecting, lane),
    store: laneStore(isByActor),
    judgeEveryMs: settings.streaming.judgeEveryMs,
    onPoison: (message) => bury(detecting, lane, message),
    commit: (position) => source.commit(lane, position),
    observe: {
      restored(seconds, sizeBytes, warmedUp) {
        savedAt.set(lane, performance.now());
        metrics.restoreSeconds.set({ lane }, seconds);
        metrics.snapshotBytes.set({ lane }, sizeBytes);
        log.info({ lane, seconds, sizeBytes, warmedUp }, 'lane_restored');
      },
      judged(seconds, events, { late, duplicates }) {
        metrics.judgeSeconds.observe(seconds);
        metrics.lateEvents.set({ lane }, late);
        metrics.duplicates.set({ lane }, duplicates);
        if (isByActor) metrics.events.inc({ stage: 'detect' }, events);
      },
      saved(seconds, sizeBytes) {
        savedAt.set(lane, performance.now());
        metrics.snapshotSeconds.observe(seconds);
        metrics.snapshotBytes.set({ lane }, sizeBytes);
      },
    },
  });
}

/** A message between our own processes that is no event: kept where an operator finds it. */
async function bury(detecting: Detecting, lane: string, message: Message): Promise<void> {
  detecting.metrics.deadLetters.inc({ reason: 'not-json' });
  detecting.log.error({ lane, position: message.position }, 'message_unreadable');
  const { position } = message;
  const row: DeadLetterRow = {
    ...{ deadLetterId: `${lane}/${position}`, source: lane, lineNumber: position },
    ...{ reason: 'not-json', field: null, sizeBytes: message.value.length },
    // This process has no key to seal with: the bytes stay in their topic, at this position.
    sealed: '',
  };
  const value = JSON.stringify(row);
  await detecting.writer.write([{ topic: detecting.kafka.topics.dead, key: lane, value }]);
}

/** Dead letters of all processes into the store, where `dead-letters` and the page look. */
async function takeDeadLetters({ store, source }: Detecting, batch: Batch): Promise<void> {
  const rows = batch.messages.map((m) => fromDeadMessage(m.value)).filter((row) => row !== null);
  await createDeadLetterStore(store).append(rows);
  if (!batch.isStale()) await source.commit(batch.lane, batch.next);
}

async function startReading(detecting: Detecting): Promise<void> {
  const { kafka, source, runners, savedAt, metrics, log } = detecting;
  const isDead = (lane: string): boolean => lane.startsWith(`${kafka.topics.dead}/`);
  await source.start({
    async onLane(lane) {
      if (isDead(lane)) return null;
      const runner = makeRunner(detecting, lane);
      runners.set(lane, runner);
      return runner.restore();
    },
    async onBatch(batch) {
      const end = metrics.batchSeconds.startTimer({ stage: 'detect' });
      if (isDead(batch.lane)) await takeDeadLetters(detecting, batch);
      else await runners.get(batch.lane)?.take(batch);
      end();
    },
    onRevoked(lanes) {
      for (const lane of lanes) {
        // Its error would be one of letting go: the lane is somebody else's by now.
        runners
          .get(lane)
          ?.close()
          .catch((error) => log.error({ lane, error }, 'lane_not_closed'));
        runners.delete(lane);
        savedAt.delete(lane);
        metrics.forgetLane(lane);
      }
      log.info({ lanes }, 'lanes_revoked');
    },
    onGap(lane, from, to) {
      metrics.gapMessages.inc({ lane }, to - from);
      log.error({ lane, from, to }, 'lane_gap');
    },
  });
}

async function saveAll({ runners, record, store }: Detecting): Promise<void> {
  // What is stored by now is judged by the time that the snapshots are there.
  const batch = await createEventStore(store).lastBatch();
  // One after another: a snapshot needs memory for a while.
  for (const runner of [...runners.values()]) await runner.save();
  await record.upTo(batch);
}

function gaugeLanes({ source, savedAt, metrics, runners }: Detecting): void {
  for (const [lane, lag] of source.lag()) metrics.laneLag.set({ lane }, lag);
  for (const [lane, runner] of runners) metrics.waitingKeys.set({ lane }, runner.waiting());
  for (const [lane, at] of savedAt)
    metrics.snapshotAgeSeconds.set({ lane }, (performance.now() - at) / 1000);
}

/** Whether this process owns the first lane of officials: what is done by one process, it does. */
const isFirst = ({ source, kafka }: Detecting): boolean =>
  source.lanes().includes(`${kafka.topics.events}/0`);

/**
 * Weighs while this process owns the first lane of officials: one at a time does it, and when two do for
 * a moment, what was made from more wins.
 */
function createWeighing(detecting: Detecting, lanes: () => Promise<readonly string[]>) {
  const { settings, store, metrics, log } = detecting;
  let stage: WeighStage | null = null;
  const open = (): Promise<WeighStage> =>
    openWeighStage({
      store: createWeighStore(store),
      budget: settings.budget,
      lanes,
      progressEveryMs: TOLD_EVERY_MS,
      toAlert: (episode) =>
        toAlert(episode, {
          render: renderReason,
          versions: {
            config: settingsVersion(settings),
            reference: detecting.reference.version,
            detectors: Object.fromEntries(DETECTORS.map((d) => [d.meta.id, d.meta.version])),
          },
        }),
    });
  return {
    async look(options?: { isLast: boolean }): Promise<void> {
      if (!isFirst(detecting)) {
        stage = null;
        return;
      }
      if (stage === null) {
        stage = await open();
        log.info({ upTo: stage.upTo(), isAnew: stage.isAnew }, 'weighing_started');
      }
      const end = metrics.weighSeconds.startTimer();
      const weighed = await stage.look(options);
      if (weighed === null) return;
      end();
      metrics.alerts.set(weighed.alerts);
      metrics.alertChanges.inc({ kind: 'written' }, weighed.changed);
      metrics.alertChanges.inc({ kind: 'withdrawn' }, weighed.withdrawn);
      if (Number.isFinite(stage.upTo())) metrics.closedDay.set(stage.upTo());
      if (weighed.closedDays > 0) await stage.save();
    },
  };
}

/** Judges the logs themselves, in the process that weighs. */
function createLogWatch(detecting: Detecting) {
  const { settings, store, metrics, log } = detecting;
  let judge: LogJudge | null = null;
  const open = (): LogJudge =>
    createLogJudge({
      store: createLogStore(store),
      config: () => settings.detectors,
      toAlert: (signal) =>
        toSourceAlert(signal, alertContext(settings, detecting.reference.version)),
      saysTwice: true,
      now: Date.now,
    });
  return {
    async look(): Promise<void> {
      if (!isFirst(detecting)) {
        judge = null;
        return;
      }
      judge ??= open();
      const { standing, changed, withdrawn } = await judge.look();
      metrics.logAlerts.set(standing);
      if (changed + withdrawn > 0) log.info({ changed, withdrawn }, 'logs_judged');
    },
  };
}

/** Takes up newer reference data while the lanes run. */
async function refreshReference(detecting: Detecting): Promise<void> {
  const references = createReferenceStore(detecting.store);
  const version = await references.newestVersion();
  if (version === null || version === detecting.reference.version) return;
  const newest = await references.newestPacked();
  if (newest === null) return;
  const batch = await createEventStore(detecting.store).lastBatch();
  await detecting.record.upTo(batch);
  detecting.reference = indexPacked(newest);
  detecting.urgency = createUrgency(detecting.reference);
  detecting.record = openJudgingRecord(
    ...([detecting.store, detecting.settings, detecting.reference, batch] as const),
  );
  for (const [lane, runner] of detecting.runners)
    await runner.renew(() => makeLane(detecting, lane));
  detecting.log.info({ version }, 'reference_renewed');
}

/** Events to judgements, and judgements to alerts, until a signal ends it. */
export async function runDetect(settings: Settings, log: Logger): Promise<void> {
  const kafka = kafkaOf(settings.kafka);
  const { streaming } = settings;
  const metrics = createMetrics();
  const spill = createSpill(streaming.spillDir, log, metrics);
  const store = await openStore(settings, log, metrics);
  const topics = [kafka.topics.events, kafka.topics.bySubject];
  const source = createKafkaSource(kafka, {
    group: `${kafka.group}-detect`,
    topics: [...topics, kafka.topics.dead],
    sessionTimeoutMs: kafka.sessionTimeoutMs,
    log: kafkaLog(log),
  });
  const reference = await newestReference(store, log);
  const before = await createEventStore(store).lastBatch();
  const detecting: Detecting = {
    ...{ settings, kafka, log, metrics, store, source, reference, spill },
    urgency: createUrgency(reference),
    laneStore: createLaneStores(store),
    record: openJudgingRecord(store, settings, reference, before),
    writer: await createKafkaWriter(kafka, kafkaLog(log)),
    runners: new Map(),
    savedAt: new Map(),
  };
  const census = await openLaneCensus(kafka, topics);
  const weighing = createWeighing(detecting, census.lanes);
  const logs = createLogWatch(detecting);
  let isOver = false;
  const over = (): boolean => isOver;
  const { metricsHost: host, metricsPort: port } = streaming;
  const server =
    port === undefined ? null : await serveMetrics(metrics, { host, port }, () => !isOver);
  await startReading(detecting);
  log.info({ topics, metricsPort: server?.port ?? null }, 'detect_started');
  const loops = Promise.all([
    every(streaming.judgeEveryMs, over, async () => {
      for (const runner of [...detecting.runners.values()]) await runner.judgeWhenDue();
      gaugeLanes(detecting);
    }),
    every(streaming.weighEveryMs, over, () => weighing.look()),
    every(streaming.snapshotEveryMs, over, () => saveAll(detecting)),
    every(streaming.logsEveryMs, over, logs.look),
    every(REFERENCE_EVERY_MS, over, () => refreshReference(detecting)),
  ]);
  loops.catch(() => undefined);
  try {
    await Promise.race([source.done, loops, untilStopped()]);
    for (const runner of [...detecting.runners.values()]) await runner.judge(LAST_KEYS);
    await saveAll(detecting);
    await weighing.look({ isLast: true });
  } finally {
    isOver = true;
    await closeInTime(
      log,
      () => source.close(),
      () => detecting.writer.close(),
      () => census.close(),
      () => server?.close(),
      () => store.close(),
    );
  }
  log.info('detect_stopped');
}

/** `detect`: event topics to alerts in the store. */
export function detectCommand(root: Command): void {
  root
    .command('detect')
    .description('judges events from Kafka and writes alerts to ClickHouse')
    .option('--config <FILE>', 'settings file (YAML)')
    .exitOverride()
    .action(async (options: { config?: string }) => {
      const { settings, log } = context(options);
      await runDetect(settings, log);
    });
}
