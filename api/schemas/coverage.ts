import { z } from 'zod';
import { UNJUDGED_REASONS } from '../../review/oversight/coverage.ts';
import { Instant } from './shapes.ts';

/** A signed statement (DSSE) with its key: what `oversight verify` reads. */
export const SignedStatement = z
  .object({
    payloadType: z.string(),
    payload: z.string(),
    signatures: z.array(z.object({ keyid: z.string(), sig: z.string() })),
    publicKey: z.string(),
  })
  .meta({ id: 'SignedStatement' });

const Reasons = z.partialRecord(z.enum(UNJUDGED_REASONS), z.int());
const ByDetector = z.object({
  detector: z.string(),
  /** Null where the detector was not in force, or nobody had read the events yet. */
  version: z.int().nullable(),
  judged: z.int(),
  notJudged: Reasons,
  missing: z.array(z.string()),
});
const Row = z.object({
  system: z.string(),
  /** Local calendar month. */
  month: z.string(),
  /** Always `judged` and all of `notJudged` together. */
  events: z.int(),
  judged: z.int(),
  notJudged: Reasons,
  silent: z.array(z.object({ instance: z.string(), from: z.string(), to: z.string() })),
  detectors: z.array(ByDetector),
});

/** Which events were judged by which version of which detector, which were not, and why. */
export const Coverage = z
  .object({
    kind: z.literal('coverage'),
    format: z.literal(1),
    authority: z.string(),
    madeAt: z.string(),
    from: z.string(),
    to: z.string(),
    checkpoint: z.string().nullable(),
    deadLetters: z.array(z.object({ source: z.string(), reason: z.string(), letters: z.int() })),
    runs: z.array(
      z.object({
        runId: z.string(),
        startedAt: z.string(),
        endedAt: z.string(),
        config: z.string(),
        reference: z.string(),
        missingData: z.array(z.string()),
        refused: z.array(z.object({ detector: z.string(), why: z.string() })),
      }),
    ),
    rows: z.array(Row),
  })
  .meta({ id: 'Coverage' });
export const CoverageAnswer = z
  .object({ report: Coverage, envelope: SignedStatement })
  .meta({ id: 'CoverageAnswer' });
/** Half-open; the last three months when left out. */
export const CoverageQuery = z.strictObject({ from: Instant.optional(), to: Instant.optional() });
