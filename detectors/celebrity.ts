// The list of a municipality is short and chosen by hand, so being on it is the whole argument.
import { z } from 'zod';
import type { ReferenceData, WatchCategory } from '../domain/reference.ts';
import { defineDetector, defineReason, type Lookup } from './detector.ts';
import { draftOf, hitParams, hitsOf, viewsOf } from './kit/relation.ts';
import { noSightings } from './kit/sightings.ts';
import type { Words } from './kit/words.ts';

const listed = defineReason('celebrity', {
  code: 'on-watchlist',
  unit: 'lookups',
  comparedWith: 'chance',
  text: {
    nl: 'Deze medewerker bekeek {observed} keer gegevens van een persoon op de aandachtslijst ({category}), op {days|dag|dagen} in 90 dagen; bij toeval 1 op {oneIn}; {work}.',
    en: 'This official opened the record of a person on the watchlist ({category}) {observed|time|times}, on {days|day|days} in 90 days; by chance 1 in {oneIn}; {work}.',
  },
});
const NAMES: Partial<Record<WatchCategory, Words>> = {
  celebrity: { nl: 'bekende persoon', en: 'public figure' },
  politician: { nl: 'politiek', en: 'politician' },
  media: { nl: 'in het nieuws', en: 'in the news' },
  other: { nl: 'overig', en: 'other' },
};
const categoryOf = (lookup: Lookup, reference: ReferenceData): Words | undefined =>
  reference
    .watch(lookup.subject, lookup.event.occurredAt)
    .map((category) => NAMES[category])
    .find((words) => words !== undefined);

export const celebrity = defineDetector({
  meta: {
    id: 'celebrity',
    version: 1,
    title: 'Person on the watchlist',
    description: 'Detects lookups of public figures and people in the news without own work.',
    typologies: ['celebrity'],
    maturity: 'stable',
    dataUsed: ['audit events', 'watchlist', 'caseload'],
    falsePositives: ['a public figure who is a real customer of the team'],
    knownGaps: ['people who are known locally but not on the list'],
    runbook: ['Read who else opened the person that week and whether they had a case.'],
  },
  config: z.strictObject({}),
  reasons: [listed.template],
  start: noSightings,
  observeDay(day, state, ctx) {
    const hits = hitsOf(day, state, ctx, {
      clears: 'medium',
      concerns: (lookup) => categoryOf(lookup, ctx.reference) !== undefined,
      related: ctx.reference.watchCount(),
    });
    return hits.flatMap((hit) => {
      const [first] = hit.judged.lookups;
      const category = first && categoryOf(first, ctx.reference);
      if (category === undefined) return [];
      const reason = listed(viewsOf(hit), null, { ...hitParams(hit), category });
      return [draftOf('celebrity', 'rule', hit, 'medium', hit.p, reason)];
    });
  },
});
