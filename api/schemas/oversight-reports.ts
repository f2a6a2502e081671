import { z } from 'zod';
import { REPORT_KINDS } from '../../domain/document.ts';
import { RECORD_KINDS } from '../../review/retention.ts';
import { Instant } from './shapes.ts';

export const ReportParams = z.strictObject({ kind: z.enum(REPORT_KINDS) });
export const ReportQuery = z.strictObject({
  /** A month (`2026-03`) or a year (`2026`); the last whole one when left out. */
  period: z
    .string()
    .regex(/^20\d\d(-(0[1-9]|1[0-2]))?$/)
    .optional(),
  language: z.enum(['nl', 'en']).default('nl'),
});
export const Report = z
  .object({
    kind: z.enum(REPORT_KINDS),
    title: z.string(),
    language: z.enum(['nl', 'en']),
    madeAt: Instant,
    markdown: z.string(),
    blocks: z.array(
      z.discriminatedUnion('kind', [
        z.object({
          kind: z.literal('heading'),
          level: z.union([z.literal(1), z.literal(2)]),
          text: z.string(),
        }),
        z.object({ kind: z.literal('paragraph'), text: z.string() }),
        z.object({ kind: z.literal('list'), texts: z.array(z.string()) }),
        z.object({
          kind: z.literal('table'),
          head: z.array(z.string()),
          rows: z.array(z.array(z.string())),
        }),
      ]),
    ),
  })
  .meta({ id: 'Report' });

const Kind = z.object({
  kind: z.enum(RECORD_KINDS),
  state: z.string(),
  /** Null: kept while something refers to it. */
  days: z.int().nullable(),
  before: Instant.nullable(),
  due: z.int(),
  erased: z.int(),
  /** Past its period and kept by a hold. */
  held: z.int(),
});
export const Retention = z
  .object({
    at: Instant,
    isAutomatic: z.boolean(),
    holds: z.int(),
    kinds: z.array(Kind),
    runs: z.array(
      z.object({
        runId: z.string(),
        at: Instant,
        logUid: z.string().nullable(),
        holds: z.int(),
        kinds: z.array(Kind),
      }),
    ),
  })
  .meta({ id: 'Retention' });
