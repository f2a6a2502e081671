import { z } from 'zod';
import { LOST_BECAUSE, RequestState, STANDINGS, TriageState } from '../../domain/review.ts';
import { AlertSummary } from './alerts.ts';
import { Id, Instant, Motivation, page, ReviewerRef, Sequence } from './shapes.ts';

/** Settings by detector id, on top of those in force. */
const DetectorSettings = z.record(z.string().max(64), z.record(z.string().max(64), z.unknown()));
export const NewBacktest = z.strictObject({
  from: Instant,
  to: Instant,
  /** Alerts per 1,000 officials per day with work. */
  budget: z.number().positive().max(1000).optional(),
  detectors: DetectorSettings.default({}),
});

const Brief = AlertSummary.pick({
  alertId: true,
  typology: true,
  severity: true,
  score: true,
  reason: true,
}).extend({
  /** A suppression of that time hides it. */
  isHidden: z.boolean(),
});
export const WonAlert = Brief.meta({ id: 'WonAlert' });
export const LostAlert = Brief.extend({
  status: TriageState,
  /** What people made of it: `confirmed` is a case closed as careless or misuse. */
  standing: z.enum(STANDINGS),
  caseId: z.string().nullable(),
  /** Explained by newer reference data, left out by the budget, or nothing speaks of it. */
  because: z.enum(LOST_BECAUSE),
}).meta({ id: 'LostAlert' });
/** What one setting raised against what another would: confirmed cases among the lost first. */
export const Comparison = z
  .object({
    before: z.int(),
    after: z.int(),
    hiddenBefore: z.int(),
    hiddenAfter: z.int(),
    /** Raised by both; of those, how many read differently. */
    same: z.int(),
    changed: z.int(),
    confirmedLost: z.int(),
    won: z.array(WonAlert),
    lost: z.array(LostAlert),
  })
  .meta({ id: 'Comparison' });

/** Detection over stored history with other settings: what would have been won and lost. */
export const Backtest = z
  .object({
    backtestId: z.string(),
    state: z.enum(['queued', 'running', 'done', 'failed']),
    from: Instant,
    to: Instant,
    requestedAt: Instant,
    /** Null: from the command line. */
    requestedBy: ReviewerRef.nullable(),
    progress: z.number(),
    /** Chosen day by day, as a service does, or once over the period, as a scan does. */
    way: z.enum(['service', 'scan']),
    settings: z.object({ budget: z.number(), detectors: z.record(z.string(), z.unknown()) }),
    configVersion: z.string(),
    referenceVersion: z.string(),
    result: Comparison.nullable(),
    /** Code of the failure. */
    failure: z.string().nullable(),
  })
  .meta({ id: 'Backtest' });
export const BacktestPage = page(Backtest.omit({ result: true }), 'BacktestPage');
export const BacktestParams = z.strictObject({ backtestId: Id });

/** Settings that run beside those in force: asked by one, agreed by another, on no list of alerts. */
export const ShadowRun = z
  .object({
    shadowId: z.string(),
    state: z.enum([...RequestState.options, 'ended']),
    sequence: Sequence,
    from: Instant,
    until: Instant,
    settings: z.object({
      budget: z.number().nullable(),
      detectors: z.record(z.string(), z.unknown()),
    }),
    reason: z.string(),
    /** Decision of the works council that covers the trial. */
    decisionRef: z.string(),
    requestedAt: Instant,
    requestedBy: ReviewerRef,
    decidedAt: Instant.nullable(),
    expiresAt: Instant,
    mayApprove: z.boolean(),
    /** When it ended, by whom and why; by nobody when the date that was agreed has come. */
    ended: z
      .object({ at: Instant, by: ReviewerRef.nullable(), reason: z.string().nullable() })
      .nullable(),
  })
  .meta({ id: 'ShadowRun' });
export const ShadowRunDetail = ShadowRun.extend({
  /** Against the alerts that stand, of the time that it ran; null while nothing has been judged. */
  result: Comparison.nullable(),
}).meta({ id: 'ShadowRunDetail' });
export const ShadowRunPage = page(ShadowRun, 'ShadowRunPage');
export const ShadowRunParams = z.strictObject({ shadowId: Id });
export const NewShadowRun = z.strictObject({
  /** Alerts that begin from here on are compared; now when left out. */
  from: Instant.optional(),
  /** At most 90 days from now. */
  until: Instant,
  budget: z.number().positive().max(1000).optional(),
  detectors: DetectorSettings.default({}),
  reason: Motivation,
  decisionRef: z.string().trim().min(1).max(200),
});
