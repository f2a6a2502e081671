// Volume alone finds bursts, not curiosity: every official-day gets a p, and calibration against the
// role decides which are surprising. The channels are weighted, because log-MAD fires 8 to 24 times
// too often at 0.001 and would crowd the negative binomial out of a small budget: with a share of
// 0.01 it costs 0.03 of the recall at 0.1 % on the permit logs, with 0.001 nothing.
import { z } from 'zod';
import type { ActorDay } from './detector.ts';
import { defineDetector, defineReason } from './detector.ts';
import {
  type Baseline,
  cusum,
  cusumP,
  emptyBaseline,
  expectedToday,
  learn,
  RAMP_LIMIT,
  spreadOf,
} from './kit/baseline.ts';
import { fromLn, lnTail, logMadP } from './kit/statistics.ts';
import { dateWords, unknownWork } from './kit/words.ts';

const MAX_EVENT_IDS = 1_000;
const MAD_DAYS = 60; // active days; measured
/** Until then an official is new, and everything about them is surprising. */
const NEWCOMER_DAYS = 5;
const NEWCOMER_P = 1e-3;
/** Shares of the false-alarm budget per channel; they sum to 1, so min(p/share) stays a p. */
const SHARES = { volume: 0.499, unexplained: 0.499, logMad: 0.001, ramp: 0.001 };
/** ln p from which a day counts as large. */
const LARGE_DAY = Math.log(0.05);
/** Most days hold no unexplained lookup at all: a floor of 0.3 would hide the first few. */
const MIN_UNEXPLAINED_MEAN = 0.05;

const moreThanUsual = defineReason('unusual-volume', {
  code: 'persons-per-day',
  unit: 'persons',
  comparedWith: 'own-past',
  text: {
    nl: 'Deze medewerker raadpleegde op {date} {observed|persoon|personen} zonder eigen zaak, afspraak of mandaat; gewoonlijk {expected} ± {sd}[[, bij collega’s {peers}]]; bij {unexplained} daarvan is ook in het team niets gevonden (gewoonlijk {usualUnexplained}).',
    en: 'This official looked up {observed|person|persons} without a case, appointment or mandate of their own on {date}; usually {expected} ± {sd}[[, colleagues {peers}]]; nothing was found in the team either for {unexplained} of them (usually {usualUnexplained}).',
  },
});
const workUnknown = defineReason('unusual-volume', {
  code: 'persons-per-day-unknown-work',
  unit: 'persons',
  comparedWith: 'own-past',
  text: {
    nl: 'Deze medewerker raadpleegde op {date} {observed|persoon|personen}; gewoonlijk {expected} ± {sd}[[, bij collega’s {peers}]]; {work}.',
    en: 'This official looked up {observed|person|persons} on {date}; usually {expected} ± {sd}[[, colleagues {peers}]]; {work}.',
  },
});

type State = { volume: Baseline; unexplained: Baseline; recent: number[]; ramp: number };
const Prior = z.strictObject({ mu: z.number().positive(), phi: z.number().positive() });

function summary(day: ActorDay) {
  // A strong explanation clears a lookup for volume too: a mandated mailing is no burst.
  const counted = day.lookups.filter((l) => l.explanation.strength !== 'strong');
  const subjects = new Set(counted.map((l) => l.subject));
  const open = day.lookups.filter((l) => l.explanation.verdict === 'unexplained');
  const rest = day.lookups.filter((l) => l.explanation.verdict !== 'unexplained');
  return {
    persons: subjects.size,
    unexplained: new Set(open.map((l) => l.subject)).size,
    isUnknown: rest.some((l) => l.explanation.verdict === 'cannot-judge'),
    eventIds: [...open, ...rest].slice(0, MAX_EVENT_IDS).map((l) => l.event.eventId),
  };
}

export const unusualVolume = defineDetector({
  meta: {
    id: 'unusual-volume',
    version: 1,
    title: 'Unusual volume',
    description: 'Scores the number of distinct and of unexplained persons per official and day.',
    typologies: ['unusual-volume'],
    maturity: 'stable',
    dataUsed: ['audit events', 'caseload'],
    falsePositives: ['a mailing, a migration, a new task, standing in for a colleague'],
    knownGaps: ['busy teams, where twenty more persons do not stand out', 'single lookups'],
    runbook: ['Compare with the roster and the plans of the team for that day.'],
  },
  config: z.strictObject({
    // Between a permit team (2 a day) and a call centre (20); replaced by own days from the tenth.
    prior: Prior.default({ mu: 5, phi: 0.5 }),
    // 8 % of ordinary lookups have no explanation (docs/detection.md §3), so 0.4 of five.
    priorUnexplained: Prior.default({ mu: 0.4, phi: 1 }),
  }),
  reasons: [moreThanUsual.template, workUnknown.template],
  start: (): State => ({
    volume: emptyBaseline(),
    unexplained: emptyBaseline(),
    recent: [],
    ramp: 0,
  }),
  observeDay(day, state, { config, reference }) {
    const [first] = day.lookups;
    // Service accounts batch, and break the calibration of the people beside them.
    if (first === undefined || first.official?.kind === 'service') return [];
    const { persons, unexplained, isUnknown, eventIds } = summary(day);
    const usual = expectedToday(state.volume, config.prior);
    const usualOpen = expectedToday(
      state.unexplained,
      config.priorUnexplained,
      MIN_UNEXPLAINED_MEAN,
    );
    const ramp = cusum(state.ramp, persons, usual);
    const byCount = lnTail(persons, usual.mu, usual.phi);
    // A day of usual size with much unexplained is no-case's to tell; here it sharpens a large day.
    const byUnexplained =
      byCount < LARGE_DAY ? lnTail(unexplained, usualOpen.mu, usualOpen.phi) : 0;
    const channels = [
      fromLn(byCount - Math.log(SHARES.volume)),
      fromLn(byUnexplained - Math.log(SHARES.unexplained)),
      logMadP(persons, state.recent) / SHARES.logMad,
      cusumP(ramp) / SHARES.ramp,
    ];
    const isNew = state.volume.days < NEWCOMER_DAYS;
    const p = Math.max(isNew ? NEWCOMER_P : 0, Math.min(1, ...channels));

    learn(state.volume, persons, usual);
    learn(state.unexplained, unexplained, usualOpen);
    // A ramp is told once: the caller's alerts are not known here, so the limit itself starts anew.
    state.ramp = ramp >= RAMP_LIMIT ? 0 : ramp;
    state.recent.push(persons);
    if (state.recent.length > MAD_DAYS) state.recent.shift();

    const verdict = unexplained > 0 ? 'unexplained' : isUnknown ? 'cannot-judge' : 'explained';
    const params = { date: dateWords(day.day), sd: spreadOf(usual) };
    // "None without a case" would be a claim where nothing could be looked up.
    const reason =
      verdict === 'cannot-judge'
        ? workUnknown(persons, usual.mu, { ...params, work: unknownWork(reference) })
        : moreThanUsual(persons, usual.mu, {
            ...params,
            unexplained,
            usualUnexplained: usualOpen.mu,
          });
    return [
      {
        typology: 'unusual-volume',
        kind: 'score',
        p,
        floor: 'low',
        subject: null,
        reasons: [reason],
        eventIds,
        verdict,
        observed: persons,
      },
    ];
  },
});
