import { describe, expect, test } from 'vitest';
import { hashPassword } from '../../../review/accounts.ts';
import { someAlerts } from '../../helpers/alerts.ts';
import { addAccount, aService } from '../../helpers/review.ts';

const PASSWORD = 'een lang wachtwoord';
const MINUTE = 60_000;

async function aHouse(more: Parameters<typeof aService>[1] = {}) {
  const service = await aService(someAlerts(2), more);
  const secret = await service.accounts.hashPassword(PASSWORD);
  const officer = await addAccount(service.accounts, 'officer', ['security-officer', 'fg'], {
    secret,
  });
  const admin = await addAccount(service.accounts, 'admin', ['administrator']);
  const enter = (account: string, password: string, headers: Record<string, string> = {}) =>
    service.server.inject({
      ...{ method: 'POST', url: '/v1/session', payload: { account, password }, headers },
    });
  return { ...service, officer, admin, enter };
}

describe('a sign-in', () => {
  test('gives a cookie that scripts, other sites and plain HTTP do not get', async () => {
    const { enter } = await aHouse({ isSecure: true });
    const answer = await enter('officer', PASSWORD);
    expect(answer.statusCode).toBe(200);
    const cookie = String(answer.headers['set-cookie']);
    expect(cookie).toMatch(
      /^__Host-inzagewacht=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    expect(answer.headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
    expect(answer.json().operations).toContain('triageAlert');
  });

  test('says the same of an unknown account, a wrong password and a disabled account', async () => {
    const { enter, accounts, officer, admin } = await aHouse();
    const wrong = await enter('officer', 'x');
    const unknown = await enter('nobody-of-that-name', PASSWORD);
    await accounts.change(
      ...([{ ...admin, role: 'administrator' }, officer.accountId, { isDisabled: true }] as const),
    );
    const disabled = await enter('officer', PASSWORD);
    for (const answer of [wrong, unknown, disabled]) {
      expect(answer.statusCode).toBe(401);
      expect(answer.json()).toEqual(wrong.json());
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
  });

  test('is not tried for ever: after ten failures the account waits a quarter of an hour', async () => {
    const { enter, stage } = await aHouse();
    for (let i = 0; i < 10; i++) expect((await enter('officer', `x${i}`)).statusCode).toBe(401);
    expect((await enter('officer', PASSWORD)).statusCode).toBe(429);
    stage.now += 15 * MINUTE;
    expect((await enter('officer', PASSWORD)).statusCode).toBe(200);
  });

  test('from another site is refused', async () => {
    const { enter } = await aHouse();
    expect((await enter('officer', PASSWORD, { origin: 'https://example.org' })).statusCode).toBe(
      403,
    );
    expect((await enter('officer', PASSWORD, { 'sec-fetch-site': 'cross-site' })).statusCode).toBe(
      403,
    );
  });

  test('ends the session that was there before, and never takes over a secret it was given', async () => {
    const { deps, signIn, officer, server } = await aHouse();
    const before = await signIn(deps, officer.accountId);
    const answer = await server.inject({
      ...{
        method: 'POST',
        url: '/v1/session',
        payload: { account: 'officer', password: PASSWORD },
      },
      headers: { cookie: `inzagewacht=${before.secret}`, 'x-csrf-token': before.session.csrfToken },
    });
    expect(answer.statusCode).toBe(200);
    expect(String(answer.headers['set-cookie'])).not.toContain(before.secret);
    expect((await before.get('/session')).status).toBe(401);
  });
});

describe('a session', () => {
  test('ends after fifteen idle minutes, one less keeps it', async () => {
    const { deps, signIn, officer, stage } = await aHouse();
    const client = await signIn(deps, officer.accountId);
    stage.now += 15 * MINUTE - 1;
    expect((await client.get('/session')).status).toBe(200);
    stage.now += 15 * MINUTE;
    expect((await client.get('/session')).status).toBe(401);
  });

  test('ends after eight hours whatever is done with it', async () => {
    const { deps, signIn, officer, stage } = await aHouse();
    const client = await signIn(deps, officer.accountId);
    for (let minutes = 0; minutes < 8 * 60 - 10; minutes += 10) {
      stage.now += 10 * MINUTE;
      expect((await client.get('/session')).status).toBe(200);
    }
    stage.now += 10 * MINUTE;
    expect((await client.get('/session')).status).toBe(401);
  });

  test('is over at once after signing out, and the browser is told to forget', async () => {
    const { deps, signIn, officer } = await aHouse();
    const client = await signIn(deps, officer.accountId);
    const out = await client.call('DELETE', '/session');
    expect(out.headers['clear-site-data']).toBe('"cache", "cookies", "storage"');
    expect((await client.get('/session')).status).toBe(401);
  });

  test('is over at once when an administrator says so, shuts the account, or takes the role', async () => {
    const { deps, signIn, officer, admin } = await aHouse();
    const administrator = await signIn(deps, admin.accountId);
    const path = `/accounts/${officer.accountId}`;
    const steps = [
      () => administrator.call('POST', `${path}/sign-out`),
      () => administrator.call('PATCH', path, { roles: ['fg'] }),
      () => administrator.call('PATCH', path, { isDisabled: true }),
    ];
    for (const step of steps) {
      const role = deps.accounts.get(officer.accountId)?.roles[0];
      const client = await signIn(deps, officer.accountId, role);
      expect((await client.get('/session')).status).toBe(200);
      expect((await step()).status).toBe(200);
      expect((await client.get('/session')).status).toBe(401);
    }
  });

  test('gets a new secret by a step-up and by another role; the old one is worth nothing', async () => {
    const { deps, signIn, officer, stage } = await aHouse();
    const client = await signIn(deps, officer.accountId);
    stage.now += 6 * MINUTE;
    expect(await client.call('POST', '/session/step-up', { password: 'x' })).toMatchObject({
      ...{ status: 403 },
    });
    const up = await client.call('POST', '/session/step-up', { password: PASSWORD });
    expect(up.body['freshUntil']).toBe(new Date(stage.now + 5 * MINUTE).toISOString());
    expect((await client.get('/session')).status).toBe(401);
    const again = await signIn(deps, officer.accountId);
    expect((await again.call('PUT', '/session/role', { role: 'auditor' })).status).toBe(403);
    expect((await again.call('PUT', '/session/role', { role: 'fg' })).body['role']).toBe('fg');
    expect((await again.get('/session')).status).toBe(401);
  });

  test('is kept by the hash of its secret', async () => {
    const { deps, signIn, officer, stage } = await aHouse();
    const { secret } = await signIn(deps, officer.accountId);
    expect(JSON.stringify([...stage.sessionStore.rows])).not.toContain(secret);
  });
});

describe('accounts', () => {
  test('nobody gives themselves a role, also not through a second account of theirs', async () => {
    const { deps, signIn, accounts, admin } = await aHouse();
    const twin = await addAccount(accounts, 'admin-two', ['auditor'], {
      person: admin.person,
    });
    const administrator = await signIn(deps, admin.accountId);
    for (const id of [admin.accountId, twin.accountId])
      expect(
        await administrator.call('PATCH', `/accounts/${id}`, { roles: ['security-officer'] }),
      ).toMatchObject({ status: 403, body: { code: 'ERR_REVIEW_SAME_PERSON' } });
    const made = await administrator.call('POST', '/accounts', {
      ...{ login: 'mine', name: 'mine', roles: ['fg'], person: admin.person },
    });
    expect(made).toMatchObject({ status: 403, body: { code: 'ERR_REVIEW_SAME_PERSON' } });
  });

  test('a password costs an attacker 128 MB a guess', async () => {
    expect(await hashPassword(PASSWORD)).toMatch(/^scrypt\$17\$[\w-]{22}\$[\w-]{43}$/);
  });

  test('a password is shown once and kept nowhere', async () => {
    const { deps, signIn, admin, stage, enter } = await aHouse();
    const administrator = await signIn(deps, admin.accountId);
    const made = await administrator.call('POST', '/accounts', {
      ...{ login: 'new', name: 'new', roles: ['auditor'], person: 'new person' },
    });
    const secret = String(made.body['secret']);
    expect(secret).toMatch(/^([A-Za-z2-9]{5}-){3}[A-Za-z2-9]{5}$/);
    const kept = JSON.stringify([stage.journalStore.entries, stage.logStore.rows]);
    expect(kept).not.toContain(secret);
    expect((await enter('new', secret)).statusCode).toBe(200);
  });
});
