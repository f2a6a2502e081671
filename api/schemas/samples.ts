import { z } from 'zod';
import { Ground } from '../../domain/review.ts';
import { Lookup } from './alerts.ts';
import { freeText, Id, Instant, Paging, page, Reason, Sequence } from './shapes.ts';

export const NewSample = z.strictObject({
  from: Instant,
  to: Instant,
  /** Written down before the draw: the same seed over the same period gives the same lookups. */
  seed: freeText(1, 64),
  random: z.int().min(1).max(500).default(100),
  weighted: z.int().min(0).max(500).default(50),
});
const FINDINGS = ['legitimate', 'missed', 'cannot-judge'] as const;
const Drawn = z.object({
  part: z.enum(['random', 'weighted']),
  lookup: Lookup,
  finding: z.enum(FINDINGS).nullable(),
  reason: z.string().nullable(),
});
const MissRate = z
  .object({
    reviewed: z.int(),
    missed: z.int(),
    cannotJudge: z.int(),
    missedInWeighted: z.int(),
    rate: z.number().nullable(),
    /** Exact 95 % interval of the rate, from the random part alone. */
    interval: z.object({ low: z.number(), high: z.number() }),
    inFrame: z.object({ low: z.int(), high: z.int() }),
  })
  .meta({ id: 'MissRate' });
const summary = {
  sampleId: z.string(),
  sequence: z.int(),
  drawnAt: Instant,
  from: Instant,
  to: Instant,
  seed: z.string(),
  /** Lookups without an alert in the period: what was drawn from. */
  frame: z.int(),
  random: z.int(),
  weighted: z.int(),
  missRate: MissRate,
};
export const SampleSummary = z.object(summary).meta({ id: 'SampleSummary' });
export const Sample = z
  .object({
    ...summary,
    items: z.array(Drawn),
    /** Lookups of the sample that are kept because a source calls them confidential. */
    withheld: z.int(),
  })
  .meta({ id: 'Sample' });
export const SamplePage = page(SampleSummary, 'SamplePage');
export const SampleQuery = z.strictObject(Paging);
export const SampleParams = z.strictObject({ sampleId: Id });
export const NewFinding = z.strictObject({
  sequence: Sequence.optional(),
  eventId: z.string().min(1).max(256),
  finding: z.enum(FINDINGS),
  reason: Reason,
});

/** A resident asks who looked: dates, purposes, parts of the organisation; never an official. */
export const NewExtract = z.strictObject({
  scheme: z.enum(['bsn', 'local']),
  id: freeText(1, 256),
  from: Instant.optional(),
  to: Instant.optional(),
  ground: Ground,
  reason: Reason,
});
export const ResidentExtract = z
  .object({
    madeAt: z.string(),
    period: z.object({ from: z.string(), to: z.string() }),
    lookups: z.int(),
    lines: z.array(
      z.object({
        date: z.string(),
        system: z.string(),
        unit: z.string(),
        purpose: z.string(),
        action: z.string(),
        dataKinds: z.array(z.string()),
        times: z.int(),
      }),
    ),
    note: z.object({ nl: z.string(), en: z.string() }),
  })
  .meta({ id: 'ResidentExtract' });
