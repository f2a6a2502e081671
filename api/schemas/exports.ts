import { z } from 'zod';
import { RequestState } from '../../domain/review.ts';
import { Id, Instant, Motivation, Paging, page, ReviewerRef, Sequence } from './shapes.ts';

/** An evidence package of one case: asked by one, agreed by another, then made. */
export const Export = z
  .object({
    exportId: z.string(),
    caseId: z.string(),
    state: RequestState,
    /** Of the package itself, once agreed. */
    job: z.enum(['waiting', 'running', 'done', 'failed']),
    sequence: Sequence,
    identities: z.enum(['token', 'revealed']),
    reason: z.string(),
    requestedAt: Instant,
    requestedBy: ReviewerRef,
    decidedAt: Instant.nullable(),
    expiresAt: Instant,
    /** Of the packed file: SHA-256 and size, once made. */
    sha256: z.string().nullable(),
    sizeBytes: z.int().nullable(),
    mayApprove: z.boolean(),
  })
  .meta({ id: 'Export' });
export const ExportPage = page(Export, 'ExportPage');
export const ExportQuery = z.strictObject({
  ...Paging,
  state: RequestState.optional(),
  caseId: Id.optional(),
});
export const ExportParams = z.strictObject({ exportId: Id });
export const NewExport = z.strictObject({
  /** `revealed` needs an open reveal of the case and covers its tokens alone. */
  identities: z.enum(['token', 'revealed']).default('token'),
  reason: Motivation,
});
