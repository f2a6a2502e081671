import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import { createServer } from '../api/server.ts';
import { AppError } from '../domain/errors.ts';
import type { AuditEvent } from '../domain/event.ts';
import { VERSION } from '../domain/product.ts';
import { isoDay, localDay } from '../domain/time.ts';
import type { Format } from '../ingest/formats/format.ts';
import { formatFromMapping } from '../ingest/formats/mapping.ts';
import { detectFormat } from '../ingest/formats/registry.ts';
import { folderPositions } from '../ingest/sources/deliver.ts';
import { follow } from '../ingest/sources/follow.ts';
import { createIngestion, type EventSink } from '../pipeline/ingestion.ts';
import { replayLines } from '../simulation/replay.ts';
import { simulate } from '../simulation/simulate.ts';
import { actedOn, approvals } from './approvals.ts';
import { approvedSettings, withApproved } from './approved-settings.ts';
import { startSources } from './commands/sources-run.ts';
import { importFiles, oneAtATime, openIntake } from './intake.ts';
import { checkMonthly } from './log-check.ts';
import { createProgress } from './progress.ts';
import { publishHourly } from './publish.ts';
import { loadReference, loadReferenceRows } from './reference.ts';
import { askedFormat, replayLetters } from './replay-letters.ts';
import { openReview } from './review.ts';
import { reviewerLookups } from './reviewer-lookups.ts';
import type { Settings } from './settings.ts';
import { createSink } from './sink.ts';
import { openWatch } from './watch.ts';
import { openWorkspace } from './workspace.ts';

export type ServeOptions = {
  host: string;
  port: number;
  data: string;
  events?: string;
  reference?: string;
  mapping?: string;
  /** Ways in that run in this process (YAML), in place of or beside files. */
  sources?: string;
  demo: boolean;
};

/** Small enough that an insert never holds up the page. */
const BATCH = 2_000;
/** How often events are judged, the line is printed, the state saved, and reference files looked at. */
const SETTLE_MS = 400;
const PRINT_MS = 2_000;
const SAVE_MS = 60_000;
const LOOK_MS = 5_000;
const DEMO = { officials: 200, citizens: 25_000, days: 30, seed: 1, misuse: 'standard' as const };
const DEMO_EVENTS_PER_SECOND = 4_000;
/** A month of a small town holds about as many alerts as a year of a quiet one: enough to look around. */
const DEMO_BUDGET = 5;

/** Everything in one process until a signal ends it: reading, judging, storing, and the page. */
export async function serve(options: ServeOptions, given: Settings, log: Logger): Promise<void> {
  const input = options.demo ? await demoInput(options.data) : options;
  if (input.events === undefined && options.sources === undefined)
    throw new AppError(
      'ERR_CLI_USAGE',
      'Name the logs to read with --events PATH or --sources FILE, or use --demo to look around.',
    );
  const workspace = await openWorkspace(options.data, given.tenant);
  const approved = await withApproved(workspace, given, log);
  const inForce = (of: Settings): Settings => (options.demo ? { ...of, budget: DEMO_BUDGET } : of);
  let settings = inForce(approved);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  let reference = await loadReference(input.reference, workspace, log);
  const newestReference = (): Promise<string | number | null> =>
    input.reference === undefined
      ? workspace.references.newestVersion()
      : newestChange(input.reference);
  let changedAt = await newestReference();
  let isTouched = (_alertId: string): boolean => true;
  const watch = await openWatch(workspace, reference, settings, log, (id) => isTouched(id));
  const isFresh = (await workspace.events.count()) === 0;
  const sink = createSink(workspace, settings.evidence);
  let newestAt = 0;
  const judged: EventSink = {
    ...sink,
    async write(batch) {
      await sink.write(batch);
      for (const { event } of batch) newestAt = Math.max(newestAt, event.occurredAt);
      watch.observe(
        batch.map((b) => b.event),
        batch.map((b) => b.line.arrivedAt ?? null),
      );
    },
  };
  const ingestion = oneAtATime(
    createIngestion(judged, workspace.tokens, {
      ...{ batch: BATCH, storeIsEmpty: isFresh, troubles: watch.troubles },
    }),
  );
  const started = performance.now();
  const status = () => ({
    events: ingestion.counts.stored,
    duplicates: ingestion.counts.duplicates,
    deadLetters: ingestion.counts.deadLetters,
    eventsPerSecond: Math.round(
      ingestion.counts.read / Math.max(1, (performance.now() - started) / 1000),
    ),
    alerts: watch.raised(),
    late: watch.late(),
    explained: watch.coverage().map((c) => ({
      system: c.system,
      events: c.lookups,
      direct: c.direct,
      withTeam: c.withTeam,
      cannotJudge: c.cannotJudge,
    })),
    isRunning: !stop.signal.aborted,
    budget: settings.budget,
  });
  const review = await openReview(workspace, settings, {
    reference: () => reference,
    operations: {
      status: () => ({ ...status(), version: VERSION }),
      coverage: () => status().explained,
    },
    ...{ isDemo: options.demo, logger: log },
    referenceRows: () => loadReferenceRows(input.reference, workspace, log),
    inForce: () => settings,
  });
  isTouched = actedOn(review.deps.journal);
  const stopPublishing = publishHourly(workspace, settings, log);
  const stopChecking = checkMonthly(workspace, settings, log);
  const http = await openIntake(join(options.data, 'spool'), ingestion);
  const sources =
    options.sources === undefined
      ? null
      : await startSources(
          options.sources,
          { to: http.deliverFrom, positions: folderPositions(join(options.data, '.positions')) },
          log,
        );
  const observe = (events: AuditEvent[]): void => watch.observe(events);
  const server = await createServer({
    ...review.deps,
    intake: http.intake,
    onReviewerLookup: reviewerLookups(workspace, sink, observe, () => newestAt, log),
    importReference: (files) => importFiles(files, workspace),
    async replayDeadLetters({ reason = '', format }) {
      const choice = { reason, format: askedFormat(format) };
      const { again, mended, ...counts } = await replayLetters(workspace, judged, choice);
      return { again, mended, stillDead: again - mended, ...counts };
    },
  });
  const address = await server.listen({ host: options.host, port: options.port });
  process.stdout.write(`Inzagewacht is running: ${address}\nStop it with Ctrl-C.\n`);
  for (const { login, name, password } of review.passwords)
    process.stdout.write(`  sign in as ${login.padEnd(12)} password ${password}  (${name})\n`);
  let printedAt = performance.now();
  let savedAt = performance.now();
  let lookedAt = performance.now();
  /** Reference files may change while this runs: a case is often registered after the lookup. */
  const renewReference = async (): Promise<void> => {
    const newest = await newestReference();
    if (newest === changedAt) return;
    changedAt = newest;
    const next = await loadReference(input.reference, workspace, log);
    if (next.version === reference.version) return;
    reference = next;
    await watch.renewReference(next);
  };
  /** What two persons agreed to counts from the next day that closes: no day is judged by two settings. */
  const renewSettings = approvals(review.deps.journal, () => watch.closedUpTo());
  const refresh = async (): Promise<void> => {
    await watch.judge();
    if (renewSettings.isDue()) {
      settings = inForce(approvedSettings(review.deps.journal, given, log));
      await watch.renewSettings(settings);
    }
    const now = performance.now();
    if (now - lookedAt > LOOK_MS) {
      lookedAt = now;
      await renewReference();
    }
    if (now - savedAt > SAVE_MS) {
      await ingestion.alone(() => watch.save());
      savedAt = performance.now();
    }
    if (now - printedAt < PRINT_MS) return;
    printedAt = now;
    const { events, eventsPerSecond, deadLetters, alerts, late } = status();
    process.stdout.write(
      `${events} events, ${eventsPerSecond} events/s, ${deadLetters} dead letters, ${late} late, ${alerts} alerts\n`,
    );
  };
  try {
    const format =
      options.mapping === undefined
        ? null
        : formatFromMapping(readFileSync(options.mapping, 'utf8'));
    if (input.events !== undefined)
      await readUntilStopped(input.events, options.demo, format, ingestion, refresh, stop.signal);
    else while (!stop.signal.aborted) await untilAborted(stop.signal, SETTLE_MS, refresh);
    await ingestion.flush();
    await watch.judge();
    // The demonstration has told its month; the page stays open.
    while (!stop.signal.aborted) await untilAborted(stop.signal, PRINT_MS, refresh);
    await ingestion.alone(() => watch.save());
  } finally {
    stopPublishing();
    stopChecking();
    await sources?.close();
    await server.close();
    await http.close();
    await review.stop();
    await workspace.close();
  }
}

/** Waits until the signal or the time, then does the usual work once more. */
async function untilAborted(
  signal: AbortSignal,
  ms: number,
  refresh: () => Promise<void>,
): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => undefined);
  if (!signal.aborted) await refresh();
}

/** When a file of the folder last changed, in epoch ms; 0 without a folder. */
async function newestChange(folder: string | undefined): Promise<number> {
  if (folder === undefined) return 0;
  const files = await readdir(folder);
  const stats = await Promise.all(files.map((file) => stat(join(folder, file))));
  return Math.max(0, ...stats.map((s) => s.mtimeMs));
}

async function demoInput(data: string): Promise<{ events: string; reference: string }> {
  const out = join(data, '..', 'demo');
  const events = join(out, 'events.ndjson');
  if (!existsSync(join(out, 'truth.ndjson'))) {
    mkdirSync(out, { recursive: true });
    const progress = createProgress('making a simulated municipality');
    await simulate({
      ...DEMO,
      out,
      // Up to yesterday, so that what the pages show of the last weeks is not empty.
      startDate: isoDay(localDay(Date.now()) - DEMO.days),
      onProgress: ({ day, days }) => progress.update(day, days, `day ${day} of ${days}`),
    });
    progress.stop();
  }
  return { events, reference: join(out, 'reference') };
}

async function readUntilStopped(
  path: string,
  isDemo: boolean,
  chosen: Format | null,
  ingestion: ReturnType<typeof createIngestion>,
  refresh: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const readers = new Map<string, ReturnType<Format['reader']>>();
  const source = isDemo
    ? replayLines(path, { speed: DEMO_EVENTS_PER_SECOND, signal })
    : follow([path], { signal });
  let last = performance.now();
  for await (const { name, lines } of source) {
    if (lines.length > 0) {
      let reader = readers.get(name);
      if (reader === undefined) {
        const format =
          chosen ??
          detectFormat(
            Buffer.concat(lines.slice(0, 20).flatMap((l) => [l.bytes, Buffer.from('\n')])),
          );
        if (format === null)
          throw new AppError(
            'ERR_INGEST_UNKNOWN_FORMAT',
            'The format of the logs is not recognised: give a --mapping.',
          );
        reader = format.reader();
        readers.set(name, reader);
      }
      await ingestion.lines(name, lines, reader);
    }
    if (performance.now() - last < SETTLE_MS) continue;
    await ingestion.flush();
    await refresh();
    last = performance.now();
  }
  // Groups that a format still holds open come out, so that a stop loses nothing.
  for (const [name, reader] of readers) ingestion.end(name, reader);
}
