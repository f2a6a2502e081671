import type { EventKey, EventSink, IngestedRow } from '../pipeline/ingestion.ts';
import { eventRow } from '../storage/events.ts';
import { toDeadRow } from './dead-messages.ts';
import type { EvidenceSettings } from './evidence-settings.ts';
import type { EvidenceStores, Workspace } from './workspace.ts';

/** The store of a workspace as ingestion sees it; dead letters are sealed on the way. */
export const createSink = (
  { events, deadLetters, confidential, vault, sealKey, evidence }: Workspace,
  { keepRawLines }: Pick<EvidenceSettings, 'keepRawLines'>,
): EventSink => ({
  flushIdentities: () => vault.flush(),
  async write(batch) {
    const rows = batch.map(({ event, lineSha256 }) => eventRow(event, lineSha256));
    // On record first: an entry without its rows shows, rows without an entry would be a hole.
    await enterIntoLog(evidence, keepRawLines, () =>
      batch.map(({ event, source, line }, n) => ({
        ...keyOf(event),
        ...{ row: rows[n] ?? '', source, line },
      })),
    );
    await events.append(rows);
  },
  async writeRows(rowsOf, bytes) {
    // A row carries its batch number at the end; what is entered into the log does not.
    await enterIntoLog(evidence, keepRawLines, () =>
      rowsOf().map((r) => ({ ...r, row: r.row.slice(0, r.row.lastIndexOf('\t')) })),
    );
    await events.appendRows(bytes);
  },
  async known(batch) {
    let from = Number.POSITIVE_INFINITY;
    let to = Number.NEGATIVE_INFINITY;
    for (const { occurredAt } of batch) {
      from = Math.min(from, occurredAt);
      to = Math.max(to, occurredAt);
    }
    return events.known(batch, from, to);
  },
  confidential: (marks) => confidential.mark(marks, Date.now()),
  deadLetters: (letters) => deadLetters.append(letters.map((letter) => toDeadRow(letter, sealKey))),
});

const keyOf = ({ system, eventId, occurredAt }: EventKey): EventKey => ({
  system,
  eventId,
  occurredAt,
});

/** Commits the log to rows, and keeps the lines behind them; before the rows are written. */
export async function enterIntoLog(
  { log: openLog, rawLines }: EvidenceStores,
  keepRawLines: boolean,
  batchOf: () => readonly IngestedRow[],
): Promise<void> {
  const log = await openLog();
  if (log === null) return;
  const batch = batchOf();
  if (batch.length === 0) return;
  const batches = await log.appendRows(batch.map((b) => ({ ...keyOf(b), row: b.row })));
  if (keepRawLines) await rawLines.keep(batches, batch);
}
