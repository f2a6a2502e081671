import type { Envelope } from '../evidence/statement.ts';
import type { CoverageReport } from '../review/oversight/coverage.ts';

type Window = { from: number; to: number };

/** What the desk of the data protection officer asks of store, key and settings. */
export type OversightDesk = {
  /** What was judged of a half-open window and what was not, and the same signed. */
  coverage(window: Window): Promise<{ report: CoverageReport; envelope: Envelope }>;
};
