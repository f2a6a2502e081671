// The desk of the data protection officer through the API: breach files, samples and extracts.
import { expect, test } from 'vitest';
import type { LookupRow } from '../../../api/lookups.ts';
import type { Token } from '../../../domain/token.ts';
import { someAlerts } from '../../helpers/alerts.ts';
import { addAccount, aReference, aService, token } from '../../helpers/review.ts';

const HOUR = 3_600_000;
const REASON = 'Vastgesteld na navraag bij de afdeling.';
const iso = (at: number): string => new Date(at).toISOString();

const aRow = (eventId: string, fields: Partial<LookupRow> = {}): LookupRow => ({
  ...{ eventId, occurredAt: Date.UTC(2026, 1, 3, 9), system: 'brp', instance: '' },
  ...{ actor: token('a', 'clerk'), unit: 'burgerzaken', action: 'view', outcome: 'success' },
  ...{ subject: token('s', 'p1'), subjectMunicipality: '', queryKey: 'bsn', resultCount: 1 },
  ...{ fields: ['adres'], hasCaseRef: false, isEmergency: false },
  ...fields,
});

async function aDesk() {
  const drawn: unknown[] = [];
  const rows = ['e1', 'e2', 'e3'].map((id) => aRow(id));
  const service = await aService(someAlerts(2), {
    sampleFrame: {
      draw: async (window, options) => {
        drawn.push({ window, options });
        return { frame: 1_000, random: ['e1', 'e2'], weighted: ['e3'] };
      },
    },
    reference: () =>
      aReference({
        unitActors: (unit) => (unit === 'burgerzaken' ? Array(20).fill('a') : ['a']) as Token[],
      }),
  });
  Object.assign(service.deps.lookups, {
    byIds: async (ids: readonly string[]) => rows.filter((r) => ids.includes(r.eventId)),
    ofSubject: async () => [
      aRow('x1'),
      aRow('x2', { unit: 'klein' }),
      aRow('x3', { system: 'inzagewacht', unit: 'onderzoek' }),
      aRow('x4', { system: 'gemma', unit: 'recherche' }),
    ],
    // What a source calls confidential, until it says that this is over.
    confidentialOf: async () =>
      new Map([
        ['brp\0x1', { from: 0, liftedAt: 1 }],
        ['gemma\0x4', { from: 0, liftedAt: null }],
      ]),
  });
  const { accounts, deps, signIn } = service;
  const as = async (name: string, role: 'fg' | 'security-officer' | 'auditor') =>
    signIn(deps, (await addAccount(accounts, name, [role])).accountId);
  return { ...service, drawn, as };
}

test('a breach file has a clock from its first moment, and only steps are added', async () => {
  const { as, stage } = await aDesk();
  let officer = await as('officer', 'security-officer');
  const opened = await officer.call('POST', '/breaches', { reason: REASON });
  expect(opened.status).toBe(201);
  expect(opened.body).toMatchObject({
    sequence: 1,
    clock: { state: 'awareness-undecided', isProposed: true, dueAt: iso(stage.now + 72 * HOUR) },
  });
  const breach = `/breaches/${opened.body['breachId']}`;
  const step = (body: object, sequence: number) =>
    officer.call('POST', `${breach}/steps`, { step: body, sequence });
  const early = await step(
    { kind: 'notified', phase: 'first', sentAt: iso(stage.now), number: 'N-1' },
    1,
  );
  expect(early.status).toBe(422);
  expect(early.body['detail']).toContain('became aware');
  await step({ kind: 'awareness-decided', awareAt: iso(stage.now - HOUR), reason: REASON }, 1);
  stage.now += 73 * HOUR;
  // The session ended long ago.
  officer = await as('officer-later', 'security-officer');
  const late = await officer.get(breach);
  expect(late.body).toMatchObject({ clock: { state: 'overdue', leftMs: -2 * HOUR } });
  const silent = await step(
    { kind: 'notified', phase: 'first', sentAt: iso(stage.now), number: 'N-1' },
    2,
  );
  expect(silent.status).toBe(422);
  const told = await step(
    {
      kind: 'notified',
      phase: 'first',
      sentAt: iso(stage.now),
      number: 'N-1',
      lateReason: 'ziekte',
    },
    2,
  );
  expect(told.body).toMatchObject({ sequence: 3, clock: { state: 'notified-late', leftMs: null } });
  const stale = await step({ kind: 'facts-recorded', facts: { cause: 'other' } }, 2);
  expect(stale.status).toBe(409);
  const closed = await step({ kind: 'closed', lesson: 'eerder melden' }, 3);
  expect(closed.body['detail']).toContain('whether the people concerned are told');
  const register = await officer.get('/breach-register');
  expect(register.body['csv']).toContain('N-1');
  const documents = await officer.get(`${breach}/documents`);
  expect(JSON.stringify(documents.body)).toContain('later dan 72 uur: ziekte');
});

test('the data protection officer advises and decides nothing', async () => {
  const { as } = await aDesk();
  const officer = await as('officer', 'security-officer');
  const fg = await as('fg', 'fg');
  const { body } = await officer.call('POST', '/breaches', { reason: REASON });
  const steps = `/breaches/${body['breachId']}/steps`;
  const decided = await fg.call('POST', steps, {
    ...{ sequence: 1, step: { kind: 'not-notifiable', reason: REASON } },
  });
  expect(decided.status).toBe(403);
  const advice = { kind: 'advice-given', text: REASON };
  expect((await officer.call('POST', steps, { sequence: 1, step: advice })).status).toBe(403);
  expect((await fg.call('POST', steps, { sequence: 1, step: advice })).status).toBe(200);
  const auditor = await as('auditor', 'auditor');
  expect((await auditor.call('POST', steps, { sequence: 2, step: advice })).status).toBe(403);
  expect((await auditor.get('/breaches')).status).toBe(200);
});

test('a sample is written down with its seed, reviewed, and gives a rate with its interval', async () => {
  const { as, drawn } = await aDesk();
  const fg = await as('fg', 'fg');
  const period = { from: '2026-01-01T00:00:00Z', to: '2026-03-01T00:00:00Z' };
  const made = await fg.call('POST', '/samples', {
    ...period,
    seed: '2026-Q1',
    random: 2,
    weighted: 1,
  });
  expect(made.status).toBe(201);
  expect(drawn).toEqual([
    {
      window: { from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 2, 1) },
      options: { seed: '2026-Q1', random: 2, weighted: 1 },
    },
  ]);
  expect(made.body).toMatchObject({ frame: 1_000, missRate: { reviewed: 0, rate: null } });
  const sample = `/samples/${made.body['sampleId']}`;
  const find = (eventId: string, finding: string, sequence: number) =>
    fg.call('POST', `${sample}/findings`, { eventId, finding, reason: REASON, sequence });
  expect((await find('e9', 'missed', 1)).status).toBe(422);
  await find('e1', 'legitimate', 1);
  await find('e3', 'missed', 2);
  const done = await find('e2', 'missed', 3);
  // One of two, and the miss of the weighted part beside it.
  expect(done.body).toMatchObject({
    missRate: { reviewed: 2, missed: 1, missedInWeighted: 1, rate: 0.5 },
  });
  const officer = await as('officer', 'security-officer');
  expect((await officer.get(sample)).status).toBe(403);
});

test('an extract names no official, no small team, and keeps the own inquiries back', async () => {
  const { as, stage } = await aDesk();
  const fg = await as('fg', 'fg');
  const ask = { scheme: 'local', id: 'p1', ground: 'request-of-resident', reason: REASON };
  const extract = await fg.call('POST', '/resident-extracts', ask);
  expect(extract.status).toBe(200);
  expect(extract.body).toMatchObject({ lookups: 2 });
  expect((extract.body['lines'] as { unit: string }[]).map((l) => l.unit)).toEqual([
    'burgerzaken',
    'gemeente (kleine afdeling)',
  ]);
  expect(JSON.stringify(extract.body)).not.toMatch(/clerk|klein"|onderzoek"|recherche|gemma/);
  const wrong = await fg.call('POST', '/resident-extracts', {
    ...ask,
    scheme: 'bsn',
    id: '111111111',
  });
  expect(wrong.status).toBe(422);
  stage.now += 10 * 60_000;
  expect((await fg.call('POST', '/resident-extracts', ask)).status).toBe(403);
});
