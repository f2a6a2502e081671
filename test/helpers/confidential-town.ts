// A town in which a source calls some lookups confidential, and an alert rests on one of them.
import type { LookupReader, LookupRow } from '../../api/lookups.ts';
import { ROLES, type Role } from '../../domain/review.ts';
import { HOUR_MS } from '../../domain/time.ts';
import type { Token } from '../../domain/token.ts';
import { anAlert } from './alerts.ts';
import {
  addAccount,
  aService,
  type Client,
  directoryOf,
  type Marked,
  noBacktests,
  token,
} from './review.ts';

export const REASON = 'Nodig om vast te stellen wat hier is gebeurd.';
export const AT = Date.UTC(2026, 2, 3, 10);
export const iso = (at: number): string => new Date(at).toISOString();
export const OFFICIAL = token('a', 'secretOfficial');
export const PERSON = token('s', 'secretPerson');
const open = {
  actor: { token: token('a', 'official') },
  subjects: [{ token: token('s', 'person') }],
};
const row = (eventId: string, actor: Token, subject: Token, hours = 0): LookupRow => ({
  ...{ eventId, occurredAt: AT + hours * HOUR_MS, system: 'brp', instance: '', actor, subject },
  ...{ unit: 'team', action: 'view', outcome: 'success', subjectMunicipality: '' },
  ...{ queryKey: 'bsn', resultCount: 1, fields: [], hasCaseRef: false, isEmergency: false },
});
const secret = { unit: 'secret-unit', system: 'secret-system' };
const ROWS: LookupRow[] = [
  row('e-open', open.actor.token, open.subjects[0]?.token ?? PERSON),
  // The same official in the same hours, the same person, and what an alert of its own is about.
  { ...row('e-beside', open.actor.token, PERSON, 1), ...secret },
  { ...row('e-mixed', OFFICIAL, open.subjects[0]?.token ?? PERSON, 1), ...secret },
  { ...row('e-secret', OFFICIAL, PERSON, 2), ...secret },
];
export const MARKED = ['e-beside', 'e-mixed', 'e-secret'];

/** A reader of rows in memory; what it counts, it counts from the same rows as it lists. */
const readerOf = (rows: () => LookupRow[]): LookupReader => {
  const where = async (fits: (r: LookupRow) => boolean) => rows().filter(fits);
  return {
    byIds: (ids) => where((r) => ids.includes(r.eventId)),
    ofActor: (actor) => where((r) => r.actor === actor),
    ofSubject: (subject) => where((r) => r.subject === subject),
    ofObject: () => where(() => true),
    countOfSubject: async (subject) => rows().filter((r) => r.subject === subject).length,
    daily: async (actors) =>
      actors.map((actor) => ({
        ...{ actor, day: 20_000, persons: 1 },
        lookups: rows().filter((r) => r.actor === actor).length,
      })),
    hourOfWeek: async (actor) =>
      new Array<number>(168).fill(rows().filter((r) => r.actor === actor).length),
    async pair(actor, subject) {
      const found = rows().filter((r) => r.actor === actor && r.subject === subject);
      const systems = [...new Set(found.map((r) => r.system))];
      const day = { day: 20_000, lookups: found.length, systems, firstAt: AT, lastAt: AT };
      return found.length === 0 ? [] : [day];
    },
    commonAccess: async () => ({
      ...{ known: 1, caveats: [] },
      rows: rows().flatMap(({ actor }) =>
        actor === null
          ? []
          : [{ actor, seen: 1, expected: 0, persons: 1, p: 0.1, before: 0, isSignificant: false }],
      ),
    }),
    besides: async (eventId) => {
      const actor = rows().find((r) => r.eventId === eventId)?.actor;
      return actor === undefined ? [] : rows().filter((r) => r.actor === actor);
    },
    countOf: async () => rows().length,
    confidentialOf: async () => new Map(),
  };
};

/** A service in which one of two alerts is marked, with a case, a sample and a backtest about both. */
export async function aTown() {
  const alerts = [
    anAlert({ alertId: 'al-open', eventIds: ['e-open'], ...open }),
    anAlert({
      ...{ alertId: 'al-secret', eventIds: ['e-secret'], actor: { token: OFFICIAL } },
      subjects: [{ token: PERSON }],
    }),
  ];
  const marked: Marked = new Map(MARKED.map((id) => [id, { occurredAt: AT }]));
  const directory = directoryOf(alerts, marked);
  await directory.refresh();
  const runner = noBacktests();
  const { alertId, typology, severity, score } = alerts[1] ?? anAlert();
  const won = {
    ...{ alertId, typology, severity, score, isHidden: false },
    reason: { nl: '', en: '' },
  };
  const result = {
    ...{ before: 1, after: 1, hiddenBefore: 0, hiddenAfter: 0, same: 0, changed: 0 },
    ...{ confirmedLost: 0, won: [won], lost: [] },
  };
  const service = await aService(alerts, {
    directory,
    lookups: readerOf(() => ROWS),
    openLookups: readerOf(() => ROWS.filter((r) => !marked.has(r.eventId))),
    sampleFrame: {
      draw: async () => ({ frame: 9, random: ['e-open', 'e-secret'], weighted: ['e-beside'] }),
    },
    backtests: { ...runner, run: async () => result, shadow: async () => result },
    identify: {
      subject: (_, id) => (id === 'p1' ? PERSON : token('s', id)),
      actor: () => OFFICIAL,
      object: () => token('o', 'house'),
    },
    packages: { make: async () => undefined, read: async () => null },
  });
  const clients = new Map<Role, Client>();
  const account = new Map<Role, string>();
  for (const role of ROLES) {
    const { accountId } = await addAccount(service.accounts, role, [role]);
    account.set(role, accountId);
    clients.set(role, await service.signIn(service.deps, accountId));
  }
  const as = (role: Role): Client => {
    const client = clients.get(role);
    if (client === undefined) throw new Error('no client');
    return client;
  };
  const made = async (role: Role, url: string, body: object): Promise<Record<string, unknown>> => {
    const answer = await as(role).call('POST', url, body);
    if (answer.status >= 300) throw new Error(`${url}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const protocol = { ground: 'reasonable-suspicion', protocolArticle: 'art. 4' };
  const inside = 'integrity-investigator';
  const { caseId } = await made(inside, '/cases', {
    ...{ title: 'Vraag', alertIds: ['al-secret'], reason: REASON, ...protocol },
  });
  const at = `/cases/${caseId}`;
  const { hearings } = await made(inside, `${at}/hearings`, {
    ...{ to: 'official', alertId: 'al-secret', sequence: 1 },
  });
  const { revealId } = await made(inside, `${at}/reveals`, {
    ...{ tokens: [OFFICIAL, PERSON], reasonCode: 'establish-facts', text: REASON, ...protocol },
  });
  const { exportId } = await made(inside, `${at}/exports`, { reason: REASON });
  const { watchId } = await made(inside, `${at}/watches`, {
    ...{ actor: OFFICIAL, dpiaReference: 'D-1', days: 10, reason: REASON, ...protocol },
  });
  const period = { from: iso(AT - HOUR_MS), to: iso(AT + 24 * HOUR_MS) };
  const { sampleId } = await made('fg', '/samples', {
    ...period,
    seed: 'x',
    random: 2,
    weighted: 1,
  });
  const { backtestId } = await made('security-officer', '/backtests', { ...period, budget: 2 });
  const { shadowId } = await made('security-officer', '/shadow-runs', {
    ...{ until: iso(service.stage.now + 9 * 24 * HOUR_MS), reason: REASON, decisionRef: 'OR-1' },
  });
  const { suppressionId } = await made('security-officer', '/suppressions', {
    ...{ scope: { detector: 'relative', typology: 'relative' }, reasonCode: 'project' },
    // Asked for, not in force: it counts, and hides nothing.
    ...{ text: REASON, expiresAt: iso(service.stage.now + 60 * 24 * HOUR_MS) },
  });
  const { breachId } = await made('security-officer', '/breaches', { reason: REASON });
  const ids: Record<string, string> = {
    ...{ alertId: 'al-secret', accountId: account.get('auditor') ?? '', kind: 'monthly' },
    ...{ detectorId: 'relative', changeId: 'zz', viewId: 'zz', webhookId: 'zz', searchId: 'zz' },
    hearingId: String((hearings as { hearingId: string }[])[0]?.hearingId),
    ...(Object.fromEntries(
      Object.entries({ caseId, revealId, exportId, watchId, sampleId, backtestId, shadowId })
        .concat(Object.entries({ suppressionId, breachId }))
        .map(([name, id]) => [name, String(id)]),
    ) as Record<string, string>),
  };
  return { ...service, as, account, ids, marked, directory };
}
export type Town = Awaited<ReturnType<typeof aTown>>;
