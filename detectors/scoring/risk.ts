// F11: episodes of one official that are each too weak, added up over time. Pure functions over
// episodes; the typology declares its words and settings in detectors/combined-risk.ts.
import type { Signal } from '../../domain/signal.ts';
import type { Token } from '../../domain/token.ts';
import type { Typology } from '../../domain/typology.ts';
import { combinedRisk, together } from '../combined-risk.ts';
import { namesOf } from '../kit/names.ts';
import { addScore, calibratedP, emptyWindow } from './calibrate.ts';
import type { Episode } from './episodes.ts';

type Settings = { halfLifeDays: number; maxPoints: number; minEpisodes: number };
const DEFAULTS: Settings = combinedRisk.config.parse({});
/** Terms are forgotten after this many days: three of them are shown, and more add little. */
const MEMORY_DAYS = 90;
/** Beyond this p the sum is ordinary. */
const KEEP_P = 0.01;
const MAX_EVENT_IDS = 100;

type Term = { day: number; points: number; typology: Typology; episode: Episode };

/** Points of a term on a later day. */
const faded = ({ points, day }: Term, on: number, halfLifeDays: number): number =>
  points * 2 ** (-(on - day) / halfLifeDays);

/** The sum of an official's terms on a day, and the terms by size then. */
export function riskOn(
  terms: readonly Term[],
  day: number,
  { halfLifeDays }: Settings,
): { points: number; largest: Term[] } {
  const size = (term: Term) => faded(term, day, halfLifeDays);
  const largest = [...terms].sort((a, b) => size(b) - size(a) || a.day - b.day);
  return { points: terms.reduce((sum, term) => sum + size(term), 0), largest };
}

/**
 * Signals of `combined-risk` for days on which the decayed sum of an official is rare among the sums
 * of all officials so far (F9, one step ahead). Episodes are taken in order of time.
 */
export function combinedRisks(
  episodes: readonly Episode[],
  settings: Settings = DEFAULTS,
): Signal[] {
  const ofActor = new Map<Token, Term[]>();
  const window = emptyWindow();
  const ranking = createRanking();
  const signals: Signal[] = [];
  const inTime = [...episodes].sort(
    (a, b) => a.lastDay - b.lastDay || (a.entity < b.entity ? -1 : 1),
  );
  for (const episode of inTime) {
    const { actor, lastDay: day } = episode;
    if (actor === null) continue;
    const points = Math.min(settings.maxPoints, episode.evidence);
    const terms = (ofActor.get(actor) ?? []).filter((term) => day - term.day <= MEMORY_DAYS);
    terms.push({ day, points, typology: episode.typology, episode });
    ofActor.set(actor, terms);
    const risk = riskOn(terms, day, settings);
    const p = calibratedP(window, risk.points);
    const place = window.next;
    const gone = window.scores[place];
    addScore(window, risk.points, { key: actor, day });
    ranking.replace(gone, window.scores[place] ?? 0);
    // One kind of signal day after day is that typology's to tell.
    const kinds = new Set(risk.largest.slice(0, 3).map((term) => term.typology)).size;
    if (p === null || p > KEEP_P || terms.length < settings.minEpisodes || kinds < 2) continue;
    signals.push(toSignal(episode, actor, risk, p, ranking.limit(), settings));
  }
  return signals;
}

/**
 * The scores of a window in ascending order, kept so: sorting thousands for every signal took a second
 * per million events.
 */
function createRanking() {
  const sorted: number[] = [];
  const placeOf = (score: number): number => {
    let low = 0;
    for (let high = sorted.length; low < high; ) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] ?? 0) < score) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    replace(gone: number | undefined, score: number): void {
      if (gone !== undefined) sorted.splice(placeOf(gone), 1);
      sorted.splice(placeOf(score), 0, score);
    },
    /** What 99 in 100 stay under. */
    limit: (): number => sorted[Math.floor(0.99 * sorted.length)] ?? 0,
  };
}

function toSignal(
  episode: Episode,
  actor: Token,
  { points, largest }: { points: number; largest: Term[] },
  p: number,
  limit: number,
  { halfLifeDays }: Settings,
): Signal {
  const day = episode.lastDay;
  const named = (place: number) => {
    const term = largest[place] ?? largest[0];
    const words = namesOf(term?.typology ?? 'combined-risk');
    const size = term === undefined ? 0 : faded(term, day, halfLifeDays).toFixed(1);
    return { nl: `${words.nl} (${String(size).replace('.', ',')})`, en: `${words.en} (${size})` };
  };
  const eventIds = largest.slice(0, 3).flatMap(({ episode: e }) => e.signals[0]?.eventIds ?? []);
  const params = { count: largest.length, first: named(0), second: named(1), third: named(2) };
  return {
    typology: 'combined-risk',
    kind: 'score',
    p,
    floor: 'low',
    subject: null,
    reasons: [together(points, limit, params)],
    eventIds: [...new Set(eventIds)].slice(0, MAX_EVENT_IDS),
    verdict: episode.signals.some((s) => s.verdict === 'unexplained') ? 'unexplained' : 'explained',
    detector: combinedRisk.meta.id,
    version: combinedRisk.meta.version,
    actor,
    day,
    firstEventAt: Math.min(...episode.signals.map((s) => s.firstEventAt)),
    lastEventAt: Math.max(...episode.signals.map((s) => s.lastEventAt)),
    subjects: [],
  };
}
