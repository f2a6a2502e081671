import type { IngestedEvent, IngestedRow } from '../pipeline/ingestion.ts';
import { eventRow } from '../storage/events.ts';
import { createGroupCommit } from './group-commit.ts';
import { enterIntoLog } from './sink.ts';
import type { EvidenceStores } from './workspace.ts';

/** Rows as the log commits to them, with the lines they came from. */
export const committedRows = (events: readonly IngestedEvent[]): IngestedRow[] =>
  events.map(({ event, lineSha256, source, line }) => ({
    ...{ system: event.system, eventId: event.eventId, occurredAt: event.occurredAt },
    ...{ row: eventRow(event, lineSha256), source, line },
  }));

/** Time from one entry to the next; what arrives meanwhile is entered together. */
const PAUSE_MS = 200;

/**
 * Enters events of many lanes into the transparency log: entries are numbered, so writers of a log wait
 * for each other. Resolves when entry and lines are stored: rows must not be written before.
 */
export const createEvidenceWriter = (
  evidence: EvidenceStores,
  keepRawLines: boolean,
): ((events: readonly IngestedEvent[]) => Promise<void>) =>
  createGroupCommit(
    (events) => enterIntoLog(evidence, keepRawLines, () => committedRows(events)),
    PAUSE_MS,
  );
