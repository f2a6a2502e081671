import { bestFirst, type Workload } from './budget.ts';
import type { Episode } from './episodes.ts';

/** With less evidence than one in ten a day is ordinary, even when the budget has room. */
const SCORE_P_LIMIT = 0.1;
/** Statistics keep this share of the budget when rules would take it all (F12). */
const SCORE_SHARE = 0.3;
const CORRECTION = 0.25;
const MAX_STEP = Math.LN2;
const DAYS_PER_CORRECTION = 7;
/** Before the first correction, with no episodes seen: one official-day in a thousand. */
const FIRST_CUT = 1e-3;

/** Plain data: how much was allowed and raised so far, and the cut on p that follows from it (F12). */
export type Controller = {
  /** Cut for statistics, as the odds 10^(−evidence) of an episode. */
  cut: number;
  raised: number;
  raisedScores: number;
  /** Statistics raised, and days counted, since the last correction of the cut. */
  sinceScores: number;
  sinceDays: number;
  /** Last day taken. */
  day: number;
};
export const openController = (): Controller => ({
  cut: FIRST_CUT,
  raised: 0,
  raisedScores: 0,
  sinceScores: 0,
  sinceDays: 0,
  day: Number.NEGATIVE_INFINITY,
});

/** Whether an episode can be raised at all, whatever the cut. */
export const canBeRaised = ({ hasRule, evidence }: Episode): boolean =>
  hasRule || 10 ** -evidence <= SCORE_P_LIMIT;

/**
 * Which of these episodes are raised now: a choice that later days cannot take back. `episodes` are
 * those not raised before; a day may be asked about many times while its events come in. In all no more
 * is raised than officials x days with work x budget / 1000, and one alert at least. Rules come first;
 * statistics keep a share and must pass a cut that is corrected weekly towards the budget.
 */
export function step(
  state: Controller,
  day: number,
  episodes: readonly Episode[],
  workload: Workload,
  perThousand: number,
): { raised: Episode[]; state: Controller } {
  const next = { ...state };
  const perDay = (workload.officials * perThousand) / 1000;
  if (day > state.day) {
    next.sinceDays += Number.isFinite(state.day) ? 1 : 0;
    next.day = day;
    if (next.sinceDays >= DAYS_PER_CORRECTION) correct(next, perDay);
  }
  const allowed = Math.max(1, Math.floor(perDay * workload.days));
  const forScores = Math.max(1, Math.floor(allowed * SCORE_SHARE));
  const raised: Episode[] = [];
  // Most of a busy day is ordinary: it is not even ordered.
  const telling = episodes.filter(
    (e) => canBeRaised(e) && (e.hasRule || 10 ** -e.evidence <= next.cut),
  );
  for (const episode of telling.sort(bestFirst)) {
    if (next.raised >= allowed) break;
    if (!episode.hasRule) {
      next.raisedScores++;
      next.sinceScores++;
    } else if (allowed - next.raised <= forScores - next.raisedScores && allowed > 1) continue;
    next.raised++;
    raised.push(episode);
  }
  return { raised, state: next };
}

/** F12: ln cut moves a quarter of the way towards the target, at most a factor two a week. */
function correct(state: Controller, perDay: number): void {
  const target = perDay * SCORE_SHARE * state.sinceDays;
  const move = CORRECTION * Math.log((target + 0.5) / (state.sinceScores + 0.5));
  state.cut *= Math.exp(Math.max(-MAX_STEP, Math.min(MAX_STEP, move)));
  state.sinceScores = 0;
  state.sinceDays = 0;
}
