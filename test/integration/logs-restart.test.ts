// What is usual for a source outlives the process that learned it, however that ended.
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { loadSettings } from '../../cli/settings.ts';
import { openWorkspace } from '../../cli/workspace.ts';
import { DAY_MS, HOUR_MS } from '../../domain/time.ts';
import { createSourceHourStore } from '../../storage/source-hours.ts';
import { aWorkplace } from '../helpers/cli.ts';

const ROOT = join(import.meta.dirname, '../..');
const place = aWorkplace();
const log = join(place.dir, 'log.ndjson');
const data = join(place.dir, 'data');
let running: ChildProcess | null = null;
let said = '';

/** A line every ten minutes of the hours given, office hours of a Monday being 8 to 17. */
const lines = (system: string, day: number, from: number, to: number): string =>
  Array.from({ length: (to - from) * 6 }, (_, i) => {
    const at = new Date(MONDAY + day * DAY_MS + from * HOUR_MS + i * 600_000).toISOString();
    return `${JSON.stringify({
      ...{ eventId: `${system}-${at}`, occurredAt: at, source: { system }, action: 'view' },
      ...{ actor: { id: 'u1' }, subject: { scheme: 'local', id: `p-${i}` } },
    })}\n`;
  }).join('');
// Monday 12 January 2026; no holiday and no change of the clock in what follows.
const MONDAY = Date.UTC(2026, 0, 12);
const WEEKS = 6;
const history = Array.from({ length: WEEKS * 7 }, (_, day) =>
  day % 7 < 5 ? lines('brp', day, 8, 17) + lines('wmo', day, 8, 17) : '',
).join('');
const LAST = WEEKS * 7;
const BAD = ['no json\n', '{"eventId":"x"}\n', 'nor this\n'];

async function start(): Promise<void> {
  said = '';
  const args = ['serve', '--data', data, '--events', log, '--port', '0'];
  running = spawn(process.execPath, ['--import', 'tsx', join(ROOT, 'cli/main.ts'), ...args], {
    cwd: ROOT,
    env: { ...process.env, INZAGEWACHT_MASTER_KEY_FILE: place.keyFile },
  });
  const hear = (chunk: Buffer): void => {
    said += chunk.toString();
  };
  running.stdout?.on('data', hear);
  running.stderr?.on('data', hear);
  await until(/Inzagewacht is running/);
}
async function until(what: RegExp): Promise<void> {
  const started = Date.now();
  while (!what.test(said)) {
    if (Date.now() - started > 100_000)
      throw new Error(`never said ${what}: ${said.slice(-2_000)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
async function stop(signal: NodeJS.Signals): Promise<void> {
  const child = running;
  running = null;
  if (child === null) return;
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill(signal);
  await ended;
}
afterEach(() => stop('SIGKILL'));
afterAll(place.remove);

test('a source that falls silent after two kills and a stop is missed by what it did weeks before', async () => {
  writeFileSync(log, history + BAD.join(''));
  await start();
  await until(
    new RegExp(`${history.split('\n').length - 1} events, .* ${BAD.length} dead letters`),
  );
  await stop('SIGTERM');

  appendFileSync(log, lines('brp', LAST, 8, 10) + lines('wmo', LAST, 8, 10));
  await start();
  await until(/\n24 events/);
  await stop('SIGKILL');

  // From here on only the other source speaks.
  appendFileSync(log, lines('wmo', LAST, 10, 16));
  await start();
  await until(/\n36 events/);
  await stop('SIGKILL');

  await start();
  await until(/logs_judged/);
  await stop('SIGTERM');
  expect(said).not.toContain('ERR_');

  process.env['INZAGEWACHT_MASTER_KEY_FILE'] = place.keyFile;
  const workspace = await openWorkspace(data, loadSettings(undefined).tenant);
  try {
    const silent = (await workspace.alerts.list(100, 0)).filter((a) => a.actor === null);
    expect(silent).toMatchObject([
      {
        ...{ typology: 'source-silent', firstEventAt: '2026-02-23T10:00:00.000Z', subjects: [] },
        reasons: [{ observed: 5, expected: 30 }],
      },
    ]);
    // Neither kill made it count anything twice, or not at all.
    const counts = await createSourceHourStore(workspace.store).counts(0);
    const total = counts.reduce((n, c) => n + c.events, 0);
    expect(total).toBe(await workspace.events.count());
    expect(new Set(counts.map((c) => c.events))).toEqual(new Set([6]));
    // The file was read from its beginning four times; what was set aside counts once.
    expect(counts.reduce((n, c) => n + c.deadLetters, 0)).toBe(BAD.length);
  } finally {
    await workspace.close();
  }
}, 590_000);
