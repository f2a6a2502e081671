import { z } from 'zod';
import { TriageState } from '../../domain/review.ts';
import { Typology } from './alerts.ts';
import { Id, Instant, Paging, page, ReviewerRef } from './shapes.ts';

const Coverage = z.object({
  system: z.string(),
  events: z.int(),
  explained: z.int(),
  withTeam: z.int(),
  unexplained: z.int(),
  cannotJudge: z.int(),
});

/** What the data protection officer watches: does the control work, and is it fair. No group under 5. */
export const Statistics = z
  .object({
    from: Instant,
    to: Instant,
    coverage: z.array(Coverage),
    /** Explained lookups over those that can be judged, 0 to 1; null when none can. */
    explainedShare: z.number().nullable(),
    detectors: z.array(
      z.object({
        detector: z.string(),
        typology: Typology.nullable(),
        alerts: z.int(),
        judged: z.int(),
        /** Suspicion or work practice over judged. */
        right: z.int(),
        detectorErrors: z.int(),
        /** Wilson 95 % interval of right / judged; null when fewer than 5 are judged. */
        precision: z.object({ low: z.number(), value: z.number(), high: z.number() }).nullable(),
      }),
    ),
    states: z.array(z.object({ state: TriageState, alerts: z.int() })),
    /** From opened to decided, in hours. */
    timeToDecide: z.object({
      decided: z.int(),
      medianHours: z.number().nullable(),
      p90Hours: z.number().nullable(),
      overdue: z.int(),
    }),
    reveals: z.object({
      requested: z.int(),
      granted: z.int(),
      refused: z.int(),
      views: z.int(),
      open: z.int(),
    }),
    suppressions: z.object({ active: z.int(), hidden: z.int(), samples: z.int() }),
    refusals: z.object({ samePerson: z.int(), conflictOfInterest: z.int(), notAllowed: z.int() }),
    cases: z.object({ open: z.int(), referred: z.int(), closed: z.int() }),
  })
  .meta({ id: 'Statistics' });
export const StatisticsQuery = z.strictObject({ from: Instant.optional(), to: Instant.optional() });

/** Who did or read what. Kept apart from the objects themselves, chained per writer. */
export const ReviewLogEntry = z
  .object({
    chain: z.string(),
    sequence: z.int(),
    at: Instant,
    by: ReviewerRef.nullable(),
    role: z.string(),
    operation: z.string(),
    objectKind: z.string(),
    objectIds: z.array(z.string()),
    /** `asked` before the effect of a write; the status afterwards. */
    outcome: z.string(),
    status: z.int().nullable(),
    /** Code of the refusal. */
    code: z.string().nullable(),
    requestId: z.string(),
    fingerprint: z.string(),
  })
  .meta({ id: 'ReviewLogEntry' });
export const ReviewLogPage = page(ReviewLogEntry, 'ReviewLogPage');
export const ReviewLogQuery = z.strictObject({
  ...Paging,
  by: Id.optional(),
  operation: z.string().max(64).optional(),
  objectId: Id.optional(),
  from: Instant.optional(),
  to: Instant.optional(),
  onlyRefused: z.stringbool().default(false),
});

/** The chains recomputed: the first place where they do not fit, if any. */
export const ChainCheck = z
  .object({
    isIntact: z.boolean(),
    checkedAt: Instant,
    entries: z.int(),
    chains: z.int(),
    faults: z.array(
      z.object({
        chain: z.string(),
        sequence: z.int(),
        reason: z.enum(['changed', 'missing', 'broken-link', 'cut-off']),
      }),
    ),
  })
  .meta({ id: 'ChainCheck' });
