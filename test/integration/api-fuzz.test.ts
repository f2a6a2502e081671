import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ACCESS, accessOf, type Operation } from '../../api/access.ts';
import { ROLES, type Role } from '../../domain/review.ts';
import { someAlerts } from '../helpers/alerts.ts';
import { arbitraryOf, inline, type JsonSchema, spoilt } from '../helpers/json-schema-arbitrary.ts';
import { addAccount, aService, aStage, type Client, noBacktests } from '../helpers/review.ts';

/**
 * Requests per route and role; the whole walk with 500 is 2,500 per route. The stage keeps every record in
 * memory: give Node 12 GB for that (`NODE_OPTIONS=--max-old-space-size=12000`).
 */
const RUNS = Number(process.env['INZAGEWACHT_FUZZ'] ?? 30);
/** Each hashes a password with 128 MB: a few say as much as many. */
const SLOW = new Set<Operation>(['signIn', 'stepUp', 'createAccount']);
const SLOW_RUNS = 2;
const SECRET = '999990019';

type Media = { schema?: JsonSchema };
type Documented = {
  operationId: string;
  parameters?: { name: string; in: string; schema: JsonSchema; required?: boolean }[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { content?: Record<string, Media> }>;
};
const pathTo = (operation: Operation): string => accessOf(operation).url.replace(/:(\w+)/g, '{$1}');

describe('a client that reads the OpenAPI document and sends everything it allows, and more', () => {
  const clients = new Map<Role, Client>();
  const operations = new Map<Operation, Documented>();
  const known: string[] = ['al-1', 'al-2', 'al-3', 'zz'];
  let components: Record<string, JsonSchema> = {};
  let errors: unknown[] = [];

  beforeAll(async () => {
    const alerts = someAlerts(12);
    const logger = { error: (fields: unknown) => errors.push(fields) };
    const quiet = () => undefined;
    const service = await aService(
      alerts,
      {
        openVault: () => `bsn:${SECRET}`,
        intake: { append: async () => ({ receiptId: 'x', isRepeat: false }) },
        importReference: async () => ({ version: 'r', counts: {}, problems: [], problemCount: 0 }),
        backtests: noBacktests(),
        // The shape of a pino logger, as far as the server uses it.
        logger: {
          ...{ level: 'error', info: quiet, warn: quiet, debug: quiet, trace: quiet },
          ...{ fatal: logger.error, error: logger.error, silent: quiet },
          child() {
            return this;
          },
        } as never,
      },
      aStage(),
    );
    for (const role of ROLES) {
      const { accountId } = await addAccount(service.accounts, `fuzz-${role}`, [role]);
      known.push(accountId);
      clients.set(role, await service.signIn(service.deps, accountId));
    }
    // Somebody else's case with an open reveal: what it shows must reach nobody here.
    const { accountId } = await addAccount(service.accounts, 'other', ['integrity-investigator']);
    const other = await service.signIn(service.deps, accountId);
    const REASON = 'Voldoende lange reden om dit te mogen doen.';
    const kase = await other.call('POST', '/cases', {
      ...{ title: 'Zaak', alertIds: ['al-1', 'al-2'], ground: 'complaint', reason: REASON },
      protocolArticle: '1',
    });
    const tokens = alerts[0]?.subjects.map((s) => s.token);
    const reveal = await other.call('POST', `/cases/${kase.body['caseId']}/reveals`, {
      ...{ tokens, reasonCode: 'establish-facts', text: REASON, ground: 'complaint' },
      protocolArticle: '1',
    });
    const approved = await clients
      .get('fg')
      ?.call('POST', `/reveals/${reveal.body['revealId']}/approval`, {
        reason: REASON,
        sequence: 1,
      });
    expect(approved?.body['state']).toBe('open');
    const pack = await other.call('POST', `/cases/${kase.body['caseId']}/exports`, {
      reason: REASON,
    });
    known.push(
      ...[kase.body['caseId'], reveal.body['revealId'], pack.body['exportId']].map(String),
    );
    const document = (await service.server.inject({ url: '/v1/openapi.json' })).json();
    components = document.components.schemas;
    for (const operation of Object.keys(ACCESS) as Operation[]) {
      const { method } = accessOf(operation);
      const found = document.paths[pathTo(operation)]?.[method.toLowerCase()];
      if (found !== undefined) operations.set(operation, found);
    }
    expect(operations.size).toBe(Object.keys(ACCESS).length - 1);
  });

  /** Requests of one operation: path, query and body, mostly as documented. */
  function requestsOf({ parameters = [], requestBody }: Documented) {
    const path = parameters.filter((p) => p.in === 'path');
    const query = parameters.filter((p) => p.in === 'query');
    const schema = Object.values(requestBody?.content ?? {})[0]?.schema;
    const body =
      schema === undefined ? fc.constant(undefined) : arbitraryOf(inline(schema, components));
    const id = fc.oneof(fc.constantFrom(...known), fc.stringMatching(/^[a-z0-9-]{1,12}$/));
    return fc.record({
      path: fc.record(Object.fromEntries(path.map((p) => [p.name, id]))),
      query: fc.record(
        Object.fromEntries(query.map((p) => [p.name, arbitraryOf(inline(p.schema, components))])),
        { requiredKeys: [] },
      ),
      body: schema === undefined ? body : fc.oneof({ weight: 3, arbitrary: body }, spoilt(body)),
      ifMatch: fc.option(fc.nat(4), { nil: null }),
    });
  }

  function urlOf(
    operation: Operation,
    path: Record<string, unknown>,
    query: Record<string, unknown>,
  ) {
    const params = new URLSearchParams();
    for (const [name, value] of Object.entries(query))
      for (const one of Array.isArray(value) ? value : [value]) params.append(name, String(one));
    const url = accessOf(operation).url.replace(/:(\w+)/g, (_m, name) =>
      encodeURIComponent(String(path[name])),
    );
    return params.size === 0 ? url : `${url}?${params}`;
  }

  const tried = (Object.keys(ACCESS) as Operation[]).filter(
    // The stream has no end, signing out ends the others, and the document describes itself.
    (o) => !['streamChanges', 'signOut', 'switchRole', 'endSessions', 'readOpenApi'].includes(o),
  );
  test.each(tried)('%s answers as documented', async (operation) => {
    const documented = operations.get(operation);
    if (documented === undefined) throw new Error('not in the document');
    const { method } = accessOf(operation);
    const checks = new Map<string, z.ZodType>();
    for (const [status, { content }] of Object.entries(documented.responses)) {
      const schema =
        content?.['application/json']?.schema ?? content?.['application/problem+json']?.schema;
      if (schema !== undefined)
        checks.set(
          status,
          z.fromJSONSchema(inline(schema, components) as Parameters<typeof z.fromJSONSchema>[0]),
        );
    }
    for (const role of ROLES) {
      const client = clients.get(role);
      if (client === undefined) throw new Error('no client');
      await fc.assert(
        fc.asyncProperty(requestsOf(documented), async ({ path, query, body, ifMatch }) => {
          errors = [];
          const headers: Record<string, string> =
            ifMatch === null ? {} : { 'if-match': `"${ifMatch}"` };
          if (operation === 'sendEvents') headers['content-type'] = 'application/x-ndjson';
          const payload = operation === 'sendEvents' ? JSON.stringify(body) : body;
          const answer = await client.call(method, urlOf(operation, path, query), payload, headers);
          const status = String(answer.status);
          // 503 is for parts that this installation does not have; here only the provider is missing.
          const isMissingPart =
            status === '503' && answer.body['code'] === 'ERR_REVIEW_UNAVAILABLE';
          if (answer.status >= 500 && !isMissingPart)
            throw new Error(`${status}: ${JSON.stringify([answer.body, errors])}`);
          expect(Object.keys(documented.responses)).toContain(status);
          const fit = checks.get(status)?.safeParse(answer.body);
          if (fit?.success === false)
            throw new Error(`${status} does not fit: ${z.prettifyError(fit.error)}`);
          expect(JSON.stringify(answer.body)).not.toContain(SECRET);
        }),
        { numRuns: SLOW.has(operation) ? SLOW_RUNS : RUNS },
      );
    }
  });
});
