import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const SELF = 'test/architecture.test.ts';

/** Which room may import which others; a room always may import itself. */
const ROOMS: Record<string, readonly string[]> = {
  domain: [],
  ingest: ['domain'],
  reference: ['domain'],
  detectors: ['domain'],
  pipeline: ['domain', 'ingest', 'detectors'],
  storage: ['domain'],
  review: ['domain'],
  evidence: ['domain'],
  api: ['domain', 'review', 'evidence'],
  dashboards: ['api', 'domain'],
  simulation: ['domain', 'ingest', 'detectors', 'pipeline'],
  cli: [
    ...['domain', 'ingest', 'reference', 'detectors', 'pipeline', 'storage'],
    ...['review', 'evidence', 'api', 'simulation'],
  ],
};
/** Which rooms may import which library. A library that is not here belongs nowhere yet. */
const LIBRARIES: Record<string, readonly string[]> = {
  '@clickhouse/client': ['storage'],
  '@expo-google-fonts/noto-sans': ['evidence'],
  '@fastify/cookie': ['api'],
  '@fastify/helmet': ['api'],
  '@fastify/rate-limit': ['api'],
  '@fastify/static': ['api'],
  '@fastify/swagger': ['api'],
  chdb: ['storage'],
  '@tanstack/react-query': ['dashboards'],
  '@tanstack/react-router': ['dashboards'],
  '@tanstack/react-virtual': ['dashboards'],
  '@utrecht/component-library-react': ['dashboards'],
  '@vitejs/plugin-react': ['dashboards'],
  'cli-progress': ['cli'],
  commander: ['cli'],
  'csv-parse': ['ingest', 'reference', 'simulation'],
  fastify: ['api'],
  'fastify-type-provider-zod': ['api'],
  fzstd: ['ingest'],
  i18next: ['dashboards'],
  jose: ['api'],
  kafkajs: ['ingest'],
  lz4js: ['ingest'],
  nodemailer: ['api'],
  'openid-client': ['api'],
  pdfkit: ['evidence'],
  pg: ['ingest'],
  pino: ['cli'],
  'prom-client': ['api', 'cli'],
  react: ['dashboards'],
  'react-dom': ['dashboards'],
  'react-i18next': ['dashboards'],
  'simple-statistics': ['detectors', 'simulation'],
  snappyjs: ['ingest'],
  uplot: ['dashboards'],
  vite: ['dashboards'],
  yaml: ['cli', 'ingest', 'reference'],
  yazl: ['evidence'],
  zod: Object.keys(ROOMS),
};
const MAX_LINES = 400;
/** Goes to receivers as one file without imports of its own, so it cannot be split. */
const ONE_FILE = 'evidence/verify/verify.mjs';
const LICENCES = new Set([
  ...['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'EUPL-1.2'],
  ...['BlueOak-1.0.0', 'Python-2.0', 'CC0-1.0', 'MPL-2.0', 'MIT-0', 'Unlicense'],
  // For fonts: binds the font files alone.
  'OFL-1.1',
]);
/** Packages that state no licence in their manifest but ship its text. */
const READ_LICENCES: Record<string, string> = { 'node_modules/png-js': 'MIT' };

// Files of the checkout, new ones included: a rule must bite before the commit, not after it.
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => statSync(join(ROOT, file || '.'), { throwIfNoEntry: false })?.isFile());
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const roomOf = (file: string): string => file.split('/')[0] ?? '';
const isCode = (file: string): boolean => /\.(ts|tsx|mjs)$/.test(file);
const sources = files.filter((file) => isCode(file) && roomOf(file) in ROOMS);

type Import = { file: string; to: string };
const IMPORT = /(?:^|\s)(?:import|export)\s(?:[^'";]*?\sfrom\s)?'([^']+)'|\bimport\('([^']+)'\)/g;
const imports: Import[] = sources.flatMap((file) =>
  [...read(file).matchAll(IMPORT)].map((m) => ({ file, to: m[1] ?? m[2] ?? '' })),
);
const isLocal = ({ to }: Import): boolean => to.startsWith('.');
const libraryOf = ({ to }: Import): string =>
  to
    .split('/')
    .slice(0, to.startsWith('@') ? 2 : 1)
    .join('/');
const say = ({ file, to }: Import): string => `${file} imports ${to}`;

describe('rooms', () => {
  test('the imports are found at all', () => {
    expect(imports.length).toBeGreaterThan(100);
    expect(imports).toContainEqual({ file: 'cli/main.ts', to: 'commander' });
  });

  test('a room imports only the rooms it may', () => {
    const wrong = imports.filter(isLocal).filter(({ file, to }) => {
      const from = roomOf(file);
      const target = roomOf(normalize(join(dirname(file), to)));
      return target !== from && !ROOMS[from]?.includes(target);
    });
    expect(wrong.map(say)).toEqual([]);
  });

  test('a library stays in its room', () => {
    const wrong = imports
      .filter((i) => !isLocal(i) && !isBuiltin(i.to))
      .filter((i) => !LIBRARIES[libraryOf(i)]?.includes(roomOf(i.file)));
    expect(wrong.map(say)).toEqual([]);
  });

  test('the words of the domain need nothing but zod and node:crypto', () => {
    const wrong = imports.filter((i) => roomOf(i.file) === 'domain' && !isLocal(i));
    expect(wrong.filter((i) => !['zod', 'node:crypto'].includes(i.to)).map(say)).toEqual([]);
  });

  test('every dependency has a room', () => {
    const { dependencies, optionalDependencies } = JSON.parse(read('package.json')) as Record<
      string,
      Record<string, string>
    >;
    const declared = Object.keys({ ...dependencies, ...optionalDependencies });
    expect(declared.filter((name) => !(name in LIBRARIES))).toEqual([]);
  });

  test('every dependency has an exact version', () => {
    const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
    const all = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
      Object.entries(manifest[kind] ?? {}),
    );
    expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  test('scripts run before anything is installed', () => {
    const wrong = files
      .filter((file) => /^scripts\/.*\.mjs$/.test(file))
      .flatMap((file) => [...read(file).matchAll(IMPORT)].map((m) => ({ file, to: m[1] ?? '' })))
      .filter((i) => !isLocal(i) && !i.to.startsWith('node:'));
    expect(wrong.map(say)).toEqual([]);
  });

  test('nothing writes to the console outside of the command line', () => {
    const wrong = sources.filter(
      (file) => !/^(cli|simulation\/bench-)/.test(file) && /\bconsole\./.test(read(file)),
    );
    expect(wrong).toEqual([]);
  });

  test('Europe/Amsterdam lives in domain/time.ts alone', () => {
    const wrong = sources.filter(
      (file) => file !== 'domain/time.ts' && /timeZone:\s*'Europe\/Amsterdam'/.test(read(file)),
    );
    expect(wrong).toEqual([]);
  });
});

describe('files', () => {
  test('have names that say what is in them', () => {
    const vague = /(^|\/)(utils?|common|lib|libs|types|helpers?|misc)(\/|\.ts$)/;
    const wrong = files
      .filter((file) => isCode(file) && !file.startsWith('test/helpers/'))
      .filter((file) => vague.test(file) || /^index\./.test(basename(file)));
    expect(wrong).toEqual([]);
  });

  test(`have fewer than ${MAX_LINES} lines`, () => {
    const wrong = files
      .filter((file) => isCode(file) && file !== ONE_FILE)
      .filter((file) => read(file).split('\n').length > MAX_LINES);
    expect(wrong).toEqual([]);
  });

  test('know no machine, no registry and no tool that wrote them', () => {
    const forbidden =
      /(^|[\s"'`(=:])\/(work|root|home|Users)\/|https?:\/\/[^\s"']*(registry|artifactory|nexus|verdaccio)|\b(claude|anthropic|openai|chatgpt|copilot)\b/i;
    const wrong = files
      .filter((file) => file !== SELF && !/\.(png|gz|bin)$/.test(file))
      .flatMap((file) =>
        read(file)
          .split('\n')
          .flatMap((line, i) => (forbidden.test(line) ? [`${file}:${i + 1}`] : [])),
      );
    expect(wrong).toEqual([]);
  });
});

describe('licences', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { license?: string }>;
  };

  /** `A OR B` leaves the choice to us, `A AND B` asks for both. */
  const isAllowed = (expression: string): boolean =>
    expression
      .replace(/[()]/g, '')
      .split(' OR ')
      .some((choice) => choice.split(' AND ').every((licence) => LICENCES.has(licence.trim())));

  test('of all dependencies are open and do not bind the product', () => {
    const wrong = Object.entries(packages)
      .filter(([path]) => path !== '')
      .map(([path, { license }]) => [path, { license: license ?? READ_LICENCES[path] }] as const)
      .filter(([, { license }]) => license === undefined || !isAllowed(license))
      .map(([path, { license }]) => `${path}: ${license ?? 'none stated'}`);
    expect(Object.keys(packages).length).toBeGreaterThan(50);
    expect(wrong).toEqual([]);
  });

  test('of the product is the EUPL', () => {
    expect(read('LICENSE')).toMatch(/^European Union Public Licence\s+v\. 1\.2/i);
    expect(JSON.parse(read('package.json'))).toMatchObject({ license: 'EUPL-1.2' });
  });

  test.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0)', true],
    ['MIT AND GPL-3.0', false],
    ['GPL-3.0-only', false],
    ['SEE LICENSE IN LICENSE.md', false],
  ])('%s is judged rightly', (expression, isFine) => {
    expect(isAllowed(expression)).toBe(isFine);
  });
});
