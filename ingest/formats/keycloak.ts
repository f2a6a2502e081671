// Keycloak events: user events are sign-ins and never a look at somebody's data; admin events change
// accounts. As JSON, and in the two text forms of the server log, quoted or not.
import { isUtf8 } from 'node:buffer';
import type { Action } from '../../domain/event.ts';
import { ok } from '../../domain/outcome.ts';
import { type Agreement, agreedAction, applyAgreement, noAgreement } from './agreement.ts';
import type { Format } from './format.ts';
import { createLocalClocks, fromMillis, fromText } from './instants.ts';
import { firstAt, type Json, own, scalarOf } from './json-fields.ts';
import type { LocalInstant } from './local-time.ts';
import {
  type AgreedFormat,
  dead,
  emitFound,
  type Found,
  isSetAside,
  missingOrInvalid,
  notAnAccess,
  readJsonLine,
  shortened,
} from './records.ts';

const OPERATIONS: ReadonlyMap<string, Action> = new Map([
  ['CREATE', 'create'],
  ['UPDATE', 'update'],
  ['DELETE', 'delete'],
  ['ACTION', 'update'],
  ['VIEW', 'view'],
]);
const TYPE = /^[A-Z][A-Z0-9_]{1,63}$/;

function readEvent(json: Json, time: LocalInstant | null, agreement: Agreement): Found {
  const operation = firstAt(json, 'operationType');
  if (operation === null) {
    const type = firstAt(json, 'type');
    if (type === null) return missingOrInvalid(own(json, 'type'), 'type');
    return TYPE.test(type) ? notAnAccess : dead('unknown-operation', 'type');
  }
  const resource = firstAt(json, 'resourceType', 'resourceTypeAsString');
  const name = resource === null ? operation : `${operation} ${resource}`;
  const action = agreedAction(agreement, name) ?? OPERATIONS.get(operation) ?? null;
  if (action === null) return dead('unknown-operation', 'operationType');
  const user = firstAt(json, 'authDetails.userId', 'userId', 'authDetails.username');
  const path = firstAt(json, 'resourcePath');
  const draft = {
    eventId: firstAt(json, 'id'),
    occurredAt: time,
    timeField: 'time',
    source: { system: 'keycloak', instance: firstAt(json, 'realmId', 'realmName')?.slice(0, 128) },
    actor: user === null ? null : { id: user },
    action,
    outcome: firstAt(json, 'error') === null ? ('success' as const) : ('error' as const),
    // `users/<id>` is an account, not a person looked up.
    subject: null,
    ...(path === null ? {} : { object: { kind: 'document' as const, id: shortened(path) } }),
    fields: resource === null ? undefined : [resource],
    device: { ip: firstAt(json, 'authDetails.ipAddress', 'ipAddress') ?? undefined },
    sessionId: firstAt(json, 'sessionId'),
  };
  return ok(applyAgreement(draft, json, agreement));
}

const PAIR_START = /\b(?:operationType|type)=/;
/** `key=value, ` pairs of a server log; the word null is no value, the first of a name counts. */
export function readPairs(text: string): Json {
  const pairs: Record<string, unknown> = Object.create(null);
  let at = PAIR_START.exec(text)?.index ?? -1;
  while (at >= 0 && at < text.length) {
    const equals = text.indexOf('=', at);
    if (equals < 0) break;
    const key = text.slice(at, equals).trim();
    let value: string;
    if (text[equals + 1] === '"') {
      let end = equals + 2;
      while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
      value = text.slice(equals + 2, end).replaceAll(/\\(.)/g, '$1');
      const next = text.indexOf(', ', end);
      at = next < 0 ? -1 : next + 2;
    } else {
      const end = text.indexOf(', ', equals);
      value = text.slice(equals + 1, end < 0 ? undefined : end).trimEnd();
      at = end < 0 ? -1 : end + 2;
    }
    if (value !== 'null' && !Object.hasOwn(pairs, key)) pairs[key] = value;
  }
  return pairs;
}

const STAMP = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d,\d{3}/;
const make = (agreement: Agreement): Format => ({
  id: 'keycloak',
  version: 1,
  detect: (sample) =>
    sample.includes('[org.keycloak.events]') ||
    (sample.includes('"realmId"') &&
      ['"operationType"', '"clientId"'].some((name) => sample.includes(name))),
  reader() {
    const clock = createLocalClocks(['yyyy-MM-dd HH:mm:ss,SSS'], agreement.zone);

    function readJson(json: Json): readonly Found[] {
      const raw = own(json, 'time') ?? own(json, 'timestamp') ?? null;
      const isText = typeof raw === 'string' && raw.includes('T');
      const time = raw === null ? null : isText ? fromText(raw) : fromMillis(raw);
      return [readEvent(json, time, agreement)];
    }
    function readText(bytes: Buffer): Found {
      if (!isUtf8(bytes)) return dead('not-utf8');
      const text = bytes.toString('utf8');
      // Other loggers write into the same file.
      if (!text.includes('[org.keycloak.events]')) return notAnAccess;
      const pairs = readPairs(text);
      const stamp = STAMP.exec(text)?.[0].replace('T', ' ');
      const written = scalarOf(pairs['time']);
      const time =
        written !== null ? fromMillis(written) : stamp === undefined ? null : clock(stamp);
      return readEvent(pairs, time, agreement);
    }
    return {
      line(line, emit) {
        if (isSetAside(line, emit)) return;
        const { bytes } = line;
        const isJson = bytes[0] === 0x7b || bytes[0] === 0x5b;
        emitFound(isJson ? readJsonLine(bytes, readJson) : [readText(bytes)], line, emit);
      },
      end: () => undefined,
    };
  },
});
export const keycloak: AgreedFormat = { ...make(noAgreement('keycloak')), with: make };
