// The plainest question there is: which share of an official's lookups has no work behind it? Weak
// explanations count as work, or every small team would stand out.
import { z } from 'zod';
import type { ActorDay } from './detector.ts';
import { defineDetector, defineReason } from './detector.ts';
import { type Baseline, emptyBaseline, expectedToday, learn } from './kit/baseline.ts';
import { dayDraft, eventsOf, personsOf, unexplainedOf, unremarkable } from './kit/drafts.ts';
import { addShare, emptyShare, type Share } from './kit/share.ts';
import { fromLn, lnTail } from './kit/statistics.ts';

const withoutWork = defineReason('no-case', {
  code: 'share-without-work',
  unit: 'percent',
  comparedWith: 'role',
  text: {
    nl: 'Bij {observed}% van de {total} personen die deze medewerker die dag bekeek, is geen zaak, afspraak of contact gevonden (eigen verleden en functie: {expected}%; {count} van {windowTotal} in vier weken[[; collega’s: {peers}%]]).',
    en: 'For {observed}% of the {total} persons this official looked up that day, no case, appointment or contact was found (own past and role: {expected}%; {count} of {windowTotal} in four weeks[[; colleagues: {peers}%]]).',
  },
});

type State = { share: Share; count: Baseline };
/** Most days hold no unexplained lookup at all: a higher floor would hide the first few. */
const MIN_MEAN = 0.05;

/** Persons with at least one lookup that could be judged, and those of them without any work. */
function judgedPersons(day: ActorDay): { total: number; open: number } {
  const judged = day.lookups.filter((l) => l.explanation.verdict !== 'cannot-judge');
  return { total: personsOf(judged), open: personsOf(unexplainedOf(judged)) };
}

export const noCase = defineDetector({
  meta: {
    id: 'no-case',
    version: 1,
    title: 'Lookups without work',
    description: 'Scores the share of persons for whom no work of the official or team was found.',
    typologies: ['no-case'],
    maturity: 'stable',
    dataUsed: ['audit events', 'caseload', 'officials'],
    falsePositives: ['counter and telephone work that is registered late or never'],
    knownGaps: ['a single lookup', 'units whose caseload is not delivered'],
    runbook: [
      'Look at the share explained of the whole system first: a late delivery looks alike.',
    ],
  },
  config: z.strictObject({
    prior: z.number().min(0.001).max(0.9).default(0.08), // ordinary work without a row, detection.md §3
    halfLifeDays: z.number().positive().default(9), // a window of four weeks
  }),
  reasons: [withoutWork.template],
  start: (): State => ({ share: emptyShare(), count: emptyBaseline() }),
  observeDay(day, state, { config }) {
    const { total, open } = judgedPersons(day);
    if (total === 0) return [];
    const found = addShare(state.share, day.day, open, total, {
      prior: config.prior,
      halfLife: config.halfLifeDays,
    });
    const usual = expectedToday(state.count, { mu: config.prior * 10, phi: 1 }, MIN_MEAN);
    const byCount = fromLn(lnTail(open, usual.mu, usual.phi));
    learn(state.count, open, usual);
    if (open === 0) return unremarkable('no-case');
    // Share and count see different things: few of few, and many of many.
    const p = Math.min(1, 2 * Math.min(found.p, byCount));
    const reason = withoutWork((100 * open) / total, 100 * found.usual, {
      total,
      count: found.k,
      windowTotal: found.n,
    });
    const events = eventsOf(unexplainedOf(day.lookups));
    return [dayDraft('no-case', 'score', p, reason, events, 'unexplained')];
  },
});
