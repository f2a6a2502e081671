import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../domain/errors.ts';
import type { Token } from '../domain/token.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Randomness by the page: one call to the system for 340 nonces. */
let randomPage: Buffer = Buffer.alloc(0);
function nonceOf(): Buffer {
  if (randomPage.length < NONCE_BYTES) randomPage = randomBytes(4096 - (4096 % NONCE_BYTES));
  const nonce = randomPage.subarray(0, NONCE_BYTES);
  randomPage = randomPage.subarray(NONCE_BYTES);
  return nonce;
}

/** Seals bytes with AES-256-GCM: nonce, ciphertext and tag as base64; `aad` binds them to their place. */
export function seal(key: Buffer, plain: Buffer, aad: string): string {
  const nonce = nonceOf();
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(aad));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString(
    'base64',
  );
}

/** Opens what `seal` made; throws ERR_VAULT_CORRUPT when key, place or bytes do not fit. */
export function unseal(key: Buffer, sealed: string, aad: string): Buffer {
  const bytes = Buffer.from(sealed, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES))
      .setAAD(Buffer.from(aad))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([
      decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)),
      decipher.final(),
    ]);
  } catch (cause) {
    throw new AppError(
      'ERR_VAULT_CORRUPT',
      'A sealed record does not fit its key or was changed.',
      {},
      cause,
    );
  }
}

/**
 * Overwrites the lines of these tokens where they stand, so that their bytes are gone and other processes
 * can go on appending; the line that is left begins with `#`.
 */
function blot(path: string, tokens: ReadonlySet<string>): number {
  const bytes = readFileSync(path);
  const fd = openSync(path, 'r+');
  let blotted = 0;
  try {
    for (let start = 0; start < bytes.length; ) {
      const found = bytes.indexOf(0x0a, start);
      const end = found < 0 ? bytes.length : found;
      const tab = bytes.indexOf(0x09, start);
      if (tab > start && tab < end && tokens.has(bytes.toString('utf8', start, tab))) {
        writeSync(fd, Buffer.alloc(end - start, '#'), 0, end - start, start);
        blotted++;
      }
      start = end + 1;
    }
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  return blotted;
}

/** The one way back from a token to an identity. Detection never opens it. */
export type Vault = {
  remember(token: Token, identity: string): void;
  /** Writes what was remembered and waits for the disk. */
  flush(): void;
  /** Every token that it knows. */
  tokens(): Iterable<Token>;
  /**
   * Erases what is behind these tokens, on the disk and here; nobody can tell any more whom they meant.
   * Gives how many there were.
   */
  forget(tokens: ReadonlySet<Token>): number;
  /** The identity behind a token (`scheme:id` for persons, the account for officials), or null. */
  reveal(token: Token): string | null;
  close(): void;
};

/**
 * Append-only files of `token TAB sealed identity` lines, one per writing process (`writer`), all of them
 * read. A torn last line, as a crash leaves it, is cut off on opening: its token is remembered again when
 * the source is read again.
 */
export function openVault(dir: string, key: Buffer, writer = 'identities'): Vault {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const file = join(dir, `${writer}.tsv`);
  const sealed = new Map<string, string>();
  /** How far each file was read, up to its last whole line. */
  const readUpTo = new Map<string, number>();
  const readFiles = (): void => {
    for (const name of readdirSync(dir).filter((f) => f.endsWith('.tsv'))) {
      const path = join(dir, name);
      const from = readUpTo.get(path) ?? 0;
      if (statSync(path).size <= from) continue;
      const bytes = readFileSync(path).subarray(from);
      const whole = bytes.lastIndexOf(0x0a) + 1;
      for (const line of bytes.toString('utf8', 0, whole).split('\n')) {
        const tab = line.indexOf('\t');
        if (tab > 0) sealed.set(line.slice(0, tab), line.slice(tab + 1));
      }
      readUpTo.set(path, from + whole);
    }
  };
  readFiles();
  const end = readUpTo.get(file) ?? 0;
  const fd = openSync(file, 'a', 0o600);
  if (end < fstatSync(fd).size) ftruncateSync(fd, end);
  let pending: string[] = [];
  const flush = (): void => {
    if (pending.length === 0) return;
    const bytes = Buffer.from(pending.join(''));
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
    fsyncSync(fd);
    pending = [];
  };
  return {
    remember(token, identity) {
      if (sealed.has(token)) return;
      const record = seal(key, Buffer.from(identity), token);
      sealed.set(token, record);
      pending.push(`${token}\t${record}\n`);
    },
    flush,
    tokens() {
      readFiles();
      return sealed.keys() as MapIterator<Token>;
    },
    forget(tokens) {
      flush();
      let forgotten = 0;
      for (const name of readdirSync(dir).filter((f) => f.endsWith('.tsv')))
        forgotten += blot(join(dir, name), tokens);
      for (const token of tokens) sealed.delete(token);
      return forgotten;
    },
    reveal(token) {
      // Other processes write too: a token that is not known yet may have come since.
      if (!sealed.has(token)) readFiles();
      const record = sealed.get(token);
      return record === undefined ? null : unseal(key, record, token).toString('utf8');
    },
    close() {
      flush();
      closeSync(fd);
    },
  };
}
