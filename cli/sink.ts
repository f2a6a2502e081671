import type { EventSink } from '../pipeline/ingestion.ts';
import { eventRow } from '../storage/events.ts';
import { seal } from '../storage/vault.ts';
import type { Workspace } from './workspace.ts';

/** The store of a workspace as ingestion sees it; dead letters are sealed on the way. */
export const createSink = ({ events, deadLetters, vault, sealKey }: Workspace): EventSink => ({
  flushIdentities: () => vault.flush(),
  write: (batch) =>
    events.append(batch.map(({ event, lineSha256 }) => eventRow(event, lineSha256))),
  async known(batch) {
    let from = Number.POSITIVE_INFINITY;
    let to = Number.NEGATIVE_INFINITY;
    for (const { occurredAt } of batch) {
      from = Math.min(from, occurredAt);
      to = Math.max(to, occurredAt);
    }
    return events.known(batch, from, to);
  },
  deadLetters: (letters) =>
    deadLetters.append(
      letters.map(({ deadLetterId, source, line, reason, field }) => ({
        deadLetterId,
        source,
        lineNumber: line.lineNumber,
        reason,
        field,
        sizeBytes: line.bytes.length,
        sealed: seal(sealKey, line.bytes, deadLetterId),
      })),
    ),
});
