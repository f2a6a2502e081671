import type { IngestedEvent, IngestedRow } from '../pipeline/ingestion.ts';
import { eventRow } from '../storage/events.ts';
import { enterIntoLog } from './sink.ts';
import type { EvidenceStores } from './workspace.ts';

/** Rows as the log commits to them, with the lines they came from. */
export const committedRows = (events: readonly IngestedEvent[]): IngestedRow[] =>
  events.map(({ event, lineSha256, source, line }) => ({
    ...{ system: event.system, eventId: event.eventId, occurredAt: event.occurredAt },
    ...{ row: eventRow(event, lineSha256), source, line },
  }));

/**
 * Enters events of many lanes into the transparency log. What arrives while an entry is being written goes
 * into the next one together: entries are numbered, so writers of a log wait for each other.
 */
export function createEvidenceWriter(evidence: EvidenceStores, keepRawLines: boolean) {
  let waiting: IngestedEvent[] = [];
  let next: Promise<void> | null = null;
  let writing: Promise<void> = Promise.resolve();

  async function turn(before: Promise<void>): Promise<void> {
    // A write that failed was told to those who waited for it.
    await before.catch(() => undefined);
    const events = waiting;
    waiting = [];
    next = null;
    await enterIntoLog(evidence, keepRawLines, () => committedRows(events));
  }

  /** Resolves when entry and lines are stored: rows must not be written before. */
  return function enter(events: readonly IngestedEvent[]): Promise<void> {
    if (events.length === 0) return Promise.resolve();
    for (const event of events) waiting.push(event);
    if (next === null) {
      next = turn(writing);
      writing = next;
    }
    return next;
  };
}
