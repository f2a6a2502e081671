// What municipalities may tell each other: how often which typology was raised and was right, and with which
// settings. No persons, no units, no dates finer than the period; small counts stay at home.
import { z } from 'zod';
import { TYPOLOGIES } from '../domain/typology.ts';

const Count = z.int().min(5).max(100_000_000).or(z.literal(0));
/** Null: one to four, which is not told. */
const Told = Count.nullable();
const Day = z.iso.date();
export const ExchangeStatement = z.strictObject({
  kind: z.literal('typology-statistics'),
  format: z.literal(1),
  from: Day,
  /** Last day, included. */
  to: Day,
  /** Officials with work, rounded to tens: a size, no head count. */
  officials: z.int().min(0).max(1_000_000).multipleOf(10),
  /** Days on which an official worked, all together, rounded to tens. */
  officialDays: z.int().min(0).max(1_000_000_000).multipleOf(10),
  budget: z.number().positive(),
  typologies: z
    .array(
      z.strictObject({
        typology: z.enum(TYPOLOGIES),
        alerts: Told,
        judged: Told,
        /** Suspicion or work practice, of those judged. */
        right: Told,
      }),
    )
    .max(TYPOLOGIES.length),
  detectors: z
    .array(
      z.strictObject({
        detector: z.string().regex(/^[a-z0-9-]{1,64}$/),
        version: z.int().min(1).max(10_000),
        settings: z.record(
          z.string().regex(/^[A-Za-z0-9]{1,64}$/),
          z.union([
            z.number(),
            z.boolean(),
            z.string().max(64),
            z.array(z.union([z.number(), z.string().max(64)])).max(100),
          ]),
        ),
      }),
    )
    .max(100),
});
export type ExchangeStatement = z.infer<typeof ExchangeStatement>;
