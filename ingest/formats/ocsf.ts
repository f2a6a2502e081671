// OCSF: datastore (6005), API (6003), web resources (6001), file hosting (6006). Sign-ins (3002),
// findings and network classes are no look at somebody's data.
import type { Action } from '../../domain/event.ts';
import { ok } from '../../domain/outcome.ts';
import { agreedAction } from './agreement.ts';
import { fromMillis } from './instants.ts';
import {
  bsnSubject,
  fieldAt,
  firstAt,
  type Json,
  listOf,
  localSubject,
  objectOf,
  own,
  type Subject,
  scalarOf,
  textOf,
  wholeOf,
} from './json-fields.ts';
import { actionOfName } from './operations.ts';
import {
  dead,
  eventIdOf,
  type Found,
  holdsAll,
  jsonFormat,
  MAX_PERSONS,
  missingOrInvalid,
  notAnAccess,
  systemOf,
} from './records.ts';

/** Activities by class; null: the activity touches no data of a person (connect, lock, encrypt). */
const ACTIVITIES: Readonly<Record<number, Readonly<Record<number, Action | null>>>> = {
  6001: {
    1: 'create',
    2: 'view',
    3: 'update',
    4: 'delete',
    5: 'search',
    6: 'create',
    7: 'export',
    8: 'export',
  },
  6003: { 1: 'create', 2: 'view', 3: 'update', 4: 'delete' },
  6005: {
    ...{ 1: 'view', 2: 'update', 3: null, 4: 'search', 5: 'update', 6: 'create', 7: 'delete' },
    ...{ 8: 'list', 9: null, 10: null },
  },
  6006: {
    ...{
      1: 'create',
      2: 'export',
      3: 'update',
      4: 'delete',
      5: 'update',
      6: 'create',
      7: 'update',
    },
    ...{
      8: 'update',
      9: 'view',
      10: null,
      11: null,
      12: 'export',
      13: null,
      14: 'view',
      15: 'export',
    },
  },
};
const PERSON = /^(?:person|persoon|citizen|burger|patient)$/i;
const BSN = /^(?:bsn|burgerservicenummer)$/i;
const DENIED = /denied|forbidden|unauthori[sz]ed|refused/i;

/** Persons in resources and enrichments, where source and municipality agreed to put them. */
function subjectsOf(json: Json): Subject[] {
  const found: (Subject | null)[] = [];
  const resources = [...listOf(own(json, 'resources')), ...listOf(own(json, 'web_resources'))];
  for (const resource of resources.map(objectOf)) {
    const type = textOf(own(resource, 'type')) ?? '';
    if (BSN.test(type)) found.push(bsnSubject(own(resource, 'uid')));
    else if (PERSON.test(type)) found.push(localSubject(own(resource, 'uid')));
  }
  for (const enrichment of listOf(own(json, 'enrichments')).map(objectOf))
    if (BSN.test(textOf(own(enrichment, 'name')) ?? ''))
      found.push(bsnSubject(own(enrichment, 'value')));
  return found.filter((subject) => subject !== null);
}

function outcomeOf(json: Json): 'success' | 'denied' | 'error' {
  if (wholeOf(own(json, 'status_id')) !== 2) return 'success';
  const code = firstAt(json, 'status_code', 'http_response.code', 'api.response.code') ?? '';
  const says = firstAt(json, 'status_detail', 'api.response.error', 'disposition') ?? '';
  const isDenied = code === '401' || code === '403' || DENIED.test(code) || DENIED.test(says);
  return isDenied ? 'denied' : 'error';
}

const labelOf = (json: Json, name: string): string | undefined =>
  listOf(fieldAt(json, 'metadata.labels'))
    .flatMap((label) => textOf(label) ?? [])
    .find((label) => label.startsWith(`${name}:`) || label.startsWith(`${name}=`))
    ?.slice(name.length + 1)
    .trim();

export const ocsf = jsonFormat({
  id: 'ocsf',
  version: 1,
  detect: (sample) =>
    sample.includes('"class_uid"') || holdsAll(sample, '"type_uid"', '"metadata"'),
  read(json, agreement): readonly Found[] {
    const type = wholeOf(own(json, 'type_uid'));
    const classUid =
      wholeOf(own(json, 'class_uid')) ?? (type === null ? null : Math.floor(type / 100));
    if (classUid === null) return [missingOrInvalid(own(json, 'class_uid'), 'class_uid')];
    const activities = ACTIVITIES[classUid];
    if (activities === undefined) return [notAnAccess];
    const activity = wholeOf(own(json, 'activity_id')) ?? (type === null ? null : type % 100);
    const operation = firstAt(json, 'api.operation', 'activity_name');
    const byNumber = activity === null ? undefined : activities[activity];
    // 0 and 99 mean "unknown" and "other": the name of the operation may still tell.
    const action =
      agreedAction(agreement, operation) ??
      (activity === 0 || activity === 99 ? (actionOfName(operation ?? '') ?? undefined) : byNumber);
    if (action === null) return [notAnAccess];
    if (action === undefined) return [dead('unknown-operation', 'activity_id')];
    const subjects = subjectsOf(json);
    if (subjects.length > MAX_PERSONS) return [dead('too-many-persons', 'resources')];
    const time = own(json, 'time');
    const uid = firstAt(json, 'metadata.uid');
    const id = firstAt(json, 'actor.user.uid', 'actor.user.name', 'actor.user.email_addr');
    const isSystem = wholeOf(fieldAt(json, 'actor.user.type_id')) === 3;
    const table = firstAt(json, 'table.name', 'databucket.name', 'database.name');
    const roles = listOf(fieldAt(json, 'actor.user.groups')).flatMap(
      (group) => textOf(own(objectOf(group), 'name')) ?? [],
    );
    const persons: (Subject | null)[] = subjects.length > 0 ? subjects : [null];
    return persons.map((subject, place) =>
      ok({
        eventId: uid === null ? null : place === 0 ? eventIdOf(uid) : eventIdOf(uid, place),
        requestId: firstAt(json, 'api.request.uid', 'metadata.correlation_uid', 'metadata.uid'),
        occurredAt: time === undefined || time === null ? null : fromMillis(time),
        timeField: 'time',
        source: {
          system: systemOf(firstAt(json, 'metadata.product.name'), 'ocsf'),
          instance: firstAt(json, 'metadata.log_name', 'metadata.product.uid')?.slice(0, 128),
          sequence: wholeOf(fieldAt(json, 'metadata.sequence')) ?? undefined,
        },
        actor: id === null ? null : { id, roles, ...(isSystem ? { kind: 'system' as const } : {}) },
        action,
        outcome: outcomeOf(json),
        subject,
        subjectField: 'resources',
        query: {
          key:
            subject?.scheme === 'bsn' && action === 'view' ? ('bsn' as const) : ('other' as const),
          resultCount: subjects.length > 0 ? subjects.length : undefined,
        },
        fields: table === null ? undefined : [table],
        purpose: {
          code: labelOf(json, 'purpose') ?? labelOf(json, 'doelbinding'),
          caseRef: labelOf(json, 'case') ?? labelOf(json, 'zaak'),
        },
        device: {
          ip: firstAt(json, 'src_endpoint.ip', 'device.ip') ?? undefined,
          host: firstAt(json, 'src_endpoint.hostname', 'device.hostname') ?? undefined,
        },
        sessionId: firstAt(json, 'actor.session.uid'),
        traceId: firstAt(json, 'metadata.trace_uid') ?? scalarOf(fieldAt(json, 'trace.uid')),
      }),
    );
  },
});
