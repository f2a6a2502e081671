// Taking data out is what makes a look into a leak: exports, prints and lists, counted in persons.
import { z } from 'zod';
import type { AuditEvent } from '../domain/event.ts';
import type { ActorDay } from './detector.ts';
import { defineDetector, defineReason } from './detector.ts';
import { type Baseline, emptyBaseline, expectedToday, learn } from './kit/baseline.ts';
import { dayDraft, unremarkable, verdictOf, workOf } from './kit/drafts.ts';
import { isCleared } from './kit/judge.ts';
import { fromLn, lnTail } from './kit/statistics.ts';

const taken = defineReason('bulk-export', {
  code: 'persons-exported',
  unit: 'persons',
  comparedWith: 'own-past',
  text: {
    nl: 'Deze medewerker exporteerde of printte gegevens van {observed} personen in {exports|keer|keer} (gewoonlijk: {expected}; eerder hoogstens {most}[[; collega’s: {peers}]]); {work}.',
    en: 'This official exported or printed data of {observed} persons in {exports|go|goes} (usually {expected}; at most {most} before[[; colleagues: {peers}]]); {work}.',
  },
});

const TAKES = new Set(['export', 'print', 'list']);
type State = { count: Baseline; most: number };

/** Persons in one request: those named, or the number of answers when it is larger. */
type Request = { persons: Set<string>; results: number; events: AuditEvent[] };

function requestsOf(day: ActorDay): Request[] {
  const requests = new Map<string, Request>();
  const add = (event: AuditEvent): void => {
    if (!TAKES.has(event.action) || event.outcome !== 'success') return;
    const key = event.requestId ?? event.eventId;
    const known = requests.get(key) ?? { persons: new Set(), results: 0, events: [] };
    if (event.subject !== null) known.persons.add(event.subject);
    known.results = Math.max(known.results, event.resultCount ?? 0);
    known.events.push(event);
    requests.set(key, known);
  };
  // Only a mandated job clears: a case explains one person's file, not a list of many.
  for (const l of day.lookups) if (!isCleared(l.explanation, 'mandate')) add(l.event);
  for (const event of day.others) add(event);
  return [...requests.values()];
}

const sizeOf = ({ persons, results }: Request): number => Math.max(persons.size, results);

/** Persons over all requests: each named once, and results beyond the named ones. */
function personsIn(requests: readonly Request[]): { named: number; unnamed: number } {
  const named = new Set(requests.flatMap((r) => [...r.persons]));
  const unnamed = requests.reduce((sum, r) => sum + Math.max(0, r.results - r.persons.size), 0);
  return { named: named.size, unnamed };
}

/** Files grow like a Pareto of index one: twice as large comes half as often. */
const LARGE_P = 1e-4;
const sizeP = (persons: number, minPersons: number): number => (LARGE_P * minPersons) / persons;

export const bulkExport = defineDetector({
  meta: {
    id: 'bulk-export',
    version: 1,
    title: 'Large exports',
    description: 'Detects exports, prints and lists of far more persons than usual.',
    typologies: ['bulk-export'],
    maturity: 'stable',
    dataUsed: ['audit events with number of answers', 'mandates'],
    falsePositives: ['a mandated report, a mailing, poll cards'],
    knownGaps: ['screenshots and copies by hand', 'exports that the source does not log'],
    runbook: ['Find the file: where is it now, and who asked for it?'],
  },
  config: z.strictObject({
    minPersons: z.int().min(2).default(500), // docs/detection.md 2.2, one result
    timesMost: z.number().min(1).default(10),
    leastForTimes: z.int().min(1).default(100),
  }),
  reasons: [taken.template],
  start: (): State => ({ count: emptyBaseline(), most: 0 }),
  observeDay(day, state, ctx) {
    if (day.lookups.length === 0 && day.others.length === 0) return [];
    const requests = requestsOf(day);
    const { named, unnamed } = personsIn(requests);
    const persons = named + unnamed;
    const usual = expectedToday(state.count, { mu: 1, phi: 2 }, 0.05);
    const byCount = fromLn(lnTail(persons, usual.mu, usual.phi));
    const { most } = state;
    learn(state.count, persons, usual);
    state.most = Math.max(most, persons);
    if (persons === 0) return unremarkable('bulk-export');
    const largest = requests.reduce((most, r) => Math.max(most, sizeOf(r)), 0);
    const { minPersons, timesMost, leastForTimes } = ctx.config;
    const isLarge =
      largest >= minPersons ||
      (persons >= leastForTimes && persons >= timesMost * Math.max(1, most, usual.mu));
    const ids = new Set(requests.flatMap((r) => r.events).map((e) => e.eventId));
    const lookups = day.lookups.filter((l) => ids.has(l.event.eventId));
    const events = requests.flatMap((r) => r.events);
    const ofNamed = verdictOf(lookups);
    // Work on those named says nothing of a file of others.
    const isUnknown = ofNamed === 'explained' && unnamed > named;
    const verdict = isUnknown ? 'cannot-judge' : ofNamed;
    const reason = taken(persons, usual.mu, {
      exports: requests.length,
      most,
      work: workOf(isUnknown ? [] : lookups, ctx),
    });
    const bySize = sizeP(persons, minPersons);
    const p = Math.max(byCount, Math.min(1, bySize));
    const score = dayDraft('bulk-export', 'score', p, reason, events, verdict);
    if (!isLarge) return [score];
    return [dayDraft('bulk-export', 'rule', bySize, reason, events, verdict, 'medium'), score];
  },
});
