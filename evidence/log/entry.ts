import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson, type Json } from '../canonical-json.ts';

/** Types of entries, as OCSF type ids (class × 100 + activity 99, other). */
export const ENTRY_TYPES = {
  /** Datastore Activity: a batch of lookups as they came in. */
  events: 600_599,
  /** Incident Finding: something a person did in review. */
  record: 200_599,
} as const;
/** The chain of ingested batches; every other chain holds records of people. */
export const EVENTS_CHAIN = 'events';

/** OCSF fingerprint object: SHA-256 (3) over JCS (2), in hex (1). */
const Fingerprint = z.object({
  algorithm_id: z.literal(3),
  serialization_id: z.literal(2),
  encoding_id: z.literal(1),
  value: z.string().regex(/^[0-9a-f]{64}$/),
});
const hex = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * One link of a chain, in the names of OCSF's record-integrity profile. It holds commitments, never
 * data: erasing what it speaks of leaves it whole. `time` is RFC 3339 UTC.
 */
export const LogEntry = z.object({
  uid: z.string().max(128),
  type_uid: z.union([z.literal(ENTRY_TYPES.events), z.literal(ENTRY_TYPES.record)]),
  time: z.string(),
  authority_uid: z.string(),
  chain_uid: z.string().max(64),
  sequence: z.int().min(0),
  /** Root over the rows of a batch, or the keyed commitment to one record. */
  commitment: hex,
  /** Rows under the commitment. */
  count: z.int().min(1),
  prev_event: z.object({ uid: z.string(), type_uid: z.int(), fingerprint: Fingerprint }).optional(),
  fingerprint: Fingerprint,
});
export type LogEntry = z.infer<typeof LogEntry>;
export type EntryDraft = Pick<LogEntry, 'uid' | 'type_uid' | 'time' | 'commitment' | 'count'>;

/** The bytes under a fingerprint: the whole entry, `prev_event` included, its own fingerprint left out. */
export const signedBytes = (entry: Omit<LogEntry, 'fingerprint'>): Buffer => {
  const { fingerprint: _, ...rest } = entry as LogEntry;
  // Optional members of zod types admit `undefined`, which the canonical form leaves out.
  return Buffer.from(canonicalJson(rest as unknown as Json));
};

export const fingerprintOf = (entry: Omit<LogEntry, 'fingerprint'>): LogEntry['fingerprint'] => ({
  algorithm_id: 3,
  serialization_id: 2,
  encoding_id: 1,
  value: createHash('sha256').update(signedBytes(entry)).digest('hex'),
});

/** The next link after `previous` (null: the first of its chain). */
export function linkEntry(
  draft: EntryDraft,
  chain: { authority: string; name: string },
  previous: LogEntry | null,
): LogEntry {
  const entry: Omit<LogEntry, 'fingerprint'> = {
    ...draft,
    authority_uid: chain.authority,
    chain_uid: chain.name,
    sequence: previous === null ? 0 : previous.sequence + 1,
    ...(previous === null
      ? {}
      : {
          prev_event: {
            uid: previous.uid,
            type_uid: previous.type_uid,
            fingerprint: previous.fingerprint,
          },
        }),
  };
  return { ...entry, fingerprint: fingerprintOf(entry) };
}
