// Brings a checkout into a state in which it runs: exact dependencies and a build, each only when
// its inputs changed. Imports node: only, because nothing else is installed yet.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..');
const SOURCES = [
  'api',
  'cli',
  'dashboards',
  'detectors',
  'domain',
  'evidence',
  'ingest',
  'pipeline',
  'reference',
  'review',
  'scripts',
  'simulation',
  'storage',
];

/** Runs a command with its output shown; ends the process when it fails. */
export function run(command, args, env = {}) {
  const result = spawnSync(command, args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(readFileSync(join(ROOT, file)));
  return hash.digest('hex');
}

const filesBelow = (folder) =>
  existsSync(join(ROOT, folder))
    ? readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
    : [];

/** Does `work` unless `stamp` says that it was done for exactly these files. */
function once(stamp, files, say, work) {
  const path = join(ROOT, stamp);
  const hash = hashOf(files);
  if (existsSync(path) && readFileSync(path, 'utf8') === hash) return;
  process.stderr.write(`${say}\n`);
  work();
  writeFileSync(path, hash);
}

export function setUp() {
  once('node_modules/.inzagewacht-lock', ['package-lock.json'], 'Installing dependencies …', () =>
    // Not `npm ci`: it refuses a lock file that lacks optional builds for other platforms.
    run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']),
  );
  const sources = [...SOURCES.flatMap(filesBelow), 'tsconfig.json', 'tsconfig.build.json'].sort();
  once('dist/.inzagewacht-sources', sources, 'Building …', () =>
    run('npm', ['run', '--silent', 'build']),
  );
}
