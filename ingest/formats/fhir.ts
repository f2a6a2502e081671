// FHIR AuditEvent R4 and R5, with the profiles of IHE BALP. Who asked may also be the patient, a
// device or only a token: none of them is an official.
import type { Action } from '../../domain/event.ts';
import { ok } from '../../domain/outcome.ts';
import { type Agreement, agreedAction } from './agreement.ts';
import { hasTooManyKeysIn } from './canonical.ts';
import { fromText } from './instants.ts';
import {
  bsnSubject,
  type Json,
  listOf,
  objectOf,
  own,
  type Subject,
  scalarOf,
  textOf,
} from './json-fields.ts';
import {
  type Draft,
  dead,
  eventIdOf,
  type Found,
  jsonFormat,
  MAX_PERSONS,
  missingOrInvalid,
  notAnAccess,
  shortened,
} from './records.ts';

const BY_LETTER: ReadonlyMap<string, Action> = new Map([
  ['C', 'create'],
  ['R', 'view'],
  ['U', 'update'],
  ['D', 'delete'],
]);
/** HL7 ActReason codes for access in an emergency, and the DICOM code of an emergency override. */
const EMERGENCY = new Set(['ETREAT', 'BTG', '110127']);
/** Official: naming systems of the BSN, as a URI and as an OID. */
const BSN_SYSTEM = /(?:NamingSystem\/bsn|2\.16\.840\.1\.113883\.2\.4\.6\.3)$/;

/** Codes of a coding, a concept, or a list of either. */
function codesOf(value: unknown): string[] {
  return listOf(value).flatMap((one) => {
    const concept = objectOf(one);
    const codings = [concept, ...listOf(own(concept, 'coding')).map(objectOf)];
    return codings.flatMap((coding) => textOf(own(coding, 'code')) ?? []);
  });
}
const referenceOf = (value: unknown): string | null => textOf(own(objectOf(value), 'reference'));
const identifierOf = (value: unknown): Json => {
  const [first] = listOf(own(objectOf(value), 'identifier'));
  return objectOf(first);
};
/** `Patient/1` of a relative or absolute reference; the server is not part of who it is. */
const kindOf = (reference: string | null): string =>
  /(?:^|\/)([A-Z][A-Za-z]+)\/[^/]+(?:\/_history\/[^/]+)?$/.exec(reference ?? '')?.[1] ?? '';

function actionOf(event: Json, agreement: Agreement): Action | null | 'unknown' {
  // R5 holds in `code` and `category` what R4 holds in `subtype` and `type`.
  const kinds = [...codesOf(own(event, 'subtype')), ...codesOf(own(event, 'code'))];
  for (const kind of kinds) {
    const agreed = agreedAction(agreement, kind);
    if (agreed !== null) return agreed;
  }
  const isSearch = kinds.some((kind) => kind === 'search' || kind.startsWith('search-'));
  const letter = textOf(own(event, 'action'));
  if (letter === null) {
    if (isSearch) return 'search';
    return kinds.some((k) => k === 'read' || k === 'vread') ? 'view' : 'unknown';
  }
  if (letter === 'E') {
    if (isSearch) return 'search';
    // An operation may read everything of a person or nothing: its code alone does not tell.
    return kinds.includes('operation') ? 'unknown' : null;
  }
  if (letter === 'R' && isSearch) return 'search';
  return BY_LETTER.get(letter) ?? 'unknown';
}

const FORBIDDEN = new Set(['forbidden', 'security', 'login', 'suppressed']);
function outcomeOf(event: Json): 'success' | 'denied' | 'error' | null {
  const value = own(event, 'outcome');
  if (value === undefined) return 'success';
  const codes = typeof value === 'string' ? [value] : codesOf(own(objectOf(value), 'code'));
  const details = codesOf(own(objectOf(value), 'detail'));
  if (codes.some((c) => c === '0' || c === 'success' || c === 'information')) return 'success';
  if (codes.length === 0) return null;
  return details.some((d) => FORBIDDEN.has(d)) ? 'denied' : 'error';
}

/** The one agent that asked, if it is a person at work or a known device. */
function actorOf(agents: readonly Json[]): Draft['actor'] {
  const asking = agents.filter((agent) => own(agent, 'requestor') === true);
  const [agent] = asking;
  if (asking.length !== 1 || agent === undefined) return null;
  const who = objectOf(own(agent, 'who'));
  const reference = referenceOf(who);
  const kind = kindOf(reference) || textOf(own(who, 'type')) || '';
  if (kind === 'Patient' || kind === 'RelatedPerson') return null;
  const id =
    scalarOf(own(identifierOf(who), 'value')) ??
    textOf(own(agent, 'altId')) ??
    reference ??
    textOf(own(who, 'display')) ??
    textOf(own(agent, 'name'));
  if (id === null) return null;
  const isSystem = kind === 'Device' || kind === 'HealthcareService';
  return {
    id: shortened(id),
    roles: codesOf(own(agent, 'role')).slice(0, 64),
    ...(isSystem ? { kind: 'system' as const } : {}),
  };
}

function subjectOf(what: unknown): Subject | null {
  const identifier = identifierOf(what);
  const number = own(identifier, 'value');
  if (number !== undefined && BSN_SYSTEM.test(textOf(own(identifier, 'system')) ?? ''))
    return bsnSubject(number);
  const id = referenceOf(what) ?? scalarOf(number);
  return id === null ? null : { scheme: 'local', id: shortened(id) };
}

function subjectsOf(event: Json, entities: readonly Json[]): Subject[] {
  const patient = own(event, 'patient');
  const found = entities
    .filter((entity) => {
      const kind = kindOf(referenceOf(own(entity, 'what')));
      const types = codesOf(own(entity, 'type'));
      return (
        codesOf(own(entity, 'role')).includes('1') && (types.includes('1') || kind === 'Patient')
      );
    })
    .map((entity) => subjectOf(own(entity, 'what')));
  if (patient !== undefined) found.unshift(subjectOf(patient));
  const seen = new Set<string>();
  return found.filter((s) => s !== null).filter((s) => !seen.has(s.id) && seen.add(s.id));
}

/** Who looked up whom, of one AuditEvent. */
function readEvent(event: Json, agreement: Agreement): readonly Found[] {
  if (hasTooManyKeysIn(event)) return [dead('too-many-keys')];
  if (own(event, 'resourceType') !== 'AuditEvent')
    return [
      own(event, 'resourceType') === undefined
        ? dead('missing-field', 'resourceType')
        : notAnAccess,
    ];
  const action = actionOf(event, agreement);
  if (action === null) return [notAnAccess];
  if (action === 'unknown') return [dead('unknown-operation', 'action')];
  const outcome = outcomeOf(event);
  if (outcome === null) return [missingOrInvalid(own(event, 'outcome'), 'outcome')];
  const period = objectOf(own(event, 'occurredPeriod'));
  const [time, timeField] =
    own(event, 'occurredDateTime') !== undefined
      ? [own(event, 'occurredDateTime'), 'occurredDateTime']
      : own(period, 'start') !== undefined
        ? [own(period, 'start'), 'occurredPeriod.start']
        : [own(event, 'recorded'), 'recorded'];
  const agents = listOf(own(event, 'agent')).map(objectOf);
  const entities = listOf(own(event, 'entity')).map(objectOf);
  const subjects = subjectsOf(event, entities);
  if (subjects.length > MAX_PERSONS) return [dead('too-many-persons', 'entity')];
  const purposes = [
    ...agents.flatMap((agent) => [
      ...codesOf(own(agent, 'purposeOfUse')),
      ...codesOf(own(agent, 'authorization')),
    ]),
    ...codesOf(own(event, 'purposeOfEvent')),
    ...codesOf(own(event, 'authorization')),
  ];
  const marks = [
    ...purposes,
    ...codesOf(own(event, 'type')),
    ...codesOf(own(event, 'subtype')),
    ...codesOf(own(event, 'code')),
  ];
  const asked = entities.find((entity) => codesOf(own(entity, 'type')).includes('XrequestId'));
  const requestId = asked && scalarOf(own(identifierOf(own(asked, 'what')), 'value'));
  const source = objectOf(own(event, 'source'));
  const instance =
    textOf(own(source, 'site')) ?? textOf(own(objectOf(own(source, 'observer')), 'display'));
  const network = agents
    .map((a) => own(a, 'network'))
    .map(objectOf)
    .find((n) => own(n, 'type') === '2');
  const ip = textOf(own(network ?? objectOf(null), 'address'));
  const kinds = entities
    .filter((entity) => codesOf(own(entity, 'type')).includes('2'))
    .map((entity) => kindOf(referenceOf(own(entity, 'what'))))
    .filter((kind) => kind !== '');
  const id = requestId ?? textOf(own(event, 'id'));
  const persons: (Subject | null)[] = subjects.length > 0 ? subjects : [null];
  return persons.map((subject, place) =>
    ok({
      // Client and server both log a request: the id they share makes one event of the two.
      eventId: id === null || id === undefined ? null : eventIdOf(id, action, place),
      requestId: requestId ?? null,
      occurredAt: time === undefined ? null : fromText(time),
      timeField: timeField as string,
      source: { system: 'fhir', instance: instance?.slice(0, 128) },
      actor: actorOf(agents) ?? null,
      action,
      outcome,
      subject,
      subjectField: 'entity',
      query: { key: 'other', resultCount: subjects.length > 0 ? subjects.length : undefined },
      fields: [...new Set(kinds)].slice(0, 100),
      purpose: { code: purposes[0] },
      emergency: marks.some((mark) => EMERGENCY.has(mark)),
      device: { ip: ip ?? undefined },
    } satisfies Draft),
  );
}

function readAll(json: Json, agreement: Agreement): readonly Found[] {
  if (own(json, 'resourceType') !== 'Bundle') return readEvent(json, agreement);
  return listOf(own(json, 'entry')).flatMap((entry) =>
    readEvent(objectOf(own(objectOf(entry), 'resource')), agreement),
  );
}

export const fhir = jsonFormat({
  id: 'fhir',
  version: 1,
  detect: (sample) => sample.includes('"AuditEvent"') && sample.includes('"resourceType"'),
  isEnvelope: true,
  read: readAll,
});
