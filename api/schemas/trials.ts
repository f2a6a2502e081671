import { z } from 'zod';
import { EVENT_PARTS } from '../../domain/event-parts.ts';
import { DeadLetterReason } from './operations.ts';
import { freeText, Instant } from './shapes.ts';

/** The first lines of a log, to see what they would become; nothing of them is kept. */
export const NewTrial = z.strictObject({
  text: z
    .string()
    .min(1)
    .max(512 * 1024),
  /** Name of the format, when it is not recognised. */
  format: freeText(1, 64).optional(),
  /** Settings (YAML) to try instead of proposing some. */
  settings: z
    .string()
    .max(64 * 1024)
    .optional(),
  /** Name of the source in proposed settings. */
  system: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/)
    .default('bron'),
});
export const Trial = z
  .object({
    format: z.string(),
    lines: z.int(),
    eventCount: z.int(),
    /** The first events, in tokens that no store knows. */
    events: z.array(
      z.object({
        occurredAt: Instant,
        isDateOnly: z.boolean(),
        action: z.string(),
        outcome: z.string(),
        actor: z.string().nullable(),
        subject: z.string().nullable(),
        queryKey: z.string().nullable(),
        fields: z.array(z.string()),
        hasCaseRef: z.boolean(),
      }),
    ),
    deadLetters: z.array(
      z.object({ reason: DeadLetterReason, field: z.string().nullable(), count: z.int() }),
    ),
    consumed: z.array(
      z.object({
        kind: z.enum(['blank-line', 'header', 'request-with-persons', 'not-an-access']),
        count: z.int(),
      }),
    ),
    /** Share of the events that hold each part, and which detectors are blind without it. */
    coverage: z.array(
      z.object({ part: z.enum(EVENT_PARTS), share: z.number(), detectors: z.array(z.string()) }),
    ),
    /** The settings that were tried or are proposed (YAML); empty when the format takes none. */
    settings: z.string(),
    remarks: z.array(z.string()),
  })
  .meta({ id: 'SourceTrial' });

/** Reads the kept lines again, after a mend of the format, the settings or the program. */
export const NewReplay = z.strictObject({
  reason: DeadLetterReason.optional(),
  /** Recognised line by line when left out. */
  format: freeText(1, 64).optional(),
});
/** `again = mended + stillDead`; where separate processes run, what was mended is on its way. */
export const Replay = z
  .object({
    again: z.int(),
    mended: z.int(),
    stillDead: z.int(),
    stored: z.int().nullable(),
    duplicates: z.int().nullable(),
  })
  .meta({ id: 'DeadLetterReplay' });
