// The proof of coverage from real logs: what was judged adds up to what was stored, the proof is checked
// without the store, and what a detector needs is what the catalogue says it needs.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { judgeAll, storedEvents } from '../../cli/judging.ts';
import { loadReferenceRows } from '../../cli/reference.ts';
import { ingestInputs } from '../../cli/scan.ts';
import { loadSettings } from '../../cli/settings.ts';
import { openWorkspace } from '../../cli/workspace.ts';
import { DATA_NEEDS, missingFor } from '../../detectors/kit/data-needs.ts';
import { packReference } from '../../domain/packed-reference.ts';
import type { ReferenceRows } from '../../domain/reference.ts';
import { openStatement } from '../../evidence/statement.ts';
import { listInputs } from '../../ingest/sources/files.ts';
import { type CoverageReport, coverageFaults } from '../../review/oversight/coverage.ts';
import { drawSamples, missRate } from '../../review/samples.ts';
import { simulate } from '../../simulation/simulate.ts';
import { aWorkplace, inzagewacht } from '../helpers/cli.ts';

const place = aWorkplace();
const town = join(place.dir, 'town');
const data = join(place.dir, 'data');
const proof = join(place.dir, 'coverage.json');
const { keyFile } = place;
const run = (...args: string[]) => inzagewacht(args, { keyFile });
const log = pino({ level: 'silent' });

beforeAll(async () => {
  const size = { officials: 40, citizens: 4_000, days: 15 };
  await simulate({ ...size, out: town, seed: 7, misuse: 'standard' });
  // A line without an official: stored, and judged by nobody.
  const nameless = {
    ...{ eventId: 'n1', source: { system: 'brp' }, actor: null, action: 'view' },
    subject: { scheme: 'local', id: 'p1' },
  };
  const events = join(town, 'events.ndjson');
  const text = readFileSync(events, 'utf8');
  const at = (JSON.parse(text.slice(0, text.indexOf('\n'))) as { occurredAt: string }).occurredAt;
  writeFileSync(events, `${text}${JSON.stringify({ ...nameless, occurredAt: at })}\n`);
});
afterAll(() => place.remove());

test('every stored event of every month is judged or has a reason, signed and checked offline', async () => {
  const reference = join(town, 'reference');
  rmSync(join(reference, 'roster.csv'), { force: true });
  const scanned = await run(
    ...['scan', join(town, 'events.ndjson'), '--reference', reference, '--data', data],
    ...['--out', join(place.dir, 'alerts.ndjson')],
  );
  expect(scanned.code, scanned.stderr).toBe(0);
  const stored = Number(/stored (\d+)/.exec(scanned.stderr)?.[1]);
  const made = await run('oversight', 'coverage', '--data', data, '--out', proof);
  expect(made.code, made.stderr).toBe(0);
  const opened = openStatement(readFileSync(proof, 'utf8'), null);
  const report = opened.document as CoverageReport;
  expect(coverageFaults(report)).toEqual([]);
  expect(report.rows.reduce((n, row) => n + row.events, 0)).toBe(stored);
  expect(report.checkpoint).toContain('inzagewacht/default');
  const brp = report.rows.find((row) => (row.notJudged['actor-unknown'] ?? 0) > 0);
  const nameless = readFileSync(join(town, 'events.ndjson'), 'utf8')
    .trim()
    .split('\n')
    .filter((line) => (JSON.parse(line) as { actor: unknown }).actor == null).length;
  expect(nameless).toBeGreaterThan(0);
  expect(report.rows.reduce((n, row) => n + (row.notJudged['actor-unknown'] ?? 0), 0)).toBe(
    nameless,
  );
  const roster = brp?.detectors.find((d) => d.detector === 'on-leave');
  expect(roster).toMatchObject({ version: 1, judged: 0, missing: ['roster'] });
  expect(brp?.detectors.find((d) => d.detector === 'no-case')?.judged).toBe(
    brp?.detectors.find((d) => d.detector === 'unusual-volume')?.judged ?? 0,
  );
  const good = await run('oversight', 'verify', proof, '--fingerprint', opened.fingerprint);
  expect(good).toMatchObject({ code: 0 });
  expect(good.stdout).toContain('the key is the one that was named');
  // One digit more judged, signed by nobody.
  const envelope = JSON.parse(readFileSync(proof, 'utf8')) as { payload: string };
  const forged = Buffer.from(envelope.payload, 'base64')
    .toString()
    .replace('"judged":', '"judged":9');
  const bad = join(place.dir, 'forged.json');
  writeFileSync(
    bad,
    JSON.stringify({ ...envelope, payload: Buffer.from(forged).toString('base64') }),
  );
  expect((await run('oversight', 'verify', bad)).code).toBe(1);
}, 120_000);

test('the interval of a sample covers the true miss rate of the simulation in 93 % of 200 draws', () => {
  const lines = <T>(name: string): T[] =>
    readFileSync(name, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as T);
  const alerted = new Set(
    lines<{ eventIds: string[] }>(join(place.dir, 'alerts.ndjson')).flatMap((a) => a.eventIds),
  );
  const misuse = new Set(
    lines<{ eventIds: string[] }>(join(town, 'truth.ndjson')).flatMap((t) => t.eventIds),
  );
  const frame = lines<{ eventId: string }>(join(town, 'events.ndjson'))
    .filter(({ eventId }) => !alerted.has(eventId))
    .map(({ eventId }) => ({ eventId, risk: 1 }));
  const missed = frame.filter(({ eventId }) => misuse.has(eventId)).length;
  const truth = missed / frame.length;
  expect(missed).toBeGreaterThan(0);
  let covered = 0;
  for (let seed = 0; seed < 200; seed++) {
    const { random } = drawSamples(frame, { seed: `s${seed}`, random: 300, weighted: 0 });
    const { interval } = missRate(
      random.map((id) => (misuse.has(id) ? 'missed' : 'legitimate')),
      frame.length,
    );
    if (interval.low <= truth && truth <= interval.high) covered++;
  }
  expect(covered / 200).toBeGreaterThanOrEqual(0.93);
}, 60_000);

test('in production without consent nothing counts as judged', async () => {
  const config = join(place.dir, 'production.yaml');
  writeFileSync(config, 'governance:\n  mode: production\n');
  const silent = join(place.dir, 'silent');
  const out = join(place.dir, 'silent.json');
  await run('scan', join(town, 'events.ndjson'), '--data', silent, '--config', config);
  await run('oversight', 'coverage', '--data', silent, '--config', config, '--out', out);
  const { rows } = openStatement(readFileSync(out, 'utf8'), null).document as CoverageReport;
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) {
    expect(row.judged).toBe(0);
    expect(row.notJudged['no-consent']).toBeGreaterThan(0);
  }
}, 120_000);

test('a detector says nothing without the files that it is said to need', async () => {
  const settings = loadSettings(undefined);
  const workspace = await openWorkspace(undefined, 'default');
  try {
    await ingestInputs(
      await listInputs([join(town, 'events.ndjson')]),
      ...([null, workspace, settings, log] as const),
    );
    const rows = await loadReferenceRows(join(town, 'reference'), workspace, log);
    const spoke = async (reference: ReferenceRows): Promise<Set<string>> => {
      const { signals } = await judgeAll(
        await storedEvents(workspace),
        packReference(reference),
        settings,
      );
      return new Set(signals.filter((s) => s.kind !== 'score').map((s) => s.detector));
    };
    const whole = await spoke(rows);
    expect(whole.size).toBeGreaterThan(5);
    const without: [string[], Partial<ReferenceRows>][] = [
      [
        ['relations'],
        { ties: rows.ties.filter((t) => !['relative', 'ex-partner'].includes(t.kind)) },
      ],
      [['caseload'], { caseload: [] }],
      [['watchlist', 'persons'], { watchlist: [], persons: [] }],
      [['officials'], { officials: [], ties: [] }],
    ];
    for (const [files, change] of without) {
      const delivered = { ...rows.delivered };
      for (const file of files) delivered[file as keyof typeof delivered] = false;
      const heard = await spoke({ ...rows, ...change, delivered });
      const missing = new Set(files);
      for (const detector of Object.keys(DATA_NEEDS))
        if (missingFor(detector, missing).length > 0)
          expect({ files, detector, spoke: heard.has(detector) }).toMatchObject({ spoke: false });
    }
  } finally {
    await workspace.close();
  }
}, 180_000);
