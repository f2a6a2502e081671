// Which objects of review are past their period: alerts, cases, reveals, samples, breach files and watches, with
// what belongs to them. A hold always wins, and what an open case is about waits for the case.
import type { AlertSummaryRow } from './alert-directory.ts';
import { alertReview } from './alert-review.ts';
import { allBreaches } from './breach/breach-work.ts';
import { caseFold, concernedByCase } from './case.ts';
import type { Journal } from './journal.ts';
import {
  type ErasurePlan,
  type Hold,
  type Kept,
  planErasure,
  type RecordKind,
  type RetentionPolicy,
} from './retention.ts';
import { revealAt, revealFold } from './reveal.ts';
import { sampleFold } from './sample-work.ts';
import { requestFold } from './two-person-request.ts';
import { allWatches } from './watch.ts';

type Planned = {
  plan: ErasurePlan;
  /** Histories that go with what is due, as `<kind>:<id>`. */
  chains: string[];
  /** Alerts, cases and packages that go. */
  alerts: { row: AlertSummaryRow; state: string }[];
  caseIds: string[];
  exportIds: string[];
};

/** Everything in the journal and the queue, as retention sees it. */
function* kept(journal: Journal, alerts: readonly AlertSummaryRow[], now: number): Generator<Kept> {
  // What an alert is linked to, as long as the case is there at all.
  const caseOf = new Map<string, string>();
  for (const { caseId, links } of journal.all(caseFold, 'case'))
    for (const { alertId } of links) caseOf.set(alertId, caseId);
  for (const row of alerts) {
    if (caseOf.has(row.alertId)) continue;
    const review = journal.state(alertReview, 'alert', row.alertId);
    const isExplained = row.explanation === 'explained-later' && review.state === 'new';
    const { decidedAt } = review;
    yield {
      ...{ kind: 'alert', id: row.alertId, since: decidedAt ?? row.lastEventAt },
      state:
        isExplained || (decidedAt !== null && review.state !== 'suspicion')
          ? 'cleared'
          : decidedAt === null
            ? 'open'
            : 'confirmed',
      tokens: [...(row.actor === null ? [] : [row.actor]), ...row.subjects],
    };
  }
  for (const kase of journal.all(caseFold, 'case')) {
    const { actors, subjects } = concernedByCase(kase);
    const closedAt = journal
      .history('case', kase.caseId)
      .findLast((e) => e.typeUid === 'case.closed');
    yield {
      ...{ kind: 'case', id: kase.caseId, since: closedAt?.time ?? kase.openedAt },
      ...{ tokens: [...actors, ...subjects], caseId: kase.caseId },
      ...(kase.state === 'closed' ? { state: 'closed' as const } : {}),
    };
  }
  for (const raw of journal.all(revealFold, 'reveal')) {
    const reveal = revealAt(raw, now);
    const isOver = reveal.state !== 'requested' && reveal.state !== 'open';
    yield {
      ...{ kind: 'reveal', id: reveal.revealId, since: reveal.expiresAt, caseId: reveal.caseId },
      tokens: reveal.tokens,
      ...(isOver ? { state: 'closed' as const } : {}),
    };
  }
  for (const sample of journal.all(sampleFold, 'sample'))
    yield { kind: 'sample', id: sample.sampleId, since: sample.drawnAt, tokens: [] };
  for (const breach of allBreaches(journal))
    yield {
      ...{ kind: 'breach', id: breach.breachId, since: breach.closedAt ?? breach.openedAt },
      ...{ tokens: [], caseId: breach.caseId },
      ...(breach.closedAt === null ? {} : { state: 'closed' as const }),
    };
  for (const watch of allWatches(journal)) {
    const isOver = !['requested', 'active', 'ended'].includes(watch.state);
    const last = journal.history('watch', watch.watchId).at(-1)?.time ?? watch.requestedAt;
    yield {
      ...{ kind: 'watch', id: watch.watchId, since: last, caseId: watch.caseId },
      tokens: [watch.actor],
      ...(isOver ? { state: 'closed' as const } : {}),
    };
  }
}

/** What of review is to be erased now, and everything that goes with it. */
export function planReviewErasure(
  { journal, alerts }: { journal: Journal; alerts: readonly AlertSummaryRow[] },
  policy: RetentionPolicy,
  holds: readonly Hold[],
  now: number,
): Planned {
  const plan = planErasure(kept(journal, alerts, now), policy, holds, now);
  const idsOf = (kind: RecordKind): string[] =>
    plan.due.flatMap((r) => (r.kind === kind ? [r.id] : []));
  const caseIds = idsOf('case');
  const ofCases = new Set(caseIds);
  const exportIds = [...journal.all(requestFold, 'export')]
    .filter((e) => ofCases.has(String(e.data['caseId'])))
    .map((e) => e.id);
  const stateOf = new Map(plan.due.map((r) => [r.id, r.state ?? '']));
  const due = new Set(idsOf('alert'));
  return {
    ...{ plan, caseIds, exportIds },
    alerts: alerts
      .filter((row) => due.has(row.alertId))
      .map((row) => ({ row, state: stateOf.get(row.alertId) ?? '' })),
    chains: [
      ...plan.due.map(({ kind, id }) => `${kind}:${id}`),
      ...exportIds.map((id) => `export:${id}`),
    ],
  };
}
