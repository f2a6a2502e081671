// Ways in that are killed in the middle of it: what a sender was told is safe is there afterwards, and a
// source that is asked goes on about where it was. Also in the process of `serve`, through its spool.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { inzagewacht } from '../helpers/cli.ts';

const ROOT = join(import.meta.dirname, '../..');
const dir = mkdtempSync(join(tmpdir(), 'sources-run-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const ROWS = 6_000;
const PAGE = 1_000;

/** A table as ClickHouse gives it over HTTP: rows after a number, a thousand at a time, slowly. */
async function aTable() {
  const asked: number[] = [];
  const server = createServer((request, response) => {
    const from = Number(new URL(request.url ?? '', 'http://x').searchParams.get('param_from') ?? 0);
    asked.push(from);
    const rows = Array.from({ length: Math.max(0, Math.min(PAGE, ROWS - from)) }, (_, i) =>
      JSON.stringify({ ...line(`row-${from + i + 1}`), inzagewacht_cursor: String(from + i + 1) }),
    );
    setTimeout(() => response.end(`${rows.join('\n')}\n`), 150);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { asked, port: (server.address() as AddressInfo).port, close: () => server.close() };
}
const line = (eventId: string) => ({
  ...{ eventId, occurredAt: '2026-03-02T09:00:00Z', source: { system: 'suite' }, action: 'view' },
  ...{ actor: { id: 'a' }, subject: { scheme: 'local', id: 'p1' } },
});

function start(args: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', join(ROOT, 'cli/main.ts'), ...args], {
    cwd: ROOT,
    env: { ...process.env, INZAGEWACHT_MASTER_KEY_FILE: join(dir, 'key') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  return {
    ended,
    said: () => said,
    async kill(signal: NodeJS.Signals) {
      child.kill(signal);
      await ended;
    },
  };
}
/** A port that was free a moment ago: the same one for the process that comes after a kill. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

test('killed and started again, nothing that was promised is missing', async () => {
  const table = await aTable();
  const port = await freePort();
  const settings = join(dir, 'sources.yaml');
  writeFileSync(
    settings,
    `sources:
  - { kind: otlp, name: otel, port: ${port} }
  - { kind: clickhouse, name: table, url: "http://127.0.0.1:${table.port}", query: "SELECT 1", cursor: n, everySeconds: 0.1 }
`,
  );
  const out = join(dir, 'events');
  // Started again whenever it ends, as a service manager does.
  let isStopping = false;
  let starts = 0;
  let run = start([]);
  const keepRunning = (): void => {
    starts++;
    run = start(['sources', 'run', '--sources', settings, '--out', out]);
    void run.ended.then(() => (isStopping ? undefined : keepRunning()));
  };
  await run.ended;
  keepRunning();
  const promised: string[] = [];
  const furthest = (): number => Math.max(0, ...table.asked);
  let before = 0;
  for (let n = 0; n < 300; n++) {
    const id = `o-${n}`;
    const attributes = [{ key: 'event.id', value: { stringValue: id } }];
    const body = JSON.stringify({
      resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'x' }, attributes }] }] }],
    });
    // In the middle of taking one, three times over; the sender comes again, as exporters do.
    if (n === 60 || n === 140 || n === 220) {
      // Not before the table has moved on, or there would be nothing to go on from.
      await expect.poll(furthest, { timeout: 30_000 }).toBeGreaterThan(before);
      before = furthest();
      setTimeout(() => void run.kill('SIGKILL'), 3);
    }
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}/v1/logs`, {
        ...{ method: 'POST', body, headers: { 'content-type': 'application/json' } },
      }).catch(() => null);
      await answer?.text().catch(() => '');
      if (answer?.ok === true) break;
      await sleep(30);
    }
    promised.push(id);
  }
  const read = (name: string): string =>
    existsSync(join(out, `${name}.log`)) ? readFileSync(join(out, `${name}.log`), 'utf8') : '';
  await expect
    .poll(() => read('table').includes(`"row-${ROWS}"`), { timeout: 60_000, interval: 200 })
    .toBe(true);
  isStopping = true;
  await run.kill('SIGTERM');
  table.close();
  expect(starts).toBe(4);
  const otel = read('otel');
  for (const id of promised) expect(otel).toContain(`"${id}"`);
  const rows = new Set([...read('table').matchAll(/"eventId":"(row-\d+)"/g)].map((m) => m[1]));
  expect(rows.size).toBe(ROWS);
  // It went on where it was, and did not begin again each time.
  expect(table.asked.filter((from) => from === 0).length).toBeLessThanOrEqual(2);
  // What came twice is one event by its id.
  const scanned = await inzagewacht(
    ['scan', join(out, 'table.log'), '--out', join(dir, 'alerts')],
    { keyFile: join(dir, 'key') },
  );
  expect(scanned.stderr).toContain(`stored ${ROWS} +`);
}, 240_000);

test('in the process of serve, lines go through its spool into the store', async () => {
  const table = await aTable();
  const settings = join(dir, 'inside.yaml');
  writeFileSync(
    settings,
    `sources:
  - { kind: clickhouse, name: table, url: "http://127.0.0.1:${table.port}", query: "SELECT 1", cursor: n, format: canonical, everySeconds: 0.1 }
`,
  );
  const data = join(dir, 'data');
  const args = ['serve', '--data', data, '--sources', settings, '--port', String(await freePort())];
  let run = start(args);
  await expect.poll(() => table.asked.length, { timeout: 60_000 }).toBeGreaterThan(2);
  await run.kill('SIGKILL');
  run = start(args);
  await expect
    .poll(() => run.said().includes(`${ROWS} events`) || table.asked.includes(ROWS), {
      timeout: 90_000,
      interval: 200,
    })
    .toBe(true);
  await sleep(1_500);
  await run.kill('SIGTERM');
  table.close();
  expect(readdirSync(join(data, '.positions'))).toEqual(['table']);
  // A scan of nothing new tells how many are stored: every row once.
  const nothing = join(dir, 'all.ndjson');
  writeFileSync(
    nothing,
    Array.from({ length: ROWS }, (_, i) => `${JSON.stringify(line(`row-${i + 1}`))}\n`).join(''),
  );
  const scanned = await inzagewacht(
    ['scan', nothing, '--data', data, '--out', join(dir, 'alerts2')],
    { keyFile: join(dir, 'key') },
  );
  expect(scanned.stderr).toContain(`read ${ROWS} = stored 0 + duplicates ${ROWS}`);
}, 240_000);
