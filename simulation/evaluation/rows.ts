import { z } from 'zod';
import type { NdjsonRow } from './ndjson.ts';

const Instant = z.iso.datetime({ offset: true });

/** One incident of truth.ndjson. */
export const TruthLine = z.object({
  incidentId: z.string(),
  typology: z.string(),
  level: z.string(),
  eventIds: z.array(z.string()).min(1),
  /** Same order as `eventIds`; other generators may leave it out. */
  eventTimes: z.array(Instant).optional(),
  firstEventAt: Instant,
  note: z.string().optional(),
});
export type TruthLine = z.infer<typeof TruthLine>;

/** What counts of an alert (contracts: Alert); everything else on the line is let through unread. */
export const AlertLine = z.object({
  alertId: z.string(),
  typology: z.string(),
  score: z.number(),
  openedAt: Instant,
  eventIds: z.array(z.string()),
  reasons: z.array(z.object({ detector: z.string() })).optional(),
});
export type AlertLine = z.infer<typeof AlertLine>;

export type RowProblem = { file: 'truth' | 'alerts'; line: number; reason: string };

/** The rows that fit, and for each other one its line and field; nothing is guessed. */
export function accept<T>(
  file: RowProblem['file'],
  schema: z.ZodType<T>,
  rows: readonly NdjsonRow[],
  problems: RowProblem[],
): T[] {
  return rows.flatMap(({ line, value }) => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return [parsed.data];
    const [issue] = parsed.error.issues;
    const reason = value === undefined ? 'not JSON' : `field ${issue?.path.join('.') || '(line)'}`;
    problems.push({ file, line, reason });
    return [];
  });
}
