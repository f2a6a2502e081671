import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { createMetrics } from '../../cli/metrics.ts';
import { ENVIRONMENT } from '../../cli/server-settings.ts';

// No container engine may be at hand, so what the deployment names is compared with what the code knows.
const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
type Service = {
  image?: string;
  build?: string;
  environment?: Record<string, string>;
  secrets?: string[];
  volumes?: string[];
  healthcheck?: unknown;
  restart?: string;
  read_only?: boolean;
  depends_on?: Record<string, { condition: string }>;
};
const compose = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
  volumes: Record<string, unknown>;
};
const services = Object.entries(compose.services);
const ours = services.filter(([, s]) => s.build !== undefined);
/** Read by the key loader itself, not through the settings. */
const OWN_VARIABLES = ['INZAGEWACHT_MASTER_KEY_FILE'];

describe('docker-compose.yml', () => {
  test('sets only variables that the program reads', () => {
    const names = ours.flatMap(([, s]) => Object.keys(s.environment ?? {}));
    const unknown = names.filter((n) => !(n in ENVIRONMENT) && !OWN_VARIABLES.includes(n));
    expect(new Set(names).size).toBeGreaterThan(8);
    expect(unknown).toEqual([]);
  });

  test('pins every image to a version', () => {
    const loose = services.filter(([, s]) => !/:v?\d+\.\d+/.test(s.image ?? ''));
    expect(loose.map(([name]) => name)).toEqual([]);
    expect(read('docker-compose.yml')).not.toMatch(/:latest\b/);
  });

  test('has two of each stage, and a health check on everything that stays', () => {
    for (const name of [
      'ingest-1',
      'ingest-2',
      'detect-1',
      'detect-2',
      'api',
      'keycloak',
      'grafana',
    ])
      expect(Object.keys(compose.services)).toContain(name);
    const staying = services.filter(([, s]) => s.restart === 'unless-stopped');
    expect(staying.length).toBeGreaterThan(8);
    expect(staying.filter(([, s]) => s.healthcheck === undefined)).toEqual([]);
  });

  test('keeps our processes read-only, and detection away from identities', () => {
    expect(ours.filter(([, s]) => s.read_only !== true).map(([name]) => name)).toEqual([]);
    for (const [name, { secrets = [], volumes = [] }] of ours.filter(([n]) =>
      n.startsWith('detect'),
    ))
      expect([name, secrets, volumes]).toEqual([name, ['clickhouse_detect'], []]);
  });

  test('takes secrets from files that deploy/secrets.sh makes', () => {
    const used = new Set(services.flatMap(([, s]) => s.secrets ?? []));
    const made = read('deploy/secrets.sh');
    for (const name of used) {
      expect(compose.secrets[name]?.file).toBe(`./secrets/${name}`);
      expect(made).toMatch(new RegExp(`\\b${name}\\b|clickhouse_`));
    }
    const paths = ours.flatMap(([, s]) => Object.values(s.environment ?? {}));
    for (const path of paths.filter((p) => p.startsWith('/run/secrets/')))
      expect([...used]).toContain(path.slice('/run/secrets/'.length));
    const shown = services.flatMap(([, s]) => Object.entries(s.environment ?? {}));
    const bare = shown.filter(([n, v]) => /PASSWORD|SECRET|KEY/.test(n) && !v.startsWith('/run/'));
    expect(bare).toEqual([]);
  });

  test('waits for services that exist', () => {
    const wanted = services.flatMap(([, s]) => Object.keys(s.depends_on ?? {}));
    expect(wanted.filter((n) => !(n in compose.services))).toEqual([]);
  });
});

describe('the Dockerfile', () => {
  const text = read('Dockerfile');
  test('starts what the build makes, as an account of its own', () => {
    const { bin } = JSON.parse(read('package.json')) as { bin: Record<string, string> };
    expect(text).toMatch(new RegExp(`^ENTRYPOINT \\["node", .*"${bin['inzagewacht']}"\\]$`, 'm'));
    expect(text).toMatch(/^USER inzagewacht$/m);
    expect(text.match(/^FROM /gm)?.length).toBe(2);
    expect(text).not.toMatch(/^FROM \S+:latest/m);
  });
});

describe('the boards', () => {
  const folder = join(ROOT, 'dashboards/grafana/boards');
  const boards = readdirSync(folder).map((name) => [
    name,
    readFileSync(join(folder, name), 'utf8'),
  ]);
  test('name metrics that exist', async () => {
    const { registry } = createMetrics();
    const known = new Set((await registry.getMetricsAsJSON()).map((m) => m.name));
    const named = boards.flatMap(([, text]) => text?.match(/inzagewacht_\w+/g) ?? []);
    const unknown = named.filter((n) => !known.has(n.replace(/_(bucket|sum|count)$/, '')));
    expect(named.length).toBeGreaterThan(15);
    expect(unknown).toEqual([]);
  });

  test('show every metric of our own', async () => {
    const { registry } = createMetrics();
    const own = (await registry.getMetricsAsJSON())
      .map((m) => m.name)
      .filter((n) => !/^inzagewacht_(process|nodejs)_/.test(n));
    const all = boards.map(([, text]) => text).join('');
    expect(own.length).toBeGreaterThan(15);
    expect(own.filter((name) => !all.includes(name))).toEqual([]);
  });

  test('ask the store for columns that their account may see', () => {
    const accounts = read('deploy/clickhouse/accounts.sql');
    const granted = new Map(
      [
        ...accounts.matchAll(
          /GRANT SELECT\(([^)]+)\) ON inzagewacht\.(\w+) TO inzagewacht_boards/g,
        ),
      ].map((m) => [m[2], m[1]?.split(', ')]),
    );
    const questions = boards.flatMap(([, text]) => [...(text ?? '').matchAll(/"rawSql": "(.*)"/g)]);
    expect(questions.length).toBeGreaterThan(4);
    for (const [, sql = ''] of questions) {
      const table = /FROM (\w+)/.exec(sql)?.[1] ?? '';
      const columns = ['actor', 'subject', 'alert', 'sealed', 'object', 'case_ref', 'session'];
      expect(granted.has(table)).toBe(true);
      expect(columns.filter((c) => new RegExp(`\\b${c}\\b`).test(sql))).toEqual([]);
    }
  });
});

test('the accounts of ClickHouse cover every table of the migrations', () => {
  const folder = join(ROOT, 'storage/migrations');
  const tables = readdirSync(folder).flatMap((name) =>
    [...readFileSync(join(folder, name), 'utf8').matchAll(/CREATE TABLE IF NOT EXISTS (\w+)/g)].map(
      (m) => m[1] ?? '',
    ),
  );
  const accounts = read('deploy/clickhouse/accounts.sql');
  const written = tables.filter(
    (t) => !new RegExp(`INSERT.* ON inzagewacht\\.${t} `).test(accounts),
  );
  expect(tables.length).toBeGreaterThan(8);
  expect(written).toEqual([]);
});
