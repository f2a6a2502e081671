import { z } from 'zod';
import { HOUR_MS } from '../../domain/time.ts';
import { defineReason } from '../detector.ts';
import { createDelays } from './delays.ts';
import {
  defineSourceDetector,
  type SourceSignal,
  sourceName,
  timeWords,
} from './source-detector.ts';

const laterThanUsual = defineReason('late-arrivals', {
  code: 'later-than-usual',
  unit: 'minutes',
  comparedWith: 'own-delay-7-days',
  text: {
    nl: 'Regels van bron {source} van {from} tot {to} kwamen {observed} minuten later dan gewoonlijk ({expected}): de levering hapert, of de klok van de bron loopt achter.',
    en: 'Lines of source {source} of {from} to {to} came {observed} minutes later than usual ({expected}): delivery falters, or the clock of the source runs behind.',
  },
});

const Config = z.strictObject({
  /** Most that lines may come later than their usual delay, in minutes. */
  maxLateMinutes: z.number().positive().default(60),
});
const MINUTE_MS = 60_000;

export const lateArrivals = defineSourceDetector({
  meta: {
    id: 'late-arrivals',
    version: 2,
    title: 'Lines come late',
    description: 'Detects a source whose lines come much later than they usually do.',
    typologies: ['source-silent'],
    maturity: 'experimental',
    falsePositives: ['lines of an outage that are delivered afterwards, as they should be'],
    dataUsed: ['time of an event and of its arrival, per source'],
    knownGaps: ['a source in its first day', 'files read long after they were written'],
    runbook: [
      'Ask whether delivery was out; if not, compare the clock of the source with the time server.',
    ],
  },
  config: Config,
  reasons: [laterThanUsual.template],
  judge(facts, { maxLateMinutes }) {
    const signals: SourceSignal[] = [];
    const delays = createDelays();
    let isOpen = false;
    for (const { lag, hour, lastAt } of facts.hours) {
      if (lag === null) continue;
      const week = delays.usual();
      const late = week === null ? 0 : lag - week.usual;
      if (week === null || late <= maxLateMinutes * MINUTE_MS + week.spread) {
        isOpen = false;
        delays.learn(lag);
        continue;
      }
      const minutes = Math.round(late / MINUTE_MS);
      const open = isOpen ? signals.pop() : undefined;
      isOpen = true;
      const from = open?.from ?? hour * HOUR_MS;
      const worst = Math.max(minutes, open?.reason.observed ?? 0);
      signals.push({
        ...{ typology: 'source-silent', detector: 'late-arrivals', version: 2, floor: 'low' },
        ...{ system: facts.system, instance: facts.instance, from, to: lastAt, p: 1e-4 },
        reason: laterThanUsual(worst, week.usual / MINUTE_MS, {
          ...{ source: sourceName(facts), from: timeWords(from), to: timeWords(lastAt) },
        }),
        eventIds: [],
      });
    }
    return signals;
  },
});
