// Lines as each source would write them, for benchmarks and fuzzing; persons and accounts are made up.

const BSNS = ['999993367', '999993240', '999993252', '999991371'];
const two = (n: number): string => String(n).padStart(2, '0');
const hex = (n: number, length: number): string =>
  (BigInt(n + 1) * 0x9e3779b97f4a7c15n)
    .toString(16)
    .padStart(length, 'a')
    .slice(-length)
    .padStart(length, 'b');
const uuid = (n: number): string => {
  const h = hex(n, 12);
  return `5f0bef4c-f66f-4311-84a5-${h}`;
};
const bsn = (n: number): string => BSNS[n % BSNS.length] ?? '999993367';
const time = (n: number): string =>
  `2026-01-${two((Math.floor(n / 86_400) % 28) + 1)}T${two(Math.floor(n / 3600) % 24)}:${two(Math.floor(n / 60) % 60)}:${two(n % 60)}`;
const millis = (n: number): number => Date.parse(`${time(n)}.123Z`);
const user = (n: number): string => `medewerker${n % 400}`;
const WORDS = 'Overzicht van de gegevens zoals getoond op het scherm van de medewerker. '.repeat(4);

type Sample = (n: number) => string;
const json =
  (make: (n: number) => unknown): Sample =>
  (n) =>
    JSON.stringify(make(n));

export const SAMPLES: Readonly<Record<string, Sample>> = {
  /** A request line and the line of the person it found. */
  'brp-gateway': (n) => {
    const base = {
      ...{
        time: `${time(n).replace('T', ' ')},123`,
        level: 'INFO',
        name: 'proxy.audit',
        audit: true,
      },
      ...{ service: 'personen', query_type: 'RaadpleegMetBurgerservicenummer' },
      ...{ user: 'suite', 'X-User': user(n), 'X-Correlation-ID': `c${n}` },
      'X-Task-Description': 'adresonderzoek',
      granted: ['benk-brp-personen-api', 'benk-brp-zoekvraag-bsn'],
    };
    const request = {
      ...base,
      message: "Access granted for 'personen.RaadpleegMetBurgerservicenummer' to 'suite'",
      hc_request: {
        ...{ type: base.query_type, burgerservicenummer: [bsn(n)] },
        fields: ['naam', 'geboorte.datum', 'verblijfplaats.datumVan'],
      },
      hc_response: { personen: [{ naam: { volledigeNaam: WORDS } }] },
      request_started: `${time(n)}.123456+00:00`,
    };
    const person = {
      ...base,
      message: `User suite retrieved using 'personen.${base.query_type}': burgerservicenummer=${bsn(n)}`,
      burgerservicenummer: bsn(n),
    };
    return `${JSON.stringify(request)}\n${JSON.stringify(person)}`;
  },
  canonical: json((n) => ({
    eventId: `e${n}`,
    occurredAt: `${time(n)}.123Z`,
    source: { system: 'brp', sequence: n },
    actor: { id: user(n), roles: ['burgerzaken'] },
    action: 'view',
    subject: { scheme: 'bsn', id: bsn(n) },
    query: { key: 'bsn', resultCount: 1 },
    fields: ['naam', 'adres', 'gezag'],
    purpose: { code: 'burgerzaken', caseRef: `Z-${n % 5000}` },
  })),
  gemma: json((n) => ({
    url: `https://log.example.nl/api/v1/verwerkingsacties/${uuid(n)}`,
    actieId: uuid(n),
    actieNaam: 'Zoeken personen',
    verwerkingId: uuid(n + 1),
    verwerkingsactiviteitId: uuid(7),
    vertrouwelijkheid: 'normaal',
    systeem: 'Suite v2.1',
    gebruiker: user(n),
    tijdstip: `${time(n)}+01:00`,
    tijdstipRegistratie: `${time(n)}+01:00`,
    verwerkteObjecten: [0, 1].map((i) => ({
      url: `https://log.example.nl/api/v1/verwerkte-objecten/${uuid(n + i)}`,
      verwerktObjectId: uuid(2 * n + i),
      objecttype: 'persoon',
      soortObjectId: 'BSN',
      objectId: bsn(n + i),
      verwerkteSoortenGegevens: [{ soortGegeven: 'BSN' }, { soortGegeven: 'Naam' }],
    })),
  })),
  ldv: json((n) => ({
    trace_id: hex(n, 32),
    span_id: hex(n, 16),
    name: 'Raadplegen persoon',
    start_time: millis(n),
    end_time: millis(n) + 120,
    resource: { attributes: { 'service.name': 'burgerzaken', 'service.version': '4.2.1' } },
    attributes: {
      'dpl.core.processing_activity_id': `https://register.example.nl/${uuid(7)}`,
      'dpl.core.data_subject_id': bsn(n),
      'dpl.core.data_subject_id_type': 'BSN',
    },
    status: 'Ok',
  })),
  zgw: json((n) => ({
    uuid: uuid(n),
    bron: 'ZRC',
    applicatieId: 'suite',
    gebruikersId: user(n),
    actie: 'partial_update',
    resultaat: 200,
    hoofdObject: `https://zaken.example.nl/api/v1/zaken/${uuid(n % 500)}`,
    resource: 'status',
    toelichting: 'afgehandeld',
    aanmaakdatum: `${time(n)}Z`,
    wijzigingen: { oud: { omschrijving: WORDS }, nieuw: { omschrijving: WORDS } },
  })),
  ocsf: json((n) => ({
    class_uid: 6005,
    activity_id: 1,
    type_uid: 600501,
    time: millis(n),
    status_id: 1,
    metadata: { uid: uuid(n), sequence: n, product: { name: 'Suite' }, version: '1.9.0' },
    actor: { user: { uid: user(n), name: user(n), type_id: 1 } },
    table: { name: 'client' },
    src_endpoint: { ip: '192.0.2.7' },
    resources: [{ type: 'bsn', uid: bsn(n) }],
  })),
  m365: json((n) => ({
    CreationTime: time(n),
    Id: uuid(n),
    Operation: 'FileAccessed',
    OrganizationId: uuid(3),
    RecordType: 6,
    UserType: 0,
    Workload: 'SharePoint',
    ClientIP: '192.0.2.7',
    UserId: `${user(n)}@gemeente.example`,
    ObjectId: `https://gemeente.example/sites/wmo/dossiers/${n}.pdf`,
    SourceFileName: `${n}.pdf`,
  })),
  sqlserver: json((n) => ({
    message: [
      'audit_schema_version:1',
      `event_time:${time(n).replace('T', ' ')}.1234567`,
      `sequence_number:${n}`,
      'action_id:SL  ',
      'succeeded:true',
      `session_server_principal_name:GEMEENTE\\${user(n)}`,
      'database_name:wmo',
      'schema_name:dbo',
      'object_name:client',
      `statement:SELECT * FROM client WHERE bsn = '${bsn(n)}'`,
      'additional_information:',
    ].join('\n'),
  })),
  keycloak: (n) =>
    `${time(n).replace('T', ' ')},123 INFO  [org.keycloak.events] (executor-thread-1) operationType="UPDATE", realmId="gemeente", clientId="admin-cli", userId="${user(n)}", ipAddress="192.0.2.7", resourceType="USER", resourcePath="users/${uuid(n)}"`,
  fhir: json((n) => ({
    resourceType: 'AuditEvent',
    id: uuid(n),
    type: { system: 'http://terminology.hl7.org/CodeSystem/audit-event-type', code: 'rest' },
    subtype: [{ system: 'http://hl7.org/fhir/restful-interaction', code: 'read' }],
    action: 'R',
    recorded: `${time(n)}.123Z`,
    outcome: '0',
    agent: [
      { who: { identifier: { value: user(n) } }, requestor: true },
      {
        who: { reference: 'Device/ex-device' },
        requestor: false,
        network: { address: '192.0.2.7', type: '2' },
      },
    ],
    source: { site: 'server.example.com', observer: { reference: 'Device/ex-device' } },
    entity: [
      {
        type: { code: '1' },
        role: { code: '1' },
        what: { identifier: { system: 'http://fhir.nl/fhir/NamingSystem/bsn', value: bsn(n) } },
      },
    ],
  })),
  otlp: json((n) => ({
    resourceLogs: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'suite' } }] },
        scopeLogs: [
          {
            logRecords: [0, 1, 2].map((i) => ({
              timeUnixNano: `${millis(n + i)}000000`,
              eventName: 'persoon.raadplegen',
              traceId: hex(n, 32),
              spanId: hex(n + i, 16),
              attributes: [
                { key: 'event.id', value: { stringValue: `o${n}-${i}` } },
                { key: 'user.id', value: { stringValue: user(n) } },
                { key: 'bsn', value: { stringValue: bsn(n + i) } },
              ],
            })),
          },
        ],
      },
    ],
  })),
  ecs: json((n) => ({
    '@timestamp': `${time(n)}.123Z`,
    event: {
      action: 'view-person',
      id: `ecs${n}`,
      outcome: 'success',
      sequence: n,
      category: ['database'],
    },
    user: { id: user(n), roles: ['burgerzaken'] },
    service: { name: 'suite' },
    source: { ip: '192.0.2.7' },
    labels: { bsn: bsn(n), doelbinding: 'burgerzaken' },
    message: WORDS,
  })),
  pgaudit: (n) =>
    `${time(n).replace('T', ' ')}.123 UTC [${n % 9000}] ${user(n)}@wmo LOG:  AUDIT: SESSION,${n},1,READ,SELECT,TABLE,public.client,"select naam, adres from client where bsn = '${bsn(n)}'",<not logged>,1`,
  syslog: (n) =>
    `<134>1 ${time(n)}.123Z app${n % 8}.example.nl suite 42 - [meta@32473 seq="${n}"] CEF:0|Gemeente|Wmo Suite|1.0|42|Raadplegen|3|suser=${user(n)} cs1Label=bsn cs1=${bsn(n)} act=raadplegen src=192.0.2.7 externalId=c${n} msg=scherm met gegevens`,
  suwinet: (n) =>
    `${time(n).replace(/(\d+)-(\d+)-(\d+)T/, '$3-$2-$1 ')};${user(n)};${bsn(n)};Raadpleging;BSN;Inkomsten`,
};
/** Other forms of the same formats: what a standard calls by an older name, carries or forwards. */
export const VARIANTS: Readonly<Record<string, Readonly<Record<string, Sample>>>> = {
  ldv: {
    'names of 2024': json((n) => ({
      ...{ trace_id: hex(n, 32), operation_id: hex(n, 16), name: 'Raadplegen persoon' },
      ...{ start_time: millis(n), end_time: millis(n) + 120, status_code: 1 },
      attributes: {
        'dpl.core.processing_activity_id': `https://register.example.nl/${uuid(7)}`,
        'dpl.core.data_subject_id': bsn(n),
      },
    })),
    'NEN 7513': json((n) => ({
      ...{
        trace_id: hex(n, 32),
        span_id: hex(n, 16),
        name: 'R',
        start_time: millis(n),
        status: 'Ok',
      },
      attributes: {
        'dpl.core.data_subject_id': bsn(n),
        'dpl.nen7513.eventTypeCode': 'R',
        'dpl.nen7513.users': [{ userID: user(n), userIsRequestor: true, purposeOfUse: 'TREAT' }],
      },
    })),
    OTLP: json((n) => ({
      resourceSpans: [
        {
          scopeSpans: [
            {
              spans: [0, 1].map((i) => ({
                ...{ traceId: hex(n, 32), spanId: hex(n + i, 16), name: 'Raadplegen persoon' },
                startTimeUnixNano: `${millis(n)}000000`,
                attributes: [{ key: 'dpl.core.data_subject_id', value: { stringValue: bsn(n) } }],
                status: { code: 1 },
              })),
            },
          ],
        },
      ],
    })),
  },
  fhir: {
    R5: json((n) => ({
      ...{ resourceType: 'AuditEvent', id: uuid(n), action: 'R', recorded: `${time(n)}.123Z` },
      code: { coding: [{ system: 'http://hl7.org/fhir/restful-interaction', code: 'read' }] },
      occurredDateTime: `${time(n)}Z`,
      outcome: { code: { code: '0' } },
      agent: [{ who: { identifier: { value: user(n) } }, requestor: true }],
      patient: { identifier: { system: 'http://fhir.nl/fhir/NamingSystem/bsn', value: bsn(n) } },
    })),
  },
  ecs: {
    'dotted names': json((n) => ({
      ...{ '@timestamp': `${time(n)}Z`, 'event.action': 'view-person', 'event.id': `d${n}` },
      ...{
        'user.name': user(n),
        'labels.bsn': bsn(n),
        'source.ip': '192.0.2.7',
        'ecs.version': '8',
      },
    })),
  },
  keycloak: {
    JSON: json((n) => ({
      ...{ id: uuid(n), time: millis(n), realmId: 'gemeente', operationType: 'UPDATE' },
      ...{ resourceType: 'USER', resourcePath: `users/${uuid(n)}` },
      authDetails: { userId: user(n), ipAddress: '192.0.2.7' },
    })),
  },
  sqlserver: {
    columns: json((n) => ({
      ...{ event_time: `${time(n)}.1234567Z`, action_id: 'SL  ', succeeded: true },
      ...{ session_server_principal_name: user(n), database_name: 'wmo', object_name: 'client' },
      statement: `SELECT * FROM client WHERE bsn = '${bsn(n)}'`,
    })),
  },
  pgaudit: {
    CSV: (n) =>
      `${time(n).replace('T', ' ')}.123 UTC,"${user(n)}","wmo",42,"192.0.2.7:5432",65a0f0c1.2a,1,"SELECT",2026-01-12 08:59:00 UTC,3/1,0,LOG,00000,"AUDIT: SESSION,${n},1,READ,SELECT,TABLE,public.client,""select naam from client"",<none>,1",,,,,,,,,"suite"`,
  },
  syslog: {
    LEEF: (n) =>
      `<13>Jan 12 09:00:00 app${n % 8} LEEF:2.0|Gemeente|Suite|1.0|raadplegen|^|usrName=${user(n)}^bsn=${bsn(n)}^devTime=Jan 12 2026 08:30:00 UTC^src=192.0.2.7`,
    'CEF alone': (n) =>
      `CEF:0|Gemeente|Wmo Suite|1.0|42|Raadplegen|3|suser=${user(n)} cs1Label=bsn cs1=${bsn(n)} rt=${millis(n)} msg=a \\= b externalId=v${n}`,
  },
};
export const SUWINET_HEADER = 'Datum en tijd;Gebruikersnaam;BSN;Handeling;Zoeksleutel;Pagina';

/** A log of `lines` lines of one format, or of a variant of it. */
export function sampleLog(id: string, lines: number, variant?: string): Buffer {
  const make = variant === undefined ? SAMPLES[id] : VARIANTS[id]?.[variant];
  if (make === undefined) throw new RangeError(`no sample of ${id}`);
  const head = id === 'suwinet' ? `${SUWINET_HEADER}\n` : '';
  return Buffer.from(`${head}${Array.from({ length: lines }, (_, n) => make(n)).join('\n')}\n`);
}
