// Elastic Common Schema: arrays, dotted and nested keys all occur. There is no standard place for
// the person looked up; `user.target` is an account and never the person.
import type { Action } from '../../domain/event.ts';
import { ok } from '../../domain/outcome.ts';
import { agreedAction } from './agreement.ts';
import { fromText } from './instants.ts';
import {
  bsnSubject,
  fieldAt,
  firstAt,
  type Json,
  listOf,
  localSubject,
  scalarOf,
  textOf,
  wholeOf,
} from './json-fields.ts';
import { actionOfName } from './operations.ts';
import { dead, type Found, jsonFormat, notAnAccess, systemOf } from './records.ts';

const BY_TYPE: readonly (readonly [string, Action])[] = [
  ['creation', 'create'],
  ['deletion', 'delete'],
  ['change', 'update'],
  ['access', 'view'],
];
/** Categories that tell of accounts and machines, not of a look at somebody's data. */
const NO_ACCESS = new Set([
  ...['authentication', 'session', 'network', 'process', 'host', 'package', 'driver'],
  ...['intrusion_detection', 'malware', 'threat', 'vulnerability', 'configuration', 'registry'],
]);

function outcomeOf(json: Json, types: readonly string[]): 'success' | 'denied' | 'error' {
  const status = wholeOf(fieldAt(json, 'http.response.status_code'));
  if (types.includes('denied') || status === 401 || status === 403) return 'denied';
  if (firstAt(json, 'event.outcome') === 'failure' || (status !== null && status >= 400))
    return 'error';
  return 'success';
}

/** ECS lines of applications and proxies. */
export const ecs = jsonFormat({
  id: 'ecs',
  version: 1,
  detect: (sample) =>
    sample.includes('"@timestamp"') &&
    ['"ecs', '"event"', '"event.'].some((name) => sample.includes(name)),
  read(json, agreement): readonly Found[] {
    const texts = (path: string): string[] =>
      listOf(fieldAt(json, path)).flatMap((v) => textOf(v) ?? []);
    const types = texts('event.type');
    const categories = texts('event.category');
    const name = firstAt(json, 'event.action');
    const action =
      agreedAction(agreement, name) ??
      (categories.some((c) => NO_ACCESS.has(c)) ? null : actionOfName(name ?? '')) ??
      BY_TYPE.find(
        ([type]) => types.includes(type) && !categories.some((c) => NO_ACCESS.has(c)),
      )?.[1];
    if (action === undefined || action === null) {
      const isOther =
        categories.some((c) => NO_ACCESS.has(c)) || (name === null && types.length === 0);
      return [isOther ? notAnAccess : dead('unknown-operation', 'event.action')];
    }
    const time = fieldAt(json, '@timestamp');
    const id = firstAt(json, 'user.id', 'user.name', 'user.email');
    const file = firstAt(json, 'file.path');
    const bsn = firstAt(json, 'labels.bsn', 'labels.burgerservicenummer', 'labels.subject_bsn');
    return [
      ok({
        eventId: firstAt(json, 'event.id'),
        requestId: firstAt(json, 'http.request.id', 'transaction.id', 'labels.request_id'),
        occurredAt: time === undefined ? null : fromText(time),
        timeField: '@timestamp',
        source: {
          system: systemOf(firstAt(json, 'service.name', 'event.module'), 'ecs'),
          instance: firstAt(json, 'service.node.name', 'service.id')?.slice(0, 128),
          sequence: wholeOf(fieldAt(json, 'event.sequence')) ?? undefined,
        },
        actor:
          id === null
            ? null
            : {
                id,
                roles: texts('user.roles'),
                unit: firstAt(json, 'user.group.name') ?? undefined,
              },
        action,
        outcome: outcomeOf(json, types),
        subject: bsn === null ? localSubject(fieldAt(json, 'labels.subject_id')) : bsnSubject(bsn),
        subjectField: 'labels',
        ...(file === null ? {} : { object: { kind: 'document', id: file } }),
        purpose: {
          code: firstAt(json, 'labels.purpose', 'labels.doelbinding') ?? undefined,
          caseRef: firstAt(json, 'labels.case', 'labels.zaaknummer') ?? undefined,
          text: firstAt(json, 'event.reason') ?? undefined,
        },
        emergency: scalarOf(fieldAt(json, 'labels.emergency')) === 'true',
        device: {
          ip: firstAt(json, 'source.ip', 'client.ip') ?? undefined,
          host: firstAt(json, 'source.domain', 'client.domain') ?? undefined,
        },
        sessionId: firstAt(json, 'session.id'),
        traceId: firstAt(json, 'trace.id'),
        spanId: firstAt(json, 'span.id'),
      }),
    ];
  },
});
