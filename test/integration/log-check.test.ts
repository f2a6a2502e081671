// The monthly check that logs are unchanged: what it finds is recorded in the log itself, good or bad.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, expect, test, vi } from 'vitest';
import { CHECK_EVERY_MS, checkAndRecord, checkMonthly, lastCheck } from '../../cli/log-check.ts';
import { publishersOf } from '../../cli/publish.ts';
import { loadSettings } from '../../cli/settings.ts';
import { createSink } from '../../cli/sink.ts';
import { openWorkspace } from '../../cli/workspace.ts';
import { publish, toMail } from '../../evidence/log/publish.ts';
import { canonical } from '../../ingest/formats/canonical.ts';
import { createIngestion } from '../../pipeline/ingestion.ts';

const dir = mkdtempSync(join(tmpdir(), 'log-check-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const settings = loadSettings(undefined);
const log = pino({ level: 'silent' });

test('is recorded, comes by itself after a month, and finds a row that was changed', async () => {
  const workspace = await openWorkspace(join(dir, 'data'), settings.tenant);
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    const bytes = Buffer.from(
      '{"eventId":"e1","occurredAt":"2026-01-12T09:00:00Z","source":{"system":"brp"},"action":"view","actor":{"id":"a"}}',
    );
    const ingestion = createIngestion(createSink(workspace, settings.evidence), workspace.tokens, {
      ...{ batch: 10, storeIsEmpty: true },
    });
    await ingestion.lines('test', [{ bytes, lineNumber: 1, offset: 0 }], canonical.reader());
    await ingestion.flush();
    expect(await lastCheck(workspace)).toBeNull();
    const { tenant } = settings;
    expect((await checkAndRecord(workspace, { tenant })).findings).toEqual([]);
    const first = await lastCheck(workspace);
    expect(first).toMatchObject({ findings: 0 });

    // Not due; then, a month later, due.
    checkMonthly(workspace, settings, log)();
    vi.setSystemTime(Date.now() + CHECK_EVERY_MS + 1);
    checkMonthly(workspace, settings, log)();
    await vi.waitFor(async () => expect((await lastCheck(workspace))?.at).not.toBe(first?.at), {
      timeout: 60_000,
    });
    // The earlier check is itself part of what was checked.
    expect((await lastCheck(workspace))?.entries).toBeGreaterThan(first?.entries ?? 0);

    await workspace.store.sql(
      "ALTER TABLE events UPDATE instance = 'elders' WHERE event_id = 'e1' SETTINGS mutations_sync = 1",
    );
    vi.setSystemTime(Date.now() + 1);
    expect((await checkAndRecord(workspace, { tenant })).findings).not.toEqual([]);
    expect((await lastCheck(workspace))?.findings).toBeGreaterThan(0);
  } finally {
    vi.useRealTimers();
    await workspace.close();
  }
});

test('checkpoints go to a mailbox by the mail server of the settings, and say so without one', async () => {
  const evidence = { ...settings.evidence, publishToMail: 'fg@gemeente.example' };
  expect(() => publishersOf({ ...settings, evidence })).toThrow(/mail/);
  const mail = { host: 'localhost', port: 587, from: 'inzagewacht@gemeente.example' };
  const names = publishersOf({ ...settings, evidence, mail }, '/somewhere').map((p) => p.name);
  expect(names).toEqual(['folder', 'mail']);
  const sent: { subject: string; text: string }[] = [];
  const port = toMail(async (message) => void sent.push(message));
  expect(await publish({ size: 7, note: 'log\n7\nroot\n\n— sig' }, [port])).toEqual([]);
  expect(sent[0]?.subject).toContain('7');
  // The note as it is: whoever keeps the message can hold it against the log later.
  expect(sent[0]?.text).toContain('log\n7\nroot\n\n— sig');
});
