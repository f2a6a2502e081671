// A watch on one official: an order with a ground, two approvers and an end, and always told afterwards.
import type { Ground, WatchState } from '../domain/review.ts';
import { DAY_MS } from '../domain/time.ts';
import type { Token } from '../domain/token.ts';
import type { By } from './case.ts';
import type { Fold, Journal } from './journal.ts';

const REQUEST_MS = 14 * DAY_MS;
/** The official is told within two weeks after the end. */
const DISCLOSE_MS = 14 * DAY_MS;

export type Approval = { by: By; at: number; reason: string };
export type Watch = {
  watchId: string;
  caseId: string;
  state: WatchState;
  sequence: number;
  actor: Token;
  ground: Ground;
  protocolArticle: string;
  dpiaReference: string;
  reason: string;
  days: number;
  requestedAt: number;
  requestedBy: By;
  approvals: readonly Approval[];
  /** From the second approval; the window is half-open. Null while it has not begun. */
  from: number | null;
  until: number | null;
  /** Until when telling the official was put off, at the most. */
  postponedUntil: number | null;
  disclosed: { at: number; how: string; by: By } | null;
};

const NOBODY: By = { accountId: '', name: '', person: null, role: '' };
type Asked = Pick<
  Watch,
  'caseId' | 'actor' | 'ground' | 'protocolArticle' | 'dpiaReference' | 'days'
>;

export const watchFold: Fold<Watch> = {
  start: (watchId) => ({
    ...{ watchId, caseId: '', state: 'requested', sequence: 0, actor: '' as Token },
    ...{ ground: 'reasonable-suspicion', protocolArticle: '', dpiaReference: '', reason: '' },
    ...{ days: 0, requestedAt: 0, requestedBy: NOBODY, approvals: [], from: null, until: null },
    ...{ postponedUntil: null, disclosed: null },
  }),
  apply(watch, { typeUid, data, reason, time, by, sequence }) {
    const next = { ...watch, sequence };
    // Written by watch-work.ts alone: the shapes are ours.
    switch (typeUid) {
      case 'watch.requested':
        return {
          ...{ ...next, ...(data as Asked), reason: reason ?? '' },
          ...{ requestedAt: time, requestedBy: by },
        };
      case 'watch.approved': {
        const approvals = [...watch.approvals, { by, at: time, reason: reason ?? '' }];
        if (approvals.length < 2) return { ...next, approvals };
        const until = time + watch.days * DAY_MS;
        return { ...next, approvals, state: 'active', from: time, until };
      }
      case 'watch.refused':
        return { ...next, state: 'refused' };
      case 'watch.withdrawn':
        return { ...next, state: 'withdrawn' };
      case 'watch.ended':
        return { ...next, state: 'ended', until: time };
      case 'watch.disclosure-postponed':
        return { ...next, postponedUntil: Number(data['until']) };
      case 'watch.disclosed':
        return {
          ...{ ...next, state: 'disclosed' },
          disclosed: { at: Number(data['informedAt']), how: String(data['how']), by },
        };
      default:
        return next;
    }
  },
};

/** The state now: time ends what nobody ends. */
export function watchAt(watch: Watch, now: number): Watch {
  if (watch.state === 'requested' && now >= watch.requestedAt + REQUEST_MS)
    return { ...watch, state: 'expired' };
  if (watch.state === 'active' && watch.until !== null && now >= watch.until)
    return { ...watch, state: 'ended' };
  return watch;
}

export type Disclosure = {
  state: 'not-yet' | 'due' | 'postponed' | 'overdue' | 'done' | 'not-needed';
  dueAt: number | null;
};
/**
 * Whether the official has been told. Only `watch.disclosed` ends the task; a postponement moves its
 * date and is itself an entry of the history.
 */
export function disclosureOf(raw: Watch, now: number): Disclosure {
  const watch = watchAt(raw, now);
  if (watch.disclosed !== null) return { state: 'done', dueAt: null };
  // What never began has shown nothing of anybody.
  if (watch.from === null) {
    const isOver = watch.state !== 'requested';
    return { state: isOver ? 'not-needed' : 'not-yet', dueAt: null };
  }
  if (watch.state === 'active' || watch.until === null) return { state: 'not-yet', dueAt: null };
  const dueAt = Math.max(watch.until + DISCLOSE_MS, watch.postponedUntil ?? 0);
  if (now >= dueAt) return { state: 'overdue', dueAt };
  return { state: watch.postponedUntil === dueAt ? 'postponed' : 'due', dueAt };
}

export const allWatches = (journal: Journal): Watch[] => {
  const now = journal.now();
  return [...journal.all(watchFold, 'watch')].map((w) => watchAt(w, now));
};
/** Watches that run or of which the official has not been told yet. */
export const openWatches = (journal: Journal): Watch[] =>
  allWatches(journal).filter((w) => w.state === 'active' || w.state === 'ended');
