import type { Logger } from 'pino';
import { DETECTORS } from '../detectors/registry.ts';
import { type Journal, openJournal } from '../review/journal.ts';
import { requestFold } from '../review/two-person-request.ts';
import { createJournalStore } from '../storage/review-journal.ts';
import type { Settings } from './settings.ts';
import type { Workspace } from './workspace.ts';

/**
 * The settings file with what two persons agreed to change since, oldest first. A change that no longer
 * fits its detector is left out and told.
 */
export async function withApproved(
  { reviewStore }: Workspace,
  settings: Settings,
  log: Logger,
): Promise<Settings> {
  const { tenant } = settings;
  const journal = await openJournal(createJournalStore(reviewStore, tenant), { tenant });
  return approvedSettings(journal, settings, log);
}

/** The same from histories that are open already. */
export function approvedSettings(journal: Journal, settings: Settings, log: Logger): Settings {
  const detectors: Record<string, unknown> = { ...settings.detectors };
  const approved = [...journal.all(requestFold, 'detector-change')]
    .filter((request) => request.state === 'approved')
    .sort((a, b) => (a.decidedAt ?? 0) - (b.decidedAt ?? 0));
  for (const { id, data } of approved) {
    const detectorId = String(data['detectorId']);
    const detector = DETECTORS.find((d) => d.meta.id === detectorId);
    const changed = { ...(detectors[detectorId] as object), ...(data['settings'] as object) };
    const parsed = detector?.config.safeParse(changed);
    if (parsed?.success === true) detectors[detectorId] = parsed.data;
    else log.warn({ changeId: id, detector: detectorId }, 'detector_change_left_out');
  }
  // Each has just been read by the detector's own schema.
  return { ...settings, detectors: detectors as Settings['detectors'] };
}
