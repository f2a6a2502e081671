import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ClickHouseClient, createClient } from '@clickhouse/client';
import { AppError } from '../domain/errors.ts';

/** Code 76: another process holds the data directory (ClickHouse: CANNOT_OPEN_FILE on its lock). */
const CANNOT_LOCK = '76';

const MIGRATIONS = join(import.meta.dirname, 'migrations');

/** An open store. `sql` runs a statement, `rows` a query; both in ClickHouse SQL. */
export type Store = {
  sql(statement: string, params?: Record<string, unknown>): Promise<void>;
  rows<Row>(query: string, params?: Record<string, unknown>): Promise<Row[]>;
  /** Writes rows in the form TabSeparated, as UTF-8. */
  insert(table: 'events', rows: Uint8Array): Promise<void>;
  /** The result of a query as it comes, one JSON array a line: for readers in other threads. */
  text(query: string, params?: Record<string, unknown>): Promise<string>;
  close(): Promise<void>;
};

/** Settings of every connection, embedded or not: rows must read the same from both. */
export const CONNECTION_SETTINGS = {
  output_format_json_quote_64bit_integers: 0,
  date_time_output_format: 'iso',
} as const;

export const insertOf = (table: 'events', rows: Uint8Array): string =>
  `INSERT INTO ${table} FORMAT TabSeparated\n${bufferOf(rows).toString()}`;
const bufferOf = (rows: Uint8Array): Buffer =>
  Buffer.from(rows.buffer, rows.byteOffset, rows.length);

/** What only the embedded engine can do: take rows as bytes, without two copies of them as text. */
type Embedded = {
  rawInsert(rows: { table: string; values: Buffer; format: 'TabSeparated' }): Promise<unknown>;
};

/** The store behind a client of either engine. */
export function toStore(client: ClickHouseClient): Store {
  // No per-call settings anywhere: on the embedded engine they would stay on the connection.
  return {
    async sql(query, query_params = {}) {
      await client.command({ query, query_params });
    },
    async insert(table, rows) {
      await client.command({ query: insertOf(table, rows) });
    },
    async rows<Row>(query: string, query_params: Record<string, unknown> = {}) {
      const result = await client.query({ query, query_params, format: 'JSONCompactEachRow' });
      return result.json<Row>();
    },
    async text(query, query_params = {}) {
      const result = await client.query({ query, query_params, format: 'JSONCompactEachRow' });
      return result.text();
    },
    close: () => client.close(),
  };
}

/**
 * Opens the embedded engine on a directory and brings its tables up to date.
 * Throws ERR_STORAGE_MISSING_ENGINE when chDB is not installed, ERR_STORAGE_LOCKED when another
 * process uses the directory.
 */
export async function openEmbeddedStore(path: string, migrations = MIGRATIONS): Promise<Store> {
  let createChdbConnection: (options: { path: string }) => { chdb: Embedded };
  try {
    ({ createChdbConnection } = await import('chdb/connection'));
  } catch (cause) {
    throw new AppError(
      'ERR_STORAGE_MISSING_ENGINE',
      'The embedded engine (chdb) is not installed for this machine: it needs Linux or macOS with glibc.',
      {},
      cause,
    );
  }
  try {
    const connection = createChdbConnection({ path });
    // The two packages' connection types do not meet although the shapes do.
    const options = { connection } as unknown as Parameters<typeof createClient>[0];
    const store: Store = {
      ...toStore(createClient({ ...options, clickhouse_settings: CONNECTION_SETTINGS })),
      async insert(table, rows) {
        const values = bufferOf(rows);
        await connection.chdb.rawInsert({ table, values, format: 'TabSeparated' });
      },
    };
    await migrate(store, migrations);
    return store;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const code = (cause as { code?: unknown }).code;
    if (String(code) === CANNOT_LOCK)
      throw new AppError(
        'ERR_STORAGE_LOCKED',
        `Another process uses ${path}: stop it first.`,
        { path },
        cause,
      );
    throw cause;
  }
}

/** Applies the migrations that are missing, in order; refuses one whose text has changed since. */
export async function migrate(store: Store, folder = MIGRATIONS): Promise<string[]> {
  await store.sql(
    'CREATE TABLE IF NOT EXISTS schema_migrations (name String, checksum String) ENGINE = ReplacingMergeTree ORDER BY name',
  );
  const applied = new Map(
    await store.rows<[string, string]>('SELECT name, checksum FROM schema_migrations FINAL'),
  );
  const done: string[] = [];
  for (const name of readdirSync(folder)
    .filter((f) => f.endsWith('.sql'))
    .sort()) {
    const text = readFileSync(join(folder, name), 'utf8');
    const checksum = createHash('sha256').update(text).digest('hex');
    const known = applied.get(name);
    if (known === checksum) continue;
    if (known !== undefined)
      throw new AppError('ERR_STORAGE_MIGRATION', `Migration ${name} was changed after it ran.`, {
        name,
      });
    for (const statement of text.split(/;\s*$/m))
      if (statement.trim() !== '') await store.sql(statement);
    await store.sql('INSERT INTO schema_migrations VALUES ({name:String}, {checksum:String})', {
      name,
      checksum,
    });
    done.push(name);
  }
  return done;
}
