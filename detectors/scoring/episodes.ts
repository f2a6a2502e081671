import type { Signal } from '../../domain/signal.ts';
import type { Token } from '../../domain/token.ts';
import type { Severity, Typology } from '../../domain/typology.ts';
import { combineP } from './combine.ts';
import { episodeEvidence, type Frequency } from './evidence.ts';
import { namesInDay } from './naming.ts';
import { scoreOf } from './severity.ts';

/** Days without the same official looking up the same person after which a new episode starts. */
const SERIES_GAP_DAYS = 7;

/**
 * What one alert is about: one official, a day or a series of days on the same person; or, without an
 * official, one person whom several officials looked up.
 */
export type Episode = {
  actor: Token | null;
  /** The official, or else the person: who the alert is about, part of its id. */
  entity: Token;
  typology: Typology;
  /** First local day: part of the alert's id, so a series keeps its id while it grows. */
  firstDay: number;
  lastDay: number;
  signals: Signal[];
  p: number;
  /** log10 of the likelihood ratio, capped: what ranks it. */
  evidence: number;
  score: number;
  /** Lowest severity that the rule at its head allows. */
  floor: Severity;
  hasRule: boolean;
};

/** Signals that may reinforce an episode but are too weak to be named in it are left out. */
const SUPPORT_LIMIT = 0.05;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Whom a signal is about; a signal about nobody cannot be part of an alert. */
export const entityOf = (signal: Signal): Token | null =>
  signal.actor ?? signal.subject ?? signal.subjects[0] ?? null;

/**
 * Groups signals into episodes: everything of one official on one local day (of one person, for
 * signals without an official), and a rule signal joins
 * the episode of the same rule and person up to seven days back. Episodes that only hold support
 * are no episodes. The result is ordered by official, then day, whatever the order of the signals.
 */
export function toEpisodes(
  signals: readonly Signal[],
  frequency: Frequency | null = null,
): Episode[] {
  const names = new Map<Signal, number>();
  const nameFor = (signal: Signal): number => names.get(signal) ?? 0;
  /** Best name first; ties by p, name and what it is about, so that the order is total. */
  const byName = (a: Signal, b: Signal): number =>
    nameFor(b) - nameFor(a) ||
    a.p - b.p ||
    compare(a.typology, b.typology) ||
    a.day - b.day ||
    compare(a.subject ?? '', b.subject ?? '') ||
    compare(a.eventIds[0] ?? '', b.eventIds[0] ?? '');
  const days = new Map<string, Signal[]>();
  for (const signal of signals) {
    if (signal.kind !== 'rule' && signal.p > SUPPORT_LIMIT) continue;
    const entity = entityOf(signal);
    if (entity === null) continue;
    const key = `${entity}\0${String(signal.day).padStart(8, '0')}`;
    const list = days.get(key);
    if (list === undefined) days.set(key, [signal]);
    else list.push(signal);
  }
  const episodes: Episode[] = [];
  const open = new Map<string, Episode>();
  for (const key of [...days.keys()].sort()) {
    const list = days.get(key) ?? [];
    for (const [signal, name] of namesInDay(list)) names.set(signal, name);
    list.sort(byName);
    const [head] = list;
    if (head === undefined || head.kind === 'support') continue;
    const { actor, day } = head;
    const entity = actor ?? entityOf(head);
    if (entity === null) continue;
    const earlier = list
      .filter((s) => s.kind === 'rule')
      .flatMap((s) => s.subjects.map((subject) => open.get(`${entity}\0${s.typology}\0${subject}`)))
      .find((e) => e !== undefined && day - e.lastDay <= SERIES_GAP_DAYS);
    const episode: Episode = earlier ?? {
      actor,
      entity,
      typology: head.typology,
      firstDay: day,
      lastDay: day,
      signals: [],
      p: 1,
      evidence: 0,
      score: 0,
      floor: 'low',
      hasRule: false,
    };
    episode.signals.push(...list);
    episode.lastDay = day;
    if (earlier === undefined) episodes.push(episode);
    for (const s of list)
      if (s.kind === 'rule')
        for (const subject of s.subjects) open.set(`${entity}\0${s.typology}\0${subject}`, episode);
  }
  for (const episode of episodes) {
    // What a series began as is part of the alert's id; what it turned out to be comes first in it.
    episode.signals.sort(byName);
    weigh(episode, frequency);
  }
  return episodes;
}

function weigh(episode: Episode, frequency: Frequency | null): void {
  const [head] = episode.signals;
  if (head === undefined) return;
  episode.hasRule = episode.signals.some((s) => s.kind === 'rule');
  episode.p = combineP(episode.signals.map((s) => s.p));
  episode.evidence = episodeEvidence(episode.signals, frequency);
  episode.score = scoreOf(episode.evidence);
  episode.floor = head.kind === 'rule' ? head.floor : 'low';
}
