import { z } from 'zod';
import { RequestState } from '../../domain/review.ts';
import { Typology } from './alerts.ts';
import { Id, Instant, Motivation, Paging, page, ReviewerRef, Sequence, Texts } from './shapes.ts';

/** A line of the register that the works council reads. */
export const Detector = z
  .object({
    detectorId: z.string(),
    version: z.int(),
    title: Texts,
    detects: z.string(),
    typologies: z.array(Typology),
    maturity: z.string(),
    falsePositives: z.array(z.string()),
    knownGaps: z.array(z.string()),
    runbook: z.string(),
    isEnabled: z.boolean(),
    /** Settings in force and their JSON schema. */
    settings: z.record(z.string(), z.unknown()),
    schema: z.record(z.string(), z.unknown()),
    /** Alerts of the last 90 days: raised, judged, and of those judged how many were right. */
    alerts: z.int(),
    judged: z.int(),
    precision: z.number().nullable(),
  })
  .meta({ id: 'Detector' });
export const Detectors = z.object({ items: z.array(Detector) }).meta({ id: 'Detectors' });
export const DetectorParams = z.strictObject({ detectorId: Id });

/** Another setting of a detector: asked by one, agreed by another, in force once the day closes. */
export const DetectorChange = z
  .object({
    changeId: z.string(),
    detectorId: z.string(),
    state: RequestState,
    sequence: Sequence,
    isEnabled: z.boolean().nullable(),
    settings: z.record(z.string(), z.unknown()).nullable(),
    reason: z.string(),
    /** Decision of the works council that covers it. */
    decisionRef: z.string(),
    requestedAt: Instant,
    requestedBy: ReviewerRef,
    decidedAt: Instant.nullable(),
    expiresAt: Instant,
    mayApprove: z.boolean(),
  })
  .meta({ id: 'DetectorChange' });
export const DetectorChangePage = page(DetectorChange, 'DetectorChangePage');
export const DetectorChangeQuery = z.strictObject({ ...Paging, state: RequestState.optional() });
export const ChangeParams = z.strictObject({ changeId: Id });
export const NewDetectorChange = z.strictObject({
  detectorId: Id,
  isEnabled: z.boolean().optional(),
  settings: z.record(z.string().max(64), z.unknown()).optional(),
  reason: Motivation,
  decisionRef: z.string().trim().min(1).max(200),
});
