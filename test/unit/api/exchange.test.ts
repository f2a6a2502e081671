// What municipalities tell each other: nothing about persons, nothing small, and nothing unsigned is taken.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TRIAGE_STATES } from '../../../domain/review.ts';
import { TYPOLOGIES } from '../../../domain/typology.ts';
import type { Json } from '../../../evidence/canonical-json.ts';
import { signerFromSeed } from '../../../evidence/signing.ts';
import { signStatement } from '../../../evidence/statement.ts';
import { exchangeStatement, readStatement } from '../../../review/exchange.ts';
import { addAccount, aService } from '../../helpers/review.ts';

const TYPE = 'application/vnd.inzagewacht.exchange+json';
const town = signerFromSeed(Buffer.alloc(32, 9));
const own = {
  ...{ from: '2026-01-01', to: '2026-12-31', officials: 412, officialDays: 81_234, budget: 1 },
  detectors: [
    {
      ...{ detector: 'relative', version: 1 },
      settings: { limit: 3, list: ['wmo'], deep: { who: 'persoon' } },
    },
  ],
};
const alertsOf = (n: number, state: (typeof TRIAGE_STATES)[number] = 'suspicion') =>
  Array.from({ length: n }, () => ({ typology: 'relative', state }));
const theirs = (n: number) => exchangeStatement({ ...own, alerts: alertsOf(n) });
const sealed = (document: unknown, signer = town): string =>
  JSON.stringify(signStatement(TYPE, document as Json, signer));

test('no count of one to four leaves, whatever the alerts were', () => {
  const alert = fc.record({
    typology: fc.constantFrom(...TYPOLOGIES.slice(0, 3)),
    state: fc.constantFrom(...TRIAGE_STATES),
  });
  fc.assert(
    fc.property(fc.array(alert, { maxLength: 40 }), (alerts) => {
      const made = exchangeStatement({ ...own, alerts });
      for (const { alerts: n, judged, right } of made.typologies)
        for (const count of [
          ...[n, judged, right],
          n === null || judged === null ? null : n - judged,
          judged === null || right === null ? null : judged - right,
        ])
          expect(count === null || count === 0 || count >= 5).toBe(true);
      expect(readStatement(JSON.parse(JSON.stringify(made)))).toEqual(made);
    }),
    { numRuns: 300 },
  );
  const made = exchangeStatement({ ...own, alerts: [] });
  expect(made).toMatchObject({ officials: 410, officialDays: 81_230 });
  // A setting that is more than a plain value might name somebody.
  expect(made.detectors[0]?.settings).toEqual({ limit: 3, list: ['wmo'] });
});

test('a signed statement is kept beside the own figures; three others give a median', async () => {
  const { accounts, deps, signIn } = await aService([]);
  const fg = await signIn(deps, (await addAccount(accounts, 'fg', ['fg'])).accountId);
  for (const [i, n] of [10, 20, 30].entries()) {
    const sent = await fg.call('POST', '/exchange/imports', {
      ...{ label: `Gemeente ${i}`, text: sealed(theirs(n)), fingerprint: town.fingerprint },
    });
    expect(sent.status, JSON.stringify(sent.body)).toBe(201);
  }
  const { body } = await fg.get('/exchange/benchmark');
  const [row] = body['typologies'] as { medianRate: number; others: { rate: number }[] }[];
  expect(row).toMatchObject({ typology: 'relative', own: { rate: 0, precision: null } });
  expect(row?.medianRate).toBeCloseTo((1_000 * 20) / 81_230);
  expect(row?.others).toHaveLength(3);
  const [detector] = body['detectors'] as unknown[];
  expect(detector).toMatchObject({ detector: 'relative', own: null, others: [{}, {}, {}] });
});

test.each([
  ['another key', sealed(theirs(10), signerFromSeed(Buffer.alloc(32, 8)))],
  ['a person inside', sealed({ ...theirs(10), officialNames: ['Jansen'] })],
  ['a small count', sealed({ ...theirs(10), typologies: [{ typology: 'self', alerts: 2 }] })],
  ['a head count', sealed({ ...theirs(10), officials: 413 })],
  ['no statement', '{}'],
])('%s is refused', async (_what, text) => {
  const { accounts, deps, signIn } = await aService([]);
  const fg = await signIn(deps, (await addAccount(accounts, 'fg', ['fg'])).accountId);
  const sent = await fg.call('POST', '/exchange/imports', {
    ...{ label: 'Gemeente', text, fingerprint: town.fingerprint },
  });
  expect(sent.status).toBe(422);
  expect(((await fg.get('/exchange/benchmark')).body['imports'] as unknown[]).length).toBe(0);
});

test('reports come as parts with Markdown, and as a PDF', async () => {
  const { accounts, deps, signIn, server } = await aService([]);
  const fg = await signIn(deps, (await addAccount(accounts, 'fg', ['fg'])).accountId);
  const read = await fg.get('/reports/monthly?period=2026-03&language=en');
  expect(read.body).toMatchObject({ kind: 'monthly', language: 'en', markdown: 'Geen.\n' });
  const answer = await server.inject({
    ...{ method: 'GET', url: '/v1/reports/works-council/pdf' },
    headers: { cookie: `inzagewacht=${fg.secret}` },
  });
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-type']).toBe('application/pdf');
  expect(answer.rawPayload.subarray(0, 5).toString()).toBe('%PDF-');
  expect((await fg.get('/reports/monthly?period=2026-13')).status).toBe(400);
});
