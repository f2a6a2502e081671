import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { openEmbeddedStore, type Store } from '../../storage/client.ts';

/** A store of its own for a file of tests, on a directory that goes with it; called at the top of the file. */
export function aStoreForTests(): { dir: string; store(): Store } {
  const dir = mkdtempSync(join(tmpdir(), 'inzagewacht-test-'));
  let opened: Store | null = null;
  beforeAll(async () => {
    opened = await openEmbeddedStore(join(dir, 'store'));
  });
  afterAll(async () => {
    await opened?.close();
    rmSync(dir, { recursive: true, force: true });
  });
  return {
    dir,
    store() {
      if (opened === null) throw new Error('the store is not open yet');
      return opened;
    },
  };
}
