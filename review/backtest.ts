import type { Alert } from '../domain/alert.ts';
import {
  type Disposition,
  type LostBecause,
  STANDINGS,
  type Standing,
  type TriageState,
} from '../domain/review.ts';
import type { AlertSummaryRow } from './alert-directory.ts';
import { toSummary } from './alert-directory.ts';
import { alertReview } from './alert-review.ts';
import { caseFold } from './case.ts';
import type { ReviewDeps } from './context.ts';
import { hiddenBy, isActiveAt, suppressionFold } from './suppression.ts';

/** Outcomes that say: this alert was right. */
const CONFIRMED: ReadonlySet<Disposition> = new Set([
  ...(['careless', 'misuse-viewed', 'misuse-shared', 'misuse-paid-or-pressed'] as const),
]);

export type Won = { alert: Alert; isHidden: boolean };
export type Lost = Won & {
  status: TriageState;
  standing: Standing;
  caseId: string | null;
  because: LostBecause;
};
export type Comparison = {
  /** Alerts of the window before and after, hidden ones included. */
  before: number;
  after: number;
  hiddenBefore: number;
  hiddenAfter: number;
  /** Raised by both; of those, how many read differently. */
  same: number;
  changed: number;
  confirmedLost: number;
  won: Won[];
  lost: Lost[];
};

const CLEARED: ReadonlySet<TriageState> = new Set(['explained', 'work-practice', 'detector-error']);
const bestFirst = (a: Won, b: Won): number =>
  b.alert.score - a.alert.score || (a.alert.alertId < b.alert.alertId ? -1 : 1);

/** An alert without its origin, which differs with every setting. */
const read = (alert: Alert | undefined): string => JSON.stringify({ ...alert, versions: null });

/** What became of each alert, and what hid it when it was opened. */
export function outcomesOf(deps: ReviewDeps) {
  const { journal, reference } = deps;
  const suppressions = [...journal.all(suppressionFold, 'suppression')];
  const cases = new Map<string, { caseId: string; disposition: Disposition | null }>();
  for (const { caseId, links, disposition } of journal.all(caseFold, 'case'))
    for (const { alertId } of links) {
      const known = cases.get(alertId);
      // A confirmed case outweighs one that came to nothing.
      if (known?.disposition && CONFIRMED.has(known.disposition)) continue;
      cases.set(alertId, { caseId, disposition });
    }
  const unitOf = ({ actor, lastEventAt }: AlertSummaryRow): string =>
    actor === null ? '' : (reference().official(actor, lastEventAt)?.unit ?? '');
  return {
    isHidden(alert: Alert): boolean {
      const row = toSummary(alert, 0);
      const active = suppressions.filter((s) => isActiveAt(s, row.openedAt));
      const found = active.length === 0 ? null : hiddenBy(active, row, unitOf(row));
      return found !== null && !found.isSample;
    },
    of(alertId: string): Pick<Lost, 'status' | 'standing' | 'caseId'> {
      const status: TriageState = journal.has('alert', alertId)
        ? journal.state(alertReview, 'alert', alertId).state
        : 'new';
      const linked = cases.get(alertId);
      const disposition = linked?.disposition ?? null;
      const standing = (): Standing => {
        if (disposition !== null) return CONFIRMED.has(disposition) ? 'confirmed' : 'cleared';
        if (linked !== undefined) return 'in-case';
        if (status === 'suspicion') return 'suspicion';
        return CLEARED.has(status) ? 'cleared' : 'undecided';
      };
      return { status, standing: standing(), caseId: linked?.caseId ?? null };
    },
  };
}

/**
 * Alerts before against alerts after. Lost ones are ordered by what people made of them, confirmed cases
 * first; won ones by score. `passedOver`: ids that had a signal but no place within the budget.
 */
export function compareAlerts(
  before: readonly Alert[],
  after: readonly Alert[],
  passedOver: ReadonlySet<string>,
  outcomes: ReturnType<typeof outcomesOf>,
): Comparison {
  const old = new Map(before.map((a) => [a.alertId, a]));
  const now = new Map(after.map((a) => [a.alertId, a]));
  const because = (alert: Alert): LostBecause => {
    if (alert.explanation === 'explained-later') return 'explained-since';
    return passedOver.has(alert.alertId) ? 'budget' : 'not-signalled';
  };
  const lost: Lost[] = before
    .filter((a) => !now.has(a.alertId))
    .map((alert) => ({
      ...{ alert, isHidden: outcomes.isHidden(alert), because: because(alert) },
      ...outcomes.of(alert.alertId),
    }))
    .sort(
      (a, b) => STANDINGS.indexOf(a.standing) - STANDINGS.indexOf(b.standing) || bestFirst(a, b),
    );
  const won = after
    .filter((a) => !old.has(a.alertId))
    .map((alert) => ({ alert, isHidden: outcomes.isHidden(alert) }))
    .sort(bestFirst);
  const both = after.filter((a) => old.has(a.alertId));
  return {
    ...{ before: before.length, after: after.length, won, lost },
    hiddenBefore: before.filter(outcomes.isHidden).length,
    hiddenAfter: after.filter(outcomes.isHidden).length,
    same: both.length,
    changed: both.filter((a) => read(a) !== read(old.get(a.alertId))).length,
    confirmedLost: lost.filter((l) => l.standing === 'confirmed').length,
  };
}

/** What is kept and shown of an alert that was won or lost: no tokens. */
export function brief<T extends Won>({ alert, ...rest }: T) {
  const { alertId, typology, severity, score, reasons } = alert;
  const reason = reasons[0]?.text ?? { nl: '', en: '' };
  return { alertId, typology, severity, score, reason, ...rest };
}
export const briefly = ({ won, lost, ...numbers }: Comparison) => ({
  ...numbers,
  won: won.map(brief<Won>),
  lost: lost.map(brief<Lost>),
});
