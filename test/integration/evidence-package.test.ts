import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPackage } from '../../evidence/package/build.ts';
import { verifyPackage } from '../../evidence/verify/verify.mjs';
import { filesBelow } from '../helpers/cli.ts';
import { aCaseFile, aSigner, NEIGHBOUR } from '../helpers/evidence.ts';
import { bagitPy, caseValidate, lacks, run } from '../helpers/evidence-tools.ts';

import { OPENSSL_VERIFY } from '../helpers/rebuild-package.ts';

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
const CANONICAL = 'data/events/canonical.ndjson';
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
