// pgaudit: records inside PostgreSQL's log, as text behind a prefix, as CSV or as JSON. Statements
// are never taken over. The account is the connection's: a pooled one says nothing about who looked.
import { isUtf8 } from 'node:buffer';
import { AppError } from '../../domain/errors.ts';
import type { Action } from '../../domain/event.ts';
import { ok } from '../../domain/outcome.ts';
import { type Agreement, agreedAction, applyAgreement, noAgreement } from './agreement.ts';
import { parseJson } from './canonical.ts';
import { createRecordParser, type RecordParser } from './csv-record.ts';
import type { Emit, Format, FormatReader, RawLine } from './format.ts';
import { fromText } from './instants.ts';
import { firstAt, own, textOf } from './json-fields.ts';
import { createLocalClock, type LocalInstant } from './local-time.ts';
import { COMMON_PREFIXES, compilePrefix, type Part } from './pg-prefix.ts';
import { type AuditRecord, toAuditRecord } from './pgaudit-record.ts';
import {
  type AgreedFormat,
  dead,
  emitFound,
  eventIdOf,
  type Found,
  isSetAside,
  notAnAccess,
} from './records.ts';

const COMMANDS: Readonly<Record<string, Readonly<Record<string, Action | null>>>> = {
  READ: {
    SELECT: 'view',
    'DECLARE CURSOR': 'view',
    COPY: 'export',
    PREPARE: null,
    EXECUTE: 'view',
    EXPLAIN: null,
  },
  WRITE: {
    ...{ INSERT: 'create', COPY: 'create', UPDATE: 'update', MERGE: 'update', DELETE: 'delete' },
    // A prepared statement writes; which of the three ways its name does not tell.
    ...{ 'TRUNCATE TABLE': 'delete', PREPARE: null, EXECUTE: 'update', EXPLAIN: null },
  },
};
/** Classes that show no access to rows. */
const NO_ACCESS = new Set(['FUNCTION', 'ROLE', 'DDL', 'MISC', 'MISC_SET']);
const MAX_RECORD_BYTES = 1_048_576;
const AUDIT = 'AUDIT: ';

type Context = Partial<Record<Part, string>>;
type Open = { context: Context; lines: RawLine[]; bytes: number; parser: RecordParser };

const OFFSETS: Readonly<Record<string, string>> = {
  CET: '+01:00',
  CEST: '+02:00',
  UTC: 'Z',
  GMT: 'Z',
  Z: 'Z',
};
/** `2026-01-12 09:00:00.123 CET`; a zone that is not known makes the time unusable, not local. */
function createStampClock(zone: Agreement['zone']): (text: string) => LocalInstant {
  const local = createLocalClock('yyyy-MM-dd HH:mm:ss.SSS', zone);
  return (text) => {
    if (/^\d{10}\.\d{3}$/.test(text))
      return { at: Number(text.replace('.', '')), isDateOnly: false };
    const [date = '', time = '', name] = text.split(' ');
    const whole = time.includes('.') ? time : `${time}.000`;
    if (name === undefined) return local(`${date} ${whole}`);
    const offset =
      OFFSETS[name] ??
      name.replace(/^([+-]\d\d):?(\d\d)?$/, (_, h: string, m?: string) => `${h}:${m ?? '00'}`);
    return fromText(`${date}T${whole}${offset}`);
  };
}

function toFound(
  record: AuditRecord | null,
  context: Context,
  time: LocalInstant | null,
  agreement: Agreement,
): Found {
  if (record === null) return dead('wrong-column-count', 'AUDIT');
  const commands = COMMANDS[record.class];
  const agreed = agreedAction(agreement, `${record.class} ${record.command}`);
  const action =
    agreed ??
    (commands && Object.hasOwn(commands, record.command) ? commands[record.command] : undefined);
  if (action === null || (action === undefined && NO_ACCESS.has(record.class))) return notAnAccess;
  if (action === undefined) return dead('unknown-operation', commands ? 'COMMAND' : 'CLASS');
  const { user, session, host } = context;
  const id =
    session &&
    eventIdOf(
      session,
      record.statementId,
      record.substatementId,
      record.command,
      record.objectName,
    );
  const draft = {
    eventId: id ?? null,
    requestId: session ? eventIdOf(session, record.statementId) : null,
    occurredAt: time,
    timeField: 'prefix',
    source: { system: 'postgresql', instance: context.database?.slice(0, 128) },
    actor: user && user !== '[unknown]' ? { id: user } : null,
    action,
    subject: null,
    query: { key: 'other' as const, resultCount: record.rows ?? undefined },
    fields: record.objectName === '' ? undefined : [record.objectName],
    device: { ip: host && host !== '[local]' ? host : undefined },
    sessionId: session ?? null,
  };
  return ok(applyAgreement(draft, { ...context, parameters: record.parameters ?? [] }, agreement));
}

/** Columns of the server's CSV log that say who and when (PostgreSQL 9.4 and later). */
const CSV_LINE = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \S{1,8},/;
const CSV_PLACES: Readonly<Partial<Record<Part, number>>> = {
  time: 0,
  user: 1,
  database: 2,
  host: 4,
  session: 5,
  application: 22,
};
const CSV_MESSAGE = 13;

function createReader(
  agreement: Agreement,
  prefixes: readonly ReturnType<typeof compilePrefix>[],
): FormatReader {
  const clock = createStampClock(agreement.zone);
  let open: Open | null = null;
  let csv: { lines: RawLine[]; bytes: number; parser: RecordParser } | null = null;

  const timeOf = (context: Context): LocalInstant | null =>
    context.time === undefined ? null : clock(context.time);
  const finish = (context: Context, columns: readonly string[], line: RawLine, emit: Emit): void =>
    emitFound([toFound(toAuditRecord(columns), context, timeOf(context), agreement)], line, emit);

  function contextOf(text: string): Context {
    for (const prefix of prefixes) {
      const match = prefix?.regex.exec(text);
      if (!match || !prefix) continue;
      const context: Context = {};
      for (const [i, part] of prefix.parts.entries()) context[part] = match[i + 1] ?? '';
      return context;
    }
    return {};
  }

  function giveUp(emit: Emit): void {
    const lines = open?.lines ?? csv?.lines ?? [];
    open = null;
    csv = null;
    if (lines[0] !== undefined) emit.dead('wrong-column-count', 'AUDIT', joined(lines));
  }

  /** A message as a whole text, from a CSV or JSON log. */
  function message(text: string, context: Context, line: RawLine, emit: Emit): void {
    if (!text.startsWith(AUDIT)) {
      emit.consumed('not-an-access', line);
      return;
    }
    const parser = createRecordParser(',');
    let state = 'open';
    for (const part of text.slice(AUDIT.length).split('\n')) {
      if (state !== 'open') break;
      state = parser.feed(part);
    }
    if (state === 'whole') finish(context, parser.fields(), line, emit);
    else emit.dead('wrong-column-count', 'AUDIT', line);
  }

  function csvRow(line: RawLine, text: string, emit: Emit): void {
    csv ??= { lines: [], bytes: 0, parser: createRecordParser(',') };
    csv.lines.push({ ...line, bytes: Buffer.from(line.bytes) });
    csv.bytes += line.bytes.length + 1;
    const state = csv.bytes > MAX_RECORD_BYTES ? 'broken' : csv.parser.feed(text);
    if (state === 'open') return;
    if (state === 'broken') {
      giveUp(emit);
      return;
    }
    const cells = csv.parser.fields();
    const whole = joined(csv.lines);
    csv = null;
    const context: Context = {};
    for (const [part, place] of Object.entries(CSV_PLACES))
      context[part as Part] = cells[place] ?? '';
    context.host = (context.host ?? '').replace(/:\d+$/, '');
    message(cells[CSV_MESSAGE] ?? '', context, whole, emit);
  }

  function jsonLine(line: RawLine, emit: Emit): void {
    const parsed = parseJson(line.bytes);
    if (parsed.kind !== 'ok') {
      emitFound([parsed], line, emit);
      return;
    }
    const get = (key: string): string => firstAt(parsed.value, key) ?? '';
    const context: Context = {
      time: get('timestamp'),
      user: get('user'),
      database: get('dbname'),
      host: get('remote_host'),
    };
    Object.assign(context, { session: get('session_id'), application: get('application_name') });
    message(textOf(own(parsed.value, 'message')) ?? '', context, line, emit);
  }

  function textLine(line: RawLine, text: string, emit: Emit): void {
    if (open !== null && text.startsWith('\t')) {
      open.lines.push({ ...line, bytes: Buffer.from(line.bytes) });
      open.bytes += line.bytes.length + 1;
      const state = open.bytes > MAX_RECORD_BYTES ? 'broken' : open.parser.feed(text.slice(1));
      if (state === 'broken') giveUp(emit);
      if (state !== 'whole') return;
      const { context, lines, parser } = open;
      open = null;
      finish(context, parser.fields(), joined(lines), emit);
      return;
    }
    if (open !== null) giveUp(emit);
    const start = text.indexOf(AUDIT);
    if (start < 0) {
      emit.consumed('not-an-access', line);
      return;
    }
    const parser = createRecordParser(',');
    const context = contextOf(text.slice(0, start));
    const state = parser.feed(text.slice(start + AUDIT.length));
    if (state === 'whole') {
      finish(context, parser.fields(), line, emit);
      return;
    }
    open = {
      context,
      lines: [{ ...line, bytes: Buffer.from(line.bytes) }],
      bytes: line.bytes.length,
      parser,
    };
    if (state === 'broken') giveUp(emit);
  }

  return {
    line(line, emit) {
      if (line.isTooLong === true || !isUtf8(line.bytes)) {
        if (open !== null || csv !== null) giveUp(emit);
        if (!isSetAside(line, emit)) emit.dead('not-utf8', null, line);
        return;
      }
      const text = line.bytes.toString('utf8');
      // A blank line may be part of a statement.
      if (csv === null && open === null && isSetAside(line, emit)) return;
      const isFree = csv === null && open === null;
      if (csv !== null || (isFree && CSV_LINE.test(text))) csvRow(line, text, emit);
      else if (isFree && text.startsWith('{')) jsonLine(line, emit);
      else textLine(line, text, emit);
    },
    end: giveUp,
  };
}

function joined(lines: readonly RawLine[]): RawLine {
  const [first] = lines;
  if (first === undefined) throw new TypeError('a record has a line');
  if (lines.length === 1) return first;
  return {
    ...first,
    bytes: Buffer.from(lines.map((l) => l.bytes.toString('latin1')).join('\n'), 'latin1'),
  };
}

function make(agreement: Agreement): Format {
  const wanted = agreement.prefix === undefined ? COMMON_PREFIXES : [agreement.prefix];
  const prefixes = wanted.map(compilePrefix);
  if (prefixes.includes(null))
    throw new AppError('ERR_INGEST_MAPPING', 'prefix: holds an escape that is not known', {});
  return {
    id: 'pgaudit',
    version: 1,
    detect: (sample) => sample.includes('AUDIT: SESSION,') || sample.includes('AUDIT: OBJECT,'),
    reader: () => createReader(agreement, prefixes),
  };
}
export const pgaudit: AgreedFormat = { ...make(noAgreement('pgaudit')), with: make };
