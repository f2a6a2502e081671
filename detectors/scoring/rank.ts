import type { Signal } from '../../domain/signal.ts';
import { type Episode, toEpisodes } from './episodes.ts';
import { frequencyOf } from './evidence.ts';
import { againstRole } from './fair.ts';
import { combinedRisks } from './risk.ts';

/**
 * Episodes with their evidence, for a stream: the sum of weak ones is told by a scan of the period.
 * `officialDays` of the same days as the signals; `firstDay` of all logs, which began before them.
 */
export const weighEpisodes = (
  signals: readonly Signal[],
  officialDays: number,
  firstDay: number,
): Episode[] => againstRole(toEpisodes(signals, frequencyOf(signals, officialDays, firstDay)));

/**
 * From calibrated signals to episodes with their evidence: how often each kind speaks, what piles up
 * over days, and what weak episodes of one official come to together. Same signals, same episodes.
 */
export function rankEpisodes(signals: readonly Signal[], officialDays: number): Episode[] {
  const frequency = frequencyOf(signals, officialDays);
  const episodes = againstRole(toEpisodes(signals, frequency));
  const together = combinedRisks(episodes);
  return together.length === 0
    ? episodes
    : againstRole(toEpisodes([...signals, ...together], frequency));
}
