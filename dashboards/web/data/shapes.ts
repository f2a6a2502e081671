import type * as alerts from '../../../api/schemas/alerts.ts';
import type * as backtests from '../../../api/schemas/backtests.ts';
import type * as breaches from '../../../api/schemas/breaches.ts';
import type * as cases from '../../../api/schemas/cases.ts';
import type * as coverage from '../../../api/schemas/coverage.ts';
import type * as detectors from '../../../api/schemas/detectors.ts';
import type * as exchange from '../../../api/schemas/exchange.ts';
import type * as exports from '../../../api/schemas/exports.ts';
import type * as operations from '../../../api/schemas/operations.ts';
import type * as oversight from '../../../api/schemas/oversight.ts';
import type * as reports from '../../../api/schemas/oversight-reports.ts';
import type * as pictures from '../../../api/schemas/pictures.ts';
import type * as reveals from '../../../api/schemas/reveals.ts';
import type * as samples from '../../../api/schemas/samples.ts';
import type * as searches from '../../../api/schemas/searches.ts';
import type * as session from '../../../api/schemas/session.ts';
import type * as shapes from '../../../api/schemas/shapes.ts';
import type * as trials from '../../../api/schemas/trials.ts';
import type * as watches from '../../../api/schemas/watches.ts';

/** What travels over the wire, by the schemas of the API: types alone, so that no validator is shipped. */
type Wire<S extends import('zod').ZodType> = shapes.Wire<S>;

export type Texts = Wire<typeof shapes.Texts>;
export type ReviewerRef = Wire<typeof shapes.ReviewerRef>;
export type HistoryEntry = Wire<typeof shapes.HistoryEntry>;

export type SignInMethods = Wire<typeof session.SignInMethods>;
export type Session = Wire<typeof session.Session>;
export type Account = Wire<typeof session.Account>;
export type Accounts = Wire<typeof session.Accounts>;
export type AccountCreated = Wire<typeof session.AccountCreated>;
export type NewAccount = Wire<typeof session.NewAccount>;
export type NewServiceAccount = Wire<typeof session.NewServiceAccount>;
export type Reviewers = Wire<typeof session.Reviewers>;

export type AlertSummary = Wire<typeof alerts.AlertSummary>;
export type AlertPage = Wire<typeof alerts.AlertPage>;
export type AlertDetail = Wire<typeof alerts.AlertDetail>;
export type AlertReason = Wire<typeof alerts.AlertReason>;
export type BulkResult = Wire<typeof alerts.BulkResult>;
export type Lookup = Wire<typeof alerts.Lookup>;
export type LookupPage = Wire<typeof alerts.LookupPage>;
export type SimilarAlerts = Wire<typeof alerts.SimilarAlerts>;
export type Pictures = Wire<typeof pictures.Pictures>;

export type CaseSummary = Wire<typeof cases.CaseSummary>;
export type CasePage = Wire<typeof cases.CasePage>;
export type CaseDetail = Wire<typeof cases.CaseDetail>;
export type Hearing = Wire<typeof cases.Hearing>;
export type NewCase = Wire<typeof cases.NewCase>;
export type HoldPage = Wire<typeof cases.HoldPage>;
export type Reveal = Wire<typeof reveals.Reveal>;
export type RevealPage = Wire<typeof reveals.RevealPage>;
export type RevealView = Wire<typeof reveals.RevealView>;
export type NewReveal = Wire<typeof reveals.NewReveal>;
export type Suppression = Wire<typeof reveals.Suppression>;
export type SuppressionPage = Wire<typeof reveals.SuppressionPage>;
export type EvidenceExport = Wire<typeof exports.Export>;
export type ExportPage = Wire<typeof exports.ExportPage>;

export type Status = Wire<typeof operations.Status>;
export type Source = Wire<typeof operations.Source>;
export type Sources = Wire<typeof operations.Sources>;
export type DeadLetterPage = Wire<typeof operations.DeadLetterPage>;
export type NewTrial = Wire<typeof trials.NewTrial>;
export type Trial = Wire<typeof trials.Trial>;
export type NewReplay = Wire<typeof trials.NewReplay>;
export type Replay = Wire<typeof trials.Replay>;
export type Reference = Wire<typeof operations.ReferenceState>;
export type SavedView = Wire<typeof operations.SavedView>;
export type SavedViews = Wire<typeof operations.SavedViews>;
export type StreamMessage = Wire<typeof operations.StreamMessage>;

export type Detector = Wire<typeof detectors.Detector>;
export type Detectors = Wire<typeof detectors.Detectors>;
export type DetectorChange = Wire<typeof detectors.DetectorChange>;
export type DetectorChangePage = Wire<typeof detectors.DetectorChangePage>;
export type Backtest = Wire<typeof backtests.Backtest>;
export type ShadowRun = Wire<typeof backtests.ShadowRun>;
export type ShadowRunDetail = Wire<typeof backtests.ShadowRunDetail>;
export type ShadowRunPage = Wire<typeof backtests.ShadowRunPage>;
export type NewShadowRun = Wire<typeof backtests.NewShadowRun>;
export type BacktestPage = Wire<typeof backtests.BacktestPage>;

export type Breach = Wire<typeof breaches.Breach>;
export type BreachPage = Wire<typeof breaches.BreachPage>;
export type BreachStep = Wire<typeof breaches.BreachStep>['step'];
export type BreachDocuments = Wire<typeof breaches.BreachDocuments>;
export type BreachRegister = Wire<typeof breaches.BreachRegister>;

export type Statistics = Wire<typeof oversight.Statistics>;
export type ReviewLogPage = Wire<typeof oversight.ReviewLogPage>;
export type ChainCheck = Wire<typeof oversight.ChainCheck>;

export type SearchRequest = Wire<typeof searches.Search>;
export type CommonAccess = Wire<typeof searches.CommonAccess>;
export type CommonAccessResult = Wire<typeof searches.CommonAccessResult>;
export type SearchResult = Wire<typeof searches.SearchResult>;

export type Sample = Wire<typeof samples.Sample>;
export type SamplePage = Wire<typeof samples.SamplePage>;
export type NewFinding = Wire<typeof samples.NewFinding>;
export type NewExtract = Wire<typeof samples.NewExtract>;
export type ResidentExtract = Wire<typeof samples.ResidentExtract>;

export type Exchange = Wire<typeof exchange.Exchange>;
export type Benchmark = Wire<typeof exchange.Benchmark>;
export type NewImport = Wire<typeof exchange.NewImport>;
export type ImportedStatement = Wire<typeof exchange.Imported>;

export type Coverage = Wire<typeof coverage.CoverageAnswer>;

export type Watch = Wire<typeof watches.Watch>;
export type WatchPage = Wire<typeof watches.WatchPage>;
export type NewWatch = Wire<typeof watches.NewWatch>;
export type WatchLookups = Wire<typeof watches.WatchLookups>;
export type Tasks = Wire<typeof watches.Tasks>;

export type Report = Wire<typeof reports.Report>;
export type Retention = Wire<typeof reports.Retention>;
