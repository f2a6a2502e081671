// Nothing watches staff before those who must agree have agreed, and a watch on one person is an order with
// an end. Pure rules; who asks is decided by the caller.
import { z } from 'zod';
import { DAY_MS } from '../domain/time.ts';

/** The works council's decision and the DPIA behind a detector's use (WOR 27(1)(k),(l); GDPR 35). */
export const Consent = z.strictObject({
  detector: z.string().max(64),
  /** Version agreed to: a wider one needs a new decision. */
  version: z.int().min(1),
  councilReference: z.string().min(1).max(256),
  decidedOn: z.iso.date(),
  dpiaReference: z.string().min(1).max(256),
  /** Source regimes agreed to; AVG and Wpg exclude each other per source. */
  regimes: z.array(z.enum(['avg', 'wpg'])).min(1),
});
export type Consent = z.infer<typeof Consent>;
export type Regime = 'avg' | 'wpg';
export type Mode = 'production' | 'trial';

export type GateRefusal = 'no-consent' | 'version-not-agreed' | 'regime-not-agreed';
/**
 * Why a detector may raise nothing for a source of this regime; null when it may. In a trial (simulated
 * data) everything runs, and alerts say that they are a trial.
 */
export function gateOf(
  detector: { id: string; version: number },
  regime: Regime,
  consents: readonly Consent[],
  mode: Mode,
): GateRefusal | null {
  if (mode === 'trial') return null;
  const own = consents.filter((c) => c.detector === detector.id);
  if (own.length === 0) return 'no-consent';
  const agreed = own.filter((c) => c.version >= detector.version);
  if (agreed.length === 0) return 'version-not-agreed';
  return agreed.some((c) => c.regimes.includes(regime)) ? null : 'regime-not-agreed';
}

/** A watch on one person: ground, two approvers, an end, and afterwards always a talk. */
export type Watch = {
  watchId: string;
  token: string;
  ground: string;
  noOtherWay: string;
  requestedBy: string;
  approvals: { by: string; at: number }[];
  from: number;
  until: number;
  disclosedAt: number | null;
};
export const MAX_WATCH_DAYS = 30;
export type WatchState = 'awaiting-approval' | 'running' | 'to-disclose' | 'disclosed';
export type WatchRefusal = 'too-long' | 'own-request' | 'approved-twice' | 'ended';

/** Why this watch may not be ordered; null when it may. */
export const watchRefusal = (watch: Pick<Watch, 'from' | 'until'>): WatchRefusal | null =>
  watch.until <= watch.from || watch.until - watch.from > MAX_WATCH_DAYS * DAY_MS
    ? 'too-long'
    : null;

/** A second and a third person approve: not who asked, and nobody twice. Persons, not accounts. */
export function approveWatch(
  watch: Watch,
  by: string,
  now: number,
): { watch: Watch } | { refusal: WatchRefusal } {
  if (now >= watch.until) return { refusal: 'ended' };
  if (by === watch.requestedBy) return { refusal: 'own-request' };
  if (watch.approvals.some((a) => a.by === by)) return { refusal: 'approved-twice' };
  return { watch: { ...watch, approvals: [...watch.approvals, { by, at: now }] } };
}

/**
 * Where a watch stands. It runs only while two others approved it and its end has not come; then the task
 * to tell the person stands until it is done: nothing closes it but telling.
 */
export function watchState(watch: Watch, now: number): WatchState {
  if (watch.disclosedAt !== null) return 'disclosed';
  const isApproved = watch.approvals.length >= 2;
  if (now >= watch.until) return isApproved ? 'to-disclose' : 'awaiting-approval';
  return isApproved && now >= watch.from ? 'running' : 'awaiting-approval';
}
