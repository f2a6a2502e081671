// Forms that the public standards allow and that our samples of them do not show: other places for the
// same thing, answers of interfaces instead of logs, forwarders between a source and us.
import { describe, expect, test } from 'vitest';
import { fhir } from '../../../../ingest/formats/fhir.ts';
import { keycloak } from '../../../../ingest/formats/keycloak.ts';
import { ldv } from '../../../../ingest/formats/ldv.ts';
import { m365 } from '../../../../ingest/formats/m365.ts';
import { otlp } from '../../../../ingest/formats/otlp.ts';
import { pgaudit } from '../../../../ingest/formats/pgaudit.ts';
import { detectFormat } from '../../../../ingest/formats/registry.ts';
import { createSyslog } from '../../../../ingest/formats/syslog.ts';
import { zgw } from '../../../../ingest/formats/zgw.ts';
import { SAMPLES } from '../../../../simulation/format-samples.ts';
import { readBytes, readJson } from '../../../helpers/read-lines.ts';

const sample = (id: string, n: number): Record<string, unknown> =>
  JSON.parse(SAMPLES[id]?.(n) ?? '{}') as Record<string, unknown>;

describe('an interface answers with a list: each record stands alone', () => {
  test.each([
    ['zgw', zgw],
    ['keycloak', keycloak],
    ['m365', m365],
  ] as const)('%s', (id, format) => {
    const one = (n: number): unknown =>
      id === 'keycloak'
        ? {
            ...{ id: `k${n}`, time: 1768206722000 + n, realmId: 'gemeente', resourceType: 'USER' },
            ...{ operationType: 'UPDATE', authDetails: { userId: 'u1' } },
          }
        : sample(id, n);
    const line = JSON.stringify([one(1), 'broken', one(2)]);
    expect(detectFormat(Buffer.from(line))?.id).toBe(id);
    const { events, dead } = readBytes(format, line);
    expect(events).toHaveLength(2);
    expect(dead).toMatchObject([{ reason: 'not-an-object' }]);
  });
  test('and a record of too many keys is set aside alone', () => {
    const wide = { ...sample('zgw', 2), wijzigingen: {} as Record<string, number> };
    for (let i = 0; i < 1_001; i++) wide.wijzigingen[`k${i}`] = i;
    const { events, dead } = readJson(zgw, [sample('zgw', 1), wide]);
    expect(events).toHaveLength(1);
    expect(dead).toMatchObject([{ reason: 'too-many-keys' }]);
    expect(readJson(zgw, wide).dead).toMatchObject([{ reason: 'too-many-keys' }]);
  });
});

describe('an envelope may hold more keys than a record may', () => {
  test('otlp: a batch of 512 log records, as exporters send', () => {
    const [batch] = (sample('otlp', 1)['resourceLogs'] as Record<string, unknown>[]) ?? [];
    const [scope] = (batch?.['scopeLogs'] as Record<string, unknown>[]) ?? [];
    const [record] = (scope?.['logRecords'] as Record<string, unknown>[]) ?? [];
    const logRecords = Array.from({ length: 512 }, () => record);
    const line = { resourceLogs: [{ ...batch, scopeLogs: [{ logRecords }] }] };
    expect(readJson(otlp, line).events).toHaveLength(512);
    const attributes = Array.from({ length: 600 }, (_, i) => ({ key: `k${i}`, value: {} }));
    const wide = { ...record, attributes };
    expect(
      readJson(otlp, { resourceLogs: [{ scopeLogs: [{ logRecords: [wide, record] }] }] }),
    ).toMatchObject({ dead: [{ reason: 'too-many-keys' }], events: [{}] });
  });
  test('ldv: a batch of 200 spans; fhir: a bundle of 100 events', () => {
    const spans = Array.from({ length: 200 }, (_, i) => ({
      traceId: 'f5ab978ada653d895ed68ebc75aa34bc',
      spanId: i.toString(16).padStart(16, '1'),
      name: 'Raadplegen persoon',
      startTimeUnixNano: '1768206722000000000',
      attributes: [{ key: 'dpl.core.data_subject_id', value: { stringValue: '999993367' } }],
    }));
    expect(readJson(ldv, { resourceSpans: [{ scopeSpans: [{ spans }] }] }).events).toHaveLength(
      200,
    );
    const entry = Array.from({ length: 100 }, (_, i) => ({ resource: sample('fhir', i) }));
    expect(readJson(fhir, { resourceType: 'Bundle', entry }).events).toHaveLength(100);
  });
});

describe('microsoft 365', () => {
  test('the record inside AuditData, as an object or as text', () => {
    const record = sample('m365', 1);
    for (const AuditData of [record, JSON.stringify(record)]) {
      const line = { Identity: 'x', UserIds: 'somebody', AuditData };
      expect(detectFormat(Buffer.from(JSON.stringify(line)))?.id).toBe('m365');
      expect(readJson(m365, line).events).toMatchObject([
        { action: 'view', eventId: record['Id'] },
      ]);
    }
    expect(readJson(m365, { AuditData: '{' }).dead).toMatchObject([{ field: 'AuditData' }]);
  });
});

describe('syslog', () => {
  const syslog = createSyslog(() => Date.UTC(2026, 0, 15));
  const cef = 'CEF:0|Gemeente|Wmo Suite|1.0|42|Raadplegen|3|suser=a.bakker';
  test('a forwarder writes RFC 3339 times before an old header', () => {
    for (const head of ['<134>', '']) {
      const line = `${head}2026-01-12T09:00:00.5+01:00 wmo01 ${cef} cs1Label=bsn cs1=999993367`;
      expect(detectFormat(Buffer.from(`${line}\n`))?.id).toBe('syslog');
      expect(readBytes(syslog, line).events).toMatchObject([
        { occurredAt: '2026-01-12T08:00:00.500Z', source: { instance: 'wmo01' } },
      ]);
    }
    const other = '<30>2026-01-12T09:00:00+01:00 wmo01 systemd[1]: Started Session 4.';
    expect(readBytes(syslog, other)).toMatchObject({ dead: [], consumed: ['not-an-access'] });
  });
  test.each([
    ['a numeric custom field', 'cn1Label=BSN cn1=999993367'],
    ['a flexible field', 'flexString2=999993367 flexString2Label=burgerservicenummer'],
    ['a key of its own', 'bsn=999993367'],
  ])('cef: the person in %s', (_, extension) => {
    const { events } = readBytes(syslog, `Jan 12 09:00:00 host ${cef} ${extension}`);
    expect(events).toMatchObject([{ subject: { scheme: 'bsn', id: '999993367' } }]);
  });
  test.each([
    ['2026-01-12T09:00:00+01:00', undefined, '2026-01-12T08:00:00.000Z'],
    ['2026-01-12 09:00:00', 'yyyy-MM-dd HH:mm:ss', '2026-01-12T08:00:00.000Z'],
    ['2026/01/12 09.00.00 UTC', 'yyyy/MM/dd HH.mm.ss z', '2026-01-12T09:00:00.000Z'],
    ['1768208400000', 'anything', '2026-01-12T09:00:00.000Z'],
  ])('leef: a time %s by the pattern %s', (devTime, pattern, expected) => {
    const format = pattern === undefined ? '' : `^devTimeFormat=${pattern}`;
    const line = `LEEF:2.0|v|p|1|raadplegen|^|usrName=a^bsn=999993367^devTime=${devTime}${format}`;
    expect(readBytes(syslog, line).events).toMatchObject([{ occurredAt: expected }]);
  });
  test('leef: a time that nothing explains sets the line aside', () => {
    const line = 'LEEF:2.0|v|p|1|raadplegen|^|usrName=a^bsn=999993367^devTime=vandaag';
    expect(readBytes(syslog, line).dead).toMatchObject([{ field: 'devTime' }]);
  });
});

test('pgaudit: a prepared statement that writes is a write; explaining one shows no rows', () => {
  const line = (kind: string): string =>
    `2026-01-12 09:00:00.123 CET [42] a.bakker@wmo LOG:  AUDIT: SESSION,1,1,${kind},,,x,<none>`;
  expect(readBytes(pgaudit, line('WRITE,EXECUTE')).events).toMatchObject([{ action: 'update' }]);
  for (const kind of ['READ,EXPLAIN', 'WRITE,EXPLAIN'])
    expect(readBytes(pgaudit, line(kind)).consumed).toEqual(['not-an-access']);
});
