import { AppError } from '../domain/errors.ts';
import type { Emit, Format, FormatReader } from '../ingest/formats/format.ts';
import { detectFormat, formatById } from '../ingest/formats/registry.ts';
import type { KafkaWriter } from '../ingest/sources/kafka-writer.ts';
import { createIngestion, type EventSink } from '../pipeline/ingestion.ts';
import type { DeadLetterRow } from '../storage/dead-letters.ts';
import { openLetter } from './dead-messages.ts';
import type { Workspace } from './workspace.ts';

const PAGE = 1_000;

export type ReplayChoice = {
  /** Only letters with this reason; empty for all. */
  reason: string;
  /** Null: recognised line by line. */
  format: Format | null;
};
type Letters = Pick<Workspace, 'deadLetters' | 'sealKey'>;

/** The format of this name, null when none is named. Throws ERR_REVIEW_REFUSED for an unknown one. */
export function askedFormat(id: string | undefined): Format | null {
  if (id === undefined) return null;
  const format = formatById(id);
  if (format === null) throw new AppError('ERR_REVIEW_REFUSED', 'There is no format of this name.');
  return format;
}

/** What no format knows is read as the canonical one, which says why it cannot. */
const formatOf = (chosen: Format | null, { before, bytes }: Opened): Format | null =>
  chosen ??
  detectFormat(before === null ? bytes : withBefore(before, bytes)) ??
  formatById('canonical');

type Opened = ReturnType<typeof openLetter>;
const withBefore = (before: Buffer, bytes: Buffer): Buffer =>
  Buffer.concat([before, Buffer.from('\n'), bytes]);

/** A reader that has read what stands before the line; null when that is a table the mapping does not fit. */
function readerOf(format: Format, { before }: Opened): FormatReader | null {
  const reader = format.reader();
  if (before === null) return reader;
  const swallow: Emit = { event: () => 0, dead: () => 0, consumed: () => 0 };
  try {
    reader.line({ bytes: before, lineNumber: 1, offset: 0 }, swallow);
    return reader;
  } catch (error) {
    if (error instanceof AppError && error.code === 'ERR_INGEST_MAPPING') return null;
    throw error;
  }
}

async function* letters({ deadLetters }: Letters, reason: string): AsyncGenerator<DeadLetterRow[]> {
  for (let after = ''; ; ) {
    const page = await deadLetters.sealed(reason, after, PAGE);
    yield page;
    after = page.at(-1)?.deadLetterId ?? after;
    if (page.length < PAGE) return;
  }
}

/**
 * Reads the kept lines again, after a mend of the format, the mapping or the program. A letter goes only
 * once its events are stored, so that a crash in between brings duplicates, which are dropped.
 * CONSERVATION: lines read again = mended + still dead.
 */
export async function replayLetters(
  workspace: Letters & Pick<Workspace, 'tokens'>,
  sink: EventSink,
  { reason, format }: ReplayChoice,
): Promise<{ again: number; mended: number; stored: number; duplicates: number }> {
  const { deadLetters, sealKey, tokens } = workspace;
  const ingestion = createIngestion(
    // A line that is still dead keeps the letter it has.
    { ...sink, deadLetters: () => Promise.resolve() },
    tokens,
    { batch: PAGE, storeIsEmpty: false },
  );
  const { counts } = ingestion;
  let again = 0;
  let mended = 0;
  for await (const page of letters(workspace, reason)) {
    const ready: string[] = [];
    for (const letter of page) if (await becomesEvents(letter)) ready.push(letter.deadLetterId);
    await ingestion.flush();
    await deadLetters.remove(ready);
    again += page.length;
    mended += ready.length;
  }
  return { again, mended, stored: counts.stored, duplicates: counts.duplicates };

  async function becomesEvents(letter: DeadLetterRow): Promise<boolean> {
    const before = { read: counts.read, dead: counts.deadLetters };
    const opened = openLetter(letter, sealKey);
    const as = formatOf(format, opened);
    const reader = as && readerOf(as, opened);
    if (reader === null) return false;
    const line = { bytes: opened.bytes, lineNumber: letter.lineNumber, offset: 0 };
    // Of a line that was too long only its beginning was kept.
    const whole = letter.reason === 'line-too-long' ? { ...line, isTooLong: true } : line;
    await ingestion.lines(letter.source, [whole], reader);
    ingestion.end(letter.source, reader);
    return counts.read > before.read && counts.deadLetters === before.dead;
  }
}

/** Whether a line gives events now; nothing is kept of them. */
function isReadable(format: Format, opened: Opened): boolean {
  let events = 0;
  let dead = 0;
  const emit: Emit = {
    event: () => events++,
    dead: () => dead++,
    consumed: () => undefined,
  };
  const reader = readerOf(format, opened);
  reader?.line({ bytes: opened.bytes, lineNumber: 1, offset: 0 }, emit);
  reader?.end(emit);
  return events > 0 && dead === 0;
}

/**
 * The same beside separate processes: lines that have become readable go back to the raw topic, from where
 * they take the way of all others. A letter goes only once the brokers have its line.
 */
export async function replayToTopic(
  workspace: Letters,
  writer: KafkaWriter,
  topic: string,
  { reason, format, hasOwnSettings }: ReplayChoice & { hasOwnSettings: boolean },
): Promise<{ again: number; mended: number }> {
  const { deadLetters, sealKey } = workspace;
  let again = 0;
  let mended = 0;
  for await (const page of letters(workspace, reason)) {
    // Letters without bytes lie in their own topic still; only their place is known here.
    const lines = page
      .filter((letter) => letter.sealed !== '' && letter.reason !== 'line-too-long')
      .flatMap((letter) => {
        const opened = openLetter(letter, sealKey);
        const as = formatOf(format, opened);
        if (as === null || !isReadable(as, opened)) return [];
        const { before, bytes } = opened;
        // A message must stand alone: the header goes along with its row.
        const value = before === null ? bytes : withBefore(before, bytes);
        return [{ id: letter.deadLetterId, bytes: value, format: as.id }];
      });
    await writer.write(
      lines.map(({ bytes, format: id }) => ({
        ...{ topic, key: null, value: bytes, headers: hasOwnSettings ? {} : { format: id } },
      })),
    );
    await deadLetters.remove(lines.map(({ id }) => id));
    again += page.length;
    mended += lines.length;
  }
  return { again, mended };
}
