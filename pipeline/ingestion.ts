import { hash } from 'node:crypto';
import { AppError } from '../domain/errors.ts';
import type { AuditEvent } from '../domain/event.ts';
import type { DeadLetterReason, DropReason } from '../domain/outcome.ts';
import type { Tokenizer } from '../domain/token.ts';
import type { Emit, FormatReader, ParsedEvent, RawLine } from '../ingest/formats/format.ts';
import { toAuditEvent } from '../ingest/to-audit-event.ts';

/** What ingestion needs of a store; declared here, kept by the storage room. */
export type EventSink = {
  /** Writes events; must not keep their lines beyond the call unless sealed. */
  write(events: readonly IngestedEvent[]): Promise<void>;
  /** Of these events, the `system\0id` keys that are stored already. */
  known(events: readonly AuditEvent[]): Promise<Set<string>>;
  deadLetters(letters: readonly DeadLetter[]): Promise<void>;
  /** Makes tokens durable before events that use them are. */
  flushIdentities(): void;
};
/** An event with where it came from; `lineSha256` is 128 bits of the hash of the line, in hex. */
export type IngestedEvent = {
  event: AuditEvent;
  lineSha256: string;
  source: string;
  line: RawLine;
};
export type DeadLetter = {
  deadLetterId: string;
  source: string;
  line: RawLine;
  reason: DeadLetterReason;
  field: string | null;
};
export type Counts = {
  read: number;
  stored: number;
  duplicates: number;
  deadLetters: number;
  byReason: Partial<Record<DeadLetterReason, number>>;
  consumed: Partial<Record<DropReason, number>>;
};

/** Ids of this run kept in memory; beyond it every batch asks the store. */
const MAX_SEEN = 3_000_000;

export type Ingestion = ReturnType<typeof createIngestion>;
/**
 * Lines to stored events: format, tokens, duplicates, dead letters. CONSERVATION: read = stored +
 * duplicates + dead letters, at every `flush`. Writing runs beside reading, one batch ahead.
 */
export function createIngestion(
  sink: EventSink,
  tokens: Tokenizer,
  options: { batch: number; storeIsEmpty: boolean },
) {
  const counts: Counts = {
    read: 0,
    stored: 0,
    duplicates: 0,
    deadLetters: 0,
    byReason: {},
    consumed: {},
  };
  let asksStore = !options.storeIsEmpty;
  const seen = new Map<string, Set<string>>();
  let seenCount = 0;
  let events: IngestedEvent[] = [];
  let letters: DeadLetter[] = [];
  let writing: Promise<void> = Promise.resolve();
  let lastLine: Buffer | null = null;
  let lineSha256 = '';
  let part = 0;

  function hashOnce(line: RawLine): void {
    part = line.bytes === lastLine ? part + 1 : 0;
    if (part > 0) return;
    lastLine = line.bytes;
    lineSha256 = hash('sha256', line.bytes, 'hex').slice(0, 32);
  }

  function isSeen({ system, eventId }: AuditEvent): boolean {
    let ids = seen.get(system);
    if (ids === undefined) {
      ids = new Set();
      seen.set(system, ids);
    }
    if (ids.has(eventId)) return true;
    if (seenCount < MAX_SEEN) {
      ids.add(eventId);
      seenCount++;
    } else asksStore = true;
    return false;
  }

  function emitFor(source: string): Emit {
    return {
      event(parsed: ParsedEvent, line: RawLine): void {
        counts.read++;
        hashOnce(line);
        const event = toAuditEvent(parsed, line.bytes, part, tokens);
        if (isSeen(event)) {
          counts.duplicates++;
          return;
        }
        events.push({ event, lineSha256, source, line });
      },
      dead(reason, field, line): void {
        counts.read++;
        hashOnce(line);
        counts.deadLetters++;
        counts.byReason[reason] = (counts.byReason[reason] ?? 0) + 1;
        const deadLetterId = hash(
          'sha256',
          `${source}\0${line.lineNumber}\0${lineSha256}\0${reason}\0${field ?? ''}`,
          'base64url',
        );
        letters.push({ deadLetterId, source, line, reason, field });
      },
      consumed(kind): void {
        counts.consumed[kind] = (counts.consumed[kind] ?? 0) + 1;
      },
    };
  }

  async function write(): Promise<void> {
    const batch = events;
    const dead = letters;
    events = [];
    letters = [];
    await writing;
    writing = store(batch, dead);
    // A failed write is thrown at the next await; marked as handled so that it cannot kill the process first.
    writing.catch(() => undefined);
  }

  async function store(batch: typeof events, dead: DeadLetter[]): Promise<void> {
    sink.flushIdentities();
    let fresh = batch;
    if (asksStore && batch.length > 0) {
      const known = await sink.known(batch.map((b) => b.event));
      fresh = batch.filter(({ event }) => !known.has(`${event.system}\0${event.eventId}`));
    }
    await sink.write(fresh);
    await sink.deadLetters(dead);
    counts.stored += fresh.length;
    counts.duplicates += batch.length - fresh.length;
  }

  return {
    counts,
    /** Takes lines of one source through a format's reader. */
    async lines(source: string, lines: readonly RawLine[], reader: FormatReader): Promise<void> {
      const emit = emitFor(source);
      for (const line of lines) reader.line(line, emit);
      if (events.length >= options.batch || letters.length >= options.batch) await write();
    },
    /** The source ended: groups still open inside the format come out. */
    end(source: string, reader: FormatReader): void {
      reader.end(emitFor(source));
    },
    /** Waits until everything taken is stored; throws ERR_INGEST_NOT_CONSERVED when a line got lost. */
    async flush(): Promise<void> {
      await write();
      await writing;
      const { read, stored, duplicates, deadLetters } = counts;
      if (read !== stored + duplicates + deadLetters)
        throw new AppError(
          'ERR_INGEST_NOT_CONSERVED',
          'Lines were lost between reading and storing.',
          {
            read,
            stored,
            duplicates,
            deadLetters,
          },
        );
    },
  };
}
