import { beforeEach, describe, expect, test } from 'vitest';
import { DAY_MS } from '../../../domain/time.ts';
import { anAlert } from '../../helpers/alerts.ts';
import { addAccount, aReference, aService, type Client, token } from '../../helpers/review.ts';

const REASON = 'Zoals besproken in het overleg.';
const LONG = 'De medewerker is gevraagd en de feiten zijn hiermee vastgesteld.';
const ACTOR = anAlert().actor?.token;
const SUBJECT = anAlert().subjects[0]?.token;

type Service = Awaited<ReturnType<typeof aService>>;
type Team = Record<'investigator' | 'twin' | 'officer' | 'second' | 'fg' | 'strange', Client>;

/** One investigator with a second account and a second role, and others who may agree. */
async function aTeam(): Promise<{ service: Service; team: Team; ids: Record<keyof Team, string> }> {
  const service = await aService([anAlert(), anAlert({ alertId: 'al-2', typology: 'neighbour' })]);
  const person = 'person one';
  const make = async (
    login: string,
    roles: Parameters<typeof addAccount>[2],
    who?: string | null,
  ) =>
    (await addAccount(service.accounts, login, roles, who === undefined ? {} : { person: who }))
      .accountId;
  const ids = {
    investigator: await make('one', ['integrity-investigator', 'security-officer', 'fg'], person),
    twin: await make('one-again', ['security-officer', 'fg', 'integrity-investigator'], person),
    officer: await make('two', ['security-officer']),
    second: await make('three', ['integrity-investigator', 'security-officer']),
    fg: await make('four', ['fg']),
    strange: await make('nobody-knows', ['security-officer', 'fg'], null),
  };
  const entries = await Promise.all(
    (Object.keys(ids) as (keyof Team)[]).map(
      async (name) => [name, await service.signIn(service.deps, ids[name])] as const,
    ),
  );
  return { service, ids, team: Object.fromEntries(entries) as Team };
}

let service: Service;
let team: Team;
let ids: Record<keyof Team, string>;
let caseId = '';
let caseSequence = 0;
beforeEach(async () => {
  ({ service, team, ids } = await aTeam());
  const opened = await team.investigator.call('POST', '/cases', {
    ...{ title: 'Vraag over een raadpleging', alertIds: ['al-1'], ground: 'reasonable-suspicion' },
    ...{ protocolArticle: 'artikel 4', reason: LONG },
  });
  expect(opened.status).toBe(201);
  caseId = String(opened.body['caseId']);
  caseSequence = Number(opened.body['sequence']);
});

const lastLogged = (): Record<string, unknown> =>
  JSON.parse(service.stage.logStore.rows.at(-1)?.entry ?? '{}');

type Pending = { path: string; sequence: number };
const KINDS: Record<string, { needsOtherRole: boolean; ask(by: Client): Promise<Pending> }> = {
  reveal: {
    needsOtherRole: true,
    async ask(by) {
      const { status, body } = await by.call('POST', `/cases/${caseId}/reveals`, {
        ...{ tokens: [SUBJECT, ACTOR], reasonCode: 'establish-facts', text: LONG },
        ...{ ground: 'reasonable-suspicion', protocolArticle: 'artikel 6' },
      });
      expect(status).toBe(201);
      return { path: `/reveals/${body['revealId']}`, sequence: Number(body['sequence']) };
    },
  },
  export: {
    needsOtherRole: true,
    async ask(by) {
      const { status, body } = await by.call('POST', `/cases/${caseId}/exports`, { reason: LONG });
      expect(status).toBe(201);
      return { path: `/exports/${body['exportId']}`, sequence: Number(body['sequence']) };
    },
  },
  closing: {
    needsOtherRole: false,
    async ask(by) {
      const { status, body } = await by.call('POST', `/cases/${caseId}/closing`, {
        ...{ disposition: 'legitimate-work', reason: LONG, sequence: caseSequence },
      });
      expect(status).toBe(200);
      return { path: `/cases/${caseId}/closing`, sequence: Number(body['sequence']) };
    },
  },
  suppression: {
    needsOtherRole: false,
    async ask() {
      const officer = await service.signIn(service.deps, ids.investigator, 'security-officer');
      const { status, body } = await officer.call('POST', '/suppressions', {
        scope: { typology: 'neighbour', detector: 'neighbour' },
        ...{ reasonCode: 'known-work-practice', text: LONG },
        expiresAt: new Date(service.stage.now + 60 * DAY_MS).toISOString(),
      });
      expect(status).toBe(201);
      return { path: `/suppressions/${body['suppressionId']}`, sequence: Number(body['sequence']) };
    },
  },
  'detector change': {
    needsOtherRole: false,
    async ask() {
      service.deps.detectors = () => [
        {
          ...{ detectorId: 'relative', version: 1, title: { nl: '', en: '' }, detects: '' },
          ...{ typologies: [], maturity: 'stable', falsePositives: [], knownGaps: [] },
          ...{ runbook: '', isEnabled: true, settings: {}, schema: { properties: { days: {} } } },
        },
      ];
      const officer = await service.signIn(service.deps, ids.investigator, 'security-officer');
      const { status, body } = await officer.call('POST', '/detector-changes', {
        ...{ detectorId: 'relative', settings: { days: 3 }, reason: LONG, decisionRef: 'OR-1' },
      });
      expect(status).toBe(201);
      return { path: `/detector-changes/${body['changeId']}`, sequence: Number(body['sequence']) };
    },
  },
};

describe.each(Object.entries(KINDS))('four eyes for a %s', (_kind, { ask, needsOtherRole }) => {
  const approve = (client: Client, { path, sequence }: Pending) =>
    client.call('POST', `${path}/approval`, { reason: REASON, sequence });

  test('another person agrees', async () => {
    const pending = await ask(team.investigator);
    expect(await approve(team.officer, pending)).toMatchObject({ status: 200 });
  });

  test('the same person does not, through another session, account or role; and it is logged', async () => {
    const pending = await ask(team.investigator);
    const again = await service.signIn(service.deps, ids.investigator, 'security-officer');
    const asFg = await service.signIn(service.deps, ids.twin, 'security-officer');
    for (const client of [again, team.twin, asFg]) {
      expect(await approve(client, pending)).toMatchObject({
        ...{ status: 403, body: { code: 'ERR_REVIEW_SAME_PERSON' } },
      });
      expect(lastLogged()).toMatchObject({ outcome: 'refused', code: 'ERR_REVIEW_SAME_PERSON' });
    }
    // Still open: the refusals changed nothing.
    expect(await approve(team.officer, pending)).toMatchObject({ status: 200 });
  });

  test('an account whose person is unknown is no second person', async () => {
    const pending = await ask(team.investigator);
    expect(await approve(team.strange, pending)).toMatchObject({
      ...{ status: 403, body: { code: 'ERR_REVIEW_PERSON_UNKNOWN' } },
    });
  });

  if (needsOtherRole)
    test('a switch of role in between does not make another role', async () => {
      const pending = await ask(team.investigator);
      // Another person, but in the role of whoever asked: the table itself has no such approver.
      expect((await approve(team.second, pending)).status).toBe(403);
      const switched = await service.signIn(service.deps, ids.second, 'security-officer');
      expect(await approve(switched, pending)).toMatchObject({ status: 200 });
    });

  test('agreeing after the time is over is refused', async () => {
    const pending = await ask(team.investigator);
    service.stage.now += 61 * DAY_MS;
    const fresh = await service.signIn(service.deps, ids.officer);
    expect(await approve(fresh, pending)).toMatchObject({
      ...{ status: 409, body: { code: 'ERR_REVIEW_EXPIRED' } },
    });
    expect(lastLogged()).toMatchObject({ outcome: 'refused', code: 'ERR_REVIEW_EXPIRED' });
  });

  test('agreeing twice is refused', async () => {
    const pending = await ask(team.investigator);
    await approve(team.officer, pending);
    expect((await approve(team.officer, pending)).status).toBe(409);
  });
});

describe('a reveal', () => {
  const ask = (): Promise<Pending> => KINDS['reveal']?.ask(team.investigator) as Promise<Pending>;

  test('shows identities to whoever asked, only while it is open, and each look is logged', async () => {
    service.deps.openVault = (t) => (t === SUBJECT ? 'bsn:999990019' : null);
    const { path, sequence } = await ask();
    const before = await team.investigator.call('POST', `${path}/views`);
    expect(before).toMatchObject({ status: 409, body: { code: 'ERR_REVIEW_TRANSITION' } });
    await team.fg.call('POST', `${path}/approval`, { reason: REASON, sequence });
    const shown = await team.investigator.call('POST', `${path}/views`);
    expect(shown.status).toBe(201);
    expect(shown.body['identities']).toContainEqual({ token: SUBJECT, id: 'bsn:999990019' });
    expect(lastLogged()).toMatchObject({ operation: 'viewReveal', outcome: 'done' });
    const kase = await team.investigator.get(`/cases/${caseId}`);
    expect(kase.body['subjects']).toEqual([{ token: SUBJECT, id: 'bsn:999990019' }]);
    // Nobody else gets the identity by it.
    expect(JSON.stringify((await team.fg.get(`/cases/${caseId}`)).body)).not.toContain('999990019');
    service.stage.now += 8 * DAY_MS;
    const later = await service.signIn(service.deps, ids.investigator);
    expect(await later.call('POST', `${path}/views`)).toMatchObject({
      ...{ status: 409, body: { code: 'ERR_REVIEW_EXPIRED' } },
    });
    expect(JSON.stringify((await later.get(`/cases/${caseId}`)).body)).not.toContain('999990019');
  });

  test('covers tokens of its case alone', async () => {
    const answer = await team.investigator.call('POST', `/cases/${caseId}/reveals`, {
      ...{ tokens: [token('s', 'another')], reasonCode: 'establish-facts', text: LONG },
      ...{ ground: 'complaint', protocolArticle: '6' },
    });
    expect(answer).toMatchObject({ status: 422, body: { code: 'ERR_REVIEW_NOT_COVERED' } });
  });

  test('is logged before the vault is opened', async () => {
    let opened = 0;
    service.deps.openVault = () => {
      opened += 1;
      return 'bsn:999990019';
    };
    const { path, sequence } = await ask();
    await team.fg.call('POST', `${path}/approval`, { reason: REASON, sequence });
    service.stage.logStore.isBroken = true;
    const answer = await team.investigator.call('POST', `${path}/views`);
    expect(answer.status).toBe(503);
    expect(opened).toBe(0);
    service.stage.logStore.isBroken = false;
  });
});

describe('a suppression', () => {
  const ask = (scope: Record<string, string>, days: number) =>
    team.officer.call('POST', '/suppressions', {
      ...{ scope, reasonCode: 'project', text: LONG },
      expiresAt: new Date(service.stage.now + days * DAY_MS).toISOString(),
    });

  test('of at most 30 days works at once, of 31 waits for a second person', async () => {
    const scope = { typology: 'neighbour', detector: 'neighbour' };
    expect((await ask(scope, 30)).body).toMatchObject({ state: 'active' });
    expect((await ask(scope, 31)).body).toMatchObject({ state: 'requested', needsApproval: true });
  });

  test('ends within 180 days and never hides protected persons', async () => {
    const scope = { typology: 'neighbour', detector: 'neighbour' };
    expect((await ask(scope, 180)).status).toBe(201);
    expect((await ask(scope, 181)).status).toBe(422);
    const answer = await ask({ typology: 'protected-person', detector: 'x' }, 10);
    expect(answer).toMatchObject({ status: 422, body: { code: 'ERR_REVIEW_PROTECTED' } });
  });

  test('is refused to somebody inside its scope', async () => {
    const own = token('a', 'own');
    const account = await addAccount(service.accounts, 'inside', ['security-officer'], {
      actors: [own],
    });
    const inside = await service.signIn(service.deps, account.accountId);
    const answer = await inside.call('POST', '/suppressions', {
      scope: { typology: 'relative', actor: own },
      ...{ reasonCode: 'project', text: LONG },
      expiresAt: new Date(service.stage.now + DAY_MS).toISOString(),
    });
    expect(answer).toMatchObject({
      status: 403,
      body: { code: 'ERR_REVIEW_CONFLICT_OF_INTEREST' },
    });
  });
});

describe('conflicts of interest', () => {
  const own = token('a', 'own');
  const tie = {
    ...{ actor: own, subject: SUBJECT ?? own, degree: 1 },
    ...{ from: null, to: null },
  };
  const official = { ...{ from: null, to: null }, unit: 'u', role: 'r', kind: 'person' as const };
  const boss = token('a', 'boss');

  test.each([
    ['the official', { actors: [ACTOR] }, {}],
    ['the person looked up', { persons: [SUBJECT] }, {}],
    [
      'a relative of the person looked up',
      { actors: [own] },
      {
        ties: (a: string, s: string) =>
          a === own && s === SUBJECT
            ? [
                {
                  ...tie,
                  kind: 'relative' as const,
                  path: { nl: 'zus', en: 'sister' },
                  endedAt: null,
                },
              ]
            : [],
      },
    ],
    [
      'the manager of the official',
      { actors: [boss] },
      {
        official: (a: string) =>
          a === ACTOR ? { ...official, actor: ACTOR, persons: [], manager: boss } : null,
      },
    ],
    [
      'somebody whose manager the official is',
      { actors: [own] },
      {
        official: (a: string) =>
          a === own ? { ...official, actor: own, persons: [], manager: ACTOR } : null,
      },
    ],
  ])('an alert is kept from %s', async (_who, fields, reference) => {
    // The builders of the table above give tokens and rows of the shapes that reference data has.
    service.deps.reference = () => aReference({ version: 'r2', ...(reference as object) });
    const account = await addAccount(
      service.accounts,
      'tied',
      ['security-officer'],
      fields as object,
    );
    const tied = await service.signIn(service.deps, account.accountId);
    const list = await tied.get('/alerts');
    expect(list.body).toMatchObject({ total: 0, withheld: 2 });
    expect(await tied.get('/alerts/al-1')).toMatchObject({
      ...{ status: 403, body: { code: 'ERR_REVIEW_CONFLICT_OF_INTEREST' } },
    });
    expect((await tied.get(`/cases/${caseId}`)).status).toBe(404);
  });
});

describe('a case', () => {
  test('is silent after a silent referral: no question, and others do not see it', async () => {
    const referred = await team.investigator.call('POST', `/cases/${caseId}/referral`, {
      ...{ reason: LONG, isSilent: true, sequence: caseSequence },
    });
    expect(referred.body).toMatchObject({ state: 'referred', isSilent: true });
    const sequence = referred.body['sequence'];
    const asked = await team.investigator.call('POST', `/cases/${caseId}/hearings`, {
      ...{ to: 'official', alertId: 'al-1', sequence },
    });
    expect(asked.status).toBe(409);
    expect((await team.officer.get(`/cases/${caseId}`)).status).toBe(404);
    expect((await team.second.get(`/cases/${caseId}`)).status).toBe(404);
    expect((await team.fg.get(`/cases/${caseId}`)).status).toBe(200);
  });

  test('blames nobody without a hearing or a reasoned exception', async () => {
    const close = (exception?: string) =>
      team.investigator.call('POST', `/cases/${caseId}/closing`, {
        ...{ disposition: 'misuse-viewed', reason: LONG, sequence: caseSequence, exception },
      });
    expect(await close()).toMatchObject({
      ...{ status: 422, body: { code: 'ERR_REVIEW_HEARING_NEEDED' } },
    });
    expect((await close('De medewerker is met onbekende bestemming vertrokken.')).status).toBe(200);
  });

  test('keeps the answer word for word and counts ten working days', async () => {
    // Tuesday 10 March 2026: ten working days on is Tuesday 24 March, to the end of the day.
    const asked = await team.investigator.call('POST', `/cases/${caseId}/hearings`, {
      ...{ to: 'official', alertId: 'al-1', sequence: caseSequence },
    });
    const [hearing] = asked.body['hearings'] as Record<string, string>[];
    expect(hearing?.['deadlineAt']).toBe('2026-03-24T22:59:59.999Z');
    expect(hearing?.['question']).toMatchObject({
      nl: 'Tussen 3 maart 2026 en 5 maart 2026 bekeek u 3 keer gegevens van een persoon. Wij vonden hierbij geen zaak. Kunt u aangeven waarvoor dit was?',
    });
    const text = 'Dat was voor  mijn collega;\nik weet het "zeker".';
    const answered = await team.investigator.call(
      ...(['POST', `/cases/${caseId}/hearings/${hearing?.['hearingId']}/answer`] as const),
      { text, sequence: asked.body['sequence'] },
    );
    expect(answered.body).toMatchObject({ state: 'open', hearings: [{ answer: { text } }] });
  });

  test('takes links on and off and remembers both', async () => {
    const link = { alertId: 'al-2', reason: REASON };
    const on = await team.investigator.call('POST', `/cases/${caseId}/links`, {
      ...{ ...link, sequence: caseSequence },
    });
    expect(on.body['alertIds']).toEqual(['al-1', 'al-2']);
    const off = await team.investigator.call('POST', `/cases/${caseId}/unlinks`, {
      ...{ ...link, sequence: on.body['sequence'] },
    });
    expect(off.body['alertIds']).toEqual(['al-1']);
    const history = await team.investigator.get(`/cases/${caseId}/history`);
    expect((history.body['items'] as { kind: string }[]).map((e) => e.kind)).toEqual([
      ...['case.opened', 'case.linked', 'case.unlinked'],
    ]);
  });
});
