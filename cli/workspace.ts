import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Tokenizer } from '../domain/token.ts';
import { openLog, type TransparencyLog } from '../evidence/log/append.ts';
import type { LogEntry } from '../evidence/log/entry.ts';
import { type Signer, signerFromSeed } from '../evidence/signing.ts';
import { deriveKey, loadMasterKey } from '../ingest/keys.ts';
import { createTokenizer } from '../ingest/tokens.ts';
import { type AlertStore, createAlertStore } from '../storage/alerts.ts';
import { openEmbeddedStore, type Store } from '../storage/client.ts';
import { type ConfidentialStore, createConfidentialStore } from '../storage/confidential.ts';
import { createDeadLetterStore, type DeadLetterStore } from '../storage/dead-letters.ts';
import { createEventStore, type EventStore } from '../storage/events.ts';
import { stopSecondOrder } from '../storage/lookback.ts';
import { createReferenceStore } from '../storage/reference-versions.ts';
import { createTransparencyStore, type TransparencyStore } from '../storage/transparency.ts';
import { createRawLineStore, type RawLineStore } from '../storage/transparency-raw.ts';
import { openVault, type Vault } from '../storage/vault.ts';

/** One data directory, open: store and vault apart, the master key outside both. */
export type Workspace = {
  /** Its folder. */
  dir: string;
  store: Store;
  events: EventStore;
  alerts: AlertStore;
  confidential: ConfidentialStore;
  deadLetters: DeadLetterStore;
  references: ReturnType<typeof createReferenceStore>;
  vault: Vault;
  sealKey: Buffer;
  tokens: Tokenizer;
  /** What a thread needs to make the same tokens. */
  secrets: { master: Buffer; tenant: string };
  evidence: EvidenceStores;
  /** Tokens of what is only asked about: the vault does not remember those. */
  askedTokens: Tokenizer;
  /** A connection of its own: one running query blocks its connection. */
  reviewStore: Store;
  /** One more, for long readings; whoever opens it closes it. */
  openReader(): Promise<Store>;
  close(): Promise<void>;
};

/** What makes a store stand up as evidence: the log, the original lines, and the key that signs. */
export type EvidenceStores = {
  /**
   * The log for writing, opened on first use, so that a log that was tampered with stops writing but
   * not `doctor`. Null in a temporary store, which nobody can check afterwards.
   */
  log(): Promise<TransparencyLog | null>;
  /** Signs what was written; without writing, nothing. */
  checkpoint(): Promise<void>;
  entries: TransparencyStore<LogEntry>;
  rawLines: RawLineStore;
  signer: Signer;
  /** The name of the log, and of its key in checkpoints. */
  authority: string;
};

/**
 * Opens `dir` (made when missing), or a temporary one that is removed on close. The master key comes
 * from INZAGEWACHT_MASTER_KEY_FILE, else from `<dir>.key`, made on first use with mode 0600.
 */
export async function openWorkspace(dir: string | undefined, tenant: string): Promise<Workspace> {
  const temporary = dir === undefined ? mkdtempSync(join(tmpdir(), 'inzagewacht-')) : null;
  const root = resolve(dir ?? join(temporary ?? '', 'data'));
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const master = loadMasterKey(process.env['INZAGEWACHT_MASTER_KEY_FILE'] ?? `${root}.key`, true);
  const sealKey = deriveKey(master, tenant, 'vault', 1);
  const store = await openEmbeddedStore(join(root, 'store'));
  // Nobody looks back into a store that goes away with the run: its second order would cost a quarter of it.
  if (temporary !== null) await stopSecondOrder(store);
  const vault = openVault(join(root, 'vault'), sealKey);
  const reviewStore = await openEmbeddedStore(join(root, 'store'));
  const askedTokens = createTokenizer(master, { tenant });
  const tokens = createTokenizer(master, { tenant, onIdentity: vault.remember });
  const clean = (): void => {
    if (temporary !== null) rmSync(temporary, { recursive: true, force: true });
  };
  // Ctrl-C in the middle of a run without --data must not leave a store behind.
  process.once('exit', clean);
  const evidence = openEvidence(store, master, tenant, sealKey, temporary !== null);
  return {
    dir: root,
    store,
    events: createEventStore(store),
    alerts: createAlertStore(store),
    confidential: createConfidentialStore(store),
    deadLetters: createDeadLetterStore(store),
    references: createReferenceStore(store),
    vault,
    sealKey,
    tokens,
    secrets: { master, tenant },
    evidence,
    askedTokens,
    reviewStore,
    openReader: () => openEmbeddedStore(join(root, 'store')),
    async close() {
      await evidence.checkpoint();
      vault.close();
      await reviewStore.close();
      await store.close();
      clean();
    },
  };
}

/** Log, original lines and key of a store; a temporary one keeps no log. */
export function openEvidence(
  store: Store,
  master: Buffer,
  tenant: string,
  sealKey: Buffer,
  isTemporary: boolean,
): EvidenceStores {
  const authority = `inzagewacht/${tenant}`;
  const signer = signerFromSeed(deriveKey(master, tenant, 'signing', 1));
  const entries = createTransparencyStore<LogEntry>(store);
  let log: Promise<TransparencyLog> | null = null;
  return {
    async log() {
      if (isTemporary) return null;
      log ??= openLog(entries, signer, { authority, now: Date.now });
      return log;
    },
    async checkpoint() {
      await (await log)?.checkpoint();
    },
    entries,
    rawLines: createRawLineStore(store, sealKey),
    signer,
    authority,
  };
}
