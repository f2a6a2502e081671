import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import { selectWithinBudget } from '../detectors/scoring/budget.ts';
import type { Episode } from '../detectors/scoring/episodes.ts';
import { rankEpisodes } from '../detectors/scoring/rank.ts';
import type { Alert, Identified } from '../domain/alert.ts';
import { AppError } from '../domain/errors.ts';
import { createEventPacker } from '../domain/packed-events.ts';
import type { PackedReference } from '../domain/packed-reference.ts';
import type { Token } from '../domain/token.ts';
import type { Format } from '../ingest/formats/format.ts';
import { formatFromMapping } from '../ingest/formats/mapping.ts';
import { detectFormat, formatById } from '../ingest/formats/registry.ts';
import { createJoin, type Join } from '../ingest/join.ts';
import { type Input, listInputs, readRuns } from '../ingest/sources/files.ts';
import { lineListOf, linesOfRun } from '../ingest/sources/lines.ts';
import { createTroubles, type Troubles } from '../ingest/troubles.ts';
import type { Coverage } from '../pipeline/coverage.ts';
import {
  type Counts,
  createIngestion,
  type EventSink,
  type Ingestion,
} from '../pipeline/ingestion.ts';
import { toSourceAlert } from '../pipeline/source-alerts.ts';
import { toAlert } from '../pipeline/to-alerts.ts';
import { indexPacked } from '../reference/index-rows.ts';
import { type EventCopy, openEventCopy } from '../storage/event-copy.ts';
import { alertContext } from './alert-context.ts';
import { explainedLater } from './explained-later.ts';
import { copiedEvents, type Detection, judgeAll, storedEvents } from './judging.ts';
import { BEFORE_ALL, openJudgingRecord } from './judging-record.ts';
import { openParsePool, type ParsePool } from './parse-pool.ts';
import { createProgress } from './progress.ts';
import { startReference } from './reference.ts';
import { type Settings, sayRefused } from './settings.ts';
import { createSink } from './sink.ts';
import { WORTH_WORKERS_BYTES, workersFor } from './workers.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

export type ScanOptions = {
  paths: string[];
  format?: string;
  mapping?: string;
  reference?: string;
  data?: string;
  identities: 'token' | 'clear';
  budget?: number;
  out?: string;
};

/** Rows per insert, measured: 32,000 take the engine 7.0 s per million, 8,000 take it 10.3 s, 80,000 as long. */
const BATCH = 32_000;
const SAMPLE_BYTES = 65_536;
const SAMPLE_LINES = 20;
/** Number of the packer of this thread; those of the pool count from 0. */
const THIS_THREAD = -1;
/** Alerts of earlier runs that are looked at again. */
const MAX_BEFORE = 10_000;

/** Reads the logs once through the whole pipeline; alerts go to `out` or stdout, the summary to stderr. */
export async function scan(options: ScanOptions, settings: Settings, log: Logger): Promise<void> {
  const started = performance.now();
  sayRefused(settings, log);
  const inputs = await listInputs(options.paths);
  const format = chooseFormat(options);
  const workspace = await openWorkspace(options.data, settings.tenant);
  try {
    // Lines need no reference data before they are judged: a large folder is read beside them.
    const pending = await startReference(options.reference, workspace, log);
    const { counts, copy, troubles } = await ingestInputs(
      ...([inputs, format, workspace, settings, log, pending.check] as const),
    );
    const storedAt = performance.now();
    const reference = await pending.take();
    const source = copy === null ? await storedEvents(workspace) : copiedEvents(copy);
    const detection = await judgeAll(source, reference, settings, { troubles });
    copy?.close();
    // Nobody asks a store that goes away what it covered.
    if (options.data !== undefined)
      await openJudgingRecord(workspace.store, settings, reference, BEFORE_ALL).upTo(
        await workspace.events.lastBatch(),
      );
    const budget = options.budget ?? settings.budget;
    const selection = settle(detection, reference, settings, budget);
    selection.alerts = await withCorrections(selection.alerts, workspace, reference);
    await workspace.alerts.replaceAll(selection.alerts, Date.now());
    await writeAlerts(selection.alerts, options, workspace);
    const seconds = {
      whole: (performance.now() - started) / 1000,
      storing: (storedAt - started) / 1000,
    };
    process.stderr.write(summary(counts, detection, selection, budget, seconds));
  } finally {
    await workspace.close();
  }
}

function chooseFormat(options: ScanOptions): Format | null {
  if (options.mapping !== undefined)
    return formatFromMapping(readFileSync(options.mapping, 'utf8'));
  if (options.format === undefined) return null;
  const format = formatById(options.format);
  if (format === null)
    throw new AppError(
      'ERR_INGEST_UNKNOWN_FORMAT',
      `There is no format named ${options.format}.`,
      {},
    );
  return format;
}

/**
 * Ingests files one after another; the format is recognised per file unless it is given. `copy` holds the
 * events if the store holds no others. `check` is called as reading goes on, and ends it by throwing.
 */
export async function ingestInputs(
  inputs: readonly Input[],
  chosen: Format | null,
  workspace: Workspace,
  settings: Settings,
  log: Logger,
  check: () => void = () => undefined,
): Promise<{ counts: Counts; copy: EventCopy | null; troubles: Troubles }> {
  const troubles = createTroubles();
  const storeIsEmpty = (await workspace.events.count()) === 0;
  const copy = storeIsEmpty ? openEventCopy(workspace.dir) : null;
  const sink = copied(createSink(workspace, settings.evidence), copy);
  const ingestion = createIngestion(sink, workspace.tokens, {
    ...{ batch: BATCH, storeIsEmpty, troubles },
  });
  const progress = createProgress('reading');
  const join = createJoin();
  // Packed text grows about tenfold.
  const bytes = inputs.reduce((n, i) => n + i.bytesTotal * (i.isGzip ? 10 : 1), 0);
  const threads = workersFor(bytes >= WORTH_WORKERS_BYTES);
  const pools = new Map<string, ParsePool>();
  const poolOf = async (format: Format): Promise<ParsePool | null> => {
    // Several files may belong together: what names the official of one record may stand in another.
    if (threads === 1 || inputs.length > 1 || format.hasLoneLines !== true) return null;
    const pool =
      pools.get(format.id) ?? (await openParsePool(workspace, ingestion, format.id, threads, copy));
    pools.set(format.id, pool);
    return pool;
  };
  try {
    for (const input of inputs)
      await ingestInput(input, { chosen, ingestion, poolOf, join, progress, log, check });
    join.end();
    await ingestion.flush();
    const { joined, unjoined } = join.counts;
    if (joined + unjoined > 0) log.info({ joined, unjoined }, 'records_without_official');
  } finally {
    progress.stop();
    await Promise.all([...pools.values()].map((pool) => pool.close()));
  }
  return { counts: ingestion.counts, copy: ingestion.asksStore() ? null : copy, troubles };
}

/** The sink, with a copy of the events that this thread parsed. */
function copied(sink: EventSink, copy: EventCopy | null): EventSink {
  if (copy === null) return sink;
  const packer = createEventPacker();
  return {
    ...sink,
    async write(batch) {
      await sink.write(batch);
      for (const [place, { event }] of batch.entries()) packer.add(event, place);
      copy.add(THIS_THREAD, packer.take(), 'all');
    },
  };
}

type Ingesting = {
  chosen: Format | null;
  ingestion: Ingestion;
  join: Join;
  poolOf(format: Format): Promise<ParsePool | null>;
  progress: ReturnType<typeof createProgress>;
  log: Logger;
  /** Throws when the rest of the run cannot be done. */
  check(): void;
};

async function ingestInput(input: Input, run: Ingesting): Promise<void> {
  const { chosen, ingestion, progress, log } = run;
  let reader: ReturnType<Format['reader']> | null = null;
  let pool: ParsePool | null = null;
  for await (const runs of readRuns(input, (warning) =>
    log.warn({ warning }, 'input_incomplete'),
  )) {
    if (reader === null) {
      const lines = lineListOf(runs);
      const sample = Buffer.concat(
        Array.from({ length: SAMPLE_LINES }, (_, i) => lines.at(i)?.bytes)
          .filter((bytes) => bytes !== undefined)
          .flatMap((bytes) => [bytes, Buffer.from('\n')]),
      );
      const format = chosen ?? detectFormat(sample.subarray(0, SAMPLE_BYTES));
      if (format === null)
        throw new AppError(
          'ERR_INGEST_UNKNOWN_FORMAT',
          `The format of ${input.name} is not recognised: name it with --format, or give a --mapping for a table.`,
          {},
        );
      reader = run.join.through(format.reader(), format.id);
      pool = await run.poolOf(format);
    }
    if (pool !== null) await pool.runs(input.name, runs);
    else
      await ingestion.lines(
        input.name,
        runs.flatMap((run) => [...linesOfRun(run)]),
        reader,
      );
    run.check();
    const { read } = ingestion.counts;
    progress.update(input.bytesRead(), input.bytesTotal, `${read.toLocaleString('en')} events`);
  }
  if (pool !== null) await pool.end(input.name);
  else if (reader !== null) ingestion.end(input.name, reader);
}

export type Settled = {
  alerts: Alert[];
  allowed: number;
  heldBack: number;
  /** All that the alerts were chosen from. */
  episodes: Episode[];
};
/** Signals so far to the alerts that the budget allows, best first. */
export function settle(
  detection: Detection,
  reference: { version: string },
  settings: Settings,
  budget: number,
): Settled {
  const episodes = rankEpisodes(detection.signals, detection.workload.officialDays);
  const { raised, allowed, heldBack } = selectWithinBudget(episodes, detection.workload, budget);
  const context = alertContext({ ...settings, budget }, reference.version);
  return {
    // Holes in the logs take no place of an alert about somebody.
    alerts: [
      ...raised.map((e) => toAlert(e, context)),
      ...detection.logs.map((signal) => toSourceAlert(signal, context)),
    ],
    ...{ allowed, heldBack, episodes },
  };
}

/**
 * Adds the alerts raised by an earlier run that newer reference data explains: they stay, corrected,
 * below the others. What only the settings or the budget took away goes.
 */
async function withCorrections(
  alerts: Alert[],
  workspace: Workspace,
  reference: PackedReference,
): Promise<Alert[]> {
  const before = await workspace.alerts.list(MAX_BEFORE, 0);
  const now = new Set(alerts.map((a) => a.alertId));
  const gone = before.filter((a) => !now.has(a.alertId));
  const known = gone.filter((a) => a.explanation === 'explained-later');
  const changed = gone.filter((a) => a.versions.reference !== reference.version);
  const fresh =
    changed.length === 0 ? [] : await explainedLater(workspace, indexPacked(reference), changed);
  const ids = new Set(fresh.map((a) => a.alertId));
  const at = Date.now();
  await workspace.alerts.note(
    before.filter((a) => ids.has(a.alertId)),
    at - 1,
  );
  await workspace.alerts.note(fresh, at);
  return [...alerts, ...known, ...fresh];
}

async function writeAlerts(
  alerts: readonly Alert[],
  options: ScanOptions,
  workspace: Workspace,
): Promise<void> {
  const identify = (who: Identified): Identified => {
    const identity = workspace.vault.reveal(who.token as Token);
    return identity === null ? who : { ...who, id: identity.replace(/^(account|bsn|local):/, '') };
  };
  const out =
    options.out === undefined ? process.stdout : createWriteStream(options.out, { mode: 0o600 });
  for (const alert of alerts) {
    const shown =
      options.identities === 'token'
        ? alert
        : {
            ...alert,
            actor: alert.actor && identify(alert.actor),
            subjects: alert.subjects.map(identify),
          };
    if (!out.write(`${JSON.stringify(shown)}\n`)) await once(out, 'drain');
  }
  if (out !== process.stdout)
    await new Promise<void>((done, fail) => out.on('error', fail).end(done));
}

const percent = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`;

/** Share of lookups explained, a line per source system. */
const coverageLine = (c: Coverage): string =>
  `  ${c.system}: explained ${percent(c.direct, c.lookups)} directly (case, appointment, mandate, household), ` +
  `${percent(c.withTeam, c.lookups)} with team and history; cannot judge ${percent(c.cannotJudge, c.lookups)}; ` +
  `${c.unknown} events without official or person\n`;

function summary(
  counts: Counts,
  detection: Detection,
  { alerts, allowed, heldBack }: Settled,
  budget: number,
  seconds: { whole: number; storing: number },
): string {
  const list = (pairs: [string, number][]): string =>
    pairs.length === 0 ? '' : ` (${pairs.map(([k, n]) => `${k} ${n}`).join(', ')})`;
  const byTypology = new Map<string, number>();
  for (const a of alerts) byTypology.set(a.typology, (byTypology.get(a.typology) ?? 0) + 1);
  const { read, stored, duplicates, deadLetters } = counts;
  return (
    `read ${read} = stored ${stored} + duplicates ${duplicates} + dead letters ${deadLetters}${list(Object.entries(counts.byReason))}\n` +
    `lines consumed on the way:${list(Object.entries(counts.consumed)) || ' none'}\n` +
    (deadLetters > 0
      ? `warning: ${deadLetters} lines could not be used; they are kept sealed as dead letters\n`
      : '') +
    detection.coverage.map(coverageLine).join('') +
    `alerts ${alerts.length}${list([...byTypology])}; the budget of ${budget} per 1,000 officials per day with work allows ${allowed} (${detection.workload.officials} officials, ${detection.workload.days} days)\n` +
    (heldBack > 0
      ? `${heldBack} more rule signals did not fit the budget; raise --budget to see them\n`
      : '') +
    `${Math.round(read / seconds.whole)} events/s, ${seconds.whole.toFixed(1)} s (reading and storing ${seconds.storing.toFixed(1)} s), peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MB\n`
  );
}
