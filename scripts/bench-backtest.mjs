// `npm run bench:backtest`: how long a backtest of a year of a municipality of 100,000 residents takes, and
// that the same settings lose and win nothing. BENCH_DAYS and BENCH_OFFICIALS make it smaller.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, setUp } from './setup.mjs';

const DAYS = process.env.BENCH_DAYS ?? '365';
const OFFICIALS = process.env.BENCH_OFFICIALS ?? '725';
const TARGET_SECONDS = 120;

setUp();
const folder = mkdtempSync(join(tmpdir(), 'inzagewacht-backtest-'));
const keyFile = join(folder, 'master.key');
writeFileSync(keyFile, '07'.repeat(32), { mode: 0o600 });
const town = join(folder, 'town');
const data = join(folder, 'data');

function inzagewacht(...args) {
  const began = performance.now();
  const ended = spawnSync(process.execPath, [join(ROOT, 'dist/cli/main.js'), ...args], {
    env: { ...process.env, INZAGEWACHT_MASTER_KEY_FILE: keyFile },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (ended.status !== 0) throw new Error(ended.stderr);
  return { said: ended.stderr, seconds: (performance.now() - began) / 1000 };
}

try {
  const size = ['--officials', OFFICIALS, '--citizens', '100000', '--days', DAYS];
  inzagewacht('simulate', '--out', town, ...size);
  // Imported, as in a store that has run for a year: files are not read again for each backtest.
  inzagewacht('reference', 'import', join(town, 'reference'), '--data', data);
  const out = ['--out', join(folder, 'alerts.ndjson')];
  const scanned = inzagewacht('scan', join(town, 'events.ndjson'), '--data', data, ...out);
  const events = /read (\d+)/.exec(scanned.said)?.[1];
  process.stdout.write(
    `${events} events of ${DAYS} days, scanned in ${scanned.seconds.toFixed(1)} s\n`,
  );
  for (const way of ['scan', 'service']) {
    const period = ['--from', '2020-01-01', '--to', '2040-01-01', '--as', way];
    const { said, seconds } = inzagewacht('backtest', ...period, '--data', data);
    const result = said.split('\n').find((line) => line.startsWith('alerts before'));
    process.stdout.write(
      `backtest as a ${way}: ${seconds.toFixed(1)} s (target ${TARGET_SECONDS}); ${result}\n`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
