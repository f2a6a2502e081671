// A colleague is also a resident: one look reinforces, a second day stands by itself.
import { z } from 'zod';
import type { ReferenceData } from '../domain/reference.ts';
import { defineDetector, defineReason, type Lookup } from './detector.ts';
import { draftOf, hitParams, hitsOf, viewsOf } from './kit/relation.ts';
import { noSightings } from './kit/sightings.ts';

const sameEmployer = defineReason('colleague', {
  code: 'same-employer',
  unit: 'lookups',
  comparedWith: 'chance',
  text: {
    nl: 'Deze medewerker bekeek {observed} keer gegevens van een collega, op {days|dag|dagen} in 90 dagen; bij toeval 1 op {oneIn}; {work}.',
    en: 'This official opened the record of a colleague {observed|time|times}, on {days|day|days} in 90 days; by chance 1 in {oneIn}; {work}.',
  },
});

function isColleague(lookup: Lookup, reference: ReferenceData): boolean {
  // Two accounts of one person are not colleagues of each other.
  if (lookup.official?.persons.includes(lookup.subject) === true) return false;
  const at = lookup.event.occurredAt;
  const other = reference.officialOfPerson(lookup.subject, at);
  if (other !== null && other.actor !== lookup.actor) return true;
  return reference.watch(lookup.subject, at).includes('staff');
}

export const colleague = defineDetector({
  meta: {
    id: 'colleague',
    version: 1,
    title: 'Colleague',
    description: 'Detects unexplained lookups of people who work for the same municipality.',
    typologies: ['colleague'],
    maturity: 'stable',
    dataUsed: ['audit events', 'officials with their person', 'caseload'],
    falsePositives: ['personnel work without a mandate row', 'a colleague with a case as resident'],
    knownGaps: ['officials whose personId was not delivered', 'former colleagues'],
    runbook: ['Check whether the colleague has a case as a resident, and who handles it.'],
  },
  config: z.strictObject({
    minDays: z.int().min(1).default(2), // docs/detection.md 2.2: alone only on two or more days
  }),
  reasons: [sameEmployer.template],
  start: noSightings,
  observeDay(day, state, ctx) {
    const hits = hitsOf(day, state, ctx, {
      clears: 'weak',
      concerns: (lookup) => isColleague(lookup, ctx.reference),
      related: ctx.reference.officialCount(),
    });
    return hits.map((hit) => {
      const reason = sameEmployer(viewsOf(hit), null, hitParams(hit));
      const kind = hit.days >= ctx.config.minDays ? 'rule' : 'support';
      return draftOf('colleague', kind, hit, 'low', hit.p, reason);
    });
  },
});
