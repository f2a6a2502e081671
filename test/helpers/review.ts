import type { BacktestRunner, ServerDeps } from '../../api/deps.ts';
import { createServer } from '../../api/server.ts';
import type { Alert } from '../../domain/alert.ts';
import type { ReferenceData } from '../../domain/reference.ts';
import type { Role } from '../../domain/review.ts';
import { localMonth } from '../../domain/time.ts';
import type { Token } from '../../domain/token.ts';
import type { Json } from '../../evidence/canonical-json.ts';
import { signerFromSeed } from '../../evidence/signing.ts';
import { signStatement } from '../../evidence/statement.ts';
import { type Accounts, createAccounts, SYSTEM } from '../../review/accounts.ts';
import { createAlertDirectory } from '../../review/alert-directory.ts';
import { exchangeStatement } from '../../review/exchange.ts';
import { type JournalStore, openJournal, type StoredEntry } from '../../review/journal.ts';
import { coverageReport } from '../../review/oversight/coverage.ts';
import { type LogRow, type LogStore, openReviewLog } from '../../review/review-log.ts';
import { openSessions, type SessionRow, type SessionStore } from '../../review/sessions.ts';

/** Histories in memory, shared by as many journals as like. */
export function memoryJournalStore(): JournalStore & { entries: StoredEntry[] } {
  const entries: StoredEntry[] = [];
  return {
    entries,
    async append(entry) {
      if (entries.some((e) => e.chain === entry.chain && e.sequence === entry.sequence))
        return false;
      entries.push(entry);
      return true;
    },
    read: async (chain, from) => entries.filter((e) => e.chain === chain && e.sequence >= from),
    since: async (place) => ({
      entries: entries.slice(Number(place ?? 0)),
      place: String(entries.length),
    }),
  };
}

export function memoryLogStore(): LogStore & { rows: LogRow[]; isBroken: boolean } {
  const rows: LogRow[] = [];
  const store = {
    rows,
    isBroken: false,
    async append(more: readonly LogRow[]) {
      if (store.isBroken) throw new Error('disk full');
      rows.push(...more);
    },
    async newest() {
      const row = rows.at(-1);
      return row === undefined
        ? null
        : { chain: row.chain, sequence: row.sequence, fingerprint: row.fingerprint };
    },
  };
  return store;
}

export function memorySessionStore(): SessionStore & { rows: Map<string, SessionRow> } {
  const rows = new Map<string, SessionRow>();
  return {
    rows,
    async save(row) {
      if (rows.get(row.idHash)?.isEnded !== true) rows.set(row.idHash, row);
    },
    get: async (idHash) => rows.get(idHash) ?? null,
    open: async (now) => [...rows.values()].filter((r) => !r.isEnded && r.expiresAt > now),
  };
}

/** Reference data in which nobody is tied to anybody, unless told. */
export const aReference = (fields: Partial<ReferenceData> = {}): ReferenceData => ({
  version: 'r1',
  delivered: {
    ...{ officials: true, persons: true, addresses: true, relations: true },
    ...{ caseload: true, watchlist: true, roster: true },
  },
  population: 0,
  official: () => null,
  isKnownOfficial: () => false,
  ties: () => [],
  tieCount: () => 0,
  caseloadOf: () => [],
  mandatesOf: () => [],
  casesByRef: () => [],
  household: () => [],
  residents: () => [],
  watch: () => [],
  watchCount: () => 0,
  secrecy: () => 0,
  municipality: () => '',
  officialOfPerson: () => null,
  officialCount: () => 0,
  unitActors: () => [],
  onLeave: () => false,
  ...fields,
});

/** What a source calls confidential: changed in place, read at the next refresh. */
export type Marked = Map<string, { occurredAt: number }>;
export const directoryOf = (alerts: readonly Alert[], marked: Marked = new Map()) =>
  createAlertDirectory(
    {
      stamp: async () => String(alerts.length),
      marks: async () => alerts.map(({ alertId }, rank) => ({ alertId, rank, mark: alertId })),
      byIds: async (ids) => alerts.filter((a) => ids.includes(a.alertId)),
      get: async (id) => alerts.find((a) => a.alertId === id) ?? null,
    },
    {
      stamp: async () => [...marked.keys()].join(),
      open: async () => [...marked].map(([eventId, of]) => ({ system: 'brp', eventId, ...of })),
    },
  );

export const token = (namespace: 'a' | 's' | 'o', name: string): Token =>
  `${namespace}.1.${name.padEnd(22, '0')}` as Token;

export type Stage = {
  now: number;
  journalStore: ReturnType<typeof memoryJournalStore>;
  logStore: ReturnType<typeof memoryLogStore>;
  sessionStore: ReturnType<typeof memorySessionStore>;
};
export const PASSWORD = 'een-lang-wachtwoord';

/** A whole service in memory with a clock that stands still until moved. */
export async function aService(
  alerts: readonly Alert[],
  more: Partial<ServerDeps> = {},
  stage: Stage = aStage(),
) {
  const now = (): number => stage.now;
  const tenant = more.tenant ?? 'default';
  const journal = await openJournal(stage.journalStore, { tenant, now });
  // Cheap hashes: what they cost is measured where it matters.
  const accounts = createAccounts(journal, 10);
  const sessions = await openSessions(stage.sessionStore, accounts, { now });
  const reviewLog = await openReviewLog(stage.logStore, now);
  const directory = more.directory ?? directoryOf(alerts);
  await directory.refresh();
  const deps: ServerDeps = {
    ...{ tenant, version: '0.0.0', journal, accounts, sessions, reviewLog, directory, now },
    reviewLogReader: {
      list: async ({ limit }) => stage.logStore.rows.toReversed().slice(0, limit),
      refusals: async () => new Map(),
    },
    checkChains: async () => ({ entries: 0, chains: 0, faults: [] }),
    reference: () => plain,
    lookups: noLookups,
    // A test without marks shows everybody the same.
    openLookups: more.lookups ?? noLookups,
    sampleFrame: { draw: async () => ({ frame: 0, random: [], weighted: [] }) },
    identify: {
      subject: (_scheme, id) => token('s', id.slice(0, 22)),
      actor: (id) => token('a', id.slice(0, 22)),
      object: (_kind, id) => token('o', id.slice(0, 22)),
    },
    openVault: () => null,
    desk: noDesk,
    operations: noOperations,
    detectors: () => [],
    settings: aSettings,
    perMinute: null,
    ...more,
  };
  const server = await createServer(deps);
  return { stage, deps, server, accounts, journal, sessions, signIn: signInOf(server) };
}
export const aStage = (): Stage => ({
  now: Date.UTC(2026, 2, 10, 9),
  journalStore: memoryJournalStore(),
  logStore: memoryLogStore(),
  sessionStore: memorySessionStore(),
});

/** Backtests that win and lose nothing, kept in memory. */
export function noBacktests(): BacktestRunner {
  const kept = new Map<string, Awaited<ReturnType<BacktestRunner['list']>>[number]>();
  const nothing = {
    ...{ before: 0, after: 0, hiddenBefore: 0, hiddenAfter: 0, same: 0, changed: 0 },
    ...{ confirmedLost: 0, won: [], lost: [] },
  };
  return {
    plan: async ({ budget = 1, detectors }) => ({
      settings: { budget, detectors },
      ...{ configVersion: 'c', referenceVersion: 'r', way: 'service' },
    }),
    run: async (_input, onProgress) => {
      onProgress(0.5);
      return nothing;
    },
    save: async (backtest) => {
      kept.set(backtest.backtestId, { ...backtest });
    },
    get: async (backtestId) => kept.get(backtestId) ?? null,
    list: async () => [...kept.values()].reverse(),
    shadow: async () => nothing,
  };
}

const plain = aReference();
const aSigner = signerFromSeed(Buffer.alloc(32, 7));
const noLookups: ServerDeps['lookups'] = {
  byIds: async () => [],
  ofActor: async () => [],
  ofSubject: async () => [],
  ofObject: async () => [],
  daily: async () => [],
  hourOfWeek: async () => new Array(168).fill(0),
  pair: async () => [],
  countOfSubject: async () => 0,
  commonAccess: async () => ({ known: 0, rows: [], caveats: [] }),
  besides: async () => [],
  countOf: async () => 3,
  confidentialOf: async () => new Map(),
};
export const noDesk: ServerDeps['desk'] = {
  coverage: async ({ from, to }) => {
    const report = coverageReport({
      ...{ authority: 'inzagewacht/default', madeAt: to, from, to, checkpoint: null },
      ...{ deadLetters: [], runs: [], counts: [], silences: [] },
      catalogue: { detectors: [], kinds: () => [], missingFor: () => [] },
      monthOf: localMonth,
    });
    const type = 'application/vnd.inzagewacht.coverage+json';
    return { report, envelope: signStatement(type, report as unknown as Json, aSigner) };
  },
  exchange: async () => {
    const statement = exchangeStatement({
      ...{ from: '2026-01-01', to: '2026-12-31', officials: 100, officialDays: 20_000, budget: 1 },
      ...{ alerts: [], detectors: [] },
    });
    const type = 'application/vnd.inzagewacht.exchange+json';
    return { statement, envelope: signStatement(type, statement as unknown as Json, aSigner) };
  },
  fingerprint: () => aSigner.fingerprint,
  report: async ({ kind, language }) => ({
    ...{ title: kind, language, madeAt: 0, author: 'Gemeente' },
    blocks: [{ kind: 'paragraph', text: 'Geen.' }],
  }),
  retention: async () => ({ at: 0, isAutomatic: false, holds: 0, kinds: [], runs: [] }),
};
const noOperations: ServerDeps['operations'] = {
  status: () => ({
    ...{ events: 1, duplicates: 0, deadLetters: 0, eventsPerSecond: 0, alerts: 0 },
    ...{ isRunning: true, budget: 1, version: '0.0.0' },
  }),
  sources: async () => ({ items: [] }),
  deadLetters: async () => ({ items: [], counts: [] }),
  coverage: () => [],
  ready: async () => [{ name: 'store', isOk: true, detail: '' }],
};
const aSettings: ServerDeps['settings'] = () => ({
  ...{ tenant: 'default', budget: 1, retention: {}, configVersion: 'c', referenceVersion: 'r' },
  session: { idleMinutes: 15, absoluteHours: 8, stepUpMinutes: 5 },
  reveal: { days: 7 },
  suppression: { maxDays: 180, approvalAboveDays: 30, sampleShare: 0.05 },
  hearing: { workingDays: 10 },
});

/** Makes an account; the hash is made once, since scrypt takes its time. */
export const addAccount = async (
  accounts: Accounts,
  login: string,
  roles: Role[],
  fields: { person?: string | null; actors?: Token[]; persons?: Token[]; secret?: string } = {},
) =>
  accounts.create(SYSTEM, {
    ...{ login, name: login, kind: 'local', roles, scopes: [], actors: [], persons: [] },
    ...{ person: `person of ${login}`, secret: null },
    ...fields,
  });

export type Client = Awaited<ReturnType<ReturnType<typeof signInOf>>>;
type Answer = { status: number; body: Record<string, unknown>; headers: Record<string, unknown> };
/** Requests as the page sends them, with cookie and token. */
const signInOf =
  (server: Awaited<ReturnType<typeof createServer>>) =>
  async (deps: Pick<ServerDeps, 'sessions' | 'accounts'>, accountId: string, role?: Role) => {
    const account = deps.accounts.get(accountId);
    if (account === null) throw new Error('no such account');
    let held = await deps.sessions.start(account, 'local');
    if (role !== undefined && role !== held.session.role)
      held = await deps.sessions.switchRole(held.secret, held.session, role);
    const call = async (
      method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
      url: string,
      payload?: unknown,
      headers: Record<string, string> = {},
    ): Promise<Answer> => {
      const answer = await server.inject({
        ...{ method, url: `/v1${url}` },
        headers: {
          cookie: `inzagewacht=${held.secret}`,
          'x-csrf-token': held.session.csrfToken,
          ...headers,
        },
        ...(payload === undefined ? {} : { payload: payload as object }),
      });
      const isJson = String(answer.headers['content-type'] ?? '').includes('json');
      return {
        status: answer.statusCode,
        body: isJson ? answer.json() : {},
        headers: answer.headers,
      };
    };
    return { ...held, call, get: (url: string) => call('GET', url) };
  };
