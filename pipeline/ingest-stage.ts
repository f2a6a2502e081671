import { hash } from 'node:crypto';
import type { DeadLetterReason } from '../domain/outcome.ts';
import type { Tokenizer } from '../domain/token.ts';
import type { Emit, Format, RawLine } from '../ingest/formats/format.ts';
import { detectFormat, formatById } from '../ingest/formats/registry.ts';
import { createLineSplitter } from '../ingest/sources/lines.ts';
import type { Batch, Message } from '../ingest/sources/source.ts';
import { toAuditEvent } from '../ingest/to-audit-event.ts';
import type { StoredEvent } from './event-message.ts';
import type { DeadLetter } from './ingestion.ts';

/** Where a batch of raw messages goes. One call per batch; repeated after a crash. */
export type IngestOutput = {
  /** Makes tokens durable before events that use them are written. */
  flushIdentities(): void;
  write(events: readonly StoredEvent[], deadLetters: readonly DeadLetter[]): Promise<void>;
};
export type IngestCounts = { messages: number; events: number; deadLetters: number };

/**
 * Raw messages to events. A message is one or several whole lines; its format is named in the header
 * `format`, else recognised. Nothing is remembered between messages, so any process can take any of them.
 */
export function createIngestStage(
  tokens: Tokenizer,
  output: IngestOutput,
  options: { format?: Format | null } = {},
) {
  const counts: IngestCounts = { messages: 0, events: 0, deadLetters: 0 };

  function read(lane: string, message: Message, events: StoredEvent[], dead: DeadLetter[]): void {
    const source = `${lane}/${message.position}`;
    let last: RawLine | null = null;
    let lineSha256 = '';
    let part = 0;
    const step = (line: RawLine): void => {
      part = line === last ? part + 1 : 0;
      if (part > 0) return;
      last = line;
      lineSha256 = hash('sha256', line.bytes, 'hex').slice(0, 32);
    };
    const bury = (reason: DeadLetterReason, field: string | null, line: RawLine): void => {
      step(line);
      const id = `${source}\0${line.lineNumber}\0${lineSha256}\0${reason}\0${field ?? ''}`;
      const deadLetterId = hash('sha256', id, 'base64url');
      dead.push({ deadLetterId, source, line, reason, field });
    };
    const emit: Emit = {
      event(parsed, line) {
        step(line);
        events.push({ event: toAuditEvent(parsed, line.bytes, part, tokens), lineSha256 });
      },
      dead: bury,
      consumed: () => undefined,
    };
    const named = message.headers['format'];
    const format =
      named === undefined
        ? (options.format ?? detectFormat(message.value))
        : (formatById(named) ?? null);
    if (format === null) {
      bury('unknown-format', null, { bytes: message.value, lineNumber: 1, offset: 0 });
      return;
    }
    const reader = format.reader();
    const splitter = createLineSplitter();
    for (const line of splitter.push(message.value)) reader.line(line, emit);
    for (const line of splitter.end()) reader.line(line, emit);
    reader.end(emit);
  }

  return {
    counts,
    /** Resolves when everything made of the batch is safe: its position may then be committed. */
    async batch(batch: Batch): Promise<void> {
      const events: StoredEvent[] = [];
      const dead: DeadLetter[] = [];
      for (const message of batch.messages) read(batch.lane, message, events, dead);
      output.flushIdentities();
      await output.write(events, dead);
      counts.messages += batch.messages.length;
      counts.events += events.length;
      counts.deadLetters += dead.length;
    },
  };
}
