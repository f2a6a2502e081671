import type { ReferenceData } from '../domain/reference.ts';
import type { AlertDirectory } from './alert-directory.ts';
import type { Journal } from './journal.ts';

/** What every use case works with. */
export type ReviewDeps = {
  journal: Journal;
  directory: AlertDirectory;
  /** The newest reference data: conflicts of interest are judged by it. */
  reference(): ReferenceData;
};
