import type { Episode } from './episodes.ts';

/** A sample or a test shows this many rules whatever the budget: a first look must not hide a relative. */
const RULE_PLACES = 25;
/** Below this nothing is raised, even when the budget has room: a day like this comes every month. */
const LEAST = 0.3;
const LEAST_RULE = 1.2;
const SCORE_P_LIMIT = 0.01;
/** Statistics that say this much keep a share of the budget when rules would take it all (F12). */
const TELLING = 2.5;
const SCORE_SHARE = 0.3;
/**
 * Evidence that a further alert on the same official loses within four weeks: whoever looks into the first
 * sees the rest beside it, and its place tells of somebody else.
 */
const REPEAT_LOSS = 4;
const REPEAT_DAYS = 28;
/** Below this many official-days a file is a sample or a test, and shows every rule it can. */
const FEW_DAYS = 1000;

export type Selection = {
  raised: Episode[];
  /** Alerts the budget allows in all. */
  allowed: number;
  /** Rule episodes that did not fit; they stay visible as a number. */
  heldBack: number;
};
/** Work seen so far: distinct officials, days with work, and days of an official with work. */
export type Workload = { officials: number; days: number; officialDays: number };

/** Best first: by score, which follows the evidence; a total order, so that the edge is decided. */
export const bestFirst = (a: Episode, b: Episode): number =>
  b.score - a.score ||
  a.p - b.p ||
  (a.entity < b.entity ? -1 : a.entity > b.entity ? 1 : a.firstDay - b.firstDay);

/** Statistics alone are raised only with a day in them that comes at most once in a hundred. */
const isSurprising = ({ signals, p }: Episode): boolean =>
  Math.min(p, ...signals.map((s) => s.p)) <= SCORE_P_LIMIT;

/** Episodes by what a place in the list gains: the second alert on one matter gains less. */
function byGain(episodes: readonly Episode[]): Episode[] {
  const told = new Map<string, number[]>();
  const gains = new Map<Episode, number>();
  for (const episode of [...episodes].sort(bestFirst)) {
    const days = told.get(episode.entity) ?? [];
    const before = days.filter((day) => Math.abs(day - episode.firstDay) <= REPEAT_DAYS).length;
    told.set(episode.entity, [...days, episode.firstDay]);
    gains.set(episode, episode.score - 12.5 * REPEAT_LOSS * Math.min(3, before));
  }
  return [...episodes].sort((a, b) => (gains.get(b) ?? 0) - (gains.get(a) ?? 0) || bestFirst(a, b));
}

/**
 * The alerts an office can read: `perThousand` per 1,000 officials per day with work, the best by
 * evidence whatever kind of detector speaks. Statistics stay within the days on which an official
 * really worked, because that is how often they had a chance to be wrong. The same episodes give the
 * same alerts.
 */
export function selectWithinBudget(
  episodes: readonly Episode[],
  { officials, days, officialDays }: Workload,
  perThousand: number,
): Selection {
  const allowed = Math.max(1, Math.floor((officials * days * perThousand) / 1000));
  const forScores = Math.max(1, Math.floor((officialDays * perThousand) / 1000));
  const telling = episodes.filter((e) => !e.hasRule && e.evidence >= TELLING).length;
  const forRules = allowed - Math.min(telling, Math.floor(forScores * SCORE_SHARE));
  const raised: Episode[] = [];
  let rules = 0;
  let scores = 0;
  for (const episode of byGain(episodes)) {
    const { hasRule, evidence } = episode;
    const isFree = raised.length < allowed && !(hasRule && raised.length - scores >= forRules);
    const isSmallFile = officialDays < FEW_DAYS && raised.length < RULE_PLACES;
    if (hasRule) rules++;
    if (!isFree && !(hasRule && isSmallFile)) continue;
    if (!hasRule && (scores >= forScores || evidence < LEAST || !isSurprising(episode))) continue;
    if (hasRule && evidence < LEAST_RULE && !isSmallFile) continue;
    if (!hasRule) scores++;
    raised.push(episode);
  }
  const raisedRules = raised.filter((e) => e.hasRule).length;
  return { raised: raised.sort(bestFirst), allowed, heldBack: rules - raisedRules };
}
