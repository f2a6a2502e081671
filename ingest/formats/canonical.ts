import { isUtf8 } from 'node:buffer';
import type { core } from 'zod';
import { isBsn, padBsn } from '../../domain/bsn.ts';
import { CanonicalEvent } from '../../domain/event.ts';
import { type DeadLetterReason, deadLetter, drop, type Outcome, ok } from '../../domain/outcome.ts';
import { parseInstant } from '../../domain/time.ts';
import type { Emit, Format, ParsedEvent, RawLine } from './format.ts';

const MAX_DEPTH = 32;
const MAX_KEYS = 1000;
/** Of a line that carries many records; a line of 1 MiB cannot be slow with them. */
const MAX_ENVELOPE_KEYS = 50_000;
const OPEN_BRACE = 0x7b;
const COLON = 0x3a;

/** One canonical JSON object to an event; every way out is one of a closed list, never an exception. */
export function parseCanonical({ bytes, isTooLong }: RawLine): Outcome<ParsedEvent> {
  if (isTooLong === true) return deadLetter('line-too-long');
  if (isBlank(bytes)) return drop('blank-line');
  const json = parseJson(bytes);
  return json.kind === 'ok' ? toEvent(json.value) : json;
}

/** Nothing but white space; a long line is not looked at, its parser refuses it. */
export const isBlank = (bytes: Buffer): boolean =>
  bytes.length < 64 && bytes.toString('latin1').trim() === '';

/** Strict UTF-8 and JSON of bounded depth and size: one object. */
export function parseJson(bytes: Buffer): Outcome<Record<string, unknown>> {
  const parsed = parseAnyJson(bytes, MAX_KEYS);
  if (parsed.kind !== 'ok') return parsed;
  return isObject(parsed.value) ? ok(parsed.value) : deadLetter('not-an-object');
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The same for a line that may hold many records: a list of them, or one object that is an envelope. The
 * bound of keys then holds for each record, which `hasTooManyKeysIn` tells, and a wider one for the line.
 */
export function parseEnvelope(
  bytes: Buffer,
): Outcome<Record<string, unknown> | readonly unknown[]> {
  const parsed = parseAnyJson(bytes, MAX_ENVELOPE_KEYS);
  if (parsed.kind !== 'ok') return parsed;
  const { value } = parsed;
  return isObject(value) || Array.isArray(value) ? ok(value) : deadLetter('not-an-object');
}

/** Whether a record inside an envelope holds more keys than a record may. */
export function hasTooManyKeysIn(record: unknown): boolean {
  let keys = 0;
  // Depth was bounded when the line was read.
  const count = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || keys > MAX_KEYS) return;
    if (Array.isArray(value)) for (const one of value) count(one);
    else
      for (const key in value) {
        keys++;
        count((value as Record<string, unknown>)[key]);
      }
  };
  count(record);
  return keys > MAX_KEYS;
}

function parseAnyJson(bytes: Buffer, mostKeys: number): Outcome<unknown> {
  if (!isUtf8(bytes)) return deadLetter('not-utf8');
  // JSON.parse recurses: depth is bounded before, not after.
  if (isDeep(bytes)) return deadLetter('too-deep');
  // Counted before too: an object of many different keys is slow to make.
  if (hasTooManyKeys(bytes, mostKeys)) return deadLetter('too-many-keys');
  try {
    return ok(JSON.parse(bytes.toString('utf8')) as unknown);
  } catch {
    return deadLetter('not-json');
  }
}

/** Whether brackets nest deeper than allowed; brackets inside strings count too, which errs on the safe side. */
function isDeep(bytes: Buffer): boolean {
  // A line needs more than 32 opening brackets to be deep, so most are done after a native search.
  let opens = 0;
  for (
    let at = bytes.indexOf(OPEN_BRACE);
    at >= 0 && opens <= MAX_DEPTH;
    at = bytes.indexOf(OPEN_BRACE, at + 1)
  )
    opens++;
  for (
    let at = bytes.indexOf(0x5b);
    at >= 0 && opens <= MAX_DEPTH;
    at = bytes.indexOf(0x5b, at + 1)
  )
    opens++;
  if (opens <= MAX_DEPTH) return false;
  let depth = 0;
  let isText = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (isText) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) isText = false;
    } else if (byte === 0x22) isText = true;
    else if (byte === OPEN_BRACE || byte === 0x5b) {
      depth++;
      if (depth > MAX_DEPTH) return true;
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return false;
}

/** Whether there are more keys than allowed: colons outside strings. The places of a list are no keys. */
function hasTooManyKeys(bytes: Buffer, most: number): boolean {
  // A key takes four bytes with its colon and value: most lines are too short to have so many.
  if (bytes.length <= 4 * most) return false;
  let colons = 0;
  for (let at = bytes.indexOf(COLON); at >= 0 && colons <= most; at = bytes.indexOf(COLON, at + 1))
    colons++;
  if (colons <= most) return false;
  let keys = 0;
  let isText = false;
  for (let i = 0; i < bytes.length && keys <= most; i++) {
    const byte = bytes[i];
    if (byte === 0x22) isText = !isText;
    else if (isText && byte === 0x5c) i++;
    else if (!isText && byte === COLON) keys++;
  }
  return keys > most;
}

/**
 * Checks the shape, the time and the BSN of an object in the canonical form. A format that has worked out
 * the instant hands it over, so that its text is not read a second time.
 */
export function toEvent(
  value: unknown,
  instant?: { at: number; isDateOnly: boolean },
): Outcome<ParsedEvent> {
  const result = CanonicalEvent.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    // The field, never its value: the value may be an identity.
    return deadLetter(
      issue === undefined ? 'invalid-field' : reasonOf(issue, value),
      issue?.path.join('.') ?? null,
    );
  }
  const event = result.data;
  const time = instant ?? parseInstant(event.occurredAt);
  if ('error' in time) return deadLetter(time.error, 'occurredAt');
  const { subject } = event;
  if (subject?.scheme === 'bsn') {
    subject.id = padBsn(subject.id);
    if (!isBsn(subject.id)) return deadLetter('bsn-eleven-test', 'subject.id');
    if (event.eventId !== undefined && holdsNumber(event.eventId, subject.id)) delete event.eventId;
  }
  return ok({ event, occurredAt: time.at, isDateOnly: time.isDateOnly });
}

/**
 * Whether an id was built from a BSN, with or without its leading zero and whatever stands between
 * the digits: such an id would carry the number into every table.
 */
const holdsNumber = (id: string, bsn: string): boolean =>
  id.replace(/\D/g, '').includes(bsn.startsWith('0') ? bsn.slice(1) : bsn);

function reasonOf(issue: core.$ZodIssue, value: unknown): DeadLetterReason {
  if (issue.code === 'too_big' && issue.origin === 'string') return 'text-too-long';
  let at: unknown = value;
  for (const key of issue.path) at = (at as Record<PropertyKey, unknown> | undefined)?.[key];
  return at === undefined ? 'missing-field' : 'invalid-field';
}

/** Hands an outcome to where it belongs. */
export function emitOutcome(outcome: Outcome<ParsedEvent>, line: RawLine, emit: Emit): void {
  if (outcome.kind === 'ok') emit.event(outcome.value, line);
  else if (outcome.kind === 'drop') emit.consumed(outcome.reason, line);
  else emit.dead(outcome.reason, outcome.field, line);
}

/** The product's own format: one JSON object a line, one line per person looked up. */
export const canonical: Format = {
  id: 'canonical',
  version: 1,
  hasLoneLines: true,
  detect: (sample) => sample.includes('"occurredAt"') && sample.includes('"source"'),
  reader: () => ({
    line: (line, emit) => emitOutcome(parseCanonical(line), line, emit),
    end: () => undefined,
  }),
};
