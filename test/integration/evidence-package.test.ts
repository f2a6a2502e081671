// A package in the hands of a receiver: stock tools and the shipped verifier judge it, whole and attacked.
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
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPackage } from '../../evidence/package/build.ts';
import { seal } from '../../evidence/seal.ts';
import { timestamp, timestampOverHttp } from '../../evidence/timestamp.ts';
import { verifyPackage } from '../../evidence/verify/verify.mjs';
import { filesBelow } from '../helpers/cli.ts';
import { aCaseFile, aSigner, NEIGHBOUR } from '../helpers/evidence.ts';
import { anAuthority, bagitPy, caseValidate, lacks, run } from '../helpers/evidence-tools.ts';

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

/** Makes every manifest fit what lies in the folder, and signs with `by` when given. */
function rebuild(dir: string, by?: ReturnType<typeof aSigner>): void {
  const below = (folder: string): string[] =>
    readdirSync(join(dir, folder), { withFileTypes: true })
      .flatMap((e) => (e.isDirectory() ? below(`${folder}/${e.name}`) : [`${folder}/${e.name}`]))
      .sort();
  const digest = (algorithm: string, path: string): string =>
    createHash(algorithm)
      .update(readFileSync(join(dir, path)))
      .digest('hex');
  const files = below('data');
  const octets = files.reduce((sum, path) => sum + readFileSync(join(dir, path)).length, 0);
  const info = read(dir, 'bag-info.txt').replace(
    /^Payload-Oxum:.*$/m,
    `Payload-Oxum: ${octets}.${files.length}`,
  );
  writeFileSync(join(dir, 'bag-info.txt'), info);
  for (const algorithm of ['sha256', 'sha512'])
    writeFileSync(
      join(dir, `manifest-${algorithm}.txt`),
      files.map((path) => `${digest(algorithm, path)}  ${path}\n`).join(''),
    );
  const tags = ['bag-info.txt', 'bagit.txt', 'manifest-sha256.txt', 'manifest-sha512.txt'];
  const tagManifest = tags.map((path) => `${digest('sha256', path)}  ${path}\n`).join('');
  writeFileSync(join(dir, 'tagmanifest-sha256.txt'), tagManifest);
  if (by === undefined) return;
  writeFileSync(join(dir, 'signatures/signer-ed25519.pub.pem'), by.publicPem);
  writeFileSync(
    join(dir, 'signatures/tagmanifest-sha256.txt.ed25519'),
    by.sign(Buffer.from(tagManifest)),
  );
}
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

const OPENSSL_VERIFY = [
  ...['pkeyutl', '-verify', '-pubin', '-inkey', 'signatures/signer-ed25519.pub.pem', '-rawin'],
  ...['-in', 'tagmanifest-sha256.txt', '-sigfile', 'signatures/tagmanifest-sha256.txt.ed25519'],
];

describe('a whole package', () => {
  test('is genuine for who knows the key, and intact for who does not', () => {
    expect(verifyPackage(whole, ours)).toMatchObject({
      verdict: 'genuine',
      bag: 'valid',
      events: 120,
    });
    expect(verifyPackage(whole)).toMatchObject({ verdict: 'intact', signer: signer.fingerprint });
  });

  test('comes out byte for byte the same in another zone and locale', async () => {
    const { TZ, LC_ALL } = process.env;
    Object.assign(process.env, { TZ: 'Pacific/Auckland', LC_ALL: 'tr_TR.UTF-8' });
    const again = join(root, 'again');
    await buildPackage(made.caseFile, () => made.rows, again, signer);
    if (TZ === undefined) delete process.env['TZ'];
    else process.env['TZ'] = TZ;
    if (LC_ALL === undefined) delete process.env['LC_ALL'];
    else process.env['LC_ALL'] = LC_ALL;
    const [a, b] = [filesBelow(whole), filesBelow(again)];
    expect(b.map((f) => f.path.slice(again.length))).toEqual(
      a.map((f) => f.path.slice(whole.length)),
    );
    expect(a.filter((f, i) => !f.bytes.equals(b[i]?.bytes ?? Buffer.alloc(0)))).toEqual([]);
    expect(a.length).toBeGreaterThan(20);
  });

  test('shows nobody whom the approval does not cover', () => {
    const raw = filesBelow(join(whole, 'data/events/raw'));
    expect(raw).toHaveLength(1);
    // Two of three lookups are about the covered person; lines about the neighbour stay behind.
    const shown = raw[0]?.bytes.toString().trimEnd().split('\n') ?? [];
    expect(shown).toHaveLength(80);
    expect(shown.filter((line) => Number(/"seen":"(\d+)"/.exec(line)?.[1]) % 3 === 2)).toEqual([]);
    expect(
      Object.keys(JSON.parse(read(whole, 'data/context/identity.json')).identities),
    ).toHaveLength(2);
    expect(read(whole, CANONICAL)).toContain(NEIGHBOUR);
  });

  test.skipIf(lacks('openssl'))('passes sha256sum, sha512sum and openssl', () => {
    const sums = run(
      whole,
      'sha256sum',
      '--quiet',
      '-c',
      'manifest-sha256.txt',
      'tagmanifest-sha256.txt',
    );
    expect(sums).toEqual({ code: 0, output: '' });
    expect(run(whole, 'sha512sum', '--quiet', '-c', 'manifest-sha512.txt').code).toBe(0);
    expect(run(whole, 'openssl', ...OPENSSL_VERIFY).output).toContain(
      'Signature Verified Successfully',
    );
  });

  test.skipIf(lacks('bagit'))('passes bagit.py', () => {
    const judged = bagitPy(whole);
    expect(judged.output).toContain('is valid');
    expect(judged.code).toBe(0);
  });

  test.skipIf(lacks('case'))('passes SHACL validation against CASE/UCO 1.4.0', () => {
    const judged = caseValidate(whole, 'data/ontology/case.jsonld');
    expect(judged.output).toContain('Conforms: True');
    expect(judged.code).toBe(0);
    const broken = join(root, 'broken.jsonld');
    writeFileSync(
      broken,
      read(whole, 'data/ontology/case.jsonld').replaceAll('xsd:hexBinary', 'xsd:string'),
    );
    expect(caseValidate(root, broken).output).toContain('Conforms: False');
  });

  test.skipIf(lacks('qpdf', 'pdftotext'))(
    'holds a report that is sound, tagged, embedded and readable',
    () => {
      const report = 'data/report/rapport.pdf';
      expect(run(whole, 'qpdf', '--check', report)).toMatchObject({ code: 0 });
      expect(run(whole, 'pdfinfo', report).output).toMatch(/^Tagged: +yes$/m);
      const fonts = run(whole, 'pdffonts', report).output.trimEnd().split('\n').slice(2);
      expect(fonts.length).toBeGreaterThan(0);
      for (const font of fonts) expect(font).toMatch(/ yes yes yes /);
      const text = run(whole, 'pdftotext', report, '-').output;
      const order = [
        'Bewijsrapport ZAAK-2026-001',
        'VERTROUWELIJK',
        'art. 162 Sv',
        'Bekeek een familielid',
      ];
      const rest = [
        'Waarnaar is gezocht',
        'Wat voor de medewerker spreekt',
        'Beperkingen',
        'Wie deze zaak',
      ];
      const places = [...order, ...rest].map((part) => text.indexOf(part));
      expect(places).toEqual([...places].sort((a, b) => a - b));
      expect(places[0]).toBeGreaterThanOrEqual(0);
      const raw = readFileSync(join(whole, report), 'latin1');
      expect(raw).toContain('pdfaid:part>2<');
      expect(raw).toContain('/Lang (nl-NL)');
    },
  );

  test('gives the same verdict by the verifier inside it, alone', () => {
    const alone = (dir: string, ...args: string[]) =>
      run(tmpdir(), process.execPath, join(dir, 'data/verify.mjs'), ...args);
    expect(alone(whole, whole, '--fingerprint', signer.fingerprint)).toMatchObject({ code: 0 });
    expect(alone(whole).output).toContain('verdict: intact');
    const changed = aCopy();
    writeFileSync(join(changed, 'data/README.en.md'), 'other');
    const judged = alone(changed);
    expect(judged.code).toBe(1);
    expect(judged.output).toContain('verdict: invalid');
    expect(alone(changed, join(root, 'nowhere')).code).toBe(1);
  });
});

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

describe.skipIf(lacks('openssl'))('seal and time stamp', () => {
  const place = mkdtempSync(join(tmpdir(), 'inzagewacht-authority-'));
  const { openssl, certify } = anAuthority(place);
  afterAll(() => rmSync(place, { recursive: true, force: true }));
  beforeAll(() => {
    openssl(
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-days', '3650', '-subj', '/CN=ca.example.org', '-keyout', 'ca.key', '-out', 'ca.pem'],
    );
    writeFileSync(join(place, 'seal.ext'), 'keyUsage=critical,digitalSignature,nonRepudiation\n');
    writeFileSync(join(place, 'tsa.ext'), 'extendedKeyUsage=critical,timeStamping\n');
    writeFileSync(join(place, 'serial'), '01\n');
    writeFileSync(
      join(place, 'tsa.cnf'),
      '[tsa]\ndefault_tsa=t\n[t]\nserial=serial\nsigner_cert=tsa.pem\nsigner_key=tsa.key\ncerts=ca.pem\nsigner_digest=sha256\ndefault_policy=1.2.3.4\ndigests=sha256\n',
    );
    certify('seal', 'seal.ext');
    certify('tsa', 'tsa.ext');
  });
  const reply = async (request: Buffer): Promise<Buffer> => {
    writeFileSync(join(place, 'query.tsq'), request);
    return openssl('ts', '-reply', '-config', 'tsa.cnf', '-queryfile', 'query.tsq');
  };

  test('are made from outside and verified by openssl', async () => {
    const dir = join(root, 'sealed');
    const keys = { certificate: join(place, 'seal.pem'), key: join(place, 'seal.key') };
    await buildPackage(made.caseFile, () => made.rows, dir, signer, {
      attestations: [
        { file: 'tagmanifest-sha256.txt.p7s', make: (data) => seal(data, keys) },
        { file: 'tagmanifest-sha256.txt.tsr', make: (data) => timestamp(data, reply) },
      ],
    });
    const ca = join(place, 'ca.pem');
    const cms = [
      ...[
        'cms',
        '-verify',
        '-binary',
        '-cades',
        '-inform',
        'DER',
        '-purpose',
        'any',
        '-out',
        '/dev/null',
      ],
      ...[
        '-in',
        'signatures/tagmanifest-sha256.txt.p7s',
        '-content',
        'tagmanifest-sha256.txt',
        '-CAfile',
        ca,
      ],
    ];
    const ts = [
      ...['ts', '-verify', '-data', 'tagmanifest-sha256.txt', '-CAfile', ca],
      ...['-in', 'signatures/tagmanifest-sha256.txt.tsr'],
    ];
    expect(run(dir, 'openssl', ...cms)).toMatchObject({ code: 0 });
    expect(run(dir, 'openssl', ...ts).output).toContain('Verification: OK');
    expect(verifyPackage(dir, ours)).toMatchObject({ verdict: 'genuine', timestamp: 'covers' });
    // Seal and stamp stand beside the package: nothing else of it changed.
    expect(read(dir, 'tagmanifest-sha256.txt')).toBe(read(whole, 'tagmanifest-sha256.txt'));
    writeFileSync(join(dir, 'data/README.nl.md'), 'other');
    rebuild(dir, signer);
    expect(run(dir, 'openssl', ...cms).code).not.toBe(0);
    expect(run(dir, 'openssl', ...ts).code).not.toBe(0);
    expect(codes(dir)).toEqual(['timestamp']);
  });

  test('over HTTP, as a service gives them', async () => {
    const service = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (request.url !== '/tsa') response.writeHead(503).end();
        else void reply(Buffer.concat(chunks)).then((answer) => response.end(answer));
      });
    });
    await new Promise<void>((done) => service.listen(0, '127.0.0.1', done));
    const { port } = service.address() as { port: number };
    const data = Buffer.from('a checkpoint');
    const answer = await timestamp(data, timestampOverHttp(`http://127.0.0.1:${port}/tsa`));
    expect(answer.includes(createHash('sha256').update(data).digest())).toBe(true);
    await expect(
      timestamp(data, timestampOverHttp(`http://127.0.0.1:${port}/`)),
    ).rejects.toMatchObject({
      code: 'ERR_EVIDENCE_TIMESTAMP',
    });
    await new Promise((done) => service.close(done));
  });

  test('of something else, refused or no answer at all are told apart from a stamp', async () => {
    const data = Buffer.from('this');
    const refused = { code: 'ERR_EVIDENCE_TIMESTAMP' };
    const old = await timestamp(Buffer.from('that'), reply);
    await expect(timestamp(data, async () => old)).rejects.toMatchObject(refused);
    await expect(timestamp(data, async () => Buffer.from('<html>'))).rejects.toMatchObject(refused);
    await expect(
      timestamp(data, async () => Buffer.from('30053003020102', 'hex')),
    ).rejects.toMatchObject(refused);
    const replayed = await timestamp(data, reply);
    await expect(timestamp(data, async () => replayed)).rejects.toMatchObject(refused);
  });

  test('a seal that cannot be made says so', async () => {
    const files = { certificate: join(place, 'seal.pem'), key: join(place, 'tsa.key') };
    await expect(seal(Buffer.from('x'), files)).rejects.toMatchObject({
      code: 'ERR_EVIDENCE_SEAL',
    });
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
