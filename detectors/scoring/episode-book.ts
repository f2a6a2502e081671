import type { Signal } from '../../domain/signal.ts';
import type { Token } from '../../domain/token.ts';
import { type Episode, entityOf, toEpisodes } from './episodes.ts';
import {
  classOf,
  type Frequency,
  floodOf,
  matterOf,
  serialEvidence,
  warmFrom,
} from './evidence.ts';
import { compareInRole, excessOfRoles, type InRole, peersOf } from './fair.ts';

/** One official or person: what is said of them by whom, and what it came to when last asked. */
type Page = {
  said: Map<string, Signal[]>;
  episodes: { episode: Episode; own: InRole }[];
  /** Classes of its rules: how often those speak elsewhere changes what they weigh here. */
  classes: Set<string>;
};

export type EpisodeBook = ReturnType<typeof createEpisodeBook>;
/**
 * The episodes of signals that change a few at a time, as `weighEpisodes` would make them of all. Episodes of
 * one official rest on their own signals; of others they take how often each class of rules speaks, and what
 * the role has too much. So what changed is made anew, and of the rest the last step only: a look at an open
 * day costs what is new in it, however many weeks stand behind it.
 */
export function createEpisodeBook() {
  /** By source: the signals it stands for now. */
  const sources = new Map<string, readonly Signal[]>();
  const pages = new Map<Token, Page>();
  const changed = new Set<Token>();
  /** Rules by class and matter, and days by number of signals: both are counted over everybody. */
  const matters = new Map<string, number>();
  const counts = new Map<string, number>();
  const days = new Map<number, number>();
  const pagesOf = new Map<string, Set<Token>>();
  /** What the pages were weighed with. */
  let floods = new Map<string, number>();
  let firstDay = Number.NaN;

  /** Counts a signal of somebody in, or out again (`by` -1). */
  function count(signal: Signal, by: 1 | -1): void {
    bump(days, signal.day, by);
    if (signal.kind !== 'rule') return;
    const matter = matterOf(signal);
    const before = matters.get(matter) ?? 0;
    bump(matters, matter, by);
    if (before === 0 || before + by === 0) bump(counts, classOf(signal), by);
  }

  function pageOf(entity: Token): Page {
    let page = pages.get(entity);
    if (page === undefined) {
      page = { said: new Map(), episodes: [], classes: new Set() };
      pages.set(entity, page);
    }
    return page;
  }

  function reweigh(entity: Token, frequency: Omit<Frequency, 'serial'>): void {
    const page = pageOf(entity);
    for (const name of page.classes) pagesOf.get(name)?.delete(entity);
    if (page.said.size === 0) {
      pages.delete(entity);
      return;
    }
    const signals = [...page.said.values()].flat();
    const serial = serialEvidence(signals, warmFrom(frequency.firstDay));
    page.episodes = toEpisodes(signals, { ...frequency, serial }).map((episode) => {
      const { evidence, lastDay } = episode;
      return { episode, own: { evidence, lastDay, peers: peersOf(episode) } };
    });
    page.classes = new Set(signals.filter((s) => s.kind === 'rule').map(classOf));
    for (const name of page.classes) {
      const those = pagesOf.get(name) ?? new Set();
      pagesOf.set(name, those.add(entity));
    }
  }

  return {
    /** What a source says from now on, instead of what it said before. */
    say(source: string, signals: readonly Signal[]): void {
      for (const signal of sources.get(source) ?? []) {
        count(signal, -1);
        const entity = entityOf(signal);
        if (entity === null) continue;
        pages.get(entity)?.said.delete(source);
        changed.add(entity);
      }
      if (signals.length === 0) sources.delete(source);
      else sources.set(source, signals);
      for (const signal of signals) {
        count(signal, 1);
        const entity = entityOf(signal);
        if (entity === null) continue;
        const { said } = pageOf(entity);
        const own = said.get(source);
        if (own === undefined) said.set(source, [signal]);
        else own.push(signal);
        changed.add(entity);
      }
    },
    /**
     * The episodes of everything said; `officialDays` of the days of the signals, `began`: first day of the
     * logs. Each stays the same object for as long as nothing in it changes but its evidence and score.
     */
    episodes(officialDays: number, began: number): Episode[] {
      let first = began;
      for (const day of days.keys()) first = Math.min(first, day);
      const frequency = { officialDays, firstDay: first, counts };
      // What needs a past is worth less in its first days: that changes everybody's.
      if (first !== firstDay) for (const entity of pages.keys()) changed.add(entity);
      firstDay = first;
      const now = new Map<string, number>();
      for (const name of counts.keys()) {
        const flood = floodOf(name, frequency);
        if (flood > 0) now.set(name, flood);
      }
      for (const name of new Set([...now.keys(), ...floods.keys()]))
        if (now.get(name) !== floods.get(name))
          for (const entity of pagesOf.get(name) ?? []) changed.add(entity);
      floods = now;
      for (const entity of changed) reweigh(entity, frequency);
      changed.clear();
      const all = [...pages.values()].flatMap((page) => page.episodes);
      const excess = excessOfRoles(all.map(({ own }) => own));
      for (const { episode, own } of all) compareInRole(episode, own, excess);
      return all.map(({ episode }) => episode);
    },
  };
}

function bump<K>(counts: Map<K, number>, key: K, by: number): void {
  const now = (counts.get(key) ?? 0) + by;
  if (now === 0) counts.delete(key);
  else counts.set(key, now);
}
