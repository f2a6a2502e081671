import { crc32 } from 'node:zlib';
import type { Message } from './source.ts';

/** magic (4), body length (4), CRC-32 of the body (4), instant (8), length of headers (4); then the body. */
const HEAD_BYTES = 24;
const MAGIC = 0x495a5731; // "IZW1"
const MAGIC_BYTES = Buffer.from([0x49, 0x5a, 0x57, 0x31]);
/** Longer than any message that is taken: a length above it is not a length. */
const MAX_BODY_BYTES = 67_108_864;

/** A record found in bytes: where, how long, and its message once the position of the bytes is known. */
export type Found = { start: number; size: number; message(base: number): Message };

/** One message with its headers as it lies in the spool. */
export function encodeRecord(
  value: Buffer,
  headers: Readonly<Record<string, string>>,
  at: number,
): Buffer {
  const names = Buffer.from(JSON.stringify(headers));
  const record = Buffer.allocUnsafe(HEAD_BYTES + names.length + value.length);
  names.copy(record, HEAD_BYTES);
  value.copy(record, HEAD_BYTES + names.length);
  record.writeUInt32BE(MAGIC, 0);
  record.writeUInt32BE(names.length + value.length, 4);
  record.writeBigInt64BE(BigInt(at), 12);
  record.writeUInt32BE(names.length, 20);
  record.writeUInt32BE(crc32(record.subarray(12)), 8);
  return record;
}

/** The record at `start`, null when it goes on beyond the bytes, undefined when there is none. */
function recordAt(bytes: Buffer, start: number): Found | null | undefined {
  const rest = bytes.length - start;
  if (rest < HEAD_BYTES) return null;
  if (bytes.readUInt32BE(start) !== MAGIC) return undefined;
  const body = bytes.readUInt32BE(start + 4);
  const nameBytes = bytes.readUInt32BE(start + 20);
  if (body > MAX_BODY_BYTES || nameBytes > body) return undefined;
  const size = HEAD_BYTES + body;
  if (rest < size) return null;
  const whole = bytes.subarray(start + 12, start + size);
  if (crc32(whole) !== bytes.readUInt32BE(start + 8)) return undefined;
  const names = start + HEAD_BYTES;
  return {
    start,
    size,
    message: (base) => ({
      position: base + start,
      key: null,
      headers: JSON.parse(bytes.toString('utf8', names, names + nameBytes)) as Record<
        string,
        string
      >,
      value: bytes.subarray(names + nameBytes, start + size),
      at: Number(bytes.readBigInt64BE(start + 12)),
    }),
  };
}

/**
 * Records in `bytes`, and how many bytes they and the damage between them took. Damaged bytes are passed
 * over to the next good record; a record that goes on beyond the bytes is left for later, or counts as
 * damage when the bytes are the whole rest of a segment.
 */
export function decodeRecords(bytes: Buffer, isWhole: boolean): { records: Found[]; used: number } {
  const records: Found[] = [];
  let at = 0;
  while (at < bytes.length) {
    const found = recordAt(bytes, at);
    if (found) {
      records.push(found);
      at += found.size;
      continue;
    }
    if (found === null && !isWhole) break;
    const next = bytes.indexOf(MAGIC_BYTES, at + 1);
    // The first bytes of a next record may stand at the very end.
    const beyond = isWhole ? bytes.length : Math.max(at + 1, bytes.length - 3);
    at = next < 0 ? beyond : next;
  }
  return { records, used: at };
}
