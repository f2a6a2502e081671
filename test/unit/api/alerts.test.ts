import { expect, test } from 'vitest';
import { someAlerts } from '../../helpers/alerts.ts';
import { addAccount, aService } from '../../helpers/review.ts';

const REASON = 'Zaak gevonden na navraag bij het team.';

async function aTeam() {
  const service = await aService(someAlerts(30));
  const { accounts } = service;
  const officer = await addAccount(accounts, 'officer', ['security-officer']);
  const other = await addAccount(accounts, 'other', ['security-officer']);
  const auditor = await addAccount(accounts, 'auditor', ['auditor']);
  return { ...service, officer, other, auditor };
}

test('without a sign-in nothing is told', async () => {
  const { server } = await aTeam();
  const answer = await server.inject({ url: '/v1/alerts' });
  expect(answer.statusCode).toBe(401);
  expect(answer.headers['content-type']).toContain('application/problem+json');
  expect(answer.json()).toMatchObject({ status: 401, code: 'ERR_REVIEW_SIGN_IN' });
});

test('the queue comes in pages, best first, and the log names what was shown', async () => {
  const { deps, signIn, officer, stage } = await aTeam();
  const client = await signIn(deps, officer.accountId);
  const first = await client.get('/alerts?limit=20');
  expect(first.status).toBe(200);
  expect(first.body['total']).toBe(30);
  const items = first.body['items'] as { alertId: string }[];
  expect(items[0]?.alertId).toBe('al-1');
  const second = await client.get(`/alerts?limit=20&cursor=${first.body['nextCursor']}`);
  expect((second.body['items'] as { alertId: string }[]).map((i) => i.alertId)[0]).toBe('al-21');
  expect(second.body['nextCursor']).toBe(null);
  const logged = JSON.parse(stage.logStore.rows[0]?.entry ?? '{}');
  expect(logged).toMatchObject({ operation: 'listAlerts', outcome: 'done', status: 200 });
  expect(logged.objectIds).toHaveLength(20);
});

test('of two who decide at once one wins, the other is told what changed', async () => {
  const { deps, signIn, officer, other } = await aTeam();
  const [a, b] = [await signIn(deps, officer.accountId), await signIn(deps, other.accountId)];
  const decide = (client: typeof a, state: string) =>
    client.call('POST', '/alerts/al-1/triage', { state, reason: REASON }, { 'if-match': '"0"' });
  const [one, two] = await Promise.all([decide(a, 'explained'), decide(b, 'suspicion')]);
  expect([one.status, two.status].sort()).toEqual([200, 409]);
  const lost = one.status === 409 ? one : two;
  expect(lost.body).toMatchObject({
    code: 'ERR_REVIEW_CONFLICT',
    sequence: 1,
    changes: [{ kind: 'alert.triaged' }],
  });
});

test('a step without the sequence that was seen is refused', async () => {
  const { deps, signIn, officer } = await aTeam();
  const client = await signIn(deps, officer.accountId);
  const answer = await client.call('POST', '/alerts/al-1/triage', {
    ...{ state: 'explained', reason: REASON },
  });
  expect(answer.status).toBe(428);
});

test('when the log cannot be written nothing is shown and nothing is changed', async () => {
  const { deps, signIn, officer, stage, journal } = await aTeam();
  const client = await signIn(deps, officer.accountId);
  stage.logStore.isBroken = true;
  const read = await client.get('/alerts/al-1');
  expect(read.status).toBe(503);
  expect(JSON.stringify(read.body)).not.toContain('al-1');
  const write = await client.call(
    ...([
      'POST',
      '/alerts/al-1/triage',
      { state: 'explained', reason: REASON, sequence: 0 },
    ] as const),
  );
  expect(write.status).toBe(503);
  expect(journal.history('alert', 'al-1')).toEqual([]);
  stage.logStore.isBroken = false;
  expect((await client.get('/alerts/al-1')).status).toBe(200);
});

test('a role that is not named is refused, and that is logged', async () => {
  const { deps, signIn, auditor, stage } = await aTeam();
  const client = await signIn(deps, auditor.accountId);
  expect((await client.get('/alerts')).status).toBe(403);
  const logged = JSON.parse(stage.logStore.rows.at(-1)?.entry ?? '{}');
  expect(logged).toMatchObject({ outcome: 'refused', code: 'ERR_REVIEW_NOT_ALLOWED' });
});

test('a change without the token of the page, or from another site, is refused', async () => {
  const { deps, signIn, officer } = await aTeam();
  const client = await signIn(deps, officer.accountId);
  const body = { state: 'explained', reason: REASON, sequence: 0 };
  for (const headers of [
    { 'x-csrf-token': 'x' },
    { 'sec-fetch-site': 'cross-site' },
    { origin: 'https://example.org' },
  ] as Record<string, string>[])
    expect((await client.call('POST', '/alerts/al-1/triage', body, headers)).status).toBe(403);
});
