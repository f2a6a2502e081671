// Parent, child, partner and sibling alert by themselves; wider kin only add their chance p, since
// in a small town they are met innocently.
import { z } from 'zod';
import type { TieRow } from '../domain/reference.ts';
import { defineDetector, defineReason, type Lookup } from './detector.ts';
import { draftOf, hitParams, hitsOf, viewsOf } from './kit/relation.ts';
import { noSightings } from './kit/sightings.ts';

const close = defineReason('relative', {
  code: 'close-relative',
  unit: 'lookups',
  comparedWith: 'chance',
  text: {
    nl: 'Deze medewerker bekeek {observed} keer gegevens van een familielid ({path}), op {days|dag|dagen} in 90 dagen; bij toeval 1 op {oneIn}; {work}.',
    en: 'This official opened the record of a relative ({path}) {observed|time|times}, on {days|day|days} in 90 days; by chance 1 in {oneIn}; {work}.',
  },
});
const wider = defineReason('relative', {
  code: 'wider-kin',
  unit: 'persons',
  comparedWith: 'chance',
  text: {
    nl: 'Deze persoon is verdere familie van deze medewerker ({path}); {observed} onverklaard in 30 dagen, door toeval verwacht {expected}; {work}.',
    en: 'This person is wider family of this official ({path}); {observed} unexplained in 30 days, expected by chance {expected}; {work}.',
  },
});

const SIBLING = /^(half-?)?(sibling|brother|sister)( \(.*\))?$/i;
const isClose = (tie: TieRow): boolean =>
  tie.degree === 1 || (tie.degree === 2 && SIBLING.test(tie.path.en));
const kinship = (lookup: Lookup): TieRow | undefined =>
  lookup.ties.find((tie) => tie.kind === 'relative');

export const relative = defineDetector({
  meta: {
    id: 'relative',
    version: 1,
    title: 'Relative',
    description: 'Detects lookups of family without work of one’s own on that person.',
    typologies: ['relative'],
    maturity: 'stable',
    dataUsed: ['audit events', 'family relations', 'caseload'],
    falsePositives: [
      'a namesake picked from a list',
      'a family member who is a client of the team',
    ],
    knownGaps: ['family outside the municipality’s own file', 'cousins'],
    runbook: ['Check the path of the tie, then whether someone else of the team had the case.'],
  },
  config: z.strictObject({}),
  reasons: [close.template, wider.template],
  start: noSightings,
  observeDay(day, state, ctx) {
    const hits = hitsOf(day, state, ctx, {
      clears: 'medium',
      concerns: (lookup) => kinship(lookup) !== undefined,
      related: ctx.reference.tieCount(day.actor, 'relative'),
    });
    return hits.flatMap((hit) => {
      const tie = hit.judged.lookups.map(kinship).find((t) => t !== undefined);
      if (tie === undefined) return [];
      const params = { ...hitParams(hit), path: tie.path };
      if (isClose(tie))
        return [draftOf('relative', 'rule', hit, 'high', hit.p, close(viewsOf(hit), null, params))];
      const reason = wider(hit.persons, hit.expected, params);
      return [draftOf('relative', 'support', hit, 'low', hit.p, reason)];
    });
  },
});
