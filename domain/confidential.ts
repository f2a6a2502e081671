import type { AuditEvent } from './event.ts';
import type { Token } from './token.ts';

/**
 * What a source said about the confidentiality of one event: it belongs to an inquiry that the person
 * must not hear of, or that inquiry is over. A processing is what several events are part of.
 */
export type ConfidentialMark = {
  system: string;
  eventId: string;
  occurredAt: number;
  /** Null when the source names none: the mark then holds for this event alone. */
  processing: Token | null;
  isLifted: boolean;
};

/** What an event's source said about it, or nothing. */
export const confidentialMark = ({
  system,
  eventId,
  occurredAt,
  confidential,
}: AuditEvent): ConfidentialMark[] =>
  confidential === undefined ? [] : [{ system, eventId, occurredAt, ...confidential }];

/** A lookup that its source calls confidential now: said, and not lifted since. */
export type OpenMark = { system: string; eventId: string; occurredAt: number };

/** Since when an event is confidential, and when that was lifted; epoch ms of our own clock. */
export type Confidential = { from: number; liftedAt: number | null };
