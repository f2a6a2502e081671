// `serve` as a process of its own that is started, listened to, stopped and killed.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const PATIENCE_MS = 100_000;

/** `args` follow `serve`; it takes a free port. What it says since its last start is kept. */
export function aService(keyFile: string, args: readonly string[]) {
  let running: ChildProcess | null = null;
  let said = '';

  async function until(what: RegExp): Promise<void> {
    const started = Date.now();
    while (!what.test(said)) {
      if (Date.now() - started > PATIENCE_MS)
        throw new Error(`never said ${what}: ${said.slice(-2_000)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  return {
    until,
    said: (): string => said,
    async start(): Promise<void> {
      said = '';
      const command = ['--import', 'tsx', join(ROOT, 'cli/main.ts'), 'serve', ...args];
      running = spawn(process.execPath, [...command, '--port', '0'], {
        cwd: ROOT,
        env: { ...process.env, INZAGEWACHT_MASTER_KEY_FILE: keyFile },
      });
      const hear = (chunk: Buffer): void => {
        said += chunk.toString();
      };
      running.stdout?.on('data', hear);
      running.stderr?.on('data', hear);
      await until(/Inzagewacht is running/);
    },
    async stop(signal: NodeJS.Signals): Promise<void> {
      const child = running;
      running = null;
      if (child === null) return;
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill(signal);
      await ended;
    },
  };
}
