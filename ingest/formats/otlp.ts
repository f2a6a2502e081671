// OpenTelemetry logs in JSON: ordinary application logs, of which a few tell of a look at a person.
import { ok } from '../../domain/outcome.ts';
import { type Agreement, agreedAction, applyAgreement, noAgreement } from './agreement.ts';
import { hasTooManyKeysIn } from './canonical.ts';
import type { Format } from './format.ts';
import { fromNanos } from './instants.ts';
import {
  bsnOrEncrypted,
  bsnSubject,
  firstAt,
  type Json,
  listOf,
  localSubject,
  objectOf,
  own,
  textOf,
  wholeOf,
} from './json-fields.ts';
import { actionOfName } from './operations.ts';
import { anyValue, keyValues } from './otlp-values.ts';
import {
  type AgreedFormat,
  dead,
  type Found,
  jsonReader,
  notAnAccess,
  systemOf,
} from './records.ts';

/** One log record with its resource, flattened: 64-bit numbers as numbers, ids in lower case. */
export type FlatLog = {
  kind: 'log';
  time: string | null;
  traceId: string | null;
  spanId: string | null;
  severity: string | null;
  body: unknown;
  resource: Json;
  scope: string | null;
  attributes: Json;
};
type Entry = { flat: FlatLog; record: Json; time: ReturnType<typeof fromNanos> | null };

const hex = (value: unknown): string | null => {
  const text = textOf(value)?.toLowerCase() ?? null;
  return text === null || /^0*$/.test(text) ? null : text;
};

function* entriesOf(json: Json): Generator<Entry> {
  for (const batch of listOf(own(json, 'resourceLogs')).map(objectOf)) {
    const resource = keyValues(own(objectOf(own(batch, 'resource')), 'attributes'));
    for (const scope of listOf(own(batch, 'scopeLogs')).map(objectOf)) {
      const scopeName = textOf(own(objectOf(own(scope, 'scope')), 'name'));
      for (const record of listOf(own(scope, 'logRecords')).map(objectOf)) {
        const nanos = own(record, 'timeUnixNano');
        const isUnset = nanos === undefined || nanos === '0' || nanos === 0;
        const stamp = isUnset ? own(record, 'observedTimeUnixNano') : nanos;
        const time = stamp === undefined ? null : fromNanos(stamp);
        const flat: FlatLog = {
          kind: 'log',
          time: time !== null && 'at' in time ? new Date(time.at).toISOString() : null,
          traceId: hex(own(record, 'traceId')),
          spanId: hex(own(record, 'spanId')),
          severity: textOf(own(record, 'severityText')),
          body: anyValue(own(record, 'body')),
          resource,
          scope: scopeName,
          attributes: keyValues(own(record, 'attributes')),
        };
        yield { flat, record, time };
      }
    }
  }
}

/** The log records of one export request. */
export const flattenLogs = (json: Json): FlatLog[] => [...entriesOf(json)].map((e) => e.flat);

const DENIED = /^(?:denied|forbidden|refused|unauthori[sz]ed)$/i;
function readEntry({ flat, record, time }: Entry, agreement: Agreement): Found {
  const { attributes, resource } = flat;
  const get = (...names: string[]): string | null => firstAt(attributes, ...names);
  const user = get('user.id', 'enduser.id', 'user.name');
  const subject =
    bsnSubject(get('bsn', 'burgerservicenummer')) ??
    bsnOrEncrypted(get('dpl.core.data_subject_id')) ??
    localSubject(get('subject.id'));
  const event = textOf(own(record, 'eventName')) ?? get('event.name', 'event.action');
  const body = textOf(flat.body);
  const isAbout = user !== null || subject !== null;
  const name = event ?? (isAbout ? body : null);
  const short = event?.split('.').at(-1) ?? null;
  const action =
    agreedAction(agreement, name) ?? actionOfName(name ?? '') ?? actionOfName(short ?? '');
  if (action === null || !(isAbout || agreedAction(agreement, name) !== null))
    return isAbout ? dead('unknown-operation', 'eventName') : notAnAccess;
  const said = get('event.outcome', 'outcome') ?? '';
  const isError =
    /^(?:failure|error)$/i.test(said) || (wholeOf(own(record, 'severityNumber')) ?? 0) >= 17;
  const draft = {
    eventId: get('event.id', 'log.record.uid'),
    requestId: get('request.id', 'http.request.id'),
    occurredAt: time,
    timeField: 'timeUnixNano',
    source: {
      system: systemOf(firstAt(resource, 'service.name'), 'otlp'),
      instance: firstAt(resource, 'service.instance.id')?.slice(0, 128),
      sequence: wholeOf(attributes['event.sequence']) ?? undefined,
    },
    actor:
      user === null
        ? null
        : { id: user, roles: listOf(attributes['user.roles']).flatMap((r) => textOf(r) ?? []) },
    action,
    outcome: DENIED.test(said)
      ? ('denied' as const)
      : isError
        ? ('error' as const)
        : ('success' as const),
    subject,
    subjectField: 'attributes',
    purpose: {
      code: get('purpose', 'dpl.core.processing_activity_id') ?? undefined,
      caseRef: get('case.id', 'zaaknummer') ?? undefined,
    },
    device: { ip: get('client.address', 'source.address') ?? undefined },
    sessionId: get('session.id'),
    traceId: flat.traceId,
    spanId: flat.spanId,
  };
  return ok(applyAgreement(draft, { ...resource, ...attributes }, agreement));
}

const make = (agreement: Agreement): Format => ({
  id: 'otlp',
  version: 1,
  detect: (sample) => sample.includes('"resourceLogs"'),
  reader: () =>
    jsonReader((json) => {
      if (!Array.isArray(own(json, 'resourceLogs'))) return [dead('missing-field', 'resourceLogs')];
      return [...entriesOf(json)].map((entry) =>
        hasTooManyKeysIn(entry.record) ? dead('too-many-keys') : readEntry(entry, agreement),
      );
    }, true),
});
/** One export request of logs a line; a line may hold many records. */
export const otlp: AgreedFormat = {
  ...make(noAgreement('otlp')),
  hasLoneLines: true,
  with: make,
};
