import type { OversightDesk } from '../api/oversight-desk.ts';
import { signedCoverage } from './coverage.ts';
import { signedExchange } from './exchange.ts';
import { makeReport, type ReportContext } from './reports.ts';
import { retentionOverview } from './retention-run.ts';

/**
 * The desk of the data protection officer on a workspace. Reports count what everybody may know of;
 * coverage and retention count whatever was judged and is kept, and name no alert.
 */
export const openDesk = (context: ReportContext): OversightDesk => ({
  coverage: (window) => signedCoverage(context.workspace, context.reference(), window),
  exchange: (window) => signedExchange(context, window),
  fingerprint: () => context.workspace.evidence.signer.fingerprint,
  report: (request) => makeReport(context, request),
  retention: () => retentionOverview({ ...context, now: context.journal.now() }),
});
