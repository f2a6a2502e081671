import type { Episode } from './episodes.ts';

/** Rules may always fill this many places: a first look at a small file must not hide a relative. */
const RULE_PLACES = 25;
/** Statistics keep this share of the budget when rules would take it all (F12). */
const SCORE_SHARE = 0.3;
/** Beyond this p a day is ordinary, even when the budget has room. */
const SCORE_P_LIMIT = 0.01;

export type Selection = {
  raised: Episode[];
  /** Alerts the budget allows for this many days with work. */
  allowed: number;
  /** Rule episodes that did not fit; they stay visible as a number. */
  heldBack: number;
};

const worstLast = (a: Episode, b: Episode): number =>
  b.score - a.score ||
  a.p - b.p ||
  (a.actor < b.actor ? -1 : a.actor > b.actor ? 1 : a.firstDay - b.firstDay);

/**
 * The alerts an office can read: `perThousand` per 1,000 officials per day with work. Rules come
 * first, then the most improbable days. Deterministic; a total order decides at the edge.
 */
export function selectWithinBudget(
  episodes: readonly Episode[],
  officialDays: number,
  perThousand: number,
): Selection {
  const allowed = Math.max(1, Math.floor((officialDays * perThousand) / 1000));
  const rules = episodes.filter((e) => e.hasRule).sort(worstLast);
  const scores = episodes.filter((e) => !e.hasRule && e.p <= SCORE_P_LIMIT).sort(worstLast);
  const reserved = Math.min(scores.length, Math.floor(allowed * SCORE_SHARE));
  const rulePlaces = Math.max(RULE_PLACES, allowed - reserved);
  const raisedRules = rules.slice(0, rulePlaces);
  const raisedScores = scores.slice(0, Math.max(reserved, allowed - raisedRules.length));
  return {
    raised: [...raisedRules, ...raisedScores].sort(worstLast),
    allowed,
    heldBack: rules.length - raisedRules.length,
  };
}
