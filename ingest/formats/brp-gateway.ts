// The City of Amsterdam's gateway to the BRP writes a request line and one line per person found;
// the official is named by the calling application, the token's account may be shared.
import { createHash } from 'node:crypto';
import { isBsn, padBsn } from '../../domain/bsn.ts';
import type { Action, CanonicalEvent } from '../../domain/event.ts';
import { fromAmsterdam, parseInstant } from '../../domain/time.ts';
import { emitOutcome, isBlank, parseJson, toEvent } from './canonical.ts';
import type { Emit, Format, FormatReader, RawLine } from './format.ts';

const MAX_OPEN_GROUPS = 10_000;
const MAX_PERSONS = 1000;
/** Person lines follow their request within seconds; later than this in log time none comes. */
const GROUP_MS = 60_000;
/** Bytes of lines in open groups: lines carry whole answers, so a count alone bounds nothing. */
const MAX_HELD_BYTES = 67_108_864;

type Query = NonNullable<CanonicalEvent['query']>;
type Operation = { action: Action; key: Query['key'] };
const BY_ADDRESS: Operation = { action: 'search', key: 'address' };
const BY_NAME: Operation = { action: 'search', key: 'name' };
const BY_BSN: Operation = { action: 'view', key: 'bsn' };
/** An operation that is not here is a dead letter, never a view. */
const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    RaadpleegMetBurgerservicenummer: BY_BSN,
    ZoekMetGeslachtsnaamEnGeboortedatum: BY_NAME,
    ZoekMetNaamEnGemeenteVanInschrijving: BY_NAME,
    ZoekMetPostcodeEnHuisnummer: BY_ADDRESS,
    ZoekMetStraatHuisnummerEnGemeenteVanInschrijving: BY_ADDRESS,
    ZoekMetNummeraanduidingIdentificatie: BY_ADDRESS,
    ZoekMetAdresseerbaarObjectIdentificatie: BY_ADDRESS,
  }),
);

type Json = Record<string, unknown>;
type Group = {
  base: Omit<CanonicalEvent, 'subject'>;
  at: number;
  line: RawLine;
  asked: string[];
  isAnswered: boolean;
  waiting: Person[];
};
type Person = { line: RawLine; bsn: string | null };

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null;
const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
const digitsOf = (value: unknown): string | null =>
  typeof value === 'number'
    ? padBsn(String(value))
    : typeof value === 'string' && value !== ''
      ? padBsn(value)
      : null;

function operationOf(json: Json): Operation | null {
  const service = textOf(json['service']);
  if (service === 'bewoningen') return BY_ADDRESS;
  if (service === 'verblijfplaatshistorie') return BY_BSN;
  const path = textOf(json['path']);
  if (path !== null)
    return path.includes('bewoning')
      ? BY_ADDRESS
      : path.includes('verblijfplaats')
        ? BY_BSN
        : { action: 'search', key: 'other' };
  const operation = OPERATIONS.get(textOf(json['query_type']) ?? '');
  if (operation?.key !== 'name') return operation ?? null;
  const request = objectOf(json['hc_request']);
  const hasWildcard = Object.values(request).some((v) => typeof v === 'string' && v.includes('*'));
  return hasWildcard ? { action: 'search', key: 'wildcard' } : operation;
}

/** `request_started` has an offset; `time` is local, with a comma before the milliseconds. */
function timeOf(json: Json): { at: number } | { error: 'impossible-time' | 'time-out-of-range' } {
  const started = textOf(json['request_started']);
  if (started !== null) return parseInstant(started);
  const local = textOf(json['time'])?.replace(' ', 'T').replace(',', '.') ?? '';
  const wall = parseInstant(`${local}Z`);
  if ('error' in wall) return wall;
  const found = fromAmsterdam(wall.at);
  return 'error' in found ? { error: 'impossible-time' } : found;
}

const isPersonLine = (message: string): boolean => / retrieved using '/.test(message);
const outcomeOf = (message: string): CanonicalEvent['outcome'] =>
  message.startsWith('Denied')
    ? 'denied'
    : message.includes(', but error returned')
      ? 'error'
      : 'success';

/** Joins request and person lines on correlation id and query type, in the order of the file. */
function createReader(): FormatReader {
  const groups = new Map<string, Group>();
  let heldBytes = 0;

  /** A copy: a line is a window on a chunk, which it would keep in memory as long as its group. */
  function hold(line: RawLine): RawLine {
    heldBytes += line.bytes.length;
    return { ...line, bytes: Buffer.from(line.bytes) };
  }

  function release(key: string, emit: Emit): void {
    const group = groups.get(key);
    if (group === undefined) return;
    groups.delete(key);
    heldBytes -= group.line.bytes.length;
    for (const person of group.waiting) heldBytes -= person.line.bytes.length;
    const { base, line, waiting, asked } = group;
    const query = base.query && {
      ...base.query,
      ...(group.isAnswered ? { resultCount: waiting.length } : {}),
    };
    // From the request and the place among its persons: two persons without a number stay two.
    const requestHash = createHash('sha256')
      .update(line.bytes)
      .digest()
      .toString('base64url', 0, 16);
    let place = 0;
    const send = (subject: CanonicalEvent['subject'], from: RawLine): void => {
      const eventId = `g-${requestHash}-${place++}`;
      const outcome = toEvent({ ...base, eventId, query, subject });
      if (outcome.kind === 'ok') outcome.value.isDateOnly = false;
      emitOutcome(outcome, from, emit);
    };
    if (waiting.length > 0) {
      emit.consumed('request-with-persons', line);
      for (const person of waiting) {
        if (person.bsn === null) send(null, person.line);
        else if (isBsn(person.bsn)) send({ scheme: 'bsn', id: person.bsn }, person.line);
        else emit.dead('bsn-eleven-test', 'burgerservicenummer', person.line);
      }
      return;
    }
    if (asked.length === 0) {
      send(null, line);
      return;
    }
    for (const bsn of asked) {
      if (isBsn(bsn)) send({ scheme: 'bsn', id: bsn }, line);
      else emit.dead('bsn-eleven-test', 'hc_request.burgerservicenummer', line);
    }
  }

  /** Lets go of groups whose time is over, and of the oldest when there are too many or too large. */
  function makeRoom(now: number, emit: Emit): void {
    for (const [key, { at }] of groups) {
      const isFull = groups.size >= MAX_OPEN_GROUPS || heldBytes > MAX_HELD_BYTES;
      if (!isFull && now - at <= GROUP_MS) return;
      release(key, emit);
    }
  }

  function request(json: Json, message: string, line: RawLine, emit: Emit): void {
    // A refusal or fault never has persons, so it must not close a request that waits for some.
    const hasPersons = outcomeOf(message) === 'success';
    const key = hasPersons ? keyOf(json, line) : `line ${line.offset}`;
    // Before a fault of this line is known: its persons must not join the request before it.
    release(key, emit);
    const operation = operationOf(json);
    if (operation === null) {
      emit.dead('unknown-operation', 'query_type', line);
      return;
    }
    const time = timeOf(json);
    if ('error' in time) {
      emit.dead(
        time.error,
        json['request_started'] === undefined ? 'time' : 'request_started',
        line,
      );
      return;
    }
    const requested = objectOf(json['hc_request']);
    const numbers =
      requested['burgerservicenummer'] ??
      (json['field'] === 'burgerservicenummer' ? json['values'] : undefined);
    const asked = (Array.isArray(numbers) ? numbers : [numbers])
      .map(digitsOf)
      .filter((n) => n !== null);
    if (asked.length > MAX_PERSONS) {
      emit.dead('too-many-persons', 'hc_request.burgerservicenummer', line);
      return;
    }
    makeRoom(time.at, emit);
    groups.set(key, {
      base: baseOf(json, operation, message, time.at),
      at: time.at,
      line: hold(line),
      asked,
      isAnswered: outcomeOf(message) === 'success',
      waiting: [],
    });
    // Nothing can follow a refusal, a fault or a line without id: their event does not have to wait.
    const isAlone = !hasPersons || textOf(json['X-Correlation-ID']) === null;
    if (isAlone || textOf(json['service']) === 'verblijfplaatshistorie') release(key, emit);
  }

  return {
    line(line, emit) {
      if (line.isTooLong === true) {
        emit.dead('line-too-long', null, line);
        return;
      }
      if (isBlank(line.bytes)) {
        emit.consumed('blank-line', line);
        return;
      }
      const parsed = parseJson(line.bytes);
      if (parsed.kind === 'dead-letter') {
        emit.dead(parsed.reason, parsed.field, line);
        return;
      }
      if (parsed.kind !== 'ok') {
        emit.consumed('not-an-access', line);
        return;
      }
      const message = textOf(parsed.value['message']);
      if (message === null) {
        emit.dead('missing-field', 'message', line);
        return;
      }
      if (!isPersonLine(message)) {
        if (!/^(Access granted|Denied)/.test(message)) {
          emit.dead('unknown-operation', 'message', line);
          return;
        }
        request(parsed.value, message, line, emit);
        return;
      }
      const group = groups.get(keyOf(parsed.value, line));
      if (group === undefined) {
        emit.dead('orphan-line', 'X-Correlation-ID', line);
        return;
      }
      if (group.waiting.length >= MAX_PERSONS) {
        emit.dead('too-many-persons', null, line);
        return;
      }
      group.waiting.push({ line: hold(line), bsn: digitsOf(parsed.value['burgerservicenummer']) });
      if (heldBytes > MAX_HELD_BYTES) makeRoom(group.at, emit);
    },
    end(emit) {
      for (const key of [...groups.keys()]) release(key, emit);
    },
  };
}

/** Without a correlation id a request stands alone: person lines of it cannot be told apart. */
const keyOf = (json: Json, line: RawLine): string => {
  const id = textOf(json['X-Correlation-ID']);
  return id === null ? `line ${line.offset}` : `${id}\0${textOf(json['query_type']) ?? ''}`;
};

function baseOf(json: Json, operation: Operation, message: string, at: number): Group['base'] {
  const actor = textOf(json['X-User']) ?? textOf(json['user']) ?? textOf(json['appid']);
  const requestId = textOf(json['X-Correlation-ID']);
  const fields = objectOf(json['hc_request'])['fields'];
  const text = textOf(json['X-Task-Description']);
  return {
    ...(requestId === null ? {} : { requestId: requestId }),
    occurredAt: new Date(at).toISOString(),
    source: { system: 'brp' },
    actor: actor === null ? null : { id: actor },
    action: operation.action,
    outcome: outcomeOf(message),
    query: { key: operation.key },
    ...(Array.isArray(fields) ? { fields: fields.filter((f) => typeof f === 'string') } : {}),
    ...(text === null ? {} : { purpose: { text } }),
  };
}

/** Audit lines of the BRP gateway; answers (`hc_response`) are never taken over. */
export const brpGateway: Format = {
  id: 'brp-gateway',
  version: 1,
  detect: (sample) => sample.includes('"X-Correlation-ID"') && sample.includes('"audit"'),
  reader: createReader,
};
