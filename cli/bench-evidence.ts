// `npm run bench:evidence`: a case of 100,000 events, from opening it to a verified package. Wall time
// and peak memory of each command as a process of its own.
import { spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Alert } from '../domain/alert.ts';
import { indexReference } from '../reference/index-rows.ts';
import { emptyTables } from '../reference/tables.ts';
import { buildReferenceRows } from '../reference/to-rows.ts';
import { createAlertDirectory } from '../review/alert-directory.ts';
import { openCase } from '../review/case-work.ts';
import { openJournal } from '../review/journal.ts';
import { decideReveal, requestReveal } from '../review/reveal.ts';
import type { Reviewer } from '../review/reviewer.ts';
import { ask, decideRequest } from '../review/two-person-request.ts';
import { createJournalStore } from '../storage/review-journal.ts';
import { holdCases, recordedInLog } from './holds.ts';
import { openWorkspace } from './workspace.ts';

const OF_CASE = 100_000;
const OTHERS = 20_000;
const START = Date.UTC(2026, 0, 5);
const POLL_MS = 50;

const dir = mkdtempSync(join(tmpdir(), 'inzagewacht-bench-'));
process.env['INZAGEWACHT_MASTER_KEY_FILE'] = join(dir, 'master.key');
const data = join(dir, 'data');

const TICKS_PER_SECOND = 100;
/** Processor seconds of a process so far (Linux): what a busy machine does not stretch. */
function processorOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}

/** Peak resident memory of a process so far, in MB (Linux). */
function peakOf(pid: number): number {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function measured(name: string, command: string, args: string[]): Promise<void> {
  const started = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let peak = 0;
  let processor = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid ?? 0));
    processor = Math.max(processor, processorOf(child.pid ?? 0));
  }, POLL_MS);
  child.stdout.resume();
  return new Promise((done, fail) =>
    child.on('close', (code) => {
      clearInterval(timer);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      process.stdout.write(
        `${name}: ${seconds} s (processor ${processor.toFixed(1)} s), peak ${Math.round(peak)} MB\n`,
      );
      if (code === 0) done();
      else fail(new Error(`${name} ended with ${code}`));
    }),
  );
}
const main = join(import.meta.dirname, 'main.js');
const inzagewacht = (name: string, ...args: string[]): Promise<void> =>
  measured(name, process.execPath, [main, ...args]);

async function writeLog(file: string): Promise<void> {
  const out = createWriteStream(file);
  for (let i = 0; i < OF_CASE + OTHERS; i++) {
    const isTheirs = i % 6 !== 5;
    const line = JSON.stringify({
      eventId: `e${i}`,
      occurredAt: new Date(START + i * 60_000).toISOString(),
      source: { system: 'brp', instance: 'balie' },
      actor: { id: isTheirs ? 'suspect' : `w${i % 97}`, unit: 'Burgerzaken' },
      action: 'view',
      subject: { scheme: 'local', id: `p${i % 5_000}` },
      query: { key: 'bsn', resultCount: 1 },
      fields: ['naam', 'adres', 'geboortedatum'],
    });
    if (!out.write(`${line}\n`)) await new Promise<void>((done) => out.once('drain', () => done()));
  }
  await new Promise<void>((done) => out.end(done));
}

const investigator: Reviewer = {
  ...{ accountId: 'a-1', name: 'I. Onderzoeker', role: 'integrity-investigator', person: 'p-1' },
  ...{ actors: [], persons: [] },
};
const fg: Reviewer = {
  ...investigator,
  accountId: 'a-2',
  name: 'F. Functionaris',
  role: 'fg',
  person: 'p-2',
};

async function prepareCase(): Promise<string> {
  const workspace = await openWorkspace(data, 'default');
  const actor = workspace.tokens.actor('suspect');
  const subject = workspace.tokens.subject('local', 'p0');
  const alert: Alert = {
    ...{ alertId: 'al-1', typology: 'unusual-volume', severity: 'high', score: 80, status: 'new' },
    ...{
      actor: { token: actor },
      subjects: [{ token: subject }],
      openedAt: '2026-05-01T00:00:00.000Z',
    },
    firstEventAt: new Date(START).toISOString(),
    lastEventAt: new Date(START + (OF_CASE + OTHERS) * 60_000).toISOString(),
    eventIds: Array.from({ length: 2_000 }, (_, i) => `e${i * 6}`),
    ...{ eventCount: 2_000, explanation: 'unexplained', reasons: [] },
    versions: { config: 'c', reference: 'r', detectors: {} },
  };
  await workspace.alerts.replaceAll([alert], 1);
  const store = createJournalStore(workspace.reviewStore, 'default');
  const journal = await openJournal(recordedInLog(store, workspace.evidence), {
    tenant: 'default',
  });
  const directory = createAlertDirectory(workspace.alerts, workspace.confidential);
  await directory.refresh();
  const reference = indexReference(buildReferenceRows(emptyTables(), workspace.tokens));
  const deps = { journal, directory, reference: () => reference, heldEvents: async () => OF_CASE };
  const whenHeld = holdCases(workspace, journal, 90, (cause) => {
    throw cause;
  });
  const { caseId } = await openCase(deps, investigator, {
    ...{ title: 'Bench', alertIds: ['al-1'], ground: 'reasonable-suspicion' },
    ...{ protocolArticle: 'art. 4', regime: 'avg', reason: 'Meting van een grote zaak' },
  });
  const started = performance.now();
  await whenHeld();
  process.stdout.write(`hold: ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  const reveal = await requestReveal(deps, investigator, caseId, {
    ...{ tokens: [actor, subject], reasonCode: 'refer-to-authority', text: 'Voor de meting' },
    ...{ ground: 'reasonable-suspicion', protocolArticle: 'art. 6' },
  });
  await decideReveal(deps, fg, reveal.revealId, 'approve', 'Akkoord', reveal.sequence);
  const asked = await ask(journal, 'export', investigator, 'Meting', {
    caseId,
    identities: 'revealed',
  });
  const decision = { isApproved: true, reason: 'Akkoord' };
  await decideRequest(journal, 'export', fg, asked.id, decision, asked.sequence);
  await workspace.close();
  return caseId;
}

try {
  const log = join(dir, 'log.ndjson');
  await writeLog(log);
  await inzagewacht('scan --data', 'scan', log, '--data', data, '--out', join(dir, 'alerts'));
  const caseId = await prepareCase();
  const out = join(dir, 'package');
  await inzagewacht('evidence export', 'evidence', 'export', caseId, '--data', data, '--out', out);
  await inzagewacht('evidence verify', 'evidence', 'verify', out);
  await measured('verify.mjs', process.execPath, [join(out, 'data/verify.mjs')]);
  await inzagewacht('evidence check', 'evidence', 'check', '--data', data);
} finally {
  rmSync(dir, { recursive: true, force: true });
}
