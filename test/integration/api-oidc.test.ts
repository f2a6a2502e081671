import { createServer as createHttpServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateKeyPair, SignJWT } from 'jose';
import Provider from 'oidc-provider';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openOidc } from '../../api/oidc.ts';
import { anAlert } from '../helpers/alerts.ts';
import { aService, aStage } from '../helpers/review.ts';

const REDIRECT = 'http://127.0.0.1:9/v1/session/oidc/callback';

/** People of the identity provider: who they are, which groups, which person. */
const PEOPLE: Record<string, Record<string, unknown>> = {
  anna: {
    name: 'A. Voorbeeld',
    groups: ['grp-ciso', 'grp-other'],
    employee: 'p-1',
    account: 'avoorb',
  },
  bert: { name: 'B. Voorbeeld', groups: ['grp-unknown'], employee: 'p-2' },
};

/** Carries cookies of the provider and walks its forms as a browser would. */
class Browser {
  readonly cookies = new Map<string, string>();
  async fetch(url: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; ');
    const answer = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...(init.headers as Record<string, string>), cookie },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      this.cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return answer;
  }
  /** From the address of the authorisation to the one that leads back to us. */
  async signIn(start: string, login: string): Promise<URL> {
    let url = start;
    for (let step = 0; step < 12; step++) {
      if (url.startsWith(REDIRECT)) return new URL(url);
      let answer = await this.fetch(url);
      if (answer.status === 200) {
        const page = await answer.text();
        const action = /action="([^"]+)"/.exec(page)?.[1] ?? '';
        const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1] ?? '';
        const body = new URLSearchParams({ prompt, login, password: 'x' });
        answer = await this.fetch(action, { method: 'POST', body });
      }
      url = new URL(answer.headers.get('location') ?? '', url).href;
    }
    throw new Error('the provider did not lead back');
  }
}

describe('sign-in through an identity provider', () => {
  let provider: Server;
  let issuer = '';
  let service: Awaited<ReturnType<typeof aService>>;
  const stage = { ...aStage(), now: Date.now() };
  const keys = generateKeyPair('RS256', { extractable: true });

  beforeAll(async () => {
    provider = createHttpServer();
    await new Promise<void>((done) => provider.listen(0, '127.0.0.1', done));
    issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
    const { exportJWK } = await import('jose');
    const jwk = await exportJWK((await keys).privateKey);
    const idp = new Provider(issuer, {
      clients: [
        {
          ...{ client_id: 'inzagewacht', client_secret: 'a-secret-of-the-client' },
          ...{ redirect_uris: [REDIRECT], response_types: ['code'] },
          ...{ grant_types: ['authorization_code'], application_type: 'native' },
          token_endpoint_auth_method: 'client_secret_post',
          require_auth_time: true,
        },
      ],
      jwks: { keys: [{ ...jwk, kid: 'k1', use: 'sig', alg: 'RS256' }] },
      cookies: { keys: ['a key for cookies of a test'] },
      claims: { openid: ['sub'], profile: ['name', 'groups', 'employee', 'account'] },
      pkce: { required: () => true },
      findAccount: (_ctx, sub) => ({
        accountId: sub,
        claims: () => ({ sub, ...PEOPLE[sub] }),
      }),
    });
    provider.on('request', idp.callback());
    const oidc = await openOidc({
      ...{ issuer, clientId: 'inzagewacht', clientSecret: 'a-secret-of-the-client' },
      ...{ redirectUri: REDIRECT, rolesClaim: 'groups', personClaim: 'employee' },
      ...{ actorClaim: 'account', isInsecure: true, roles: { 'grp-ciso': 'security-officer' } },
    });
    service = await aService([anAlert()], { oidc, now: () => stage.now }, stage);
  });
  afterAll(async () => {
    await service.server.close();
    provider.closeAllConnections();
    await new Promise((done) => provider.close(done));
  });

  const cookieOf = (answer: { cookies: { name: string; value: string }[] }, name: string): string =>
    answer.cookies.find((c) => c.name === name)?.value ?? '';
  async function start(query = '') {
    const answer = await service.server.inject({ url: `/v1/session/oidc${query}` });
    expect(answer.statusCode).toBe(303);
    const attempt = cookieOf(answer, 'inzagewacht-sign-in');
    return { to: String(answer.headers.location), attempt };
  }
  const comeBack = (search: string, attempt: string) =>
    service.server.inject({
      url: `/v1/session/oidc/callback${search}`,
      headers: { cookie: `inzagewacht-sign-in=${attempt}` },
    });
  const session = (secret: string) =>
    service.server.inject({ url: '/v1/session', headers: { cookie: `inzagewacht=${secret}` } });
  async function signedIn(login: string): Promise<string> {
    const { to, attempt } = await start();
    const back = await new Browser().signIn(to, login);
    return cookieOf(await comeBack(back.search, attempt), 'inzagewacht');
  }

  test('uses PKCE, state and nonce, and keeps tokens on the server', async () => {
    const { to, attempt } = await start();
    const asked = new URL(to).searchParams;
    expect(asked.get('code_challenge_method')).toBe('S256');
    expect(asked.get('state')).toBeTruthy();
    expect(asked.get('nonce')).toBeTruthy();
    const back = await new Browser().signIn(to, 'anna');
    const answer = await comeBack(back.search, attempt);
    expect(answer.statusCode).toBe(200);
    const secret = cookieOf(answer, 'inzagewacht');
    const { body } = await session(secret);
    expect(JSON.parse(body)).toMatchObject({
      ...{ name: 'A. Voorbeeld', role: 'security-officer', roles: ['security-officer'] },
      method: 'oidc',
    });
    expect(`${answer.body}${body}`).not.toMatch(/eyJ/);
    const account = service.accounts.all().find((a) => a.kind === 'oidc');
    expect(account?.person).toBe('p-1');
    expect(account?.actors).toEqual([service.deps.identify.actor('avoorb')]);
  });

  test('a group that is not mapped gives no access', async () => {
    const { to, attempt } = await start();
    const back = await new Browser().signIn(to, 'bert');
    const answer = await comeBack(back.search, attempt);
    expect(answer.statusCode).toBe(403);
    expect(cookieOf(answer, 'inzagewacht')).toBe('');
  });

  test('a code comes back once, with the state and for the browser it was asked by', async () => {
    const { to, attempt } = await start();
    const back = await new Browser().signIn(to, 'anna');
    const { attempt: another } = await start();
    const forged = new URLSearchParams(back.search);
    forged.set('state', 'forged');
    for (const [search, cookie] of [
      [back.search, another],
      [back.search, 'made-up'],
      [`?${forged}`, attempt],
      // The attempt was used up by the forged one.
      [back.search, attempt],
    ] as const) {
      const answer = await comeBack(search, cookie);
      expect(answer.statusCode).toBe(401);
      expect(cookieOf(answer, 'inzagewacht')).toBe('');
    }
  });

  test('another issuer in the answer is refused', async () => {
    const { to, attempt } = await start();
    const back = await new Browser().signIn(to, 'anna');
    const mixed = new URLSearchParams(back.search);
    mixed.set('iss', 'https://example.org');
    expect((await comeBack(`?${mixed}`, attempt)).statusCode).toBe(401);
  });

  test('a step-up asks the provider for a new sign-in and makes the session fresh', async () => {
    const { to, attempt } = await start('?stepUp=true');
    expect(new URL(to).searchParams.get('max_age')).toBe('0');
    const back = await new Browser().signIn(to, 'anna');
    const secret = cookieOf(await comeBack(back.search, attempt), 'inzagewacht');
    const { freshUntil } = JSON.parse((await session(secret)).body);
    expect(Date.parse(freshUntil)).toBeGreaterThan(stage.now + 3 * 60_000);
  });

  const logoutToken = async (
    claims: Record<string, unknown>,
    { audience = 'inzagewacht', from = issuer, key = keys } = {},
  ): Promise<string> =>
    new SignJWT({
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      jti: crypto.randomUUID(),
      ...claims,
    })
      .setProtectedHeader({ alg: 'RS256', kid: 'k1', typ: 'logout+jwt' })
      .setIssuer(from)
      .setAudience(audience)
      .setIssuedAt()
      .sign((await key).privateKey);
  const logout = (token: string) =>
    service.server.inject({
      ...{ method: 'POST', url: '/v1/session/oidc/logout' },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ logout_token: token }).toString(),
    });

  test('a logout at the provider ends the session here at once', async () => {
    const secret = await signedIn('anna');
    expect((await session(secret)).statusCode).toBe(200);
    expect((await logout(await logoutToken({ sub: 'anna' }))).statusCode).toBe(200);
    expect((await session(secret)).statusCode).toBe(401);
  });

  test('logout tokens that are forged, old, repeated or of another kind end nothing', async () => {
    const secret = await signedIn('anna');
    const strange = generateKeyPair('RS256');
    const bad = [
      await logoutToken({ sub: 'anna', nonce: 'x' }),
      await logoutToken({ sub: 'anna', events: {} }),
      await logoutToken({ sub: 'anna' }, { audience: 'another' }),
      await logoutToken({ sub: 'anna' }, { from: 'https://example.org' }),
      await logoutToken({ sub: 'anna' }, { key: strange as typeof keys }),
      await logoutToken({}),
    ];
    for (const token of bad) expect((await logout(token)).statusCode).toBe(401);
    expect((await session(secret)).statusCode).toBe(200);
    const once = await logoutToken({ sub: 'nobody' });
    expect((await logout(once)).statusCode).toBe(200);
    expect((await logout(once)).statusCode).toBe(401);
  });
});
