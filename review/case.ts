import type { CaseState, Disposition, Ground } from '../domain/review.ts';
import type { Token } from '../domain/token.ts';
import type { NoteRow } from './alert-review.ts';
import type { Fold, ReviewEvent } from './journal.ts';
import type { Regime } from './regime.ts';

export type By = { accountId: string; name: string; person: string | null; role: string };
/**
 * An alert of a case and whom it is about, as it was when it was linked; or the search that a case began
 * with, under its id, with the lookups that it found.
 */
export type Link = {
  alertId: string;
  actors: Token[];
  subjects: Token[];
  search?: { eventIds: string[]; from: number; to: number };
};
export const isAlertLink = ({ search }: Link): boolean => search === undefined;
export type Hearing = {
  hearingId: string;
  to: 'official' | 'manager';
  question: { nl: string; en: string };
  askedAt: number;
  askedBy: By;
  deadlineAt: number;
  /** `text` null: no answer came, which is no admission. */
  answer: { text: string | null; receivedAt: number; recordedBy: By } | null;
};
export type Closing = {
  disposition: Disposition;
  reason: string;
  proposedAt: number;
  proposedBy: By;
  expiresAt: number;
};
export type Case = {
  caseId: string;
  state: CaseState;
  sequence: number;
  title: string;
  ground: Ground;
  protocolArticle: string;
  /** Of everything in it; sources of the other are refused. */
  regime: Regime;
  reason: string;
  openedAt: number;
  openedBy: By;
  assignee: string | null;
  dueAt: number | null;
  links: Link[];
  isSilent: boolean;
  hold: {
    state: 'active' | 'released';
    reason: string;
    placedAt: number;
    placedBy: By;
    releasedAt: number | null;
    events: number;
  };
  disposition: Disposition | null;
  notes: NoteRow[];
  hearings: Hearing[];
  closing: Closing | null;
};

const NOBODY: By = { accountId: '', name: '', person: null, role: '' };

/** Steps and the states in which they are possible; what is not listed is refused. */
export const CASE_STEPS = {
  assign: ['open', 'hearing', 'referred'],
  link: ['open', 'hearing', 'referred'],
  unlink: ['open', 'hearing', 'referred'],
  note: ['open', 'hearing', 'referred', 'closed'],
  hear: ['open', 'hearing'],
  answer: ['hearing'],
  refer: ['open', 'hearing'],
  reveal: ['open', 'hearing', 'referred'],
  export: ['open', 'hearing', 'referred', 'closed'],
  'propose-closing': ['open', 'hearing', 'referred'],
  'decide-closing': ['open', 'hearing', 'referred'],
  reopen: ['closed'],
  'release-hold': ['closed'],
} as const satisfies Record<string, readonly CaseState[]>;
export type CaseStep = keyof typeof CASE_STEPS;

export const stepsIn = (state: CaseState): CaseStep[] =>
  (Object.keys(CASE_STEPS) as CaseStep[]).filter((step) =>
    (CASE_STEPS[step] as readonly CaseState[]).includes(state),
  );

type Data = Pick<Case, 'title' | 'ground' | 'protocolArticle' | 'links'> & {
  /** Absent in cases opened before sources had one. */
  regime?: Regime;
  heldEvents: number;
  assignee: string | null;
  dueAt: number | null;
  link: Link;
  alertId: string;
  text: string | null;
  hearingId: string;
  hearing: Pick<Hearing, 'hearingId' | 'to' | 'question' | 'deadlineAt'>;
  receivedAt: number;
  isSilent: boolean;
  disposition: Disposition;
  expiresAt: number;
};

type Change = (kase: Case, data: Data, event: ReviewEvent) => Partial<Case>;
const CHANGES: Record<string, Change> = {
  opened: (_kase, data, { time, by, reason }) => ({
    ...{ state: 'open', title: data.title, ground: data.ground, links: data.links },
    ...{
      protocolArticle: data.protocolArticle,
      reason: reason ?? '',
      regime: data.regime ?? 'avg',
    },
    ...{ openedAt: time, openedBy: by, assignee: by.accountId },
    hold: {
      ...{ state: 'active', reason: reason ?? '', placedAt: time, placedBy: by },
      ...{ releasedAt: null, events: data.heldEvents },
    },
  }),
  assigned: (_kase, { assignee, dueAt }) => ({ assignee, dueAt }),
  linked: ({ links }, { link }) => ({ links: [...links, link] }),
  unlinked: ({ links }, { alertId }) => ({ links: links.filter((l) => l.alertId !== alertId) }),
  noted: ({ notes }, { text }, { uid, time, by }) => ({
    notes: [...notes, { noteId: uid, at: time, by, text: text ?? '' }],
  }),
  'hearing-asked': ({ hearings }, { hearing }, { time, by }) => ({
    state: 'hearing',
    hearings: [...hearings, { ...hearing, askedAt: time, askedBy: by, answer: null }],
  }),
  'hearing-answered': ({ hearings }, { hearingId, text, receivedAt }, { by }) => {
    const next = hearings.map((h) =>
      h.hearingId === hearingId ? { ...h, answer: { text, receivedAt, recordedBy: by } } : h,
    );
    return { hearings: next, state: next.some((h) => h.answer === null) ? 'hearing' : 'open' };
  },
  referred: (_kase, { isSilent }) => ({ state: 'referred', isSilent }),
  'closing-proposed': (_kase, { disposition, expiresAt }, { time, by, reason }) => ({
    closing: {
      ...{ disposition, reason: reason ?? '', proposedAt: time },
      ...{ proposedBy: by, expiresAt },
    },
  }),
  'closing-refused': () => ({ closing: null }),
  closed: (_kase, { disposition }) => ({ state: 'closed', closing: null, disposition }),
  reopened: ({ hold }) => ({
    ...{ state: 'open', disposition: null, isSilent: false },
    hold: { ...hold, state: 'active', releasedAt: null },
  }),
  'hold-released': ({ hold }, _data, { time }) => ({
    hold: { ...hold, state: 'released', releasedAt: time },
  }),
};

export const caseFold: Fold<Case> = {
  start: (caseId) => ({
    ...{ caseId, state: 'open', sequence: 0, title: '', ground: 'periodic-control' },
    ...{
      regime: 'avg',
      protocolArticle: '',
      reason: '',
      openedAt: 0,
      openedBy: NOBODY,
      assignee: null,
    },
    ...{ dueAt: null, links: [], isSilent: false, disposition: null, notes: [], hearings: [] },
    ...{ closing: null },
    hold: {
      ...{ state: 'active', reason: '', placedAt: 0, placedBy: NOBODY, releasedAt: null },
      events: 0,
    },
  }),
  apply(kase, event) {
    const change = CHANGES[event.typeUid.slice('case.'.length)];
    // Written by the use cases of this room alone: the shape is ours.
    const data = event.data as Data;
    return { ...kase, ...change?.(kase, data, event), sequence: event.sequence };
  },
};

/** Whom a case is about: everybody of its alerts, those taken off included while it lasts. */
export const concernedByCase = (kase: Case) => ({
  actors: [...new Set(kase.links.flatMap((l) => l.actors))],
  subjects: [...new Set(kase.links.flatMap((l) => l.subjects))],
  at: kase.openedAt,
});
