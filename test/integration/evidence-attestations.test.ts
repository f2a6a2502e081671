// Seal and time stamp over a package, by an authority that openssl plays.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPackage } from '../../evidence/package/build.ts';
import { seal } from '../../evidence/seal.ts';
import { timestamp, timestampOverHttp } from '../../evidence/timestamp.ts';
import { verifyPackage } from '../../evidence/verify/verify.mjs';
import { aCaseFile, aSigner } from '../helpers/evidence.ts';
import { anAuthority, lacks, run } from '../helpers/evidence-tools.ts';

import { rebuild } from '../helpers/rebuild-package.ts';

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

const read = (dir: string, path: string): string => readFileSync(join(dir, path), 'utf8');
const codes = (dir: string, options: Parameters<typeof verifyPackage>[1] = ours): string[] => [
  ...new Set(verifyPackage(dir, options).findings.map(({ code }) => code)),
];

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
