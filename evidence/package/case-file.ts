import { z } from 'zod';
import { ACTIONS, OBJECT_KINDS, OUTCOMES, QUERY_KEYS } from '../../domain/event.ts';
import { LogEntry } from '../log/entry.ts';

const instant = z.iso.datetime({ precision: 3 });
const token = z.string().regex(/^[aso]\.\d+\.[A-Za-z0-9_-]{22}$/);
const text = z.string().max(4096);

/** What a referral is about: looked at, passed on, or paid for. Each asks for another duty. */
export const REFERRAL_KINDS = ['viewed', 'passed-on', 'paid'] as const;
export const ReferralKind = z.enum(REFERRAL_KINDS);
export type ReferralKind = z.infer<typeof ReferralKind>;

/** A stored event, all fields, ids as tokens; times are RFC 3339 UTC with milliseconds. */
export const EvidenceEvent = z.strictObject({
  eventId: z.string(),
  requestId: token.nullable(),
  occurredAt: instant,
  system: z.string(),
  instance: z.string(),
  sequence: z.int().nullable(),
  actor: z.strictObject({ token, kind: z.enum(['person', 'system']), unit: z.string() }).nullable(),
  action: z.enum(ACTIONS),
  outcome: z.enum(OUTCOMES),
  subject: token.nullable(),
  subjectMunicipality: z.string(),
  object: z.strictObject({ kind: z.enum(OBJECT_KINDS), token }).nullable(),
  queryKey: z.enum(QUERY_KEYS).nullable(),
  resultCount: z.int().nullable(),
  fields: z.array(z.string()),
  caseRef: token.nullable(),
  emergency: z.boolean(),
  host: token.nullable(),
  session: token.nullable(),
  isDateOnly: z.boolean(),
});
export type EvidenceEvent = z.infer<typeof EvidenceEvent>;

/** Place of an event in the transparency log, and the salt that opens its commitment. */
const EventProof = z.strictObject({
  batch: z.string(),
  position: z.int().min(0),
  salt: z.string().regex(/^[0-9a-f]{32}$/),
});
export const EvidenceRow = z.strictObject({
  event: EvidenceEvent,
  /** First 128 bits of the SHA-256 of the original line, as stored on arrival. */
  lineSha256: z.string().regex(/^[0-9a-f]{32}$/),
  /** One of the lookups that the alerts are about; others are there to compare with. */
  isEpisode: z.boolean(),
  /** The original line, when it was kept. It goes into the package only as far as the reveal covers. */
  line: z
    .strictObject({
      source: z.string(),
      lineNumber: z.int().min(0),
      offset: z.int().min(0),
      bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
    })
    .nullable(),
  proof: EventProof.nullable(),
});
export type EvidenceRow = z.infer<typeof EvidenceRow>;

/**
 * Something a person did about the case; `uid` and `salt` bind `record` to the log. Of a step of review
 * the record names the fingerprint, and `step` is the text that has it (SHA-256 over canonical JSON).
 */
export const CustodyRecord = z.strictObject({
  uid: z.string().nullable(),
  salt: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .nullable(),
  time: instant,
  record: z.looseObject({ kind: z.string() }),
  step: z.record(z.string(), z.unknown()).nullable(),
});
export type CustodyRecord = z.infer<typeof CustodyRecord>;

const Period = { from: instant.nullable(), to: instant.nullable() };
/** The events of a case in order of time; read twice, so that they need not all be in memory. */
export type RowSource = () => Iterable<EvidenceRow> | AsyncIterable<EvidenceRow>;

/**
 * Everything else a package is made from, as plain data: the same case file and rows give the same
 * bytes. What is not known is null or an empty list, and the report says so; nothing is filled in.
 */
export const CaseFile = z.strictObject({
  version: z.literal(1),
  caseId: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
  /** The instant that the package speaks of: that of the approval, not of the clock. */
  preparedAt: instant,
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  organisation: z.strictObject({ name: text, contact: text }),
  ground: z.strictObject({ code: z.string(), article: text, text }),
  referral: z.strictObject({ kinds: z.array(ReferralKind), note: text }),
  /** Neither the official nor those not named in the case may learn of it. */
  isSilent: z.boolean(),
  approval: z.strictObject({
    requestedBy: text,
    requestedAt: instant,
    approvedBy: text,
    approvedAt: instant,
    reason: text,
    /** Tokens whose identity the second person agreed to show. */
    covers: z.array(token),
  }),
  /** Whom the alerts are about; empty when that is a person and several officials. */
  officials: z.array(token),
  /** Clear ids of covered tokens; of nobody else. */
  identities: z.record(z.string(), z.string()),
  /** How account and person were matched, and what was not established. */
  identityResolution: z.array(text),
  authorisations: z.array(z.strictObject({ what: text, source: text, ...Period })),
  roster: z.array(z.strictObject({ what: text, ...Period })),
  alerts: z.array(z.looseObject({ alertId: z.string(), eventIds: z.array(z.string()) })),
  /** What was looked for to explain the lookups, found or not. */
  explanation: z.array(
    z.strictObject({
      source: text,
      lookedFor: text,
      isAvailable: z.boolean(),
      found: z.int().min(0),
    }),
  ),
  baseline: z.strictObject({
    ...Period,
    peerGroup: z.strictObject({ name: text, officials: z.int().nullable() }),
    numbers: z.array(
      z.strictObject({
        name: text,
        observed: z.number(),
        usual: z.number().nullable(),
        unit: text,
      }),
    ),
  }),
  exculpatory: z.array(text),
  limitations: z.array(text),
  gaps: z.array(z.strictObject({ system: z.string(), ...Period, reason: text })),
  clocks: z.array(
    z.strictObject({ system: z.string(), offsetMs: z.number().nullable(), source: text }),
  ),
  custody: z.array(CustodyRecord),
  log: z.strictObject({
    note: z.string(),
    size: z.int().min(0),
    /** Checkpoints signed before, oldest first. */
    checkpoints: z.array(z.string()),
    entries: z.array(z.strictObject({ index: z.int().min(0), entry: LogEntry })),
    hashes: z.array(z.string()),
    batches: z.array(z.strictObject({ uid: z.string(), hashes: z.array(z.string()) })),
  }),
});
export type CaseFile = z.infer<typeof CaseFile>;
