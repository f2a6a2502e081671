// Somebody on leave has no work, and somebody else may have the account. The roster never says why a
// person is away, and neither does the sentence.
import { z } from 'zod';
import { HOUR_MS } from '../domain/time.ts';
import type { DetectorContext, Lookup } from './detector.ts';
import { defineDetector, defineReason } from './detector.ts';
import { dayDraft, eventsOf, verdictOf, workOf } from './kit/drafts.ts';
import { floorUnder, judge } from './kit/judge.ts';
import { countP } from './kit/relation.ts';
import { fromLn, lnTail } from './kit/statistics.ts';

const away = defineReason('on-leave', {
  code: 'during-leave',
  unit: 'lookups',
  comparedWith: 'roster',
  text: {
    nl: 'Van deze medewerker viel {observed|raadpleging|raadplegingen} in een periode die in het rooster als afwezig staat (verwacht: {expected}), over {persons|persoon|personen}, van {hosts|werkplek|werkplekken}; {work}.',
    en: '{observed|lookup|lookups} of this official fell in a period that the roster lists as absence (expected {expected}), on {persons|person|persons}, from {hosts|workstation|workstations}; {work}.',
  },
});

const GRACE_MS = 12 * HOUR_MS; // docs/detection.md 2.2: rosters know days, people leave at noon
/** Lookups on a day of leave in ordinary offices: the last call before the train. */
const EXPECTED = 0.05;

const isAway = ({ actor, event }: Lookup, { reference }: DetectorContext<unknown>): boolean =>
  [-GRACE_MS, 0, GRACE_MS].every((shift) => reference.onLeave(actor, event.occurredAt + shift));

export const onLeave = defineDetector({
  meta: {
    id: 'on-leave',
    version: 1,
    title: 'During leave',
    description: 'Detects lookups by an account whose official is on leave.',
    typologies: ['on-leave'],
    maturity: 'stable',
    dataUsed: ['audit events', 'roster', 'caseload'],
    falsePositives: ['called in for a day', 'leave that was moved and not entered'],
    knownGaps: ['officials without a roster', 'a first and last half day of leave'],
    runbook: ['Ask first whether the account was used by somebody else.'],
  },
  config: z.strictObject({}),
  reasons: [away.template],
  start: () => null,
  observeDay(day, _state, ctx) {
    if (!ctx.reference.delivered.roster) return [];
    const absent = day.lookups.filter((l) => isAway(l, ctx));
    const judged = judge(absent, 'strong');
    if (judged === null) return [];
    const { lookups } = judged;
    const hosts = new Set(lookups.flatMap((l) => l.event.host ?? [])).size;
    const reason = away(lookups.length, EXPECTED, {
      persons: new Set(lookups.map((l) => l.subject)).size,
      hosts,
      work: workOf(lookups, ctx),
    });
    const verdict = verdictOf(lookups);
    const p = countP(fromLn(lnTail(lookups.length, EXPECTED, 1)));
    const kind = verdict === 'explained' || verdict === 'explained-later' ? 'support' : 'rule';
    const floor = floorUnder(verdict, 'medium');
    return [dayDraft('on-leave', kind, p, reason, eventsOf(lookups), verdict, floor)];
  },
});
