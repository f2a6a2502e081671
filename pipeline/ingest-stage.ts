import type { AuditEvent } from '../domain/event.ts';
import type { Tokenizer } from '../domain/token.ts';
import type { Format } from '../ingest/formats/format.ts';
import { detectFormat, formatById } from '../ingest/formats/registry.ts';
import type { SourceTally } from '../ingest/source-tally.ts';
import { createLineSplitter } from '../ingest/sources/lines.ts';
import type { Batch, Message } from '../ingest/sources/source.ts';
import { createEmit, type DeadLetter } from './emit.ts';
import type { IngestedEvent } from './ingestion.ts';

/** Where a batch of raw messages goes. One call per batch; repeated after a crash. */
export type IngestOutput = {
  /** Makes tokens durable before events that use them are written. */
  flushIdentities(): void;
  /** Of these events, the `system\0id` keys that are stored already. */
  known(events: readonly AuditEvent[]): Promise<ReadonlySet<string>>;
  write(made: Made): Promise<void>;
};
/** What a batch came to. */
export type Made = {
  events: readonly IngestedEvent[];
  /**
   * Stored already: not to be stored again. A process may have died after one of several topics had
   * them, so what is kept by person still has to go there.
   */
  repeats: readonly IngestedEvent[];
  deadLetters: readonly DeadLetter[];
};
export type IngestCounts = {
  messages: number;
  events: number;
  duplicates: number;
  deadLetters: number;
};

/** What a message was read as, in its order: an event or a letter. */
type Seen = {
  /** A line that cannot be read says nothing of its source; what is sent along with it does. */
  input: string;
  /** When the message was put into the log, epoch ms; a sender whose clock runs ahead may say later than now. */
  at: number;
} & ({ event: IngestedEvent } | { letter: DeadLetter });

/** Ids remembered of what was written last, twice over: a sender that heard no answer sends again soon. */
const REMEMBERED = 50_000;

export const keyOfEvent = ({ system, eventId }: AuditEvent): string => `${system}\0${eventId}`;

/**
 * Raw messages to events. A message is one or several whole lines; its format is named in the header
 * `format`, else recognised. Any process can take any message: what one remembers only saves work.
 */
export function createIngestStage(
  tokens: Tokenizer,
  output: IngestOutput,
  options: { format?: Format | null; tally?: SourceTally; now?: () => number } = {},
) {
  const { now = Date.now } = options;
  const counts: IngestCounts = { messages: 0, events: 0, duplicates: 0, deadLetters: 0 };
  let recent = new Set<string>();
  let before = new Set<string>();

  function read(lane: string, message: Message, seen: Seen[]): void {
    const source = `${lane}/${message.position}`;
    const at = Math.min(message.at, now());
    const input = message.headers['source'] ?? lane;
    const emit = createEmit(source, tokens, {
      event: (event, lineSha256, line) =>
        seen.push({ input, at, event: { event, lineSha256, source, line } }),
      dead: (letter) => seen.push({ input, at, letter }),
      consumed: () => undefined,
    });
    const named = message.headers['format'];
    const format =
      named === undefined
        ? (options.format ?? detectFormat(message.value))
        : (formatById(named) ?? null);
    if (format === null) {
      const whole = { bytes: message.value, lineNumber: 1, offset: 0, isTooLong: false };
      emit.dead('unknown-format', null, whole);
      return;
    }
    const reader = format.reader();
    const splitter = createLineSplitter();
    for (const line of splitter.push(message.value)) reader.line(line, emit);
    for (const line of splitter.end()) reader.line(line, emit);
    reader.end(emit);
  }

  /**
   * The first of each id: what stands in the log is committed to once, and a second line under the same
   * id must not take its place.
   */
  async function withoutRepeats(
    all: readonly IngestedEvent[],
  ): Promise<Pick<Made, 'events' | 'repeats'>> {
    const seen = new Set<string>();
    const once = all.filter(({ event }) => {
      const key = keyOfEvent(event);
      if (seen.has(key) || recent.has(key) || before.has(key)) return false;
      seen.add(key);
      return true;
    });
    const known = await output.known(once.map(({ event }) => event));
    const isKnown = ({ event }: IngestedEvent): boolean => known.has(keyOfEvent(event));
    return { events: once.filter((e) => !isKnown(e)), repeats: once.filter(isKnown) };
  }

  /** Only after they were written: a batch that fails comes again, and must then be taken. */
  function remember(events: readonly IngestedEvent[]): void {
    for (const { event } of events) recent.add(keyOfEvent(event));
    if (recent.size < REMEMBERED) return;
    before = recent;
    recent = new Set();
  }

  /**
   * Counts what was read, once it is written. Of repeats only those that this process had before: after a
   * crash a batch comes again, and that is no fault of its source.
   */
  function tell(seen: readonly Seen[], { events, repeats }: Made): void {
    const { tally } = options;
    if (tally === undefined) return;
    const fresh = new Set(events);
    const known = new Set(repeats);
    for (const one of seen) {
      if ('letter' in one) {
        tally.dead(one.input, one.letter.deadLetterId);
        continue;
      }
      tally.event(one.input, one.event.event);
      if (fresh.has(one.event)) tally.observe(one.event.event, one.at);
      else if (!known.has(one.event)) tally.duplicate(one.event.event);
    }
  }

  return {
    counts,
    /** Resolves when everything made of the batch is safe: its position may then be committed. */
    async batch(batch: Batch): Promise<void> {
      const seen: Seen[] = [];
      for (const message of batch.messages) read(batch.lane, message, seen);
      const events = seen.flatMap((one) => ('event' in one ? [one.event] : []));
      const letters = seen.flatMap((one) => ('letter' in one ? [one.letter] : []));
      const made = { ...(await withoutRepeats(events)), deadLetters: letters };
      output.flushIdentities();
      await output.write(made);
      remember(made.events);
      remember(made.repeats);
      tell(seen, made);
      counts.messages += batch.messages.length;
      counts.events += made.events.length;
      counts.duplicates += events.length - made.events.length;
      counts.deadLetters += letters.length;
    },
  };
}
