// Declares the words and settings of combined-risk. It folds over episodes, not over lookups, so it
// observes no day: scoring/risk.ts does the sum and makes its signals.
import { z } from 'zod';
import { defineDetector, defineReason } from './detector.ts';

export const together = defineReason('combined-risk', {
  code: 'points-in-time',
  unit: 'points',
  comparedWith: 'role',
  text: {
    nl: 'Bij deze medewerker komen in 30 dagen {count} zwakke signalen samen: {observed} punten (gewoonlijk hooguit {expected}), vooral {first}, {second} en {third}.',
    en: 'For this official {count} weak signals come together in 30 days: {observed} points (usually at most {expected}), mainly {first}, {second} and {third}.',
  },
});

export const combinedRisk = defineDetector({
  meta: {
    id: 'combined-risk',
    version: 1,
    title: 'Weak signals together',
    description: 'Adds up episodes of an official over time, each too weak to stand alone.',
    typologies: ['combined-risk'],
    maturity: 'stable',
    dataUsed: ['signals of the other detectors'],
    falsePositives: ['one cause that is counted several times', 'a task unlike that of colleagues'],
    knownGaps: [
      'officials who worked for less than a month',
      'a stream: the sum is told when a period is scanned',
    ],
    runbook: ['Read the parts by themselves; close it when one ordinary cause explains them.'],
  },
  config: z.strictObject({
    halfLifeDays: z.number().positive().default(30), // re-offending comes after 20 to 70 days, F11
    maxPoints: z.number().positive().default(4),
    minEpisodes: z.int().min(2).default(3),
  }),
  reasons: [together.template],
  start: () => null,
  observeDay: () => [],
});
