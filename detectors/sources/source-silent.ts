import { z } from 'zod';
import { HOUR_MS, localDay } from '../../domain/time.ts';
import { defineReason } from '../detector.ts';
import { fromLn } from '../kit/statistics.ts';
import { rhythmOf } from './rhythm.ts';
import {
  defineSourceDetector,
  type SourceSignal,
  sourceName,
  timeWords,
} from './source-detector.ts';

const silent = defineReason('source-silent', {
  code: 'no-events',
  unit: 'hours',
  comparedWith: 'own-hour-of-week',
  text: {
    nl: 'Bron {source} leverde {observed} uur niets, van {from} tot {to}, waar {expected} regels gewoon zijn; daarover is geen oordeel mogelijk.',
    en: 'Source {source} delivered nothing for {observed|hour|hours}, from {from} to {to}, where {expected} events are usual; that stretch cannot be judged.',
  },
});

const Config = z.strictObject({ p: z.number().positive().max(1).default(1e-4) });
const MAX_SIGNALS = 200;

/**
 * P(nothing) = Π (1 + φμ)^(−1/φ) over the silent days, μ the events usual in their silent hours. By day
 * and not by hour: the hours of a quiet Saturday are quiet together.
 */
const lnNothing = (mean: number, phi: number): number => -Math.log1p(phi * mean) / phi;

export const sourceSilent = defineSourceDetector({
  meta: {
    id: 'source-silent',
    version: 1,
    title: 'Source silent',
    description: 'Detects a source that delivers nothing at hours at which it usually does.',
    typologies: ['source-silent'],
    maturity: 'stable',
    falsePositives: ['maintenance', 'a local holiday', 'a system taken out of use'],
    dataUsed: ['counts of events per source and hour'],
    knownGaps: ['a source in its first three weeks', 'a source that is always nearly silent'],
    runbook: [
      'Ask whether the system was in use; if it was, have the missing lines delivered again.',
    ],
  },
  config: Config,
  reasons: [silent.template],
  judge(facts, config) {
    const signals: SourceSignal[] = [];
    let start: number | null = null;
    let usual = 0;
    let days = new Map<number, { mean: number; phi: number }>();
    const close = (end: number): void => {
      let lnP = 0;
      for (const { mean, phi } of days.values()) lnP += lnNothing(mean, phi);
      if (start !== null && Math.exp(lnP) < config.p && signals.length < MAX_SIGNALS) {
        const [from, to] = [start * HOUR_MS, end * HOUR_MS];
        const params = { source: sourceName(facts), from: timeWords(from), to: timeWords(to) };
        signals.push({
          typology: 'source-silent',
          detector: 'source-silent',
          version: 1,
          ...{ system: facts.system, instance: facts.instance, from, to, p: fromLn(lnP) },
          floor: 'medium',
          reason: silent(end - start, usual, params),
          eventIds: [],
        });
      }
      start = null;
      usual = 0;
      days = new Map();
    };
    let last = 0;
    for (const { hour, events, expected, phi } of rhythmOf(facts)) {
      last = hour + 1;
      if (events > 0) {
        close(hour);
        continue;
      }
      start ??= hour;
      if (expected === null || expected <= 0) continue;
      const day = localDay(hour * HOUR_MS);
      days.set(day, { mean: (days.get(day)?.mean ?? 0) + expected, phi });
      usual += expected;
    }
    close(last);
    return signals;
  },
});
