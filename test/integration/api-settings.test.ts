import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, expect, test } from 'vitest';
import { withApproved } from '../../cli/approved-settings.ts';
import { Settings } from '../../cli/settings.ts';
import { openWorkspace } from '../../cli/workspace.ts';
import { DETECTORS } from '../../detectors/registry.ts';
import { openJournal } from '../../review/journal.ts';
import { ask, decideRequest } from '../../review/two-person-request.ts';
import { createJournalStore } from '../../storage/review-journal.ts';

const root = mkdtempSync(join(tmpdir(), 'inzagewacht-settings-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const person = (name: string) => ({
  ...{ accountId: name, name, role: 'security-officer' as const, person: name },
  ...{ actors: [], persons: [] },
});

test('another setting of a detector counts once two persons agreed, and never before', async () => {
  const workspace = await openWorkspace(join(root, 'data'), 'default');
  try {
    const settings = Settings.parse({});
    const log = pino({ level: 'silent' });
    const found = DETECTORS.flatMap((d) =>
      Object.entries(d.config.parse({}) as Record<string, unknown>)
        .filter(([, value]) => typeof value === 'number' && Number.isInteger(value) && value > 1)
        .map(([name, value]) => ({ id: d.meta.id, name, value: Number(value) })),
    )[0];
    if (found === undefined) throw new Error('no detector has a whole number to set');
    const { id, name, value } = found;
    const store = createJournalStore(workspace.reviewStore, 'default');
    const journal = await openJournal(store, { tenant: 'default' });
    const data = { detectorId: id, settings: { [name]: value + 1 }, isEnabled: null };
    const request = await ask(journal, 'detector-change', person('a'), 'x', data);
    const inForce = async () =>
      (await withApproved(workspace, settings, log)).detectors[id] as Record<string, unknown>;
    expect(await inForce()).toBeUndefined();
    const decision = { isApproved: true, reason: 'y' };
    await decideRequest(journal, 'detector-change', person('b'), request.id, decision, 1);
    expect((await inForce())[name]).toBe(value + 1);
    const odd = { detectorId: id, settings: { [name]: 'many' }, isEnabled: null };
    const unfit = await ask(journal, 'detector-change', person('a'), 'x', odd);
    await decideRequest(journal, 'detector-change', person('b'), unfit.id, decision, 1);
    expect((await inForce())[name]).toBe(value + 1);
  } finally {
    await workspace.close();
  }
});
