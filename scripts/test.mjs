// `npm test`: everything set up, every suite run, and a plain last line with the counts.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installEvidenceTools } from './evidence-tools.mjs';
import { ROOT, setUp } from './setup.mjs';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const BROKER_JARS = join(ROOT, 'node_modules/.cache/kafka/jars');

setUp();
installPackages();
installBroker();
const lackingTools = installEvidenceTools();
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
const absent = [
  ...(hasBrowser ? [] : ['browser tests (no Chromium)']),
  ...(existsSync(BROKER_JARS) ? [] : ['tests on Apache Kafka (no Java 17 with Maven)']),
  ...(has('kcat', '-V') ? [] : ['tests with kcat (not installed)']),
  ...lackingTools.map((tool) => `tests of evidence packages with ${tool}`),
];
const isMissing = absent.length > 0 && process.env.CI === 'true';
for (const what of absent) process.stdout.write(`${isMissing ? 'missing' : 'skipped'}: ${what}\n`);
const notRun = testResults.flatMap(({ assertionResults }) =>
  assertionResults.filter(({ status }) => status !== 'passed' && status !== 'failed'),
);
for (const { fullName } of notRun) process.stdout.write(`skipped: ${fullName.trim()}\n`);
const failed = Math.max(numFailedTests, success ? 0 : 1) + (isMissing ? absent.length : 0);
process.stdout.write(`${numPassedTests} passed, ${failed} failed, ${numPendingTests} skipped\n`);
process.exit(result.status === 0 && failed === 0 && numTotalTests > 0 ? 0 : 1);

/** Whether a program is there and answers. */
function has(program, ...args) {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

/** Debian packages that the tests use, where we may install them and they are not there yet. */
function installPackages() {
  const wanted = [
    ...(existsSync(CHROMIUM) ? [] : ['chromium']),
    ...(has('kcat', '-V') ? [] : ['kcat']),
  ];
  const mayInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (wanted.length === 0 || !mayInstall) return;
  process.stderr.write(`Installing ${wanted.join(' and ')} for the tests …\n`);
  const install = `apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends ${wanted.join(' ')}`;
  spawnSync('sh', ['-c', install], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** The jars of an Apache Kafka broker from Maven Central, once; needs Java 17 and Maven. */
function installBroker() {
  if (existsSync(BROKER_JARS) || !has('java', '-version') || !has('mvn', '-v')) return;
  process.stderr.write('Fetching Apache Kafka for the tests …\n');
  const incomplete = `${BROKER_JARS}.new`;
  const { status } = spawnSync(
    'mvn',
    [
      ...['-q', '-B', '-f', join(ROOT, 'test/servers/pom.xml'), 'dependency:copy-dependencies'],
      ...['-DincludeScope=runtime', `-DoutputDirectory=${incomplete}`],
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  // Renamed at the end: half a set of jars must not look like a whole one.
  if (status === 0) renameSync(incomplete, BROKER_JARS);
}
