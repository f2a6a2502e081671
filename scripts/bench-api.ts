// Measures the review API on the real thing: `serve` in a process of its own, with a queue of 10,000
// alerts, while 2,000 events a second come in. Prints JSON. Run with `npm run bench:api`.
import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWorkspace } from '../cli/workspace.ts';
import { someAlerts } from '../test/helpers/alerts.ts';

const ALERTS = 10_000;
const EVENTS_PER_SECOND = 2_000;
const READERS = 200;
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 20);

const root = mkdtempSync(join(tmpdir(), 'inzagewacht-bench-'));
const data = join(root, 'data');
const events = join(root, 'events.ndjson');
const settings = join(root, 'settings.yaml');
writeFileSync(events, '');
writeFileSync(settings, 'api: { perMinute: 0 }\n');

const workspace = await openWorkspace(data, 'default');
const alerts = someAlerts(ALERTS).map((alert, i) => ({ ...alert, score: 100 - i / ALERTS }));
for (let i = 0; i < alerts.length; i += 1_000)
  await workspace.alerts.save(alerts.slice(i, i + 1_000), Date.now());
await workspace.close();

let written = 0;
/** A tenth of a second of work of 200 officials. */
function writeEvents(): void {
  const now = Date.now();
  const lines: string[] = [];
  for (let i = 0; i < EVENTS_PER_SECOND / 10; i++, written++)
    lines.push(
      JSON.stringify({
        eventId: `e-${written}`,
        occurredAt: new Date(now - i).toISOString(),
        source: { system: 'brp' },
        actor: { id: `official-${written % 200}`, unit: `unit-${written % 9}` },
        action: 'view',
        subject: { scheme: 'local', id: `person-${(written * 7919) % 50_000}` },
      }),
    );
  appendFileSync(events, `${lines.join('\n')}\n`);
}

const port = 20_000 + Math.floor(Math.random() * 20_000);
const server = spawn(
  process.execPath,
  [
    ...['--import', 'tsx', 'cli/main.ts', 'serve', '--events', events, '--data', data],
    ...['--port', String(port), '--config', settings],
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
let out = '';
server.stdout.on('data', (bytes: Buffer) => {
  out += bytes.toString();
});
const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
while (!/beheer/.test(out)) {
  if (server.exitCode !== null) throw new Error('serve ended');
  await pause(100);
}
const password = /beveiliging\s+password (\S+)/.exec(out)?.[1] ?? '';

const agent = new Agent({ keepAlive: true, maxSockets: READERS });
type Answer = { status: number; ms: number; cookie: string };
function call(method: string, path: string, cookie = '', body?: unknown): Promise<Answer> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const headers = {
      cookie,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const sent = request({ port, method, path, headers, agent, host: '127.0.0.1' }, (answer) => {
      answer.resume();
      answer.once('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          ms: performance.now() - started,
          cookie: String(answer.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '',
        }),
      );
    });
    sent.once('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
const { cookie } = await call('POST', '/v1/session', '', { account: 'beveiliging', password });

const at = (values: readonly number[], share: number): number =>
  Math.round(values[Math.min(values.length - 1, Math.floor(share * values.length))] ?? 0);
/** Reads the first page for some seconds, so many at a time. */
async function measure(readers: number, gapMs: number) {
  const times: number[] = [];
  const statuses: Record<string, number> = {};
  let errors = 0;
  const end = performance.now() + SECONDS * 1000;
  await Promise.all(
    Array.from({ length: readers }, async () => {
      while (performance.now() < end) {
        try {
          const { status, ms } = await call('GET', '/v1/alerts?limit=50', cookie);
          times.push(ms);
          statuses[status] = (statuses[status] ?? 0) + 1;
        } catch {
          errors += 1;
        }
        if (gapMs > 0) await pause(gapMs);
      }
    }),
  );
  times.sort((a, b) => a - b);
  return {
    ...{ readers, requests: times.length, statuses, errors },
    ...{ p50Ms: at(times, 0.5), p95Ms: at(times, 0.95), p99Ms: at(times, 0.99) },
  };
}

const stream = setInterval(writeEvents, 100);
await pause(5_000);
const before = written;
const first = await measure(1, 50);
const many = await measure(READERS, 1_000);
const offered = Math.round((written - before) / (2 * SECONDS));
clearInterval(stream);
await pause(1_500);
const stored = /(\d+) events,(?![\s\S]*\d+ events,)/.exec(out)?.[1] ?? '0';
server.kill('SIGTERM');
await new Promise((done) => server.once('close', done));
process.stdout.write(
  `${JSON.stringify({ alerts: ALERTS, offeredEventsPerSecond: offered, written, stored: Number(stored), first, many }, null, 2)}\n`,
);
rmSync(root, { recursive: true, force: true });
agent.destroy();
