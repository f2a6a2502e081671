// An ended partnership counts at any age; the years only soften the surprise, never the alert.
import { z } from 'zod';
import { defineDetector, defineReason, type Lookup } from './detector.ts';
import { draftOf, fade, hitParams, hitsOf, lastAt, viewsOf } from './kit/relation.ts';
import { noSightings } from './kit/sightings.ts';
import { yearsWords } from './kit/words.ts';

const former = defineReason('ex-partner', {
  code: 'former-partner',
  unit: 'lookups',
  comparedWith: 'chance',
  text: {
    nl: 'Deze medewerker bekeek {observed} keer gegevens van een ex-partner ({ended}), op {days|dag|dagen} in 90 dagen; bij toeval 1 op {oneIn}; {work}.',
    en: 'This official opened the record of a former partner ({ended}) {observed|time|times}, on {days|day|days} in 90 days; by chance 1 in {oneIn}; {work}.',
  },
});
const UNDATED = { nl: 'einddatum onbekend', en: 'end date unknown' };
const exTie = (lookup: Lookup) => lookup.ties.find((tie) => tie.kind === 'ex-partner');

export const exPartner = defineDetector({
  meta: {
    id: 'ex-partner',
    version: 1,
    title: 'Former partner',
    description: 'Detects lookups of a former partner without work of one’s own on that person.',
    typologies: ['ex-partner'],
    maturity: 'stable',
    dataUsed: ['audit events', 'ended partnerships', 'caseload'],
    falsePositives: ['a handler who stepped back late', 'a shared child with a file'],
    knownGaps: ['relationships that were never registered', 'lookups through a colleague'],
    runbook: ['Read the days beside each other: a few looks a month for years is the pattern.'],
  },
  config: z.strictObject({}),
  reasons: [former.template],
  start: noSightings,
  observeDay(day, state, ctx) {
    const hits = hitsOf(day, state, ctx, {
      clears: 'medium',
      concerns: (lookup) => exTie(lookup) !== undefined,
      related: ctx.reference.tieCount(day.actor, 'ex-partner'),
    });
    return hits.flatMap((hit) => {
      const tie = hit.judged.lookups.map(exTie).find((t) => t !== undefined);
      if (tie === undefined) return [];
      const ended = tie.endedAt === null ? UNDATED : yearsWords(tie.endedAt, lastAt(hit));
      const reason = former(viewsOf(hit), null, { ...hitParams(hit), ended });
      const p = fade(hit.p, tie.endedAt, lastAt(hit));
      return [draftOf('ex-partner', 'rule', hit, 'high', p, reason)];
    });
  },
});
