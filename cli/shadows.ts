// Settings that run in the shadow: beside the service, over what it stored, minutes behind it.
import type { Logger } from 'pino';
import { DETECTORS } from '../detectors/registry.ts';
import type { ReferenceRows } from '../domain/reference.ts';
import { isoDay, localDay } from '../domain/time.ts';
import { lateCuts } from '../pipeline/late.ts';
import type { Journal } from '../review/journal.ts';
import { onShadowEnded, type ShadowRun, shadowRun, shadowRuns } from '../review/shadow.ts';
import { createBacktestStore } from '../storage/backtests.ts';
import { createEventStore } from '../storage/events.ts';
import { withTried } from './backtests.ts';
import type { Settings } from './settings.ts';
import type { ShadowAnswer, ShadowRequest, ShadowThreadData } from './shadow-thread.ts';
import { startThread, type Thread } from './workers.ts';
import type { Workspace } from './workspace.ts';

const EVERY_MS = 60_000;
/** Each repeats the whole of detection. */
const MOST = 2;

type Running = {
  thread: Thread<ShadowRequest, ShadowAnswer>;
  /** Every batch up to this one is judged. */
  batch: number;
  reference: string;
};
type Options = {
  journal: Journal;
  settings(): Settings;
  referenceRows(): Promise<ReferenceRows>;
  log: Logger;
  everyMs?: number;
};

/** The settings of a shadow: its decision covers the detectors that it names, and no other. */
export function shadowSettings(
  settings: Settings,
  { settings: tried, request, decisionRef }: ShadowRun,
) {
  const consents = DETECTORS.filter((d) => d.meta.id in tried.detectors).map(({ meta }) => ({
    ...{ detector: meta.id, version: meta.version, councilReference: decisionRef },
    ...{ decidedOn: isoDay(localDay(request.decidedAt ?? request.requestedAt)) },
    dpiaReference: decisionRef,
  }));
  const { governance } = settings;
  return withTried(
    { ...settings, governance: { ...governance, consents: [...governance.consents, ...consents] } },
    tried,
  );
}

export type Shadows = ReturnType<typeof openShadows>;
/**
 * Runs every approved shadow in a thread of its own: from the first stored event, since detectors learn,
 * then whatever is new each minute. What it raises is kept apart and reaches no list. After a restart it
 * begins anew and comes to the same. It ends at once when somebody ends it; what it had raised stays.
 */
export function openShadows(
  workspace: Workspace,
  { journal, settings, referenceRows, log, everyMs = EVERY_MS }: Options,
) {
  const running = new Map<string, Running>();
  const kept = createBacktestStore(workspace.reviewStore, settings().tenant);
  let turn: Promise<void> = Promise.resolve();
  let isOver = false;

  async function start(run: ShadowRun, rows: ReferenceRows): Promise<Running> {
    const data: ShadowThreadData = { rows, settings: shadowSettings(settings(), run) };
    const thread = startThread<ShadowRequest, ShadowAnswer>('shadow-thread', data);
    const shadow = { thread, batch: -1, reference: rows.version };
    running.set(run.request.id, shadow);
    log.info({ shadowId: run.request.id }, 'shadow_started');
    return shadow;
  }

  async function stop(id: string): Promise<void> {
    const shadow = running.get(id);
    if (shadow === undefined) return;
    running.delete(id);
    await shadow.thread.close();
    log.info({ shadowId: id }, 'shadow_ended');
  }
  const stopListening = onShadowEnded(journal, (id) => void stop(id));

  async function advance(id: string, shadow: Running, rows: ReferenceRows): Promise<void> {
    const { thread } = shadow;
    if (shadow.reference !== rows.version) {
      await thread.ask({ rows });
      shadow.reference = rows.version;
    }
    const reader = await workspace.openReader();
    try {
      const events = createEventStore(reader);
      const upTo = await events.lastBatch();
      if (upTo === shadow.batch) return;
      const isFirst = shadow.batch < 0;
      const cuts = lateCuts(await events.batches());
      for await (const { text } of events.pages({ batch: shadow.batch, upTo, cuts })) {
        if (isOver) return;
        await thread.ask({ text });
      }
      const { changed, withdrawn, passedOver } = await thread.ask('look');
      if (running.get(id) !== shadow) return;
      const stands = new Set(changed.map((a) => a.alertId));
      // What an earlier process raised and this one does not.
      const stale = isFirst
        ? (await kept.shadowAlerts(id)).map((a) => a.alertId).filter((known) => !stands.has(known))
        : [];
      await kept.saveShadow(id, changed, [...withdrawn, ...stale], passedOver);
      shadow.batch = upTo;
    } finally {
      await reader.close();
    }
  }

  async function look(): Promise<void> {
    const wanted = shadowRuns(journal)
      .filter((run) => run.state === 'approved')
      .sort((a, b) => (a.request.decidedAt ?? 0) - (b.request.decidedAt ?? 0))
      .slice(0, MOST);
    const ids = new Set(wanted.map((run) => run.request.id));
    for (const id of running.keys()) if (!ids.has(id)) await stop(id);
    if (wanted.length === 0) return;
    const rows = await referenceRows();
    for (const run of wanted) {
      const { id } = run.request;
      // The one before took its time: somebody may have ended this one meanwhile.
      if (shadowRun(journal, id).state !== 'approved') continue;
      const shadow = running.get(id) ?? (await start(run, rows));
      try {
        await advance(id, shadow, rows);
      } catch (error) {
        // A thread that was ended while it was at work answers nothing more.
        if (running.get(id) === shadow) throw error;
      }
    }
  }

  const next = (): Promise<void> => {
    turn = turn.then(async () => {
      if (isOver) return;
      try {
        await look();
      } catch (error) {
        // The service goes on; what a thread lost begins anew with the next turn.
        if (!isOver) log.error({ err: error }, 'shadow_failed');
        for (const { thread } of running.values()) await thread.close();
        running.clear();
      }
    });
    return turn;
  };
  const timer = setInterval(() => void next(), everyMs);
  timer.unref();
  return {
    /** Judges what is new now. */
    next,
    async close(): Promise<void> {
      isOver = true;
      clearInterval(timer);
      stopListening();
      await turn;
      await Promise.all([...running.values()].map(({ thread }) => thread.close()));
    },
  };
}
