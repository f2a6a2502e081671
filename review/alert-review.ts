import { AppError } from '../domain/errors.ts';
import type { TriageState } from '../domain/review.ts';
import type { AlertSummaryRow } from './alert-directory.ts';
import type { Fold, Journal } from './journal.ts';
import type { Reviewer } from './reviewer.ts';

export type NoteRow = {
  noteId: string;
  at: number;
  by: { accountId: string; name: string };
  text: string;
};
/** What people have done with one alert. */
export type AlertReview = {
  alertId: string;
  state: TriageState;
  sequence: number;
  assignee: string | null;
  dueAt: number | null;
  notes: NoteRow[];
  /** When it first left the states of work; null while it is undecided. */
  decidedAt: number | null;
  /** What reviewers have said was missing when they called it explained. */
  missingData: string | null;
};

const DECIDED: readonly TriageState[] = [
  'explained',
  'work-practice',
  'detector-error',
  'suspicion',
  'inconclusive',
];
/** From every state one may look again; a decision is made from `new` or `in-review`. */
const NEXT: Record<TriageState, readonly TriageState[]> = {
  new: ['in-review', ...DECIDED],
  'in-review': ['new', ...DECIDED],
  explained: ['in-review'],
  'work-practice': ['in-review'],
  'detector-error': ['in-review'],
  suspicion: ['in-review'],
  inconclusive: ['in-review'],
};
export const nextStates = (state: TriageState): readonly TriageState[] => NEXT[state];
export const isDecided = (state: TriageState): boolean => DECIDED.includes(state);

type Data = {
  state: TriageState;
  missingData: string | null;
  assignee: string | null;
  dueAt: number | null;
  text: string;
};

export const alertReview: Fold<AlertReview> = {
  start: (alertId) => ({
    alertId,
    state: 'new',
    sequence: 0,
    assignee: null,
    dueAt: null,
    notes: [],
    decidedAt: null,
    missingData: null,
  }),
  apply(review, event) {
    const next = { ...review, sequence: event.sequence };
    // Written by this file alone, through `record`: the shape is ours.
    const data = event.data as Partial<Data>;
    if (event.typeUid === 'alert.triaged') {
      const { state = review.state } = data;
      const decidedAt = isDecided(state) ? event.time : null;
      return { ...next, state, decidedAt, missingData: data.missingData ?? null };
    }
    if (event.typeUid === 'alert.assigned')
      return { ...next, assignee: data.assignee ?? null, dueAt: data.dueAt ?? null };
    if (event.typeUid === 'alert.noted') {
      const { accountId, name } = event.by;
      const note = {
        noteId: event.uid,
        at: event.time,
        by: { accountId, name },
        text: data.text ?? '',
      };
      return { ...next, notes: [...review.notes, note] };
    }
    return next;
  },
};

export type TriageInput = { state: TriageState; reason: string; missingData?: string | undefined };

/** Moves an alert on. Throws ERR_REVIEW_TRANSITION where the state does not lead there. */
export const triage = (
  journal: Journal,
  by: Reviewer,
  alertId: string,
  input: TriageInput,
  expected: number | null,
): Promise<AlertReview> =>
  journal.record(alertReview, 'alert', alertId, by, expected, ({ state }) => {
    if (!NEXT[state].includes(input.state))
      throw new AppError('ERR_REVIEW_TRANSITION', `An alert does not go from ${state} to there.`, {
        state,
        action: input.state,
      });
    const { missingData = null } = input;
    return { type: 'triaged', reason: input.reason, data: { state: input.state, missingData } };
  });

/** Gives an alert to a reviewer, or back to nobody, with a date by which it is due. */
export const assignAlert = (
  journal: Journal,
  by: Reviewer,
  alertId: string,
  input: { assignee: string | null; dueAt: number | null },
  expected: number | null,
): Promise<AlertReview> =>
  journal.record(alertReview, 'alert', alertId, by, expected, () => ({
    type: 'assigned',
    data: input,
  }));

/** Adds a note; nothing alters or removes one. */
export const noteAlert = (
  journal: Journal,
  by: Reviewer,
  alertId: string,
  text: string,
): Promise<AlertReview> =>
  journal.record(alertReview, 'alert', alertId, by, null, () => ({
    type: 'noted',
    data: { text },
  }));

/** Whom an alert is about, for conflicts of interest. */
export const concernedBy = (alert: AlertSummaryRow) => ({
  actors: alert.actor === null ? [] : [alert.actor],
  subjects: alert.subjects,
  at: alert.lastEventAt,
});
