import { hkdfSync, randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '../domain/errors.ts';
import type { Namespace } from '../domain/token.ts';

const KEY_BYTES = 32;

/**
 * Reads the master key (32 bytes as 64 hex digits) or, with `create`, makes it with mode 0600.
 * Throws ERR_KEY_FILE when it is missing, malformed or readable by others.
 */
export function loadMasterKey(file: string, create: boolean): Buffer {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT' || !create)
      throw new AppError(
        'ERR_KEY_FILE',
        `The master key file ${file} cannot be read.`,
        { file },
        cause,
      );
    return createMasterKey(file);
  }
  if (!/^[0-9a-f]{64}$/i.test(text))
    throw new AppError('ERR_KEY_FILE', `The master key file ${file} must hold 64 hex digits.`, {
      file,
    });
  if ((statSync(file).mode & 0o077) !== 0)
    throw new AppError('ERR_KEY_FILE', `Others can read ${file}: run chmod 600 on it first.`, {
      file,
    });
  return Buffer.from(text, 'hex');
}

function createMasterKey(file: string): Buffer {
  const key = randomBytes(KEY_BYTES);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // wx: two processes starting at once must not each believe in their own key.
  const fd = openSync(file, 'wx', 0o600);
  writeSync(fd, `${key.toString('hex')}\n`);
  fsyncSync(fd);
  closeSync(fd);
  return key;
}

/** A key for one purpose, by HKDF-SHA-256 with tenant, purpose and epoch in `info`. */
export const deriveKey = (
  master: Buffer,
  tenant: string,
  purpose: Namespace | 'vault' | 'signing',
  epoch: number,
): Buffer =>
  Buffer.from(
    hkdfSync('sha256', master, '', `inzagewacht/${tenant}/${purpose}/${epoch}`, KEY_BYTES),
  );
