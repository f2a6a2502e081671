import { z } from 'zod';
import { DEAD_LETTER_REASONS } from '../domain/outcome.ts';
import type { Outgoing } from '../ingest/sources/kafka-writer.ts';
import type { DeadLetter } from '../pipeline/ingestion.ts';
import type { DeadLetterRow } from '../storage/dead-letters.ts';
import { seal, unseal } from '../storage/vault.ts';

const DeadMessage = z.object({
  deadLetterId: z.string(),
  source: z.string(),
  lineNumber: z.number(),
  reason: z.enum(DEAD_LETTER_REASONS),
  field: z.string().nullable(),
  sizeBytes: z.number(),
  sealed: z.string(),
  sealedBefore: z.string().optional(),
});

/** A dead letter as a row of the store; its bytes are sealed, since they may hold identities. */
export const toDeadRow = (
  { deadLetterId, source, line, reason, field }: DeadLetter,
  sealKey: Buffer,
): DeadLetterRow => ({
  ...{ deadLetterId, source, lineNumber: line.lineNumber, reason, field },
  sizeBytes: line.bytes.length,
  sealed: seal(sealKey, line.bytes, deadLetterId),
  ...(line.before === undefined
    ? {}
    : { sealedBefore: seal(sealKey, line.before, beforeOf(deadLetterId)) }),
});

/** What the header of a letter is sealed to: no other letter's may take its place. */
const beforeOf = (deadLetterId: string): string => `${deadLetterId}/before`;

/** The lines of a letter in clear: what has to be read before, if anything, and its own. */
export function openLetter(
  { deadLetterId, sealed, sealedBefore }: DeadLetterRow,
  sealKey: Buffer,
): { before: Buffer | null; bytes: Buffer } {
  return {
    before:
      sealedBefore === undefined ? null : unseal(sealKey, sealedBefore, beforeOf(deadLetterId)),
    bytes: unseal(sealKey, sealed, deadLetterId),
  };
}

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
    if (!result.success) return null;
    const { sealedBefore, ...row } = result.data;
    return sealedBefore === undefined ? row : { ...row, sealedBefore };
  } catch {
    return null;
  }
}
