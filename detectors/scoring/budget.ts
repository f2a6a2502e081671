import type { Episode } from './episodes.ts';

/** Rules may always fill this many places: a first look at a small file must not hide a relative. */
const RULE_PLACES = 25;
/** Statistics keep this share of the budget when rules would take it all (F12). */
const SCORE_SHARE = 0.3;
/** Beyond this p a day is ordinary, even when the budget has room. */
const SCORE_P_LIMIT = 0.01;

export type Selection = {
  raised: Episode[];
  /** Alerts the budget allows in all. */
  allowed: number;
  /** Rule episodes that did not fit; they stay visible as a number. */
  heldBack: number;
};
/** Work seen so far: distinct officials, days with work, and days of an official with work. */
export type Workload = { officials: number; days: number; officialDays: number };

const worstLast = (a: Episode, b: Episode): number =>
  b.score - a.score ||
  a.p - b.p ||
  (a.entity < b.entity ? -1 : a.entity > b.entity ? 1 : a.firstDay - b.firstDay);
/** Below this many official-days a file is a sample or a test, and shows every rule it can. */
const FEW_DAYS = 1000;
/** Rules on everyday things, or weakened by a colleague's case, only fill places nobody else needs. */
const isWeak = ({ signals: [head], p }: Episode): boolean =>
  (head?.verdict === 'explained' || head?.floor === 'low') && p > SCORE_P_LIMIT;

/**
 * The alerts an office can read: `perThousand` per 1,000 officials per day with work. Rules come
 * first and may use the places of all officials; statistics stay within the days on which an official
 * really worked, because that is how often they had a chance to be wrong. A total order decides at
 * the edge, so the same episodes give the same alerts.
 */
export function selectWithinBudget(
  episodes: readonly Episode[],
  { officials, days, officialDays }: Workload,
  perThousand: number,
): Selection {
  const allowed = Math.max(1, Math.floor((officials * days * perThousand) / 1000));
  const forScores = Math.max(1, Math.floor((officialDays * perThousand) / 1000));
  const rules = episodes.filter((e) => e.hasRule && !isWeak(e)).sort(worstLast);
  const scores = episodes.filter((e) => !e.hasRule && e.p <= SCORE_P_LIMIT).sort(worstLast);
  const reserved = Math.min(scores.length, Math.floor(forScores * SCORE_SHARE));
  const firm = rules.slice(0, Math.max(RULE_PLACES, allowed - reserved));
  const weak = episodes.filter((e) => e.hasRule && isWeak(e)).sort(worstLast);
  const room = Math.max(0, Math.min(RULE_PLACES, allowed) - firm.length);
  const raisedRules = [
    ...firm,
    ...weak.slice(0, Math.max(room, officialDays < FEW_DAYS ? RULE_PLACES : 0)),
  ];
  const free = Math.min(forScores, allowed - raisedRules.length);
  const raisedScores = scores.slice(0, Math.max(reserved, free));
  return {
    raised: [...raisedRules, ...raisedScores].sort(worstLast),
    allowed,
    heldBack: rules.length + weak.length - raisedRules.length,
  };
}
