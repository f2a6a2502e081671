import type { OversightDesk } from '../api/oversight-desk.ts';
import type { ReferenceData } from '../domain/reference.ts';
import { signedCoverage } from './coverage.ts';
import type { Workspace } from './workspace.ts';

/** The desk of the data protection officer on a workspace. */
export const openDesk = (workspace: Workspace, reference: () => ReferenceData): OversightDesk => ({
  coverage: (window) => signedCoverage(workspace, reference(), window),
});
