// Who buys information brings an address or a number plate, not a citizen service number. One person
// elsewhere found that way is chance; a few in weeks are a pattern.
import { z } from 'zod';
import type { AuditEvent } from '../domain/event.ts';
import type { ActorDay, DetectorContext, Lookup } from './detector.ts';
import { defineDetector, defineReason } from './detector.ts';
import { dayDraft, eventsOf, openOf, unremarkable, verdictOf, workOf } from './kit/drafts.ts';
import { addPlace, emptyHome, type Home, isElsewhere } from './kit/home.ts';
import { countP } from './kit/relation.ts';
import { addShare, emptyShare, type Share } from './kit/share.ts';
import { fromLn, lnTail } from './kit/statistics.ts';

const byKey = defineReason('address-targeting', {
  code: 'share-by-address',
  unit: 'percent',
  comparedWith: 'role',
  text: {
    nl: '{observed}% van de {total} zoekvragen van deze medewerker ging die dag op adres, kenteken of perceel en leidde tot geen handeling (gewoonlijk: {expected}%[[; collega’s: {peers}%]]), {count} in een week; {work}.',
    en: '{observed}% of the {total} lookups of this official that day were by address, plate or parcel and led to no action (usually {expected}%[[; colleagues: {peers}%]]), {count} in a week; {work}.',
  },
});
const nationwide = defineReason('address-targeting', {
  code: 'address-elsewhere',
  unit: 'persons',
  comparedWith: 'chance',
  text: {
    nl: 'Deze medewerker vond in {days} dagen {observed} personen buiten de gemeente op adres of kenteken (door toeval verwacht: {expected}); {work}.',
    en: 'In {days} days this official found {observed} persons elsewhere by address or plate (expected by chance: {expected}); {work}.',
  },
});

const KEYS = new Set(['address', 'plate', 'parcel']);
const OBJECTS = new Set(['address', 'vehicle', 'parcel']);
const ACTS = new Set(['create', 'update', 'delete']);
/** Days of which the lookups elsewhere are remembered. */
const MEMORY_DAYS = 60;
const MAX_DAYS = 24;

type State = { share: Share; home: Home; away: number[] };

const isByKey = ({ queryKey, object }: AuditEvent): boolean =>
  queryKey !== null ? KEYS.has(queryKey) : object !== null && OBJECTS.has(object.kind);

/** Open lookups by address or plate of people on whom nothing was done that day. */
function targeted(day: ActorDay): Lookup[] {
  const acted = new Set(day.lookups.filter((l) => ACTS.has(l.event.action)).map((l) => l.subject));
  const keyed = new Set(day.lookups.filter((l) => isByKey(l.event)).map((l) => l.subject));
  return openOf(day.lookups).filter((l) => keyed.has(l.subject) && !acted.has(l.subject));
}

/** Persons and nameless questions: a plate that leads to nobody is a question too. */
const counted = (lookups: readonly Lookup[], others: readonly AuditEvent[]): number =>
  new Set(lookups.map((l) => l.subject)).size + others.length;

export const addressTargeting = defineDetector({
  meta: {
    id: 'address-targeting',
    version: 1,
    title: 'Lookups by address or plate',
    description: 'Scores lookups by address or number plate that serve no work, also far away.',
    typologies: ['address-targeting'],
    maturity: 'stable',
    dataUsed: ['audit events with their search key', 'municipality of the person', 'caseload'],
    falsePositives: ['address checks, parking, enforcement on the street'],
    knownGaps: ['systems that do not log the search key'],
    runbook: ['Read the addresses together: one street, one event in the news, one customer?'],
  },
  config: z.strictObject({
    prior: z.number().min(0.001).max(0.9).default(0.04),
    halfLifeDays: z.number().positive().default(3), // a window of a week
    minElsewhere: z.int().min(1).default(3),
    /** Ordinary share of lookups that are open, by address and of somebody elsewhere. */
    elsewhereShare: z.number().positive().default(0.0005),
  }),
  reasons: [byKey.template, nationwide.template],
  start: (): State => ({ share: emptyShare(), home: emptyHome(), away: [] }),
  observeDay(day, state, ctx) {
    const hits = targeted(day);
    const nameless = day.others.filter((e) => e.outcome === 'success' && isByKey(e));
    const away = hits.filter((l) => isElsewhere(state.home, l, ctx.reference));
    for (const lookup of day.lookups) addPlace(state.home, lookup, ctx.reference);
    const total = counted(day.lookups, nameless);
    if (total === 0) return [];
    const k = counted(hits, nameless);
    const { prior, halfLifeDays } = ctx.config;
    const found = addShare(state.share, day.day, k, total, { prior, halfLife: halfLifeDays });
    const rule = elsewhereRule(day, state, away, ctx);
    if (k === 0) return unremarkable('address-targeting');
    const events = [...eventsOf(hits), ...nameless];
    const reason = byKey((100 * k) / total, 100 * found.usual, {
      total,
      count: found.k,
      work: workOf(hits, ctx),
    });
    const verdict = hits.length === 0 ? 'cannot-judge' : verdictOf(hits);
    return [...rule, dayDraft('address-targeting', 'score', found.p, reason, events, verdict)];
  },
});

function elsewhereRule(
  day: ActorDay,
  state: State,
  away: readonly Lookup[],
  ctx: DetectorContext<{ minElsewhere: number; elsewhereShare: number }>,
) {
  const persons = new Set(away.map((l) => l.subject)).size;
  state.away = state.away.filter((d) => d > day.day - MEMORY_DAYS);
  for (let i = 0; i < persons; i++) state.away.push(day.day);
  state.away = state.away.slice(-MAX_DAYS);
  if (persons === 0 || state.away.length < ctx.config.minElsewhere) return [];
  const expected = ctx.config.elsewhereShare * Math.max(state.share.n, 1) * 8;
  const p = countP(fromLn(lnTail(state.away.length, expected, 1)));
  const reason = nationwide(state.away.length, expected, {
    days: MEMORY_DAYS,
    work: workOf(away, ctx),
  });
  const verdict = verdictOf(away);
  const kind = verdict === 'unexplained' ? 'rule' : 'support';
  return [dayDraft('address-targeting', kind, p, reason, eventsOf(away), verdict, 'medium')];
}
