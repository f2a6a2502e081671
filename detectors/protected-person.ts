// Victims and people in shelters may be in danger through one look. Secrecy is far commoner (1 to
// 2 %), so it needs a second fact. The sentence names the protection, never why it was given.
import { z } from 'zod';
import type { ReferenceData } from '../domain/reference.ts';
import { defineDetector, defineReason, type Lookup } from './detector.ts';
import { draftOf, type Hit, hitParams, hitsOf, populationOf, viewsOf } from './kit/relation.ts';
import { noSightings } from './kit/sightings.ts';

const shielded = defineReason('protected-person', {
  code: 'protected',
  unit: 'lookups',
  comparedWith: 'chance',
  text: {
    nl: 'Deze medewerker bekeek {observed} keer gegevens van een persoon met afscherming, op {days|dag|dagen} in 90 dagen; bij toeval 1 op {oneIn}; {work}.',
    en: 'This official opened the record of a protected person {observed|time|times}, on {days|day|days} in 90 days; by chance 1 in {oneIn}; {work}.',
  },
});
const secret = defineReason('protected-person', {
  code: 'secrecy',
  unit: 'lookups',
  comparedWith: 'chance',
  text: {
    nl: 'Deze medewerker bekeek {observed} keer gegevens van een persoon met geheimhouding ({searches} keer na zoeken op naam of adres), op {days|dag|dagen} in 90 dagen; bij toeval 1 op {oneIn}; {work}.',
    en: 'This official opened the record of a person under secrecy {observed|time|times} ({searches} after a search by name or address), on {days|day|days} in 90 days; by chance 1 in {oneIn}; {work}.',
  },
});

const isShielded = (lookup: Lookup, reference: ReferenceData): boolean =>
  reference
    .watch(lookup.subject, lookup.event.occurredAt)
    .some((category) => category === 'victim' || category === 'shelter');
const isBySearch = ({ event }: Lookup): boolean =>
  event.queryKey === 'name' || event.queryKey === 'address';

/**
 * Without a caseload every return to a flagged client looks like a second day, and in a small team
 * weak explanations cover nearly everyone; both would alert on ordinary work.
 */
function standsAlone(hit: Hit, searches: number, minDays: number): boolean {
  if (hit.judged.verdict === 'unexplained') return searches > 0 || hit.days >= minDays;
  return hit.judged.verdict === 'cannot-judge' && searches > 0;
}

export const protectedPerson = defineDetector({
  meta: {
    id: 'protected-person',
    version: 1,
    title: 'Protected person',
    description: 'Detects lookups of people whose data are shielded, without strong work ties.',
    typologies: ['protected-person'],
    maturity: 'stable',
    dataUsed: ['audit events', 'watchlist', 'secrecy mark', 'caseload'],
    falsePositives: ['handling the request for secrecy', 'an address check for a mailing'],
    knownGaps: ['people in a shelter who are on no list'],
    runbook: [
      'Act on the safety of the person first; then check the address fields that were read.',
    ],
  },
  config: z.strictObject({
    secrecyShare: z.number().min(0).max(1).default(0.015), // 1-2 % of residents; detection.md §5
    minDays: z.int().min(1).default(2), // docs/detection.md 2.2
  }),
  reasons: [shielded.template, secret.template],
  start: () => ({ shielded: noSightings(), secret: noSightings() }),
  observeDay(day, state, ctx) {
    const { reference, config } = ctx;
    const onList = hitsOf(day, state.shielded, ctx, {
      clears: 'strong',
      concerns: (lookup) => isShielded(lookup, reference),
      related: reference.watchCount(),
    }).map((hit) => {
      const reason = shielded(viewsOf(hit), null, hitParams(hit));
      return draftOf('protected-person', 'rule', hit, 'high', hit.p, reason);
    });
    const underSecrecy = hitsOf(day, state.secret, ctx, {
      clears: 'strong',
      concerns: (lookup) => reference.secrecy(lookup.subject) > 0 && !isShielded(lookup, reference),
      related: config.secrecyShare * populationOf(ctx),
    }).map((hit) => {
      const searches = hit.judged.lookups.filter(isBySearch).length;
      const reason = secret(viewsOf(hit), null, { ...hitParams(hit), searches });
      const kind = standsAlone(hit, searches, config.minDays) ? 'rule' : 'support';
      // Floor low: one resident in sixty is under secrecy, and most such lookups are everyday work.
      return draftOf('protected-person', kind, hit, 'low', hit.p, reason);
    });
    return [...onList, ...underSecrecy];
  },
});
