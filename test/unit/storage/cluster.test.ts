import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { onCluster } from '../../../storage/cluster.ts';

const MIGRATIONS = join(import.meta.dirname, '../../../storage/migrations');

describe('a statement on a cluster', () => {
  test('makes a replicated table and a distributed one over it', () => {
    const text =
      'CREATE TABLE IF NOT EXISTS alerts (\n  alert_id String,\n  version UInt64\n) ENGINE = ReplacingMergeTree(version)\nORDER BY alert_id';
    expect(onCluster(text, 'main')).toEqual([
      "CREATE TABLE IF NOT EXISTS alerts_local ON CLUSTER 'main' (\n  alert_id String,\n  version UInt64\n) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/alerts', '{replica}', version)\nORDER BY alert_id",
      "CREATE TABLE IF NOT EXISTS alerts ON CLUSTER 'main' AS alerts_local ENGINE = Distributed('main', currentDatabase(), 'alerts_local', cityHash64(alert_id))",
    ]);
  });

  test('keeps the events of one official on one shard', () => {
    const text = readFileSync(join(MIGRATIONS, '0001-store.sql'), 'utf8').split(';')[0] ?? '';
    const [local, distributed] = onCluster(text.trim(), 'main');
    expect(local).toContain('PARTITION BY toYYYYMM(occurred_at)');
    expect(distributed).toContain('cityHash64(actor)');
  });

  test('deletes where the rows are, and adds a column in both', () => {
    expect(onCluster("DELETE FROM alerts WHERE alert_id = 'x'", 'main')).toEqual([
      "DELETE FROM alerts_local ON CLUSTER 'main' WHERE alert_id = 'x'",
    ]);
    expect(onCluster('ALTER TABLE alerts ADD COLUMN x String', 'main')).toEqual([
      "ALTER TABLE alerts_local ON CLUSTER 'main' ADD COLUMN x String",
      "ALTER TABLE alerts ON CLUSTER 'main' ADD COLUMN x String",
    ]);
  });

  test('lets a view derive from the rows of its own shard', () => {
    const text =
      '-- why\nCREATE MATERIALIZED VIEW IF NOT EXISTS w TO t AS\nSELECT a FROM events\nWHERE a != 1';
    expect(onCluster(text, 'main')).toEqual([
      "CREATE MATERIALIZED VIEW IF NOT EXISTS w ON CLUSTER 'main' TO t_local AS\nSELECT a FROM events_local\nWHERE a != 1",
    ]);
  });

  test('packs a column where it is held only', () => {
    const text = "ALTER TABLE events MODIFY COLUMN at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1))";
    expect(onCluster(text, 'main')[1]).toBe(
      "ALTER TABLE events ON CLUSTER 'main' MODIFY COLUMN at DateTime64(3, 'UTC')",
    );
  });

  test('reaches every statement of every migration', () => {
    const statements = readdirSync(MIGRATIONS)
      .filter((f) => f.endsWith('.sql'))
      .flatMap((f) => readFileSync(join(MIGRATIONS, f), 'utf8').split(/;\s*$/m))
      .filter((text) => text.trim() !== '')
      .flatMap((text) => onCluster(text.trim(), 'main'));
    expect(statements.length).toBeGreaterThan(40);
    const writes = /^INSERT INTO/;
    expect(statements.filter((s) => !s.includes("ON CLUSTER 'main'") && !writes.test(s))).toEqual(
      [],
    );
  });

  test('leaves rows and questions alone', () => {
    const text = 'INSERT INTO alerts FORMAT JSONEachRow\n{}';
    expect(onCluster(text, 'main')).toEqual([text]);
  });
});
