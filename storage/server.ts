import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { AppError } from '../domain/errors.ts';
import { CONNECTION_SETTINGS, insertOf, migrate, type Store, toStore } from './client.ts';
import { onCluster } from './cluster.ts';

export type ServerSettings = {
  /** `https://host:8443`; TLS is checked against the system's authorities or `caFile`. */
  url: string;
  user: string;
  password: string;
  database: string;
  caFile?: string | undefined;
  /** Name of a ClickHouse cluster: tables are then replicated, with a distributed one over them. */
  cluster?: string | undefined;
};

/** Engine codes after which the same statement may succeed (ClickHouse, `ErrorCodes.cpp`). */
const TRANSIENT = new Set([
  ...['159', '202', '203', '209', '210', '225', '236', '241', '242', '252', '279', '285', '286'],
  ...['319', '425', '473', '745', '999'],
]);
/** Codes of the network below it: the server restarts, or is not reachable for a while. */
const UNREACHABLE = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'EHOSTUNREACH'],
  ...['ENETUNREACH', 'ECONNABORTED'],
]);
/** The settings are wrong: no repetition helps (password, access, database). */
const REFUSED = new Set(['81', '192', '193', '194', '497', '516']);

const FIRST_WAIT_MS = 100;
const MAX_WAIT_MS = 5_000;
const PATIENCE_MS = 60_000;
const REQUEST_TIMEOUT_MS = 60_000;

export type RetryOptions = {
  /** How long a statement is repeated before its failure is passed on. */
  patienceMs?: number;
  onRetry?(code: string, attempt: number): void;
};

const codeOf = (error: unknown): string =>
  String((error as { code?: unknown } | null)?.code ?? 'unknown');

/**
 * Repeats on transient codes with growing, jittered waits. Inserts may run twice: every table drops rows
 * of the same key. Throws ERR_STORAGE_UNAVAILABLE when patience ends, ERR_STORAGE_REFUSED on a refusal;
 * an unknown code is our own fault and passes through.
 */
export async function withRetry<T>(work: () => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const { patienceMs = PATIENCE_MS, onRetry } = options;
  const until = performance.now() + patienceMs;
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (cause) {
      const code = codeOf(cause);
      if (REFUSED.has(code))
        throw new AppError(
          'ERR_STORAGE_REFUSED',
          `ClickHouse refuses this account or database (code ${code}): check user, password and grants.`,
          { code },
          cause,
        );
      if (!TRANSIENT.has(code) && !UNREACHABLE.has(code)) throw cause;
      if (performance.now() >= until)
        throw new AppError(
          'ERR_STORAGE_UNAVAILABLE',
          `ClickHouse did not carry out a statement within ${patienceMs} ms (last code ${code}).`,
          { code, attempt },
          cause,
        );
      onRetry?.(code, attempt);
      const most = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempt, 10));
      // Full jitter: processes that failed together must not come back together.
      await sleep(Math.random() * most);
    }
  }
}

/** Makes the database of the settings where it is missing. */
export async function createDatabase(settings: ServerSettings): Promise<void> {
  const store = await openServerStore({ ...settings, database: 'default' }, { migrate: false });
  const { database, cluster } = settings;
  const where = cluster === undefined ? '' : ` ON CLUSTER '${cluster}'`;
  try {
    // The settings allow word characters only, so the name needs no escape.
    await store.sql(`CREATE DATABASE IF NOT EXISTS ${database}${where}`);
  } finally {
    await store.close();
  }
}

/** Opens a ClickHouse server or cluster; `migrate: false` for accounts that may not create tables. */
export async function openServerStore(
  settings: ServerSettings,
  options: RetryOptions & { migrate?: boolean } = {},
): Promise<Store> {
  const { url, user, password, database, caFile, cluster } = settings;
  const plain = toStore(
    createClient({
      url,
      username: user,
      password,
      database,
      request_timeout: REQUEST_TIMEOUT_MS,
      // Thousands of ids do not fit into an address.
      use_multipart_params_auto: true,
      // Failures reach the caller; the client's own lines would end up between results and logs.
      log: { level: ClickHouseLogLevel.OFF },
      clickhouse_settings: CONNECTION_SETTINGS,
      ...(caFile === undefined ? {} : { tls: { ca_cert: readFileSync(caFile) } }),
    }),
  );
  const adapt = (text: string): string[] =>
    cluster === undefined ? [text] : onCluster(text, cluster);
  const store: Store = {
    async sql(statement, params) {
      for (const part of adapt(statement)) await withRetry(() => plain.sql(part, params), options);
    },
    insert: (table, rows) => store.sql(insertOf(table, rows)),
    rows: (query, params) => withRetry(() => plain.rows(query, params), options),
    text: (query, params) => withRetry(() => plain.text(query, params), options),
    close: () => plain.close(),
  };
  try {
    if (options.migrate !== false) await migrate(store);
    else await store.rows('SELECT 1');
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}
