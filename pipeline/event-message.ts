import type { AuditEvent } from '../domain/event.ts';

/** An event between ingest and detection, with the SHA-256 (128 bits, hex) of its raw line. */
export type StoredEvent = { event: AuditEvent; lineSha256: string };

/** Changes when a field of AuditEvent does; an older detect process then stops rather than guess. */
const FORMAT = 1;

/** One event as a message. */
export const toEventMessage = ({ event, lineSha256 }: StoredEvent): string =>
  JSON.stringify([FORMAT, lineSha256, event]);

/** The event of a message that `toEventMessage` made, or null for anything else. */
export function fromEventMessage(value: Buffer): StoredEvent | null {
  let message: unknown;
  try {
    message = JSON.parse(value.toString('utf8'));
  } catch {
    return null;
  }
  if (!Array.isArray(message) || message[0] !== FORMAT || typeof message[1] !== 'string')
    return null;
  // Written by our own ingest behind the same format number; only what a lane would trip over is checked.
  const event = message[2] as AuditEvent | null;
  const isEvent =
    typeof event?.eventId === 'string' &&
    typeof event.system === 'string' &&
    Number.isSafeInteger(event.occurredAt);
  return isEvent ? { event, lineSha256: message[1] } : null;
}
