// What a source calls confidential, through the review service on the real engine: lists, counts, pictures
// and searches of those outside leave it out, those inside see it, and a lift shows it to everybody.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServer } from '../../api/server.ts';
import { openReview, type Review } from '../../cli/review.ts';
import { reviewerLookups } from '../../cli/reviewer-lookups.ts';
import { loadSettings } from '../../cli/settings.ts';
import { createSink } from '../../cli/sink.ts';
import { openWorkspace, type Workspace } from '../../cli/workspace.ts';
import type { Role } from '../../domain/review.ts';
import { formatById } from '../../ingest/formats/registry.ts';
import { createLineSplitter } from '../../ingest/sources/lines.ts';
import { createIngestion } from '../../pipeline/ingestion.ts';
import { createLookbackStore } from '../../storage/lookback.ts';
import { createReviewLookups } from '../../storage/review-lookups.ts';
import { anAlert } from '../helpers/alerts.ts';
import { aReference, noDesk } from '../helpers/review.ts';

const REASON = 'Melding van een bewoner over een mogelijke raadpleging.';
const AT = '2026-03-02T10:00:00.000Z';
const DAY = { from: Date.UTC(2026, 2, 2), to: Date.UTC(2026, 2, 3) };
const dir = mkdtempSync(join(tmpdir(), 'confidential-review-'));
const settings = loadSettings(undefined);
const log = pino({ level: 'silent' });
let workspace: Workspace;
let review: Review;
let server: Awaited<ReturnType<typeof createServer>>;
let clients: Map<Role, Awaited<ReturnType<typeof signIn>>>;

const line = (eventId: string, actor: string, subject: string, said?: object): string =>
  JSON.stringify({
    ...{ eventId, occurredAt: AT, source: { system: 'brp' }, action: 'view' },
    ...{ actor: { id: actor, unit: 'team' }, subject: { scheme: 'local', id: subject } },
    ...{ object: { kind: 'vehicle', id: 'XX-999-X' }, sessionId: `s-${actor}` },
    ...(said && { confidential: said }),
  });
async function ingest(...lines: string[]): Promise<void> {
  const format = formatById('canonical');
  if (format === null) throw new Error('no format');
  const isEmpty = (await workspace.events.count()) === 0;
  const ingestion = createIngestion(createSink(workspace, settings.evidence), workspace.tokens, {
    ...{ batch: 1000, storeIsEmpty: isEmpty },
  });
  const split = createLineSplitter().push(Buffer.from(`${lines.join('\n')}\n`));
  await ingestion.lines('test', split, format.reader());
  await ingestion.flush();
}
const inquiry = { processing: 'inquiry-1', isLifted: false };
const actor = (id: string) => workspace.askedTokens.actor(id);
const person = (id: string) => workspace.askedTokens.subject('local', id);

async function signIn(role: Role) {
  const account = review.deps.accounts.all().find((a) => a.roles.includes(role));
  if (account === undefined) throw new Error(`no ${role}`);
  const { secret, session } = await review.deps.sessions.start(account, 'local');
  const headers = { cookie: `inzagewacht=${secret}`, 'x-csrf-token': session.csrfToken };
  return async (method: 'GET' | 'POST', url: string, payload?: object) => {
    const answer = await server.inject({
      ...{ method, url: `/v1${url}`, headers },
      ...(payload && { payload }),
    });
    return { status: answer.statusCode, body: answer.json(), text: answer.body };
  };
}
const as = (role: Role) => {
  const client = clients.get(role);
  if (client === undefined) throw new Error(`no ${role}`);
  return client;
};

beforeAll(async () => {
  workspace = await openWorkspace(join(dir, 'data'), settings.tenant);
  await ingest(
    line('o1', 'u1', 'p1'),
    line('x1', 'u1', 'p2', inquiry),
    line('x2', 'u2', 'p1', inquiry),
    line('x3', 'u2', 'p2', inquiry),
  );
  const about = { firstEventAt: AT, lastEventAt: AT, openedAt: AT, eventCount: 1 };
  await workspace.alerts.replaceAll(
    [
      anAlert({
        ...{ alertId: 'al-open', eventIds: ['o1'], ...about },
        ...{ actor: { token: actor('u1') }, subjects: [{ token: person('p1') }] },
      }),
      anAlert({
        ...{ alertId: 'al-secret', eventIds: ['x3'], ...about },
        ...{ actor: { token: actor('u2') }, subjects: [{ token: person('p2') }] },
      }),
    ],
    1,
  );
  review = await openReview(workspace, settings, {
    reference: () => aReference(),
    operations: {
      status: () => ({
        ...{ events: 4, duplicates: 0, deadLetters: 0, eventsPerSecond: 0, alerts: 2 },
        ...{ isRunning: true, budget: 1, version: '0.0.0' },
      }),
      coverage: () => [],
    },
    isDemo: false,
    logger: log,
  });
  server = await createServer({ ...review.deps, desk: noDesk });
  const roles = ['security-officer', 'integrity-investigator', 'fg'] as const;
  clients = new Map();
  for (const role of roles) clients.set(role, await signIn(role));
});
afterAll(async () => {
  await server.close();
  await review.stop();
  await workspace.close();
  rmSync(dir, { recursive: true, force: true });
});

type Rows = { eventId: string }[];
const idsOf = (rows: unknown): string[] => (rows as Rows).map((r) => r.eventId).sort();
const search = async (role: Role, by: object) =>
  (await as(role)('POST', '/searches', { by, ground: 'complaint', reason: REASON })).body;
const p1 = { kind: 'subject', scheme: 'local', id: 'p1' };
const everything = { from: 0, to: Date.UTC(2100, 0) };

test('an alert on it is nobody’s outside, and what lies around another leaves it out', async () => {
  const officer = as('security-officer');
  const alerts = (await officer('GET', '/alerts')).body;
  expect(alerts.items.map((a: { alertId: string }) => a.alertId)).toEqual(['al-open']);
  expect((await officer('GET', '/alerts/al-secret')).status).toBe(404);
  const around = '/alerts/al-open/lookups?scope=around';
  expect(idsOf((await officer('GET', around)).body.items)).toEqual(['o1']);
  const inside = as('integrity-investigator');
  expect((await inside('GET', '/alerts')).body.total).toBe(2);
  expect((await inside('GET', '/alerts/al-secret')).body).toMatchObject({ isConfidential: true });
  const rows = (await inside('GET', around)).body.items as (Rows[number] & {
    isConfidential: boolean;
  })[];
  expect(rows.map((r) => [r.eventId, r.isConfidential])).toEqual([
    ['o1', false],
    ['x1', true],
  ]);
  expect((await officer('GET', '/status')).body.alerts).toBe(1);
  expect((await as('fg')('GET', '/alerts')).body.confidential).toEqual({ alerts: 1, lookups: 3 });
});

test('pictures count and draw what their reader may know', async () => {
  const pictures = async (role: Role) =>
    (await as(role)('GET', '/alerts/al-open/pictures')).body as {
      daily: { days: { lookups: number }[] };
      hours: { alert: number[] };
      timelines: { lookups: unknown[]; officials: number }[];
      pairs: { total: number }[];
    };
  for (const [role, own, seen] of [
    ['security-officer', 1, 1],
    ['integrity-investigator', 2, 2],
  ] as const) {
    const { daily, hours, timelines } = await pictures(role);
    expect(daily.days.map((d) => d.lookups)).toEqual([own]);
    expect(hours.alert.reduce((sum, n) => sum + n)).toBe(own);
    expect(timelines[0]).toMatchObject({ officials: seen });
    expect(timelines[0]?.lookups).toHaveLength(seen);
  }
  const open = createReviewLookups(workspace.reviewStore, 'open');
  expect(await open.pair(actor('u2'), person('p1'), everything)).toEqual([]);
  const whole = createReviewLookups(workspace.reviewStore);
  expect(await whole.pair(actor('u2'), person('p1'), everything)).toHaveLength(1);
});

test('a search finds it for those inside, and says nothing of it to others', async () => {
  const fg = await search('fg', p1);
  expect([idsOf(fg.lookups), fg.total]).toEqual([['o1'], 1]);
  const inside = await search('integrity-investigator', p1);
  expect([idsOf(inside.lookups), inside.total]).toEqual([['o1', 'x2'], 2]);
  expect((await search('fg', { kind: 'actor', id: 'u2' })).lookups).toEqual([]);
  const car = { kind: 'vehicle', id: 'XX-999-X' };
  expect(idsOf((await search('fg', car)).lookups)).toEqual(['o1']);
  expect(idsOf((await search('integrity-investigator', car)).lookups)).toHaveLength(4);
  const session = async (role: Role, searchId: string, eventId: string) =>
    (await as(role)('POST', `/searches/${searchId}/sessions`, { eventId, occurredAt: AT })).body
      .lookups;
  expect(idsOf(await session('fg', fg.searchId, 'o1'))).toEqual(['o1']);
  expect(await session('fg', fg.searchId, 'x2')).toEqual([]);
  expect(idsOf(await session('integrity-investigator', inside.searchId, 'x2'))).toEqual([
    'x2',
    'x3',
  ]);
});

test('common access counts only what its reader may know', async () => {
  const ask = async (role: Role) => {
    const { body } = await as(role)('POST', '/common-access', {
      subjects: ['p1', 'p2'].map((id) => ({ scheme: 'local', id })),
      ...{ addresses: [], ground: 'complaint', reason: REASON },
    });
    const rows = body.officials as { actor: string; seen: number }[];
    return rows.filter((r) => r.seen > 0).map((r) => [r.actor, r.seen]);
  };
  expect(await ask('fg')).toEqual([[actor('u1'), 1]]);
  expect((await ask('integrity-investigator')).sort()).toEqual(
    [
      [actor('u1'), 2],
      [actor('u2'), 2],
    ].sort(),
  );
});

test('that somebody inside looked at it is itself kept', async () => {
  const stored = new Promise<void>((resolve) => {
    const watch = reviewerLookups(
      ...([workspace, createSink(workspace, settings.evidence), () => resolve()] as const),
      ...([() => Date.parse(AT), log] as const),
    );
    watch({
      ...{ at: Date.parse(AT), account: 'l-1', actors: [], operation: 'listAlertLookups' },
      ...{ subjects: [person('p1')], caseId: null, isConfidential: true },
    });
  });
  await stored;
  const lookback = (shown: 'whole' | 'open') =>
    createLookbackStore(workspace.reviewStore, shown).ofSubject(person('p1'), DAY, 10);
  expect((await lookback('whole')).map((l) => l.system)).toContain('inzagewacht');
  expect((await lookback('open')).map((l) => l.system)).not.toContain('inzagewacht');
});

test('what was open at an instant of the past can still be told', async () => {
  const now = Date.now();
  const { confidential } = workspace;
  const openAt = async (at?: number): Promise<string[]> =>
    // Without what the product itself wrote down of the look before.
    (await confidential.open(at)).flatMap((m) => (m.system === 'brp' ? [m.eventId] : [])).sort();
  const marked = ['x1', 'x2', 'x3'];
  expect(await openAt()).toEqual(marked);
  expect(await openAt(Date.UTC(2020, 0))).toEqual([]);
  const before = await confidential.stamp();
  await ingest(line('x3', 'u2', 'p2', { ...inquiry, isLifted: true }));
  expect(await confidential.stamp()).not.toBe(before);
  expect([await openAt(now), await openAt()]).toEqual([marked, []]);
  // Both ways of asking agree.
  const said = await confidential.of(marked.map((eventId) => ({ system: 'brp', eventId })));
  expect([...said.values()].map((s) => s.liftedAt !== null)).toEqual([true, true, true]);
});

test('at the lift everything is there for everybody, counts included', async () => {
  await review.deps.directory.refresh();
  const officer = as('security-officer');
  expect((await officer('GET', '/alerts')).body.total).toBe(2);
  expect((await officer('GET', '/alerts/al-secret')).body).toMatchObject({ isConfidential: false });
  expect(idsOf((await officer('GET', '/alerts/al-secret/lookups')).body.items)).toEqual(['x3']);
  const fg = await search('fg', p1);
  expect([idsOf(fg.lookups), fg.total]).toEqual([['o1', 'x2'], 2]);
});
