import { createHash, createPublicKey, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { signerFromSeed } from '../../../evidence/signing.ts';
import { openStatement, signStatement } from '../../../evidence/statement.ts';

const TYPE = 'application/vnd.inzagewacht.coverage+json';
const signer = signerFromSeed(Buffer.alloc(32, 1));
const other = signerFromSeed(Buffer.alloc(32, 2));
const envelope = signStatement(TYPE, { b: 1, a: ['x'] }, signer);
const text = JSON.stringify(envelope);

test('a statement is signed as the standard says, checked here by hand', () => {
  const payload = Buffer.from(envelope.payload, 'base64');
  expect(payload.toString()).toBe('{"a":["x"],"b":1}');
  const signed = Buffer.from(`DSSEv1 ${TYPE.length} ${TYPE} ${payload.length} ${payload}`);
  const key = createPublicKey(envelope.publicKey);
  const sig = Buffer.from(envelope.signatures[0]?.sig ?? '', 'base64');
  expect(verify(null, signed, key, sig)).toBe(true);
  const der = key.export({ type: 'spki', format: 'der' });
  expect(envelope.signatures[0]?.keyid).toBe(createHash('sha256').update(der).digest('hex'));
});

test('it opens with its key, and says whether the key was known', () => {
  expect(openStatement(text, null)).toMatchObject({
    ...{ document: { a: ['x'], b: 1 }, isKnownKey: null, fingerprint: signer.fingerprint },
  });
  expect(openStatement(text, signer.fingerprint.toUpperCase()).isKnownKey).toBe(true);
});

test.each([
  ['another text', { ...envelope, payload: Buffer.from('{"a":["y"]}').toString('base64') }],
  ['another type', { ...envelope, payloadType: 'application/vnd.inzagewacht.retention+json' }],
  ['the key of another', { ...envelope, publicKey: other.publicPem }],
  ['a key that is none', { ...envelope, publicKey: 'no key' }],
  ['no signature', { ...envelope, signatures: [] }],
  ['one more field', { ...envelope, note: 'trust me' }],
  ['no statement at all', 'hello'],
])('%s is refused', (_what, forged) => {
  expect(() => openStatement(JSON.stringify(forged), null)).toThrow('not accepted');
});

test('a whole statement by another key is refused where the key is known', () => {
  const forged = JSON.stringify(signStatement(TYPE, { a: 1 }, other));
  expect(openStatement(forged, null).document).toEqual({ a: 1 });
  expect(() => openStatement(forged, signer.fingerprint)).toThrow('another key');
});
