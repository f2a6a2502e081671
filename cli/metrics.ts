import { createServer } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

const SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export type Metrics = ReturnType<typeof createMetrics>;
/** What a process says about itself, in numbers. Labels hold lanes, stages and reasons, never a token. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'inzagewacht_' });
  const registers = [registry];
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `inzagewacht_${name}`, help, labelNames, registers });
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name: `inzagewacht_${name}`, help, labelNames, registers });
  const histogram = (name: string, help: string, labelNames: string[] = []) =>
    new Histogram({ name: `inzagewacht_${name}`, help, labelNames, registers, buckets: SECONDS });
  const ofLanes = {
    laneLag: gauge('lane_lag_messages', 'Messages behind the newest batch of a lane.', ['lane']),
    snapshotAgeSeconds: gauge('snapshot_age_seconds', 'Time since the last snapshot.', ['lane']),
    snapshotBytes: gauge('snapshot_bytes', 'Size of the last snapshot, packed.', ['lane']),
    restoreSeconds: gauge('restore_seconds', 'Time to take up the last snapshot.', ['lane']),
    lateEvents: gauge('late_events', 'Events that came after their day was closed.', ['lane']),
    waitingKeys: gauge(
      'waiting_keys',
      'Officials and persons whose new lookups can wait to be judged.',
      ['lane'],
    ),
    duplicates: gauge('duplicate_events', 'Events that came twice.', ['lane']),
  };
  return {
    registry,
    ...ofLanes,
    /** Another process has the lane: what this one last knew of it must not stand beside what is so. */
    forgetLane(lane: string): void {
      for (const known of Object.values(ofLanes)) known.remove({ lane });
    },
    events: counter('events_total', 'Events taken by a stage.', ['stage']),
    batchSeconds: histogram('batch_seconds', 'Time for one batch, writing included.', ['stage']),
    judgeSeconds: histogram('judge_seconds', 'Time in detectors for one judgement of a lane.'),
    weighSeconds: histogram('weigh_seconds', 'Time to weigh what all lanes said.'),
    snapshotSeconds: histogram('snapshot_seconds', 'Time to make and store a snapshot.'),
    deadLetters: counter('dead_letters_total', 'Messages set aside.', ['reason']),
    gapMessages: counter('gap_messages_total', 'Messages that were gone before they were read.', [
      'lane',
    ]),
    spillBytes: gauge('spill_bytes', 'Bytes of open days that lie in files.'),
    spillFailures: counter('spill_failures_total', 'Times that memory took what no file could.'),
    repeats: counter('repeats_total', 'Events that ingest knew already and left out.'),
    alerts: gauge('alerts', 'Alerts of the last weeks that stand now.'),
    logAlerts: gauge('log_alerts', 'Alerts about the logs themselves that stand now.'),
    alertChanges: counter('alert_changes_total', 'Alerts written or withdrawn.', ['kind']),
    closedDay: gauge('weighed_up_to_day', 'Last local day weighed for good, in days since 1970.'),
    storeRetries: counter('store_retries_total', 'Statements repeated after a failure.', ['code']),
  };
}

export type MetricsServer = { port: number; close(): Promise<void> };

/** Answers `/metrics`, and `/healthz` with 200 while `isHealthy`, else 503; other addresses 404. */
export async function serveMetrics(
  { registry }: Metrics,
  address: { host: string; port: number },
  isHealthy: () => boolean,
): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    if (request.url === '/healthz') {
      const isFine = isHealthy();
      response.writeHead(isFine ? 200 : 503).end(isFine ? 'ok\n' : 'not ready\n');
      return;
    }
    if (request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { 'Content-Type': registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(address.port, address.host, resolve);
  });
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : address.port,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
