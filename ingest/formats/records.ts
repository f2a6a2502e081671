import { createHash } from 'node:crypto';
import type { AccessOutcome, Action, CanonicalEvent } from '../../domain/event.ts';
import { deadLetter, drop, type Outcome } from '../../domain/outcome.ts';
import { MAX_INSTANT, MIN_INSTANT, toIso } from '../../domain/time.ts';
import { type Agreement, applyAgreement, hasAgreed, noAgreement } from './agreement.ts';
import {
  emitOutcome,
  hasTooManyKeysIn,
  isBlank,
  parseEnvelope,
  parseJson,
  toEvent,
} from './canonical.ts';
import type { Emit, Format, FormatReader, RawLine } from './format.ts';
import type { Json, Subject } from './json-fields.ts';
import type { LocalInstant } from './local-time.ts';

/** An event in the making: null and undefined both mean that the source does not say. */
export type Draft = {
  eventId?: string | null;
  requestId?: string | null;
  occurredAt: LocalInstant | null;
  /** Where the time stands, for a dead letter about it. */
  timeField?: string;
  source: { system: string; instance?: string | undefined; sequence?: number | undefined };
  actor?: {
    id: string;
    kind?: 'person' | 'system' | undefined;
    unit?: string | undefined;
    roles?: string[] | undefined;
  } | null;
  action: Action;
  outcome?: AccessOutcome;
  subject?: Subject | null;
  /** Where the person's number stands, for a dead letter about it. */
  subjectField?: string;
  object?: NonNullable<CanonicalEvent['object']> | null;
  query?: {
    key: NonNullable<CanonicalEvent['query']>['key'];
    resultCount?: number | undefined;
  } | null;
  fields?: string[] | undefined;
  purpose?: {
    code?: string | undefined;
    caseRef?: string | undefined;
    text?: string | undefined;
  } | null;
  emergency?: boolean | undefined;
  confidential?: CanonicalEvent['confidential'];
  device?: { ip?: string | undefined; host?: string | undefined } | null;
  sessionId?: string | null;
  traceId?: string | null;
  spanId?: string | null;
};
/** What a format finds in a record: events in the making, or why there is none. */
export type Found = Outcome<Draft>;

/** Most persons that one record may name. */
export const MAX_PERSONS = 1000;
const MAX_ID = 128;

/** An id as it is, or its hash where it is longer than an id may be: equal only to itself. */
export const shortened = (id: string, most = 256): string =>
  id.length <= most ? id : `h-${createHash('sha256').update(id).digest('base64url')}`;
/** An event id from the source's own parts. */
export const eventIdOf = (...parts: readonly (string | number)[]): string =>
  shortened(parts.join('-'), MAX_ID);

/** A name of software as the name of a source: lower case, in the letters that one may have. */
export function systemOf(name: string | null, otherwise: string): string {
  const system = (name ?? '')
    .toLowerCase()
    .slice(0, 64)
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '');
  return system === '' ? otherwise : system;
}

/** Null and empty parts are left out, so that the event holds only what the source says. */
function compact(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  // Drafts are literals of this room, so there is nothing inherited to skip.
  for (const key in value) {
    const part = value[key];
    if (part !== null && part !== undefined && part !== '') kept[key] = part;
  }
  return kept;
}
const compactOrNull = (value: object | null | undefined): unknown => {
  if (value === null || value === undefined) return null;
  const kept = compact(value as Record<string, unknown>);
  for (const _ in kept) return kept;
  return null;
};

/** What the source says, or undefined where it says nothing. */
const said = <T>(part: T | null | undefined): T | undefined =>
  part === null || part === '' ? undefined : part;

/** A draft to a checked event, or the reason why it cannot be one. */
export function finish(draft: Draft): ReturnType<typeof toEvent> {
  const { occurredAt: time, timeField = 'occurredAt' } = draft;
  if (time === null) return deadLetter('missing-field', timeField);
  if ('error' in time) return deadLetter(time.error, timeField);
  const isInRange = time.at >= MIN_INSTANT && time.at < MAX_INSTANT;
  if (!isInRange) return deadLetter('time-out-of-range', timeField);
  // Field by field: spread and filled key by key, LEEF was read at 9.6 MB/s; so it is at 15.5.
  const outcome = toEvent(
    {
      eventId: said(draft.eventId),
      requestId: said(draft.requestId),
      occurredAt: toIso(time.at),
      source: compact(draft.source),
      actor: compactOrNull(draft.actor),
      action: draft.action,
      outcome: said(draft.outcome),
      subject: compactOrNull(draft.subject),
      object: said(draft.object),
      query: compactOrNull(draft.query),
      fields: said(draft.fields),
      purpose: compactOrNull(draft.purpose),
      emergency: said(draft.emergency),
      confidential: said(draft.confidential),
      device: compactOrNull(draft.device),
      sessionId: said(draft.sessionId),
      traceId: said(draft.traceId),
      spanId: said(draft.spanId),
    },
    time,
  );
  if (outcome.kind === 'dead-letter' && outcome.reason === 'bsn-eleven-test')
    return deadLetter(outcome.reason, draft.subjectField ?? outcome.field);
  return outcome;
}

export function emitFound(found: readonly Found[], line: RawLine, emit: Emit): void {
  // An envelope without records: said, so that no line goes without a word about it.
  if (found.length === 0) emit.consumed('not-an-access', line);
  for (const one of found) emitOutcome(one.kind === 'ok' ? finish(one.value) : one, line, emit);
}

/** Lines that cannot be used whatever the format; true when the line is dealt with. */
export function isSetAside(line: RawLine, emit: Emit): boolean {
  if (line.isTooLong === true) emit.dead('line-too-long', null, line);
  else if (isBlank(line.bytes)) emit.consumed('blank-line', line);
  else return false;
  return true;
}

const OPEN_BRACKET = 0x5b;
/**
 * What a line of JSON holds: one record, or a list of them, as programming interfaces answer. `isEnvelope`:
 * one object may carry many records, each of which `read` looks at by itself.
 */
export function readJsonLine(
  bytes: Buffer,
  read: (json: Json) => readonly Found[],
  isEnvelope = false,
): readonly Found[] {
  if (!isEnvelope && bytes[0] !== OPEN_BRACKET) {
    const parsed = parseJson(bytes);
    return parsed.kind === 'ok' ? read(parsed.value) : [parsed];
  }
  const parsed = parseEnvelope(bytes);
  if (parsed.kind !== 'ok') return [parsed];
  if (!Array.isArray(parsed.value)) return read(parsed.value as Json);
  return parsed.value.flatMap((record: unknown) =>
    typeof record !== 'object' || record === null || Array.isArray(record)
      ? [dead('not-an-object')]
      : isEnvelope || !hasTooManyKeysIn(record)
        ? read(record as Json)
        : [dead('too-many-keys')],
  );
}

/** A reader of lines of JSON that remembers nothing between them. */
export const jsonReader = (
  read: (json: Json) => readonly Found[],
  isEnvelope = false,
): FormatReader => ({
  line(line, emit) {
    if (isSetAside(line, emit)) return;
    emitFound(readJsonLine(line.bytes, read, isEnvelope), line, emit);
  },
  end: () => undefined,
});

export type AgreedFormat = Format & {
  /** The same format with what was agreed about it. */
  with(agreement: Agreement): Format;
};

/**
 * A format of one JSON object a line. `read` finds drafts; agreed fields are read from the whole
 * record, or from what `recordOf` makes of it.
 */
export function jsonFormat(spec: {
  id: string;
  version: number;
  detect: (sample: Buffer) => boolean;
  read: (json: Json, agreement: Agreement) => readonly Found[];
  recordOf?: (json: Json) => Json;
  /** An object may carry many records; `read` then bounds the keys of each. */
  isEnvelope?: boolean;
}): AgreedFormat {
  const { id, version, read, recordOf = (json) => json, isEnvelope = false } = spec;
  const detect = (sample: Buffer): boolean => startsAsJson(sample) && spec.detect(sample);
  const make = (agreement: Agreement): Format => {
    const isAgreed = hasAgreed(agreement);
    return {
      id,
      version,
      detect,
      reader: () =>
        jsonReader((json) => {
          const found = read(json, agreement);
          if (!isAgreed) return found;
          const record = recordOf(json);
          for (const one of found)
            if (one.kind === 'ok') applyAgreement(one.value, record, agreement);
          return found;
        }, isEnvelope),
    };
  };
  // Only without an agreement: other threads know a format by its name alone.
  return { ...make(noAgreement(id)), hasLoneLines: true, with: make };
}

/** Whether the first line is JSON of records: a name inside another log's text says nothing. */
export const startsAsJson = (sample: Buffer): boolean =>
  /^\s*(?:\[\s*)?\{/.test(sample.subarray(0, 64).toString('latin1'));
/** Whether each of the texts stands in the sample: enough to tell formats of JSON apart. */
export const holdsAll = (sample: Buffer, ...texts: readonly string[]): boolean =>
  texts.every((text) => sample.includes(text));

export const notAnAccess: Found = drop('not-an-access');
export const dead = deadLetter;
/** A field that must be there but is not, or is of another kind. */
export const missingOrInvalid = (value: unknown, field: string): Found =>
  deadLetter(value === undefined || value === null ? 'missing-field' : 'invalid-field', field);
