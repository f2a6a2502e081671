// Neighbours are met by chance in every district team, so they only reinforce what else was seen.
import { z } from 'zod';
import { defineDetector, defineReason, type Lookup } from './detector.ts';
import { draftOf, hitParams, hitsOf } from './kit/relation.ts';
import { noSightings } from './kit/sightings.ts';

const near = defineReason('neighbour', {
  code: 'near-home',
  unit: 'persons',
  comparedWith: 'chance',
  text: {
    nl: 'Deze medewerker bekeek in 30 dagen {observed} onverklaarde van {total} buren (door toeval verwacht {expected}); {work}.',
    en: 'This official opened {observed} of {total} neighbours unexplained in 30 days (expected by chance {expected}); {work}.',
  },
});
// Someone who is also kin or shares the home is that typology's: one fact is not told twice.
const isOnlyNeighbour = (lookup: Lookup): boolean =>
  lookup.ties.length > 0 && lookup.ties.every((tie) => tie.kind === 'neighbour');

export const neighbour = defineDetector({
  meta: {
    id: 'neighbour',
    version: 1,
    title: 'Neighbour',
    description: 'Adds the surprise of unexplained lookups in the official’s own street.',
    typologies: ['neighbour'],
    maturity: 'stable',
    dataUsed: ['audit events', 'addresses', 'caseload'],
    falsePositives: ['a team that works in its own district'],
    knownGaps: ['former neighbours', 'officials who live in another municipality'],
    runbook: ['Never alone: read what else was seen on the same day.'],
  },
  config: z.strictObject({}),
  reasons: [near.template],
  start: noSightings,
  observeDay(day, state, ctx) {
    const total = ctx.reference.tieCount(day.actor, 'neighbour');
    const frame = { clears: 'weak' as const, concerns: isOnlyNeighbour, related: total };
    return hitsOf(day, state, ctx, frame).map((hit) => {
      const reason = near(hit.persons, hit.expected, { ...hitParams(hit), total });
      return draftOf('neighbour', 'support', hit, 'low', hit.p, reason);
    });
  },
});
