import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { ACCESS, accessOf, type Operation } from '../../../api/access.ts';
import { createNotifier } from '../../../api/notify.ts';
import { addWebhook } from '../../../review/own-things.ts';
import { someAlerts } from '../../helpers/alerts.ts';
import { addAccount, aService } from '../../helpers/review.ts';

const REASON = 'Zaak gevonden na navraag bij het team.';
async function aHouse(more: Parameters<typeof aService>[1] = {}) {
  const service = await aService(someAlerts(3), more);
  const officer = await addAccount(service.accounts, 'officer', ['security-officer']);
  const client = await service.signIn(service.deps, officer.accountId);
  return { ...service, officer, client };
}

describe('rules for REST APIs of the Dutch government', () => {
  const operations = Object.keys(ACCESS) as Operation[];
  const segments = operations.flatMap((o) => accessOf(o).url.split('/').filter(Boolean));

  test('addresses are lower-case words with hyphens, without a slash at the end or an extension', () => {
    for (const operation of operations) expect(accessOf(operation).url).not.toMatch(/\/$/);
    const words = segments.filter((s) => !s.startsWith(':') && s !== 'openapi.json');
    expect(words.filter((s) => !/^[a-z]+(-[a-z]+)*$/.test(s))).toEqual([]);
  });

  test('names of query parameters are camelCase', async () => {
    const { server } = await aHouse();
    const document = (await server.inject({ url: '/v1/openapi.json' })).json();
    const names = Object.values(
      document.paths as Record<
        string,
        Record<string, { parameters?: { name: string; in: string }[] }>
      >,
    )
      .flatMap((methods) => Object.values(methods))
      .flatMap((o) => (o.parameters ?? []).filter((p) => p.in === 'query').map((p) => p.name));
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !/^[a-z][A-Za-z]*$/.test(name))).toEqual([]);
    // No parameter invites an identity, a token or free text into an address.
    expect(names.filter((name) => /bsn|name|token|subject|person|text/i.test(name))).toEqual([]);
  });

  test('the document is OpenAPI 3.1 at a fixed place, with version and contact', async () => {
    const { server } = await aHouse();
    const answer = await server.inject({ url: '/v1/openapi.json' });
    expect(answer.headers['api-version']).toBe('1.0.0');
    expect(answer.json()).toMatchObject({
      ...{ openapi: '3.1.0', info: { version: '1.0.0' }, servers: [{ url: '/v1' }] },
    });
  });

  test('GET and HEAD change nothing', async () => {
    const { client, stage } = await aHouse();
    const before = stage.journalStore.entries.length;
    for (const operation of operations.filter((o) => accessOf(o).method === 'GET'))
      if (operation !== 'streamChanges')
        await client.get(accessOf(operation).url.replace(/:\w+/g, 'al-1'));
    expect(stage.journalStore.entries).toHaveLength(before);
  });

  test.each([
    ['an unknown address', 'GET', '/v1/nothing', undefined, {}, 404],
    ['a slash at the end', 'GET', '/v1/alerts/', undefined, {}, 404],
    ['another method', 'PUT', '/v1/alerts', {}, {}, 405],
    [
      'an unknown field',
      'POST',
      '/v1/alerts/al-1/triage',
      { state: 'explained', reason: REASON, sequence: 0, more: 1 },
      {},
      400,
    ],
    ['an unknown parameter', 'GET', '/v1/alerts?bsn=1', undefined, {}, 400],
    [
      'a body that is too large',
      'POST',
      '/v1/alerts/al-1/notes',
      { text: 'x'.repeat(1_100_000) },
      {},
      413,
    ],
    [
      'a form',
      'POST',
      '/v1/alerts/al-1/notes',
      'text=x',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
    ],
    [
      'broken JSON',
      'POST',
      '/v1/alerts/al-1/notes',
      '{"text":',
      { 'content-type': 'application/json' },
      400,
    ],
    ['a control character', 'POST', '/v1/alerts/al-1/notes', { text: 'a\u0000b' }, {}, 400],
    ['an address that cannot be decoded', 'GET', '/v1/alerts/%zz', undefined, {}, 400],
  ] as const)('%s is a problem', async (_what, method, url, payload, headers, status) => {
    const { client } = await aHouse();
    const answer = await client.call(method, url.slice(3), payload, { ...headers });
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.body).toMatchObject({ type: 'about:blank', status });
    expect(JSON.stringify(answer.body)).not.toContain('xxxxx');
  });

  test('every answer forbids caching, framing, sniffing and foreign scripts', async () => {
    const { server, client } = await aHouse();
    for (const headers of [
      (await client.get('/alerts')).headers,
      (await server.inject({ url: '/v1/alerts' })).headers,
      (await server.inject({ url: '/nothing' })).headers,
    ]) {
      expect(headers).toMatchObject({
        ...{ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
        ...{ 'referrer-policy': 'no-referrer', 'cross-origin-opener-policy': 'same-origin' },
      });
      expect(headers['content-security-policy']).toBe(
        "default-src 'none';script-src 'self';style-src 'self';img-src 'self' data:;font-src 'self';connect-src 'self';form-action 'self';frame-ancestors 'none';base-uri 'none';require-trusted-types-for 'script'",
      );
    }
  });

  test('a name that points here from elsewhere gets no answer', async () => {
    const { server } = await aHouse({ hostNames: ['review.example.org'] });
    const ask = (host: string) => server.inject({ url: '/v1/health/live', headers: { host } });
    expect((await ask('evil.example.org')).statusCode).toBe(421);
    expect((await ask('review.example.org')).statusCode).toBe(200);
  });
});

describe('an idempotency key', () => {
  const key = { 'idempotency-key': 'key-0123456789' };
  const note = { text: 'Nagevraagd.' };

  test('gives the first answer again and has no second effect', async () => {
    const { client, journal } = await aHouse();
    const first = await client.call('POST', '/alerts/al-1/notes', note, key);
    const again = await client.call('POST', '/alerts/al-1/notes', note, key);
    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(journal.history('alert', 'al-1')).toHaveLength(1);
  });

  test('of another request or another reviewer is another key', async () => {
    const { client, deps, accounts, signIn, journal } = await aHouse();
    await client.call('POST', '/alerts/al-1/notes', note, key);
    const other = await client.call('POST', '/alerts/al-1/notes', { text: 'anders' }, key);
    expect(other.status).toBe(422);
    const account = await addAccount(accounts, 'second', ['security-officer']);
    const second = await signIn(deps, account.accountId);
    expect((await second.call('POST', '/alerts/al-1/notes', note, key)).status).toBe(201);
    expect(journal.history('alert', 'al-1')).toHaveLength(2);
  });

  test('of a refusal may be tried again', async () => {
    const { client } = await aHouse();
    const body = { state: 'explained', reason: REASON, sequence: 7 };
    expect((await client.call('POST', '/alerts/al-1/triage', body, key)).status).toBe(409);
    const right = { ...body, sequence: 0 };
    expect((await client.call('POST', '/alerts/al-1/triage', right, key)).status).toBe(200);
  });
});

describe('limits', () => {
  test('a burst gets 429 as a problem, and the log says so', async () => {
    const { client, stage } = await aHouse({ perMinute: 5 });
    const statuses: number[] = [];
    for (let i = 0; i < 7; i++) statuses.push((await client.get('/alerts')).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
    expect(JSON.parse(stage.logStore.rows.at(-1)?.entry ?? '{}')).toMatchObject({
      ...{ outcome: 'refused', status: 429 },
    });
  });
});

describe('notices to elsewhere', () => {
  const sent: { url: string; body: string; signature: string }[] = [];
  afterEach(() => {
    sent.length = 0;
  });
  const send = (async (url: string, init: { body: string; headers: Record<string, string> }) => {
    sent.push({ url, body: init.body, signature: init.headers['x-signature'] ?? '' });
    return { status: 200 };
  }) as unknown as typeof fetch;

  test('carry a kind and ids, signed, and no token, name or text', async () => {
    const { client, deps, journal, officer } = await aHouse();
    const by = { ...officer, role: 'administrator' as const };
    const hook = await addWebhook(journal, by, {
      ...{ kind: 'http', target: 'https://example.org/hook', events: ['alert.changed'] },
    });
    const notifier = createNotifier(journal, deps.directory, { key: Buffer.alloc(32), send });
    await client.call('POST', '/alerts/al-1/triage', {
      ...{ state: 'explained', reason: 'Dit gaat over mevrouw Voorbeeld.', sequence: 0 },
    });
    await notifier.close();
    expect(sent).toHaveLength(1);
    expect(Object.keys(JSON.parse(sent[0]?.body ?? '{}'))).toEqual(['kind', 'ids', 'at']);
    expect(sent[0]?.body).not.toMatch(/Voorbeeld|[aso]\.1\./);
    const key = notifier.secretOf(hook.webhookId);
    expect(sent[0]?.signature).toBe(
      `sha256=${createHmac('sha256', key)
        .update(sent[0]?.body ?? '')
        .digest('hex')}`,
    );
    expect(notifier.lastDelivery(hook.webhookId)).toMatchObject({ isDelivered: true });
  });

  test.each([
    ['http://example.org/hook'],
    ['https://user:secret@example.org/'],
    ['file:///etc/passwd'],
    ['nothing'],
  ])('do not go to %s', async (target) => {
    const { accounts, deps, signIn } = await aHouse();
    const admin = await addAccount(accounts, 'admin', ['administrator']);
    const administrator = await signIn(deps, admin.accountId);
    const made = await administrator.call('POST', '/webhooks', {
      ...{ kind: 'http', target, events: ['alert.opened'] },
    });
    expect(made.status).toBe(422);
  });
});

describe('numbers for machines', () => {
  test('come with a token of that scope, and name no account or token', async () => {
    const { server, accounts, client, officer } = await aHouse();
    await client.get('/alerts');
    expect((await server.inject({ url: '/metrics' })).statusCode).toBe(401);
    const { secret } = await accounts.createService(
      { ...officer, role: 'administrator' },
      { login: 'prometheus', name: 'prometheus', scopes: ['metrics:read'] },
    );
    const { statusCode, body } = await server.inject({
      ...{ url: '/metrics', headers: { authorization: `Bearer ${secret}` } },
    });
    expect(statusCode).toBe(200);
    expect(body).toContain('inzagewacht_api_requests_total{operation="listAlerts",status="200"} 1');
    expect(body).not.toMatch(/officer|[aso]\.1\.[A-Za-z0-9]/);
  });
});

describe('events of senders', () => {
  test('are kept before they are acknowledged, and only from a machine of that scope', async () => {
    const taken: Buffer[] = [];
    const { server, accounts, client, officer } = await aHouse({
      intake: {
        async append(bytes) {
          taken.push(bytes);
          return { receiptId: 'rc', isRepeat: false };
        },
      },
    });
    const { secret } = await accounts.createService(
      { ...officer, role: 'administrator' },
      { login: 'sender', name: 'sender', scopes: ['events:write'] },
    );
    const send = (payload: string, headers: Record<string, string>) =>
      server.inject({ method: 'POST', url: '/v1/events', payload, headers });
    const machine = { authorization: `Bearer ${secret}`, 'content-type': 'application/x-ndjson' };
    const answer = await send('{"a":1}\n{"a":2}\n', machine);
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({ lines: 2, bytes: 16 });
    expect(taken[0]?.toString()).toBe('{"a":1}\n{"a":2}\n');
    expect((await send('{}', { ...machine, 'content-type': 'application/json' })).statusCode).toBe(
      415,
    );
    expect((await send('{}', { ...machine, 'content-encoding': 'gzip' })).statusCode).toBe(415);
    expect(
      (await client.call('POST', '/events', '{}', { 'content-type': 'application/x-ndjson' }))
        .status,
    ).toBe(403);
    expect(taken).toHaveLength(1);
  });
});

describe('live changes', () => {
  test('name what changed to those who may read it', async () => {
    const { server, client } = await aHouse();
    const address = await server.listen({ host: '127.0.0.1', port: 0 });
    const stop = new AbortController();
    const answer = await fetch(`${address}/v1/stream`, {
      ...{ headers: { cookie: `inzagewacht=${client.secret}` }, signal: stop.signal },
    });
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const until = async (part: string): Promise<void> => {
      while (!text.includes(part)) text += (await reader?.read())?.value ?? '';
    };
    await until('event: status');
    await client.call('POST', '/alerts/al-2/triage', {
      state: 'explained',
      reason: REASON,
      sequence: 0,
    });
    await until('event: alert\n');
    expect(text).toContain('"kind":"alert","ids":["al-2"],"sequence":1');
    expect(text).not.toContain(REASON);
    stop.abort();
    await server.close();
  });
});
