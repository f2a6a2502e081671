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
 * centre shows 1.7 times as often from 1, it shows 2.2 to 2.6 times as often from 3. At 3 a
 * quarter of an alert a day finds less.
 */
const STEEPNESS = 2.5;

/** What counts of an episode: its evidence before roles are compared, and the role it is compared in. */
export type InRole = { evidence: number; lastDay: number; peers: Signal['peers'] };

/** The role of an episode as it was on its last day. */
export function peersOf({ actor, signals }: Episode): Signal['peers'] {
  if (actor === null) return undefined;
  let last: Signal | undefined;
  for (const signal of signals)
    if (signal.peers !== undefined && (last === undefined || signal.day > last.day)) last = signal;
  return last?.peers;
}

/** Evidence that episodes of each role have too much (or too little), in powers of ten. */
export function excessOfRoles(episodes: Iterable<InRole>): Map<string, number> {
  const roles = new Map<string, { episodes: number; share: number; day: number }>();
  let all = 0;
  for (const { evidence, lastDay, peers } of episodes) {
    if (peers === undefined || evidence < COUNTED_FROM) continue;
    all++;
    const known = roles.get(peers.role) ?? { episodes: 0, share: 0, day: -1 };
    known.episodes++;
    // The share of the last day is what most work tells.
    if (lastDay > known.day) [known.share, known.day] = [peers.share, lastDay];
    roles.set(peers.role, known);
  }
  const excess = new Map<string, number>();
  for (const [role, { episodes: seen, share }] of roles)
    excess.set(role, STEEPNESS * Math.log10((seen + PRIOR) / (all * share + PRIOR)));
  return excess;
}

/** Takes from an episode's evidence what its role has too much, and adds what it has too little. */
export function compareInRole(
  episode: Episode,
  { evidence, peers }: InRole,
  excess: ReadonlyMap<string, number>,
): void {
  episode.evidence = Math.max(0, evidence - (excess.get(peers?.role ?? '') ?? 0));
  episode.score = scoreOf(episode.evidence);
}

/** The same evidence is as rare in each role: changes the evidence and score of the episodes given. */
export function againstRole(episodes: Episode[]): Episode[] {
  const inRole = episodes.map((e) => ({ ...e, peers: peersOf(e) }));
  const excess = excessOfRoles(inRole);
  for (const [i, episode] of episodes.entries()) {
    const own = inRole[i];
    if (own !== undefined) compareInRole(episode, own, excess);
  }
  return episodes;
}
