import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '../domain/errors.ts';

const run = promisify(execFile);

/**
 * A CAdES-BES signature (detached, DER) by the organisation's seal certificate, through `openssl cms`.
 * RSA or P-256: openssl 3.0 is weak with Ed25519 certificates. Throws ERR_EVIDENCE_SEAL when openssl
 * is absent or refuses certificate or key.
 */
export async function seal(
  data: Buffer,
  files: { certificate: string; key: string },
): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'inzagewacht-seal-'));
  try {
    const input = join(folder, 'data');
    const out = join(folder, 'signature');
    writeFileSync(input, data);
    await run('openssl', [
      ...['cms', '-sign', '-binary', '-cades', '-md', 'sha256', '-outform', 'DER'],
      ...['-in', input, '-signer', files.certificate, '-inkey', files.key, '-out', out],
    ]);
    return readFileSync(out);
  } catch (cause) {
    throw new AppError(
      'ERR_EVIDENCE_SEAL',
      'The seal could not be made: openssl must be installed, and certificate and key must fit.',
      {},
      cause,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
