import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ecs } from '../../../../ingest/formats/ecs.ts';
import type { Json } from '../../../../ingest/formats/json-fields.ts';
import { keycloak } from '../../../../ingest/formats/keycloak.ts';
import { m365 } from '../../../../ingest/formats/m365.ts';
import { ocsf } from '../../../../ingest/formats/ocsf.ts';
import { flattenLogs, otlp } from '../../../../ingest/formats/otlp.ts';
import { sqlserver } from '../../../../ingest/formats/sqlserver.ts';
import { zgw } from '../../../../ingest/formats/zgw.ts';
import { fixture, readBytes, readJson } from '../../../helpers/read-lines.ts';

const agreed = (format: string, fields: Record<string, string>) => ({
  format,
  zone: 'Europe/Amsterdam' as const,
  operations: {},
  fields,
});

describe('ecs', () => {
  const line = {
    '@timestamp': '2026-01-12T09:00:00.123+01:00',
    event: { action: 'view-person', id: 'e1', outcome: 'success', sequence: 7, original: 'secret' },
    user: { name: 'a.bakker', roles: ['burgerzaken'] },
    labels: { bsn: 99999006 },
    service: { name: 'Burgerzaken Suite' },
  };
  test('nested and dotted keys are the same event', () => {
    const nested = readJson(ecs, line).events;
    const dotted = readJson(ecs, {
      '@timestamp': line['@timestamp'],
      'event.action': 'view-person',
      'event.id': 'e1',
      'event.sequence': 7,
      'user.name': 'a.bakker',
      user: { roles: ['burgerzaken'] },
      'labels.bsn': '099999006',
      'service.name': 'Burgerzaken Suite',
    }).events;
    expect(nested).toMatchObject([
      {
        occurredAt: '2026-01-12T08:00:00.123Z',
        action: 'view',
        eventId: 'e1',
        source: { system: 'burgerzaken-suite', sequence: 7 },
        actor: { id: 'a.bakker', roles: ['burgerzaken'] },
        subject: { scheme: 'bsn', id: '099999006' },
      },
    ]);
    expect(dotted).toEqual(nested);
  });
  test('an agreed field holds the person; without one the person is unknown', () => {
    const record = { ...line, labels: {}, custom: { persoon: '999993367' } };
    expect(readJson(ecs, record).events).toMatchObject([{ subject: null }]);
    const known = ecs.with(agreed('ecs', { 'subject.bsn': 'custom.persoon' }));
    expect(readJson(known, record).events).toMatchObject([{ subject: { id: '999993367' } }]);
  });
  test('sign-ins are no access, an unknown action is set aside', () => {
    const signIn = { ...line, event: { action: 'user-login', category: ['authentication'] } };
    expect(readJson(ecs, signIn).consumed).toEqual(['not-an-access']);
    const unknown = { ...line, event: { action: 'beoordeel' } };
    expect(readJson(ecs, unknown).dead).toMatchObject([{ reason: 'unknown-operation' }]);
  });
});

test('zgw: a change of a case, by nobody when no user is named', () => {
  const entry = {
    uuid: '5f0bef4c-f66f-4311-84a5-19e8bf359eaf',
    bron: 'ZRC',
    actie: 'partial_update',
    resultaat: 200,
    hoofdObject: 'https://zaken.example.nl/api/v1/zaken/d781cd1b-f100-4051-9543-153b93299da4',
    resource: 'status',
    gebruikersId: '',
    toelichting: 'afgehandeld',
    aanmaakdatum: '2026-01-12T09:00:00Z',
    wijzigingen: { oud: { bsn: '999993367' }, nieuw: {} },
  };
  const { events } = readJson(zgw, entry);
  expect(events).toMatchObject([
    {
      action: 'update',
      actor: null,
      object: { kind: 'case', id: 'd781cd1b-f100-4051-9543-153b93299da4' },
    },
  ]);
  expect(JSON.stringify(events)).not.toContain('999993367');
  expect(readJson(zgw, { ...entry, actie: 'lock' }).dead).toMatchObject([{ field: 'actie' }]);
  expect(readJson(zgw, { ...entry, resultaat: 403 }).events).toMatchObject([{ outcome: 'denied' }]);
});

describe('ocsf', () => {
  const base = {
    class_uid: 6005,
    activity_id: 1,
    time: 1768206722000,
    status_id: 1,
    metadata: { uid: 'm1', sequence: 12, correlation_uid: 'r1', labels: ['purpose:toezicht'] },
    actor: { user: { uid: 'a.bakker' } },
    resources: [
      { type: 'bsn', uid: '999993367' },
      { type: 'bsn', uid: '999993240' },
    ],
  };
  test('a read of two persons gives two events of one request', () => {
    const { events } = readJson(ocsf, base);
    expect(events).toMatchObject([
      { requestId: 'r1', action: 'view', subject: { id: '999993367' }, source: { sequence: 12 } },
      {
        requestId: 'r1',
        action: 'view',
        subject: { id: '999993240' },
        purpose: { code: 'toezicht' },
      },
    ]);
  });
  test.each([
    [6001, 5, 'search'],
    [6001, 7, 'export'],
    [6003, 2, 'view'],
    [6005, 8, 'list'],
    [6006, 2, 'export'],
  ])('class %i activity %i is a %s', (class_uid, activity_id, action) => {
    expect(readJson(ocsf, { ...base, class_uid, activity_id }).events[0]).toMatchObject({ action });
  });
  test('sign-ins, findings and connections are no access', () => {
    for (const [class_uid, activity_id] of [
      [3002, 1],
      [2004, 1],
      [6005, 3],
    ])
      expect(readJson(ocsf, { ...base, class_uid, activity_id }).consumed).toEqual([
        'not-an-access',
      ]);
  });
  test('an activity that the class does not know is set aside', () => {
    expect(readJson(ocsf, { ...base, activity_id: 44 }).dead).toMatchObject([
      { reason: 'unknown-operation', field: 'activity_id' },
    ]);
  });
});

describe('m365', () => {
  const base = {
    CreationTime: '2026-01-12T08:00:00',
    Id: '5f0bef4c-f66f-4311-84a5-19e8bf359eaf',
    Operation: 'FileDownloaded',
    RecordType: 6,
    Workload: 'SharePoint',
    UserId: 'a.bakker@gemeente.example',
    ObjectId: 'https://gemeente.example/sites/wmo/dossier.pdf',
    ResultStatus: 'Succeeded',
  };
  test('a time without zone is UTC', () => {
    expect(readJson(m365, base).events).toMatchObject([
      { occurredAt: '2026-01-12T08:00:00.000Z', action: 'export', object: { kind: 'document' } },
    ]);
  });
  test('directory records are no access, unknown operations are set aside', () => {
    expect(
      readJson(m365, { ...base, Operation: 'UserLoggedIn', RecordType: 15 }).consumed,
    ).toHaveLength(1);
    expect(readJson(m365, { ...base, Operation: 'TeamsThing' }).dead).toMatchObject([
      { field: 'Operation' },
    ]);
  });
});

describe('keycloak', () => {
  const admin = {
    id: 'k1',
    time: 1768206722000,
    realmId: 'gemeente',
    operationType: 'UPDATE',
    resourceType: 'USER',
    resourcePath: 'users/42',
    authDetails: { userId: 'beheer1', ipAddress: '192.0.2.7' },
    representation: '{"email":"x"}',
  };
  test('an administrator changes an account', () => {
    const { events } = readJson(keycloak, admin);
    expect(events).toMatchObject([{ action: 'update', actor: { id: 'beheer1' }, subject: null }]);
    expect(JSON.stringify(events)).not.toContain('email');
  });
  test('user events are sign-ins', () => {
    const { operationType: _, ...user } = { ...admin, type: 'LOGIN' };
    expect(readJson(keycloak, user).consumed).toEqual(['not-an-access']);
  });
  test.each(['', '"'])('text of the server log with quote %j', (q) => {
    const line = `2026-01-12 09:00:00,123 WARN  [org.keycloak.events] (executor-1) operationType=${q}DELETE${q}, realmId=${q}gemeente${q}, clientId=null, userId=${q}beheer1${q}, resourceType=${q}USER${q}, resourcePath=${q}users/42${q}`;
    expect(readBytes(keycloak, line).events).toMatchObject([
      { action: 'delete', occurredAt: '2026-01-12T08:00:00.123Z', actor: { id: 'beheer1' } },
    ]);
  });
});

describe('sqlserver', () => {
  const text = (statement: string): string =>
    [
      'audit_schema_version:1',
      'event_time:2026-01-12 08:00:00.1234567',
      'sequence_number:1',
      'action_id:SL  ',
      'succeeded:true',
      'session_server_principal_name:GEMEENTE\\a.bakker',
      'server_instance_name:SQL01',
      'database_name:wmo',
      'schema_name:dbo',
      'object_name:client',
      `statement:${statement}`,
      'additional_information:',
    ].join('\n');
  test('known keys are read from the front, the statement never', () => {
    const forged = 'SELECT 1\naction_id:DL\nsession_server_principal_name:slachtoffer -- 999993367';
    const { events } = readJson(sqlserver, { message: text(forged) });
    expect(events).toMatchObject([
      {
        action: 'view',
        occurredAt: '2026-01-12T08:00:00.123Z',
        actor: { id: 'GEMEENTE\\a.bakker' },
        fields: ['wmo.dbo.client'],
      },
    ]);
    expect(JSON.stringify(events)).not.toMatch(/999993367|slachtoffer/);
  });
  test('rows of the audit file, refusals and sign-ins', () => {
    const row = { event_time: '2026-01-12 08:00:00', action_id: 'UP', succeeded: false };
    expect(readJson(sqlserver, row).events).toMatchObject([
      { action: 'update', outcome: 'denied' },
    ]);
    expect(readJson(sqlserver, { ...row, action_id: 'LGIS' }).consumed).toHaveLength(1);
    expect(readJson(sqlserver, { ...row, action_id: 'ZZZZ' }).dead).toHaveLength(1);
  });
});

describe('otlp', () => {
  const { isHere, name } = fixture('otlp/logs.expected.json');
  test.skipIf(!isHere)(name, () => {
    const folder = join(process.env['INZAGEWACHT_TESTDATA'] ?? '../shared', 'fixtures/otlp');
    const request = JSON.parse(readFileSync(join(folder, 'logs.json'), 'utf8')) as Json;
    const expected: unknown = JSON.parse(readFileSync(join(folder, 'logs.expected.json'), 'utf8'));
    expect(JSON.parse(JSON.stringify(flattenLogs(request)))).toEqual(expected);
    // An ordinary log line tells of nobody.
    expect(readJson(otlp, request)).toMatchObject({
      events: [],
      dead: [],
      consumed: ['not-an-access'],
    });
  });
  test('a record that names the event, the official and the person', () => {
    const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
    const record = {
      timeUnixNano: '1768206722123456789',
      eventName: 'persoon.raadplegen',
      traceId: 'F5AB978ADA653D895ED68EBC75AA34BC',
      attributes: [attribute('user.id', 'a.bakker'), attribute('bsn', '999993367')],
    };
    const request = { resourceLogs: [{ scopeLogs: [{ logRecords: [record, record] }] }] };
    const { events } = readJson(otlp, request);
    expect(events).toHaveLength(2);
    expect(events[0]).toMatchObject({
      occurredAt: '2026-01-12T08:32:02.123Z',
      action: 'view',
      traceId: 'f5ab978ada653d895ed68ebc75aa34bc',
      actor: { id: 'a.bakker' },
      subject: { scheme: 'bsn', id: '999993367' },
    });
  });
});
