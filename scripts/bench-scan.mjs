// `npm run bench`: how fast a million events are scanned with all detectors on and everything stored, and
// how that compares with parsing and storing alone. Figures are medians; run it on a quiet machine.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, setUp } from './setup.mjs';

const EVENTS = Number(process.env.BENCH_EVENTS ?? 1_000_000);
const RUNS = Number(process.env.BENCH_RUNS ?? 3);
const DAYS = 60;
const OFFICIALS = 800;
const PERSONS = 100_000;

setUp();
const folder = mkdtempSync(join(tmpdir(), 'inzagewacht-bench-'));
const file = join(folder, 'events.ndjson');
const out = openSync(file, 'w');
// A minimal standard generator: the same file each time.
let seed = 1;
const random = (n) => {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed % n;
};
for (let i = 0; i < EVENTS; ) {
  const lines = [];
  for (let n = 0; n < 10_000 && i < EVENTS; n++, i++) {
    const at = Date.UTC(2026, 0, 5) + Math.floor((i * DAYS * 86_400_000) / EVENTS);
    const official = random(OFFICIALS);
    lines.push(
      JSON.stringify({
        eventId: `e${random(1e9).toString(36)}-${i}`,
        requestId: `q${i}`,
        occurredAt: new Date(at).toISOString(),
        source: { system: ['brp', 'suwinet', 'zaaksysteem'][i % 3], instance: 'prod' },
        actor: { id: `u${official}`, unit: `team-${official % 40}` },
        action: 'view',
        subject: { scheme: 'local', id: `p-${random(PERSONS)}` },
        query: { key: 'bsn', resultCount: 1 },
        fields: ['naam', 'adres'],
        purpose: { code: 'P1', caseRef: `Z-${random(50_000)}` },
        device: { host: `ws-${official}` },
      }),
    );
  }
  writeSync(out, `${lines.join('\n')}\n`);
}
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const runs = [];
for (let run = 0; run < RUNS; run++) {
  const { stderr, status } = spawnSync(
    process.execPath,
    [join(ROOT, 'dist/cli/main.js'), 'scan', file, '--out', join(folder, 'alerts.ndjson')],
    {
      encoding: 'utf8',
      env: { ...process.env, INZAGEWACHT_MASTER_KEY_FILE: join(folder, 'master.key') },
    },
  );
  const match = /([\d.]+) s \(reading and storing ([\d.]+) s\), peak ([\d.]+) MB/.exec(stderr);
  if (status !== 0 || match === null) throw new Error(stderr);
  const [, seconds, storing, peak] = match.map(Number);
  runs.push({ seconds, storing, peak });
  process.stdout.write(
    `run ${run + 1}: ${seconds} s, of which reading and storing ${storing} s, peak ${peak} MB\n`,
  );
}
rmSync(folder, { recursive: true });
const seconds = median(runs.map((r) => r.seconds));
process.stdout.write(
  `median ${seconds} s for ${readableCount(EVENTS)} events = ${Math.round(EVENTS / seconds)} events/s; ` +
    `ratio to parsing and storing only ${median(runs.map((r) => r.storing / r.seconds)).toFixed(2)}; ` +
    `peak ${median(runs.map((r) => r.peak))} MB\n`,
);

function readableCount(n) {
  return n.toLocaleString('en');
}
