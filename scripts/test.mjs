// `npm test`: everything set up, every suite run, and a plain last line with the counts.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, setUp } from './setup.mjs';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

setUp();
if (!existsSync(CHROMIUM) && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
  process.stderr.write('Installing Chromium for the browser tests …\n');
  spawnSync(
    'sh',
    [
      '-c',
      'apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
}
const hasBrowser = existsSync(CHROMIUM);
const folder = mkdtempSync(join(tmpdir(), 'inzagewacht-test-'));
const report = join(folder, 'report.json');
const result = spawnSync(
  process.execPath,
  [
    join(ROOT, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${report}`,
    ...process.argv.slice(2),
  ],
  { cwd: ROOT, stdio: 'inherit', env: { ...process.env, CHROMIUM } },
);
if (!existsSync(report)) process.exit(1);
const { numPassedTests, numFailedTests, numPendingTests, numTotalTests, success, testResults } =
  JSON.parse(readFileSync(report, 'utf8'));
rmSync(folder, { recursive: true });
// What could not be had is named here, never left out silently; in CI it is a failure.
const isMissing = !hasBrowser && process.env.CI === 'true';
if (!hasBrowser)
  process.stdout.write(`${isMissing ? 'missing' : 'skipped'}: browser tests (no Chromium)\n`);
const skipped = testResults.flatMap(({ assertionResults }) =>
  assertionResults.filter(({ status }) => ['skipped', 'pending', 'todo'].includes(status)),
);
for (const { fullName } of skipped) process.stdout.write(`skipped: ${fullName.trim()}\n`);
const failed = Math.max(numFailedTests, success ? 0 : 1) + (isMissing ? 1 : 0);
process.stdout.write(`${numPassedTests} passed, ${failed} failed, ${numPendingTests} skipped\n`);
process.exit(result.status === 0 && failed === 0 && numTotalTests > 0 ? 0 : 1);
