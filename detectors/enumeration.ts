// One person after another, faster than anybody can work: a street, a list, a row of numbers.
import { z } from 'zod';
import type { ActorDay, Lookup } from './detector.ts';
import { defineDetector, defineReason } from './detector.ts';
import { type Baseline, emptyBaseline, expectedToday, learn } from './kit/baseline.ts';
import {
  dayDraft,
  eventsOf,
  openOf,
  personsOf,
  unremarkable,
  verdictOf,
  workOf,
} from './kit/drafts.ts';
import { countP } from './kit/relation.ts';
import { fromLn, lnTail } from './kit/statistics.ts';

const run = defineReason('enumeration', {
  code: 'persons-in-a-row',
  unit: 'persons',
  comparedWith: 'own-past',
  text: {
    nl: 'Deze medewerker bekeek {observed} personen achter elkaar in {minutes|minuut|minuten}, gemiddeld {seconds} seconden per persoon en zonder vervolghandeling (langste reeks gewoonlijk: {expected}[[; collega’s: {peers}]]); {work}.',
    en: 'This official looked up {observed} persons in a row in {minutes|minute|minutes}, {seconds} seconds a person on average and without any further action (longest row usually {expected}[[; colleagues: {peers}]]); {work}.',
  },
});

const ACTS = new Set(['create', 'update', 'delete']);

/** The longest row of different persons, each soon after the last and left alone afterwards. */
function longestRun(day: ActorDay, maxGapMs: number): Lookup[] {
  const acted = new Set(day.lookups.filter((l) => ACTS.has(l.event.action)).map((l) => l.subject));
  let best: Lookup[] = [];
  let bestPersons = 0;
  let current: Lookup[] = [];
  let persons = new Set<string>();
  const close = () => {
    if (persons.size > bestPersons) {
      best = current;
      bestPersons = persons.size;
    }
    current = [];
    persons = new Set();
  };
  for (const lookup of openOf(day.lookups)) {
    const last = current.at(-1);
    const gap = last === undefined ? 0 : lookup.event.occurredAt - last.event.occurredAt;
    const isOther = last !== undefined && last.subject !== lookup.subject;
    if (acted.has(lookup.subject) || gap > maxGapMs || (isOther && persons.has(lookup.subject)))
      close();
    if (acted.has(lookup.subject)) continue;
    current.push(lookup);
    persons.add(lookup.subject);
  }
  close();
  return best;
}

export const enumeration = defineDetector({
  meta: {
    id: 'enumeration',
    version: 1,
    title: 'One after another',
    description: 'Detects rows of different persons opened in quick succession without work.',
    typologies: ['enumeration'],
    maturity: 'stable',
    dataUsed: ['audit events and their times', 'caseload'],
    falsePositives: ['a street inspection, a permit area, a data-quality project'],
    knownGaps: ['rows that are spread over days', 'sources that log a date without a time'],
    runbook: ['Lay the persons beside a map: do they live in one street or share a name?'],
  },
  config: z.strictObject({
    minPersons: z.int().min(3).default(8), // docs/detection.md 2.2
    maxGapSeconds: z.number().positive().default(120),
    maxMeanSeconds: z.number().positive().default(60),
    maxP: z.number().positive().default(1e-6),
  }),
  reasons: [run.template],
  start: emptyBaseline,
  observeDay(day, state: Baseline, ctx) {
    if (day.lookups.length === 0 || day.lookups.some((l) => l.event.isDateOnly)) return [];
    const { minPersons, maxGapSeconds, maxMeanSeconds, maxP } = ctx.config;
    const row = longestRun(day, maxGapSeconds * 1_000);
    const persons = personsOf(row);
    const usual = expectedToday(state, { mu: 1, phi: 0.3 });
    const p = fromLn(lnTail(persons, usual.mu, usual.phi));
    learn(state, persons, usual);
    if (persons < 3) return unremarkable('enumeration');
    const ms = (row.at(-1)?.event.occurredAt ?? 0) - (row[0]?.event.occurredAt ?? 0);
    const seconds = ms / 1_000 / Math.max(1, persons - 1);
    const reason = run(persons, usual.mu, {
      minutes: Math.max(1, Math.round(ms / 60_000)),
      seconds: Math.round(seconds),
      work: workOf(row, ctx),
    });
    const verdict = verdictOf(row);
    const events = eventsOf(row);
    const score = dayDraft('enumeration', 'score', p, reason, events, verdict);
    const isRule =
      persons >= minPersons && seconds <= maxMeanSeconds && p <= maxP && verdict === 'unexplained';
    if (!isRule) return [score];
    return [dayDraft('enumeration', 'rule', countP(p), reason, events, verdict, 'medium'), score];
  },
});
