import { AppError } from '../domain/errors.ts';
import { newId } from './case-work.ts';
import { type Fold, type Journal, needSequence } from './journal.ts';
import type { Reviewer } from './reviewer.ts';
import { type Draw, type Finding, type MissRate, missRate } from './samples.ts';

export type SamplePart = 'random' | 'weighted';
export type Sample = Draw & {
  sampleId: string;
  sequence: number;
  drawnAt: number;
  from: number;
  to: number;
  findings: ReadonlyMap<string, { finding: Finding; reason: string; at: number }>;
};
type DrawnData = Draw & { from: number; to: number };
type FoundData = { eventId: string; finding: Finding };

export const sampleFold: Fold<Sample> = {
  start: (sampleId) => ({
    ...{ sampleId, sequence: 0, drawnAt: 0, from: 0, to: 0 },
    ...{ seed: '', frame: 0, random: [], weighted: [], findings: new Map() },
  }),
  apply(sample, { typeUid, data, reason, time, sequence }) {
    // Written by this file alone: the shapes are ours.
    if (typeUid === 'sample.drawn')
      return { ...sample, ...(data as DrawnData), drawnAt: time, sequence };
    const { eventId, finding } = data as FoundData;
    const found = { finding, reason: reason ?? '', at: time };
    return { ...sample, sequence, findings: new Map([...sample.findings, [eventId, found]]) };
  },
};

/** Writes down what was drawn, from which period and with which seed, before anybody looks at it. */
export const keepSample = (
  journal: Journal,
  by: Reviewer,
  drawn: Draw & { from: number; to: number },
): Promise<Sample> =>
  journal.record(sampleFold, 'sample', newId('m'), by, 0, () => ({ type: 'drawn', data: drawn }));

/** What a reviewer found of one lookup of the sample; a second finding replaces the first, both stay on record. */
export async function recordFinding(
  journal: Journal,
  by: Reviewer,
  sampleId: string,
  input: { eventId: string; finding: Finding; reason: string },
  expected: number | null,
): Promise<Sample> {
  if (!journal.has('sample', sampleId))
    throw new AppError('ERR_REVIEW_ABSENT', 'There is no sample with this id.');
  const { eventId, finding, reason } = input;
  return journal.record(sampleFold, 'sample', sampleId, by, needSequence(expected), (sample) => {
    if (!sample.random.includes(eventId) && !sample.weighted.includes(eventId))
      throw new AppError('ERR_REVIEW_REFUSED', 'This lookup is not in the sample.');
    return { type: 'found', reason, data: { eventId, finding } };
  });
}

/** The miss rate, from the random part alone: the weighted part was drawn to find, not to count. */
export function missRateOf(sample: Sample): MissRate & { missedInWeighted: number } {
  const of = (ids: readonly string[]): Finding[] =>
    ids.flatMap((id) => sample.findings.get(id)?.finding ?? []);
  return {
    ...missRate(of(sample.random), sample.frame),
    missedInWeighted: of(sample.weighted).filter((f) => f === 'missed').length,
  };
}
