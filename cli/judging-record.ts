import { randomUUID } from 'node:crypto';
import type { AuditEvent } from '../domain/event.ts';
import type { Delivered } from '../domain/reference.ts';
import type { Store } from '../storage/client.ts';
import { createJudgingRunStore, type JudgingRun } from '../storage/judging-runs.ts';
import { detectorsInForce, type Settings, settingsVersion } from './settings.ts';

/** The batch before all others: a run that starts here takes everything. */
export const BEFORE_ALL = -1;

export type JudgingRecord = {
  /** An event that came after its day was closed: taken, stored, not judged. */
  late(event: AuditEvent): void;
  /** Writes that every batch up to this one was taken; call it after they were judged. */
  upTo(batch: number): Promise<void>;
};

/**
 * Writes down a run of detection as it goes: under what it judges, how far it has come, and which events
 * it could not judge. What is not written down does not count as judged.
 */
export function openJudgingRecord(
  store: Store,
  settings: Settings,
  reference: { version: string; delivered: Delivered },
  afterBatch: number,
): JudgingRecord {
  const runs = createJudgingRunStore(store);
  const { inForce, refused } = detectorsInForce(settings);
  const run: Omit<JudgingRun, 'upToBatch' | 'endedAt'> = {
    ...{ runId: randomUUID(), startedAt: Date.now(), afterBatch, refused },
    detectors: Object.fromEntries(inForce.map(({ meta }) => [meta.id, meta.version])),
    missingData: Object.entries(reference.delivered).flatMap(([file, is]) => (is ? [] : [file])),
    ...{ config: settingsVersion(settings), reference: reference.version },
  };
  let waiting: AuditEvent[] = [];
  return {
    late: (event) => void waiting.push(event),
    async upTo(upToBatch) {
      const late = waiting;
      waiting = [];
      // First what was not judged: a run that has come this far must not hide it.
      await runs.saveUnjudged(run.runId, 'late', late);
      await runs.save({ ...run, upToBatch, endedAt: Date.now() });
    },
  };
}
