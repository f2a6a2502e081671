import type { Language, ReportDocument, ReportKind } from '../domain/document.ts';
import type { Envelope } from '../evidence/statement.ts';
import type { ExchangeStatement } from '../review/exchange-statement.ts';
import type { CoverageReport } from '../review/oversight/coverage.ts';
import type { RetentionOverview } from '../review/retention-run.ts';

type Window = { from: number; to: number };

export type ReportRequest = {
  kind: ReportKind;
  /** `2026-03` for a month, `2026` for a year; the last whole one when left out. */
  period: string | null;
  language: Language;
};

/** What the desk of the data protection officer asks of store, key and settings. */
export type OversightDesk = {
  /** What was judged of a half-open window and what was not, and the same signed. */
  coverage(window: Window): Promise<{ report: CoverageReport; envelope: Envelope }>;
  /** Own statistics as other municipalities may have them. */
  exchange(window: Window): Promise<{ statement: ExchangeStatement; envelope: Envelope }>;
  /** Of the key with which all of these are signed: others compare it. */
  fingerprint(): string;
  report(request: ReportRequest): Promise<ReportDocument>;
  /** Periods in force, what is due and held now, and the last runs with their proof. */
  retention(): Promise<RetentionOverview>;
};
