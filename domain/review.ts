import { z } from 'zod';

/** Words of the people who review. Closed lists: a new word is a change of contract. */
export const ROLES = [
  'security-officer',
  'integrity-investigator',
  'fg',
  'auditor',
  'administrator',
] as const;
export const Role = z.enum(ROLES).meta({ id: 'Role' });
export type Role = z.infer<typeof Role>;

/** What a machine may do with a token of its own. */
export const SCOPES = ['events:write', 'reference:write', 'alerts:read', 'metrics:read'] as const;
export const Scope = z.enum(SCOPES).meta({ id: 'Scope' });
export type Scope = z.infer<typeof Scope>;

export const TRIAGE_STATES = [
  'new',
  'in-review',
  'explained',
  'work-practice',
  'detector-error',
  'suspicion',
  'inconclusive',
] as const;
export const TriageState = z.enum(TRIAGE_STATES).meta({ id: 'TriageState' });
export type TriageState = z.infer<typeof TriageState>;

export const CASE_STATES = ['open', 'hearing', 'referred', 'closed'] as const;
export const CaseState = z.enum(CASE_STATES).meta({ id: 'CaseState' });
export type CaseState = z.infer<typeof CaseState>;

/** Outcomes of a case; blame (`careless`, `misuse-*`) needs a hearing or a reasoned exception. */
export const DISPOSITIONS = [
  'legitimate-work',
  'work-practice',
  'authorisation-fault',
  'detector-error',
  'careless',
  'misuse-viewed',
  'misuse-shared',
  'misuse-paid-or-pressed',
  'inconclusive',
  'discontinued',
] as const;
export const Disposition = z.enum(DISPOSITIONS).meta({ id: 'Disposition' });
export type Disposition = z.infer<typeof Disposition>;

/** Ground of the protocol for opening a case or a reveal. */
export const GROUNDS = [
  'reasonable-suspicion',
  'complaint',
  'report-of-breach',
  'periodic-control',
  'request-of-resident',
  'order-of-authority',
] as const;
export const Ground = z.enum(GROUNDS).meta({ id: 'Ground' });
export type Ground = z.infer<typeof Ground>;

export const REVEAL_REASONS = [
  'establish-facts',
  'hear-official',
  'inform-resident',
  'refer-to-authority',
  'secure-evidence',
] as const;
export const RevealReason = z.enum(REVEAL_REASONS).meta({ id: 'RevealReason' });
export type RevealReason = z.infer<typeof RevealReason>;

export const REVEAL_STATES = [
  'requested',
  'open',
  'refused',
  'withdrawn',
  'closed',
  'expired',
] as const;
export const RevealState = z.enum(REVEAL_STATES).meta({ id: 'RevealState' });
export type RevealState = z.infer<typeof RevealState>;

export const SUPPRESSION_STATES = ['requested', 'active', 'refused', 'ended', 'expired'] as const;
export const SuppressionState = z.enum(SUPPRESSION_STATES).meta({ id: 'SuppressionState' });
export type SuppressionState = z.infer<typeof SuppressionState>;

export const SUPPRESSION_REASONS = [
  'known-work-practice',
  'project',
  'data-fault',
  'authorisation-being-mended',
] as const;
export const SuppressionReason = z.enum(SUPPRESSION_REASONS).meta({ id: 'SuppressionReason' });
export type SuppressionReason = z.infer<typeof SuppressionReason>;

export const HEARING_STATES = ['asked', 'answered', 'silent'] as const;
export const HearingState = z.enum(HEARING_STATES).meta({ id: 'HearingState' });
export type HearingState = z.infer<typeof HearingState>;

/** A request that a second person has to agree with before anything happens. */
export const REQUEST_STATES = ['requested', 'approved', 'refused', 'withdrawn', 'expired'] as const;
export const RequestState = z.enum(REQUEST_STATES).meta({ id: 'RequestState' });
export type RequestState = z.infer<typeof RequestState>;

/** What people made of an alert that another setting would lose: the worst loss first. */
export const STANDINGS = ['confirmed', 'in-case', 'suspicion', 'undecided', 'cleared'] as const;
export type Standing = (typeof STANDINGS)[number];
/**
 * Why it would not be raised: reference data explains it since; the budget takes others; nothing speaks
 * of it with these settings.
 */
export const LOST_BECAUSE = ['explained-since', 'budget', 'not-signalled'] as const;
export type LostBecause = (typeof LOST_BECAUSE)[number];

/** What the history of a stream is about. */
export const STREAM_KINDS = [
  'alert',
  'case',
  'reveal',
  'suppression',
  'export',
  'detector-change',
  'shadow-run',
  'search',
  'account',
  'saved-view',
  'webhook',
  'breach',
  'sample',
  'watch',
  'exchange',
] as const;
export const StreamKind = z.enum(STREAM_KINDS).meta({ id: 'StreamKind' });
export type StreamKind = z.infer<typeof StreamKind>;

export const WATCH_STATES = [
  'requested',
  'refused',
  'withdrawn',
  /** Asked for and not answered in time: it never began. */
  'expired',
  'active',
  /** Over, by its end date or by hand; the official must still be told. */
  'ended',
  'disclosed',
] as const;
export type WatchState = (typeof WATCH_STATES)[number];

/** A watch that takes longer is no incidental one; ask again, with what was found so far. */
export const WATCH_MOST_DAYS = 30;
