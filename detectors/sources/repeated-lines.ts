import { z } from 'zod';
import { defineReason } from '../detector.ts';
import { risenDays } from './share.ts';
import { defineSourceDetector, sourceName, timeWords } from './source-detector.ts';

const repeated = defineReason('repeated-lines', {
  code: 'more-repeated',
  unit: 'lines',
  comparedWith: 'own-share-before',
  text: {
    nl: 'Bron {source} leverde tussen {from} en {to} {observed|regel|regels} nog eens, waar {expected} gewoon is; kijk of er daarnaast regels ontbreken.',
    en: 'Source {source} delivered {observed|line|lines} again between {from} and {to}, where {expected} are usual; see whether others are missing.',
  },
});

const Config = z.strictObject({
  p: z.number().positive().max(1).default(1e-4),
  /** Fewer repeated lines than this on a day are a retry. */
  minLines: z.int().min(1).default(50),
});

export const repeatedLines = defineSourceDetector({
  meta: {
    id: 'repeated-lines',
    version: 1,
    title: 'Lines delivered again',
    description: 'Detects a source that repeats more of its lines than before.',
    typologies: ['log-gap'],
    maturity: 'experimental',
    falsePositives: ['a log that was given twice in one run', 'a sender that was restarted'],
    dataUsed: ['counts of events and of repeated lines, per source and day'],
    knownGaps: ['lines of an earlier run that come again: known, and not counted'],
    runbook: [
      'Ask the administrator why the source repeats; a sender that repeats may also lose lines.',
    ],
  },
  config: Config,
  reasons: [repeated.template],
  judge: (facts, { p, minLines }) =>
    risenDays(facts, (hour) => hour.duplicates, { p, least: minLines }).map((day) => ({
      ...{ typology: 'log-gap', detector: 'repeated-lines', version: 1, floor: 'low' },
      ...{ system: facts.system, instance: facts.instance, from: day.from, to: day.to, p: day.p },
      reason: repeated(day.bad, day.expected, {
        ...{ source: sourceName(facts), from: timeWords(day.from), to: timeWords(day.to) },
      }),
      eventIds: [],
    })),
});
