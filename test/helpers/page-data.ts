import type { ServerDeps } from '../../api/deps.ts';
import type { LookupRow } from '../../api/lookups.ts';
import { tryText } from '../../cli/source-trial.ts';
import type { Alert } from '../../domain/alert.ts';
import { DAY_MS, HOUR_MS, localDay } from '../../domain/time.ts';
import { anAlert } from './alerts.ts';
import type { Served } from './browser.ts';
import { filledDesk } from './desk-data.ts';
import { aReference, token } from './review.ts';

/** The alert `al-1` of `someAlerts` is about this day. */
const ALERT_DAY = Date.UTC(2026, 2, 3, 9);
const OFFICIALS = ['kQ3vT', 'k81x', 'kPz2', 'kMm9'];

const aLookupRow = (i: number, at: number): LookupRow => ({
  ...{
    eventId: `e-${i}`,
    occurredAt: at,
    system: i % 3 === 0 ? 'suwinet' : 'brp',
    instance: 'prod',
  },
  actor: token('a', OFFICIALS[i % OFFICIALS.length] ?? 'kQ3vT'),
  ...{ unit: 'Burgerzaken', action: i % 4 === 0 ? 'search' : 'view', outcome: 'success' },
  ...{ subject: token('s', 'Zp9wR'), subjectMunicipality: '0344' },
  ...{ queryKey: i % 4 === 0 ? 'bsn' : null, resultCount: 1, fields: ['naam'] },
  ...{ hasCaseRef: i % 3 === 0, isEmergency: false },
});
const ROWS = Array.from({ length: 40 }, (_, i) => aLookupRow(i, ALERT_DAY + i * 1.7 * HOUR_MS));

/** A row of houses, one person after another, with two returns and a coffee in between. */
const RUN: LookupRow[] = Array.from({ length: 36 }, (_, i) => ({
  ...aLookupRow(i, ALERT_DAY + i * 17_000 + (i > 20 ? 900_000 : 0) + (i % 5) * 6_000),
  ...{ eventId: `run-${i}`, actor: token('a', 'kQ3vT'), hasCaseRef: i === 30 },
  ...{ action: 'search', queryKey: 'address' },
  subject: token('s', `p${i === 12 ? 4 : i === 27 ? 25 : i}x`),
}));
/** An alert about that row. */
export const aRunAlert = (): Alert =>
  anAlert({ alertId: 'al-run', typology: 'enumeration', eventIds: RUN.map((r) => r.eventId) });

/** Lookups that make every picture: a quiet quarter, a busy day, four officials, two years of one pair. */
export const pictureLookups: ServerDeps['lookups'] = {
  byIds: async ([first = '']) => (first.startsWith('run-') ? RUN : ROWS.slice(0, 24)),
  ofActor: async () => ROWS,
  ofSubject: async () => ROWS,
  ofObject: async () => [],
  countOfSubject: async () => ROWS.length,
  daily: async (actors) =>
    actors.flatMap((actor) =>
      Array.from({ length: 60 }, (_, i) => {
        const day = localDay(ALERT_DAY) - 57 + i;
        const isBusy = day === localDay(ALERT_DAY) && actor === actors[0];
        return { actor, day, lookups: isBusy ? 214 : 30 + ((i * 37) % 17), persons: 20 };
      }),
    ),
  hourOfWeek: async (_, { from, to }) =>
    Array.from({ length: 168 }, (__, hour) => {
      const isOffice = hour < 120 && hour % 24 > 7 && hour % 24 < 18;
      if (to - from < 30 * DAY_MS) return hour === 46 ? 3 : 0;
      return isOffice ? 5 + ((hour * 7) % 30) : 0;
    }),
  pair: async () =>
    [0, 30, 31, 400, 700, 701].map((ago) => ({
      ...{ day: localDay(ALERT_DAY) - ago, lookups: 2, systems: ['brp'] },
      ...{ firstAt: ALERT_DAY - ago * DAY_MS, lastAt: ALERT_DAY - ago * DAY_MS },
    })),
  besides: async () => [],
  commonAccess: async (victims) => ({
    ...{ known: victims.length, caveats: [] },
    rows: OFFICIALS.map((name, i) => ({
      ...{ actor: token('a', name), seen: Math.max(1, victims.length - 2 * i) },
      ...{ expected: 0.4 + i / 2, persons: 120 + 300 * i },
      ...{ p: 10 ** (2 * i - 8), before: 0, isSignificant: i < 3 },
    })),
  }),
  countOf: async () => 3,
  confidentialOf: async () => new Map(),
};

export const filledOperations: ServerDeps['operations'] = {
  status: () => ({
    ...{ events: 48_210, duplicates: 12, deadLetters: 3, eventsPerSecond: 4_000, alerts: 30 },
    ...{ isRunning: true, budget: 1, version: '0.1.0' },
  }),
  sources: async () => ({
    items: [
      {
        ...{ system: 'brp', instance: 'prod', state: 'fresh', lastEventAt: ALERT_DAY },
        ...{ events: 31_000, eventsToday: 912, missingSequence: 0, deadLetters: 3 },
        gaps: [{ from: ALERT_DAY - DAY_MS, to: ALERT_DAY - DAY_MS + 4 * HOUR_MS }],
      },
      {
        ...{ system: 'suwinet', instance: '', state: 'silent', lastEventAt: null, events: 0 },
        ...{ eventsToday: 0, gaps: [], missingSequence: null, deadLetters: 0 },
      },
    ],
  }),
  deadLetters: async () => ({
    items: [
      {
        ...{ deadLetterId: 'd-1', source: 'brp', lineNumber: 12, reason: 'impossible-time' },
        ...{ field: 'occurredAt', sizeBytes: 211 },
      },
    ],
    counts: [{ reason: 'impossible-time', source: 'brp', letters: 3 }],
  }),
  coverage: () => [
    { system: 'brp', events: 31_000, direct: 20_100, withTeam: 28_400, cannotJudge: 0 },
    { system: 'zaaksysteem', events: 17_000, direct: 14_900, withTeam: 16_700, cannotJudge: 120 },
  ],
  ready: async () => [{ name: 'store', isOk: true, detail: '' }],
};

export const someDetectors: ServerDeps['detectors'] = () => [
  {
    ...{ detectorId: 'relative', version: 1, maturity: 'stable', isEnabled: true, schema: {} },
    title: { nl: 'Familielid opgezocht', en: 'Relative looked up' },
    detects: 'Detects lookups of family without work of one’s own on that person.',
    typologies: ['relative'],
    falsePositives: ['A namesake', 'A client of the team'],
    knownGaps: ['Relations that the register does not know'],
    runbook: 'Ask the head of the team whether there was work.',
    settings: { maxDegree: 2, includePartner: true },
  },
];

/** Every official is tied to every person by marriage: enough to draw a path with. */
export const tiedReference = () =>
  aReference({
    population: 101_234,
    officialCount: () => 812,
    ties: (actor, subject) => [
      {
        ...{ actor, subject, kind: 'relative', degree: 2, endedAt: null },
        ...{ from: null, to: null },
        path: { nl: 'zus van partner', en: 'sister of partner' },
      },
    ],
  });

/** A service whose every screen has something to show; packages and identities are invented. */
export const filled = (): Partial<ServerDeps> => {
  const made = new Map<string, Buffer>();
  return {
    ...{ lookups: pictureLookups, operations: filledOperations, detectors: someDetectors },
    reference: tiedReference,
    desk: filledDesk,
    trySource: tryText,
    replayDeadLetters: async () => ({
      ...{ again: 3, mended: 2, stillDead: 1, stored: 2, duplicates: 0 },
    }),
    openVault: (known) => (known.startsWith('a.') ? 'm.voorbeeld' : '999990019'),
    packages: {
      async make(exportId) {
        made.set(exportId, Buffer.from(`package ${exportId}`));
      },
      async read(exportId) {
        const bytes = made.get(exportId);
        return bytes === undefined ? null : { bytes, sha256: 'ab'.repeat(32) };
      },
    },
  };
};

/** A case in which a question was asked, a note made, and a reveal and a package are waiting. */
export async function aBusyCase(served: Served, investigator: string): Promise<string> {
  const { call } = await served.signIn(served.deps, investigator);
  const text = 'Navraag bij het team leverde geen zaak op; de feiten moeten worden vastgesteld.';
  const ground = { ground: 'reasonable-suspicion', protocolArticle: 'artikel 4' };
  const opened = await call('POST', '/cases', {
    ...{ title: 'Raadplegingen zonder zaak', alertIds: ['al-1', 'al-2'], reason: text, ...ground },
  });
  const { caseId, actors } = opened.body as { caseId: string; actors: { token: string }[] };
  const at = `/cases/${caseId}`;
  const seen = async () => ({
    'if-match': `"${(await call('GET', at)).body['sequence']}"`,
  });
  const steps = [
    await call('POST', `${at}/hearings`, { to: 'official', alertId: 'al-1' }, await seen()),
    await call('POST', `${at}/notes`, { text: 'Teamleider gebeld.' }),
    await call('POST', `${at}/reveals`, {
      ...{ tokens: actors.map((a) => a.token), reasonCode: 'hear-official', text, ...ground },
    }),
    await call('POST', `${at}/exports`, { identities: 'token', reason: text }),
  ];
  const refused = [opened, ...steps].filter(({ status }) => status !== 201);
  if (refused.length > 0) throw new Error(`refused: ${JSON.stringify(refused)}`);
  return at;
}

/**
 * Breach files in every state: one that is new, and one that was notified late, decided on twice and told
 * to some. Gives the address of the second.
 */
export async function someBreaches(served: Served, officer: string): Promise<string> {
  const { call } = await served.signIn(served.deps, officer);
  const reason = 'Een lijst met gegevens ging naar een verkeerd adres.';
  const opened = await call('POST', '/breaches', { caseId: null, reason });
  const at = `/breaches/${opened.body['breachId']}`;
  const iso = (hoursAgo: number) => new Date(served.stage.now - hoursAgo * HOUR_MS).toISOString();
  const words = { factsKnown: 'De lijst is geopend.', reasons: 'De gevolgen kunnen groot zijn.' };
  const steps: Record<string, unknown>[] = [
    {
      ...{ kind: 'signal-received', receivedAt: iso(110), from: 'een inwoner' },
      toldTo: 'klantcontact',
    },
    { kind: 'awareness-decided', awareAt: iso(100), reason: 'Toen las de teamleider de klacht.' },
    {
      kind: 'facts-recorded',
      facts: {
        ...{ what: 'Lijst met uitkeringen verzonden aan een verkeerd adres', cause: 'mis-sent' },
        ...{ startedAt: iso(120), systems: ['suite'], dataKinds: ['inkomen', 'adres'] },
        ...{ hasBsn: true, people: { least: 80, most: 120 }, risk: 'high-risk' },
      },
    },
    {
      ...{ kind: 'notified', phase: 'first', sentAt: iso(20), number: '2026-0114' },
      lateReason: 'De klacht lag een weekend stil.',
    },
    { kind: 'inform-decided', decision: 'inform', risk: 'high-risk', ...words },
    { kind: 'people-informed', informedAt: iso(2), number: 75, how: 'een brief' },
    { kind: 'facts-recorded', facts: { people: { least: 80, most: 140 } } },
  ];
  for (const step of steps) {
    const { sequence } = (await call('GET', at)).body;
    const answer = await call('POST', `${at}/steps`, { step, sequence });
    if (answer.status !== 200) throw new Error(`refused: ${JSON.stringify(answer.body)}`);
  }
  await call('POST', '/breaches', { caseId: null, reason: 'Een laptop is gestolen uit een auto.' });
  return at;
}
