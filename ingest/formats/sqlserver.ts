// SQL Server audit (event 33205): `key:value` lines inside one text field, or the columns of
// sys.fn_get_audit_file. Whatever follows `statement:` is the caller's text and is not read.
import type { Action } from '../../domain/event.ts';
import { ok } from '../../domain/outcome.ts';
import { agreedAction } from './agreement.ts';
import { fromText } from './instants.ts';
import { firstAt, type Json, own, textOf, wholeOf } from './json-fields.ts';
import type { LocalInstant } from './local-time.ts';
import { dead, type Found, jsonFormat, missingOrInvalid, notAnAccess } from './records.ts';

const ACTIONS: ReadonlyMap<string, Action> = new Map([
  ['SL', 'view'],
  ['IN', 'create'],
  ['UP', 'update'],
  ['DL', 'delete'],
]);
/** Sign-ins, changes of structure and rights, procedures: no row of data is shown by these. */
const NO_ACCESS = new Set(
  (
    'EX RF RC CR AL DR G R D GWG DWC RWC RWG TO BA BAL RS LGIS LGIF LGO LGB LGG LGM LGSD LGAD AUSC AUSF ' +
    'ACDO ADBO ADDO ADSP ADSV APRL DPRL ASP AS AL CCLG CMLG CP CNAU DAGS DAGF DBAF DBAS DBL DBCC DBCG DAGL ' +
    'DABO DAAF IMP IMDP IMSP LSHD MNDB MNOB MNSO NMLG OP PWAR PWC PWCG PWCS PWEX PWMC PWPL PWR PWRS PWU ' +
    'SPLN SSOPN SUQN SVCN SVPD SVSD SVSR TASA TASP TOCL TODB TOOB TOSO UCGP UNDO USAF USLG USTC UDAU ' +
    'VDST VSST VFPR VIEW XA TRBC TRBS TRCO TRGC TRO FT'
  ).split(' '),
);
const PLACES = [
  'message',
  'Message',
  'winlog.event_data.param1',
  'event_data.param1',
  'EventData.param1',
  'EventData.Data',
];

/** The known keys in front of the statement; the first of a name counts. */
export function readAuditText(text: string): Json {
  const start = text.indexOf('audit_schema_version:');
  const end = text.indexOf('\nstatement:', Math.max(0, start));
  const head = text.slice(Math.max(0, start), end < 0 ? undefined : end);
  const values: Record<string, unknown> = Object.create(null);
  for (const line of head.split('\n')) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const key = line.slice(0, colon).trim();
    if (!Object.hasOwn(values, key)) values[key] = line.slice(colon + 1).trim();
  }
  return values;
}

/** Written in UTC, to seven digits, without a zone. */
function timeOf(value: unknown): LocalInstant | null {
  const text = textOf(value);
  if (text === null) return null;
  const iso = text.replace(' ', 'T');
  return fromText(/(?:Z|[+-]\d\d:\d\d)$/.test(iso) ? iso.replace(' ', '') : `${iso}Z`);
}

const isTrue = (value: unknown): boolean =>
  value === true || value === 1 || /^(?:true|1)$/i.test(String(value));
const MACHINE = /\$$|^NT (?:AUTHORITY|SERVICE)\\/i;

export const sqlserver = jsonFormat({
  id: 'sqlserver',
  version: 1,
  detect: (sample) =>
    sample.includes('audit_schema_version:') ||
    (sample.includes('"action_id"') && sample.includes('server_principal_name"')),
  read(json, agreement): readonly Found[] {
    const text = firstAt(json, ...PLACES);
    const isRow = own(json, 'action_id') !== undefined;
    if (!isRow && !text?.includes('audit_schema_version:'))
      return [text === null ? dead('missing-field', 'message') : notAnAccess];
    const record = isRow ? json : readAuditText((text ?? '').replaceAll('\r\n', '\n'));
    const operation = firstAt(record, 'action_id')?.trim() ?? null;
    if (operation === null) return [missingOrInvalid(own(record, 'action_id'), 'action_id')];
    const action =
      agreedAction(agreement, operation) ?? ACTIONS.get(operation.toUpperCase()) ?? null;
    if (action === null)
      return [
        NO_ACCESS.has(operation.toUpperCase())
          ? notAnAccess
          : dead('unknown-operation', 'action_id'),
      ];
    const user = firstAt(record, 'session_server_principal_name', 'server_principal_name');
    const object = ['database_name', 'schema_name', 'object_name']
      .flatMap((name) => firstAt(record, name) ?? [])
      .join('.');
    const isAllowed = own(record, 'succeeded');
    const rows = wholeOf(own(record, 'response_rows')) ?? wholeOf(own(record, 'affected_rows'));
    return [
      ok({
        occurredAt: timeOf(own(record, 'event_time')),
        timeField: 'event_time',
        source: {
          system: 'sqlserver',
          instance: firstAt(record, 'server_instance_name')?.slice(0, 128),
        },
        actor:
          user === null ? null : { id: user, ...(MACHINE.test(user) ? { kind: 'system' } : {}) },
        action,
        // `succeeded` tells whether the permission was there, not whether the statement worked.
        outcome: isAllowed === undefined || isTrue(isAllowed) ? 'success' : 'denied',
        subject: null,
        query: { key: 'other', resultCount: rows ?? undefined },
        fields: object === '' ? undefined : [object],
        device: { ip: firstAt(record, 'client_ip') ?? undefined },
        sessionId: firstAt(record, 'connection_id', 'session_id'),
      }),
    ];
  },
});
