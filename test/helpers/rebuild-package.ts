import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Signer } from '../../evidence/signing.ts';

/** Makes every manifest fit what lies in the folder, and signs with `by` when given. */
export function rebuild(dir: string, by?: Signer): void {
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
  const info = readFileSync(join(dir, 'bag-info.txt'), 'utf8').replace(
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

/** Verifies the signature of the package in the working directory. */
export const OPENSSL_VERIFY = [
  ...['pkeyutl', '-verify', '-pubin', '-inkey', 'signatures/signer-ed25519.pub.pem', '-rawin'],
  ...['-in', 'tagmanifest-sha256.txt', '-sigfile', 'signatures/tagmanifest-sha256.txt.ed25519'],
];
