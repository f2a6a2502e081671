// A signed statement: one JSON document and a signature over its bytes, as DSSE puts it (Dead Simple Signing
// Envelope, version 1.0.2). Whoever has the public key can check it with nothing but Node or openssl.
import { createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../domain/errors.ts';
import { canonicalJson, type Json } from './canonical-json.ts';
import { fingerprintOf, isSignedBy, type Signer } from './signing.ts';

export const STATEMENT_TYPES = [
  'application/vnd.inzagewacht.coverage+json',
  'application/vnd.inzagewacht.retention+json',
  'application/vnd.inzagewacht.exchange+json',
] as const;
export type StatementType = (typeof STATEMENT_TYPES)[number];

const Base64 = z.base64();
export const Envelope = z.strictObject({
  payloadType: z.enum(STATEMENT_TYPES),
  payload: Base64,
  signatures: z.array(z.strictObject({ keyid: z.string(), sig: Base64 })).min(1),
  /** Beside the envelope of the standard: the key, to be compared with the one known from elsewhere. */
  publicKey: z.string(),
});
export type Envelope = z.infer<typeof Envelope>;

/** What is signed: the "pre-authentication encoding" of type and payload. */
function encode(type: string, payload: Buffer): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/** Signs a document in its one byte form (RFC 8785). */
export function signStatement(type: StatementType, document: Json, signer: Signer): Envelope {
  const payload = Buffer.from(canonicalJson(document));
  return {
    payloadType: type,
    payload: payload.toString('base64'),
    signatures: [
      { keyid: signer.fingerprint, sig: signer.sign(encode(type, payload)).toString('base64') },
    ],
    publicKey: signer.publicPem,
  };
}

export type Opened = {
  type: StatementType;
  document: unknown;
  /** Of the key that the envelope carries. */
  fingerprint: string;
  /** The key is the one that was asked for; null when none was. */
  isKnownKey: boolean | null;
};

/** What is wrong with a statement: its form, its signature, or the key that it was made with. */
export type StatementFault = 'form' | 'signature' | 'key';
/**
 * The document of an envelope whose signature fits; `fingerprint` is that of the key one knows from
 * elsewhere, since a key inside proves nothing by itself. Throws ERR_EVIDENCE_REFUSED, with the fault among
 * its details, when the form, the signature or the key is not right.
 */
export function openStatement(text: string, fingerprint: string | null): Opened {
  const envelope = readEnvelope(text);
  const key = readKey(envelope.publicKey);
  const payload = Buffer.from(envelope.payload, 'base64');
  const signed = encode(envelope.payloadType, payload);
  const own = fingerprintOf(key);
  const isSigned = envelope.signatures.some(
    ({ keyid, sig }) => keyid === own && isSignedBy(key, signed, Buffer.from(sig, 'base64')),
  );
  if (!isSigned) throw refuse('signature', 'the signature does not fit its text');
  if (fingerprint !== null && fingerprint.toLowerCase() !== own)
    throw refuse('key', 'it is signed with another key than the one that was named');
  return {
    type: envelope.payloadType,
    document: readDocument(payload),
    ...{ fingerprint: own, isKnownKey: fingerprint === null ? null : true },
  };
}

function readEnvelope(text: string): Envelope {
  try {
    const parsed = Envelope.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw refuse('form', 'it is no signed statement');
}

function readKey(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch (cause) {
    throw refuse('form', 'its key cannot be read', cause);
  }
  if (key.asymmetricKeyType !== 'ed25519') throw refuse('form', 'its key is no Ed25519 key');
  return key;
}

function readDocument(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw refuse('form', 'what is signed is no JSON', cause);
  }
}

const refuse = (fault: StatementFault, why: string, cause?: unknown): AppError =>
  new AppError('ERR_EVIDENCE_REFUSED', `This statement is not accepted: ${why}.`, { fault }, cause);
