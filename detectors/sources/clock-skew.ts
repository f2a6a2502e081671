import { z } from 'zod';
import type { SourceFacts, SourceHour } from '../../domain/source-facts.ts';
import { HOUR_MS } from '../../domain/time.ts';
import { defineReason } from '../detector.ts';
import { createDelays, type UsualDelay } from './delays.ts';
import {
  defineSourceDetector,
  type SourceSignal,
  sourceName,
  timeWords,
} from './source-detector.ts';

const skew = defineReason('clock-skew', {
  code: 'clock-off',
  unit: 'seconds',
  comparedWith: 'own-delay-7-days',
  text: {
    nl: 'De klok van bron {source} wijkt vanaf {from} {observed} seconden af (toegestaan: {expected}); tijden uit deze bron zijn onzeker.',
    en: 'The clock of source {source} is {observed} seconds off since {from} (allowed: {expected}); times from this source are uncertain.',
  },
});

const Config = z.strictObject({
  /** Most that the delay of delivery may move, in seconds. */
  maxShiftSeconds: z.number().positive().default(60),
  /** Most that an event may lie ahead of its arrival, in seconds. */
  maxAheadSeconds: z.number().positive().default(120),
});
type Config = z.infer<typeof Config>;

/** Seconds by which an hour is off, or 0: ahead of arrival, or a delay that moved against its week. */
function offBy(hour: SourceHour, week: UsualDelay | null, config: Config): number {
  if (hour.ahead > config.maxAheadSeconds * 1000) return Math.round(hour.ahead / 1000);
  if (hour.lag === null || week === null) return 0;
  // Lines that come later than usual are late, not wrong; earlier than usual they cannot be.
  const shift = week.usual - hour.lag;
  return shift > config.maxShiftSeconds * 1000 + week.spread ? Math.round(shift / 1000) : 0;
}

export const clockSkew = defineSourceDetector({
  meta: {
    id: 'clock-skew',
    version: 2,
    title: 'Clock off',
    description: 'Detects a source whose clock runs ahead of the arrival of its own lines.',
    typologies: ['clock-skew'],
    maturity: 'experimental',
    falsePositives: ['a change to summer time that the source does not know'],
    dataUsed: ['time of an event and of its arrival, per source'],
    knownGaps: [
      'a clock that runs behind looks like late delivery',
      'files read long after they were written',
    ],
    runbook: [
      'Compare the clock of the source with the time server, and note the offset as evidence.',
    ],
  },
  config: Config,
  reasons: [skew.template],
  judge(facts: SourceFacts, config) {
    const signals: SourceSignal[] = [];
    const delays = createDelays();
    let open: SourceSignal | null = null;
    for (const hour of facts.hours) {
      const seconds = offBy(hour, delays.usual(), config);
      if (seconds > 0) {
        // The start of the hour: a line that comes late must not make another alert of it.
        const from: number = open?.from ?? hour.hour * HOUR_MS;
        const worst: number = Math.max(seconds, open?.reason.observed ?? 0);
        open = {
          typology: 'clock-skew',
          detector: 'clock-skew',
          version: 2,
          ...{ system: facts.system, instance: facts.instance, from, to: hour.lastAt, p: 1e-4 },
          floor: 'medium',
          reason: skew(worst, config.maxAheadSeconds, {
            source: sourceName(facts),
            from: timeWords(from),
          }),
          eventIds: [],
        };
        continue;
      }
      if (open !== null) signals.push(open);
      open = null;
      if (hour.lag !== null) delays.learn(hour.lag);
    }
    if (open !== null) signals.push(open);
    return signals;
  },
});
