// Only a mandated job (E3) clears: having a case of one's own is no reason to handle it.
import { z } from 'zod';
import { defineDetector, defineReason, type Lookup } from './detector.ts';
import { draftOf, hitParams, hitsOf, viewsOf } from './kit/relation.ts';
import { noSightings } from './kit/sightings.ts';

const own = defineReason('self', {
  code: 'own-record',
  unit: 'lookups',
  comparedWith: 'own-record',
  text: {
    nl: 'Deze medewerker bekeek {observed} keer de eigen gegevens ({changes|wijziging|wijzigingen}), op {days|dag|dagen} in 90 dagen; {work}.',
    en: 'This official opened their own record {observed|time|times} ({changes|change|changes}), on {days|day|days} in 90 days; {work}.',
  },
});

const isOwn = (lookup: Lookup): boolean =>
  lookup.official?.persons.includes(lookup.subject) === true ||
  lookup.ties.some((tie) => tie.kind === 'self');
const isChange = ({ event }: Lookup): boolean =>
  event.action === 'create' || event.action === 'update' || event.action === 'delete';

export const self = defineDetector({
  meta: {
    id: 'self',
    version: 1,
    title: 'Own record',
    description: 'Detects an official who opens or changes their own record without a mandate.',
    typologies: ['self'],
    maturity: 'stable',
    dataUsed: ['audit events', 'officials with their person'],
    falsePositives: ['training on a live system', 'checking how one’s own move was registered'],
    knownGaps: ['officials whose personId was not delivered'],
    runbook: ['Read whether anything was changed, then ask the official what the purpose was.'],
  },
  config: z.strictObject({}),
  reasons: [own.template],
  start: noSightings,
  observeDay(day, state, ctx) {
    const frame = { clears: 'mandate' as const, concerns: isOwn, related: 1 };
    return hitsOf(day, state, ctx, frame).map((hit) => {
      const changes = hit.judged.lookups.filter(isChange).length;
      const reason = own(viewsOf(hit), null, { ...hitParams(hit), changes });
      return draftOf('self', 'rule', hit, changes > 0 ? 'high' : 'low', hit.p, reason);
    });
  },
});
