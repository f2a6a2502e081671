// Attacks on a package, by outsiders and by someone who has our key, and bags that leave their folder.
import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPackage } from '../../evidence/package/build.ts';
import { verifyPackage } from '../../evidence/verify/verify.mjs';
import { aCaseFile, aSigner } from '../helpers/evidence.ts';
import { bagitPy, lacks, run } from '../helpers/evidence-tools.ts';

import { OPENSSL_VERIFY, rebuild } from '../helpers/rebuild-package.ts';

const root = mkdtempSync(join(tmpdir(), 'inzagewacht-evidence-'));
const whole = join(root, 'whole');
const signer = aSigner();
const ours = { fingerprint: signer.fingerprint };
let made: Awaited<ReturnType<typeof aCaseFile>>;

beforeAll(async () => {
  made = await aCaseFile(120, { signer });
  await buildPackage(made.caseFile, () => made.rows, whole, signer);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

let copies = 0;
function aCopy(): string {
  const dir = join(root, `copy-${++copies}`);
  cpSync(whole, dir, { recursive: true });
  return dir;
}
const read = (dir: string, path: string): string => readFileSync(join(dir, path), 'utf8');
const codes = (dir: string, options: Parameters<typeof verifyPackage>[1] = ours): string[] => [
  ...new Set(verifyPackage(dir, options).findings.map(({ code }) => code)),
];

const CANONICAL = 'data/events/canonical.ndjson';
const lines = (dir: string, path = CANONICAL): string[] => read(dir, path).trimEnd().split('\n');
const put = (dir: string, all: readonly string[], path = CANONICAL): void =>
  writeFileSync(join(dir, path), `${all.join('\n')}\n`);
/** Gives lines new numbers and a new chain, as an attacker with time would. */
const rechain = (all: readonly string[]): string[] => {
  let prev: string | null = null;
  return all.map((line, i) => {
    const text = line
      .replace(/"prev":(null|"[0-9a-f]+")/, `"prev":${JSON.stringify(prev)}`)
      .replace(/"seq":\d+/, `"seq":${i + 1}`);
    prev = createHash('sha256').update(text).digest('hex');
    return text;
  });
};
const swapped = (all: readonly string[], a: number, b: number): string[] =>
  all.map((line, i) => (i === a ? all[b] : i === b ? all[a] : line) ?? '');

describe('an attack is found', () => {
  test('a byte changed', () => {
    const dir = aCopy();
    const report = readFileSync(join(dir, 'data/report/rapport.pdf'));
    report[1000] = (report[1000] ?? 0) ^ 1;
    writeFileSync(join(dir, 'data/report/rapport.pdf'), report);
    expect(codes(dir)).toEqual(['digest-wrong']);
    expect(run(dir, 'sha256sum', '--quiet', '-c', 'manifest-sha256.txt').code).toBe(1);
    if (!lacks('bagit')) expect(bagitPy(dir).code).not.toBe(0);
  });

  test('a byte changed and all manifests rebuilt', () => {
    const dir = aCopy();
    writeFileSync(join(dir, 'data/README.nl.md'), `${read(dir, 'data/README.nl.md')} `);
    rebuild(dir);
    expect(
      run(dir, 'sha256sum', '--quiet', '-c', 'manifest-sha256.txt', 'tagmanifest-sha256.txt').code,
    ).toBe(0);
    if (!lacks('bagit')) expect(bagitPy(dir).code).toBe(0);
    expect(codes(dir)).toEqual(['signature']);
    expect(run(dir, 'openssl', ...OPENSSL_VERIFY).code).not.toBe(0);
  });

  // From here on the attacker even has our key: what is left are chains, proofs and the log.
  test.each<[string, string[], (dir: string) => void]>([
    [
      'a row deleted',
      ['event-chain', 'hold-snapshot', 'log-proof'],
      (dir) => put(dir, lines(dir).toSpliced(5, 1)),
    ],
    [
      'a row deleted and the chain made anew',
      ['hold-snapshot', 'log-proof'],
      (dir) => put(dir, rechain(lines(dir).toSpliced(5, 1))),
    ],
    [
      'rows swapped',
      ['event-chain', 'event-order', 'hold-snapshot'],
      (dir) => put(dir, swapped(lines(dir), 5, 6)),
    ],
    [
      'rows swapped and the chain made anew',
      ['event-order', 'hold-snapshot'],
      (dir) => put(dir, rechain(swapped(lines(dir), 5, 6))),
    ],
    [
      'an event back-dated',
      ['hold-snapshot', 'event-proof'],
      (dir) =>
        put(
          dir,
          rechain(lines(dir).map((l, i) => (i === 0 ? l.replace('T08:00:00', 'T07:00:00') : l))),
        ),
    ],
    [
      'an original line changed',
      ['raw-line'],
      (dir) => {
        const [file] = readdirSync(join(dir, 'data/events/raw'));
        const path = `data/events/raw/${file}`;
        writeFileSync(join(dir, path), read(dir, path).replace('"u1"', '"u2"'));
      },
    ],
    [
      'a record of a person back-dated',
      ['custody-chain', 'custody-back-dated', 'record-proof'],
      (dir) => {
        const path = 'data/custody/custody.ndjson';
        put(
          dir,
          lines(dir, path).map((l, i) => (i === 1 ? l.replace('"time":"2026', '"time":"2025') : l)),
          path,
        );
      },
    ],
    [
      'a record of a person changed',
      ['record-proof'],
      (dir) => {
        const path = 'data/custody/custody.ndjson';
        put(
          dir,
          lines(dir, path).map((l) => l.replace('F. Gegevensbescherming', 'A. Onderzoeker')),
          path,
        );
      },
    ],
    [
      'a checkpoint replaced',
      ['log-proof'],
      (dir) => {
        const { checkpoints } = JSON.parse(read(dir, 'data/log/proofs.json'));
        writeFileSync(join(dir, 'data/log/checkpoint.txt'), checkpoints[0]);
      },
    ],
  ])('%s, by someone who has our key', (_, expected, attack) => {
    const dir = aCopy();
    attack(dir);
    rebuild(dir, signer);
    expect(codes(dir).sort()).toEqual([...expected].sort());
  });

  test('a checkpoint of another key', () => {
    const dir = aCopy();
    const note = read(dir, 'data/log/checkpoint.txt');
    writeFileSync(
      join(dir, 'data/log/checkpoint.txt'),
      note.replace(/— (\S+) .{10}/, '— $1 AAAAAAAAAA'),
    );
    rebuild(dir, signer);
    expect(codes(dir)).toEqual(['checkpoint-signature']);
  });

  test('a proof from another log', async () => {
    const other = join(root, 'other');
    const stranger = await aCaseFile(120, { signer: aSigner(9) });
    await buildPackage(stranger.caseFile, () => stranger.rows, other, aSigner(9));
    const dir = aCopy();
    cpSync(join(other, 'data/log/proofs.json'), join(dir, 'data/log/proofs.json'));
    rebuild(dir, signer);
    expect(codes(dir)).toEqual(
      expect.arrayContaining(['log-proof', 'record-proof', 'event-proof']),
    );
  });

  test('a package signed again with another key', () => {
    const dir = aCopy();
    rebuild(dir, aSigner(9));
    expect(codes(dir)).toContain('signed-by-another-key');
    // Even without knowing our key: the checkpoint inside is not of the new one.
    expect(codes(dir, {})).toEqual(['checkpoint-signature']);
  });

  test('a whole log made anew, against a checkpoint that was published', async () => {
    const published = made.caseFile.log.note;
    expect(verifyPackage(whole, { ...ours, checkpoint: published }).verdict).toBe('genuine');
    const anew = join(root, 'anew');
    const forged = await aCaseFile(119, { signer });
    await buildPackage(forged.caseFile, () => forged.rows, anew, signer);
    expect(codes(anew)).toEqual([]);
    expect(codes(anew, { ...ours, checkpoint: published })).toEqual(['checkpoint-published']);
  });

  test('signatures removed', () => {
    const dir = aCopy();
    rmSync(join(dir, 'signatures'), { recursive: true });
    expect(verifyPackage(dir, ours)).toMatchObject({ verdict: 'unsigned', bag: 'valid' });
  });

  test('a file added', () => {
    const dir = aCopy();
    writeFileSync(join(dir, 'data/extra.txt'), 'extra');
    expect(codes(dir)).toEqual(['file-unlisted', 'payload-oxum']);
  });

  test('a symbolic link, which is not followed', () => {
    const dir = aCopy();
    rmSync(join(dir, 'data/README.en.md'));
    symlinkSync('/etc/hostname', join(dir, 'data/README.en.md'));
    expect(codes(dir)).toEqual(['not-a-plain-file', 'file-missing', 'payload-oxum']);
  });

  test.each([
    '../outside.txt',
    '/etc/hostname',
    '~/x',
    'C:\\x',
    '\\\\server\\x',
    'data/../../x',
    '%HOME%/x',
  ])('a path out of the package: %s', (path) => {
    const dir = aCopy();
    const manifest = join(dir, 'manifest-sha256.txt');
    writeFileSync(manifest, `${readFileSync(manifest, 'utf8')}${'0'.repeat(64)}  ${path}\n`);
    expect(codes(dir)).toContain('path-outside');
  });

  test('a path out of the package in an event', () => {
    const dir = aCopy();
    put(
      dir,
      rechain(
        lines(dir).map((l, i) =>
          i === 0 ? l.replace(/"file":"[^"]+"/, '"file":"../../etc/passwd"') : l,
        ),
      ),
    );
    rebuild(dir, signer);
    expect(codes(dir)).toContain('events-unreadable');
  });
});

const BAGS = join(process.env['INZAGEWACHT_TESTDATA'] ?? '../shared', 'fixtures/bagit');
const verdicts = (() => {
  try {
    return JSON.parse(readFileSync(join(BAGS, 'verdicts.json'), 'utf8')) as {
      path: string;
      expected: string;
    }[];
  } catch {
    return null;
  }
})();
describe.skipIf(verdicts === null)(
  `the BagIt conformance suite${verdicts === null ? ' (skipped: no third-party data)' : ''}`,
  () => {
    const bags = join(root, 'bags');
    beforeAll(() => {
      run(root, 'mkdir', '-p', bags);
      run(root, 'tar', '-xzf', join(process.cwd(), BAGS, 'bags.tar.gz'), '-C', bags);
    });
    test.each((verdicts ?? []).map(({ path, expected }) => [path, expected]))(
      '%s is %s',
      (path, expected) => {
        // What leaves the bag on one system is refused on every system.
        const wanted = expected?.startsWith('invalid') ? 'invalid' : expected;
        expect(verifyPackage(join(bags, path ?? '')).bag).toBe(wanted);
      },
    );
    test('is there as a whole', () => {
      expect(verdicts?.length).toBeGreaterThan(20);
    });
  },
);
