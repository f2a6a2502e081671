import { AppError } from '../domain/errors.ts';
import type { Ground, RevealReason, RevealState } from '../domain/review.ts';
import { DAY_MS } from '../domain/time.ts';
import type { Token } from '../domain/token.ts';
import { type By, CASE_STEPS, type Case, concernedByCase } from './case.ts';
import { caseFor, newId } from './case-work.ts';
import type { CaseDeps } from './context.ts';
import { type Fold, needSequence } from './journal.ts';
import { assertNotTied, assertSecondPerson, type Reviewer } from './reviewer.ts';

export const REVEAL_MS = 7 * DAY_MS;
/** A request nobody has answered ends by itself. */
const REQUEST_MS = 7 * DAY_MS;

export type Reveal = {
  revealId: string;
  caseId: string;
  state: RevealState;
  sequence: number;
  tokens: Token[];
  reasonCode: RevealReason;
  text: string;
  ground: Ground;
  protocolArticle: string;
  requestedAt: number;
  requestedBy: By;
  approvedAt: number | null;
  approvedBy: By | null;
  /** Of the request until it is answered, then of the reveal. */
  expiresAt: number;
  views: number;
};
type Action = 'approve' | 'refuse' | 'withdraw' | 'close' | 'view';
/** What is not listed is an end: refused, withdrawn, closed, expired. */
const NEXT: Partial<Record<RevealState, Partial<Record<Action, RevealState>>>> = {
  requested: { approve: 'open', refuse: 'refused', withdraw: 'withdrawn' },
  open: { close: 'closed', view: 'open' },
};
const ACTION_OF: Record<string, Action> = {
  'reveal.approved': 'approve',
  'reveal.refused': 'refuse',
  'reveal.withdrawn': 'withdraw',
  'reveal.closed': 'close',
  'reveal.viewed': 'view',
};
type Data = Pick<
  Reveal,
  'caseId' | 'tokens' | 'reasonCode' | 'ground' | 'protocolArticle' | 'expiresAt'
>;
const NOBODY: By = { accountId: '', name: '', person: null, role: '' };

export const revealFold: Fold<Reveal> = {
  start: (revealId) => ({
    ...{ revealId, caseId: '', state: 'requested', sequence: 0, tokens: [] },
    ...{ reasonCode: 'establish-facts', text: '', ground: 'periodic-control' },
    ...{ protocolArticle: '', requestedAt: 0, requestedBy: NOBODY, approvedAt: null },
    ...{ approvedBy: null, expiresAt: 0, views: 0 },
  }),
  apply(reveal, { typeUid, data: raw, time, by, reason, sequence }) {
    // Written by this file alone: the shape is ours.
    const data = raw as Data;
    if (typeUid === 'reveal.requested')
      return {
        ...reveal,
        ...data,
        sequence,
        text: reason ?? '',
        requestedAt: time,
        requestedBy: by,
      };
    const action = ACTION_OF[typeUid];
    const state = (action && NEXT[reveal.state]?.[action]) ?? reveal.state;
    const next = { ...reveal, state, sequence };
    if (action === 'approve')
      return { ...next, approvedAt: time, approvedBy: by, expiresAt: data.expiresAt };
    return action === 'view' ? { ...next, views: reveal.views + 1 } : next;
  },
};

/** The state now: time ends what nobody ends. */
export const revealAt = (reveal: Reveal, now: number): Reveal =>
  (reveal.state === 'requested' || reveal.state === 'open') && now >= reveal.expiresAt
    ? { ...reveal, state: 'expired' }
    : reveal;

/** Asks to see who is behind tokens of a case. Throws ERR_REVIEW_NOT_COVERED for tokens of another. */
export async function requestReveal(
  deps: CaseDeps,
  by: Reviewer,
  caseId: string,
  input: Pick<Reveal, 'tokens' | 'reasonCode' | 'text' | 'ground' | 'protocolArticle'>,
): Promise<Reveal> {
  const kase = handledCase(deps, by, caseId);
  if (!(CASE_STEPS.reveal as readonly string[]).includes(kase.state))
    throw new AppError('ERR_REVIEW_TRANSITION', 'The case is closed.', { state: kase.state });
  const { actors, subjects } = concernedByCase(kase);
  const covered = new Set<Token>([...actors, ...subjects]);
  if (!input.tokens.every((t) => covered.has(t)))
    throw new AppError('ERR_REVIEW_NOT_COVERED', 'Only tokens of this case can be revealed.');
  const { tokens, reasonCode, text, ground, protocolArticle } = input;
  const expiresAt = deps.journal.now() + REQUEST_MS;
  return deps.journal.record(revealFold, 'reveal', newId('r'), by, 0, () => ({
    ...{ type: 'requested', reason: text },
    data: { caseId, tokens: [...new Set(tokens)], reasonCode, ground, protocolArticle, expiresAt },
  }));
}

/** Investigators ask for and look into their own cases only. */
function handledCase(deps: CaseDeps, by: Reviewer, caseId: string): Case {
  const kase = caseFor(deps, by, caseId);
  if (by.role === 'integrity-investigator' && kase.assignee !== by.accountId)
    throw new AppError('ERR_REVIEW_NOT_ALLOWED', 'Only whoever handles the case may do this.');
  return kase;
}

/** The reveal as this reviewer may see it, or ERR_REVIEW_ABSENT. */
export function revealFor(deps: CaseDeps, by: Reviewer, revealId: string): Reveal {
  const { journal } = deps;
  const reveal = journal.state(revealFold, 'reveal', revealId);
  if (!journal.has('reveal', revealId))
    throw new AppError('ERR_REVIEW_ABSENT', 'There is no reveal with this id.');
  caseFor(deps, by, reveal.caseId);
  return revealAt(reveal, journal.now());
}

const STEP: Record<Exclude<Action, 'view'>, string> = {
  approve: 'approved',
  refuse: 'refused',
  withdraw: 'withdrawn',
  close: 'closed',
};
/** The second pair of eyes, or an end; see the table of states. */
export async function decideReveal(
  deps: CaseDeps,
  by: Reviewer,
  revealId: string,
  action: Exclude<Action, 'view'>,
  reason: string,
  expected: number | null,
): Promise<Reveal> {
  const { caseId } = revealFor(deps, by, revealId);
  const now = deps.journal.now();
  const sequence = needSequence(expected);
  const decided = await deps.journal.record(revealFold, 'reveal', revealId, by, sequence, (raw) => {
    const reveal = advance(raw, action, now);
    if (action === 'approve') {
      // Persons, not accounts: two accounts of one official are one pair of eyes.
      assertSecondPerson(by, reveal.requestedBy, true);
      const about = concernedByCase(caseFor(deps, by, caseId));
      assertNotTied(by, about, deps.reference());
    }
    if (action === 'withdraw' && by.person !== reveal.requestedBy.person)
      throw new AppError('ERR_REVIEW_NOT_ALLOWED', 'Only whoever asked may take it back.');
    return { type: STEP[action], reason, data: { caseId, expiresAt: now + REVEAL_MS } };
  });
  return revealAt(decided, now);
}

function advance(raw: Reveal, action: Action, now: number): Reveal {
  const reveal = revealAt(raw, now);
  if (reveal.state === 'expired')
    throw new AppError('ERR_REVIEW_EXPIRED', 'This has expired; ask again.');
  if (NEXT[reveal.state]?.[action] === undefined)
    throw new AppError('ERR_REVIEW_TRANSITION', 'The state of the reveal does not allow this.', {
      ...{ state: reveal.state, action },
    });
  return reveal;
}

/** Writes that somebody looks, then gives the tokens that may be opened for it. */
export async function viewReveal(deps: CaseDeps, by: Reviewer, revealId: string): Promise<Reveal> {
  const { caseId } = revealFor(deps, by, revealId);
  handledCase(deps, by, caseId);
  const now = deps.journal.now();
  return deps.journal.record(revealFold, 'reveal', revealId, by, null, (reveal) => {
    advance(reveal, 'view', now);
    return { type: 'viewed', data: { caseId } };
  });
}

/** Tokens of a case that this reviewer may see the identity of now. */
export function openTokens(deps: CaseDeps, by: Reviewer, caseId: string): Set<Token> {
  const now = deps.journal.now();
  const open = new Set<Token>();
  for (const raw of deps.journal.all(revealFold, 'reveal')) {
    const reveal = revealAt(raw, now);
    if (
      reveal.caseId === caseId &&
      reveal.state === 'open' &&
      reveal.requestedBy.person === by.person
    )
      for (const token of reveal.tokens) open.add(token);
  }
  return open;
}
