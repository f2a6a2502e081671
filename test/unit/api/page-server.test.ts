import { expect, test } from 'vitest';
import { createPageServer } from '../../../api/page/server.ts';
import type { Alert } from '../../../domain/alert.ts';
import { anAlert, aStatus, readerOf, someAlerts } from '../../helpers/alerts.ts';

const serverOf = (alerts: readonly Alert[], status = aStatus()) =>
  createPageServer({ alerts: readerOf(alerts), status: () => status });
const asPage = { accept: 'text/html' };

test('the list is Dutch by default and English when asked', async () => {
  const server = serverOf([anAlert()]);
  const dutch = await server.inject({ url: '/', headers: asPage });
  expect(dutch.statusCode).toBe(200);
  expect(dutch.body).toContain('<html lang="nl">');
  expect(dutch.body).toContain('Een signaal is geen oordeel');
  expect(dutch.body).toContain('Familielid opgezocht');
  expect(dutch.body).toContain('48.210');
  const english = await server.inject({ url: '/?lang=en', headers: asPage });
  expect(english.headers['content-language']).toBe('en');
  expect(english.body).toContain('An alert is not a verdict');
  expect(english.body).toContain('href="/alerts/al-1?lang=en"');
});

test('hostile text stays text, wherever it stands', async () => {
  const hostile = "\"><script>alert(1)</script><img src=x onerror='x'>&";
  const server = serverOf(
    [
      anAlert({
        alertId: hostile,
        eventIds: [hostile],
        versions: { config: hostile, reference: hostile, detectors: {} },
        reasons: [
          {
            detector: hostile,
            code: hostile,
            observed: 1,
            expected: 2,
            unit: hostile,
            comparedWith: hostile,
            text: { nl: hostile, en: hostile },
          },
        ],
      }),
    ],
    aStatus({
      explained: [{ system: hostile, events: 1, direct: 1, withTeam: 1, cannotJudge: 0 }],
    }),
  );
  for (const url of ['/', '/?lang=en', `/alerts/${encodeURIComponent(hostile)}`]) {
    const { statusCode, body } = await server.inject({ url, headers: asPage });
    expect(statusCode).toBe(200);
    expect(body).not.toContain('<script');
    expect(body).not.toContain('<img');
    expect(body).toContain('&lt;script&gt;');
  }
});

test('an alert shows its reasons, its numbers and what may explain it', async () => {
  const { body } = await serverOf([anAlert()]).inject({ url: '/alerts/al-1', headers: asPage });
  expect(body).toContain('bekeek 3 keer gegevens van een familielid (zus)');
  expect(body).toContain('3 raadplegingen');
  expect(body).toContain('een naamgenoot');
  expect(body).toContain('a.1.kQ3vT00000000000000000');
  expect(body).toContain('5 mrt 2026, 22:14'); // 21:14 UTC
});

test('headers forbid scripts, framing, referrers and caches', async () => {
  const server = serverOf([]);
  for (const url of ['/', '/v1/status', '/v1/nothing']) {
    const { headers } = await server.inject({ url });
    expect(headers['content-security-policy']).toBe(
      "default-src 'none';style-src 'self';img-src 'self';base-uri 'none';form-action 'none';frame-ancestors 'none'",
    );
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['api-version']).toBe('1.0.0');
  }
});

test.each([
  ['an unknown alert', '/v1/alerts/nope', 404],
  ['an unknown address', '/nope', 404],
  ['a limit of zero', '/v1/alerts?limit=0', 400],
  ['a limit above the largest', '/v1/alerts?limit=201', 400],
  ['a made-up cursor', '/v1/alerts?cursor=nope', 400],
  ['a cursor given twice', '/v1/alerts?cursor=bzI&cursor=bzI', 400],
  ['a broken escape', '/alerts/%zz', 400],
])('%s is answered with a problem', async (_, url, status) => {
  const answer = await serverOf([]).inject({ url });
  expect(answer.statusCode).toBe(status);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(answer.json()).toMatchObject({ type: 'about:blank', status });
});

test('a person gets a page instead of a problem', async () => {
  const { statusCode, body } = await serverOf([]).inject({ url: '/alerts/x', headers: asPage });
  expect(statusCode).toBe(404);
  expect(body).toContain('<h1>Niet gevonden</h1>');
});

test('a failing store is a problem without its message', async () => {
  const server = createPageServer({
    alerts: {
      ...readerOf([]),
      get: async () => {
        throw new Error('store: secret path');
      },
    },
    status: aStatus,
  });
  const { statusCode, body } = await server.inject({ url: '/v1/alerts/x' });
  expect(statusCode).toBe(500);
  expect(body).not.toContain('secret');
});

test('only GET and HEAD are answered', async () => {
  const server = serverOf([anAlert()]);
  expect((await server.inject({ method: 'POST', url: '/v1/alerts' })).statusCode).toBe(404);
  expect((await server.inject({ method: 'HEAD', url: '/' })).statusCode).toBe(200);
});

test('a foreign host name is refused, so that no other site can read alerts', async () => {
  const ask = (host: string) =>
    serverOf([anAlert()]).inject({ url: '/v1/alerts', headers: { host } });
  expect((await ask('evil.example.org')).statusCode).toBe(421);
  for (const host of ['localhost:8080', '127.0.0.1:8080', '[::1]:8080', '192.0.2.7'])
    expect((await ask(host)).statusCode).toBe(200);
});

test('pages follow one another without gap or overlap', async () => {
  const server = serverOf(someAlerts(51));
  const seen: string[] = [];
  for (const page of [1, 2, 3]) {
    const { body } = await server.inject({ url: `/?page=${page}`, headers: asPage });
    seen.push(...[...body.matchAll(/href="\/alerts\/([^"]+)"/g)].map((m) => m[1] ?? ''));
    expect(body.includes('rel="prev"')).toBe(page > 1);
    expect(body.includes('rel="next"')).toBe(page < 3);
  }
  expect(seen).toEqual(someAlerts(51).map((a) => a.alertId));
  for (const page of ['4', '0', '-1', 'x'])
    expect((await server.inject({ url: `/?page=${page}` })).statusCode).toBe(404);
});

test('the cursor of the API walks through all alerts', async () => {
  const server = serverOf(someAlerts(5));
  const ids: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const url: string = `/v1/alerts?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const page: { items: Alert[]; nextCursor: string | null } = (
      await server.inject({ url })
    ).json();
    ids.push(...page.items.map((a) => a.alertId));
    cursor = page.nextCursor;
  }
  expect(ids).toEqual(['al-1', 'al-2', 'al-3', 'al-4', 'al-5']);
});

test('an empty list says what to do, and tells nothing read from nothing found', async () => {
  const nothing = aStatus({ events: 0, explained: [] });
  const unread = await serverOf([], nothing).inject({ url: '/', headers: asPage });
  expect(unread.body).toContain('npm start -- --events PAD');
  const quiet = await serverOf([]).inject({ url: '/', headers: asPage });
  expect(quiet.body).toContain('In 48.210 gelezen gebeurtenissen');
});

test('status and health answer as JSON, the style sheet as CSS', async () => {
  const server = serverOf([]);
  expect((await server.inject({ url: '/v1/status' })).json()).toEqual(aStatus());
  expect((await server.inject({ url: '/healthz' })).json()).toEqual({ status: 'ok' });
  const css = await server.inject({ url: '/assets/page.css' });
  expect(css.headers['content-type']).toBe('text/css; charset=utf-8');
});
