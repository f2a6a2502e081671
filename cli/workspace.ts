import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Tokenizer } from '../domain/token.ts';
import { deriveKey, loadMasterKey } from '../ingest/keys.ts';
import { createTokenizer } from '../ingest/tokens.ts';
import { type AlertStore, createAlertStore } from '../storage/alerts.ts';
import { openEmbeddedStore, type Store } from '../storage/client.ts';
import { createDeadLetterStore, type DeadLetterStore } from '../storage/dead-letters.ts';
import { createEventStore, type EventStore } from '../storage/events.ts';
import { createReferenceStore } from '../storage/reference-versions.ts';
import { openVault, type Vault } from '../storage/vault.ts';

/** One data directory, open: store and vault apart, the master key outside both. */
export type Workspace = {
  store: Store;
  events: EventStore;
  alerts: AlertStore;
  deadLetters: DeadLetterStore;
  references: ReturnType<typeof createReferenceStore>;
  vault: Vault;
  sealKey: Buffer;
  tokens: Tokenizer;
  /** Tokens of what is only asked about: the vault does not remember those. */
  askedTokens: Tokenizer;
  /** A connection of its own: one running query blocks its connection. */
  reviewStore: Store;
  close(): Promise<void>;
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
  const vault = openVault(join(root, 'vault'), sealKey);
  const reviewStore = await openEmbeddedStore(join(root, 'store'));
  const askedTokens = createTokenizer(master, { tenant });
  const tokens = createTokenizer(master, { tenant, onIdentity: vault.remember });
  const clean = (): void => {
    if (temporary !== null) rmSync(temporary, { recursive: true, force: true });
  };
  // Ctrl-C in the middle of a run without --data must not leave a store behind.
  process.once('exit', clean);
  return {
    store,
    events: createEventStore(store),
    alerts: createAlertStore(store),
    deadLetters: createDeadLetterStore(store),
    references: createReferenceStore(store),
    vault,
    sealKey,
    tokens,
    askedTokens,
    reviewStore,
    async close() {
      vault.close();
      await reviewStore.close();
      await store.close();
      clean();
    },
  };
}
