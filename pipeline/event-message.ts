import type { AuditEvent } from '../domain/event.ts';
import type { Token } from '../domain/token.ts';

/** An event between ingest and detection, with the SHA-256 (128 bits, hex) of its raw line. */
export type StoredEvent = { event: AuditEvent; lineSha256: string };

/** Changes when a field of AuditEvent does; an older detect process then stops rather than guess. */
const FORMAT = 2;
/** Named every field; such messages may still lie in a topic when a newer process reads it. */
const NAMED_FORMAT = 1;

/** An event without the names of its fields, which would be half of a message, in this order. */
type Fields = [
  eventId: string,
  requestId: Token | null,
  occurredAt: number,
  system: string,
  instance: string,
  sequence: number | null,
  actor: [token: Token, kind: 'person' | 'system', unit: string] | null,
  action: AuditEvent['action'],
  outcome: AuditEvent['outcome'],
  subject: Token | null,
  subjectMunicipality: string,
  object: [kind: NonNullable<AuditEvent['object']>['kind'], token: Token] | null,
  queryKey: AuditEvent['queryKey'],
  resultCount: number | null,
  fields: string[],
  caseRef: Token | null,
  emergency: 0 | 1,
  host: Token | null,
  session: Token | null,
  isDateOnly: 0 | 1,
  confidential?: NonNullable<AuditEvent['confidential']>,
];

/** One event as a message. */
export function toEventMessage({ event: e, lineSha256 }: StoredEvent): string {
  const { actor, object } = e;
  const fields: Fields = [
    ...([e.eventId, e.requestId, e.occurredAt, e.system, e.instance, e.sequence] as const),
    actor === null ? null : [actor.token, actor.kind, actor.unit],
    ...([e.action, e.outcome, e.subject, e.subjectMunicipality] as const),
    object === null ? null : [object.kind, object.token],
    ...([e.queryKey, e.resultCount, e.fields, e.caseRef, e.emergency ? 1 : 0] as const),
    ...([e.host, e.session, e.isDateOnly ? 1 : 0] as const),
  ];
  if (e.confidential !== undefined) fields.push(e.confidential);
  return JSON.stringify([FORMAT, lineSha256, fields]);
}

// By index and without spreads: this runs for every event, twice.
const fromFields = (f: Fields): AuditEvent => ({
  eventId: f[0],
  requestId: f[1],
  occurredAt: f[2],
  system: f[3],
  instance: f[4],
  sequence: f[5],
  actor: f[6] === null ? null : { token: f[6][0], kind: f[6][1], unit: f[6][2] },
  action: f[7],
  outcome: f[8],
  subject: f[9],
  subjectMunicipality: f[10],
  object: f[11] === null ? null : { kind: f[11][0], token: f[11][1] },
  queryKey: f[12],
  resultCount: f[13],
  fields: f[14],
  caseRef: f[15],
  emergency: f[16] === 1,
  host: f[17],
  session: f[18],
  isDateOnly: f[19] === 1,
  ...(f[20] === undefined ? {} : { confidential: f[20] }),
});

/** The event of a message that `toEventMessage` made, or null for anything else. */
export function fromEventMessage(value: Buffer): StoredEvent | null {
  let message: unknown;
  try {
    message = JSON.parse(value.toString('utf8'));
  } catch {
    return null;
  }
  if (!Array.isArray(message) || typeof message[1] !== 'string') return null;
  const [format, lineSha256, body] = message as [unknown, string, unknown];
  // Written by our own ingest behind the same format number; only what a lane would trip over is checked.
  const event =
    format === FORMAT && Array.isArray(body) && body.length >= 20
      ? fromFields(body as unknown as Fields)
      : format === NAMED_FORMAT
        ? (body as AuditEvent | null)
        : null;
  const isEvent =
    typeof event?.eventId === 'string' &&
    typeof event.system === 'string' &&
    Number.isSafeInteger(event.occurredAt);
  return isEvent ? { event, lineSha256 } : null;
}
