import { z } from 'zod';
import { defineReason } from '../detector.ts';
import { risenDays } from './share.ts';
import { defineSourceDetector, sourceName, timeWords } from './source-detector.ts';

const drift = defineReason('format-drift', {
  code: 'more-set-aside',
  unit: 'lines',
  comparedWith: 'own-share-before',
  text: {
    nl: 'Van bron {source} konden tussen {from} en {to} {observed|regel|regels} niet worden gelezen, waar {expected} gewoon is; het formaat is vermoedelijk veranderd.',
    en: 'Of source {source}, {observed|line|lines} could not be read between {from} and {to}, where {expected} are usual; its format has probably changed.',
  },
});

const Config = z.strictObject({
  p: z.number().positive().max(1).default(1e-4),
  /** Fewer bad lines than this on a day are no change of a format. */
  minLines: z.int().min(1).default(10),
});

export const formatDrift = defineSourceDetector({
  meta: {
    id: 'format-drift',
    version: 1,
    title: 'Lines no longer read',
    description: 'Detects a source of whose lines more are set aside than before.',
    typologies: ['log-gap'],
    maturity: 'experimental',
    falsePositives: ['one broken batch of an otherwise sound source'],
    dataUsed: ['counts of events and of lines set aside, per source and day'],
    knownGaps: [
      'a source of which no line was ever read',
      'a field that moved but whose lines are still read',
    ],
    runbook: [
      'Look at the reasons with dead-letters list, mend the mapping or the format, and replay.',
    ],
  },
  config: Config,
  reasons: [drift.template],
  judge: (facts, { p, minLines }) =>
    risenDays(facts, (hour) => hour.deadLetters, { p, least: minLines }).map((day) => ({
      ...{ typology: 'log-gap', detector: 'format-drift', version: 1, floor: 'medium' },
      ...{ system: facts.system, instance: facts.instance, from: day.from, to: day.to, p: day.p },
      reason: drift(day.bad, day.expected, {
        ...{ source: sourceName(facts), from: timeWords(day.from), to: timeWords(day.to) },
      }),
      eventIds: [],
    })),
});
