// Break-glass exists for the night in which nobody can be asked. It is a claim to check, never an
// explanation, and whoever uses it as a habit uses it instead of a case.
import { z } from 'zod';
import { defineDetector, defineReason } from './detector.ts';
import { dayDraft, openOf, unremarkable, verdictOf, workOf } from './kit/drafts.ts';
import { addShare, emptyShare } from './kit/share.ts';

const overuse = defineReason('emergency-overuse', {
  code: 'emergency-share',
  unit: 'lookups',
  comparedWith: 'role',
  text: {
    nl: 'Deze medewerker gebruikte de noodtoegang {observed} keer zonder verklaring bij {total} raadplegingen in vier weken (verwacht: {expected}), op deze dag {today} keer, waarvan {open} zonder verklaring; {work}.',
    en: 'This official used emergency access {observed|time|times} without explanation in {total} lookups in four weeks (expected {expected}), on this day {today|time|times}, {open} of them without explanation; {work}.',
  },
});

export const emergencyOveruse = defineDetector({
  meta: {
    id: 'emergency-overuse',
    version: 1,
    title: 'Emergency access as a habit',
    description: 'Scores the use of emergency access against the role and the own past.',
    typologies: ['emergency-overuse'],
    maturity: 'stable',
    dataUsed: ['audit events with their emergency mark', 'caseload'],
    falsePositives: ['a badly filled whitelist', 'a crisis service'],
    knownGaps: ['systems that do not log emergency access'],
    runbook: ['Ask for the note that belongs to each use; then check the whitelist.'],
  },
  config: z.strictObject({
    prior: z.number().min(0.0001).max(0.9).default(0.001),
    halfLifeDays: z.number().positive().default(9),
  }),
  reasons: [overuse.template],
  start: emptyShare,
  observeDay(day, state, ctx) {
    const n = day.lookups.length;
    if (n === 0) return [];
    const used = day.lookups.filter((l) => l.event.emergency);
    // Used for work that is on record, emergency access is a matter for the whitelist, not for this.
    const open = openOf(used);
    const found = addShare(state, day.day, open.length, n, {
      prior: ctx.config.prior,
      halfLife: ctx.config.halfLifeDays,
    });
    if (open.length === 0) return unremarkable('emergency-overuse');
    const reason = overuse(found.k, found.usual * found.n, {
      total: found.n,
      today: used.length,
      open: open.length,
      work: workOf(open, ctx),
    });
    const events = open.map((l) => l.event);
    return [dayDraft('emergency-overuse', 'score', found.p, reason, events, verdictOf(open))];
  },
});
