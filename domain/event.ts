import { z } from 'zod';
import type { Token } from './token.ts';

export const ACTIONS = [
  'search',
  'view',
  'list',
  'export',
  'print',
  'create',
  'update',
  'delete',
] as const;
export const OUTCOMES = ['success', 'denied', 'error'] as const;
export const QUERY_KEYS = [
  'bsn',
  'name',
  'address',
  'plate',
  'parcel',
  'wildcard',
  'other',
] as const;
export const OBJECT_KINDS = ['case', 'address', 'vehicle', 'parcel', 'document'] as const;
export type Action = (typeof ACTIONS)[number];
export type AccessOutcome = (typeof OUTCOMES)[number];

const text = z.string().max(4096);
const id = z.string().min(1).max(256);

/** One person looked up, as the outside delivers it (contracts §3). Identities are still in clear. */
export const CanonicalEvent = z.object({
  eventId: z.string().min(1).max(128).optional(),
  requestId: id.optional(),
  occurredAt: z.string().max(64),
  source: z.object({
    system: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/),
    instance: z.string().max(128).optional(),
    sequence: z.int().min(0).optional(),
  }),
  actor: z
    .object({
      id,
      kind: z.enum(['person', 'system']).optional(),
      unit: z.string().max(256).optional(),
      roles: z.array(z.string().max(256)).max(64).optional(),
    })
    .nullish(),
  action: z.enum(ACTIONS),
  outcome: z.enum(OUTCOMES).optional(),
  subject: z
    .object({
      scheme: z.enum(['bsn', 'local']),
      id,
      municipality: z.string().max(128).optional(),
    })
    .nullish(),
  object: z.object({ kind: z.enum(OBJECT_KINDS), id }).nullish(),
  query: z.object({ key: z.enum(QUERY_KEYS), resultCount: z.int().min(0).optional() }).nullish(),
  fields: z.array(z.string().max(256)).max(1000).optional(),
  purpose: z
    .object({ code: text.optional(), caseRef: text.optional(), text: text.optional() })
    .nullish(),
  emergency: z.boolean().optional(),
  /** Part of a processing that the person must not hear of yet, or no longer so: `isLifted`. */
  confidential: z.object({ processing: id.optional(), isLifted: z.boolean().optional() }).nullish(),
  device: z
    .object({ ip: z.string().max(128).optional(), host: z.string().max(256).optional() })
    .nullish(),
  sessionId: z.string().max(256).optional(),
  traceId: z.string().max(128).optional(),
  spanId: z.string().max(128).optional(),
});
export type CanonicalEvent = z.infer<typeof CanonicalEvent>;

/**
 * An event after tokenising: the only form that detection and storage see. Instants are epoch
 * milliseconds; free text, session and network names are gone or tokens.
 */
export type AuditEvent = {
  eventId: string;
  requestId: Token | null;
  occurredAt: number;
  system: string;
  instance: string;
  sequence: number | null;
  actor: { token: Token; kind: 'person' | 'system'; unit: string } | null;
  action: Action;
  outcome: AccessOutcome;
  subject: Token | null;
  subjectMunicipality: string;
  object: { kind: (typeof OBJECT_KINDS)[number]; token: Token } | null;
  queryKey: (typeof QUERY_KEYS)[number] | null;
  resultCount: number | null;
  fields: string[];
  caseRef: Token | null;
  emergency: boolean;
  host: Token | null;
  session: Token | null;
  /** The time is a date only (midnight, no milliseconds known): no hour may be read from it. */
  isDateOnly: boolean;
  /** Left out where the source says nothing of it, which is nearly everywhere. */
  confidential?: { processing: Token | null; isLifted: boolean };
};
