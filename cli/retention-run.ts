import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DAY_MS, localDay, localMonth, toIso } from '../domain/time.ts';
import type { Json } from '../evidence/canonical-json.ts';
import { type ErasedEvent, releaseRows } from '../evidence/log/erase.ts';
import { LEARNED_WEEKS } from '../pipeline/judge-logs.ts';
import type { AlertDirectory } from '../review/alert-directory.ts';
import { allBreaches } from '../review/breach/breach-work.ts';
import { caseFold } from '../review/case.ts';
import { planReviewErasure } from '../review/erasure-plan.ts';
import type { Journal } from '../review/journal.ts';
import { type Hold, periodsOf, type RecordKind } from '../review/retention.ts';
import type { ErasedKind, RetentionOverview, RetentionRun } from '../review/retention-run.ts';
import { type ChainEnd, createErasure } from '../storage/erasure.ts';
import { createHoldStore, type StoredHold } from '../storage/holds.ts';
import { createRetention } from '../storage/retention.ts';
import { createSourceHourStore } from '../storage/source-hours.ts';
import { createRowReader } from '../storage/transparency-rows.ts';
import type { Settings } from './settings.ts';
import type { Workspace } from './workspace.ts';

/** The chain of the transparency log in which every run stands, with the ends of what it took away. */
export const RETENTION_CHAIN = 'retention';
const RUNS_SHOWN = 30;
/** Counts of sources say nothing about anybody; beyond what is learned from them they are of no use. */
const SOURCE_HOURS_MS = (LEARNED_WEEKS + 2) * 7 * DAY_MS;

export type RetentionInput = {
  workspace: Workspace;
  journal: Journal;
  directory: Pick<AlertDirectory, 'all' | 'refresh'>;
  settings: Settings;
  now: number;
  /** Only counts; nothing is changed or written. */
  isDry: boolean;
};

/** In production daily unless the settings say otherwise; a trial only shows what it would do. */
export const isAutomatic = ({ retention, governance }: Settings): boolean =>
  retention.automatic ?? governance.mode === 'production';

const toHolds = (stored: readonly StoredHold[]): Hold[] =>
  stored.flatMap((h) =>
    h.actors.map((token) => ({
      ...{ holdId: h.holdId, caseId: h.caseId, reason: '', decidedBy: '', from: h.placedAt },
      ...{ until: null, liftedAt: null, token, window: { from: h.from, to: h.to } },
    })),
  );

/**
 * Erases everything that is past its period and keeps what a hold keeps, kind by kind. The run enters the
 * transparency log before anything goes, with the end of every history that it takes away: afterwards an
 * erased end and one that was cut off in secret can be told apart.
 */
export async function runRetention(input: RetentionInput): Promise<RetentionRun> {
  const { workspace, journal, directory, settings, now, isDry } = input;
  const { reviewStore: store, vault, evidence } = workspace;
  const { retention: policy, tenant } = settings;
  // First of all, so that no identity goes of which the event is still on its way into the store.
  const known = [...vault.tokens()];
  await directory.refresh();
  const erasure = createErasure(store);
  const stored = await createHoldStore(store, workspace.sealKey).inForce();
  const review = planReviewErasure(
    { journal, alerts: directory.all() },
    ...([policy, toHolds(stored), now] as const),
  );
  const logBefore = Math.min(now - policy.reviewLog * DAY_MS, oldestKept(journal, review.plan.due));
  const logEnds = await erasure.reviewLogEnds(tenant, logBefore);
  const due = await countDue(input, stored, review.plan, logBefore, logEnds);
  const run: RetentionRun = {
    ...{ runId: randomUUID(), at: now, logUid: null, holds: stored.length },
    kinds: due,
  };
  if (isDry) return run;
  const ends: ChainEnd[] = [
    ...review.chains.flatMap((uid) => endOf(journal, uid)),
    ...logEnds.map(({ chain, sequence, fingerprint }) => ({ chain, sequence, fingerprint })),
  ];
  const record = { kind: 'retention-run', runId: run.runId, at: toIso(now), kinds: due, ends };
  const entry = await (await evidence.log())?.appendRecord(
    RETENTION_CHAIN,
    // Plain data of strings and numbers.
    record as unknown as Json,
  );
  run.logUid = entry?.uid ?? null;
  const before = (kind: RecordKind): number => due.find((k) => k.kind === kind)?.before ?? 0;
  const isDue = (kind: RecordKind): boolean => due.some((k) => k.kind === kind && k.due > 0);
  if (isDue('event')) {
    await releaseFromLog(workspace, before('event'), stored);
    await createRetention(store).events(before('event'), stored, false);
    await erasure.leftovers(before('event'));
  }
  if (isDue('raw-line')) await evidence.rawLines.expire(before('raw-line'));
  await erasure.signals(localDay(before('signal')), heldDays(stored), false);
  await erasure.deadLetters(before('dead-letter'), false);
  await erasure.snapshots(before('snapshot'), false);
  await createSourceHourStore(store).forget(now - SOURCE_HOURS_MS);
  await erasure.alerts(
    review.alerts.map(({ row, state }) => ({
      ...{ alertId: row.alertId, month: localMonth(row.openedAt), typology: row.typology, state },
    })),
  );
  await erasure.chains(tenant, review.chains);
  journal.forget(review.chains);
  await erasure.holdsOf(review.caseIds);
  for (const id of review.exportIds)
    rmSync(join(workspace.dir, 'packages', `${id}.zip`), { force: true });
  await erasure.reviewLog(tenant, logEnds);
  const used = await erasure.tokensInUse();
  const forgotten = vault.forget(new Set(known.filter((token) => !used.has(token))));
  run.kinds = due.map((k) => ({
    ...k,
    ...(k.kind === 'identity' ? { due: forgotten, erased: forgotten } : { erased: k.due }),
  }));
  await directory.refresh();
  await erasure.saveRun(run);
  return run;
}

/** When the oldest case or breach file that stays was opened: the review log of it stays too. */
function oldestKept(journal: Journal, due: readonly { kind: string; id: string }[]): number {
  const gone = new Set(due.map((r) => `${r.kind}:${r.id}`));
  let oldest = Number.POSITIVE_INFINITY;
  for (const { caseId, openedAt } of journal.all(caseFold, 'case'))
    if (!gone.has(`case:${caseId}`)) oldest = Math.min(oldest, openedAt);
  for (const { breachId, openedAt } of allBreaches(journal))
    if (!gone.has(`breach:${breachId}`)) oldest = Math.min(oldest, openedAt);
  return oldest;
}

function endOf(journal: Journal, uid: string): ChainEnd[] {
  const at = uid.indexOf(':');
  // Made from the kinds of streams themselves.
  const kind = uid.slice(0, at) as Parameters<Journal['history']>[0];
  const last = journal.history(kind, uid.slice(at + 1)).at(-1);
  return last === undefined
    ? []
    : [{ chain: uid, sequence: last.sequence, fingerprint: last.fingerprint }];
}

/** Days of held officials whose signals stay; local days, ends included. */
const heldDays = (stored: readonly StoredHold[]) =>
  stored.map(({ actors, from, to }) => ({ actors, fromDay: localDay(from), toDay: localDay(to) }));

async function countDue(
  { workspace, settings, now, isDry }: RetentionInput,
  stored: readonly StoredHold[],
  plan: ReturnType<typeof planReviewErasure>['plan'],
  logBefore: number,
  logEnds: readonly { entries: number }[],
): Promise<ErasedKind[]> {
  const erasure = createErasure(workspace.reviewStore);
  const kinds: ErasedKind[] = [];
  for (const { kind, state, days } of periodsOf(settings.retention)) {
    const before = days === null ? null : kind === 'review-log' ? logBefore : now - days * DAY_MS;
    const one = { kind, state, days, before, due: 0, erased: 0, held: 0 };
    kinds.push(Object.assign(one, await countKind(one)));
  }
  return kinds;

  async function countKind({ kind, state, before }: ErasedKind) {
    const at = before ?? 0;
    switch (kind) {
      case 'event': {
        const [events] = await createRetention(workspace.reviewStore).events(at, stored, true);
        return { due: events?.due ?? 0, held: events?.held ?? 0 };
      }
      case 'raw-line':
        return { due: await erasure.rawBatches(at) };
      case 'signal':
        return erasure.signals(localDay(at), heldDays(stored), true);
      case 'dead-letter':
        return erasure.deadLetters(at, true);
      case 'snapshot':
        return erasure.snapshots(at, true);
      case 'review-log':
        return { due: logEnds.reduce((n, end) => n + end.entries, 0) };
      case 'identity': {
        // A run itself tells what it forgot: only at its end is known what nothing refers to.
        if (!isDry) return {};
        const used = await erasure.tokensInUse();
        return { due: [...workspace.vault.tokens()].filter((t) => !used.has(t)).length };
      }
      default: {
        const is = (r: { kind: string; state?: string }): boolean =>
          r.kind === kind && (kind !== 'alert' || r.state === state);
        return {
          due: plan.due.filter(is).length,
          held: plan.held.filter((h) => is(h.record)).length,
        };
      }
    }
  }
}

/** The log lets go of what is due, so that erasing it cannot be taken for tampering. */
async function releaseFromLog(
  { reviewStore, evidence }: Workspace,
  before: number,
  holds: readonly StoredHold[],
): Promise<void> {
  const rows = createRowReader(reviewStore);
  const isHeld = (event: ErasedEvent): boolean =>
    holds.some(
      ({ actors, eventIds, from, to }) =>
        eventIds.includes(event.eventId) ||
        (event.actor !== null &&
          actors.includes(event.actor.token) &&
          event.occurredAt >= from &&
          event.occurredAt < to),
    );
  let released = 0;
  for (const uid of await evidence.entries.overlapping(0, before)) {
    const isDue = (event: ErasedEvent): boolean => event.occurredAt < before && !isHeld(event);
    released += (await releaseRows(evidence.entries, rows, uid, isDue)).length;
  }
  if (released > 0) await evidence.entries.forgetSalts();
}

/** Ends of histories that runs of retention took away, as they entered the transparency log. */
export async function erasedEnds({ evidence }: Pick<Workspace, 'evidence'>): Promise<ChainEnd[]> {
  const records = await evidence.entries.records(RETENTION_CHAIN);
  return [...records.values()].flatMap(
    ({ record }) => (JSON.parse(record) as { ends?: ChainEnd[] }).ends ?? [],
  );
}

/** Periods in force, what a run would do now, and the last runs. */
export async function retentionOverview(
  input: Omit<RetentionInput, 'isDry'>,
): Promise<RetentionOverview> {
  const { at, holds, kinds } = await runRetention({ ...input, isDry: true });
  const runs = await createErasure(input.workspace.reviewStore).runs(RUNS_SHOWN);
  return {
    ...{ at, isAutomatic: isAutomatic(input.settings), holds, kinds },
    // Written by `saveRun` from the same shape.
    runs: runs.map((run) => ({ ...run, kinds: run.kinds as ErasedKind[] })),
  };
}
