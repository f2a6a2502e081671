import { hash } from 'node:crypto';
import { padBsn } from '../domain/bsn.ts';
import type { Namespace, Token, Tokenizer } from '../domain/token.ts';
import { deriveKey } from './keys.ts';

const TOKEN_BYTES = 16;
/** Identities repeat within a run; an HMAC costs about ten times a look in the map. */
const CACHE_LIMIT = 500_000;

const BLOCK_BYTES = 64;

/**
 * HMAC-SHA-256 (RFC 2104) by two one-shot hashes: a `createHmac` object per id costs the garbage
 * collector more than the hashing itself, and halves the events per second.
 */
function createHmacSha256(key: Buffer): (text: string) => Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  key.copy(block);
  const inner = Buffer.from(block.map((byte) => byte ^ 0x36));
  const outer = Buffer.concat([block.map((byte) => byte ^ 0x5c), Buffer.alloc(32)]);
  return (text) => {
    hash('sha256', Buffer.concat([inner, Buffer.from(text)]), 'buffer').copy(outer, BLOCK_BYTES);
    return hash('sha256', outer, 'buffer');
  };
}

/** Called once for each token made since the last `forget`, so that the vault can keep the way back. */
export type OnIdentity = (token: Token, identity: string) => void;

/**
 * Tokens of contracts §7: HMAC-SHA-256(key(tenant, namespace, epoch), scheme ":" normalised id), cut
 * to 128 bits. The same person as actor and as subject gets unrelated tokens.
 */
export function createTokenizer(
  master: Buffer,
  options: { tenant?: string; epoch?: number; onIdentity?: OnIdentity } = {},
): Tokenizer {
  const { tenant = 'default', epoch = 1, onIdentity } = options;
  const make = (namespace: Namespace) => {
    const hmac = createHmacSha256(deriveKey(master, tenant, namespace, epoch));
    const caches = new Map<string, Map<string, Token>>();
    // The raw id is the key of the map: normalising and joining would cost more than the look-up.
    return (scheme: string, raw: string, isPerson: boolean): Token => {
      let cache = caches.get(scheme);
      if (cache === undefined) {
        cache = new Map();
        caches.set(scheme, cache);
      }
      const known = cache.get(raw);
      if (known !== undefined) return known;
      const id = scheme === 'bsn' ? padBsn(raw) : raw.normalize('NFC').trim();
      const digest = hmac(`${scheme}:${id}`);
      const token =
        `${namespace}.${epoch}.${digest.toString('base64url', 0, TOKEN_BYTES)}` as Token;
      // Request ids do not come back later: keeping them would only push the others out.
      if (scheme === 'request') return token;
      if (cache.size >= CACHE_LIMIT) cache.clear();
      cache.set(raw, token);
      // Objects need no way back: the case number stands in the source's own log.
      if (isPerson) onIdentity?.(token, `${scheme}:${id}`);
      return token;
    };
  };
  const actor = make('a');
  const subject = make('s');
  const object = make('o');
  return {
    actor: (id) => actor('account', id, true),
    subject: (scheme, id) => subject(scheme, id, true),
    object: (kind, id) => object(kind, id, false),
  };
}
