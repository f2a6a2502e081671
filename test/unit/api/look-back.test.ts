// Searches, and what other settings would do, through the service.
import { beforeEach, describe, expect, test } from 'vitest';
import type { LookupReader, LookupRow } from '../../../api/lookups.ts';
import type { Token } from '../../../domain/token.ts';
import { searchFold } from '../../../review/search.ts';
import { anAlert } from '../../helpers/alerts.ts';
import {
  addAccount,
  aReference,
  aService,
  type Client,
  noBacktests,
  token,
} from '../../helpers/review.ts';

const LONG = 'Melding van een bewoner over een mogelijke raadpleging.';
const AT = Date.UTC(2026, 2, 3, 10);
const lookup = (
  eventId: string,
  actor: Token,
  verdict: 'explained' | 'unexplained',
): LookupRow => ({
  ...{ eventId, occurredAt: AT, system: 'brp', instance: '', actor, unit: 'team', action: 'view' },
  ...{ outcome: 'success', subject: token('s', 'p1'), subjectMunicipality: '', queryKey: 'bsn' },
  ...{ resultCount: 1, fields: [], hasCaseRef: false, isEmergency: false },
  explanation: { verdict, strength: null, because: [] },
});
const FOUND = [
  lookup('e1', token('a', 'u1'), 'explained'),
  lookup('e2', token('a', 'u2'), 'unexplained'),
];

let service: Awaited<ReturnType<typeof aService>>;
let investigator: Client;
let officer: Client;
let asked: Parameters<LookupReader['commonAccess']>[0] = [];
beforeEach(async () => {
  const base = await aService([anAlert()]);
  const lookups: LookupReader = {
    ...base.deps.lookups,
    ofSubject: async () => FOUND,
    countOfSubject: async () => 2,
    besides: async () =>
      [FOUND[1], lookup('e9', token('a', 'u2'), 'explained')].flatMap((l) => l ?? []),
    async commonAccess(victims) {
      asked = victims;
      return {
        ...{ known: 2, caveats: ['few-victims'] },
        rows: [
          {
            actor: token('a', 'u2'),
            seen: 2,
            expected: 0.1,
            persons: 9,
            p: 0.2,
            before: 1,
            isSignificant: false,
          },
        ],
      };
    },
  };
  service = await aService([anAlert()], { lookups, backtests: noBacktests() });
  const make = async (login: string, roles: Parameters<typeof addAccount>[2]) => {
    const { accountId } = await addAccount(service.accounts, login, roles);
    return service.signIn(service.deps, accountId);
  };
  investigator = await make('one', ['integrity-investigator']);
  officer = await make('two', ['security-officer', 'fg']);
});
const officerId = (): string =>
  service.accounts.all().find((a) => a.login === 'two')?.accountId ?? '';
const search = (client: Client) =>
  client.call('POST', '/searches', {
    by: { kind: 'subject', scheme: 'local', id: 'p1' },
    ...{ ground: 'complaint', reason: LONG },
  });

describe('a search', () => {
  test('is written down with its ground and reason, in tokens, before it is answered', async () => {
    const { status, body } = await search(investigator);
    expect(status).toBe(200);
    const [record] = [...service.journal.all(searchFold, 'search')];
    expect(record).toMatchObject({
      ...{ searchId: body['searchId'], ground: 'complaint', reason: LONG, regime: 'avg' },
    });
    expect(record?.tokens).toEqual([body['token']]);
    expect(JSON.stringify(record)).not.toContain('"p1"');
  });

  test('without a ground or a reason is no search', async () => {
    const by = { kind: 'subject', scheme: 'local', id: 'p1' };
    expect((await investigator.call('POST', '/searches', { by, reason: LONG })).status).toBe(400);
    expect((await investigator.call('POST', '/searches', { by, ground: 'complaint' })).status).toBe(
      400,
    );
    expect([...service.journal.ids('search')]).toEqual([]);
  });

  test('says what explains each lookup, and how many nothing explains', async () => {
    const { body } = await search(investigator);
    const lookups = body['lookups'] as { explanation: { verdict: string } }[];
    expect(lookups.map((l) => l.explanation.verdict)).toEqual(['explained', 'unexplained']);
    const officials = body['officials'] as { unexplained: number }[];
    expect(officials.map((o) => o.unexplained).sort()).toEqual([0, 1]);
  });

  test('shows what else was done in the session, to whoever asked and nobody else', async () => {
    const { body } = await search(investigator);
    const path = `/searches/${body['searchId']}/sessions`;
    const one = { eventId: 'e2', occurredAt: new Date(AT).toISOString() };
    const session = await investigator.call('POST', path, one);
    expect(session.status).toBe(200);
    expect((session.body['lookups'] as { eventId: string }[]).map((l) => l.eventId)).toEqual([
      'e2',
      'e9',
    ]);
    const { accountId } = await addAccount(service.accounts, 'three', ['integrity-investigator']);
    const other = await service.signIn(service.deps, accountId);
    expect((await other.call('POST', path, one)).status).toBe(404);
  });

  test('is where a case can begin, with the officials chosen from what it found', async () => {
    const { body } = await search(investigator);
    const opened = await investigator.call('POST', '/cases', {
      ...{ title: 'Melding bewoner', searchId: body['searchId'], actors: [token('a', 'u2')] },
      ...{ ground: 'complaint', protocolArticle: '4', reason: LONG },
    });
    expect(opened.status).toBe(201);
    expect(opened.body).toMatchObject({ alertIds: [], searchIds: [body['searchId']] });
    expect(opened.body['actors']).toEqual([{ token: token('a', 'u2') }]);
    const strange = await investigator.call('POST', '/cases', {
      ...{ title: 'Melding bewoner', searchId: body['searchId'], actors: [token('a', 'u3')] },
      ...{ ground: 'complaint', protocolArticle: '4', reason: LONG },
    });
    expect(strange.status).toBe(422);
    const empty = await investigator.call('POST', '/cases', {
      ...{ title: 'Niets', ground: 'complaint', protocolArticle: '4', reason: LONG },
    });
    expect(empty.status).toBe(422);
  });

  test('is refused to whoever is tied to the official it would lead to', async () => {
    const tied = aReference({
      official: (actor) =>
        actor === token('a', 'u2')
          ? {
              ...{ actor, persons: [token('s', 'me')], unit: '', role: '', manager: null },
              ...{ kind: 'person', from: null, to: null },
            }
          : null,
    });
    service.deps.reference = () => tied;
    const { accountId } = await addAccount(service.accounts, 'tied', ['integrity-investigator'], {
      persons: [token('s', 'me')],
    });
    const client = await service.signIn(service.deps, accountId);
    const { body } = await search(client);
    const opened = await client.call('POST', '/cases', {
      ...{ title: 'Melding', searchId: body['searchId'], actors: [token('a', 'u2')] },
      ...{ ground: 'complaint', protocolArticle: '4', reason: LONG },
    });
    expect(opened.status).toBe(403);
  });
});

test('common access takes a date for each incident and says how sure it is', async () => {
  const { status, body } = await investigator.call('POST', '/common-access', {
    subjects: [
      { scheme: 'local', id: 'p1', incidentAt: '2026-03-01T00:00:00Z' },
      { scheme: 'local', id: 'p2' },
    ],
    ...{ ground: 'report-of-breach', reason: LONG },
  });
  expect(status).toBe(200);
  expect(asked.map((v) => v.incidentAt)).toEqual([Date.UTC(2026, 2, 1), null]);
  expect(body).toMatchObject({ caveats: ['few-victims'], known: 2 });
  expect(body['officials']).toMatchObject([{ before: 1, isSignificant: false }]);
});

describe('a backtest', () => {
  const start = () =>
    officer.call('POST', '/backtests', {
      ...{ from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z', budget: 2 },
    });
  test('runs, is kept, and is listed newest first', async () => {
    const first = await start();
    expect(first.status).toBe(202);
    expect(first.body).toMatchObject({ settings: { budget: 2 }, configVersion: 'c', result: null });
    const second = await start();
    await expect
      .poll(async () => (await officer.call('GET', `/backtests/${second.body['backtestId']}`)).body)
      .toMatchObject({ state: 'done', progress: 1, result: { won: [], confirmedLost: 0 } });
    const { body } = await officer.call('GET', '/backtests');
    expect((body['items'] as { backtestId: string }[]).map((b) => b.backtestId)).toEqual([
      second.body['backtestId'],
      first.body['backtestId'],
    ]);
  });

  test('that went down with its process says so', async () => {
    const { body } = await start();
    await expect
      .poll(
        async () => (await officer.call('GET', `/backtests/${body['backtestId']}`)).body['state'],
      )
      .toBe('done');
    const kept = await service.deps.backtests?.get(String(body['backtestId']));
    if (!kept) throw new Error('it was not kept');
    const lost = { ...kept, backtestId: 'b-lost', state: 'running' as const, result: null };
    await service.deps.backtests?.save(lost);
    expect((await officer.call('GET', '/backtests/b-lost')).body['state']).toBe('running');
    service.stage.now += 7 * 3_600_000;
    const later = await service.signIn(service.deps, officerId());
    expect((await later.call('GET', '/backtests/b-lost')).body).toMatchObject({ state: 'failed' });
  });
});

test('a shadow run is asked, agreed to by another, read, and ended', async () => {
  const asks = await officer.call('POST', '/shadow-runs', {
    until: new Date(service.stage.now + 86_400_000 * 20).toISOString(),
    ...{ budget: 3, reason: LONG, decisionRef: 'OR-3' },
  });
  expect(asks.body).toMatchObject({ state: 'requested', settings: { budget: 3 } });
  const path = `/shadow-runs/${asks.body['shadowId']}`;
  const { accountId } = await addAccount(service.accounts, 'fg', ['fg']);
  const fg = await service.signIn(service.deps, accountId);
  const own = await service.signIn(service.deps, officerId(), 'fg');
  expect((await own.call('POST', `${path}/approval`, { reason: LONG, sequence: 1 })).status).toBe(
    403,
  );
  const agreed = await fg.call('POST', `${path}/approval`, { reason: LONG, sequence: 1 });
  expect(agreed.body).toMatchObject({ state: 'approved', ended: null });
  expect((await fg.call('GET', path)).body).toMatchObject({ result: { before: 0 } });
  const ended = await fg.call('POST', `${path}/ending`, { reason: LONG, sequence: 2 });
  expect(ended.body).toMatchObject({
    ...{ state: 'ended', ended: { by: { name: 'fg' }, reason: LONG } },
  });
  expect((await officer.call('GET', path)).body['ended']).toEqual(ended.body['ended']);
  expect((await fg.call('POST', `${path}/ending`, { reason: LONG, sequence: 3 })).status).toBe(409);
  const long = await officer.call('POST', '/shadow-runs', {
    until: new Date(service.stage.now + 86_400_000 * 120).toISOString(),
    ...{ reason: LONG, decisionRef: 'OR-3' },
  });
  expect(long.status).toBe(422);
});
