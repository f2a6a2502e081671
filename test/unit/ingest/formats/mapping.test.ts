import { describe, expect, test } from 'vitest';
import { formatFromMapping } from '../../../../ingest/formats/mapping.ts';
import { detectFormat, FORMATS, formatById } from '../../../../ingest/formats/registry.ts';
import { suwinet } from '../../../../ingest/formats/suwinet.ts';
import { fixture, readBytes, readJson } from '../../../helpers/read-lines.ts';

describe('json by mapping', () => {
  const format = formatFromMapping(`format: json
system: wmo-suite
columns:
  occurredAt: tijd
  actor.id: wie.account
  subject.bsn: client.bsn
  action: { column: actie, values: { open: view } }
  fields: schermen
`);
  const record = {
    tijd: '2026-01-12T09:00:00+01:00',
    wie: { account: 'a.bakker' },
    client: { bsn: 999993367 },
    actie: 'open',
    schermen: ['adres', 'gezin'],
  };
  test('paths name what is where', () => {
    expect(readJson(format, record).events).toMatchObject([
      {
        occurredAt: '2026-01-12T08:00:00.000Z',
        actor: { id: 'a.bakker' },
        subject: { scheme: 'bsn', id: '999993367' },
        action: 'view',
        fields: ['adres', 'gezin'],
        source: { system: 'wmo-suite' },
      },
    ]);
  });
  test('an unknown value and a broken line set aside themselves only', () => {
    const lines = [JSON.stringify({ ...record, actie: 'weg' }), '{', JSON.stringify(record)];
    const { events, dead } = readBytes(format, lines.join('\n'));
    expect(dead.map((d) => d.reason)).toEqual(['unknown-operation', 'not-json']);
    expect(events).toHaveLength(1);
  });
});

test('settings of a format that describes itself', () => {
  const format = formatFromMapping(
    'format: ecs\nsystem: burgerzaken\nfields: { subject.bsn: x.y }',
  );
  expect(format.id).toBe('ecs');
  expect(() => formatFromMapping('format: ecs\nfields: { nothing: x }')).toThrow(/fields/);
  expect(() => formatFromMapping('format: nonesuch')).toThrow(/nonesuch/);
  expect(() => formatFromMapping('format: pgaudit\nprefix: "%Z"')).toThrow(/prefix/);
});

test('the shipped mapping of a Suwinet report', () => {
  const report = `\uFEFFDatum en tijd;Gebruikersnaam;BSN;Handeling;Zoeksleutel;Pagina
12-01-2026 09:00:00;abak;999993367;Raadpleging;BSN;Inkomsten
12-01-2026 09:01:00;abak;;Zoekvraag;Naam;
12-01-2026 09:02:00;abak;999993367;Verbouwen;BSN;Inkomsten`;
  expect(detectFormat(Buffer.from(report))?.id).toBe('suwinet');
  const { events, dead } = readBytes(suwinet, report);
  expect(events).toMatchObject([
    {
      occurredAt: '2026-01-12T08:00:00.000Z',
      action: 'view',
      query: { key: 'bsn' },
      source: { system: 'suwinet' },
    },
    { action: 'search', query: { key: 'name' }, subject: null },
  ]);
  expect(dead).toMatchObject([{ reason: 'unknown-operation', line: 4 }]);
});

describe('detection', () => {
  const samples: Record<string, string> = {
    canonical: '{"occurredAt":"2026-01-12T09:00:00Z","source":{"system":"brp"},"action":"view"}',
    fhir: '{"resourceType":"AuditEvent","recorded":"x"}',
    zgw: '{"uuid":"x","bron":"ZRC","actie":"create","hoofdObject":"x","aanmaakdatum":"x"}',
    otlp: '{"resourceLogs":[]}',
    ldv: '{"trace_id":"x","operation_id":"y","attributes":{"dpl.core.processing_activity_id":"z"}}',
    ocsf: '{"class_uid":6005,"metadata":{}}',
    m365: '{"CreationTime":"x","Workload":"SharePoint","Operation":"FileAccessed"}',
    sqlserver: '{"message":"audit_schema_version:1\\nevent_time:x"}',
    keycloak: '{"type":"LOGIN","realmId":"r","clientId":"c"}',
    ecs: '{"@timestamp":"x","event":{"action":"y"}}',
    pgaudit: '2026-01-12 09:00:00 CET [1] LOG:  AUDIT: SESSION,1,1,READ,SELECT,,,x,<none>',
    syslog: '<34>1 2003-10-11T22:14:15.003Z host su - ID47 - x',
  };
  test.each(Object.entries(samples))('%s is claimed by one format only', (id, sample) => {
    const claiming = FORMATS.filter((f) => f.detect(Buffer.from(sample))).map((f) => f.id);
    expect(claiming).toEqual([id]);
  });
  test.each(['CEF:0|a|b|c|d|e|3|x=y', 'LEEF:1.0|a|b|c|d|x=y', 'Oct 11 22:14:15 host su: x'])(
    'syslog takes %s',
    (line) => expect(detectFormat(Buffer.from(line))?.id).toBe('syslog'),
  );
  test('bytes of nothing known are claimed by none', () => {
    expect(detectFormat(Buffer.from('{"a":1}'))).toBeNull();
    expect(detectFormat(Buffer.from([0xff, 0xfe, 0]))).toBeNull();
  });
  test('cef and leef are names of what reads them', () => {
    expect(formatById('cef')?.id).toBe('syslog');
  });
  const corpora = [
    ['gemma/cases.json', 'gemma', 'entry'],
    ['ldv/spans.json', 'ldv', 'entry'],
    ['balp/cases.json', 'fhir', 'resource'],
  ] as const;
  for (const [path, id, key] of corpora) {
    const { cases, isHere, name } = fixture<Record<string, unknown>>(path);
    test.skipIf(!isHere)(`${name}: each is recognised as ${id}`, () => {
      const wrong = cases
        .filter((c) => c['valid'] !== false)
        .map((c) => detectFormat(Buffer.from(JSON.stringify(c[key])))?.id)
        .filter((found) => found !== id);
      expect(wrong).toEqual([]);
    });
  }
});
