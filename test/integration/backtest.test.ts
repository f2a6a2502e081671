// A backtest by the same settings raises the same alerts, byte for byte: after a scan, and after a service
// that took the lines as they came, late ones, restarts and all.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Asked, backtestApart, backtestHere } from '../../cli/backtesting.ts';
import { isAboutLog } from '../../cli/raise-again.ts';
import { loadReferenceRows } from '../../cli/reference.ts';
import { loadSettings, type Settings } from '../../cli/settings.ts';
import { createSink } from '../../cli/sink.ts';
import { openWatch } from '../../cli/watch.ts';
import { openWorkspace, type Workspace } from '../../cli/workspace.ts';
import type { Alert } from '../../domain/alert.ts';
import { packReference } from '../../domain/packed-reference.ts';
import type { ReferenceRows } from '../../domain/reference.ts';
import { formatById } from '../../ingest/formats/registry.ts';
import { createLineSplitter } from '../../ingest/sources/lines.ts';
import { createIngestion } from '../../pipeline/ingestion.ts';
import { indexReference } from '../../reference/index-rows.ts';
import { simulate } from '../../simulation/simulate.ts';
import { aWorkplace, inzagewacht } from '../helpers/cli.ts';

const place = aWorkplace();
const town = join(place.dir, 'town');
const log = pino({ level: 'silent' });
const settings: Settings = { ...loadSettings(undefined), budget: 12 };
const EVER = { from: Date.UTC(2020, 0, 1), to: Date.UTC(2030, 0, 1) };
const reference = ['--reference', join(town, 'reference')];

beforeAll(async () => {
  process.env['INZAGEWACHT_MASTER_KEY_FILE'] = place.keyFile;
  await simulate({
    ...{ out: town, officials: 60, citizens: 4_000, days: 30, seed: 9, misuse: 'standard' },
  });
});
afterAll(place.remove);

describe('after a scan', () => {
  const data = join(place.dir, 'scanned');
  const out = (name: string): string => join(place.dir, `${name}.ndjson`);
  const period = ['--from', '2020-01-01', '--to', '2029-12-31', '--data', data, ...reference];

  test('the same settings give the same bytes, from one thread or two', async () => {
    const events = join(town, 'events.ndjson');
    const args = ['scan', events, '--data', data, ...reference, '--out', out('scan')];
    expect((await inzagewacht(args, place)).code).toBe(0);
    for (const workers of [1, 2]) {
      const name = `backtest-${workers}`;
      const ended = await inzagewacht(['backtest', ...period, '--out', out(name)], {
        ...{ ...place, workers },
      });
      expect(ended.stderr).toMatch(/changed 0, won 0, lost 0/);
      expect(ended.stdout).toBe('');
      expect(readFileSync(out(name), 'utf8')).toBe(readFileSync(out('scan'), 'utf8'));
    }
    expect(readFileSync(out('scan'), 'utf8').length).toBeGreaterThan(1_000);
  }, 300_000);

  test('a smaller period compares the alerts that begin in it', async () => {
    const { firstEventAt } = JSON.parse(
      readFileSync(out('scan'), 'utf8').split('\n')[0] ?? '',
    ) as Alert;
    const day = firstEventAt.slice(0, 10);
    const args = ['backtest', '--from', day, '--to', day, '--data', data, ...reference, '--json'];
    const ended = await inzagewacht([...args, '--out', out('day')], place);
    expect(ended.code).toBe(0);
    const alerts = readFileSync(out('day'), 'utf8').trim().split('\n');
    for (const line of alerts.filter((l) => l !== ''))
      expect((JSON.parse(line) as Alert).firstEventAt.slice(0, 10)).toBe(day);
  }, 120_000);

  test('a file of other alerts or settings can stand for what was', async () => {
    const ended = await inzagewacht(
      ['backtest', ...period, '--budget', '9', '--compare', out('scan'), '--json'],
      place,
    );
    expect(ended.stderr).toMatch(/alerts before \d+/);
    for (const line of ended.stdout.trim().split('\n').filter(Boolean))
      expect(JSON.parse(line)).toMatchObject({ change: expect.stringMatching(/^(won|lost)$/) });
    const wrong = await inzagewacht(
      ['backtest', ...period, '--compare', join(town, 'truth.ndjson')],
      place,
    );
    expect(wrong.code).toBe(2);
  }, 120_000);
});

describe('after a service', () => {
  let workspace: Workspace;
  let rows: ReferenceRows;
  beforeAll(async () => {
    workspace = await openWorkspace(join(place.dir, 'served'), settings.tenant);
    rows = await loadReferenceRows(join(town, 'reference'), workspace, log);
    await serveAll(workspace, rows);
  }, 300_000);
  afterAll(() => workspace.close());
  const asked = (): Asked => ({
    period: EVER,
    way: 'service',
    settings,
    reference: packReference(rows),
  });
  const texts = (alerts: readonly Alert[]): string[] =>
    alerts.map((alert) => JSON.stringify(alert)).sort();

  test('the same settings give the same alerts', async () => {
    // What was wrong with the logs is told when they are read, and cannot be told again.
    const live = (await workspace.alerts.beginningIn(EVER)).filter((a) => !isAboutLog(a));
    const again = await backtestHere(workspace.store, asked());
    expect(live.length).toBeGreaterThan(3);
    expect(texts(again.alerts)).toEqual(texts(live));
  }, 120_000);

  test('in a thread of its own it says how far it is, and says the same', async () => {
    const shares: number[] = [];
    const apart = await backtestApart(workspace.store, asked(), (share) => shares.push(share));
    expect(texts(apart.alerts)).toEqual(
      texts((await backtestHere(workspace.store, asked())).alerts),
    );
    expect(shares.at(-1)).toBe(1);
    expect([...shares].sort((a, b) => a - b)).toEqual(shares);
  }, 120_000);
});

/** Lines as they come to a service: some are hours late, some days; it looks often and is restarted twice. */
async function serveAll(workspace: Workspace, rows: ReferenceRows): Promise<void> {
  const format = formatById('canonical');
  if (format === null) throw new Error('no format');
  const lines = readFileSync(join(town, 'events.ndjson'), 'utf8').trim().split('\n');
  const arriving = lines
    .map((line, n) => ({ line, place: n + (n % 97 === 0 ? 4_000 : n % 31 === 0 ? 300 : 0) }))
    .sort((a, b) => a.place - b.place)
    .map(({ line }) => line);
  const facts = indexReference(rows);
  let watch = await openWatch(workspace, facts, settings, log);
  const sink = createSink(workspace, settings.evidence);
  const ingestion = createIngestion(
    {
      ...sink,
      async write(batch) {
        await sink.write(batch);
        watch.observe(batch.map((b) => b.event));
      },
    },
    workspace.tokens,
    { batch: 500, storeIsEmpty: true },
  );
  const reader = format.reader();
  let late = 0;
  for (let from = 0; from < arriving.length; from += 1_000) {
    const bytes = Buffer.from(`${arriving.slice(from, from + 1_000).join('\n')}\n`);
    await ingestion.lines('town', createLineSplitter().push(bytes), reader);
    await ingestion.flush();
    await watch.judge();
    if (from === 5_000) await watch.save();
    if (from === 5_000 || from === 9_000) {
      // As after a kill: what was not saved is read again from the store.
      late += watch.late();
      watch = await openWatch(workspace, facts, settings, log);
    }
  }
  await watch.save();
  late += watch.late();
  expect(late).toBeGreaterThan(0);
}
