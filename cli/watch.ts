// What `serve` does with stored events: judge them as they come, raise alerts that stay raised, and save
// its state so that a restart reads on where it was.
import type { Logger } from 'pino';
import { DETECTORS, renderReason } from '../detectors/registry.ts';
import { type Controller, openController, step } from '../detectors/scoring/controller.ts';
import { judgeSources, SOURCE_DETECTORS } from '../detectors/sources/judge-sources.ts';
import type { Alert } from '../domain/alert.ts';
import type { AuditEvent } from '../domain/event.ts';
import type { ReferenceData } from '../domain/reference.ts';
import type { RawSignal } from '../domain/signal.ts';
import { DAY_MS, toIso } from '../domain/time.ts';
import type { Token } from '../domain/token.ts';
import { createSourceHealth } from '../ingest/health.ts';
import { createTroubles } from '../ingest/troubles.ts';
import { groupBy } from '../pipeline/group-by.ts';
import { ORDINARY_P } from '../pipeline/judge-day.ts';
import { createLive } from '../pipeline/live.ts';
import { toSourceAlert } from '../pipeline/source-alerts.ts';
import { alertIdOf, toAlert } from '../pipeline/to-alerts.ts';
import { createSignalStore, type JudgedKey } from '../storage/signals.ts';
import { createSnapshotStore } from '../storage/snapshots.ts';
import { asExplainedLater, explainedLater } from './explained-later.ts';
import { openJudgingRecord } from './judging-record.ts';
import { detectorsInForce, type Settings, settingsVersion } from './settings.ts';
import type { Workspace } from './workspace.ts';

const LANE = 'all';
/** Hours do not change by the second: the logs themselves are judged this often. */
const LOGS_EVERY_MS = 60_000;
/** Alerts about a log take no place of an alert about somebody. */
const ABOUT_LOGS: ReadonlySet<string> = new Set(SOURCE_DETECTORS.flatMap((d) => d.meta.typologies));
const MAX_ALERTS = 10_000;
/** How long after a lookup its case may be registered and still explain it. */
const LATER_MS = 7 * DAY_MS;

/** Where to read on: every batch up to this one is part of the state. */
type Position = { batch: number; controller: Controller };

/** Ordinary scores only teach calibration, which remembers them itself. */
const isWorthKeeping = ({ kind, p }: RawSignal): boolean => kind !== 'score' || p <= ORDINARY_P;

export type Watch = Awaited<ReturnType<typeof openWatch>>;
/**
 * Opens the standing judgement of a data directory: newest snapshot, then the events stored since, then
 * whatever `observe` brings.
 */
export async function openWatch(
  workspace: Workspace,
  reference: ReferenceData,
  settings: Settings,
  log: Logger,
) {
  const { inForce } = detectorsInForce(settings);
  const openLive = (data: ReferenceData) =>
    createLive({
      ...{ reference: data, detectors: inForce, config: settings.detectors },
      onLate: (event) => record.late(event),
    });
  let live = openLive(reference);
  const snapshots = createSnapshotStore(workspace.store);
  const signals = createSignalStore(workspace.store);
  const versions: Alert['versions'] = {
    config: settingsVersion(settings),
    reference: reference.version,
    detectors: Object.fromEntries(
      [...DETECTORS, ...SOURCE_DETECTORS].map((d) => [d.meta.id, d.meta.version]),
    ),
  };
  const context = { versions, render: renderReason };
  const health = createSourceHealth();
  const troubles = createTroubles();
  let logsJudgedAt = 0;
  let controller = openController();
  let judgedAt = 0;
  // An alert raised before a restart stays raised.
  const raised = new Set(await workspace.alerts.ids());
  controller.raised = raised.size;
  /** Alerts that later reference data explained, with its version: they stay corrected as they grow. */
  const corrected = new Map<string, string>();
  for (const known of await workspace.alerts.list(MAX_ALERTS, 0)) {
    if (known.explanation === 'explained-later')
      corrected.set(known.alertId, known.versions.reference);
    if (ABOUT_LOGS.has(known.typology)) controller.raised--;
  }
  const written = new Map<string, string>();
  /** Which detectors spoke of which keys of the open days: rows that a later judgement must replace. */
  const spoke = new Map<number, Map<Token, Set<string>>>();
  for (const { day, key, detector } of await signals.open()) speak(day, key, [detector]);
  const said = (day: number, key: Token): Iterable<string> => spoke.get(day)?.get(key) ?? [];

  const saved = await snapshots.newest(LANE);
  let position = -1;
  if (saved !== null) {
    const at = JSON.parse(saved.position) as Position;
    const warmedUp = live.restore(saved.chunks);
    position = at.batch;
    controller = { ...at.controller, day: at.controller.day ?? Number.NEGATIVE_INFINITY };
    log.info({ lane: LANE, sizeBytes: saved.sizeBytes, warmedUp }, 'lane_restored');
  }
  let record = openJudgingRecord(workspace.store, settings, reference, position);
  let replayed = 0;
  for await (const page of workspace.events.inOrder({ batch: position })) {
    observe(page);
    replayed += page.length;
    await judge();
  }
  if (replayed > 0) log.info({ lane: LANE, events: replayed }, 'lane_caught_up');

  function speak(day: number, key: Token, detectors: readonly string[]): void {
    const ofDay = spoke.get(day) ?? new Map<Token, Set<string>>();
    const known = ofDay.get(key) ?? new Set<string>();
    for (const detector of detectors) known.add(detector);
    spoke.set(day, ofDay.set(key, known));
  }

  /** Judges what is new, keeps the signals, and raises what the budget allows; gives the alerts that changed. */
  async function judge(): Promise<Alert[]> {
    const { closed, open } = await live.judge();
    judgedAt = Math.max(judgedAt + 1, Date.now());
    const final: JudgedKey[] = [];
    for (const { day, signals: all } of closed) {
      const byKey = groupBy(all.filter(isWorthKeeping), (s) => s.key);
      // What was said of an open day and did not last is replaced by nothing.
      for (const key of spoke.get(day)?.keys() ?? []) if (!byKey.has(key)) byKey.set(key, []);
      for (const [key, own] of byKey) final.push({ day, key, signals: own });
    }
    await signals.save(final, { version: judgedAt, isOpen: false, spoke: said });
    judgedAt++;
    const now = open.map((j) => ({ ...j, signals: j.signals.filter(isWorthKeeping) }));
    await signals.save(now, { version: judgedAt, isOpen: true, spoke: said });
    for (const { day } of closed) spoke.delete(day);
    for (const { day, key, signals: own } of now)
      speak(
        day,
        key,
        own.map((s) => s.detector),
      );
    return raise();
  }

  async function raise(): Promise<Alert[]> {
    const episodes = live.episodes();
    const fresh = groupBy(
      episodes.filter((e) => !raised.has(alertIdOf(e))),
      (e) => e.lastDay,
    );
    const workload = live.lane.workload();
    // The day that is open counts as a day with work: its alerts may be raised today.
    const withToday = { ...workload, days: workload.days + 1 };
    for (const day of [...fresh.keys()].sort((a, b) => a - b)) {
      const chosen = step(controller, day, fresh.get(day) ?? [], withToday, settings.budget);
      controller = chosen.state;
      for (const episode of chosen.raised) raised.add(alertIdOf(episode));
    }
    const changed = [
      ...episodes
        .filter((e) => raised.has(alertIdOf(e)))
        .map((e) => asCorrected(toAlert(e, context))),
      ...alertsOfLogs(),
    ].filter(isChanged);
    await workspace.alerts.save(changed, judgedAt);
    return changed;
  }

  /** What is wrong with the logs since this process began to read; a rhythm is learned anew by then. */
  function alertsOfLogs(): Alert[] {
    const now = Date.now();
    if (now - logsJudgedAt < LOGS_EVERY_MS) return [];
    logsJudgedAt = now;
    return judgeSources(troubles.addTo(health.facts()), settings.detectors).map((s) =>
      toSourceAlert(s, context),
    );
  }

  /** An alert as later reference data left it. */
  function asCorrected(told: Alert): Alert {
    const explainedBy = corrected.get(told.alertId);
    return explainedBy === undefined ? told : asExplainedLater(told, explainedBy);
  }

  /** Whether an alert is not what was written last. */
  function isChanged(alert: Alert): boolean {
    const text = JSON.stringify(alert);
    if (written.get(alert.alertId) === text) return false;
    written.set(alert.alertId, text);
    return true;
  }

  /** `arrivedAt` is when each came, in epoch ms; null or left out where that is not known. */
  function observe(events: Iterable<AuditEvent>, arrivedAt: readonly (number | null)[] = []): void {
    const all = [...events];
    const now = Date.now();
    // Lines may be read long after they came; then only a time still to come is surely wrong.
    for (const [i, event] of all.entries())
      health.observe(event, arrivedAt[i] ?? (event.occurredAt > now ? now : null));
    live.observe(all, now);
  }

  /**
   * Goes on with newer reference data: open days are judged again at once, and alerts of the last days
   * whose lookups it explains are corrected. Gives how many were.
   */
  async function renewReference(next: ReferenceData): Promise<number> {
    await judge();
    const batch = await workspace.events.lastBatch();
    await record.upTo(batch);
    record = openJudgingRecord(workspace.store, settings, next, batch);
    const chunks = live.save();
    live = openLive(next);
    live.restore(chunks);
    versions.reference = next.version;
    const since = toIso(Math.max(0, live.lane.newest() - LATER_MS));
    const recent = (await workspace.alerts.list(MAX_ALERTS, 0)).filter(
      (a) => a.lastEventAt >= since,
    );
    const explained = await explainedLater(workspace, next, recent);
    const ids = new Set(explained.map((a) => a.alertId));
    const at = Date.now();
    await workspace.alerts.note(
      recent.filter((a) => ids.has(a.alertId)),
      at - 1,
    );
    await workspace.alerts.note(explained, at);
    for (const id of ids) corrected.set(id, next.version);
    await workspace.alerts.save(explained, ++judgedAt);
    await judge();
    log.info({ version: next.version, corrected: ids.size }, 'reference_renewed');
    return ids.size;
  }

  return {
    renewReference,
    observe,
    troubles,
    judge,
    coverage: () => live.lane.coverage(),
    raised: (): number => raised.size,
    late: (): number => live.lane.late(),
    /** Saves everything; only when no write of events is under way. */
    async save(): Promise<void> {
      await judge();
      const batch = await workspace.events.lastBatch();
      const at: Position = { batch, controller };
      await snapshots.save(LANE, JSON.stringify(at), live.save(), Date.now());
      await record.upTo(batch);
    },
  };
}
