import { createHash, type KeyObject } from 'node:crypto';
import { isSignedBy, type Signer } from '../signing.ts';

/** What a checkpoint says: the root over the first `size` entries of the log named `origin`. */
export type Checkpoint = { origin: string; size: number; root: Buffer };

/** Signature type Ed25519 of the C2SP signed-note format. */
const ED25519 = 1;
const KEY_ID_BYTES = 4;

const rawKey = (key: KeyObject): Buffer =>
  key.export({ type: 'spki', format: 'der' }).subarray(-32);
/** First 4 bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key). */
const keyId = (name: string, key: KeyObject): Buffer =>
  createHash('sha256')
    .update(name)
    .update(Buffer.of(0x0a, ED25519))
    .update(rawKey(key))
    .digest()
    .subarray(0, KEY_ID_BYTES);

const body = ({ origin, size, root }: Checkpoint): string =>
  `${origin}\n${size}\n${root.toString('base64')}\n`;

/** A checkpoint as a signed note (C2SP tlog-checkpoint, signed-note), signed under the log's name. */
export function signCheckpoint(checkpoint: Checkpoint, signer: Signer): string {
  const text = body(checkpoint);
  const signature = Buffer.concat([
    keyId(checkpoint.origin, signer.publicKey),
    signer.sign(Buffer.from(text)),
  ]);
  return `${text}\n— ${checkpoint.origin} ${signature.toString('base64')}\n`;
}

/** Reads a note back, or null when its form, its origin or every signature under `key` is wrong. */
export function openCheckpoint(note: string, origin: string, key: KeyObject): Checkpoint | null {
  const match =
    /^([^\n]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n((?:[^\n]+\n)*)\n((?:— [^\n]+\n)+)$/.exec(
      note,
    );
  if (match === null || match[1] !== origin) return null;
  const text = Buffer.from(note.slice(0, note.indexOf('\n\n') + 1));
  const id = keyId(origin, key);
  const isSigned = (match[5] ?? '').split('\n').some((line) => {
    const [, name, encoded] = /^— (\S+) (\S+)$/.exec(line) ?? [];
    if (name !== origin || encoded === undefined) return false;
    const bytes = Buffer.from(encoded, 'base64');
    return (
      bytes.subarray(0, KEY_ID_BYTES).equals(id) &&
      isSignedBy(key, text, bytes.subarray(KEY_ID_BYTES))
    );
  });
  if (!isSigned) return null;
  return { origin, size: Number(match[2]), root: Buffer.from(match[3] ?? '', 'base64') };
}
