import { z } from 'zod';
import type { SequenceGap, SourceFacts, SourceHour } from '../../domain/source-facts.ts';
import { HOUR_MS } from '../../domain/time.ts';
import { defineReason } from '../detector.ts';
import { fromLn, lnTail } from '../kit/statistics.ts';
import { rhythmOf } from './rhythm.ts';
import {
  defineSourceDetector,
  type SourceSignal,
  sourceName,
  timeWords,
} from './source-detector.ts';

const skipped = defineReason('log-gap', {
  code: 'numbers-missing',
  unit: 'lines',
  comparedWith: 'own-sequence',
  text: {
    nl: 'In bron {source} ontbreken {observed|regelnummer|regelnummers} tussen {from} en {to}; over die periode is geen oordeel mogelijk.',
    en: 'Source {source} skipped {observed|number|numbers} between {from} and {to}; that stretch cannot be judged.',
  },
});
const few = defineReason('log-gap', {
  code: 'fewer-than-usual',
  unit: 'events',
  comparedWith: 'own-hour-of-week',
  text: {
    nl: 'Bron {source} leverde {observed|regel|regels} tussen {from} en {to}, waar {expected} gewoon is; over die periode is geen oordeel mogelijk.',
    en: 'Source {source} delivered {observed|event|events} between {from} and {to}, where {expected} are usual; that stretch cannot be judged.',
  },
});

const Config = z.strictObject({ p: z.number().positive().max(1).default(1e-4) });
type Config = z.infer<typeof Config>;
/** Dispersion of missing numbers: they come in runs. */
const PHI = 0.02;
const MAX_SIGNALS = 200;

/** Missing numbers against what this source usually misses: a filter upstream skips all the time. */
function* bySequence(facts: SourceFacts, config: Config): Generator<SourceSignal> {
  let numbered = 0;
  let missing = 0;
  for (const hour of facts.hours) {
    const lost = hour.gaps.reduce((sum, gap) => sum + gap.count, 0);
    const expected = Math.max(
      1e-3,
      (hour.numbered + lost) * ((missing + 0.5) / (numbered + missing + 1_000)),
    );
    const p = fromLn(lnTail(lost, expected, PHI));
    if (lost > 0 && p < config.p) yield gapSignal(facts, hour.gaps, lost, p);
    numbered += hour.numbered;
    // A hole that was shown must not make the next one look usual.
    missing += p < config.p ? Math.min(lost, 1) : lost;
  }
}

function gapSignal(
  facts: SourceFacts,
  gaps: readonly SequenceGap[],
  lost: number,
  p: number,
): SourceSignal {
  const from = Math.min(...gaps.map((gap) => gap.from));
  const to = Math.max(...gaps.map((gap) => gap.to));
  return {
    ...signalOf(facts, from, to, p),
    reason: skipped(lost, null, {
      source: sourceName(facts),
      from: timeWords(from),
      to: timeWords(to),
    }),
    eventIds: gaps.slice(0, 50).flatMap((gap) => [gap.before, gap.after]),
  };
}

const signalOf = (facts: SourceFacts, from: number, to: number, p: number) => ({
  typology: 'log-gap' as const,
  detector: 'log-gap',
  version: 1,
  ...{ system: facts.system, instance: facts.instance, from, to, p },
  floor: 'medium' as const,
});

/** Without numbers: an hour with far fewer events than that hour of the week usually has, but not none. */
function* byRate(facts: SourceFacts, config: Config): Generator<SourceSignal> {
  for (const { hour, events, expected, phi } of rhythmOf(facts)) {
    if (expected === null || events === 0 || events >= expected) continue;
    const p = Math.max(1e-12, -Math.expm1(lnTail(events + 1, expected, phi)));
    if (p >= config.p) continue;
    const [from, to] = [hour * HOUR_MS, (hour + 1) * HOUR_MS];
    yield {
      ...signalOf(facts, from, to, p),
      reason: few(events, expected, {
        source: sourceName(facts),
        from: timeWords(from),
        to: timeWords(to),
      }),
      eventIds: [],
    };
  }
}

const hasNumbers = (hours: readonly SourceHour[]): boolean =>
  hours.some((hour) => hour.numbered > 0);

export const logGap = defineSourceDetector({
  meta: {
    id: 'log-gap',
    version: 1,
    title: 'Hole in a log',
    description:
      'Detects lines of a source that never came: numbers skipped, or far fewer than usual.',
    typologies: ['log-gap'],
    maturity: 'stable',
    falsePositives: ['a restart', 'a filter upstream that began to skip lines', 'a quiet day'],
    dataUsed: ['sequence numbers and counts of events per source and hour'],
    knownGaps: [
      'lines taken out of the end of a log',
      'a source without numbers in its first three weeks',
    ],
    runbook: ['Ask the administrator of the source for its own counters over that stretch.'],
  },
  config: Config,
  reasons: [skipped.template, few.template],
  judge: (facts, config) =>
    [...(hasNumbers(facts.hours) ? bySequence(facts, config) : byRate(facts, config))].slice(
      0,
      MAX_SIGNALS,
    ),
});
