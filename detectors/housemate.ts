// Shared stays of at least 90 days at one home, now or up to five years ago; the reference room
// leaves institutions out.
import { z } from 'zod';
import { defineDetector, defineReason, type Lookup } from './detector.ts';
import { draftOf, fade, hitParams, hitsOf, lastAt, viewsOf } from './kit/relation.ts';
import { noSightings } from './kit/sightings.ts';
import { yearsWords } from './kit/words.ts';

const shared = defineReason('housemate', {
  code: 'shared-address',
  unit: 'lookups',
  comparedWith: 'chance',
  text: {
    nl: 'Deze medewerker bekeek {observed} keer gegevens van een (vroegere) huisgenoot ({ended}), op {days|dag|dagen} in 90 dagen; bij toeval 1 op {oneIn}; {work}.',
    en: 'This official opened the record of a (former) housemate ({ended}) {observed|time|times}, on {days|day|days} in 90 days; by chance 1 in {oneIn}; {work}.',
  },
});
const homeTie = (lookup: Lookup) => lookup.ties.find((tie) => tie.kind === 'housemate');

export const housemate = defineDetector({
  meta: {
    id: 'housemate',
    version: 1,
    title: 'Housemate',
    description: 'Detects lookups of someone who shares or shared the official’s home.',
    typologies: ['housemate'],
    maturity: 'stable',
    dataUsed: ['audit events', 'address history', 'caseload'],
    falsePositives: ['a student house', 'a move that was registered late'],
    knownGaps: ['homes of officials who live in another municipality'],
    runbook: ['Compare the dates of the shared stay with the date of the lookup.'],
  },
  config: z.strictObject({}),
  reasons: [shared.template],
  start: noSightings,
  observeDay(day, state, ctx) {
    const hits = hitsOf(day, state, ctx, {
      clears: 'medium',
      concerns: (lookup) => homeTie(lookup) !== undefined,
      related: ctx.reference.tieCount(day.actor, 'housemate'),
    });
    return hits.flatMap((hit) => {
      const tie = hit.judged.lookups.map(homeTie).find((t) => t !== undefined);
      if (tie === undefined) return [];
      const ended = yearsWords(tie.endedAt, lastAt(hit));
      const reason = shared(viewsOf(hit), null, { ...hitParams(hit), ended });
      const p = fade(hit.p, tie.endedAt, lastAt(hit));
      return [draftOf('housemate', 'rule', hit, 'medium', p, reason)];
    });
  },
});
