import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Emit, Format } from '../../ingest/formats/format.ts';
import { createLineSplitter } from '../../ingest/sources/lines.ts';

export type Read = {
  events: Record<string, unknown>[];
  dead: { reason: string; field: string | null; line: number }[];
  consumed: string[];
};

/** What a format makes of bytes, line by line, as the pipeline would hand them. */
export function readBytes(format: Format, bytes: Buffer | string): Read {
  const read: Read = { events: [], dead: [], consumed: [] };
  const emit: Emit = {
    event: ({ event, occurredAt }) =>
      read.events.push({
        actor: null,
        subject: null,
        outcome: 'success',
        ...event,
        occurredAt: new Date(occurredAt).toISOString(),
      }),
    dead: (reason, field, line) => read.dead.push({ reason, field, line: line.lineNumber }),
    consumed: (kind) => read.consumed.push(kind),
  };
  const splitter = createLineSplitter();
  const reader = format.reader();
  for (const line of [...splitter.push(Buffer.from(bytes)), ...splitter.end()])
    reader.line(line, emit);
  reader.end(emit);
  return read;
}

export const readJson = (format: Format, ...records: readonly unknown[]): Read =>
  readBytes(format, records.map((r) => JSON.stringify(r)).join('\n'));

/** Cases of the third-party corpora; empty, with a name that says so, where they are not there. */
export function fixture<T>(path: string): { cases: T[]; isHere: boolean; name: string } {
  const file = join(process.env['INZAGEWACHT_TESTDATA'] ?? '../shared', 'fixtures', path);
  const isHere = existsSync(file);
  return {
    cases: isHere ? (JSON.parse(readFileSync(file, 'utf8')) as T[]) : [],
    isHere,
    name: `cases of ${path}${isHere ? '' : ' (skipped: no third-party data)'}`,
  };
}
