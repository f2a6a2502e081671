import { createHash } from 'node:crypto';
import { DAY_MS } from '../domain/time.ts';
import { type Hold, type HoldScope, placeHold } from '../evidence/hold.ts';
import { type Case, caseFold, concernedByCase, isAlertLink } from '../review/case.ts';
import type { Journal, JournalStore } from '../review/journal.ts';
import { createHoldStore } from '../storage/holds.ts';
import { createRowReader } from '../storage/transparency-rows.ts';
import type { EvidenceStores, Workspace } from './workspace.ts';

export const REVIEW_CHAIN = 'review';

/** Every step of review enters the transparency log before it is written. */
export const recordedInLog = <S extends JournalStore>(store: S, evidence: EvidenceStores): S => ({
  ...store,
  async append(entry) {
    const { chain, sequence, fingerprint } = entry;
    const log = await evidence.log();
    await log?.appendRecord(REVIEW_CHAIN, { kind: 'review-step', chain, sequence, fingerprint });
    return store.append(entry);
  },
});

/** What a case holds now: events of its officials and alerts, with time before to compare with. */
async function scopeOf(
  workspace: Workspace,
  kase: Case,
  baselineDays: number,
): Promise<HoldScope & { isWhole: boolean }> {
  const alerts = await workspace.alerts.byIds(kase.links.map((l) => l.alertId));
  const searches = kase.links.flatMap(({ search }) => search ?? []);
  const first = Math.min(
    ...alerts.map((a) => Date.parse(a.firstEventAt)),
    ...searches.map((s) => s.from),
  );
  const last = Math.max(
    ...alerts.map((a) => Date.parse(a.lastEventAt)),
    ...searches.map((s) => s.to),
  );
  const isEmpty = alerts.length + searches.length === 0;
  return {
    isWhole: alerts.length === kase.links.filter(isAlertLink).length,
    caseId: kase.caseId,
    actors: [...concernedByCase(kase).actors].sort(),
    eventIds: [...new Set([...alerts, ...searches].flatMap((a) => a.eventIds))].sort(),
    from: isEmpty ? kase.openedAt : first - baselineDays * DAY_MS,
    to: isEmpty ? kase.openedAt : last + 1,
  };
}

/** Secures what a case is about; a second call for the same scope gives the hold that is there. */
export async function holdCase(
  workspace: Workspace,
  kase: Case,
  baselineDays: number,
): Promise<Hold> {
  const { reviewStore, evidence, sealKey } = workspace;
  const { isWhole, ...scope } = await scopeOf(workspace, kase, baselineDays);
  const holdId = `h-${createHash('sha256').update(JSON.stringify(scope)).digest('hex').slice(0, 24)}`;
  const store = createHoldStore(reviewStore, sealKey);
  const holds = await store.ofCase(kase.caseId);
  // An alert that is no longer raised must not make a hold smaller.
  const known = holds.find((h) => h.holdId === holdId) ?? (isWhole ? undefined : holds.at(-1));
  if (known !== undefined) return known;
  const log = await evidence.log();
  const ports = {
    log: log ?? { appendRecord: async () => ({ uid: '' }) },
    batches: evidence.entries,
    rows: createRowReader(reviewStore),
    rawLines: evidence.rawLines,
    store,
  };
  return placeHold(ports, scope, holdId, Date.now());
}

/**
 * Places holds as cases are opened or grow, one after another, and releases them with the case. What
 * fails here is made up for at export, which places the hold itself before it reads anything.
 */
export function holdCases(
  workspace: Workspace,
  journal: Journal,
  baselineDays: number,
  onFailure: (cause: unknown) => void,
): () => Promise<void> {
  let tail: Promise<void> = Promise.resolve();
  const PLACES = new Set(['case.opened', 'case.linked', 'case.reopened']);
  journal.onRecorded(({ chainUid, typeUid, time }) => {
    const caseId = chainUid.slice(chainUid.indexOf(':') + 1);
    const work = PLACES.has(typeUid)
      ? async () => {
          await holdCase(workspace, journal.state(caseFold, 'case', caseId), baselineDays);
        }
      : typeUid === 'case.hold-released'
        ? async () => {
            const store = createHoldStore(workspace.reviewStore, workspace.sealKey);
            for (const { holdId } of await store.ofCase(caseId)) await store.release(holdId, time);
          }
        : null;
    if (work !== null) tail = tail.then(work).catch(onFailure);
  });
  return () => tail;
}
