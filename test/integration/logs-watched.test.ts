import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, expect, test } from 'vitest';
import { loadReference } from '../../cli/reference.ts';
import { loadSettings } from '../../cli/settings.ts';
import { createSink } from '../../cli/sink.ts';
import { openWatch } from '../../cli/watch.ts';
import { openWorkspace } from '../../cli/workspace.ts';
import { formatById } from '../../ingest/formats/registry.ts';
import { createLineSplitter } from '../../ingest/sources/lines.ts';
import { createIngestion } from '../../pipeline/ingestion.ts';

const dir = mkdtempSync(join(tmpdir(), 'logs-watched-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('numbers that never came become an alert of the running service, about nobody', async () => {
  const settings = loadSettings(undefined);
  const log = pino({ level: 'silent' });
  const workspace = await openWorkspace(join(dir, 'data'), settings.tenant);
  try {
    const lines = Array.from({ length: 900 }, (_, n) =>
      JSON.stringify({
        eventId: `e${n}`,
        occurredAt: new Date(Date.UTC(2026, 0, 12, 8) + n * 20_000).toISOString(),
        source: { system: 'brp', instance: 'prod', sequence: n < 500 ? n : n + 412 },
        actor: { id: `u${n % 7}` },
        action: 'view',
      }),
    );
    const ingestion = createIngestion(createSink(workspace, settings.evidence), workspace.tokens, {
      batch: 1000,
      storeIsEmpty: true,
    });
    const format = formatById('canonical');
    if (format === null) throw new Error('no format');
    const raw = createLineSplitter().push(Buffer.from(`${lines.join('\n')}\n`));
    await ingestion.lines('test', raw, format.reader());
    await ingestion.flush();
    const reference = await loadReference(undefined, workspace, log);
    await openWatch(workspace, reference, settings, log);
    const alerts = await workspace.alerts.list(10, 0);
    expect(alerts).toMatchObject([
      { typology: 'log-gap', actor: null, subjects: [], explanation: 'cannot-judge' },
    ]);
    expect(alerts[0]?.reasons[0]?.observed).toBe(412);
  } finally {
    await workspace.close();
  }
});
