// Logboek Dataverwerkingen: spans of processing, one person a span. The standard leaves the official
// out; only the NEN 7513 extension names one, otherwise the join with the application's log finds it.
import { ok } from '../../domain/outcome.ts';
import { type Agreement, agreedAction } from './agreement.ts';
import { hasTooManyKeysIn } from './canonical.ts';
import { fromNanos, fromTextOrMillis } from './instants.ts';
import {
  bsnOrEncrypted,
  type Json,
  listOf,
  localSubject,
  objectOf,
  own,
  type Subject,
  scalarOf,
  textOf,
} from './json-fields.ts';
import type { LocalInstant } from './local-time.ts';
import { actionOfName } from './operations.ts';
import { keyValues } from './otlp-values.ts';
import {
  type Draft,
  dead,
  eventIdOf,
  type Found,
  jsonFormat,
  MAX_PERSONS,
  missingOrInvalid,
  notAnAccess,
} from './records.ts';

/** One span whatever its names: 2024, newer, a row of the ClickHouse table, OTLP. */
type Span = {
  names: { trace: string; span: string; start: string; end: string; status: string };
  trace: unknown;
  span: unknown;
  name: unknown;
  start: LocalInstant | null;
  end: LocalInstant | null;
  status: string;
  attributes: Json | null;
  resource: Json;
};

const NO_TIME = (value: unknown, read: (value: unknown) => LocalInstant): LocalInstant | null =>
  value === undefined || value === null ? null : read(value);

/** Columns of a table may hold maps as text. */
function mapOf(value: unknown): Json | null {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  if (typeof value !== 'string' || !value.startsWith('{')) return null;
  try {
    return objectOf(JSON.parse(value));
  } catch {
    return null;
  }
}

function spanOf(json: Json): Span {
  const isTable = own(json, 'traceId') !== undefined;
  const isOld = own(json, 'operation_id') !== undefined || own(json, 'status_code') !== undefined;
  const names = isTable
    ? { trace: 'traceId', span: 'spanId', start: 'startTime', end: 'endTime', status: 'status' }
    : {
        trace: 'trace_id',
        span: isOld ? 'operation_id' : 'span_id',
        start: 'start_time',
        end: 'end_time',
        status: isOld ? 'status_code' : 'status',
      };
  const resource = objectOf(mapOf(own(json, 'resource')));
  return {
    names,
    trace: own(json, names.trace),
    span: own(json, names.span),
    name: own(json, 'name'),
    start: NO_TIME(own(json, names.start), fromTextOrMillis),
    end: NO_TIME(own(json, names.end), fromTextOrMillis),
    status: scalarOf(own(json, names.status)) ?? scalarOf(own(json, 'status')) ?? '',
    attributes: mapOf(own(json, 'attributes')),
    resource: objectOf(own(resource, 'attributes') ?? resource),
  };
}

/** A span as OTLP/JSON carries it; the ids come in any case. */
export function otlpSpan(span: Json, resource: Json): Span {
  const status = objectOf(own(span, 'status'));
  return {
    names: {
      trace: 'traceId',
      span: 'spanId',
      start: 'startTimeUnixNano',
      end: 'endTimeUnixNano',
      status: 'status',
    },
    trace: own(span, 'traceId'),
    span: own(span, 'spanId'),
    name: own(span, 'name'),
    start: NO_TIME(own(span, 'startTimeUnixNano'), fromNanos),
    end: NO_TIME(own(span, 'endTimeUnixNano'), fromNanos),
    status: scalarOf(own(status, 'code')) ?? '',
    attributes: keyValues(own(span, 'attributes')),
    resource,
  };
}

const TRACE = /^[0-9a-f]{32}$/i;
const SPAN = /^[0-9a-f]{16}$/i;
const isZero = (hex: string): boolean => /^0+$/.test(hex);
const idOf = (value: unknown, shape: RegExp): string | null => {
  const text = textOf(value);
  return text !== null && shape.test(text) && !isZero(text) ? text.toLowerCase() : null;
};
/** 2 in the names of 2024 and OTLP, `Error` in any case in the newer ones. */
const isError = (status: string): boolean => /^(?:2|(?:status_code_)?error)$/i.test(status);

/** A span may leave its status out; one that says what no version knows is not understood. */
const isStatus = (status: string): boolean =>
  status === '' || /^(?:[012]|(?:status_code_)?(?:unset|ok|error))$/i.test(status);

/** Without a type of number, the standard of 2024 means a BSN where it is made of eight or nine digits. */
function subjectOf(id: unknown, type: string | null): Subject | null {
  const text = scalarOf(id);
  if (text === null) return null;
  const isBsn = type === null ? /^\d{8,9}$/.test(text) : /(?:^|[/#:])bsn$/i.test(type);
  return isBsn ? bsnOrEncrypted(text) : localSubject(text);
}

const EMERGENCY = new Set(['BTG', 'ETREAT']);

/** What the NEN 7513 extension adds: the one requestor, roles, persons, dossier, workstation. */
function extension(attributes: Json): Partial<Draft> & { persons: Subject[] } {
  const jsonList = (name: string): readonly unknown[] => {
    const value = own(attributes, `dpl.nen7513.${name}`);
    if (typeof value !== 'string') return listOf(value);
    try {
      return listOf(JSON.parse(value));
    } catch {
      return [];
    }
  };
  const requestors = jsonList('users')
    .map(objectOf)
    .filter((user) => scalarOf(own(user, 'userIsRequestor')) === 'true');
  const [user] = requestors;
  // None or several: the actor is not known, and a guess would accuse somebody.
  const isOne = requestors.length === 1 && user !== undefined;
  const id = isOne ? scalarOf(own(user, 'userID')) : null;
  const role = isOne ? textOf(own(user, 'roleIDCode')) : null;
  const use = isOne ? textOf(own(user, 'purposeOfUse')) : null;
  const ip = isOne ? textOf(own(user, 'networkAccessPointID')) : null;
  const relation = textOf(own(attributes, 'dpl.nen7513.behandelrelatieProtocol'));
  const persons = jsonList('participants')
    .map(objectOf)
    .filter(
      (p) =>
        scalarOf(own(p, 'participantObjectTypeCode')) === '1' &&
        scalarOf(own(p, 'participantObjectTypeCodeRole')) === '1',
    )
    .map((p) =>
      subjectOf(own(p, 'participantObjectID'), textOf(own(p, 'participantObjectIDTypeCode'))),
    )
    .filter((s) => s !== null);
  const [segment] = jsonList('participantSegments').map(objectOf);
  const dossier = segment === undefined ? null : scalarOf(own(segment, 'participantObjectID'));
  return {
    persons,
    ...(id === null ? {} : { actor: { id, ...(role === null ? {} : { roles: [role] }) } }),
    ...(ip === null ? {} : { device: { ip } }),
    ...(dossier === null ? {} : { object: { kind: 'document' as const, id: dossier } }),
    purpose: {
      caseRef: relation?.startsWith('zaak:') ? relation.slice('zaak:'.length) : undefined,
      text: use ?? undefined,
    },
    ...(use !== null && EMERGENCY.has(use) ? { emergency: true } : {}),
  };
}

export function readSpan(span: Span, agreement: Agreement): readonly Found[] {
  const { names, attributes, start, end } = span;
  const traceId = idOf(span.trace, TRACE);
  if (traceId === null) return [missingOrInvalid(span.trace, names.trace)];
  const spanId = idOf(span.span, SPAN);
  if (spanId === null) return [missingOrInvalid(span.span, names.span)];
  if (start === null) return [dead('missing-field', names.start)];
  if ('error' in start) return [dead(start.error, names.start)];
  if (end !== null && ('error' in end || end.at < start.at))
    return [dead('invalid-field', names.end)];
  if (attributes === null) return [dead('missing-field', 'attributes')];
  if (!isStatus(span.status)) return [dead('invalid-field', names.status)];
  const kind = textOf(own(attributes, 'dpl.nen7513.eventTypeCode'));
  const name = textOf(span.name);
  const action =
    agreedAction(agreement, kind) ??
    agreedAction(agreement, name) ??
    actionOfName(kind ?? '') ??
    actionOfName(name ?? '');
  if (action === null) return [dead('unknown-operation', 'name')];
  const { persons, purpose, ...added } = extension(attributes);
  const concerned = subjectOf(
    own(attributes, 'dpl.core.data_subject_id'),
    textOf(own(attributes, 'dpl.core.data_subject_id_type')),
  );
  const subjects: (Subject | null)[] = persons.length > 0 ? persons : [concerned];
  if (subjects.length > MAX_PERSONS) return [dead('too-many-persons', 'dpl.nen7513.participants')];
  const service = textOf(own(span.resource, 'service.name'));
  return subjects.map((subject, place) =>
    ok({
      ...added,
      eventId: place === 0 ? eventIdOf(traceId, spanId) : eventIdOf(traceId, spanId, place),
      requestId: eventIdOf(traceId, spanId),
      occurredAt: start,
      source: { system: 'ldv', instance: service?.slice(0, 128) },
      actor: added.actor ?? null,
      action,
      outcome: isError(span.status) ? 'error' : 'success',
      subject,
      subjectField: persons.length > 0 ? 'dpl.nen7513.participants' : 'dpl.core.data_subject_id',
      purpose: {
        ...purpose,
        code: textOf(own(attributes, 'dpl.core.processing_activity_id')) ?? undefined,
      },
      traceId,
      spanId,
    } satisfies Draft),
  );
}

function readAll(json: Json, agreement: Agreement): readonly Found[] {
  const batches = own(json, 'resourceSpans');
  if (batches === undefined)
    return hasTooManyKeysIn(json) ? [dead('too-many-keys')] : readSpan(spanOf(json), agreement);
  if (!Array.isArray(batches)) return [dead('invalid-field', 'resourceSpans')];
  const found: Found[] = [];
  for (const batch of batches.map(objectOf)) {
    const resource = keyValues(own(objectOf(own(batch, 'resource')), 'attributes'));
    for (const scope of listOf(own(batch, 'scopeSpans')).map(objectOf))
      for (const raw of listOf(own(scope, 'spans')).map(objectOf)) {
        if (hasTooManyKeysIn(raw)) {
          found.push(dead('too-many-keys'));
          continue;
        }
        const span = otlpSpan(raw, resource);
        // Traces carry every step of every application; only some are processing of personal data.
        const isLogged = Object.keys(span.attributes ?? {}).some((key) => key.startsWith('dpl.'));
        const name = textOf(span.name);
        const isKnown = agreedAction(agreement, name) ?? actionOfName(name ?? '');
        found.push(...(isLogged || isKnown !== null ? readSpan(span, agreement) : [notAnAccess]));
      }
  }
  return found;
}

const NAMES = ['"dpl.core.', '"operation_id"', '"span_id"', '"resourceSpans"', '"parentSpanId"'];
export const ldv = jsonFormat({
  id: 'ldv',
  version: 1,
  detect: (sample) =>
    sample.includes('"resourceSpans"') ||
    (NAMES.some((name) => sample.includes(name)) &&
      (sample.includes('"trace_id"') || sample.includes('"traceId"'))),
  isEnvelope: true,
  read: readAll,
});
