import { z } from 'zod';
import { DEAD_LETTER_REASONS } from '../domain/outcome.ts';
import type { Outgoing } from '../ingest/sources/kafka-writer.ts';
import type { DeadLetter } from '../pipeline/ingestion.ts';
import type { DeadLetterRow } from '../storage/dead-letters.ts';
import { seal } from '../storage/vault.ts';

const DeadMessage = z.object({
  deadLetterId: z.string(),
  source: z.string(),
  lineNumber: z.number(),
  reason: z.enum(DEAD_LETTER_REASONS),
  field: z.string().nullable(),
  sizeBytes: z.number(),
  sealed: z.string(),
});

/** A dead letter as a row of the store; its bytes are sealed, since they may hold identities. */
export const toDeadRow = (
  { deadLetterId, source, line, reason, field }: DeadLetter,
  sealKey: Buffer,
): DeadLetterRow => ({
  ...{ deadLetterId, source, lineNumber: line.lineNumber, reason, field },
  sizeBytes: line.bytes.length,
  sealed: seal(sealKey, line.bytes, deadLetterId),
});

/** A dead letter on its topic. */
export const toDeadMessage = (topic: string, letter: DeadLetter, sealKey: Buffer): Outgoing => ({
  topic,
  key: letter.deadLetterId,
  value: JSON.stringify(toDeadRow(letter, sealKey)),
});

/** The row in a message of the topic; null for anything that `toDeadMessage` did not write. */
export function fromDeadMessage(value: Buffer): DeadLetterRow | null {
  try {
    const result = DeadMessage.safeParse(JSON.parse(value.toString('utf8')));
    return result.success ? result.data : null;
  } catch {
    return null;
  }
}
