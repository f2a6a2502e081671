import { z } from 'zod';
import { TriageState } from '../../domain/review.ts';
import { SEVERITIES, TYPOLOGIES } from '../../domain/typology.ts';
import {
  freeText,
  Id,
  Identified,
  Instant,
  Limit,
  Paging,
  page,
  Reason,
  ReviewerRef,
  Sequence,
  Texts,
} from './shapes.ts';

export const Typology = z.enum(TYPOLOGIES).meta({ id: 'Typology' });
export const Severity = z.enum(SEVERITIES).meta({ id: 'Severity' });
export const Verdict = z
  .enum(['unexplained', 'explained', 'explained-later', 'cannot-judge'])
  .meta({ id: 'Verdict' });

export const AlertReason = z
  .object({
    detector: z.string(),
    code: z.string(),
    observed: z.number(),
    expected: z.number().nullable(),
    unit: z.string(),
    comparedWith: z.string(),
    text: Texts,
  })
  .meta({ id: 'AlertReason' });

/** What people have done with an alert so far. */
const review = {
  status: TriageState,
  sequence: Sequence,
  assignee: ReviewerRef.nullable(),
  dueAt: Instant.nullable(),
  /** The cases it is linked to. */
  caseIds: z.array(z.string()),
  /** Hidden by this suppression; shown all the same when `isSample`. */
  suppressionId: z.string().nullable(),
  isSample: z.boolean(),
};

/** A line of the queue. */
export const AlertSummary = z
  .object({
    alertId: z.string(),
    typology: Typology,
    severity: Severity,
    score: z.number(),
    ...review,
    actor: Identified.nullable(),
    /** Unit of the official, when known. */
    unit: z.string(),
    subjectCount: z.int(),
    firstEventAt: Instant,
    lastEventAt: Instant,
    openedAt: Instant,
    eventCount: z.int(),
    explanation: Verdict,
    /** The strongest reason; all of them are in the detail. */
    reason: Texts,
    /** Its source calls a lookup of it confidential: shown to nobody outside the inquiry. */
    isConfidential: z.boolean(),
  })
  .meta({ id: 'AlertSummary' });
export const AlertPage = z
  .object({
    items: z.array(AlertSummary),
    nextCursor: z.string().nullable(),
    /** How many match the filters, and how many of those concern the reviewer (shown to others). */
    total: z.int(),
    withheld: z.int(),
    /** For the data protection officer: how much is kept because a source calls it confidential. */
    confidential: z.object({ alerts: z.int(), lookups: z.int() }).nullable(),
  })
  .meta({ id: 'AlertPage' });

/** Contracts §5 and what people did. */
export const AlertDetail = z
  .object({
    alertId: z.string(),
    typology: Typology,
    severity: Severity,
    score: z.number(),
    ...review,
    actor: Identified.nullable(),
    unit: z.string(),
    subjects: z.array(Identified),
    firstEventAt: Instant,
    lastEventAt: Instant,
    openedAt: Instant,
    eventIds: z.array(z.string()),
    eventCount: z.int(),
    explanation: Verdict,
    reasons: z.array(AlertReason),
    versions: z.object({
      config: z.string(),
      reference: z.string(),
      detectors: z.record(z.string(), z.number()),
    }),
    /** States that triage may go to from here. */
    next: z.array(TriageState),
    isConfidential: z.boolean(),
  })
  .meta({ id: 'AlertDetail' });

const many = <T extends z.ZodType>(item: T) =>
  z.union([item, z.array(item).max(30)]).transform((v) => (Array.isArray(v) ? v : [v]));
export const AlertQuery = z.strictObject({
  ...Paging,
  /** Repeatable. `new` and `in-review` when left out and `all` is not set. */
  status: many(TriageState).optional(),
  typology: many(Typology).optional(),
  severity: many(Severity).optional(),
  detector: z.string().max(64).optional(),
  unit: z.string().max(256).optional(),
  assignee: z.union([z.literal('me'), z.literal('nobody'), Id]).optional(),
  caseId: Id.optional(),
  explanation: Verdict.optional(),
  openedFrom: Instant.optional(),
  openedTo: Instant.optional(),
  suppressed: z.enum(['without', 'only', 'with']).default('without'),
  sort: z.enum(['rank', '-openedAt', 'openedAt', '-score', 'dueAt']).default('rank'),
});
export const AlertParams = z.strictObject({ alertId: Id });

export const Triage = z.strictObject({
  state: TriageState,
  reason: Reason,
  /** For `explained`: which data was missing, so that it can be delivered next time. */
  missingData: freeText(1, 500).optional(),
  /** Instead of `If-Match`, for clients that cannot set it. */
  sequence: Sequence.optional(),
});
export const Assignment = z.strictObject({
  assignee: Id.nullable(),
  dueAt: Instant.nullable().default(null),
  sequence: Sequence.optional(),
});
export const BulkTriage = z.strictObject({
  alerts: z
    .array(z.strictObject({ alertId: Id, sequence: Sequence }))
    .min(1)
    .max(100),
  state: TriageState,
  reason: Reason,
});
/** Each alert by itself: one that changed meanwhile stops no other. */
export const BulkResult = z
  .object({
    items: z.array(
      z.object({
        alertId: z.string(),
        isDone: z.boolean(),
        /** Code of the problem when not done. */
        code: z.string().nullable(),
        sequence: z.int().nullable(),
      }),
    ),
  })
  .meta({ id: 'BulkResult' });

/** One lookup of an alert, in tokens. */
export const Lookup = z
  .object({
    eventId: z.string(),
    occurredAt: Instant,
    system: z.string(),
    instance: z.string(),
    actor: Identified.nullable(),
    unit: z.string(),
    action: z.string(),
    outcome: z.string(),
    subject: Identified.nullable(),
    subjectMunicipality: z.string(),
    queryKey: z.string().nullable(),
    resultCount: z.int().nullable(),
    fields: z.array(z.string()),
    hasCaseRef: z.boolean(),
    isEmergency: z.boolean(),
    /** Part of what the alert is about, or beside it. */
    isInAlert: z.boolean(),
    /** Its source calls it confidential, and has not lifted that. */
    isConfidential: z.boolean(),
  })
  .meta({ id: 'Lookup' });
export const LookupPage = page(Lookup, 'LookupPage');
export const LookupQuery = z.strictObject({
  ...Paging,
  /** `alert`: its own events; `around`: everything this official did on those days. */
  scope: z.enum(['alert', 'around']).default('alert'),
});

/** Earlier alerts that look alike, and how they ended: the memory of the reviewers. */
export const SimilarAlerts = z
  .object({
    items: z.array(
      z.object({
        alertId: z.string(),
        typology: Typology,
        severity: Severity,
        status: TriageState,
        openedAt: Instant,
        score: z.number(),
        likeness: z.number(),
        /** same-official, same-person, same-unit, same-detector */
        because: z.array(z.enum(['same-official', 'same-person', 'same-unit', 'same-detector'])),
        reason: Texts,
      }),
    ),
    /** Of closed alerts of this typology: how many ended in which state. */
    outcomes: z.record(z.string(), z.int()),
  })
  .meta({ id: 'SimilarAlerts' });
export const SimilarQuery = z.strictObject({ limit: Limit });
