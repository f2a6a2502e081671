// A door that stays shut is tried again elsewhere: refusals on many persons, and a way around one.
import { z } from 'zod';
import type { AuditEvent } from '../domain/event.ts';
import type { SignalDraft } from '../domain/signal.ts';
import { DAY_MS } from '../domain/time.ts';
import type { ActorDay } from './detector.ts';
import { defineDetector, defineReason } from './detector.ts';
import { type Baseline, emptyBaseline, expectedToday, learn } from './kit/baseline.ts';
import { dayDraft, openOf, unremarkable, verdictOf } from './kit/drafts.ts';
import { binOf, hashPair } from './kit/hash.ts';
import { fromLn, lnTail } from './kit/statistics.ts';

const refused = defineReason('denied-probing', {
  code: 'refusals',
  unit: 'requests',
  comparedWith: 'own-past',
  text: {
    nl: '{observed|geweigerd verzoek|geweigerde verzoeken} van deze medewerker over {subjects|persoon|personen} op één dag (gewoonlijk: {expected}[[; collega’s: {peers}]]).',
    en: '{observed|refused request|refused requests} of this official on {subjects|person|persons} in a day (usually {expected}[[; colleagues: {peers}]]).',
  },
});
const around = defineReason('denied-probing', {
  code: 'another-way',
  unit: 'persons',
  comparedWith: 'chance',
  text: {
    nl: 'Na een weigering opende deze medewerker {observed|persoon|personen} binnen een dag langs een ander systeem (verwacht: {expected}); geweigerd waren {refusals} verzoeken over {subjects|persoon|personen}.',
    en: 'After a refusal this official opened {observed|person|persons} through another system within a day (expected {expected}); {refusals} requests on {subjects|person|persons} had been refused.',
  },
});

/** A refusal that may be walked around: person, system and time. */
type Refusal = { person: number; system: number; at: number };
type State = { count: Baseline; recent: Refusal[] };
const MAX_RECENT = 16;
const SYSTEMS = 65_536;

const refusalOf = (event: AuditEvent): Refusal[] =>
  event.subject === null
    ? []
    : [
        {
          person: hashPair(event.subject)[0],
          system: binOf(event.system, SYSTEMS),
          at: event.occurredAt,
        },
      ];

export const deniedProbing = defineDetector({
  meta: {
    id: 'denied-probing',
    version: 1,
    title: 'Refusals and ways around them',
    description: 'Detects refused requests on many persons, and the same person by another system.',
    typologies: ['denied-probing'],
    maturity: 'stable',
    dataUsed: ['audit events with their outcome'],
    falsePositives: ['a wrong role after a move', 'a broken link between systems'],
    knownGaps: ['sources that do not log refusals', 'a way around through another account'],
    runbook: ['Ask what the official tried to do, and repair the authorisation if it was work.'],
  },
  config: z.strictObject({
    minSubjects: z.int().min(1).default(5), // docs/detection.md 2.2
    priorPerDay: z.number().positive().default(0.1),
  }),
  reasons: [refused.template, around.template],
  start: (): State => ({ count: emptyBaseline(), recent: [] }),
  observeDay(day, state, { config }) {
    const denied = [...day.refused.map((l) => l.event), ...day.others].filter(
      (e) => e.outcome === 'denied',
    );
    if (denied.length === 0 && day.lookups.length === 0) return [];
    const usual = expectedToday(state.count, { mu: config.priorPerDay, phi: 2 }, 0.05);
    const p = fromLn(lnTail(denied.length, usual.mu, usual.phi));
    learn(state.count, denied.length, usual);
    const drafts = waysAround(day, state, denied);
    if (denied.length === 0) return [...drafts, ...unremarkable('denied-probing')];
    const subjects = new Set(denied.flatMap((e) => e.subject ?? [])).size;
    const reason = refused(denied.length, usual.mu, { subjects });
    const verdict = day.refused.length === 0 ? 'cannot-judge' : verdictOf(day.refused);
    const score = dayDraft('denied-probing', 'score', p, reason, denied, verdict);
    // Nameless refusals count each as one: a search that may not be made names nobody.
    const asked = subjects + denied.filter((e) => e.subject === null).length;
    if (asked >= config.minSubjects && p < 1e-4)
      drafts.push({ ...score, kind: 'rule', p: 1e-4, floor: 'medium', reasons: [reason] });
    return [...drafts, score];
  },
});

function waysAround(day: ActorDay, state: State, denied: readonly AuditEvent[]): SignalDraft[] {
  const [start] = [...day.lookups.map((l) => l.event), ...denied];
  const from = (start?.occurredAt ?? 0) - DAY_MS;
  state.recent = [...state.recent, ...denied.flatMap(refusalOf)]
    .filter((r) => r.at >= from)
    .slice(-MAX_RECENT);
  if (state.recent.length === 0) return [];
  const opened = openOf(day.lookups).filter((lookup) => {
    const [person] = hashPair(lookup.subject);
    const system = binOf(lookup.event.system, SYSTEMS);
    const at = lookup.event.occurredAt;
    return state.recent.some(
      (r) => r.person === person && r.system !== system && at > r.at && at - r.at <= DAY_MS,
    );
  });
  if (opened.length === 0) return [];
  const persons = new Set(opened.map((l) => l.subject)).size;
  const reason = around(persons, 0.01, {
    refusals: state.recent.length,
    subjects: new Set(state.recent.map((r) => r.person)).size,
  });
  const verdict = verdictOf(opened);
  const kind = verdict === 'unexplained' ? 'rule' : 'support';
  const p = persons > 1 ? 1e-4 : 1e-3;
  const events = opened.map((l) => l.event);
  return [dayDraft('denied-probing', kind, p, reason, events, verdict, 'low')];
}
