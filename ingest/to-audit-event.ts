import { createHash } from 'node:crypto';
import type { AuditEvent } from '../domain/event.ts';
import type { Tokenizer } from '../domain/token.ts';
import type { ParsedEvent } from './formats/format.ts';

/** Id of an event without one: SHA-256 over source system and the line, 128 bits as base64url. */
const derivedId = (system: string, line: Buffer): string =>
  `d-${createHash('sha256').update(system).update('\0').update(line).digest().toString('base64url', 0, 16)}`;

/**
 * A parsed event to the only form that may be stored: ids become tokens, free text, names and
 * network addresses go. The raw line serves the id of events that bring none; `part` tells apart
 * several events of one line.
 */
export function toAuditEvent(
  { event, occurredAt, isDateOnly }: ParsedEvent,
  line: Buffer,
  part: number,
  tokens: Tokenizer,
): AuditEvent {
  const { actor, subject, object, query, purpose, device, source, confidential } = event;
  const { system } = source;
  const host = device?.host ?? device?.ip;
  const caseRef = purpose?.caseRef;
  return {
    eventId: event.eventId ?? derivedId(system, line) + (part === 0 ? '' : `-${part}`),
    requestId: event.requestId === undefined ? null : tokens.object('request', event.requestId),
    occurredAt,
    system,
    instance: source.instance ?? '',
    sequence: source.sequence ?? null,
    actor: actor
      ? { token: tokens.actor(actor.id), kind: actor.kind ?? 'person', unit: actor.unit ?? '' }
      : null,
    action: event.action,
    outcome: event.outcome ?? 'success',
    subject: subject ? tokens.subject(subject.scheme, subject.id) : null,
    subjectMunicipality: subject?.municipality ?? '',
    object: object ? { kind: object.kind, token: tokens.object(object.kind, object.id) } : null,
    queryKey: query?.key ?? null,
    resultCount: query?.resultCount ?? null,
    fields: event.fields ?? [],
    caseRef: caseRef ? tokens.object('case', caseRef) : null,
    emergency: event.emergency ?? false,
    host: host ? tokens.object('host', host) : null,
    session: event.sessionId ? tokens.object('session', event.sessionId) : null,
    isDateOnly,
    ...(confidential && {
      confidential: {
        processing: confidential.processing
          ? tokens.object('processing', confidential.processing)
          : null,
        isLifted: confidential.isLifted ?? false,
      },
    }),
  };
}
