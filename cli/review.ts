import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { OperationsReader, ServerDeps } from '../api/deps.ts';
import type { LookupReader, LookupRow } from '../api/lookups.ts';
import { createNotifier } from '../api/notify.ts';
import { openOidc } from '../api/oidc.ts';
import { TYPOLOGY_WORDS } from '../api/views/typology-words.ts';
import { DETECTORS } from '../detectors/registry.ts';
import { SOURCE_DETECTORS } from '../detectors/sources/judge-sources.ts';
import { VERSION } from '../domain/product.ts';
import type { ReferenceData, ReferenceRows } from '../domain/reference.ts';
import type { Role } from '../domain/review.ts';
import { createAccounts, hashPassword, randomPassword, SYSTEM } from '../review/accounts.ts';
import { createAlertDirectory } from '../review/alert-directory.ts';
import { gateOf } from '../review/governance.ts';
import { openJournal } from '../review/journal.ts';
import { periodsOf } from '../review/retention.ts';
import { type Anchor, openReviewLog } from '../review/review-log.ts';
import { openSessions, SESSION_LIMITS } from '../review/sessions.ts';
import { verifyChains } from '../review/verify-chains.ts';
import { createAlertStore } from '../storage/alerts.ts';
import {
  type ConfidentialStore,
  createConfidentialStore,
  type Shown,
} from '../storage/confidential.ts';
import { createLookbackStore, type LookedUp } from '../storage/lookback.ts';
import { createJournalStore } from '../storage/review-journal.ts';
import { createReviewLogStore } from '../storage/review-log.ts';
import { createReviewLookups } from '../storage/review-lookups.ts';
import { createSessionStore } from '../storage/review-sessions.ts';
import { createSampleFrame } from '../storage/sample-frame.ts';
import { createBacktestRunner } from './backtests.ts';
import { askCommonAccess, explainLookups } from './commands/look-back.ts';
import { holdCases, recordedInLog } from './holds.ts';
import { openDesk } from './oversight-desk.ts';
import { createPackageMaker } from './packages.ts';
import { retainDaily } from './retention-daily.ts';
import { erasedEnds } from './retention-run.ts';
import { mailOf, oidcOf } from './review-settings.ts';
import { type Settings, settingsVersion } from './settings.ts';
import { openShadows } from './shadows.ts';
import { sourcesOf } from './source-health.ts';
import { tryText } from './source-trial.ts';
import type { Workspace } from './workspace.ts';

/** Sign-in names of the first accounts, one per role. */
const FIRST: readonly { login: string; name: string; role: Role }[] = [
  { login: 'beveiliging', name: 'Beveiliging', role: 'security-officer' },
  { login: 'integriteit', name: 'Integriteit', role: 'integrity-investigator' },
  { login: 'fg', name: 'FG', role: 'fg' },
  { login: 'auditor', name: 'Auditor', role: 'auditor' },
  { login: 'beheer', name: 'Beheer', role: 'administrator' },
];
/** How far behind the store the queue may be. */
const REFRESH_MS = 500;

type Options = {
  reference: () => ReferenceData;
  operations: Omit<OperationsReader, 'sources' | 'deadLetters' | 'ready'>;
  isDemo: boolean;
  /** Settings that detection goes by now; those given when left out. */
  inForce?: () => Settings;
  /** Reference data as rows: what evidence packages say about roles, rosters and cases. */
  referenceRows?: () => Promise<ReferenceRows>;
  /** Other processes of this service run beside it. */
  isShared?: boolean;
  logger?: Logger;
};
export type Review = {
  deps: ServerDeps;
  /** New accounts and their passwords, which are kept nowhere; empty when there are none. */
  passwords: { login: string; name: string; password: string }[];
  /** Stops looking for changes; waits for notices under way and holds that are being placed. */
  stop(): Promise<void>;
};

/** The review service on a workspace: histories, accounts, sessions, log, queue. */
export async function openReview(
  workspace: Workspace,
  settings: Settings,
  { reference, operations, isDemo, referenceRows, isShared = false, logger, ...more }: Options,
): Promise<Review> {
  const { reviewStore: store, vault, askedTokens, deadLetters } = workspace;
  const { tenant } = settings;
  const inForce = more.inForce ?? (() => settings);
  const journalStore = recordedInLog(createJournalStore(store, tenant), workspace.evidence);
  const logStore = createReviewLogStore(store, tenant);
  const journal = await openJournal(journalStore, { tenant, isShared });
  const whenHeld = holdCases(workspace, journal, settings.evidence.baselineDays, () => {
    process.stderr.write('a hold could not be placed; evidence export will place it\n');
  });
  const accounts = createAccounts(journal);
  const sessions = await openSessions(createSessionStore(store, tenant), accounts, { isShared });
  let anchors: Anchor[] = [];
  journal.onRecorded(({ chainUid: chain, sequence, fingerprint }) => {
    anchors.push({ chain, sequence, fingerprint });
  });
  const reviewLog = await openReviewLog(logStore, Date.now, () => {
    const taken = anchors;
    anchors = [];
    return taken;
  });
  const passwords = await firstAccounts(accounts, sessions, isDemo);
  const confidential = createConfidentialStore(store);
  const directory = createAlertDirectory(createAlertStore(store), confidential);
  await directory.refresh();
  const timer = setInterval(() => {
    // The next turn tries again; a store that is gone shows in readiness.
    const refreshes = [directory.refresh(), ...(isShared ? [journal.refresh()] : [])];
    Promise.all(refreshes).catch((error) => logger?.warn({ err: error }, 'queue_stale'));
  }, REFRESH_MS);
  timer.unref();
  const { hostNames, isSecure, perMinute } = settings.api;
  const notifier = createNotifier(journal, directory, {
    key: workspace.sealKey,
    ...(settings.mail === undefined ? {} : { mail: mailOf(settings.mail) }),
  });
  const lookups = createReviewLookups(store);
  const readerOf = (shown: Shown) => lookupReader(store, { shown, reference, confidential });
  const shadows =
    referenceRows === undefined || logger === undefined
      ? null
      : openShadows(workspace, { journal, settings: inForce, referenceRows, log: logger });
  const webDir = builtPage();
  const deps: ServerDeps = {
    ...{ tenant, version: VERSION, journal, accounts, sessions, reviewLog, directory, reference },
    ...{ isDemo, hostNames, isSecure, reviewLogReader: logStore },
    perMinute: perMinute === 0 ? null : perMinute,
    webhookSecret: notifier.secretOf,
    lastDelivery: notifier.lastDelivery,
    ...(logger === undefined ? {} : { logger }),
    ...(settings.oidc === undefined ? {} : { oidc: await openOidc(oidcOf(settings.oidc)) }),
    async checkChains() {
      const [events, log] = await Promise.all([journalStore.raw(), logStore.raw()]);
      return verifyChains(events, log, await erasedEnds(workspace));
    },
    lookups: readerOf('whole'),
    openLookups: readerOf('open'),
    sampleFrame: createSampleFrame(store),
    identify: {
      subject: (scheme, id) => askedTokens.subject(scheme, id),
      actor: (id) => askedTokens.actor(id),
      object: (kind, id) => askedTokens.object(kind, id),
    },
    openVault: (token) => vault.reveal(token),
    operations: {
      ...operations,
      sources: async () => ({ items: await sourcesOf(lookups, deadLetters) }),
      deadLetters: (reason, offset, limit) => deadLetters.list(reason ?? '', limit, offset),
      async ready() {
        await store.rows('SELECT 1');
        return [{ name: 'store', isOk: true, detail: 'answers' }];
      },
    },
    regimes: settings.regimes,
    desk: openDesk({ workspace, journal, directory, settings, reference }),
    detectors: () => registerOf(inForce()),
    trySource: tryText,
    settings: () => ({
      ...{ tenant, budget: inForce().budget, retention: retentionDays(settings) },
      ...{ configVersion: settingsVersion(inForce()), referenceVersion: reference().version },
      session: {
        idleMinutes: SESSION_LIMITS.idleMs / 60_000,
        absoluteHours: SESSION_LIMITS.absoluteMs / 3_600_000,
        stepUpMinutes: SESSION_LIMITS.freshMs / 60_000,
      },
      reveal: { days: 7 },
      suppression: { maxDays: 180, approvalAboveDays: 30, sampleShare: 0.05 },
      hearing: { workingDays: 10 },
    }),
    ...(referenceRows === undefined
      ? {}
      : {
          packages: createPackageMaker({ workspace, journal, settings }, referenceRows),
          backtests: createBacktestRunner(workspace, {
            ...{ settings: inForce, referenceRows, review: { journal, directory, reference } },
          }),
        }),
    ...(webDir === undefined ? {} : { webDir }),
  };
  // On servers the account of this service may erase nothing: there `retention` runs by itself.
  const stopRetaining = isShared
    ? async () => undefined
    : retainDaily({ workspace, journal, directory, settings }, logger);
  const stop = async (): Promise<void> => {
    await stopRetaining();
    clearInterval(timer);
    await shadows?.close();
    await notifier.close();
    await whenHeld();
  };
  return { deps, passwords, stop };
}

/** The folder of the built page: beside this code when that is built, else where the build puts it. */
function builtPage(): string | undefined {
  const root = join(import.meta.dirname, '..');
  return [join(root, 'web'), join(root, 'dist', 'web')].find((dir) =>
    existsSync(join(dir, 'index.html')),
  );
}

/**
 * One account per role on the first start. A demonstration gets new passwords every time, since nobody
 * could have kept the old ones, and its old sessions end.
 */
async function firstAccounts(
  accounts: ServerDeps['accounts'],
  sessions: ServerDeps['sessions'],
  isDemo: boolean,
): Promise<Review['passwords']> {
  const isFirst = accounts.isEmpty();
  if (!isFirst && !isDemo) return [];
  return Promise.all(
    FIRST.map(async ({ login, name, role }) => {
      const password = randomPassword();
      const secret = await hashPassword(password);
      if (isFirst)
        await accounts.create(SYSTEM, {
          ...{ login, name, secret, roles: [role], person: `first:${login}`, kind: 'local' },
          ...{ scopes: [], actors: [], persons: [] },
        });
      else {
        const account = accounts.all().find((a) => a.kind === 'local' && a.login === login);
        if (account !== undefined) {
          await accounts.change(SYSTEM, account.accountId, { secret });
          await sessions.endOfAccount(account.accountId);
        }
      }
      return { login, name, password };
    }),
  );
}

type ReaderOptions = {
  shown: Shown;
  reference: () => ReferenceData;
  confidential: ConfidentialStore;
};
function lookupReader(
  store: Workspace['reviewStore'],
  { shown, reference, confidential }: ReaderOptions,
): LookupReader {
  const lookups = createReviewLookups(store, shown);
  const lookback = createLookbackStore(store, shown);
  /** The rows in full, each with what explains it. */
  const inFull = async (found: readonly LookedUp[]): Promise<LookupRow[]> => {
    const explained = explainLookups(found, reference());
    const keyOf = ({ system, eventId }: Pick<LookedUp, 'system' | 'eventId'>): string =>
      `${system}\0${eventId}`;
    const explanations = new Map(explained.map((l) => [keyOf(l), l.explanation]));
    return (await lookups.ofKeys(found)).flatMap((row) => {
      const explanation = explanations.get(keyOf(row));
      return explanation === undefined ? [] : [{ ...row, explanation }];
    });
  };
  return {
    ...lookups,
    ofSubject: async (subject, ...asked) => inFull(await lookback.ofSubject(subject, ...asked)),
    ofObject: async (object, ...asked) => inFull(await lookback.ofObject(object, ...asked)),
    confidentialOf: (events) => confidential.of(events),
    countOfSubject: (subject, ...asked) => lookback.countOfSubject(subject, ...asked),
    async commonAccess(victims, window) {
      const answer = await askCommonAccess(lookback, victims, window);
      return {
        ...{ known: answer.opened, caveats: answer.caveats },
        rows: answer.rows.map(
          ({ actor, common, expected, persons, pCorrected, before, isSignificant }) => ({
            ...{ actor, seen: common, expected, persons, p: pCorrected, before, isSignificant },
          }),
        ),
      };
    },
  };
}

/** Days by kind and state, as the page shows them. */
const retentionDays = ({ retention }: Settings): Record<string, number> =>
  Object.fromEntries(
    periodsOf(retention).flatMap(({ kind, state, days }) =>
      days === null ? [] : [[state === '' ? kind : `${kind} ${state}`, days] as const],
    ),
  );

/** The register of detectors as reviewers and the works council read it. */
const registerOf = (settings: Settings): ReturnType<ServerDeps['detectors']> =>
  [...DETECTORS, ...SOURCE_DETECTORS].map(({ meta, config }) => {
    const [typology = 'combined-risk'] = meta.typologies;
    return {
      ...{ detectorId: meta.id, version: meta.version, maturity: meta.maturity },
      title: { nl: TYPOLOGY_WORDS[typology].title.nl, en: meta.title },
      ...{ detects: meta.description, typologies: meta.typologies },
      ...{ falsePositives: meta.falsePositives, knownGaps: meta.knownGaps },
      runbook: meta.runbook.join('\n'),
      isEnabled: gateOf(meta, settings.governance) === null,
      settings: (settings.detectors[meta.id] ?? config.parse({})) as Record<string, unknown>,
      schema: z.toJSONSchema(config, { io: 'input', unrepresentable: 'any' }),
    };
  });
