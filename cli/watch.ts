// What `serve` does with stored events: judge them as they come, raise alerts that stay raised, and save
// its state so that a restart reads on where it was.
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Alert } from '../domain/alert.ts';
import type { AuditEvent } from '../domain/event.ts';
import type { ReferenceData } from '../domain/reference.ts';
import type { RawSignal } from '../domain/signal.ts';
import { bytesOf } from '../domain/state-chunk.ts';
import { DAY_MS, startOfDay, toIso } from '../domain/time.ts';
import type { Token } from '../domain/token.ts';
import { LOG_TYPOLOGIES, type Typology } from '../domain/typology.ts';
import { createSourceTally } from '../ingest/source-tally.ts';
import type { TroubleCounter } from '../ingest/troubles.ts';
import { groupBy } from '../pipeline/group-by.ts';
import { ORDINARY_P } from '../pipeline/judge-day.ts';
import { createLogJudge } from '../pipeline/judge-logs.ts';
import { lateCuts } from '../pipeline/late.ts';
import { createLive } from '../pipeline/live.ts';
import { toSourceAlert } from '../pipeline/source-alerts.ts';
import { toAlert } from '../pipeline/to-alerts.ts';
import { createSignalStore, type JudgedKey } from '../storage/signals.ts';
import { createSnapshotStore } from '../storage/snapshots.ts';
import { createSourceHourStore } from '../storage/source-hours.ts';
import { alertContext } from './alert-context.ts';
import { asExplainedLater, explainedLater } from './explained-later.ts';
import { openJudgingRecord } from './judging-record.ts';
import { createLogStore } from './lane-store.ts';
import { detectorsInForce, type Settings, settingsVersion } from './settings.ts';
import type { Workspace } from './workspace.ts';

const LANE = 'all';
/** Hours do not change by the second: the logs themselves are judged this often. */
const LOGS_EVERY_MS = 5 * 60_000;
/** Alerts about a log take no place of an alert about somebody. */
const ABOUT_LOGS: ReadonlySet<Typology> = new Set(LOG_TYPOLOGIES);
const MAX_ALERTS = 10_000;
/** Set-aside lines that are known again after a restart; beyond them older ones count once more. */
const MAX_LETTERS = 200_000;
/** How long after a lookup its case may be registered and still explain it. */
const LATER_MS = 7 * DAY_MS;

/** Where to read on: every batch up to this one is part of the state. */
type Position = { batch: number };
/** Nobody can act on an alert where there is no desk. */
const NOBODY_ACTED = (): boolean => false;

/** Ordinary scores only teach calibration, which remembers them itself. */
const isWorthKeeping = ({ kind, p }: RawSignal): boolean => kind !== 'score' || p <= ORDINARY_P;

export type Watch = Awaited<ReturnType<typeof openWatch>>;
/**
 * Opens the standing judgement of a data directory: newest snapshot, then the events stored since, then
 * whatever `observe` brings. An alert of an open day keeps its place until the day closes; then what the
 * whole day says stands, and what it no longer says goes, unless somebody acted on it (`isTouched`).
 */
export async function openWatch(
  workspace: Workspace,
  reference: ReferenceData,
  given: Settings,
  log: Logger,
  isTouched: (alertId: string) => boolean = NOBODY_ACTED,
) {
  let settings = given;
  let data = reference;
  const openLive = () =>
    createLive({
      ...{ reference: data, budget: settings.budget, config: settings.detectors },
      detectors: detectorsInForce(settings).inForce,
      toAlert: (episode) => toAlert(episode, context),
      onLate: (event) => record.late(event),
    });
  const snapshots = createSnapshotStore(workspace.store);
  const signals = createSignalStore(workspace.store);
  const context = alertContext(settings, reference.version);
  const { versions } = context;
  let live = openLive();
  const tally = createSourceTally(randomUUID);
  const sourceHours = createSourceHourStore(workspace.store);
  const logs = createLogJudge({
    store: createLogStore(workspace.store),
    config: () => settings.detectors,
    toAlert: (signal) => toSourceAlert(signal, context),
    // One process sees every line, and stores it before it is judged.
    saysTwice: false,
    now: Date.now,
  });
  // Files are read from their beginning after a restart: what was set aside before counts once.
  const lettersBefore = await workspace.deadLetters.newestIds(MAX_LETTERS);
  let logsJudgedAt = 0;
  let judgedAt = 0;
  /** Alerts on the list that no closed day has raised yet. */
  let today = new Set<string>();
  /** Alerts that later reference data explained, with its version: they stay corrected as they grow. */
  const corrected = new Map<string, string>();
  const stored = await workspace.alerts.list(MAX_ALERTS, 0);
  for (const { alertId, explanation, versions: of } of stored)
    if (explanation === 'explained-later') corrected.set(alertId, of.reference);
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
    log.info({ lane: LANE, sizeBytes: saved.sizeBytes, warmedUp }, 'lane_restored');
  }
  // Every event is read again, and counted again.
  if (saved === null) await sourceHours.forgetAll();
  keepPlaces();
  const cuts = lateCuts(await workspace.events.batches());
  let record = openJudgingRecord(workspace.store, settings, data, position);
  // What came too late before a restart is as late after it.
  for (const event of await workspace.events.tooLate(cuts, position)) record.late(event);
  let replayed = 0;
  for await (const page of workspace.events.inOrder({ batch: position, cuts })) {
    observe(page);
    replayed += page.length;
    await judge();
  }
  if (saved === null) keepPlaces();
  if (replayed > 0) {
    log.info({ lane: LANE, events: replayed }, 'lane_caught_up');
    // What was counted is saved with the place up to which it was: killed now, nothing counts twice.
    await save();
  }
  await judgeLogs();

  /** What an open day showed before a restart keeps its place until the day closes. */
  function keepPlaces(): void {
    const upTo = live.lane.closedUpTo();
    if (!Number.isFinite(upTo)) return;
    const openFrom = toIso(startOfDay(upTo + 1));
    for (const { alertId, typology, lastEventAt } of stored)
      if (!ABOUT_LOGS.has(typology) && lastEventAt >= openFrom && !live.raised().has(alertId))
        today.add(alertId);
  }

  function speak(day: number, key: Token, detectors: readonly string[]): void {
    const ofDay = spoke.get(day) ?? new Map<Token, Set<string>>();
    const known = ofDay.get(key) ?? new Set<string>();
    for (const detector of detectors) known.add(detector);
    spoke.set(day, ofDay.set(key, known));
  }

  /** Judges what is new, keeps the signals, and raises what the budget allows; gives the alerts that changed. */
  async function judge(): Promise<Alert[]> {
    const { closed, open, raised } = await live.judge();
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
    return raise(raised, closed.length > 0);
  }

  async function raise(raised: readonly Alert[], isClosed: boolean): Promise<Alert[]> {
    const alerts = new Map(raised.map((a) => [a.alertId, a]));
    for (const alert of live.standing(today)) alerts.set(alert.alertId, alert);
    const told = [...alerts.values()].map(asCorrected);
    const changed = told.filter(isChanged);
    await workspace.alerts.save(changed, judgedAt);
    const isSettled = live.raised();
    const gone = [...today].filter((id) => !alerts.has(id) && !isSettled.has(id));
    await withdraw(gone.filter((id) => !corrected.has(id) && !isTouched(id)));
    today = new Set([...alerts.keys()].filter((id) => !isSettled.has(id)));
    if (isClosed) for (const id of written.keys()) if (!alerts.has(id)) written.delete(id);
    return changed;
  }

  async function withdraw(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await workspace.alerts.withdraw(ids);
    log.info({ alerts: ids.length }, 'alerts_withdrawn');
  }

  /** What is wrong with the logs, on what is stored of them. */
  async function judgeLogs(): Promise<void> {
    logsJudgedAt = Date.now();
    const { changed, withdrawn } = await logs.look();
    if (changed + withdrawn > 0) log.info({ changed, withdrawn }, 'logs_judged');
  }

  async function save(): Promise<void> {
    await judge();
    const batch = await workspace.events.lastBatch();
    const at: Position = { batch };
    const { writer, counts } = tally.take();
    await sourceHours.save(writer, counts, Date.now());
    await snapshots.save(LANE, JSON.stringify(at), live.save(), Date.now());
    await record.upTo(batch);
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
      tally.observe(event, arrivedAt[i] ?? (event.occurredAt > now ? now : null));
    // In order of time: whether a line is late must not depend on its place in a batch.
    live.observe(
      all.sort((a, b) => a.occurredAt - b.occurredAt),
      now,
    );
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
    data = next;
    renewLive();
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

  function renewLive(): void {
    const chunks = bytesOf(live.save());
    live = openLive();
    live.restore(chunks);
  }

  const troubles: TroubleCounter = {
    ...tally,
    dead(input, letterId) {
      if (!lettersBefore.has(letterId)) tally.dead(input, letterId);
    },
  };
  return {
    renewReference,
    /** Goes on with other settings; days that are open are judged by them as a whole. */
    async renewSettings(next: Settings): Promise<void> {
      await judge();
      const batch = await workspace.events.lastBatch();
      await record.upTo(batch);
      settings = next;
      record = openJudgingRecord(workspace.store, next, data, batch);
      versions.config = settingsVersion(next);
      renewLive();
      await judge();
      log.info({ config: versions.config }, 'settings_renewed');
    },
    observe,
    /** Hears of lines as they are read. */
    troubles,
    judge,
    coverage: () => live.lane.coverage(),
    raised: (): number => live.raised().size + today.size,
    /** Last day that takes no more events. */
    closedUpTo: (): number => live.lane.closedUpTo(),
    late: (): number => live.lane.late(),
    /** Saves everything; only when no write of events is under way. */
    async save(): Promise<void> {
      await save();
      if (Date.now() - logsJudgedAt >= LOGS_EVERY_MS) await judgeLogs();
    },
  };
}
