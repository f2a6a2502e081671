// Settings beside those in force: a shadow raises what a service with its settings would raise, on no list;
// and what two persons agreed to counts from the next day that closes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { approvals } from '../../cli/approvals.ts';
import { approvedSettings } from '../../cli/approved-settings.ts';
import { backtestHere } from '../../cli/backtesting.ts';
import { createBacktestRunner, withTried } from '../../cli/backtests.ts';
import { loadReferenceRows } from '../../cli/reference.ts';
import { ingestInputs } from '../../cli/scan.ts';
import { loadSettings, type Settings, settingsVersion } from '../../cli/settings.ts';
import { openShadows, shadowSettings } from '../../cli/shadows.ts';
import { createSink } from '../../cli/sink.ts';
import { openWatch } from '../../cli/watch.ts';
import { openWorkspace, type Workspace } from '../../cli/workspace.ts';
import { packReference } from '../../domain/packed-reference.ts';
import type { ReferenceRows } from '../../domain/reference.ts';
import { DAY_MS } from '../../domain/time.ts';
import { formatById } from '../../ingest/formats/registry.ts';
import { listInputs } from '../../ingest/sources/files.ts';
import { createLineSplitter } from '../../ingest/sources/lines.ts';
import { createIngestion } from '../../pipeline/ingestion.ts';
import { indexReference } from '../../reference/index-rows.ts';
import { openJournal } from '../../review/journal.ts';
import { askShadowRun, endShadowRun, shadowRun } from '../../review/shadow.ts';
import { ask, decideRequest } from '../../review/two-person-request.ts';
import { simulate } from '../../simulation/simulate.ts';
import { createBacktestStore } from '../../storage/backtests.ts';
import { createJournalStore } from '../../storage/review-journal.ts';
import { anAlert } from '../helpers/alerts.ts';
import { aWorkplace } from '../helpers/cli.ts';
import { directoryOf } from '../helpers/review.ts';

const place = aWorkplace();
const town = join(place.dir, 'town');
const log = pino({ level: 'silent' });
const settings: Settings = { ...loadSettings(undefined), budget: 4 };
const EVER = { from: Date.UTC(2020, 0, 1), to: Date.UTC(2030, 0, 1) };
const WHY = 'Andere instelling eerst ernaast laten lopen.';
const person = (name: string) => ({
  ...{ accountId: name, name, role: 'security-officer' as const, person: name },
  ...{ actors: [], persons: [] },
});
const agreed = { isApproved: true, reason: 'akkoord' };
let rows: ReferenceRows;

beforeAll(async () => {
  process.env['INZAGEWACHT_MASTER_KEY_FILE'] = place.keyFile;
  await simulate({
    ...{ out: town, officials: 40, citizens: 3_000, days: 21, seed: 4, misuse: 'standard' },
  });
});
afterAll(place.remove);

async function inStore(name: string, work: (workspace: Workspace) => Promise<void>): Promise<void> {
  const workspace = await openWorkspace(join(place.dir, name), settings.tenant);
  try {
    rows = await loadReferenceRows(join(town, 'reference'), workspace, log);
    await work(workspace);
  } finally {
    await workspace.close();
  }
}
const journalOf = ({ reviewStore }: Workspace) =>
  openJournal(createJournalStore(reviewStore, settings.tenant), { tenant: settings.tenant });

test(
  'a shadow runs once two persons agreed, raises what its settings would, and reaches no list',
  () =>
    inStore('shadow', async (workspace) => {
      const inputs = await listInputs([join(town, 'events.ndjson')]);
      await ingestInputs(inputs, null, workspace, settings, log);
      const journal = await journalOf(workspace);
      const { request } = await askShadowRun(journal, person('a'), WHY, {
        ...{ from: EVER.from, until: Date.now() + 9 * DAY_MS, decisionRef: 'OR-9' },
        settings: { budget: 40, detectors: {} },
      });
      const options = { journal, settings: () => settings, referenceRows: async () => rows, log };
      const shadows = openShadows(workspace, options);
      const kept = createBacktestStore(workspace.reviewStore, settings.tenant);
      try {
        await shadows.next();
        expect(await kept.shadowAlerts(request.id)).toEqual([]);
        await expect(
          decideRequest(journal, 'shadow-run', person('a'), request.id, agreed, 1),
        ).rejects.toThrow();
        await decideRequest(journal, 'shadow-run', person('b'), request.id, agreed, 1);
        await shadows.next();
        const raised = await kept.shadowAlerts(request.id);
        const tried = shadowSettings(settings, shadowRun(journal, request.id));
        const asked = {
          period: EVER,
          way: 'service' as const,
          settings: tried,
          reference: packReference(rows),
        };
        const again = await backtestHere(workspace.store, asked);
        expect(raised.length).toBeGreaterThan(3);
        const texts = (alerts: readonly unknown[]) => alerts.map((a) => JSON.stringify(a)).sort();
        expect(texts(raised)).toEqual(texts(again.alerts));
        expect(await workspace.alerts.count()).toBe(0);
        const reference = indexReference(rows);
        const runner = createBacktestRunner(workspace, {
          ...{ settings: () => settings, referenceRows: async () => rows },
          review: { journal, directory: directoryOf([]), reference: () => reference },
        });
        expect(await runner.shadow(request.id, EVER)).toMatchObject({
          ...{ before: 0, after: raised.length },
        });
      } finally {
        await shadows.close();
      }
    }),
  180_000,
);

test(
  'a shadow ends at once in the process that runs it; result, who and why stay',
  () =>
    inStore('ended', async (workspace) => {
      const said: string[] = [];
      const heard = pino({ level: 'info' }, { write: (line) => said.push(JSON.parse(line).msg) });
      const journal = await journalOf(workspace);
      const kept = createBacktestStore(workspace.reviewStore, settings.tenant);
      await ingestInputs(
        await listInputs([join(town, 'events.ndjson')]),
        ...([null, workspace, settings, log] as const),
      );
      const approved = async (budget: number): Promise<string> => {
        const { request } = await askShadowRun(journal, person('a'), WHY, {
          ...{ from: EVER.from, until: Date.now() + 9 * DAY_MS, decisionRef: 'OR-9' },
          settings: { budget, detectors: {} },
        });
        await decideRequest(journal, 'shadow-run', person('b'), request.id, agreed, 1);
        return request.id;
      };
      const atWork = await approved(2);
      const shadows = openShadows(workspace, {
        ...{ journal, settings: () => settings, referenceRows: async () => rows, log: heard },
      });
      try {
        // While it reads the whole of history: nothing of it is written any more, and nothing fails.
        const reading = shadows.next();
        await expect.poll(() => said).toContain('shadow_started');
        await endShadowRun(journal, person('b'), atWork, WHY, 2);
        await reading;
        expect(said).toEqual(['shadow_started', 'shadow_ended']);
        expect(await kept.shadowAlerts(atWork)).toEqual([]);
        said.length = 0;

        const done = await approved(2);
        await shadows.next();
        const raised = await kept.shadowAlerts(done);
        const passedOver = await kept.shadowPassedOver(done);
        expect(raised.length).toBeGreaterThan(0);
        expect(passedOver.size).toBeGreaterThan(0);
        expect(raised.filter((a) => passedOver.has(a.alertId))).toEqual([]);
        const ended = await endShadowRun(journal, person('b'), done, WHY, 2);
        expect(ended).toMatchObject({ state: 'ended', ended: { by: { name: 'b' }, reason: WHY } });
        await expect.poll(() => said).toEqual(['shadow_started', 'shadow_ended']);
        await shadows.next();
        expect(said).toHaveLength(2);
        expect(await kept.shadowAlerts(done)).toEqual(raised);
        expect(await kept.shadowPassedOver(done)).toEqual(passedOver);
        await expect(endShadowRun(journal, person('a'), done, WHY, 3)).rejects.toThrow('runs');
        said.length = 0;

        // Another process was told: this one hears of it as soon as it reads what others wrote.
        const elsewhere = await approved(2);
        await shadows.next();
        await endShadowRun(await journalOf(workspace), person('b'), elsewhere, WHY, 2);
        expect(said).toEqual(['shadow_started']);
        await journal.refresh();
        await expect.poll(() => said).toEqual(['shadow_started', 'shadow_ended']);
      } finally {
        await shadows.close();
      }
    }),
  180_000,
);

test(
  'an ended shadow is compared with the alerts of its own time, and says what had no place',
  () =>
    inStore('compared', async (workspace) => {
      const journal = await journalOf(workspace);
      const reference = indexReference(rows);
      const kept = createBacktestStore(workspace.reviewStore, settings.tenant);
      const at = (day: number) => new Date(Date.UTC(2026, 1, day, 12)).toISOString();
      const alert = (alertId: string, day: number) =>
        anAlert({ alertId, firstEventAt: at(day), lastEventAt: at(day), openedAt: at(day) });
      const stands = [alert('both', 3), alert('no-place', 4), alert('later', 20)];
      await workspace.alerts.save(stands, 1);
      await kept.saveShadow('x-1', [alert('both', 3), alert('again', 5)], [], ['no-place']);
      const runner = createBacktestRunner(workspace, {
        ...{ settings: () => settings, referenceRows: async () => rows },
        review: { journal, directory: directoryOf([]), reference: () => reference },
      });
      const ran = { from: Date.UTC(2026, 1, 1), to: Date.UTC(2026, 1, 10) };
      const result = await runner.shadow('x-1', ran);
      expect(result).toMatchObject({ before: 2, same: 1, lost: [{ because: 'budget' }] });
      expect(result?.lost.map((l) => l.alertId)).toEqual(['no-place']);
    }),
  120_000,
);

test(
  'a backtest of the service is kept with the versions behind it',
  () =>
    inStore('shadow', async (workspace) => {
      const journal = await journalOf(workspace);
      const reference = indexReference(rows);
      const runner = createBacktestRunner(workspace, {
        ...{ settings: () => settings, referenceRows: async () => rows },
        review: { journal, directory: directoryOf([]), reference: () => reference },
      });
      const input = { ...EVER, budget: 9, detectors: {} };
      const plan = await runner.plan(input);
      expect(plan).toMatchObject({ settings: { budget: 9 }, referenceVersion: rows.version });
      expect(plan.configVersion).toBe(settingsVersion({ ...settings, budget: 9 }));
      const shares: number[] = [];
      const result = await runner.run(input, (share) => shares.push(share));
      expect(shares.at(-1)).toBe(1);
      expect(result.won.length).toBe(result.after);
      expect(JSON.stringify(result)).not.toMatch(/"a\.1\.|"s\.1\./);
      await expect(runner.plan({ detectors: { nothing: {} } })).rejects.toThrow('no such detector');
      await expect(
        runner.plan({ detectors: { 'unusual-volume': { nonsense: 1 } } }),
      ).rejects.toThrow('does not take');
    }),
  120_000,
);

test(
  'an approved change counts from the next day that closes, and the next day alone',
  () =>
    inStore('approved', async (workspace) => {
      const journal = await journalOf(workspace);
      const facts = indexReference(rows);
      const watch = await openWatch(workspace, facts, settings, log);
      const due = approvals(journal, () => watch.closedUpTo());
      const lines = readFileSync(join(town, 'events.ndjson'), 'utf8').trim().split('\n');
      const format = formatById('canonical');
      if (format === null) throw new Error('no format');
      const sink = createSink(workspace, settings.evidence);
      const ingestion = createIngestion(
        {
          ...sink,
          async write(batch) {
            await sink.write(batch);
            watch.observe(batch.map((b) => b.event));
          },
        },
        workspace.tokens,
        { batch: 400, storeIsEmpty: true },
      );
      const reader = format.reader();
      const seen: { closed: number; config: string }[] = [];
      let asked: string | null = null;
      let closedAtApproval = Number.NaN;
      for (let from = 0; from < lines.length; from += 400) {
        const bytes = Buffer.from(`${lines.slice(from, from + 400).join('\n')}\n`);
        await ingestion.lines('town', createLineSplitter().push(bytes), reader);
        await ingestion.flush();
        for (const alert of await watch.judge())
          seen.push({ closed: watch.closedUpTo(), config: alert.versions.config });
        if (asked === null && from > lines.length / 2) {
          const data = { detectorId: 'unusual-volume', settings: {}, isEnabled: null };
          const request = await ask(journal, 'detector-change', person('a'), WHY, data);
          await decideRequest(journal, 'detector-change', person('b'), request.id, agreed, 1);
          asked = request.id;
          closedAtApproval = watch.closedUpTo();
          expect(due.isDue()).toBe(false);
        }
        if (due.isDue()) {
          expect(watch.closedUpTo()).toBeGreaterThan(closedAtApproval);
          await watch.renewSettings(approvedSettings(journal, settings, log));
          expect(due.isDue()).toBe(false);
        }
      }
      const changed = settingsVersion(approvedSettings(journal, settings, log));
      expect(changed).not.toBe(settingsVersion(settings));
      const before = seen.filter((s) => s.closed <= closedAtApproval);
      expect(new Set(before.map((s) => s.config))).toEqual(new Set([settingsVersion(settings)]));
      expect(seen.some((s) => s.config === changed)).toBe(true);
      expect(withTried(settings, { detectors: {} }).budget).toBe(settings.budget);
    }),
  180_000,
);
