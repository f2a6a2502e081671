// A first time proves nothing, and every new task begins with one; so it only reinforces.
import { z } from 'zod';
import type { AuditEvent } from '../domain/event.ts';
import type { Lookup } from './detector.ts';
import { defineDetector, defineReason } from './detector.ts';
import { dayDraft, eventsOf, openOf, verdictOf, workOf } from './kit/drafts.ts';
import { binOf } from './kit/hash.ts';
import { rareBinP } from './kit/statistics.ts';

const first = defineReason('novel-access', {
  code: 'first-use',
  unit: 'lookups',
  comparedWith: 'own-past',
  text: {
    nl: 'Deze medewerker gebruikte {what} voor het eerst: {observed} van {total} eerdere raadplegingen (verwacht bij toeval: {expected}); {work}.',
    en: 'This official used {what} for the first time: {observed} of {total} earlier lookups (expected by chance {expected}); {work}.',
  },
});

const BINS = 64;
/** Before this many lookups everything is new. */
const LEAST = 200;
const MAX_COUNT = 255; // only "never before" is asked
type State = { counts: Uint8Array; total: number };

const FLAT = new Float64Array(BINS).fill(1 / BINS / 50);
/** System and kind of question: what an authorisation is about. */
const binOfEvent = ({ system, queryKey, action }: AuditEvent): number =>
  binOf(`${system} ${queryKey ?? ''} ${action}`, BINS);

export const novelAccess = defineDetector({
  meta: {
    id: 'novel-access',
    version: 1,
    title: 'For the first time',
    description: 'Adds the surprise of a system or kind of question an official never used.',
    typologies: ['novel-access'],
    maturity: 'stable',
    dataUsed: ['audit events: system, search key, kind of action'],
    falsePositives: ['a new task, a new screen, a colleague who is ill'],
    knownGaps: ['two kinds of use that share a place in the count'],
    runbook: ['Never alone: read what else was seen on the same day.'],
  },
  config: z.strictObject({
    maxP: z.number().positive().max(1).default(0.002),
  }),
  reasons: [first.template],
  start: (): State => ({ counts: new Uint8Array(BINS), total: 0 }),
  observeDay(day, state, ctx) {
    const fresh: Lookup[] = [];
    let p = 1;
    if (state.total >= LEAST)
      for (const lookup of openOf(day.lookups)) {
        const bin = binOfEvent(lookup.event);
        if ((state.counts[bin] ?? 0) > 0) continue;
        const own = rareBinP(state.counts, state.total, FLAT, bin);
        if (own > ctx.config.maxP) continue;
        fresh.push(lookup);
        p = Math.min(p, own * day.lookups.length);
      }
    const before = state.total;
    for (const { event } of day.lookups) {
      const bin = binOfEvent(event);
      state.counts[bin] = Math.min(MAX_COUNT, (state.counts[bin] ?? 0) + 1);
      state.total++;
    }
    const [head] = fresh;
    if (head === undefined) return [];
    const reason = first(0, p, {
      what: head.event.system,
      total: before,
      work: workOf(fresh, ctx),
    });
    return [dayDraft('novel-access', 'support', p, reason, eventsOf(fresh), verdictOf(fresh))];
  },
});
