import { randomUUID } from 'node:crypto';
import { AppError } from '../domain/errors.ts';
import type { Disposition, Ground } from '../domain/review.ts';
import { DAY_MS, localDay, startOfDay, weekday } from '../domain/time.ts';
import type { AlertSummaryRow } from './alert-directory.ts';
import {
  CASE_STEPS,
  type Case,
  type CaseStep,
  caseFold,
  concernedByCase,
  type Link,
} from './case.ts';
import type { CaseDeps, ReviewDeps } from './context.ts';
import type { Step } from './journal.ts';
import { needSequence } from './journal.ts';
import { assertSameRegime, type Regime } from './regime.ts';
import { assertNotTied, assertSecondPerson, isTied, type Reviewer } from './reviewer.ts';
import { openWatches } from './watch.ts';

/** A proposal to close waits this long for its second person. */
const CLOSING_MS = 7 * DAY_MS;
const HEARING_WORKING_DAYS = 10;
const BLAME: readonly Disposition[] = [
  'careless',
  'misuse-viewed',
  'misuse-shared',
  'misuse-paid-or-pressed',
];

export const newId = (letter: string): string => `${letter}-${randomUUID()}`;
const toLink = (alert: AlertSummaryRow): Link => ({
  alertId: alert.alertId,
  actors: alert.actor === null ? [] : [alert.actor],
  subjects: alert.subjects,
});

/** Whether a case rests on a lookup that its source calls confidential and has not lifted. */
export const isConfidentialCase = (
  { directory }: Pick<CaseDeps, 'directory'>,
  { links }: Pick<Case, 'links'>,
): boolean =>
  links.some(
    ({ alertId, search }) =>
      directory.isConfidential(alertId) || search?.eventIds.some(directory.isMarked),
  );
export const isHandlerOf = (by: Reviewer, { assignee, openedBy }: Case): boolean =>
  assignee === by.accountId || openedBy.accountId === by.accountId;

/**
 * Whether this reviewer may know of a case: the data protection officer of all, an investigator of
 * those without or with an own name on them, a security officer of those that are neither silent nor
 * confidential. What concerns oneself is hidden from everybody.
 */
export function maySee(deps: CaseDeps, by: Reviewer, kase: Case): boolean {
  if (isTied(by, concernedByCase(kase), deps.reference())) return false;
  if (by.role === 'fg') return true;
  const isHandler = isHandlerOf(by, kase);
  if (kase.isSilent) return isHandler;
  // A proposal needs a second person, who has to be able to read what is proposed.
  if (by.role === 'integrity-investigator')
    return isHandler || kase.assignee === null || kase.closing !== null;
  return by.role === 'security-officer' && (isHandler || !isConfidentialCase(deps, kase));
}

/** The case, or ERR_REVIEW_ABSENT: whoever may not see it learns nothing of it. */
export function caseFor(deps: CaseDeps, by: Reviewer, caseId: string): Case {
  const { journal } = deps;
  const kase = journal.state(caseFold, 'case', caseId);
  if (!journal.has('case', caseId) || !maySee(deps, by, kase))
    throw new AppError('ERR_REVIEW_ABSENT', 'There is no case with this id.');
  return kase;
}

/** Alerts that this reviewer may handle, or the reason why not. */
function handledAlert(deps: ReviewDeps, by: Reviewer, alertId: string): AlertSummaryRow {
  const alert = deps.directory.get(alertId);
  if (alert === null) throw new AppError('ERR_REVIEW_ABSENT', 'There is no alert with this id.');
  const { actors, subjects } = toLink(alert);
  assertNotTied(by, { actors, subjects, at: alert.lastEventAt }, deps.reference());
  return alert;
}

/** Opens a case on alerts or on what a search found; rows of the officials concerned are held from now on. */
export async function openCase(
  deps: ReviewDeps & { heldEvents(actors: Link['actors']): Promise<number> },
  by: Reviewer,
  input: {
    title: string;
    alertIds: string[];
    ground: Ground;
    protocolArticle: string;
    regime: Regime;
    reason: string;
  },
  start: Link | null = null,
): Promise<Case> {
  if (input.alertIds.length === 0 && start === null)
    throw new AppError('ERR_REVIEW_REFUSED', 'A case begins with an alert or with a search.');
  const links = [...new Set(input.alertIds)].map((id) => toLink(handledAlert(deps, by, id)));
  if (start !== null) {
    const { actors, subjects } = start;
    assertNotTied(by, { actors, subjects, at: deps.journal.now() }, deps.reference());
    links.push(start);
  }
  const heldEvents = await deps.heldEvents([...new Set(links.flatMap((l) => l.actors))]);
  const { title, ground, protocolArticle, regime, reason } = input;
  return deps.journal.record(caseFold, 'case', newId('c'), by, 0, () => ({
    ...{ type: 'opened', reason },
    data: { title, ground, protocolArticle, regime, links, heldEvents },
  }));
}

/** One step in a case that the reviewer may see, in a state that allows it. */
export function step(
  deps: CaseDeps,
  by: Reviewer,
  caseId: string,
  name: CaseStep,
  expected: number | null,
  decide: (kase: Case) => Step,
): Promise<Case> {
  caseFor(deps, by, caseId);
  const sequence = name === 'note' ? null : needSequence(expected);
  return deps.journal.record(caseFold, 'case', caseId, by, sequence, (kase) => {
    if (!maySee(deps, by, kase))
      throw new AppError('ERR_REVIEW_ABSENT', 'There is no case with this id.');
    if (!(CASE_STEPS[name] as readonly string[]).includes(kase.state))
      throw new AppError('ERR_REVIEW_TRANSITION', 'The state of the case does not allow this.', {
        ...{ state: kase.state, action: name },
      });
    return decide(kase);
  });
}

export const linkAlert = (
  deps: ReviewDeps,
  by: Reviewer,
  caseId: string,
  { alertId, regime, reason }: { alertId: string; regime: Regime; reason: string },
  expected: number | null,
): Promise<Case> =>
  step(deps, by, caseId, 'link', expected, ({ links, regime: own }) => {
    assertSameRegime(own, regime);
    if (links.some((l) => l.alertId === alertId))
      throw new AppError('ERR_REVIEW_TRANSITION', 'The alert is linked already.');
    return { type: 'linked', reason, data: { link: toLink(handledAlert(deps, by, alertId)) } };
  });

export const unlinkAlert = (
  deps: CaseDeps,
  by: Reviewer,
  caseId: string,
  { alertId, reason }: { alertId: string; reason: string },
  expected: number | null,
): Promise<Case> =>
  step(deps, by, caseId, 'unlink', expected, ({ links }) => {
    if (!links.some((l) => l.alertId === alertId))
      throw new AppError('ERR_REVIEW_ABSENT', 'The alert is not linked to this case.');
    if (links.length === 1)
      throw new AppError('ERR_REVIEW_REFUSED', 'A case keeps at least one alert.');
    return { type: 'unlinked', reason, data: { alertId } };
  });

/** Ten working days from the day after asking, Monday to Friday; ends with that day. */
export function hearingDeadline(askedAt: number): number {
  let day = localDay(askedAt);
  for (let left = HEARING_WORKING_DAYS; left > 0; ) {
    day += 1;
    if (weekday(day) < 5) left -= 1;
  }
  return startOfDay(day + 1) - 1;
}

/** A question without a verdict in it, about the days and number of lookups of one alert. */
function questionOf(alert: AlertSummaryRow): { nl: string; en: string } {
  const show = (lang: string, at: number): string =>
    new Intl.DateTimeFormat(lang, { dateStyle: 'long', timeZone: 'UTC' }).format(
      localDay(at) * DAY_MS,
    );
  const isOneDay = localDay(alert.firstEventAt) === localDay(alert.lastEventAt);
  const [nl, en] = (['nl', 'en'] as const).map((lang) => {
    const [from, to] = [show(lang, alert.firstEventAt), show(lang, alert.lastEventAt)];
    if (isOneDay) return lang === 'nl' ? `Op ${from}` : `On ${from}`;
    return lang === 'nl' ? `Tussen ${from} en ${to}` : `Between ${from} and ${to}`;
  });
  const n = alert.eventCount;
  return {
    nl: `${nl} bekeek u ${n} keer gegevens van ${alert.subjects.length === 1 ? 'een persoon' : 'personen'}. Wij vonden hierbij geen zaak. Kunt u aangeven waarvoor dit was?`,
    en: `${en} you opened the record of ${alert.subjects.length === 1 ? 'a person' : 'persons'} ${n} ${n === 1 ? 'time' : 'times'}. We found no case for it. Can you tell what it was for?`,
  };
}

export const askHearing = (
  deps: ReviewDeps,
  by: Reviewer,
  caseId: string,
  { to, alertId }: { to: 'official' | 'manager'; alertId: string },
  expected: number | null,
): Promise<Case> =>
  step(deps, by, caseId, 'hear', expected, (kase) => {
    if (kase.isSilent)
      throw new AppError('ERR_REVIEW_SILENT', 'No question is asked while the case is silent.');
    const alert = deps.directory.get(alertId);
    if (alert === null || !kase.links.some((l) => l.alertId === alertId))
      throw new AppError('ERR_REVIEW_ABSENT', 'The alert is not linked to this case.');
    const deadlineAt = hearingDeadline(deps.journal.now());
    const hearing = { hearingId: newId('h'), to, question: questionOf(alert), deadlineAt };
    return { type: 'hearing-asked', data: { hearing } };
  });

/** The answer word for word, or that none came by the deadline. */
export const recordAnswer = (
  deps: CaseDeps,
  by: Reviewer,
  caseId: string,
  hearingId: string,
  input: { text: string | null; receivedAt: number | null },
  expected: number | null,
): Promise<Case> =>
  step(deps, by, caseId, 'answer', expected, ({ hearings }) => {
    const hearing = hearings.find((h) => h.hearingId === hearingId);
    if (hearing === undefined)
      throw new AppError('ERR_REVIEW_ABSENT', 'There is no question with this id.');
    if (hearing.answer !== null)
      throw new AppError('ERR_REVIEW_TRANSITION', 'An answer is on record already.');
    const now = deps.journal.now();
    if (input.text === null && now < hearing.deadlineAt)
      throw new AppError('ERR_REVIEW_REFUSED', 'The time to answer has not passed yet.');
    const receivedAt = input.receivedAt ?? now;
    if (receivedAt > now || receivedAt < hearing.askedAt)
      throw new AppError(
        'ERR_REVIEW_REFUSED',
        'An answer comes after the question and before now.',
      );
    return { type: 'hearing-answered', data: { hearingId, text: input.text, receivedAt } };
  });

export const referCase = (
  deps: CaseDeps,
  by: Reviewer,
  caseId: string,
  { reason, isSilent }: { reason: string; isSilent: boolean },
  expected: number | null,
): Promise<Case> =>
  step(deps, by, caseId, 'refer', expected, () => ({
    type: 'referred',
    reason,
    data: { isSilent },
  }));

/** A case does not end while somebody it watched has not been told. */
function assertAllTold({ journal }: CaseDeps, { caseId }: Case): void {
  if (openWatches(journal).some((w) => w.caseId === caseId))
    throw new AppError(
      'ERR_REVIEW_TRANSITION',
      'An official of this case is being watched, or was and has not been told yet.',
    );
}

export const proposeClosing = (
  deps: CaseDeps,
  by: Reviewer,
  caseId: string,
  input: { disposition: Disposition; reason: string; exception?: string | undefined },
  expected: number | null,
): Promise<Case> =>
  step(deps, by, caseId, 'propose-closing', expected, (kase) => {
    assertAllTold(deps, kase);
    const { disposition, reason, exception = null } = input;
    const isHeard = kase.hearings.some((h) => h.answer !== null);
    if (BLAME.includes(disposition) && !isHeard && exception === null)
      throw new AppError(
        'ERR_REVIEW_HEARING_NEEDED',
        'Blame needs a hearing first, or a reason why there was none.',
      );
    const expiresAt = deps.journal.now() + CLOSING_MS;
    return { type: 'closing-proposed', reason, data: { disposition, exception, expiresAt } };
  });

/** The second person agrees: somebody else, in time. */
export const decideClosing = (
  deps: CaseDeps,
  by: Reviewer,
  caseId: string,
  { reason, isApproved }: { reason: string; isApproved: boolean },
  expected: number | null,
): Promise<Case> =>
  step(deps, by, caseId, 'decide-closing', expected, (kase) => {
    const { closing } = kase;
    if (closing === null)
      throw new AppError('ERR_REVIEW_TRANSITION', 'Nobody has proposed to close this case.');
    // Whoever proposed may take it back; agreeing takes somebody else.
    if (!isApproved) return { type: 'closing-refused', reason };
    assertAllTold(deps, kase);
    assertSecondPerson(by, closing.proposedBy);
    if (deps.journal.now() >= closing.expiresAt)
      throw new AppError('ERR_REVIEW_EXPIRED', 'The proposal has expired; make it again.');
    return { type: 'closed', reason, data: { disposition: closing.disposition } };
  });

/** Looks again; whatever was decided stays in the history. */
export const reopenCase = (
  deps: CaseDeps,
  by: Reviewer,
  caseId: string,
  reason: string,
  expected: number | null,
): Promise<Case> =>
  step(deps, by, caseId, 'reopen', expected, () => ({ type: 'reopened', reason }));

/** Lets rows of a closed case go their usual way again. */
export const releaseHold = (
  deps: CaseDeps,
  by: Reviewer,
  caseId: string,
  reason: string,
  expected: number | null,
): Promise<Case> =>
  step(deps, by, caseId, 'release-hold', expected, ({ hold }) => {
    if (hold.state === 'released')
      throw new AppError('ERR_REVIEW_TRANSITION', 'The hold has been released already.');
    return { type: 'hold-released', reason };
  });
