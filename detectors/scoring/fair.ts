// Work differs: who sits at a counter or a telephone opens many records without a row, and so collects
// more evidence in lawful work than a permit officer does. The same evidence must be as rare in each role.
import type { Signal } from '../../domain/signal.ts';
import type { Episode } from './episodes.ts';
import { scoreOf } from './severity.ts';

/** Evidence from which episodes are counted: common enough to know each role by its ordinary work. */
const COUNTED_FROM = 1;
/** Episodes of a role of which nothing is known yet: so many count as usual. */
const PRIOR = 10;
/**
 * Roles differ more in strong evidence than in what is counted. Measured on development towns: what the call
 * centre shows 1.7 times as often from 1, it shows 2.2 to 2.6 times as often from 3.
 */
const STEEPNESS = 2;

/** The role of an episode as it was on its last day. */
function peersOf({ actor, signals }: Episode): Signal['peers'] {
  if (actor === null) return undefined;
  let last: Signal | undefined;
  for (const signal of signals)
    if (signal.peers !== undefined && (last === undefined || signal.day > last.day)) last = signal;
  return last?.peers;
}

/** Evidence that episodes of each role have too much (or too little), in powers of ten. */
export function excessOfRoles(episodes: readonly Episode[]): Map<string, number> {
  const roles = new Map<string, { episodes: number; share: number; day: number }>();
  let all = 0;
  for (const episode of episodes) {
    const peers = peersOf(episode);
    if (peers === undefined || episode.evidence < COUNTED_FROM) continue;
    all++;
    const known = roles.get(peers.role) ?? { episodes: 0, share: 0, day: -1 };
    known.episodes++;
    // The share of the last day is what most work tells.
    if (episode.lastDay > known.day) [known.share, known.day] = [peers.share, episode.lastDay];
    roles.set(peers.role, known);
  }
  const excess = new Map<string, number>();
  for (const [role, { episodes: seen, share }] of roles)
    excess.set(role, STEEPNESS * Math.log10((seen + PRIOR) / (all * share + PRIOR)));
  return excess;
}

/** Takes from the evidence of episodes what their role has too much, and adds what it has too little. */
export function againstRole(episodes: Episode[]): Episode[] {
  const excess = excessOfRoles(episodes);
  for (const episode of episodes) {
    const ofRole = excess.get(peersOf(episode)?.role ?? '') ?? 0;
    episode.evidence = Math.max(0, episode.evidence - ofRole);
    episode.score = scoreOf(episode.evidence);
  }
  return episodes;
}
