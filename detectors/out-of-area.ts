// Few ordinary tasks lead to people who live elsewhere; lookups for others do.
import { z } from 'zod';
import type { DetectorContext, Lookup } from './detector.ts';
import { defineDetector, defineReason } from './detector.ts';
import {
  dayDraft,
  eventsOf,
  openOf,
  personsOf,
  unremarkable,
  verdictOf,
  workOf,
} from './kit/drafts.ts';
import { addPlace, emptyHome, type Home, isElsewhere } from './kit/home.ts';
import { addShare, emptyShare, type Share } from './kit/share.ts';

const elsewhere = defineReason('out-of-area', {
  code: 'share-elsewhere',
  unit: 'percent',
  comparedWith: 'role',
  text: {
    nl: '{observed}% van de {total} personen die deze medewerker die dag bekeek, woont buiten de gemeente (gewoonlijk: {expected}%[[; collega’s: {peers}%]]), {count} van {windowTotal} in vier weken; {work}.',
    en: '{observed}% of the {total} persons this official looked up that day live elsewhere (usually {expected}%[[; colleagues: {peers}%]]), {count} of {windowTotal} in four weeks; {work}.',
  },
});

type State = { share: Share; home: Home };

/** Open lookups of people elsewhere: explained ones are work, whatever the distance. */
const outside = (lookups: readonly Lookup[], home: Home, ctx: DetectorContext<unknown>) =>
  openOf(lookups).filter((l) => isElsewhere(home, l, ctx.reference));

export const outOfArea = defineDetector({
  meta: {
    id: 'out-of-area',
    version: 1,
    title: 'People elsewhere',
    description: 'Scores the share of persons who live outside the municipality, without work.',
    typologies: ['out-of-area'],
    maturity: 'stable',
    dataUsed: ['audit events', 'municipality of the person', 'caseload'],
    falsePositives: ['newcomers, debtors, youth care placed elsewhere'],
    knownGaps: ['persons whose municipality is unknown', 'shared services of several towns'],
    runbook: ['Check whether the task of the official reaches beyond the municipality.'],
  },
  config: z.strictObject({
    prior: z.number().min(0.001).max(0.9).default(0.03),
    halfLifeDays: z.number().positive().default(9),
  }),
  reasons: [elsewhere.template],
  start: (): State => ({ share: emptyShare(), home: emptyHome() }),
  observeDay(day, state, ctx) {
    const away = outside(day.lookups, state.home, ctx);
    for (const lookup of day.lookups) addPlace(state.home, lookup, ctx.reference);
    const total = personsOf(day.lookups);
    if (total === 0) return [];
    const k = personsOf(away);
    const { config } = ctx;
    const found = addShare(state.share, day.day, k, total, {
      prior: config.prior,
      halfLife: config.halfLifeDays,
    });
    if (k === 0) return unremarkable('out-of-area');
    const reason = elsewhere((100 * k) / total, 100 * found.usual, {
      total,
      count: found.k,
      windowTotal: found.n,
      work: workOf(away, ctx),
    });
    return [dayDraft('out-of-area', 'score', found.p, reason, eventsOf(away), verdictOf(away))];
  },
});
