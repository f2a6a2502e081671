// What a source calls confidential is there for investigators alone: a walk over every route and role with
// an alert and lookups that are. A new route that is not described here fails, and so does one that shows.
import { beforeAll, describe, expect, test } from 'vitest';
import { ACCESS, accessOf, isInside, type Operation } from '../../../api/access.ts';
import { createNotifier } from '../../../api/notify.ts';
import { ROLES, type Role } from '../../../domain/review.ts';
import { HOUR_MS } from '../../../domain/time.ts';
import { addWebhook } from '../../../review/own-things.ts';
import {
  AT,
  aTown,
  iso,
  MARKED,
  OFFICIAL,
  PERSON,
  REASON,
  type Town,
} from '../../helpers/confidential-town.ts';
import { addAccount } from '../../helpers/review.ts';

const decide = { reason: REASON, sequence: 1 };
const asking = { ground: 'complaint', reason: REASON };
const someone = { scheme: 'local', id: 'p1' };
/**
 * What each writing operation is called with, so that it would name the alert or its lookups if it could;
 * null: it is about neither. Every one must be here.
 */
const BODIES: Partial<Record<Operation, object | null>> = {
  ...{ stepUp: null, createAccount: null, createServiceAccount: null, changeAccount: null },
  ...{ uploadReference: null, sendEvents: null, trySource: null, replayDeadLetters: null },
  ...{ createSavedView: null, createWebhook: null, importExchange: null },
  ...{ requestDetectorChange: null, approveDetectorChange: null, refuseDetectorChange: null },
  triageAlert: { state: 'explained', reason: REASON, sequence: 0 },
  assignAlert: { assignee: null, sequence: 0 },
  triageAlerts: { alerts: [{ alertId: 'al-secret', sequence: 0 }], state: 'new', reason: REASON },
  addAlertNote: { text: 'Gezien.' },
  search: { by: { kind: 'subject', ...someone }, ...asking },
  readSearchSession: { eventId: 'e-secret', occurredAt: iso(AT) },
  findCommonAccess: { subjects: [someone, { ...someone, id: 'p2' }], addresses: [], ...asking },
  openCase: {
    ...{ title: 'Vraag', alertIds: ['al-secret'], ...asking, protocolArticle: 'art. 4' },
  },
  assignCase: { assignee: null, sequence: 1 },
  linkAlert: { alertId: 'al-secret', reason: REASON, sequence: 1 },
  unlinkAlert: { alertId: 'al-secret', reason: REASON, sequence: 1 },
  addCaseNote: { text: 'Gezien.' },
  askHearing: { to: 'official', alertId: 'al-secret', sequence: 1 },
  recordAnswer: { text: 'Nee.', sequence: 1 },
  referCase: { reason: REASON, sequence: 1 },
  proposeClosing: { disposition: 'inconclusive', reason: REASON, sequence: 1 },
  ...{ approveClosing: decide, refuseClosing: decide, reopenCase: decide, releaseHold: decide },
  requestReveal: {
    ...{ tokens: [OFFICIAL], reasonCode: 'establish-facts', text: REASON },
    ...{ ground: 'complaint', protocolArticle: 'art. 4' },
  },
  ...{ approveReveal: decide, refuseReveal: decide, withdrawReveal: decide, closeReveal: decide },
  viewReveal: {},
  requestWatch: {
    ...{ actor: OFFICIAL, ...asking, protocolArticle: 'art. 4', dpiaReference: 'D', days: 3 },
  },
  ...{ approveWatch: decide, refuseWatch: decide, endWatch: decide },
  discloseWatch: { informedAt: iso(AT), how: 'brief', ...decide },
  postponeDisclosure: { until: iso(AT), ...decide },
  requestSuppression: {
    ...{ scope: { actor: OFFICIAL, typology: 'relative' }, reasonCode: 'project', text: REASON },
    expiresAt: iso(Date.UTC(2026, 2, 20)),
  },
  ...{ approveSuppression: decide, refuseSuppression: decide, endSuppression: decide },
  ...{ requestExport: { reason: REASON }, approveExport: decide, refuseExport: decide },
  startBacktest: { from: iso(AT), to: iso(AT + HOUR_MS) },
  requestShadowRun: { until: iso(Date.UTC(2026, 2, 20)), reason: REASON, decisionRef: 'OR-1' },
  ...{ approveShadowRun: decide, refuseShadowRun: decide, endShadowRun: decide },
  drawSample: { from: iso(AT), to: iso(AT + HOUR_MS), seed: 'y', random: 2, weighted: 1 },
  recordFinding: { eventId: 'e-open', finding: 'legitimate', reason: REASON, sequence: 1 },
  makeResidentExtract: { ...someone, ...asking },
  openBreach: { reason: REASON },
  recordBreachStep: { sequence: 1, step: { kind: 'closed', lesson: REASON } },
};
const isOpen = (operation: Operation): boolean => accessOf(operation).roles === 'public';
const WALKED = (Object.keys(ACCESS) as Operation[]).filter(
  // The stream has a test of its own; the others end the session that walks.
  (o) => !['streamChanges', 'signOut', 'switchRole', 'endSessions'].includes(o) && !isOpen(o),
);

/** Calls an operation about what is confidential; the answer as text. */
async function ask({ as, ids }: Town, role: Role, operation: Operation, alertId = 'al-secret') {
  const { method, url } = accessOf(operation);
  const path = url.replace(/:(\w+)/g, (_, name) => {
    const id = name === 'alertId' ? alertId : ids[name];
    if (id === undefined) throw new Error(`say here what :${name} is in this town`);
    return id;
  });
  const isWrite = method !== 'GET' && method !== 'DELETE';
  if (isWrite && BODIES[operation] === undefined)
    throw new Error(`say in BODIES what ${operation} is called with`);
  const { status, body } = await as(role).call(
    ...([method, path, isWrite ? (BODIES[operation] ?? {}) : undefined] as const),
  );
  if (operation === 'search' && status === 200) ids['searchId'] = String(body['searchId']);
  return { status, code: body['code'], text: JSON.stringify(body) };
}

/** A case that rests on it is overseen as a silent one is: by whom and of whom, but not by which lookups. */
const OF_CASE = new Set(['case', 'reveal', 'watch', 'export', 'hold', 'task']);
const IN_LOOKUPS = [...MARKED, 'secret-unit', 'secret-system'];
/** What whoever asks has said themselves, and gets back. */
const SAID: Partial<Record<Operation, string>> = {
  ...{ triageAlerts: 'al-secret', search: PERSON, makeResidentExtract: PERSON },
  ...{ listReviewLog: PERSON, requestSuppression: OFFICIAL, listSuppressions: OFFICIAL },
};
function secretsFor(role: Role, operation: Operation): string[] {
  if (role === 'fg' && OF_CASE.has(accessOf(operation).object)) return IN_LOOKUPS;
  return ['al-secret', OFFICIAL, PERSON, ...IN_LOOKUPS].filter((word) => word !== SAID[operation]);
}

describe('an alert on a lookup that its source calls confidential', () => {
  let town: Town;
  beforeAll(async () => {
    town = await aTown();
  });
  const outside = ROLES.filter((role) => !isInside(role));

  test.each(outside.flatMap((role) => WALKED.map((o) => [role, o] as const)))(
    'is not there for %s in %s',
    async (role, operation) => {
      for (const alertId of ['al-secret', 'al-open']) {
        const { status, code, text } = await ask(town, role, operation, alertId);
        if (code !== 'ERR_REVIEW_UNAVAILABLE') expect(status).toBeLessThan(500);
        for (const word of secretsFor(role, operation)) expect(text).not.toContain(word);
        // By its own address, as an id that never was.
        const { roles, url } = accessOf(operation);
        const mayCall = typeof roles === 'string' || roles.includes(role);
        if (mayCall && alertId === 'al-secret' && url.startsWith('/alerts/:alertId'))
          expect([status, code]).toEqual([404, 'ERR_REVIEW_ABSENT']);
      }
    },
  );
});

/** Reading operations that show something of it to those inside. */
const SHOWING: readonly Operation[] = [
  ...(['listAlerts', 'readAlert', 'listAlertLookups', 'readAlertPictures'] as const),
  ...(['listSimilarAlerts', 'search', 'readSearchSession', 'findCommonAccess'] as const),
  ...(['readCase', 'readReveal', 'listReveals', 'readBacktest', 'readShadowRun'] as const),
];
test('those inside see it, and at the lift everybody does, at once', async () => {
  const town = await aTown();
  const shows = async (role: Role): Promise<Operation[]> => {
    const found: Operation[] = [];
    for (const operation of WALKED.filter((o) => SHOWING.includes(o)))
      for (const alertId of ['al-secret', 'al-open']) {
        const { text } = await ask(town, role, operation, alertId);
        const words = ['al-secret', ...IN_LOOKUPS, OFFICIAL, PERSON];
        if (words.some((w) => text.includes(w)) && !found.includes(operation))
          found.push(operation);
      }
    return found.sort();
  };
  const mayCall = (role: Role): Operation[] =>
    SHOWING.filter((o) => accessOf(o).roles.includes(role)).sort();
  expect(await shows('integrity-investigator')).toEqual([...SHOWING].sort());
  expect((await town.as('integrity-investigator').get('/alerts/al-secret')).body).toMatchObject({
    isConfidential: true,
  });
  const changed: string[] = [];
  town.directory.open.onChanged((ids) => changed.push(...ids));
  town.marked.clear();
  await town.directory.refresh();
  expect(changed).toEqual(['al-secret']);
  for (const role of ['security-officer', 'fg'] as const)
    expect(await shows(role)).toEqual(mayCall(role));
  expect((await town.as('security-officer').get('/alerts/al-secret')).body).toMatchObject({
    isConfidential: false,
  });
});

test('the data protection officer sees how much is kept, whatever the filters, and others nothing', async () => {
  const { as } = await aTown();
  for (const query of ['', '?unit=nobody', '?status=explained'])
    expect((await as('fg').get(`/alerts${query}`)).body['confidential']).toEqual({
      ...{ alerts: 1, lookups: 3 },
    });
  const officer = (await as('security-officer').get('/alerts')).body;
  expect(officer).toMatchObject({ total: 1, withheld: 0, confidential: null });
  const inside = (await as('integrity-investigator').get('/alerts')).body;
  expect(inside).toMatchObject({ total: 2, confidential: null });
});

test('it is not there for a machine that reads alerts', async () => {
  const { accounts, account, server } = await aTown();
  const administrator = {
    ...by(account.get('administrator') ?? ''),
    role: 'administrator' as const,
  };
  const { secret } = await accounts.createService(administrator, {
    ...{ login: 'reader', name: 'reader', scopes: ['alerts:read'] },
  });
  const headers = { authorization: `Bearer ${secret}` };
  const list = await server.inject({ url: '/v1/alerts', headers });
  expect(list.json()).toMatchObject({ total: 1, confidential: null });
  expect(list.body).not.toContain('al-secret');
  expect((await server.inject({ url: '/v1/alerts/al-secret', headers })).statusCode).toBe(404);
});

test('it is given to nobody who could not see it', async () => {
  const { as, account } = await aTown();
  const give = (role: Role) =>
    as('integrity-investigator').call('POST', '/alerts/al-secret/assignment', {
      ...{ assignee: account.get(role), sequence: 0 },
    });
  expect((await give('security-officer')).body['code']).toBe('ERR_REVIEW_REFUSED');
  expect((await give('integrity-investigator')).status).toBe(200);
});

test('counts leave it out as lists do', async () => {
  const { as, ids } = await aTown();
  const states = (await as('fg').get('/statistics')).body['states'] as { alerts: number }[];
  expect(states.reduce((sum, s) => sum + s.alerts, 0)).toBe(1);
  const suppression = (await as('security-officer').get(`/suppressions/${ids['suppressionId']}`))
    .body;
  expect(suppression).toMatchObject({ hidden: 1 });
  const sample = (await as('auditor').get(`/samples/${ids['sampleId']}`)).body;
  expect(sample).toMatchObject({ random: 2, weighted: 1, withheld: 2 });
  expect(sample['items']).toHaveLength(1);
});

test('a case that rests on it is as closed as a silent one', async () => {
  const { as, ids, marked, directory } = await aTown();
  const at = `/cases/${ids['caseId']}`;
  expect((await as('security-officer').get(at)).status).toBe(404);
  expect((await as('security-officer').get('/cases')).body['items']).toEqual([]);
  expect((await as('fg').get(at)).body).toMatchObject({
    ...{ isConfidential: true, alertCount: 1, alertIds: [] },
  });
  const { caseId } = ids;
  const opened = await as('integrity-investigator').call('POST', '/breaches', {
    ...{ caseId, reason: REASON },
  });
  const file = `/breaches/${opened.body['breachId']}`;
  expect(opened.body).toMatchObject({ caseId });
  expect((await as('fg').get(file)).body).toMatchObject({ caseId });
  expect((await as('security-officer').get(file)).body).toMatchObject({ caseId: null });
  marked.delete('e-secret');
  await directory.refresh();
  expect((await as('security-officer').get(file)).body).toMatchObject({ caseId });
  expect((await as('security-officer').get(at)).body).toMatchObject({
    ...{ isConfidential: false, alertIds: ['al-secret'] },
  });
});

test('its package is for whoever handles the case, and for no other investigator', async () => {
  const { accounts, deps, signIn, as, ids, account } = await aTown();
  const handler = as('integrity-investigator');
  const other = await addAccount(accounts, 'other', ['integrity-investigator']);
  const at = `/cases/${ids['caseId']}`;
  const { sequence } = (await handler.get(at)).body;
  // Nobody's case: any investigator may see it, and take it on.
  await handler.call('POST', `${at}/assignment`, { assignee: null, sequence });
  const client = await signIn(deps, other.accountId);
  expect((await client.get(at)).status).toBe(200);
  const download = `/exports/${ids['exportId']}/package`;
  expect((await client.call('GET', download)).body['code']).toBe('ERR_REVIEW_NOT_ALLOWED');
  expect((await client.call('POST', `${at}/exports`, { reason: REASON })).status).toBe(403);
  expect((await handler.call('GET', download)).body['code']).toBe('ERR_REVIEW_TRANSITION');
  expect(account.has('fg')).toBe(true);
});

test('the review log says that something confidential was read, and not what', async () => {
  const { as, stage } = await aTown();
  await as('integrity-investigator').get('/alerts/al-secret');
  const entry = stage.logStore.rows.at(-1)?.entry ?? '';
  expect(entry).toContain('al-secret');
  const { body } = await as('fg').get('/review-log?limit=200');
  const items = body['items'] as { operation: string; objectIds: string[] }[];
  expect(items.find((i) => i.operation === 'readAlert')?.objectIds).toEqual(['confidential']);
  const named = await as('fg').get('/review-log?objectId=al-secret');
  expect(named.body['items']).toEqual([]);
});

test('no message leaves about it: neither on the stream of others nor to another system', async () => {
  const town = await aTown();
  const { as, server, deps, journal, account, marked, directory, sessions, accounts } = town;
  const heard: string[] = [];
  const sent: string[] = [];
  await addWebhook(
    journal,
    { ...by(account.get('administrator') ?? ''), role: 'administrator' },
    {
      ...{ kind: 'http', target: 'https://example.org/hook' },
      events: ['alert.opened', 'alert.changed', 'case.changed', 'reveal.requested'],
    },
  );
  const notifier = createNotifier(journal, deps.directory, {
    key: Buffer.alloc(32),
    send: (async (_url: string, { body }: { body: string }) => {
      sent.push(body);
      return { status: 200 };
    }) as unknown as typeof fetch,
  });
  const address = await server.listen({ host: '127.0.0.1', port: 0 });
  const officer = accounts.get(account.get('security-officer') ?? '');
  if (officer === null) throw new Error('no officer');
  const { secret } = await sessions.start(officer, 'local');
  const gone = new AbortController();
  const stream = await fetch(`${address}/v1/stream`, {
    headers: { cookie: `inzagewacht=${secret}` },
    signal: gone.signal,
  });
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  const listening = (async () => {
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read())
      heard.push(part.value);
  })().catch(() => undefined);
  const triage = (alertId: string) =>
    as('integrity-investigator').call('POST', `/alerts/${alertId}/triage`, {
      ...{ state: 'in-review', reason: REASON, sequence: 0 },
    });
  await triage('al-secret');
  const { sequence } = (await as('fg').get(`/cases/${town.ids['caseId']}`)).body;
  await as('fg').call('POST', `/cases/${town.ids['caseId']}/notes`, { text: 'Gezien.' });
  expect(sequence).toBe(2);
  await triage('al-open');
  await expect.poll(() => heard.join('')).toContain('al-open');
  expect(heard.join('')).not.toMatch(new RegExp(`al-secret|${town.ids['caseId']}`));
  await expect.poll(() => sent.join('')).toContain('al-open');
  expect(sent.join('')).not.toMatch(new RegExp(`al-secret|${town.ids['caseId']}`));
  // An alert that becomes confidential is gone for them, once; one that is lifted is there.
  marked.set('e-open', { occurredAt: AT });
  await directory.refresh();
  await expect.poll(() => heard.join('')).toMatch(/event: alerts\n.*\n.*al-open/);
  marked.clear();
  await directory.refresh();
  await expect.poll(() => heard.join('')).toContain('al-secret');
  gone.abort();
  await listening;
  await notifier.close();
  await server.close();
});
const by = (accountId: string) => ({ accountId, name: '', person: 'p', actors: [], persons: [] });
