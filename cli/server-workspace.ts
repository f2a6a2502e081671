import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import type { Logger } from 'pino';
import { AppError } from '../domain/errors.ts';
import type { ReferenceData } from '../domain/reference.ts';
import type { Tokenizer } from '../domain/token.ts';
import { deriveKey, loadMasterKey } from '../ingest/keys.ts';
import type { KafkaLog } from '../ingest/sources/kafka-client.ts';
import { createTokenizer } from '../ingest/tokens.ts';
import { indexPacked, indexReference } from '../reference/index-rows.ts';
import { emptyTables } from '../reference/tables.ts';
import { buildReferenceRows } from '../reference/to-rows.ts';
import { createAlertStore } from '../storage/alerts.ts';
import type { Store } from '../storage/client.ts';
import { createConfidentialStore } from '../storage/confidential.ts';
import { createDeadLetterStore } from '../storage/dead-letters.ts';
import { createEventStore } from '../storage/events.ts';
import { createReferenceStore } from '../storage/reference-versions.ts';
import { createDatabase, openServerStore } from '../storage/server.ts';
import { openVault, type Vault } from '../storage/vault.ts';
import type { Metrics } from './metrics.ts';
import { clickHouseOf } from './server-settings.ts';
import type { Settings } from './settings.ts';
import { openEvidence, openWorkspace, type Workspace } from './workspace.ts';

/** The ClickHouse server of the settings, with retries counted. */
export function openStore(settings: Settings, log: Logger, metrics?: Metrics): Promise<Store> {
  return openServerStore(clickHouseOf(settings.clickhouse), {
    // Tables are made by `migrate`, under an account that may; the processes may not.
    migrate: false,
    onRetry(code, attempt) {
      metrics?.storeRetries.inc({ code });
      log.warn({ code, attempt }, 'store_retry');
    },
  });
}

/** Makes the database and its tables, or brings them up to date; needs an account that may. */
export async function migrateServer(settings: Settings): Promise<void> {
  const server = clickHouseOf(settings.clickhouse);
  await createDatabase(server);
  const store = await openServerStore(server, { migrate: true });
  await store.close();
}

/** Keys, tokens and the vault of a process that sees identities. */
export type Identities = { master: Buffer; tokens: Tokenizer; vault: Vault; sealKey: Buffer };

/**
 * Opens the vault folder of the settings with the master key of INZAGEWACHT_MASTER_KEY_FILE. The key is
 * never made here: processes that share a log must share the key, or one person gets two tokens.
 */
export function openIdentities({ tenant, streaming }: Settings): Identities {
  const file = process.env['INZAGEWACHT_MASTER_KEY_FILE'];
  const { vaultDir, instance } = streaming;
  if (file === undefined || vaultDir === undefined)
    throw new AppError(
      'ERR_CONFIG_REFUSED',
      `Settings refused:\n  ${file === undefined ? 'the master key file is missing (INZAGEWACHT_MASTER_KEY_FILE)' : 'streaming.vaultDir is missing (INZAGEWACHT_VAULT_DIR)'}: this process needs it.`,
    );
  const master = loadMasterKey(file, false);
  const sealKey = deriveKey(master, tenant, 'vault', 1);
  mkdirSync(vaultDir, { recursive: true, mode: 0o700 });
  const vault = openVault(vaultDir, sealKey, `identities-${instance}`);
  const tokens = createTokenizer(master, { tenant, onIdentity: vault.remember });
  return { master, vault, sealKey, tokens };
}

/** Newest imported reference data, or none: then nothing can be judged, and that is said. */
export async function newestReference(store: Store, log: Logger): Promise<ReferenceData> {
  const packed = await createReferenceStore(store).newestPacked();
  if (packed !== null) return indexPacked(packed);
  log.warn('reference_absent');
  // No row, so no token is made: this needs no key.
  const nothing = buildReferenceRows(emptyTables(), createTokenizer(randomBytes(32)));
  return indexReference({ ...nothing, version: 'none' });
}

/** The data directory that was named, else the ClickHouse server of the settings and its vault. */
export async function openEitherWorkspace(
  { data }: { data?: string },
  settings: Settings,
  log: Logger,
): Promise<Workspace> {
  if (data !== undefined) return openWorkspace(data, settings.tenant);
  if (settings.clickhouse !== undefined) return openServerWorkspace(settings, log);
  throw new AppError(
    'ERR_CLI_USAGE',
    'Name a data directory with --data, or a ClickHouse server in the settings (clickhouse.url).',
  );
}

/** What the review service works on, on a ClickHouse server and the shared vault. */
export async function openServerWorkspace(
  settings: Settings,
  log: Logger,
  metrics?: Metrics,
): Promise<Workspace & { loadReference(): Promise<ReferenceData> }> {
  const { tenant } = settings;
  const { master, tokens, vault, sealKey } = openIdentities(settings);
  const store = await openStore(settings, log, metrics);
  return {
    ...{ store, vault, sealKey, tokens, secrets: { master, tenant } },
    dir: settings.streaming.vaultDir ?? '.',
    // One client does: a server answers many questions side by side.
    reviewStore: store,
    openReader: async () => ({ ...store, close: () => Promise.resolve() }),
    events: createEventStore(store),
    alerts: createAlertStore(store),
    confidential: createConfidentialStore(store),
    deadLetters: createDeadLetterStore(store),
    references: createReferenceStore(store),
    askedTokens: createTokenizer(master, { tenant }),
    evidence: openEvidence(store, master, tenant, sealKey, false),
    loadReference: () => newestReference(store, log),
    async close() {
      vault.close();
      await store.close();
    },
  };
}

/** Warnings of the Kafka client as log lines of ours. */
export const kafkaLog =
  (log: Logger): KafkaLog =>
  (level, message, fields) =>
    log[level]({ ...fields, kafka: message }, 'kafka_client');

/** Longest that a process takes to close before it ends anyway. */
const CLOSE_WITHIN_MS = 15_000;

/**
 * Closes one thing after another. Ends the process when that takes too long: a client of a broker that is
 * gone may wait for ever, and what is not committed is read again by the next process.
 */
export async function closeInTime(
  log: Logger,
  ...steps: readonly (() => Promise<unknown> | unknown)[]
): Promise<void> {
  const guard = setTimeout(() => {
    log.error('close_took_too_long');
    process.exit(1);
  }, CLOSE_WITHIN_MS);
  for (const step of steps) await step();
  clearTimeout(guard);
}

/** Resolves at the first signal to stop; the second ends the process at once. */
export function untilStopped(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let isAsked = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.on(signal, () => {
        if (isAsked) process.exit(1);
        isAsked = true;
        resolve(signal);
      });
  });
}
