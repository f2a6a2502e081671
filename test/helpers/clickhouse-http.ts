import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type TestClickHouse = {
  /** Address for `@clickhouse/client` and for INZAGEWACHT_CLICKHOUSE_URL. */
  url: string;
  /** Process of the engine. */
  pid: number;
  user: string;
  password: string;
  /** `refuse` answers with code 241 (memory), `drop` cuts the connection, `none` is well again. */
  fault(kind: 'none' | 'refuse' | 'drop'): Promise<void>;
  /** The next `count` statements are carried out, but their answers get lost. */
  loseAnswers(count: number): Promise<void>;
  stop(): Promise<void>;
};

/**
 * The embedded engine behind HTTP, in a process of its own, on a directory that goes with it. Several
 * processes can share it by its address, as they share a ClickHouse server.
 */
export async function startClickHouse(): Promise<TestClickHouse> {
  const dir = mkdtempSync(join(tmpdir(), 'inzagewacht-clickhouse-'));
  const user = 'test';
  const password = 'test-password';
  const child: ChildProcess = fork(
    join(import.meta.dirname, 'clickhouse-http-server.ts'),
    [join(dir, 'store'), user, password],
    { execArgv: ['--import', 'tsx'] },
  );
  const ended = once(child, 'exit');
  const [first] = (await Promise.race([
    once(child, 'message'),
    ended.then(() => {
      throw new Error('the HTTP front of the engine did not start');
    }),
  ])) as [{ port: number }];
  const tell = async (message: Record<string, unknown>): Promise<void> => {
    const heard = once(child, 'message');
    child.send(message);
    await heard;
  };
  return {
    url: `http://127.0.0.1:${first.port}`,
    pid: child.pid ?? 0,
    user,
    password,
    fault: (kind) => tell({ fault: kind }),
    loseAnswers: (count) => tell({ loseAnswers: count }),
    async stop() {
      if (child.exitCode === null) {
        child.send({ stop: true });
        await ended;
      }
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
