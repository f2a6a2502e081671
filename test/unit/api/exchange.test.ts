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
const signerOf = (n: number) => signerFromSeed(Buffer.alloc(32, n));
const town = signerOf(9);
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
const sealed = (
  document: unknown,
  signer = town,
  type: Parameters<typeof signStatement>[0] = TYPE,
): string => JSON.stringify(signStatement(type, document as Json, signer));

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
  const send = async (i: number, statement: unknown) => {
    const { fingerprint } = signerOf(20 + i);
    const sent = await fg.call('POST', '/exchange/imports', {
      ...{ label: `Gemeente ${i}`, text: sealed(statement, signerOf(20 + i)), fingerprint },
    });
    expect(sent.status, JSON.stringify(sent.body)).toBe(201);
  };
  for (const [i, n] of [10, 20, 30].entries()) await send(i, theirs(n));
  // An earlier year of the first, which came later: it is kept, and does not count as a fourth.
  await send(0, { ...theirs(90), from: '2025-01-01', to: '2025-12-31' });
  const { body } = await fg.get('/exchange/benchmark');
  const [row] = body['typologies'] as { medianRate: number; others: { rate: number }[] }[];
  expect(row).toMatchObject({ typology: 'relative', own: { rate: 0, precision: null } });
  expect(row?.medianRate).toBeCloseTo((1_000 * 20) / 81_230);
  expect(row?.others).toHaveLength(3);
  const imports = body['imports'] as { isCompared: boolean; statement: { to: string } }[];
  expect(imports.filter((one) => !one.isCompared).map((one) => one.statement.to)).toEqual([
    '2025-12-31',
  ]);
  expect(imports).toHaveLength(4);
  const [detector] = body['detectors'] as unknown[];
  expect(detector).toMatchObject({ detector: 'relative', own: null, others: [{}, {}, {}] });
});

const row = { typology: 'relative', alerts: 10, judged: 10, right: 5 } as const;
const changed = (): string => {
  const envelope = JSON.parse(sealed(theirs(10)));
  const payload = Buffer.from(JSON.stringify(theirs(40))).toString('base64');
  return JSON.stringify({ ...envelope, payload });
};
const named = { detector: 'relative', version: 1, settings: { 'Jansen, P.': 1 } };
const fields: [string, object][] = [
  ['a person inside', { officialNames: ['Jansen'] }],
  ['a person as the name of a setting', { detectors: [named] }],
  ['a small count', { typologies: [{ ...row, alerts: 2 }] }],
  ['a head count', { officials: 413 }],
  ['more right than judged', { typologies: [{ ...row, right: 11 }] }],
  ['a kind that comes twice', { typologies: [row, row] }],
  ['an end before its beginning', { from: '2027-01-01' }],
];
test.each([
  ['another key', 'ERR_EXCHANGE_KEY', sealed(theirs(10), signerOf(8))],
  ['a changed text', 'ERR_EXCHANGE_SIGNATURE', changed()],
  ['no statement', 'ERR_EXCHANGE_FORM', '{}'],
  ['no JSON', 'ERR_EXCHANGE_FORM', 'Gemeente;signalen'],
  [
    'a statement of another kind',
    'ERR_EXCHANGE_FORM',
    sealed({}, town, 'application/vnd.inzagewacht.coverage+json'),
  ],
  ...fields.map(([what, more]) => [
    ...[what, 'ERR_EXCHANGE_FIELDS', sealed({ ...theirs(10), ...more })],
  ]),
])('%s is refused', async (_what, code, text) => {
  const { accounts, deps, signIn } = await aService([]);
  const fg = await signIn(deps, (await addAccount(accounts, 'fg', ['fg'])).accountId);
  const sent = await fg.call('POST', '/exchange/imports', {
    ...{ label: 'Gemeente', text, fingerprint: town.fingerprint },
  });
  expect(sent).toMatchObject({ status: 422, body: { code } });
  expect(JSON.stringify(sent.body)).not.toContain('Jansen');
  expect(((await fg.get('/exchange/benchmark')).body['imports'] as unknown[]).length).toBe(0);
});

test('the own statement is no other municipality', async () => {
  const { accounts, deps, signIn } = await aService([]);
  const fg = await signIn(deps, (await addAccount(accounts, 'fg', ['fg'])).accountId);
  const { body } = await fg.get('/exchange');
  const sent = await fg.call('POST', '/exchange/imports', {
    ...{ label: 'Wij', text: JSON.stringify(body['envelope']), fingerprint: body['fingerprint'] },
  });
  expect(sent).toMatchObject({ status: 422, body: { code: 'ERR_EXCHANGE_OWN' } });
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
