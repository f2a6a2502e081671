import type { ActorDay, ActorDetector, Detector, Lookup } from '../detectors/detector.ts';
import { EXPLAINED_BY_SEARCH, type ExplainHistory, explain } from '../detectors/explain/explain.ts';
import type { Workload } from '../detectors/scoring/budget.ts';
import {
  addScore,
  calibratedP,
  emptyWindow,
  type ScoreWindow,
} from '../detectors/scoring/calibrate.ts';
import type { AuditEvent } from '../domain/event.ts';
import type { ReferenceData } from '../domain/reference.ts';
import type { Signal, SignalDraft } from '../domain/signal.ts';
import { localDay } from '../domain/time.ts';
import type { Token } from '../domain/token.ts';

/** Shares explained of one source system: the first thing to look at when numbers move. */
export type Coverage = {
  system: string;
  /** Lookups of a person by a personal account. */
  lookups: number;
  direct: number;
  withTeam: number;
  cannotJudge: number;
  /** Events whose official or person the log does not name: never guessed, never judged. */
  unknown: number;
};

export type Detection = {
  /** Takes the next event; events come in order of time. Earlier days than the open one are late. */
  observe(event: AuditEvent): void;
  /** Closes the open day; more days may follow. */
  closeDay(): void;
  signals(): readonly Signal[];
  coverage(): Coverage[];
  workload(): Workload;
  late(): number;
};

/** How long before an explained record a search of the same official counts as leading to it (E7). */
const SEARCH_LEADS_MS = 120_000;
const RECENT_DAYS = 30;
/** E5 looks 90 days back; older memory is dropped once a month. */
const HISTORY_DAYS = 90;
const ALL_ROLES = '*';
/** Raw tail probabilities are up to ten times too small: before calibration none counts for less. */
const UNCALIBRATED_P = 1e-4;
/** Signals below this surprise say nothing anyone would read; they are not kept. */
const KEEP_P = 0.05;

/**
 * The fold from events to signals. Same events in the same order, same signals: no clock, no I/O. A
 * day of an official is judged when it is over, when the searches that led somewhere are known.
 */
export function createDetection(
  reference: ReferenceData,
  catalogue: readonly Detector[],
  config: Record<string, unknown> = {},
): Detection {
  const detectors = catalogue.filter((d): d is ActorDetector => d.key !== 'subject');
  const signals: Signal[] = [];
  const coverage = new Map<string, Coverage>();
  const history: ExplainHistory = new Map();
  const states = detectors.map(() => new Map<Token, unknown>());
  const configs = detectors.map((d) => d.config.parse(config[d.meta.id] ?? {}));
  const windows = new Map<string, ScoreWindow>();
  const recent = new Map<Token, { day: number; unexplained: number }[]>();
  let today = new Map<Token, Lookup[]>();
  let openDay = Number.NEGATIVE_INFINITY;
  let officialDays = 0;
  let days = 0;
  let late = 0;

  const coverageOf = (system: string): Coverage => {
    let known = coverage.get(system);
    if (known === undefined) {
      known = { system, lookups: 0, direct: 0, withTeam: 0, cannotJudge: 0, unknown: 0 };
      coverage.set(system, known);
    }
    return known;
  };

  const windowOf = (detector: string, role: string): ScoreWindow => {
    const key = `${detector}\0${role}`;
    let window = windows.get(key);
    if (window === undefined) {
      window = emptyWindow();
      windows.set(key, window);
    }
    return window;
  };

  function observe(event: AuditEvent): void {
    const day = localDay(event.occurredAt);
    if (day > openDay) {
      closeDay();
      openDay = day;
    } else if (day < openDay) {
      late++;
      return;
    }
    const { actor, subject } = event;
    const share = coverageOf(event.system);
    if (actor === null || subject === null) {
      share.unknown++;
      return;
    }
    if (actor.kind === 'system') return;
    const official = reference.official(actor.token, event.occurredAt);
    if (official?.kind === 'service') return;
    const explanation = explain(event, official, reference, history);
    share.lookups++;
    if (explanation.verdict === 'cannot-judge') share.cannotJudge++;
    if (explanation.strength === 'strong') share.direct++;
    if (explanation.verdict === 'explained') share.withTeam++;
    const ties = reference.ties(actor.token, subject, event.occurredAt);
    const lookup = { event, actor: actor.token, subject, day, explanation, official, ties };
    const lookups = today.get(actor.token);
    if (lookups === undefined) today.set(actor.token, [lookup]);
    else lookups.push(lookup);
  }

  function closeDay(): void {
    const before = officialDays;
    const scored: { draft: SignalDraft; index: number; day: ActorDay }[] = [];
    for (const actor of [...today.keys()].sort()) {
      const all = settleSearches(today.get(actor) ?? []);
      // A refused request showed nobody's data: it counts in its own detector, not as a look.
      const lookups = all.filter((l) => l.event.outcome === 'success');
      if (lookups.length === 0) continue;
      officialDays++;
      const role = lookups[0]?.official?.role ?? '';
      const refused = all.filter((l) => l.event.outcome !== 'success');
      const day: ActorDay = { actor, day: openDay, role, lookups, refused, others: [] };
      const recentUnexplained = countRecent(actor, lookups);
      for (const [index, detector] of detectors.entries()) {
        const byActor = states[index];
        if (byActor === undefined) continue;
        let state = byActor.get(actor);
        if (state === undefined) {
          state = detector.start();
          byActor.set(actor, state);
        }
        const context = { config: configs[index], reference, recentUnexplained };
        for (const draft of detector.observeDay(day, state, context)) {
          if (draft.kind === 'score') scored.push({ draft, index, day });
          else keep(draft, index, day, draft.p);
        }
      }
    }
    // All days are judged by what was known before them, and only then become part of it.
    for (const { draft, index, day } of scored) {
      const id = detectors[index]?.meta.id ?? '';
      const score = -Math.log10(draft.p);
      const p =
        calibratedP(windowOf(id, day.role), score) ??
        calibratedP(windowOf(id, ALL_ROLES), score) ??
        Math.max(draft.p, UNCALIBRATED_P);
      if (p <= KEEP_P) keep(draft, index, day, p);
    }
    for (const { draft, index, day } of scored) {
      const id = detectors[index]?.meta.id ?? '';
      const score = -Math.log10(draft.p);
      addScore(windowOf(id, day.role), score);
      addScore(windowOf(id, ALL_ROLES), score);
    }
    if (officialDays > before) days++;
    if (openDay % RECENT_DAYS === 0) forget();
    today = new Map();
  }

  function keep(draft: SignalDraft, index: number, day: ActorDay, p: number): void {
    const detector = detectors[index];
    if (detector === undefined) return;
    const ids = new Set(draft.eventIds);
    const concerned = day.lookups.filter((l) => ids.has(l.event.eventId));
    const times = concerned.map((l) => l.event.occurredAt);
    signals.push({
      ...draft,
      p,
      detector: detector.meta.id,
      version: detector.meta.version,
      actor: day.actor,
      day: day.day,
      firstEventAt: Math.min(...times),
      lastEventAt: Math.max(...times),
      subjects:
        draft.subject === null
          ? [...new Set(concerned.map((l) => l.subject))].slice(0, 100)
          : [draft.subject],
    });
  }

  function countRecent(actor: Token, lookups: readonly Lookup[]): number {
    let unexplained = 0;
    for (const l of lookups) if (l.explanation.verdict === 'unexplained') unexplained++;
    const days = (recent.get(actor) ?? []).filter((d) => d.day > openDay - RECENT_DAYS);
    days.push({ day: openDay, unexplained });
    recent.set(actor, days);
    return days.reduce((sum, d) => sum + d.unexplained, 0);
  }

  function forget(): void {
    for (const subjects of history.values())
      for (const [subject, at] of subjects)
        if (openDay - localDay(at) > HISTORY_DAYS) subjects.delete(subject);
  }

  return {
    observe,
    closeDay,
    signals: () => signals,
    coverage: () => [...coverage.values()].sort((a, b) => (a.system < b.system ? -1 : 1)),
    workload: () => ({ officials: recent.size, days, officialDays }),
    late: () => late,
  };
}

/** Template E7: an unexplained search shortly before an explained record was a way to find it. */
function settleSearches(lookups: readonly Lookup[]): Lookup[] {
  return lookups.map((lookup, index) => {
    if (lookup.explanation.verdict !== 'unexplained' || lookup.event.action !== 'search')
      return lookup;
    for (let next = index + 1; next < lookups.length; next++) {
      const other = lookups[next];
      if (other === undefined || other.event.occurredAt - lookup.event.occurredAt > SEARCH_LEADS_MS)
        break;
      const leads =
        other.explanation.verdict === 'explained' && other.event.queryKey === lookup.event.queryKey;
      if (leads && other.event.action !== 'search')
        return { ...lookup, explanation: EXPLAINED_BY_SEARCH };
    }
    return lookup;
  });
}
