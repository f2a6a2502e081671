import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ACCESS } from '../../api/access.ts';
import { createMetrics } from '../../cli/metrics.ts';
import { ENVIRONMENT } from '../../cli/server-settings.ts';
import { loadSettings } from '../../cli/settings.ts';
import { VERSION } from '../../domain/product.ts';
import { ROLES } from '../../domain/review.ts';

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
  command?: string[];
  networks?: unknown;
  ports?: string[];
};
type Realm = {
  realm: string;
  groups: { name: string }[];
  clients: {
    clientId: string;
    secret: string;
    redirectUris: string[];
    attributes: Record<string, string>;
    protocolMappers: { config: Record<string, string> }[];
  }[];
  components: Record<string, { config: Record<string, string[]> }[]>;
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
/** Read by Node.js: authorities besides those of the system. */
const OF_NODE = ['NODE_EXTRA_CA_CERTS'];

describe('docker-compose.yml', () => {
  test('sets only variables that the program reads', () => {
    const names = ours.flatMap(([, s]) => Object.keys(s.environment ?? {}));
    const known = new Set([...Object.keys(ENVIRONMENT), ...OWN_VARIABLES, ...OF_NODE]);
    const unknown = names.filter((n) => !known.has(n));
    expect(new Set(names).size).toBeGreaterThan(8);
    expect(unknown).toEqual([]);
  });

  test('pins every image to a version', () => {
    const loose = services.filter(([, s]) => !/:v?\d+\.\d+/.test(s.image ?? ''));
    expect(loose.map(([name]) => name)).toEqual([]);
    expect(read('docker-compose.yml')).not.toMatch(/:latest\b/);
  });

  test('and every other place name the release that this source is', () => {
    expect(JSON.parse(read('package.json')).version).toBe(VERSION);
    expect(parse(read('publiccode.yml')).softwareVersion).toBe(VERSION);
    expect(compose.services['api']?.image).toBe(`inzagewacht:${VERSION}`);
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

describe('sign-in', () => {
  const { oidc } = loadSettings(join(ROOT, 'deploy/review/settings.yaml'), {});
  const realm = JSON.parse(read('deploy/keycloak/inzagewacht-realm.json')) as Realm;
  const client = realm.clients.find((c) => c.clientId === oidc?.clientId);
  const { api, keycloak } = compose.services;

  test('takes its settings from a file that `api` is given', () => {
    expect(api?.command?.join(' ')).toContain('--config /settings/settings.yaml');
    expect(api?.volumes).toContain('./deploy/review:/settings:ro');
    expect(keycloak?.volumes).toContain('./deploy/keycloak:/opt/keycloak/data/import:ro');
    expect(oidc?.clientSecretFile).toBe('/run/secrets/oidc_client');
    expect(api?.secrets).toContain('oidc_client');
  });

  test('finds the provider where it stands, by one name for browser and service', () => {
    const issuer = new URL(oidc?.issuer ?? '');
    expect(issuer.pathname).toBe(`/realms/${realm.realm}`);
    expect(keycloak?.environment?.['KC_HOSTNAME']).toBe(issuer.origin);
    expect(keycloak?.networks).toMatchObject({ inner: { aliases: [issuer.hostname] } });
    expect(keycloak?.ports).toContain(`127.0.0.1:${issuer.port}:${issuer.port}`);
    expect(read('deploy/secrets.sh')).toContain(`DNS:${issuer.hostname}`);
  });

  test('is allowed back to the addresses of our service, and to no other', () => {
    const back = new URL(oidc?.redirectUri ?? '').pathname;
    expect(client?.redirectUris).toEqual([oidc?.redirectUri]);
    const paths = Object.values(ACCESS).map((a) => `/v1${a.url}`);
    expect(paths).toContain(back);
    const logout = new URL(client?.attributes['backchannel.logout.url'] ?? '');
    expect(paths).toContain(logout.pathname);
    expect(api?.command).toContain(logout.port);
  });

  test('gives every role, from groups and claims that the provider sends', () => {
    expect(Object.values(oidc?.roles ?? {}).sort()).toEqual([...ROLES].sort());
    expect(Object.keys(oidc?.roles ?? {}).sort()).toEqual(realm.groups.map((g) => g.name).sort());
    const sent = client?.protocolMappers.map((m) => m.config['claim.name']);
    expect(sent).toEqual([oidc?.rolesClaim, oidc?.personClaim]);
    const [profile] = realm.components['org.keycloak.userprofile.UserProfileProvider'] ?? [];
    const { attributes } = JSON.parse(profile?.config['kc.user.profile.config']?.[0] ?? '{}') as {
      attributes: { name: string; permissions: { edit: string[] } }[];
    };
    // Four eyes rest on it: who signs in must not be able to change it.
    expect(attributes.find((a) => a.name === oidc?.personClaim)?.permissions.edit).toEqual([
      'admin',
    ]);
  });

  test('holds no secret in the realm, and admits no password but through its own page', () => {
    expect(client?.secret).toMatch(/^\$\{INZAGEWACHT_CLIENT_SECRET\}$/);
    expect(read('docker-compose.yml')).toContain(
      'INZAGEWACHT_CLIENT_SECRET="$$(cat /run/secrets/keycloak_client)"',
    );
    expect(client).toMatchObject({
      ...{ publicClient: false, directAccessGrantsEnabled: false, implicitFlowEnabled: false },
    });
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
