// A watch on one official: two other persons agree, it ends by itself, and telling cannot be skipped. And
// what is under the AVG and what is under the Wpg never meet.
import { describe, expect, test } from 'vitest';
import type { Role } from '../../../domain/review.ts';
import { DAY_MS } from '../../../domain/time.ts';
import { searchFold } from '../../../review/search.ts';
import { someAlerts } from '../../helpers/alerts.ts';
import { addAccount, aService, type Client } from '../../helpers/review.ts';

const REASON = 'Vastgesteld na navraag bij de afdeling.';
const WHY = 'Herhaald opzoeken zonder zaak; geen ander middel is toereikend.';
const iso = (at: number): string => new Date(at).toISOString();

async function aDesk(more: Parameters<typeof aService>[1] = {}, alerts = someAlerts(3)) {
  const service = await aService(alerts, more);
  const { accounts, deps, signIn } = service;
  const people = new Map<string, string>();
  /** Signs in anew each time: sessions end while the clock moves. */
  const as = async (name: string, role: Role, person?: string): Promise<Client> => {
    const known = people.get(name);
    const accountId =
      known ??
      (await addAccount(accounts, name, [role], person === undefined ? {} : { person })).accountId;
    people.set(name, accountId);
    return signIn(deps, accountId);
  };
  const investigator = () => as('investigator', 'integrity-investigator');
  const opened = await (await investigator()).call('POST', '/cases', {
    ...{ title: 'Zaak', alertIds: ['al-1'], ground: 'reasonable-suspicion' },
    ...{ protocolArticle: 'art. 5', reason: WHY },
  });
  expect(opened.status).toBe(201);
  const caseId = String(opened.body['caseId']);
  const [actor] = opened.body['actors'] as { token: string }[];
  const order = (fields: object = {}) => ({
    ...{ actor: actor?.token, ground: 'reasonable-suspicion', protocolArticle: 'art. 8' },
    ...{ dpiaReference: 'DPIA-2026-3', days: 14, reason: WHY, ...fields },
  });
  return { ...service, as, investigator, caseId, order };
}
async function aRunningWatch() {
  const desk = await aDesk();
  const { as, investigator, caseId, order } = desk;
  const asked = await (await investigator()).call('POST', `/cases/${caseId}/watches`, order());
  expect(asked.status).toBe(201);
  const url = `/watches/${asked.body['watchId']}`;
  await (await as('officer', 'security-officer')).call('POST', `${url}/approval`, {
    ...{ reason: REASON, sequence: 1 },
  });
  const second = await (await as('fg', 'fg')).call('POST', `${url}/approval`, {
    ...{ reason: REASON, sequence: 2 },
  });
  expect(second.body).toMatchObject({ state: 'active' });
  return { ...desk, url, startedAt: desk.stage.now };
}

describe('a watch begins', () => {
  test('with two persons besides the one who asked, and no sooner', async () => {
    const { as, investigator, caseId, order } = await aDesk();
    const asked = await (await investigator()).call('POST', `/cases/${caseId}/watches`, order());
    const url = `/watches/${asked.body['watchId']}`;
    expect((await (await investigator()).get(`${url}/lookups`)).status).toBe(409);
    const approve = async (who: Client, sequence: number) =>
      who.call('POST', `${url}/approval`, { reason: REASON, sequence });
    // Two accounts of one human being are one pair of eyes.
    const twin = await as('twin', 'security-officer', 'person of investigator');
    expect((await approve(twin, 1)).body['code']).toBe('ERR_REVIEW_SAME_PERSON');
    const officer = await as('officer', 'security-officer');
    expect((await approve(officer, 1)).body).toMatchObject({ state: 'requested', sequence: 2 });
    expect((await approve(officer, 2)).body['code']).toBe('ERR_REVIEW_SAME_PERSON');
    const other = await as('officer-2', 'security-officer');
    // The second of two must be the data protection officer when the first was not.
    expect((await approve(other, 2)).body['code']).toBe('ERR_REVIEW_SAME_ROLE');
    const done = await approve(await as('fg', 'fg'), 2);
    expect(done.body).toMatchObject({ state: 'active', approvals: [{}, {}] });
    expect((await (await investigator()).get(`${url}/lookups`)).status).toBe(200);
  });

  test('for an official of the case only, for thirty days at most', async () => {
    const { investigator, caseId, order } = await aDesk();
    const ask = async (fields: object) =>
      (await investigator()).call('POST', `/cases/${caseId}/watches`, order(fields));
    const stranger = await ask({ actor: `a.1.${'x'.repeat(22)}` });
    expect(stranger.body['code']).toBe('ERR_REVIEW_NOT_COVERED');
    expect((await ask({ days: 31 })).status).toBe(400);
  });

  test('not at all when nobody answers in time', async () => {
    const { as, investigator, caseId, order, stage } = await aDesk();
    const asked = await (await investigator()).call('POST', `/cases/${caseId}/watches`, order());
    stage.now += 14 * DAY_MS;
    const url = `/watches/${asked.body['watchId']}`;
    const late = await (await as('fg', 'fg')).call('POST', `${url}/approval`, {
      ...{ reason: REASON, sequence: 1 },
    });
    expect(late.body['code']).toBe('ERR_REVIEW_EXPIRED');
    const { body } = await (await investigator()).get(url);
    expect(body).toMatchObject({ state: 'expired', disclosure: { state: 'not-needed' } });
  });
});

describe('telling the official', () => {
  test('becomes a task when the watch ends by itself, is overdue in time, and ends by telling only', async () => {
    const { as, investigator, caseId, order, url, stage, startedAt } = await aRunningWatch();
    const end = startedAt + 14 * DAY_MS;
    stage.now = end - 1;
    expect((await (await investigator()).get(url)).body).toMatchObject({ state: 'active' });
    stage.now = end;
    const dueAt = iso(end + 14 * DAY_MS);
    expect((await (await investigator()).get(url)).body).toMatchObject({
      ...{ state: 'ended', disclosure: { state: 'due', dueAt } },
    });
    const tasks = async () =>
      (await (await as('fg', 'fg')).get('/tasks')).body['items'] as { kind: string }[];
    expect(await tasks()).toMatchObject([
      { kind: 'tell-watched-official', dueAt, isOverdue: false },
    ]);
    stage.now = end + 14 * DAY_MS;
    expect(await tasks()).toMatchObject([{ isOverdue: true }]);
    // Neither a new watch nor closing the case gets around it.
    const again = await (await investigator()).call('POST', `/cases/${caseId}/watches`, order());
    expect(again.body['code']).toBe('ERR_REVIEW_TRANSITION');
    const closing = await (await investigator()).call('POST', `/cases/${caseId}/closing`, {
      ...{ disposition: 'legitimate-work', reason: REASON, sequence: 1 },
    });
    expect(closing.body['detail']).toContain('has not been told');
    const postponed = await (await as('fg', 'fg')).call('POST', `${url}/postponement`, {
      ...{ until: iso(stage.now + DAY_MS), reason: REASON, sequence: 3 },
    });
    expect(postponed.body['detail']).toContain('Only a silent case');
    const early = { informedAt: iso(end - 1), how: 'gesprek', reason: REASON, sequence: 3 };
    expect((await (await investigator()).call('POST', `${url}/disclosure`, early)).status).toBe(
      422,
    );
    const told = await (await investigator()).call('POST', `${url}/disclosure`, {
      ...{ informedAt: iso(stage.now), how: 'gesprek en brief', reason: REASON, sequence: 3 },
    });
    expect(told.body).toMatchObject({ state: 'disclosed', disclosure: { state: 'done' } });
    expect(await tasks()).toEqual([]);
    expect((await (await investigator()).get(`${url}/lookups`)).status).toBe(409);
    const closed = await (await investigator()).call('POST', `/cases/${caseId}/closing`, {
      ...{ disposition: 'legitimate-work', reason: REASON, sequence: 1 },
    });
    expect(closed.status).toBe(200);
  });

  test('may be put off while the case is silent, a month at a time, and stays a task', async () => {
    const { as, investigator, caseId, url, stage } = await aRunningWatch();
    await (await investigator()).call('POST', `/cases/${caseId}/referral`, {
      ...{ reason: WHY, isSilent: true, sequence: 1 },
    });
    stage.now += DAY_MS;
    const ended = await (await investigator()).call('POST', `${url}/ending`, {
      ...{ reason: REASON, sequence: 3 },
    });
    expect(ended.body).toMatchObject({ state: 'ended' });
    const put = async (days: number, sequence: number) =>
      (await as('fg', 'fg')).call('POST', `${url}/postponement`, {
        ...{ until: iso(stage.now + days * DAY_MS), reason: REASON, sequence },
      });
    expect((await put(31, 4)).status).toBe(422);
    expect((await put(30, 4)).body).toMatchObject({ disclosure: { state: 'postponed' } });
    stage.now += 30 * DAY_MS;
    const { body } = await (await as('fg', 'fg')).get('/tasks');
    expect(body['items']).toMatchObject([{ kind: 'tell-watched-official', isOverdue: true }]);
  });
});

describe('regimes', () => {
  const rowOf = (eventId: string) => ({
    ...{ eventId, occurredAt: Date.UTC(2026, 1, 3), instance: '', actor: null, unit: '' },
    ...{ action: 'view' as const, outcome: 'success' as const, subject: null, fields: [] },
    ...{ subjectMunicipality: '', queryKey: null, resultCount: null },
    ...{ hasCaseRef: false, isEmergency: false },
  });
  /** Events of the second alert come from the system of the BOA, those of the third from both. */
  async function aMixedDesk() {
    const alerts = someAlerts(3).map((a, i) => ({ ...a, eventIds: [`e${i}-1`, `e${i}-2`] }));
    const systemOf = (id: string): string => (id.startsWith('e0') || id === 'e2-2' ? 'brp' : 'boa');
    const rows = (ids: readonly string[]) =>
      ids.map((id) => ({ ...rowOf(id), system: systemOf(id) }));
    const { deps } = await aService([]);
    /** Which systems each search asked the store for. */
    const asked: unknown[] = [];
    const lookups: typeof deps.lookups = {
      ...deps.lookups,
      byIds: async (ids) => rows(ids),
      async ofActor(_actor, _window, _limit, systems) {
        asked.push(systems);
        return rows(alerts.flatMap((a) => a.eventIds));
      },
    };
    const desk = await aDesk({ regimes: { boa: 'wpg' }, lookups }, alerts);
    return { ...desk, alerts, asked };
  }
  const open = (client: Client, alertIds: string[]) =>
    client.call('POST', '/cases', {
      ...{ title: 'Zaak', alertIds, ground: 'reasonable-suspicion' },
      ...{ protocolArticle: 'art. 5', reason: WHY },
    });

  test('a case takes alerts of one regime only', async () => {
    const { investigator, alerts } = await aMixedDesk();
    const [avg, wpg, both] = alerts.map((a) => a.alertId);
    const client = await investigator();
    expect((await open(client, [avg ?? ''])).body).toMatchObject({ regime: 'avg' });
    const police = await open(client, [wpg ?? '']);
    expect(police.body).toMatchObject({ regime: 'wpg' });
    expect((await open(client, [avg ?? '', wpg ?? ''])).body['code']).toBe(
      'ERR_REVIEW_REGIME_MIXED',
    );
    expect((await open(client, [both ?? ''])).body['code']).toBe('ERR_REVIEW_REGIME_MIXED');
    const linked = await client.call('POST', `/cases/${police.body['caseId']}/links`, {
      ...{ alertId: avg, reason: REASON, sequence: 1 },
    });
    expect(linked.body['code']).toBe('ERR_REVIEW_REGIME_MIXED');
  });

  test('a search shows sources of one regime only, and comparing over all is refused', async () => {
    const { investigator, caseId, journal, asked } = await aMixedDesk();
    const client = await investigator();
    const search = (fields: object) =>
      client.call('POST', '/searches', {
        ...{ by: { kind: 'actor', id: 'u1' }, ground: 'periodic-control', reason: REASON },
        ...fields,
      });
    const systemsOf = async (fields: object) =>
      new Set(
        ((await search(fields)).body['lookups'] as { system: string }[]).map((l) => l.system),
      );
    expect(await systemsOf({})).toEqual(new Set(['brp']));
    expect(await systemsOf({ regime: 'wpg' })).toEqual(new Set(['boa']));
    const records = [...journal.all(searchFold, 'search')];
    expect(records.map(({ regime, ground }) => [regime, ground])).toEqual([
      ['avg', 'periodic-control'],
      ['wpg', 'periodic-control'],
    ]);
    expect(asked).toEqual([
      { names: ['boa'], isOnly: false },
      { names: ['boa'], isOnly: true },
    ]);
    const wrong = await search({ regime: 'wpg', caseId });
    expect(wrong.body['code']).toBe('ERR_REVIEW_REGIME_MIXED');
    const common = await client.call('POST', '/common-access', {
      subjects: [
        { scheme: 'local', id: 'p1' },
        { scheme: 'local', id: 'p2' },
      ],
      ...{ ground: 'periodic-control', reason: REASON },
    });
    expect(common.body['code']).toBe('ERR_REVIEW_REGIME_MIXED');
  });

  test('the session says which acts a role may search', async () => {
    const { as, investigator } = await aMixedDesk();
    const regimes = async (client: Client) => (await client.get('/session')).body['regimes'];
    expect(await regimes(await investigator())).toEqual(['avg', 'wpg']);
    expect(await regimes(await as('officer', 'security-officer'))).toEqual([]);
    const plain = await aDesk();
    expect(await regimes(await plain.investigator())).toEqual(['avg']);
  });
});
