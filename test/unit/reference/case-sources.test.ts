import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mapTable } from '../../../reference/map-table.ts';
import { fetchCaseload, mergeCaseload, zgwToken } from '../../../reference/zgw-cases.ts';

describe('cases of the ZGW Zaken API', () => {
  let server: Server;
  let url = '';
  const asked: string[] = [];
  const zaak = (n: number, einddatum: string | null) => ({
    url: `${url}/zaken/${n}`,
    identificatie: `ZAAK-2026-${n}`,
    zaaktype: 'https://catalogus.example/zaaktypen/wmo',
    startdatum: '2026-01-05',
    einddatum,
  });
  const rol = (betrokkeneType: string, betrokkeneIdentificatie: object) => ({
    betrokkeneType,
    betrokkeneIdentificatie,
  });
  beforeAll(async () => {
    server = createServer((request, response) => {
      const at = new URL(request.url ?? '', 'http://x');
      asked.push(request.url ?? '');
      expect(request.headers.authorization).toMatch(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/);
      const page = at.searchParams.get('page');
      const results =
        at.pathname === '/api/v1/zaken'
          ? page === null
            ? [zaak(1, null)]
            : [zaak(2, '2026-02-01')]
          : [
              rol('natuurlijk_persoon', { inpBsn: '999993367' }),
              rol('natuurlijk_persoon', { inpBsn: '123456789' }),
              ...(at.searchParams.get('zaak')?.endsWith('/1')
                ? [rol('medewerker', { identificatie: 'abak' })]
                : [rol('organisatorische_eenheid', { identificatie: 'Wmo' })]),
            ];
      const next = at.pathname === '/api/v1/zaken' && page === null ? `${url}/zaken?page=2` : null;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ count: 2, next, results }));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/api/v1`;
  });
  afterAll(() => new Promise((done) => server.close(done)));

  test('pages and roles become links between a person and whose work it is', async () => {
    const { rows, cases } = await fetchCaseload({ url, clientId: 'c', secret: 's' });
    expect(cases).toEqual(['ZAAK-2026-1', 'ZAAK-2026-2']);
    expect(rows).toEqual([
      {
        caseRef: 'ZAAK-2026-1',
        personId: '999993367',
        kind: 'case',
        actorId: 'abak',
        unit: '',
        domain: 'wmo',
        validFrom: '2026-01-05',
        validTo: '',
      },
      {
        caseRef: 'ZAAK-2026-2',
        personId: '999993367',
        kind: 'case',
        actorId: '',
        unit: 'Wmo',
        domain: 'wmo',
        validFrom: '2026-01-05',
        validTo: '2026-02-01',
      },
    ]);
  });
  test('later fetches ask only for what began or ended since', async () => {
    asked.length = 0;
    await fetchCaseload({ url, clientId: 'c', secret: 's', since: '2026-02-01' });
    expect(asked.filter((path) => path.includes('zaken?s') || path.includes('zaken?e'))).toEqual([
      '/api/v1/zaken?startdatum__gte=2026-02-01',
      '/api/v1/zaken?einddatum__gt=2026-02-01',
    ]);
  });
  test('a next page on another host is refused', async () => {
    const elsewhere: typeof fetch = async () =>
      new Response(JSON.stringify({ next: 'http://192.0.2.1/zaken?page=2', results: [] }));
    await expect(
      fetchCaseload({ url, clientId: 'c', secret: 's', fetch: elsewhere }),
    ).rejects.toThrow(/another host/);
  });
  test('the token is signed as the standard asks', () => {
    const [head, claims, signature] = zgwToken('client', 'secret', 1_768_206_722_000).split('.');
    expect(JSON.parse(Buffer.from(claims ?? '', 'base64url').toString())).toMatchObject({
      client_id: 'client',
      iat: 1768206722,
    });
    expect(signature).toBe(
      createHmac('sha256', 'secret').update(`${head}.${claims}`).digest('base64url'),
    );
  });
  test('what is known stays; a link that its case lost ends today', () => {
    const row = {
      caseRef: 'Z1',
      personId: '999993367',
      kind: 'case',
      actorId: 'a',
      unit: '',
      domain: '',
      validFrom: '2026-01-05',
      validTo: '',
    };
    const known = mergeCaseload(
      '',
      { rows: [row, { ...row, caseRef: 'Z2' }], cases: ['Z1', 'Z2'] },
      '2026-01-06',
    );
    const changed = mergeCaseload(
      known,
      { rows: [{ ...row, actorId: 'b' }], cases: ['Z1'] },
      '2026-03-01',
    );
    expect(changed.trimEnd().split('\r\n')).toEqual([
      'caseRef,personId,kind,actorId,unit,domain,validFrom,validTo',
      'Z1,999993367,case,a,,,2026-01-05,2026-03-01',
      'Z1,999993367,case,b,,,2026-01-05,',
      'Z2,999993367,case,a,,,2026-01-05,',
    ]);
  });
});

describe('appointments and rosters by a mapping', () => {
  const yaml = `table: caseload
dates: dd-MM-yyyy
columns: { caseRef: Afspraaknr, personId: BSN, actorId: Medewerker, validFrom: Datum, validTo: Datum }
constants: { kind: appointment }
`;
  test('columns, dates and constants', () => {
    const { csv, problems, table } = mapTable(
      Buffer.from(
        'Afspraaknr;BSN;Medewerker;Datum\r\nA1;999993367;abak;2-3-2026\r\nA2;999993240;abak;morgen\r\n',
      ),
      yaml,
    );
    expect(table).toBe('caseload');
    expect(csv.split('\r\n')[1]).toBe('A1,999993367,appointment,abak,,,2026-03-02,2026-03-02');
    expect(problems).toEqual(['line 3: validFrom']);
  });
  test('a roster with a table of values; unknown columns are refused', () => {
    const roster = `table: roster
columns: { actorId: Wie, kind: { column: Soort, values: { Verlof: leave, Dienst: shift } }, from: Van, to: Tot }
`;
    const bytes = Buffer.from(
      'Wie;Soort;Van;Tot\nabak;Verlof;2026-03-02;2026-03-06\ncdev;Anders;2026-03-02;2026-03-06\n',
    );
    const { csv, problems } = mapTable(bytes, roster);
    expect(csv.split('\r\n')[1]).toBe('abak,leave,2026-03-02,2026-03-06');
    expect(problems).toEqual(['line 3: kind']);
    expect(() => mapTable(bytes, 'table: roster\ncolumns: { who: Wie }')).toThrow(/who/);
    expect(() => mapTable(bytes, 'table: roster\ncolumns: { actorId: Nope }')).toThrow(/actorId/);
  });
});
