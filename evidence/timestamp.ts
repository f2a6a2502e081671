import { createHash, randomBytes } from 'node:crypto';
import { AppError } from '../domain/errors.ts';

/** DER (X.690), the few types that RFC 3161 asks of a client. */
function der(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const size: number[] = [];
  for (let n = body.length; n > 0; n = Math.floor(n / 256)) size.unshift(n % 256);
  const head = body.length < 128 ? [body.length] : [0x80 | size.length, ...size];
  return Buffer.concat([Buffer.of(tag, ...head), body]);
}
const SEQUENCE = 0x30;
const INTEGER = 0x02;
/** AlgorithmIdentifier of SHA-256 (2.16.840.1.101.3.4.2.1) with NULL parameters. */
const SHA256 = Buffer.from('300d06096086480165030402010500', 'hex');
const TRUE = Buffer.of(0x01, 0x01, 0xff);

/** Asks for a time stamp over `data`: a TimeStampReq (RFC 3161 §2.4.1) with nonce and certReq. */
export function timestampRequest(data: Buffer, nonce: Buffer = randomBytes(8)): Buffer {
  const imprint = createHash('sha256').update(data).digest();
  // A leading zero keeps the nonce a positive INTEGER; minimal, since the first byte is not zero.
  const number = Buffer.concat([Buffer.of(0, (nonce[0] ?? 0) | 0x80), nonce.subarray(1)]);
  return der(
    SEQUENCE,
    der(INTEGER, Buffer.of(1)),
    der(SEQUENCE, SHA256, der(0x04, imprint)),
    der(INTEGER, number),
    TRUE,
  );
}

type Value = { tag: number; body: Buffer; end: number };
function readValue(bytes: Buffer, at: number): Value {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined) throw unreadable();
  const count = first < 0x80 ? 0 : first & 0x7f;
  if (count > 4 || first === 0x80) throw unreadable();
  const size = count === 0 ? first : bytes.readUIntBE(at + 2, count);
  const start = at + 2 + count;
  if (start + size > bytes.length) throw unreadable();
  return { tag, body: bytes.subarray(start, start + size), end: start + size };
}
const unreadable = (): AppError =>
  new AppError(
    'ERR_EVIDENCE_TIMESTAMP',
    'The answer of the time stamp service is no RFC 3161 answer.',
  );

/**
 * Checks a TimeStampResp (RFC 3161 §2.4.2): granted, and over this data with this request's nonce.
 * Whose clock it was is for `openssl ts -verify` with the authority's certificate. Throws
 * ERR_EVIDENCE_TIMESTAMP otherwise.
 */
export function checkTimestampResponse(answer: Buffer, data: Buffer, request: Buffer): Buffer {
  const response = readValue(answer, 0);
  if (response.tag !== SEQUENCE || response.end !== answer.length) throw unreadable();
  const status = readValue(response.body, 0);
  const code = readValue(status.body, 0);
  const granted = code.tag === INTEGER && code.body.length === 1 && (code.body[0] ?? 9) <= 1;
  if (!granted)
    throw new AppError('ERR_EVIDENCE_TIMESTAMP', 'The time stamp service refused the request.', {
      status: code.body[0] ?? null,
    });
  const token = response.body.subarray(status.end);
  const imprint = createHash('sha256').update(data).digest();
  // Version, imprint, then the nonce, as a whole DER value: the token must carry it unchanged.
  const version = readValue(readValue(request, 0).body, 0);
  const asked = readValue(readValue(request, 0).body, version.end);
  const inside = readValue(request, 0).body;
  const nonce = inside.subarray(asked.end, readValue(inside, asked.end).end);
  if (!token.includes(imprint) || !token.includes(nonce))
    throw new AppError('ERR_EVIDENCE_TIMESTAMP', 'The time stamp is of something else.');
  return answer;
}

export type TimestampPort = (request: Buffer) => Promise<Buffer>;

const TIMEOUT_MS = 30_000;
/** The HTTP transport of RFC 3161 §3.4. */
export const timestampOverHttp =
  (url: string): TimestampPort =>
  async (request) => {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/timestamp-query' },
      body: new Uint8Array(request),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((cause: unknown) => {
      throw new AppError(
        'ERR_EVIDENCE_TIMESTAMP',
        'The time stamp service cannot be reached.',
        {},
        cause,
      );
    });
    if (!answer.ok)
      throw new AppError('ERR_EVIDENCE_TIMESTAMP', 'The time stamp service failed.', {
        status: answer.status,
      });
    return Buffer.from(await answer.arrayBuffer());
  };

/** A time stamp over `data`, checked; the whole answer as `openssl ts -verify -in` reads it. */
export async function timestamp(data: Buffer, port: TimestampPort): Promise<Buffer> {
  const request = timestampRequest(data);
  return checkTimestampResponse(await port(request), data, request);
}
