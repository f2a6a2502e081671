import { z } from 'zod';
import { Ground, WATCH_MOST_DAYS, WATCH_STATES } from '../../domain/review.ts';
import { Lookup } from './alerts.ts';
import {
  freeText,
  Id,
  Instant,
  Motivation,
  Paging,
  page,
  Reason,
  ReviewerRef,
  Sequence,
  TokenText,
} from './shapes.ts';

/** An order to look at what one official looks up, for a set time; told afterwards, always. */
export const Watch = z
  .object({
    watchId: z.string(),
    caseId: z.string(),
    state: z.enum(WATCH_STATES),
    sequence: Sequence,
    actor: z.string(),
    ground: Ground,
    protocolArticle: z.string(),
    dpiaReference: z.string(),
    reason: z.string(),
    days: z.int(),
    requestedAt: Instant,
    requestedBy: ReviewerRef,
    approvals: z.array(z.object({ by: ReviewerRef, role: z.string(), at: Instant })),
    from: Instant.nullable(),
    until: Instant.nullable(),
    /** The task of telling the official; nothing but telling ends it. */
    disclosure: z.object({
      state: z.enum(['not-yet', 'due', 'postponed', 'overdue', 'done', 'not-needed']),
      dueAt: Instant.nullable(),
      informedAt: Instant.nullable(),
      how: z.string().nullable(),
    }),
    /** Whether the caller could be one of the two who agree. */
    mayApprove: z.boolean(),
  })
  .meta({ id: 'Watch' });
export const WatchPage = page(Watch, 'WatchPage');
export const WatchQuery = z.strictObject({ ...Paging, state: z.enum(WATCH_STATES).optional() });
export const WatchParams = z.strictObject({ watchId: Id });
export const NewWatch = z.strictObject({
  actor: TokenText,
  ground: Ground,
  protocolArticle: freeText(1, 200),
  /** The DPIA of this very inquiry. */
  dpiaReference: freeText(1, 256),
  days: z.int().min(1).max(WATCH_MOST_DAYS),
  reason: Motivation,
});
export const Disclose = z.strictObject({
  sequence: Sequence.optional(),
  informedAt: Instant,
  how: freeText(3, 500),
  reason: Reason,
});
export const Postpone = z.strictObject({
  sequence: Sequence.optional(),
  until: Instant,
  reason: Reason,
});
export const WatchLookups = z
  .object({ watchId: z.string(), lookups: z.array(Lookup), isCut: z.boolean() })
  .meta({ id: 'WatchLookups' });

export const Task = z
  .object({
    taskId: z.string(),
    kind: z.enum(['breach', 'tell-watched-official', 'hearing-unanswered', 'closing-undecided']),
    step: z.string(),
    objectId: z.string(),
    caseId: z.string().nullable(),
    dueAt: Instant,
    isOverdue: z.boolean(),
    to: z.array(z.string()),
  })
  .meta({ id: 'Task' });
export const Tasks = z.object({ items: z.array(Task) }).meta({ id: 'Tasks' });
