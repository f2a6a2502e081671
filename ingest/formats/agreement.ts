// What a municipality agrees on with a supplier where a standard leaves a place open.
import { z } from 'zod';
import { ACTIONS, type Action } from '../../domain/event.ts';
import { fieldAt, type Json, scalarOf } from './json-fields.ts';
import type { Draft } from './records.ts';

const AGREED = [
  'actor.id',
  'actor.unit',
  'subject.bsn',
  'subject.local',
  'subject.municipality',
  'requestId',
  'purpose.code',
  'purpose.caseRef',
  'sessionId',
  'device.host',
  'device.ip',
] as const;
export type Agreed = (typeof AGREED)[number];

/** Settings of a self-describing format: `format: ecs` and what was agreed on top of it. */
export const Agreement = z.strictObject({
  format: z.string().min(1),
  /** Lower-case name of the source; without it the format's own. */
  system: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/)
    .optional(),
  /** Zone of times without an offset. */
  zone: z.enum(['Europe/Amsterdam', 'UTC']).default('Europe/Amsterdam'),
  /** Names of operations, as the source writes them. */
  operations: z.record(z.string(), z.enum(ACTIONS)).default({}),
  /** `log_line_prefix` of a PostgreSQL server. */
  prefix: z.string().max(256).optional(),
  /** Where the record holds what the standard has no place for. */
  fields: z.partialRecord(z.enum(AGREED), z.string().min(1)).default({}),
});
export type Agreement = z.infer<typeof Agreement>;

export const noAgreement = (format: string): Agreement => ({
  format,
  zone: 'Europe/Amsterdam',
  operations: {},
  fields: {},
});

/** The action that was agreed for an operation, or null. */
export const agreedAction = ({ operations }: Agreement, name: string | null): Action | null =>
  name !== null && Object.hasOwn(operations, name) ? (operations[name] ?? null) : null;

/** Whether anything was agreed that `applyAgreement` puts in. */
export const hasAgreed = ({ system, fields }: Agreement): boolean => {
  for (const _ in fields) return true;
  return system !== undefined;
};

/** Puts agreed fields of the record into the draft; an absent one leaves the standard's. */
export function applyAgreement(draft: Draft, record: Json, agreement: Agreement): Draft {
  const get = (name: Agreed): string | null => {
    const path = agreement.fields[name];
    return path === undefined ? null : scalarOf(fieldAt(record, path));
  };
  const { system } = agreement;
  if (system !== undefined) draft.source = { ...draft.source, system };
  const actor = get('actor.id');
  if (actor !== null) draft.actor = { ...draft.actor, id: actor };
  const unit = get('actor.unit');
  if (unit !== null && draft.actor) draft.actor.unit = unit;
  const bsn = get('subject.bsn');
  const local = get('subject.local');
  if (bsn !== null) draft.subject = { scheme: 'bsn', id: bsn.replaceAll(/[. ]/g, '') };
  else if (local !== null) draft.subject = { scheme: 'local', id: local };
  const municipality = get('subject.municipality');
  if (municipality !== null && draft.subject) draft.subject.municipality = municipality;
  const requestId = get('requestId');
  if (requestId !== null) draft.requestId = requestId;
  const sessionId = get('sessionId');
  if (sessionId !== null) draft.sessionId = sessionId;
  const [code, caseRef] = [get('purpose.code'), get('purpose.caseRef')];
  if (code !== null) draft.purpose = { ...draft.purpose, code };
  if (caseRef !== null) draft.purpose = { ...draft.purpose, caseRef };
  const [host, ip] = [get('device.host'), get('device.ip')];
  if (host !== null) draft.device = { ...draft.device, host };
  if (ip !== null) draft.device = { ...draft.device, ip };
  return draft;
}
