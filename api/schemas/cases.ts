import { z } from 'zod';
import { CaseState, Disposition, Ground, HearingState } from '../../domain/review.ts';
import { REGIMES } from '../../review/regime.ts';
import {
  freeText,
  Id,
  Identified,
  Instant,
  Motivation,
  Note,
  Paging,
  page,
  Reason,
  ReviewerRef,
  Sequence,
  TokenText,
} from './shapes.ts';

export const CaseSummary = z
  .object({
    caseId: z.string(),
    state: CaseState,
    sequence: Sequence,
    title: z.string(),
    ground: Ground,
    openedAt: Instant,
    openedBy: ReviewerRef,
    assignee: ReviewerRef.nullable(),
    dueAt: Instant.nullable(),
    alertCount: z.int(),
    /** Referred and silent: no question, mail or view for others. */
    isSilent: z.boolean(),
    /** It rests on what a source calls confidential: as closed as a silent one. */
    isConfidential: z.boolean(),
    hold: z.enum(['active', 'released']),
    disposition: Disposition.nullable(),
  })
  .meta({ id: 'CaseSummary' });
export const CasePage = page(CaseSummary, 'CasePage');

/** A neutral question to the official or the manager, and the answer word for word. */
export const Hearing = z
  .object({
    hearingId: z.string(),
    state: HearingState,
    to: z.enum(['official', 'manager']),
    question: z.object({ nl: z.string(), en: z.string() }),
    askedAt: Instant,
    askedBy: ReviewerRef,
    /** Ten working days after asking. */
    deadlineAt: Instant,
    isOverdue: z.boolean(),
    answer: z.object({ text: z.string(), receivedAt: Instant, recordedBy: ReviewerRef }).nullable(),
  })
  .meta({ id: 'Hearing' });

export const CaseDetail = z
  .object({
    ...CaseSummary.shape,
    protocolArticle: z.string(),
    regime: z.enum(REGIMES),
    reason: z.string(),
    /** Alerts linked now; those taken off are in the history. */
    alertIds: z.array(z.string()),
    /** Searches that the case began with. */
    searchIds: z.array(z.string()),
    actors: z.array(Identified),
    subjects: z.array(Identified),
    notes: z.array(Note),
    hearings: z.array(Hearing),
    /** A proposal to close that waits for a second person. */
    closing: z
      .object({
        disposition: Disposition,
        reason: z.string(),
        proposedAt: Instant,
        proposedBy: ReviewerRef,
        expiresAt: Instant,
      })
      .nullable(),
    revealIds: z.array(z.string()),
    exportIds: z.array(z.string()),
    /** Steps that the state allows, whoever asks. */
    steps: z.array(z.string()),
  })
  .meta({ id: 'CaseDetail' });

export const CaseQuery = z.strictObject({
  ...Paging,
  state: CaseState.optional(),
  assignee: z.union([z.literal('me'), z.literal('nobody'), Id]).optional(),
});
export const CaseParams = z.strictObject({ caseId: Id });
export const HearingParams = z.strictObject({ caseId: Id, hearingId: Id });

const sequence = { sequence: Sequence.optional() };
export const NewCase = z.strictObject({
  title: freeText(3, 200),
  alertIds: z.array(Id).max(100).default([]),
  /** An own search to begin with, and the officials of its result that the case is about. */
  searchId: Id.optional(),
  actors: z.array(TokenText).max(50).default([]),
  ground: Ground,
  /** Article of the organisation's own protocol for inquiries. */
  protocolArticle: freeText(1, 200),
  reason: Motivation,
});
export const LinkAlert = z.strictObject({ alertId: Id, reason: Reason, ...sequence });
export const Refer = z.strictObject({
  reason: Motivation,
  /** On advice of the authority: nobody outside the case may notice. */
  isSilent: z.boolean().default(false),
  ...sequence,
});
export const ProposeClosing = z.strictObject({
  disposition: Disposition,
  reason: Motivation,
  /** Why blame is settled without a hearing. */
  exception: freeText(30, 2_000).optional(),
  ...sequence,
});
export const Decide = z.strictObject({ reason: Reason, ...sequence });
export const AskHearing = z.strictObject({
  to: z.enum(['official', 'manager']),
  /** The day that the question is about; the events are those of the alerts linked. */
  alertId: Id,
  ...sequence,
});
export const RecordAnswer = z.strictObject({
  /** Word for word; empty is refused, silence is recorded by `noAnswer`. */
  text: freeText(1, 20_000).optional(),
  noAnswer: z.boolean().default(false),
  receivedAt: Instant.optional(),
  ...sequence,
});

/** What may not be deleted while a case runs. */
export const Hold = z
  .object({
    holdId: z.string(),
    caseId: z.string(),
    state: z.enum(['active', 'released']),
    reason: z.string(),
    placedAt: Instant,
    placedBy: ReviewerRef,
    releasedAt: Instant.nullable(),
    actors: z.array(Identified),
    /** Rows of `events` that it covers, counted when it was placed. */
    events: z.int(),
  })
  .meta({ id: 'Hold' });
export const HoldPage = page(Hold, 'HoldPage');
