// Making signals of detectors that judge a day as a whole, rather than one person.
import type { AuditEvent } from '../../domain/event.ts';
import type { Verdict } from '../../domain/explanation.ts';
import type { Reason, SignalDraft } from '../../domain/signal.ts';
import type { Severity, Typology } from '../../domain/typology.ts';
import type { DetectorContext, Lookup } from '../detector.ts';
import { isCleared, type Judged, judge } from './judge.ts';
import { unknownWork, type Words, workWords } from './words.ts';

/** An alert names at most this many events. */
const MAX_EVENT_IDS = 1_000;

export const idsOf = (events: readonly AuditEvent[]): string[] =>
  events.slice(0, MAX_EVENT_IDS).map((event) => event.eventId);
export const eventsOf = (lookups: readonly Lookup[]): AuditEvent[] => lookups.map((l) => l.event);

/** Lookups that no explanation cleared, weak ones included. What cannot be judged stays in. */
export const openOf = (lookups: readonly Lookup[]): Lookup[] =>
  lookups.filter((l) => !isCleared(l.explanation, 'weak'));
export const unexplainedOf = (lookups: readonly Lookup[]): Lookup[] =>
  lookups.filter((l) => l.explanation.verdict === 'unexplained');
export const personsOf = (lookups: readonly Lookup[]): number =>
  new Set(lookups.map((l) => l.subject)).size;

/** The gravest verdict of lookups; `explained` when there are none left to judge. */
export const verdictOf = (lookups: readonly Lookup[]): Verdict =>
  judge(lookups, 'weak')?.verdict ?? 'explained';

/** The clause `{work}` over many lookups; of questions that name nobody, nothing can be said. */
export function workOf(lookups: readonly Lookup[], { reference }: DetectorContext<unknown>): Words {
  if (lookups.length === 0) return unknownWork(reference);
  const judged: Judged | null = judge(lookups, 'weak');
  if (judged !== null) return workWords({ ...judged, lookups: [...lookups] }, reference);
  return { nl: 'hierbij is werk gevonden', en: 'work was found for it' };
}

const quiet = new Map<Typology, SignalDraft[]>();
/**
 * The score of a day on which nothing of the kind happened: it takes part in calibration, so that a
 * rare thing is rare, and nobody reads it. One frozen draft serves all days.
 */
export function unremarkable(typology: Typology): SignalDraft[] {
  let known = quiet.get(typology);
  if (known === undefined) {
    known = [
      Object.freeze({
        typology,
        kind: 'score' as const,
        p: 1,
        floor: 'low' as const,
        subject: null,
        reasons: [],
        eventIds: [],
        verdict: 'explained' as const,
        observed: 0,
      }),
    ];
    quiet.set(typology, known);
  }
  return known;
}

/** A signal about a whole day. */
export function dayDraft(
  typology: Typology,
  kind: SignalDraft['kind'],
  p: number,
  reason: Reason,
  events: readonly AuditEvent[],
  verdict: Verdict,
  floor: Severity = 'low',
): SignalDraft {
  return {
    typology,
    kind,
    p: Math.min(1, Math.max(1e-300, p)),
    floor,
    subject: null,
    reasons: p > 0.5 ? [] : [reason],
    eventIds: idsOf(events),
    verdict,
    observed: reason.observed,
  };
}
