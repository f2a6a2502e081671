import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pullPostgres } from '../../ingest/sources/postgres.ts';

/** Where Debian keeps the programs of each version; the newest counts. */
function programs(): string | null {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions
    .map((v) => join(root, v, 'bin'))
    .find((dir) => existsSync(join(dir, 'initdb')));
  return found ?? null;
}
const bin = programs();
const freePort = (): Promise<number> =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

describe.skipIf(bin === null)(
  `PostgreSQL${bin === null ? ' (skipped: no PostgreSQL)' : ''}`,
  () => {
    let dir = '';
    let url = '';
    let client: pg.Client;
    let server: ReturnType<typeof spawn> | null = null;
    beforeAll(async () => {
      dir = mkdtempSync(join(tmpdir(), 'pg-'));
      // The server refuses to run as root; then it runs as the account that Debian made for it.
      const isRoot = process.getuid?.() === 0;
      const as = isRoot
        ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups']
        : [];
      const run = (program: string, ...args: string[]): [string, string[]] => {
        const all = [...as, join(bin ?? '', program), ...args];
        return [all[0] ?? '', all.slice(1)];
      };
      if (isRoot) execFileSync('chown', ['postgres', dir]);
      const port = await freePort();
      execFileSync(
        ...run('initdb', '-D', join(dir, 'data'), '-A', 'trust', '-U', 'test', '--no-sync'),
        { stdio: 'ignore' },
      );
      server = spawn(
        ...run(
          'postgres',
          '-D',
          join(dir, 'data'),
          '-p',
          String(port),
          '-k',
          dir,
          '-F',
          '-h',
          '127.0.0.1',
        ),
        { stdio: 'ignore' },
      );
      url = `postgres://test@127.0.0.1:${port}/postgres`;
      for (let i = 0; ; i++) {
        client = new pg.Client({ connectionString: url });
        try {
          await client.connect();
          break;
        } catch (error) {
          if (i > 100) throw error;
          await new Promise((done) => setTimeout(done, 100));
        }
      }
      await client.query('CREATE TABLE log (id bigint, at timestamptz, who text, bsn text)');
    }, 60_000);
    afterAll(async () => {
      await client?.end().catch(() => undefined);
      const ended = new Promise((done) => server?.once('exit', done));
      server?.kill('SIGINT');
      await ended;
      rmSync(dir, { recursive: true, force: true });
    }, 30_000);

    test('rows come once, in order, ties together, and only by reading', async () => {
      await client.query(
        "INSERT INTO log SELECT i / 2, '2026-01-12T08:00:00Z'::timestamptz + i * interval '1 s', 'u' || i, '999993367' FROM generate_series(1, 9) i",
      );
      const source = pullPostgres({
        name: 'log',
        url,
        query: 'SELECT * FROM log',
        cursor: 'id',
        cursorType: 'bigint',
        rows: 3,
      });
      const who: string[] = [];
      let position: string | null = null;
      for (let more = true; more; ) {
        const pulled = await source.pull(position);
        for (const line of (pulled.lines?.toString() ?? '').split('\n').filter(Boolean)) {
          const row = JSON.parse(line) as Record<string, string>;
          who.push(row['who'] ?? '');
          expect(row['at']).toMatch(/^2026-01-12T08:00:0\d\.000Z$/);
          expect(Object.keys(row)).toEqual(['id', 'at', 'who', 'bsn']);
        }
        ({ position, isMore: more } = pulled);
      }
      expect(who).toEqual(['u1', 'u2', 'u3', 'u4', 'u5', 'u6', 'u7', 'u8', 'u9']);
      expect(await source.pull(position)).toMatchObject({ lines: null, position });
      await client.query("INSERT INTO log VALUES (100, now(), 'new', '')");
      expect((await source.pull(position)).lines?.toString()).toContain('"who":"new"');
      await source.close();

      const writer = pullPostgres({
        name: 'w',
        url,
        query: "SELECT 1 AS id, pg_catalog.set_config('a.b', 'c', false)",
        cursor: 'id',
        cursorType: 'bigint',
      });
      await expect(writer.pull(null)).resolves.toBeDefined();
      await writer.close();
      const deleting = pullPostgres({
        name: 'd',
        url,
        query: 'WITH gone AS (DELETE FROM log RETURNING *) SELECT * FROM gone',
        cursor: 'id',
        cursorType: 'bigint',
      });
      await expect(deleting.pull(null)).rejects.toThrow();
      await deleting.close();
    });

    test('an overlap reads again what open transactions may have added', async () => {
      await client.query(
        "TRUNCATE log; INSERT INTO log VALUES (10, now(), 'ten', ''), (12, now(), 'twelve', '')",
      );
      const source = pullPostgres({
        name: 'log',
        url,
        query: 'SELECT * FROM log',
        cursor: 'id',
        cursorType: 'bigint',
        overlap: 5,
      });
      const first = await source.pull(null);
      expect(first.position).toBe('12');
      await client.query("INSERT INTO log VALUES (11, now(), 'late', '')");
      const second = await source.pull(first.position);
      expect(second.lines?.toString()).toContain('late');
      expect(second).toMatchObject({ position: '12', isMore: false });
      await source.close();
    });

    test('a server that is away is an error, and the next question connects anew', async () => {
      const source = pullPostgres({
        name: 'log',
        url,
        query: 'SELECT * FROM log',
        cursor: 'id',
        cursorType: 'bigint',
      });
      await source.pull(null);
      await client.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'inzagewacht'",
      );
      await new Promise((done) => setTimeout(done, 200));
      expect((await source.pull(null)).position).toBe('12');
      await source.close();
    });
  },
);
