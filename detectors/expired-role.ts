// The task ended, the authorisation did not (Werkplein, CRvB 2019). Whatever was looked up since, the
// account should no longer be able to.
import { z } from 'zod';
import { DAY_MS } from '../domain/time.ts';
import type { DetectorContext, Lookup } from './detector.ts';
import { defineDetector, defineReason } from './detector.ts';
import { dayDraft, eventsOf, verdictOf, workOf } from './kit/drafts.ts';
import { floorUnder, judge } from './kit/judge.ts';

const ended = defineReason('expired-role', {
  code: 'after-the-end',
  unit: 'lookups',
  comparedWith: 'officials',
  text: {
    nl: 'De functie waar deze toegang bij hoorde, is geëindigd; op {days|dag|dagen} daarna: {observed|raadpleging|raadplegingen} (toegestaan: {expected}), {today} op deze dag; {work}.',
    en: 'The role this access belonged to has ended; on {days|day|days} since: {observed|lookup|lookups} (allowed: {expected}), {today} on this day; {work}.',
  },
});

type State = { lookups: number; days: number };

function isEnded({ actor, event }: Lookup, ctx: DetectorContext<{ graceDays: number }>): boolean {
  const { reference, config } = ctx;
  if (!reference.isKnownOfficial(actor)) return false;
  const at = event.occurredAt;
  // A row that begins later would be an official who has not started: no end, no rule.
  return (
    reference.official(actor, at) === null &&
    reference.official(actor, at - config.graceDays * DAY_MS) === null
  );
}

export const expiredRole = defineDetector({
  meta: {
    id: 'expired-role',
    version: 1,
    title: 'After the role ended',
    description: 'Detects lookups by an account whose official has no valid role any more.',
    typologies: ['expired-role'],
    maturity: 'stable',
    dataUsed: ['audit events', 'officials with the validity of their role'],
    falsePositives: ['a handover', 'a new role that is not in the list yet'],
    knownGaps: ['accounts that are not in the list at all', 'roles that do not name their systems'],
    runbook: ['Withdraw the access first; then read what was looked up.'],
  },
  config: z.strictObject({
    graceDays: z.number().min(0).default(3), // docs/detection.md 2.2
  }),
  reasons: [ended.template],
  start: (): State => ({ lookups: 0, days: 0 }),
  observeDay(day, state, ctx) {
    if (!ctx.reference.delivered.officials) return [];
    const judged = judge(
      day.lookups.filter((l) => isEnded(l, ctx)),
      'mandate',
    );
    if (judged === null) return [];
    const { lookups } = judged;
    state.lookups += lookups.length;
    state.days += 1;
    const reason = ended(state.lookups, 0, {
      days: state.days,
      today: lookups.length,
      work: workOf(lookups, ctx),
    });
    const verdict = verdictOf(lookups);
    const isWork = verdict === 'explained' || verdict === 'explained-later';
    const p = isWork ? 1e-2 : 1e-4;
    const floor = floorUnder(verdict, 'medium');
    return [dayDraft('expired-role', 'rule', p, reason, eventsOf(lookups), verdict, floor)];
  },
});
