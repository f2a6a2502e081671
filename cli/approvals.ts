// What people decided while detection runs, as detection needs to know it.
import { caseFold } from '../review/case.ts';
import type { Journal } from '../review/journal.ts';

/** Whether somebody acted on an alert: judged it, noted something, or took it into a case. */
export const actedOn =
  (journal: Journal) =>
  (alertId: string): boolean => {
    if (journal.has('alert', alertId)) return true;
    for (const { links } of journal.all(caseFold, 'case'))
      if (links.some((link) => link.alertId === alertId)) return true;
    return false;
  };

/**
 * Tells when approved changes of detectors are due: once a day has closed after the approval, so that
 * one day is judged by one setting.
 */
export function approvals(journal: Journal, closedUpTo: () => number) {
  let waitingSince: number | null = null;
  journal.onRecorded(({ typeUid }) => {
    if (typeUid === 'detector-change.approved') waitingSince = closedUpTo();
  });
  return {
    isDue(): boolean {
      if (waitingSince === null || closedUpTo() <= waitingSince) return false;
      waitingSince = null;
      return true;
    },
  };
}
