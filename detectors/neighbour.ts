// Neighbours are met by chance in every district team, so one only reinforces what else was seen;
// several within a month, far beyond chance and all without work, are a street being watched.
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
    runbook: ['Read what else was seen on the same day, and which persons share the street.'],
  },
  config: z.strictObject({
    // Alone only far beyond chance: innocent lookups reached a p of 0.008 at the least.
    minPersons: z.int().min(2).default(2),
    maxP: z.number().positive().default(1e-4),
  }),
  reasons: [near.template],
  start: noSightings,
  observeDay(day, state, ctx) {
    const total = ctx.reference.tieCount(day.actor, 'neighbour');
    const frame = { clears: 'weak' as const, concerns: isOnlyNeighbour, related: total };
    return hitsOf(day, state, ctx, frame).map((hit) => {
      const reason = near(hit.persons, hit.expected, { ...hitParams(hit), total });
      const isAlone = hit.persons >= ctx.config.minPersons && hit.p <= ctx.config.maxP;
      const draft = draftOf('neighbour', 'support', hit, 'low', hit.p, reason);
      return isAlone ? { ...draft, kind: 'rule' } : draft;
    });
  },
});
