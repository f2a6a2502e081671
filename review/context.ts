import type { ReferenceData } from '../domain/reference.ts';
import type { AlertView, ConfidentialMarks } from './alert-directory.ts';
import type { Journal } from './journal.ts';

/** What every use case works with. */
export type ReviewDeps = {
  journal: Journal;
  /** Alerts as whoever acts is shown them. */
  directory: AlertView;
  /** The newest reference data: conflicts of interest are judged by it. */
  reference(): ReferenceData;
};
/** Enough to tell who may know of a case. */
export type CaseDeps = Omit<ReviewDeps, 'directory'> & { directory: ConfidentialMarks };
