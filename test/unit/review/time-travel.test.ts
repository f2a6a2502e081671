// Two years walked through hour by hour, across four changes of the clock and a leap day: everything that must
// happen by a certain time happens at that time, neither sooner nor later, and nothing under hold ever goes.
import { beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../../domain/review.ts';
import { DAY_MS, HOUR_MS, localDay, startOfDay } from '../../../domain/time.ts';
import { triage } from '../../../review/alert-review.ts';
import {
  type BreachStep,
  openBreach,
  recordBreachStep,
} from '../../../review/breach/breach-work.ts';
import { caseFold } from '../../../review/case.ts';
import { askHearing, decideClosing, openCase, proposeClosing } from '../../../review/case-work.ts';
import { planReviewErasure } from '../../../review/erasure-plan.ts';
import { type Journal, openJournal } from '../../../review/journal.ts';
import { type Hold, RetentionPolicy } from '../../../review/retention.ts';
import { decideReveal, requestReveal, revealAt, revealFold } from '../../../review/reveal.ts';
import type { Reviewer } from '../../../review/reviewer.ts';
import { tasksAt } from '../../../review/tasks.ts';
import { watchAt, watchFold } from '../../../review/watch.ts';
import { approveWatch, discloseWatch, requestWatch } from '../../../review/watch-work.ts';
import { anAlert } from '../../helpers/alerts.ts';
import { aReference, directoryOf, memoryJournalStore } from '../../helpers/review.ts';

const at = (text: string): number => Date.parse(text);
const START = at('2027-03-01T08:00:00Z');
const END = at('2029-03-01T08:00:00Z');
const REASON = 'Vastgesteld na navraag bij de afdeling.';
const who = (name: string, role: Role): Reviewer => ({
  ...{ accountId: name, name, role, person: `person of ${name}`, actors: [], persons: [] },
});
const investigator = who('investigator', 'integrity-investigator');
const officer = who('officer', 'security-officer');
const fg = who('fg', 'fg');

/** What happened when, as it was seen by looking every hour. */
const seen = new Map<string, number>();
const note = (what: string, now: number): void => void (seen.has(what) || seen.set(what, now));
let watchedUntil = 0;
let breachId = '';
const ids: Record<string, string> = {};

beforeAll(async () => {
  let now = START;
  const journal: Journal = await openJournal(memoryJournalStore(), {
    ...{ tenant: 'default', now: () => now },
  });
  const aged = (alertId: string, day: string, n: number) =>
    anAlert({
      ...{ alertId, openedAt: `${day}T09:00:00.000Z`, firstEventAt: `${day}T09:00:00.000Z` },
      lastEventAt: `${day}T10:00:00.000Z`,
      actor: { token: `a.1.${`official${n}`.padEnd(22, '0')}` as never },
    });
  const alerts = [
    aged('al-case', '2027-02-20', 1),
    aged('al-cleared', '2027-02-21', 2),
    aged('al-open', '2027-02-22', 3),
    aged('al-held', '2027-02-23', 4),
  ];
  const directory = directoryOf(alerts);
  await directory.refresh();
  const deps = { journal, directory, reference: () => aReference(), heldEvents: async () => 1 };
  const policy = RetentionPolicy.parse({ caseClosed: 365, breach: 500 });
  const script: [string, () => Promise<unknown>][] = [
    ['2027-03-02T09:00:00Z', () => clearAlerts()],
    ['2027-03-03T09:00:00Z', () => startCase()],
    // Friday evening before the clock goes forward.
    ['2027-03-26T20:00:00Z', () => startBreach()],
    ['2027-05-20T09:00:00Z', () => tell()],
    ['2027-10-29T10:00:00Z', () => hear()],
    ['2027-12-06T10:00:00Z', () => close()],
  ];
  async function clearAlerts() {
    for (const id of ['al-cleared', 'al-held'])
      await triage(journal, officer, id, { state: 'explained', reason: REASON }, 0);
  }
  async function startCase() {
    const kase = await openCase(deps, investigator, {
      ...{ title: 'Zaak', alertIds: ['al-case'], ground: 'reasonable-suspicion' },
      ...{ protocolArticle: 'art. 5', regime: 'avg', reason: REASON },
    });
    ids['case'] = kase.caseId;
    const [actor] = kase.links.flatMap((l) => l.actors);
    if (actor === undefined) throw new Error('no official');
    const reveal = await requestReveal(deps, investigator, kase.caseId, {
      ...{ tokens: [actor], reasonCode: 'establish-facts', text: REASON },
      ...{ ground: 'reasonable-suspicion', protocolArticle: 'art. 5' },
    });
    ids['reveal'] = reveal.revealId;
    await decideReveal(deps, officer, reveal.revealId, 'approve', REASON, 1);
    const watch = await requestWatch(deps, investigator, kase.caseId, {
      ...{ actor, ground: 'reasonable-suspicion', protocolArticle: 'art. 8', days: 30 },
      ...{ dpiaReference: 'DPIA-1', reason: REASON },
    });
    ids['watch'] = watch.watchId;
    await approveWatch(deps, officer, watch.watchId, REASON, 1);
    watchedUntil = (await approveWatch(deps, fg, watch.watchId, REASON, 2)).until ?? 0;
  }
  async function startBreach() {
    const breach = await openBreach(journal, officer, { caseId: null, reason: REASON });
    breachId = breach.breachId;
    await recordBreachStep(
      ...([journal, officer, breachId] as const),
      { kind: 'awareness-decided', awareAt: now, reason: REASON },
      1,
    );
  }
  const tell = () =>
    discloseWatch(
      ...([deps, investigator, ids['watch'] ?? ''] as const),
      { informedAt: now, how: 'gesprek', reason: REASON },
      3,
    );
  const hear = () =>
    askHearing(deps, investigator, ids['case'] ?? '', { to: 'official', alertId: 'al-case' }, 1);
  async function close() {
    const caseId = ids['case'] ?? '';
    const { sequence } = journal.state(caseFold, 'case', caseId);
    await proposeClosing(
      ...([deps, investigator, caseId] as const),
      { disposition: 'legitimate-work', reason: REASON },
      sequence,
    );
    const second = who('second', 'integrity-investigator');
    await decideClosing(deps, second, caseId, { reason: REASON, isApproved: true }, sequence + 1);
    // The breach was never notified: its file ends with that reason on it.
    const steps: BreachStep[] = [
      { kind: 'not-notifiable', reason: REASON },
      {
        kind: 'inform-decided',
        decision: 'do-not-inform',
        risk: 'unlikely',
        ...{ factsKnown: REASON, advice: null, reasons: REASON, delay: null },
      },
      { kind: 'closed', lesson: REASON },
    ];
    for (const [i, step] of steps.entries())
      await recordBreachStep(journal, officer, breachId, step, i + 2);
  }
  const holdOf = (token: string, liftedAt: number | null): Hold => ({
    ...{ holdId: 'h', caseId: 'c-other', reason: '', decidedBy: '', from: 0, until: null },
    ...{ liftedAt, token: token as never, window: { from: 0, to: END } },
  });
  const lifted = at('2028-03-01T00:00:00Z');
  const holds = [holdOf(`a.1.${'official4'.padEnd(22, '0')}`, lifted)];
  for (now = START; now < END; now += HOUR_MS) {
    while (script[0] !== undefined && now >= at(script[0][0])) await script.shift()?.[1]();
    for (const task of tasksAt(journal, now)) {
      const name = task.kind === 'breach' ? task.taskId.replace(breachId, 'breach') : task.kind;
      note(name, now);
      if (task.isOverdue) note(`${name} overdue`, now);
    }
    if (ids['watch'] !== undefined)
      note(`watch ${watchAt(journal.state(watchFold, 'watch', ids['watch']), now).state}`, now);
    if (ids['reveal'] !== undefined)
      note(
        `reveal ${revealAt(journal.state(revealFold, 'reveal', ids['reveal']), now).state}`,
        now,
      );
    const { plan } = planReviewErasure({ journal, alerts: directory.all() }, policy, holds, now);
    for (const { kind, id } of plan.due) note(`erase ${id.startsWith('al-') ? id : kind}`, now);
    for (const { record } of plan.held) note(`held ${record.id}`, now);
  }
}, 120_000);

/** The first hour of the walk at or after an instant. */
const hour = (instant: number): number => START + Math.ceil((instant - START) / HOUR_MS) * HOUR_MS;
const when = (what: string): string | null => {
  const first = seen.get(what);
  return first === undefined ? null : new Date(first).toISOString();
};
const iso = (instant: number): string => new Date(hour(instant)).toISOString();

describe('in two years', () => {
  test('the clock of a breach runs through the weekend in which an hour is missing', () => {
    const aware = at('2027-03-26T20:00:00Z');
    for (const [after, step] of [
      [24, 'clock-24'],
      [48, 'clock-48'],
      [66, 'clock-66'],
      [72, 'clock-72'],
    ] as const)
      expect(when(`breach/${step}`)).toBe(iso(aware + after * HOUR_MS));
    // 72 hours are Monday 22:00 on the summer clock: it began at 21:00 on the winter clock.
    expect(when('breach/clock-72')).toBe('2027-03-29T20:00:00.000Z');
  });

  test('a watch ends by itself and telling becomes due and overdue, across summer time', () => {
    const began = at('2027-03-03T09:00:00Z');
    expect(watchedUntil).toBe(began + 30 * DAY_MS);
    expect(when('watch active')).toBe(iso(began));
    expect(when('watch ended')).toBe(iso(watchedUntil));
    expect(when('tell-watched-official')).toBe(iso(watchedUntil));
    expect(when('tell-watched-official overdue')).toBe(iso(watchedUntil + 14 * DAY_MS));
    expect(when('watch disclosed')).toBe(iso(at('2027-05-20T09:00:00Z')));
  });

  test('a reveal is open for seven days', () => {
    const granted = at('2027-03-03T09:00:00Z');
    expect(when('reveal open')).toBe(iso(granted));
    expect(when('reveal expired')).toBe(iso(granted + 7 * DAY_MS));
  });

  test('ten working days to answer end with a local day, over the night that has an hour twice', () => {
    // Friday 29 October to Friday 12 November, to the end of that day on the winter clock.
    const deadline = startOfDay(localDay(at('2027-11-12T12:00:00Z')) + 1) - 1;
    expect(new Date(deadline).toISOString()).toBe('2027-11-12T22:59:59.999Z');
    expect(when('hearing-unanswered')).toBe(iso(deadline));
  });

  test('periods are days: over a leap day they end a calendar day earlier', () => {
    const cleared = at('2027-03-02T09:00:00Z');
    expect(when('erase al-cleared')).toBe(iso(cleared + 90 * DAY_MS));
    const closed = at('2027-12-06T10:00:00Z');
    expect(when('erase case')).toBe('2028-12-05T10:00:00.000Z');
    expect(when('erase case')).toBe(iso(closed + 365 * DAY_MS));
    // Nobody decided on it: two years after its last event.
    expect(when('erase al-open')).toBe(iso(at('2027-02-22T10:00:00Z') + 730 * DAY_MS));
    expect(when('erase watch')).toBe(iso(at('2027-05-20T09:00:00Z') + 90 * DAY_MS));
    // 500 days reach beyond the two years.
    expect(when('erase breach')).toBe(null);
    expect(when('erase reveal')).toBe(null);
  });

  test('what is held is counted from the day it was due, and goes when the hold is lifted', () => {
    const cleared = at('2027-03-02T09:00:00Z');
    expect(when('held al-held')).toBe(iso(cleared + 90 * DAY_MS));
    expect(when('erase al-held')).toBe(iso(at('2028-03-01T00:00:00Z')));
  });

  test('what a case is about waits for the case', () => {
    expect(when('erase al-case')).toBe(null);
  });
});
