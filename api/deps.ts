import type { FastifyBaseLogger } from 'fastify';
import type { z } from 'zod';
import type { ReferenceData } from '../domain/reference.ts';
import type { Token } from '../domain/token.ts';
import type { Accounts } from '../review/accounts.ts';
import type { AlertDirectory } from '../review/alert-directory.ts';
import type { Journal } from '../review/journal.ts';
import type { Regimes } from '../review/regime.ts';
import type { ReviewLog } from '../review/review-log.ts';
import type { Sessions } from '../review/sessions.ts';
import type { Identify } from './identity.ts';
import type { LookupReader } from './lookups.ts';
import type { OidcClient } from './oidc.ts';
import type { OversightDesk } from './oversight-desk.ts';
import type { Backtest, Comparison, NewBacktest } from './schemas/backtests.ts';
import type { Detector } from './schemas/detectors.ts';
import type {
  DeadLetterPage,
  ReferenceReport,
  SettingsView,
  Sources,
  Status,
} from './schemas/operations.ts';
import type { NewReplay, NewTrial, Replay, Trial } from './schemas/trials.ts';

/** Bytes of a sender, on disk before the promise is kept. */
export type EventIntake = {
  append(
    bytes: Buffer,
    idempotencyKey: string | null,
  ): Promise<{ receiptId: string; isRepeat: boolean }>;
};
/** Entries of the review log, newest first. */
export type ReviewLogReader = {
  list(filter: {
    from: number;
    to: number;
    account?: string | undefined;
    operation?: string | undefined;
    objectId?: string | undefined;
    onlyRefused: boolean;
    before: { at: number; chain: string; sequence: number } | null;
    limit: number;
  }): Promise<{ entry: string; fingerprint: string }[]>;
  refusals(from: number, to: number): Promise<Map<string, number>>;
};
export type ChainFault = {
  chain: string;
  sequence: number;
  reason: 'changed' | 'missing' | 'broken-link' | 'cut-off';
};
/** What the pipeline knows about itself. */
export type OperationsReader = {
  status(): z.output<typeof Status>;
  sources(): Promise<z.output<typeof Sources>>;
  deadLetters(
    reason: string | undefined,
    offset: number,
    limit: number,
  ): Promise<Pick<z.output<typeof DeadLetterPage>, 'items' | 'counts'>>;
  coverage(): {
    system: string;
    events: number;
    direct: number;
    withTeam: number;
    cannotJudge: number;
  }[];
  /** Checks that must hold before requests are taken. */
  ready(): Promise<{ name: string; isOk: boolean; detail: string }[]>;
};
type Tried = Pick<z.output<typeof NewBacktest>, 'budget' | 'detectors'>;
/** Runs detection over stored history with other settings, beside what runs now. */
export type BacktestRunner = {
  /** What would be tried: settings in full, and their version. Throws when a detector does not take them. */
  plan(
    tried: Tried,
  ): Promise<
    Pick<z.output<typeof Backtest>, 'settings' | 'configVersion' | 'referenceVersion' | 'way'>
  >;
  run(
    input: z.output<typeof NewBacktest>,
    onProgress: (share: number) => void,
  ): Promise<z.output<typeof Comparison>>;
  save(backtest: z.output<typeof Backtest>): Promise<void>;
  get(backtestId: string): Promise<z.output<typeof Backtest> | null>;
  /** Newest first. */
  list(): Promise<z.output<typeof Backtest>[]>;
  /**
   * What a shadow run has raised against the alerts that stand, of those that begin in the half-open time
   * that it ran (epoch ms); null while it has not judged.
   */
  shadow(
    shadowId: string,
    ran: { from: number; to: number },
  ): Promise<z.output<typeof Comparison> | null>;
};
/** Makes the package of a case; gives its bytes and their SHA-256. */
export type PackageMaker = {
  make(exportId: string, caseId: string, identities: 'token' | 'revealed'): Promise<void>;
  read(exportId: string): Promise<{ bytes: Buffer; sha256: string } | null>;
};

/** Draws lookups that no alert holds. */
export type SampleFrame = {
  draw(
    window: { from: number; to: number },
    options: { seed: string; random: number; weighted: number },
  ): Promise<{ frame: number; random: string[]; weighted: string[] }>;
};

/** Everything the server needs; it listens, reads a clock and a disk only through these. */
export type ServerDeps = {
  tenant: string;
  /** Of the product, for the OpenAPI document. */
  version: string;
  journal: Journal;
  accounts: Accounts;
  sessions: Sessions;
  reviewLog: ReviewLog;
  reviewLogReader: ReviewLogReader;
  checkChains(): Promise<{ entries: number; chains: number; faults: ChainFault[] }>;
  directory: AlertDirectory;
  reference(): ReferenceData;
  lookups: LookupReader;
  /** The same without what sources call confidential, in counts as in rows. */
  openLookups: LookupReader;
  /** Regime by source system; one that is not named is under the AVG. */
  regimes?: Regimes;
  sampleFrame: SampleFrame;
  identify: Identify;
  /** The identity behind a token; the only way to one. */
  openVault(token: Token): string | null;
  operations: OperationsReader;
  desk: OversightDesk;
  detectors(): Omit<z.output<typeof Detector>, 'alerts' | 'judged' | 'precision'>[];
  settings(): z.output<typeof SettingsView>;
  intake?: EventIntake;
  importReference?(files: Record<string, string>): Promise<z.output<typeof ReferenceReport>>;
  /** What the first lines of a log become; keeps nothing. */
  trySource?(asked: z.output<typeof NewTrial>): z.output<typeof Trial>;
  /** Reads lines that were set aside again. */
  replayDeadLetters?(asked: z.output<typeof NewReplay>): Promise<z.output<typeof Replay>>;
  packages?: PackageMaker;
  backtests?: BacktestRunner;
  oidc?: OidcClient;
  /** Key of a webhook, and how its last delivery went. */
  webhookSecret?(webhookId: string): string;
  lastDelivery?(
    webhookId: string,
  ): { at: number; isDelivered: boolean; status: number | null } | null;
  /** A reviewer looked at persons: an event for the same detectors. */
  onReviewerLookup?(lookup: ReviewerLookup): void;
  isDemo?: boolean;
  /** Served over TLS: cookies get their `__Host-` name and HSTS is set. */
  isSecure?: boolean;
  /** Names under which the page may be reached besides IP addresses and localhost. */
  hostNames?: readonly string[];
  /** Requests per minute and reviewer; null takes all limits off, for measurements. */
  perMinute?: number | null;
  /** The built page; without it the service answers programs only. */
  webDir?: string;
  logger?: FastifyBaseLogger;
  now?: () => number;
};
export type ReviewerLookup = {
  at: number;
  account: string;
  /** Own accounts in the logs, where known. */
  actors: readonly Token[];
  operation: string;
  subjects: readonly Token[];
  caseId: string | null;
  /** It showed what a source calls confidential, and is so itself. */
  isConfidential?: boolean;
};
