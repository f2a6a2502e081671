import { beforeAll, describe, expect, test } from 'vitest';
import { ACCESS, accessOf, type Operation } from '../../../api/access.ts';
import { ROLES, type Role } from '../../../domain/review.ts';
import { CASE_STEPS } from '../../../review/case.ts';
import { someAlerts } from '../../helpers/alerts.ts';
import { addAccount, aService, type Client } from '../../helpers/review.ts';

const OPERATIONS = Object.keys(ACCESS) as Operation[];
/** Ids that exist nowhere: a role that may call gets past the table and is told so. */
const urlOf = (operation: Operation): string => accessOf(operation).url.replace(/:\w+/g, 'zz-1');
/** What the table itself says no with; everything else is an answer of the operation. */
const isTurnedAway = (status: number, code: unknown): boolean =>
  status === 401 || (status === 403 && code === 'ERR_REVIEW_NOT_ALLOWED');

describe('the table of access', () => {
  let service: Awaited<ReturnType<typeof aService>>;
  const clients = new Map<Role, Client>();

  beforeAll(async () => {
    service = await aService(someAlerts(3));
    for (const role of ROLES) {
      const account = await addAccount(service.accounts, `one-${role}`, [role]);
      clients.set(role, await service.signIn(service.deps, account.accountId));
    }
  });

  test('every operation of the table is a route, and every route is in the table', async () => {
    const document = (await service.server.inject({ url: '/v1/openapi.json' })).json();
    const documented = Object.values(
      document.paths as Record<string, Record<string, { operationId: string }>>,
    )
      .flatMap((methods) => Object.values(methods))
      .map((operation) => operation.operationId);
    expect([...documented, 'readOpenApi'].sort()).toEqual([...OPERATIONS].sort());
    for (const operation of OPERATIONS) {
      const { method, url } = accessOf(operation);
      expect(service.server.hasRoute({ method, url: `/v1${url}` }), operation).toBe(true);
    }
  });

  const isOpen = (operation: Operation): boolean => accessOf(operation).roles === 'public';
  // The stream does not end, and signing out would end the session of the others.
  const walked = OPERATIONS.filter((o) => o !== 'streamChanges' && o !== 'signOut' && !isOpen(o));

  test.each(walked)('%s lets in the roles it names and nobody else', async (operation) => {
    const { method, roles } = accessOf(operation);
    for (const role of ROLES) {
      const answer = await clients
        .get(role)
        ?.call(method, urlOf(operation), method === 'GET' ? undefined : {});
      const mayCall = typeof roles === 'string' || roles.includes(role);
      const away = isTurnedAway(answer?.status ?? 0, answer?.body['code']);
      expect({ role, isLetIn: !away }).toEqual({ role, isLetIn: mayCall });
    }
  });

  test.each(walked)(
    '%s is closed without a sign-in, with a made-up cookie and token',
    async (operation) => {
      const { method } = accessOf(operation);
      const url = `/v1${urlOf(operation)}`;
      for (const headers of [
        {},
        { cookie: `inzagewacht=${'A'.repeat(43)}` },
        { authorization: `Bearer s-1.${'A'.repeat(43)}` },
      ]) {
        const payload = method === 'GET' ? {} : { payload: {} };
        const { statusCode } = await service.server.inject({ method, url, headers, ...payload });
        expect(statusCode).toBe(401);
      }
    },
  );

  test('what needs a fresh sign-in refuses an old one', async () => {
    const { stage } = service;
    const before = stage.now;
    stage.now += 6 * 60_000;
    for (const operation of OPERATIONS.filter((o) => accessOf(o).isFresh === true)) {
      const { method, roles } = accessOf(operation);
      const [role] = roles as readonly Role[];
      if (role === undefined) continue;
      const answer = await clients
        .get(role)
        ?.call(method, urlOf(operation), method === 'GET' ? undefined : {});
      expect({ operation, status: answer?.status, code: answer?.body['code'] }).toEqual({
        ...{ operation, status: 403, code: 'ERR_REVIEW_STEP_UP' },
      });
    }
    stage.now = before;
  });

  test('machines do what their scope says and nothing else', async () => {
    const administrator = service.accounts.all().find((a) => a.roles.includes('administrator'));
    if (administrator === undefined) throw new Error('no administrator');
    const { secret } = await service.accounts.createService(
      { ...administrator, role: 'administrator' },
      { login: 'collector', name: 'collector', scopes: ['metrics:read'] },
    );
    for (const operation of walked) {
      const { method, scope } = accessOf(operation);
      const { statusCode } = await service.server.inject({
        ...{
          method,
          url: `/v1${urlOf(operation)}`,
          headers: { authorization: `Bearer ${secret}` },
        },
        ...(method === 'GET' ? {} : { payload: {} }),
      });
      expect({ operation, isRefused: statusCode === 403 }).toEqual({
        ...{ operation, isRefused: scope !== 'metrics:read' },
      });
    }
  });

  test('the states of the table are those of the machine of a case', () => {
    const pairs: [Operation, keyof typeof CASE_STEPS][] = [
      ['assignCase', 'assign'],
      ['linkAlert', 'link'],
      ['unlinkAlert', 'unlink'],
      ['addCaseNote', 'note'],
      ['askHearing', 'hear'],
      ['recordAnswer', 'answer'],
      ['referCase', 'refer'],
      ['requestReveal', 'reveal'],
      ['requestExport', 'export'],
      ['proposeClosing', 'propose-closing'],
      ['approveClosing', 'decide-closing'],
      ['refuseClosing', 'decide-closing'],
      ['reopenCase', 'reopen'],
      ['releaseHold', 'release-hold'],
    ];
    for (const [operation, step] of pairs)
      expect([operation, accessOf(operation).states]).toEqual([operation, CASE_STEPS[step]]);
  });

  test('an address that knows other methods says which', async () => {
    const answer = await service.server.inject({ method: 'DELETE', url: '/v1/alerts' });
    expect(answer.statusCode).toBe(405);
    expect(answer.headers.allow).toBe('GET');
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });
});
