import { z } from 'zod';
import {
  Ground,
  RevealReason,
  RevealState,
  SuppressionReason,
  SuppressionState,
} from '../../domain/review.ts';
import { Typology } from './alerts.ts';
import {
  freeText,
  Id,
  Instant,
  Motivation,
  Paging,
  page,
  ReviewerRef,
  Sequence,
  TokenText,
} from './shapes.ts';

/** A request to see who is behind tokens of one case; who agreed stands in its history. */
export const Reveal = z
  .object({
    revealId: z.string(),
    caseId: z.string(),
    state: RevealState,
    sequence: Sequence,
    tokens: z.array(z.string()),
    reasonCode: RevealReason,
    text: z.string(),
    ground: Ground,
    protocolArticle: z.string(),
    requestedAt: Instant,
    requestedBy: ReviewerRef,
    approvedAt: Instant.nullable(),
    expiresAt: Instant.nullable(),
    views: z.int(),
    /** Whether the caller could be the second person: another person, another role, no tie. */
    mayApprove: z.boolean(),
  })
  .meta({ id: 'Reveal' });
export const RevealPage = page(Reveal, 'RevealPage');
export const RevealQuery = z.strictObject({
  ...Paging,
  state: RevealState.optional(),
  caseId: Id.optional(),
});
export const RevealParams = z.strictObject({ revealId: Id });
export const NewReveal = z.strictObject({
  tokens: z.array(TokenText).min(1).max(50),
  reasonCode: RevealReason,
  text: Motivation,
  ground: Ground,
  protocolArticle: freeText(1, 200),
});
/** The identities, once asked for: each asking is a line of the review log. */
export const RevealView = z
  .object({
    revealId: z.string(),
    caseId: z.string(),
    /** Who sees it and when: drawn over the screen. */
    watermark: z.string(),
    expiresAt: Instant,
    identities: z.array(
      z.object({
        token: z.string(),
        /** Null: the vault does not know the token, or no longer. */
        id: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'RevealView' });

export const SuppressionScope = z
  .strictObject({
    /** At least one of the three; all that are set must fit. */
    actor: TokenText.optional(),
    unit: freeText(1, 256).optional(),
    detector: z.string().max(64).optional(),
    typology: Typology,
  })
  .meta({ id: 'SuppressionScope' });
export const Suppression = z
  .object({
    suppressionId: z.string(),
    state: SuppressionState,
    sequence: Sequence,
    scope: SuppressionScope,
    reasonCode: SuppressionReason,
    text: z.string(),
    requestedAt: Instant,
    requestedBy: ReviewerRef,
    expiresAt: Instant,
    /** Longer than 30 days: waits for a second person. */
    needsApproval: z.boolean(),
    approvedAt: Instant.nullable(),
    /** Alerts it hides, and of those the share that is shown all the same. */
    hidden: z.int(),
    samples: z.int(),
    mayApprove: z.boolean(),
  })
  .meta({ id: 'Suppression' });
export const SuppressionPage = page(Suppression, 'SuppressionPage');
export const SuppressionQuery = z.strictObject({ ...Paging, state: SuppressionState.optional() });
export const SuppressionParams = z.strictObject({ suppressionId: Id });
export const NewSuppression = z.strictObject({
  scope: SuppressionScope,
  reasonCode: SuppressionReason,
  text: Motivation,
  expiresAt: Instant,
});
