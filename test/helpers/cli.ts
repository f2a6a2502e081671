import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

export type Ended = {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
};

/** Runs the command line from source, as a process of its own; kills it -9 after `killAfterMs`. */
export function inzagewacht(
  args: string[],
  options: { keyFile: string; killAfterMs?: number; workers?: number },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', join(ROOT, 'cli/main.ts'), ...args], {
      cwd: ROOT,
      env: {
        ...process.env,
        INZAGEWACHT_MASTER_KEY_FILE: options.keyFile,
        ...(options.workers === undefined ? {} : { INZAGEWACHT_WORKERS: String(options.workers) }),
      },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const timer =
      options.killAfterMs === undefined
        ? null
        : setTimeout(() => child.kill('SIGKILL'), options.killAfterMs);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (timer !== null) clearTimeout(timer);
      resolve({ code, signal, stdout, stderr });
    });
  });
}

/** A folder with a master key in it, removed by `remove`. */
export function aWorkplace(): { dir: string; keyFile: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'inzagewacht-test-'));
  const keyFile = join(dir, 'master.key');
  writeFileSync(keyFile, '07'.repeat(32), { mode: 0o600 });
  return { dir, keyFile, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** Every file below a folder with its bytes. */
export function filesBelow(dir: string): { path: string; bytes: Buffer }[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, bytes: readFileSync(path) }));
}
