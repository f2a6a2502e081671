// What must be done by a person by a certain time, over everything that is open. Pure but for the journal:
// the page, the mail and the tests over time ask the same question.
import { allBreaches } from './breach/breach-work.ts';
import { escalationsDue } from './breach/clock.ts';
import { caseFold } from './case.ts';
import type { Journal } from './journal.ts';
import { disclosureOf, openWatches } from './watch.ts';

export type TaskKind =
  | 'breach'
  | 'tell-watched-official'
  | 'hearing-unanswered'
  | 'closing-undecided';
export type Task = {
  /** Stable: the same task is never listed or sent twice. */
  taskId: string;
  kind: TaskKind;
  /** What of a breach; empty for the others. */
  step: string;
  objectId: string;
  caseId: string | null;
  dueAt: number;
  isOverdue: boolean;
  to: string[];
};

/** Every task that is open at `now`, the most urgent first. */
export function tasksAt(journal: Journal, now: number): Task[] {
  const tasks: Task[] = [];
  const add = (task: Omit<Task, 'isOverdue'>): void => {
    tasks.push({ ...task, isOverdue: now >= task.dueAt });
  };
  for (const breach of allBreaches(journal))
    for (const { step, at, to, what } of escalationsDue(breach, now))
      add({
        ...{ taskId: `${breach.breachId}/${step}`, kind: 'breach', step: what, to },
        ...{ objectId: breach.breachId, caseId: breach.caseId, dueAt: at },
      });
  for (const watch of openWatches(journal)) {
    const { dueAt } = disclosureOf(watch, now);
    if (dueAt !== null)
      add({
        ...{ taskId: `${watch.watchId}/tell`, kind: 'tell-watched-official', step: '' },
        ...{ objectId: watch.watchId, caseId: watch.caseId, dueAt },
        to: ['fg', 'integrity-investigator'],
      });
  }
  for (const kase of journal.all(caseFold, 'case')) {
    for (const hearing of kase.hearings)
      if (hearing.answer === null && now >= hearing.deadlineAt)
        add({
          ...{ taskId: `${hearing.hearingId}/answer`, kind: 'hearing-unanswered', step: '' },
          ...{ objectId: kase.caseId, caseId: kase.caseId, dueAt: hearing.deadlineAt },
          to: ['integrity-investigator'],
        });
    if (kase.closing !== null)
      add({
        ...{ taskId: `${kase.caseId}/closing-${kase.closing.proposedAt}`, step: '' },
        ...{ kind: 'closing-undecided', objectId: kase.caseId, caseId: kase.caseId },
        ...{ dueAt: kase.closing.expiresAt, to: ['integrity-investigator'] },
      });
  }
  return tasks.sort((a, b) => a.dueAt - b.dueAt || (a.taskId < b.taskId ? -1 : 1));
}
