import { hash } from 'node:crypto';
import type { AuditEvent } from '../domain/event.ts';
import type { DeadLetterReason, DropReason } from '../domain/outcome.ts';
import type { Tokenizer } from '../domain/token.ts';
import type { Emit, ParsedEvent, RawLine } from '../ingest/formats/format.ts';
import { toAuditEvent } from '../ingest/to-audit-event.ts';

export type DeadLetter = {
  deadLetterId: string;
  source: string;
  line: RawLine;
  reason: DeadLetterReason;
  field: string | null;
};
/** Where lines go once they are tokenised; `lineSha256` is 128 bits of the hash of the line, in hex. */
export type Taken = {
  event(event: AuditEvent, lineSha256: string, line: RawLine): void;
  dead(letter: DeadLetter): void;
  consumed(kind: DropReason): void;
};

/** What a format's reader of one source writes to: tokens, ids and hashes are made here, once a line. */
export function createEmit(source: string, tokens: Tokenizer, taken: Taken): Emit {
  let lastLine: Buffer | null = null;
  let lineSha256 = '';
  let part = 0;

  function hashOnce(line: RawLine): void {
    part = line.bytes === lastLine ? part + 1 : 0;
    if (part > 0) return;
    lastLine = line.bytes;
    lineSha256 = hash('sha256', line.bytes, 'hex').slice(0, 32);
  }

  return {
    event(parsed: ParsedEvent, line: RawLine): void {
      hashOnce(line);
      taken.event(toAuditEvent(parsed, line.bytes, part, tokens), lineSha256, line);
    },
    dead(reason, field, line): void {
      hashOnce(line);
      const deadLetterId = hash(
        'sha256',
        `${source}\0${line.lineNumber}\0${lineSha256}\0${reason}\0${field ?? ''}`,
        'base64url',
      );
      taken.dead({ deadLetterId, source, line, reason, field });
    },
    consumed: taken.consumed,
  };
}
