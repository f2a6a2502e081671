import { AppError } from '../../domain/errors.ts';
import { newId } from '../case-work.ts';
import { type Fold, type Journal, needSequence, type ReviewEvent } from '../journal.ts';
import type { Reviewer } from '../reviewer.ts';
import { type Breach, type BreachEvent, breachOf, type Refusal, refusalOf } from './breach.ts';

type Distribute<E> = E extends BreachEvent ? Omit<E, 'at' | 'by'> : never;
/** A step as a person asks for it: who and when are added by the journal. */
export type BreachStep = Distribute<BreachEvent>;
export type BreachFile = { history: readonly BreachEvent[]; sequence: number };

// Written by this file alone, so the shape of `data` is ours.
const toBreachEvent = ({ typeUid, time, by, data }: ReviewEvent): BreachEvent =>
  ({ kind: typeUid.slice('breach.'.length), at: time, by: by.name, ...data }) as BreachEvent;

export const breachFold: Fold<BreachFile> = {
  start: () => ({ history: [], sequence: 0 }),
  apply: ({ history }, event) => ({
    history: [...history, toBreachEvent(event)],
    sequence: event.sequence,
  }),
};

const WHY: Record<Refusal, string> = {
  'not-opened': 'There is no breach file with this id.',
  'opened-twice': 'The file is open already.',
  'late-without-reason': 'This is later than 72 hours after becoming aware: say why.',
  'delay-without-end': 'A delay has a ground, a contact and an end in the future.',
  'first-notification-missing': 'Record the first notification before a follow-up.',
  'notified-before-aware': 'The notification is before the moment of becoming aware.',
  'awareness-after-recording': 'The moment of becoming aware lies in the future.',
  'awareness-missing': 'Decide first when the organisation became aware.',
  'decision-missing':
    'Decide first whether the authority and whether the people concerned are told.',
};

/** The data protection officer advises and nothing else; everybody else leaves advising to them. */
function assertOwnStep(by: Reviewer, kind: BreachStep['kind']): void {
  if ((by.role === 'fg') !== (kind === 'advice-given'))
    throw new AppError(
      'ERR_REVIEW_NOT_ALLOWED',
      'Advice is of the data protection officer, every other step is not.',
    );
}

/** Opens a file, with or without a case behind it. */
export async function openBreach(
  journal: Journal,
  by: Reviewer,
  input: { caseId: string | null; reason: string },
): Promise<Breach & { sequence: number }> {
  const breachId = newId('b');
  const file = await journal.record(breachFold, 'breach', breachId, by, 0, () => ({
    type: 'opened',
    data: input,
  }));
  return { ...breachOf(breachId, file.history), sequence: file.sequence };
}

/** Adds a step to the file. Throws ERR_REVIEW_REFUSED with what to do first, ERR_REVIEW_ABSENT. */
export async function recordBreachStep(
  journal: Journal,
  by: Reviewer,
  breachId: string,
  step: BreachStep,
  expected: number | null,
): Promise<Breach & { sequence: number }> {
  assertOwnStep(by, step.kind);
  if (!journal.has('breach', breachId)) throw noBreach();
  const { kind, ...data } = step;
  const sequence = needSequence(expected);
  const file = await journal.record(breachFold, 'breach', breachId, by, sequence, ({ history }) => {
    const next = { ...step, at: journal.now(), by: by.name } as BreachEvent;
    const refusal = refusalOf(history, next);
    if (refusal !== null)
      throw new AppError('ERR_REVIEW_REFUSED', WHY[refusal], { reason: refusal });
    return { type: kind, data };
  });
  return { ...breachOf(breachId, file.history), sequence: file.sequence };
}

export function breachById(journal: Journal, breachId: string): Breach & { sequence: number } {
  if (!journal.has('breach', breachId)) throw noBreach();
  const { history, sequence } = journal.state(breachFold, 'breach', breachId);
  return { ...breachOf(breachId, history), sequence };
}

/** All files, oldest first. */
export function allBreaches(journal: Journal): (Breach & { sequence: number })[] {
  const ids = [...journal.ids('breach')];
  return ids
    .map((id) => breachById(journal, id))
    .sort((a, b) => a.openedAt - b.openedAt || (a.breachId < b.breachId ? -1 : 1));
}

const noBreach = (): AppError =>
  new AppError('ERR_REVIEW_ABSENT', 'There is no breach file with this id.');
