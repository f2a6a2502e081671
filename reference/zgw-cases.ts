// Cases and roles of the ZGW Zaken API as rows of caseload.csv: whose work a person is, and since when.
import { createHmac } from 'node:crypto';
import { isBsn, padBsn } from '../domain/bsn.ts';
import { AppError } from '../domain/errors.ts';
import { readCsv, writeCsv } from './csv.ts';

export const CASELOAD_COLUMNS = [
  ...['caseRef', 'personId', 'kind', 'actorId', 'unit', 'domain', 'validFrom', 'validTo'],
] as const;
type Row = Record<(typeof CASELOAD_COLUMNS)[number], string>;

export type ZgwOptions = {
  /** Base address of the API, ending in /api/v1. */
  url: string;
  clientId: string;
  secret: string;
  /** Cases that began or ended on this date or later (ISO); all when left out. */
  since?: string;
  fetch?: typeof fetch;
};
type Json = Record<string, unknown>;
/** A list that never ends must not keep us asking. */
const MAX_PAGES = 10_000;
const TIMEOUT_MS = 60_000;

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
/** The token that the ZGW standards ask for: HS256 over client id and time. */
export function zgwToken(clientId: string, secret: string, at: number): string {
  const claims = {
    iss: clientId,
    iat: Math.floor(at / 1000),
    client_id: clientId,
    user_id: 'inzagewacht',
    user_representation: 'Inzagewacht',
  };
  const body = `${part({ typ: 'JWT', alg: 'HS256' })}.${part(claims)}`;
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
const lastPart = (url: string): string => url.replace(/\/+$/, '').split('/').at(-1) ?? '';

/** Every item of a list, page after page; a next page elsewhere is refused. */
async function* pages(first: URL, options: ZgwOptions): AsyncGenerator<Json> {
  const ask = options.fetch ?? fetch;
  let next: URL | null = first;
  for (let page = 0; next !== null && page < MAX_PAGES; page++) {
    const response: Response = await ask(next, {
      headers: {
        authorization: `Bearer ${zgwToken(options.clientId, options.secret, Date.now())}`,
        accept: 'application/json',
        'accept-crs': 'EPSG:4326',
      },
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok)
      throw new AppError('ERR_REFERENCE_REFUSED', `The case API answered ${response.status}.`, {
        status: response.status,
      });
    const body: unknown = await response.json();
    const items: unknown = Array.isArray(body) ? body : objectOf(body)['results'];
    for (const item of Array.isArray(items) ? items : []) yield objectOf(item);
    const link = textOf(objectOf(body)['next']);
    next = link === '' ? null : new URL(link, first);
    if (next !== null && next.origin !== first.origin)
      throw new AppError(
        'ERR_REFERENCE_REFUSED',
        'The case API names a next page on another host.',
        {},
      );
  }
}

/** Persons, officials and units of one case. */
async function rolesOf(
  zaak: string,
  options: ZgwOptions,
): Promise<{ persons: Set<string>; officials: Set<string>; units: Set<string> }> {
  const url = new URL(`${options.url.replace(/\/$/, '')}/rollen`);
  url.searchParams.set('zaak', zaak);
  const found = {
    persons: new Set<string>(),
    officials: new Set<string>(),
    units: new Set<string>(),
  };
  for await (const rol of pages(url, options)) {
    const who = objectOf(rol['betrokkeneIdentificatie']);
    const type = textOf(rol['betrokkeneType']);
    const bsn = padBsn(textOf(who['inpBsn']));
    if (type === 'natuurlijk_persoon' && isBsn(bsn)) found.persons.add(bsn);
    else if (type === 'medewerker' && textOf(who['identificatie']) !== '')
      found.officials.add(textOf(who['identificatie']));
    else if (type === 'organisatorische_eenheid' && textOf(who['identificatie']) !== '')
      found.units.add(textOf(who['identificatie']));
  }
  return found;
}

/** Rows of one case: each person with each official, else with each unit, else with nobody named. */
async function rowsOf(zaak: Json, options: ZgwOptions): Promise<Row[]> {
  const { persons, officials, units } = await rolesOf(textOf(zaak['url']), options);
  const workers =
    officials.size > 0
      ? [...officials].map((actorId) => ({ actorId, unit: '' }))
      : units.size > 0
        ? [...units].map((unit) => ({ actorId: '', unit }))
        : [];
  return [...persons].flatMap((personId) =>
    workers.map((worker) => ({
      caseRef: textOf(zaak['identificatie']) || lastPart(textOf(zaak['url'])),
      personId,
      kind: 'case',
      ...worker,
      domain: lastPart(textOf(zaak['zaaktype'])),
      validFrom: textOf(zaak['startdatum']),
      validTo: textOf(zaak['einddatum']),
    })),
  );
}

/** Cases since a date, each once; asks for what began and, apart, for what ended since. */
export async function fetchCaseload(
  options: ZgwOptions,
): Promise<{ rows: Row[]; cases: string[] }> {
  const base = `${options.url.replace(/\/$/, '')}/zaken`;
  const filters = options.since === undefined ? [null] : ['startdatum__gte', 'einddatum__gt'];
  const seen = new Set<string>();
  const rows: Row[] = [];
  const cases: string[] = [];
  for (const filter of filters) {
    const url = new URL(base);
    if (filter !== null) url.searchParams.set(filter, options.since ?? '');
    for await (const zaak of pages(url, options)) {
      const id = textOf(zaak['url']);
      if (id === '' || seen.has(id)) continue;
      seen.add(id);
      cases.push(textOf(zaak['identificatie']) || lastPart(id));
      rows.push(...(await rowsOf(zaak, options)));
    }
  }
  return { rows, cases };
}

const keyOf = (row: Row): string => [row.caseRef, row.personId, row.actorId, row.unit].join('\0');

/**
 * What is known with what was fetched. A row that its case no longer has ends on `today`: the link was
 * there and explained lookups of then.
 */
export function mergeCaseload(
  known: string,
  fetched: { rows: readonly Row[]; cases: readonly string[] },
  today: string,
): string {
  const rows = new Map<string, Row>();
  const [header, ...records] = [...readCsv(known.replace(/^\uFEFF/, ''))];
  for (const { fields } of records) {
    const row = Object.fromEntries(
      CASELOAD_COLUMNS.map((name) => [name, fields?.[header?.fields?.indexOf(name) ?? -1] ?? '']),
    ) as Row;
    if (row.personId !== '') rows.set(keyOf(row), row);
  }
  const refetched = new Set(fetched.cases);
  const fresh = new Set(fetched.rows.map(keyOf));
  for (const [key, row] of rows)
    if (row.kind === 'case' && refetched.has(row.caseRef) && !fresh.has(key) && row.validTo === '')
      row.validTo = today;
  for (const row of fetched.rows) rows.set(keyOf(row), row);
  const sorted = [...rows.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return writeCsv(
    CASELOAD_COLUMNS,
    sorted.map((row) => CASELOAD_COLUMNS.map((name) => row[name])),
  );
}
