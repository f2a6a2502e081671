import { confidentialMark } from '../domain/confidential.ts';
import { stateChunk } from '../domain/state-chunk.ts';
import { startOfDay, toIso } from '../domain/time.ts';
import type { LogStore } from '../pipeline/judge-logs.ts';
import type { LaneStore } from '../pipeline/lane-runner.ts';
import type { WeighStore } from '../pipeline/weigh-stage.ts';
import { createAlertStore } from '../storage/alerts.ts';
import type { Store } from '../storage/client.ts';
import { createConfidentialStore } from '../storage/confidential.ts';
import { createEventStore, eventRow } from '../storage/events.ts';
import { createJudgementStore } from '../storage/judgements.ts';
import { createSnapshotStore } from '../storage/snapshots.ts';
import { createSourceHourStore } from '../storage/source-hours.ts';
import { createGroupCommit } from './group-commit.ts';

const WEIGH_LANE = 'weigh';

/**
 * Time from one write of the lanes to the next. What they say leads to alerts; the rest may take longer, and
 * an engine pays for each part that it writes.
 */
const SAID_EVERY_MS = 100;
export const TOLD_EVERY_MS = 500;
const STORED_EVERY_MS = 1_000;

/**
 * The store as the running lanes of this process see it: they write together. Only lanes of officials
 * write events, or each would come twice.
 */
export function createLaneStores(store: Store): (writesEvents: boolean) => LaneStore {
  const events = createEventStore(store);
  const confidential = createConfidentialStore(store);
  const judgements = createJudgementStore(store);
  const snapshots = createSnapshotStore(store);
  const saveRows = createGroupCommit(events.append, STORED_EVERY_MS);
  const saveJudgements = createGroupCommit(judgements.save, SAID_EVERY_MS);
  const saveProgress = createGroupCommit(judgements.saveProgress, TOLD_EVERY_MS);
  return (writesEvents) => ({
    async saveEvents(batch) {
      if (!writesEvents) return;
      const marks = batch.flatMap(({ event }) => confidentialMark(event));
      await confidential.mark(marks, Date.now());
      await saveRows(batch.map(({ event, lineSha256 }) => eventRow(event, lineSha256)));
    },
    saveJudgements: (lane, position, own) =>
      saveJudgements(own.map((judgement) => ({ ...judgement, lane, position }))),
    saveDays: judgements.saveDays,
    saveProgress: (report) => saveProgress([report]),
    spoken: judgements.spoken,
    newestSnapshot: snapshots.newest,
    savedUpTo: judgements.savedUpTo,
    saveSnapshot: async (lane, position, chunks) =>
      (await snapshots.save(lane, position, chunks, Date.now())) !== null,
  });
}

/** The store as weighing sees it. */
export function createWeighStore(store: Store): WeighStore {
  const judgements = createJudgementStore(store);
  const snapshots = createSnapshotStore(store);
  const alerts = createAlertStore(store);
  return {
    progress: judgements.progress,
    judgementsSince: judgements.since,
    unheardJudgements: judgements.unheard,
    daysSince: judgements.daysSince,
    openAlertIds: (day) =>
      judgements.openAlertIds(Number.isFinite(day) ? toIso(startOfDay(day + 1)) : ''),
    untouched: judgements.untouched,
    saveAlerts: alerts.save,
    withdrawAlerts: alerts.withdraw,
    async newestState() {
      return (await snapshots.newest(WEIGH_LANE))?.chunks[0] ?? null;
    },
    async saveState(upTo, bytes) {
      await snapshots.save(WEIGH_LANE, String(upTo), [stateChunk(bytes)], Date.now());
    },
  };
}

/** The store as the judge of logs sees it. */
export function createLogStore(store: Store): LogStore {
  const hours = createSourceHourStore(store);
  const alerts = createAlertStore(store);
  const judgements = createJudgementStore(store);
  return {
    ...{ newest: hours.newest, counts: hours.counts, runs: hours.runs },
    openAlertIds: judgements.openLogAlertIds,
    saveAlerts: alerts.save,
    withdrawAlerts: alerts.withdraw,
  };
}
