import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { AppError } from '../domain/errors.ts';

/** DER in front of a 32-byte seed: PKCS #8 of an Ed25519 key (RFC 8410 §7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** An Ed25519 key that signs; `fingerprint` is the SHA-256 of its SubjectPublicKeyInfo, in hex. */
export type Signer = {
  publicKey: KeyObject;
  publicPem: string;
  fingerprint: string;
  sign(data: Buffer): Buffer;
};

const fromKey = (key: KeyObject): Signer => {
  const publicKey = createPublicKey(key);
  return {
    publicKey,
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    fingerprint: fingerprintOf(publicKey),
    sign: (data) => sign(null, data, key),
  };
};

/** A signer from 32 secret bytes: the same seed is always the same key. */
export function signerFromSeed(seed: Buffer): Signer {
  if (seed.length !== 32)
    throw new AppError('ERR_EVIDENCE_KEY', 'A signing seed has 32 bytes.', { size: seed.length });
  const der = Buffer.concat([PKCS8_PREFIX, seed]);
  return fromKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
}

/** A signer from a PKCS #8 PEM text. Throws ERR_EVIDENCE_KEY when it is no Ed25519 key. */
export function signerFromPem(pem: string): Signer {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch (cause) {
    throw new AppError('ERR_EVIDENCE_KEY', 'The signing key is no readable PEM.', {}, cause);
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw new AppError('ERR_EVIDENCE_KEY', 'The signing key must be an Ed25519 key.', {
      type: key.asymmetricKeyType,
    });
  return fromKey(key);
}

/** What to publish elsewhere, so that a key inside a package can be recognised as ours. */
export const fingerprintOf = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');

export const isSignedBy = (key: KeyObject, data: Buffer, signature: Buffer): boolean =>
  verify(null, data, key, signature);
