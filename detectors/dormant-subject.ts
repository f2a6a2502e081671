// A file in which nothing happens has no work in it. Strong for people picked at random, worthless
// for people with a live case (docs/detection.md 6.4), and silent where a file has no past.
import { z } from 'zod';
import type { ReferenceData } from '../domain/reference.ts';
import type { SignalDraft } from '../domain/signal.ts';
import { localDay } from '../domain/time.ts';
import type { Token } from '../domain/token.ts';
import type { Lookup } from './detector.ts';
import { defineReason, defineSubjectDetector } from './detector.ts';
import { eventsOf, idsOf, verdictOf, workOf } from './kit/drafts.ts';
import { isCleared } from './kit/judge.ts';

const dormant = defineReason('dormant-subject', {
  code: 'days-without-activity',
  unit: 'days',
  comparedWith: 'role',
  text: {
    nl: 'Over deze persoon was {observed} dagen geen werk geregistreerd toen deze medewerker de gegevens bekeek (in 99 van de 100 gevallen hooguit {expected}); {work}.',
    en: 'No work on this person had been registered for {observed} days when this official looked them up (at most {expected} in 99 of 100 lookups); {work}.',
  },
});

/** Last local day with work on the person, and with any lookup; 0 when there was none. */
type State = { worked: number; seen: number };
const FORGET_DAYS = 3_650;
/** Gaps below this are the rhythm of ordinary work, and take no part in calibration. */
const LEAST_GAP_DAYS = 14;

/** Pareto tail through the gaps measured in permit work: p99 at 50 days, p99.9 at 200 (§6.1). */
const gapP = (days: number): number => (1 + days / 3.1) ** -1.66;
const P99_DAYS = 50;

/** Last day on which the registers had work on the person, as known on the given day. */
function workedUntil(subject: Token, at: number, reference: ReferenceData): number {
  let last = 0;
  for (const row of reference.caseloadOf(subject)) {
    if (row.from !== null && row.from > at) continue;
    if (row.to === null || row.to >= at) return localDay(at);
    last = Math.max(last, localDay(row.to));
  }
  return last;
}

export const dormantSubject = defineSubjectDetector({
  key: 'subject',
  meta: {
    id: 'dormant-subject',
    version: 1,
    title: 'Quiet file opened',
    description: 'Scores how long nothing had happened on a person when an official looked.',
    typologies: ['dormant-subject'],
    maturity: 'stable',
    dataUsed: ['audit events', 'caseload'],
    falsePositives: ['a returning client, an old debt, an estate'],
    knownGaps: [
      'people with a live case, however it is used',
      'people without any past in the logs',
      'one look at a quiet file, which whoever answers calls or a counter has every day',
    ],
    runbook: ['Find the letter, call or visit that made the file necessary that day.'],
  },
  config: z.strictObject({}),
  reasons: [dormant.template],
  start: (): State => ({ worked: 0, seen: 0 }),
  observeDay(day, state, ctx) {
    const drafts: SignalDraft[] = [];
    const byActor = new Map<Token, Lookup[]>();
    for (const lookup of day.lookups) {
      const own = byActor.get(lookup.actor);
      if (own === undefined) byActor.set(lookup.actor, [lookup]);
      else own.push(lookup);
    }
    const [first] = day.lookups;
    const at = first?.event.occurredAt ?? 0;
    const isKnown = ctx.reference.delivered.caseload;
    // With a caseload only work keeps a file alive; without one, anybody's lookup does.
    const registered = isKnown ? workedUntil(day.subject, at, ctx.reference) : 0;
    const last = isKnown ? Math.max(registered, state.worked) : state.seen;
    for (const [actor, lookups] of byActor) {
      const open = lookups.filter((l) => !isCleared(l.explanation, 'weak'));
      const gap = day.day - last;
      if (open.length === 0 || last === 0 || gap < LEAST_GAP_DAYS) continue;
      const reason = dormant(gap, P99_DAYS, { work: workOf(open, ctx) });
      drafts.push({
        typology: 'dormant-subject',
        kind: 'score',
        p: gapP(gap),
        floor: 'low',
        subject: day.subject,
        actor,
        reasons: [reason],
        eventIds: idsOf(eventsOf(open)),
        verdict: verdictOf(open),
      });
    }
    if (day.lookups.some((l) => isCleared(l.explanation, 'weak'))) state.worked = day.day;
    state.seen = day.day;
    return drafts;
  },
  isSpent: (state, day) => day - state.seen > FORGET_DAYS,
});
