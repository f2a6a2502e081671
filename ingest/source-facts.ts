// The facts on which logs are judged, put together from what is stored of them.
import type {
  SequenceGap,
  SourceFacts,
  SourceHour,
  SourceRun,
  StoredCount,
} from '../domain/source-facts.ts';
import { createSequence, gapsByHour } from './sequence-gaps.ts';
import { hourOf, quietHour } from './source-hours.ts';

/** Hours by whose delays one is expected: a week. */
const WEEK_HOURS = 168;
/** Share of those hours that came within the delay that is expected; the rest was late. */
const WITHIN = 0.95;
/** Counts are written every minute or so, and lines are under way. */
const SLACK_MS = 15 * 60_000;

const keyOf = ({ system, instance }: { system: string; instance: string }): string =>
  `${system}\0${instance}`;

function grouped<T extends { system: string; instance: string }>(
  all: readonly T[],
): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return groups;
}

/** Last instant of all sources that a right clock can have told by `now`; 0 without one. */
export const newestOf = (counts: readonly StoredCount[], now: number): number =>
  counts.reduce(
    (newest, { possibleAt }) => (possibleAt <= now ? Math.max(newest, possibleAt) : newest),
    0,
  );

/**
 * Up to when silence of a source says something. Where its usual delay is known: the time of day less that
 * delay, so that it shows also when nothing comes from anybody, and a log that comes once a day is not
 * missed before. Else the last event of all sources: old files that are read say nothing of today.
 */
function untilOf(hours: readonly SourceHour[], newest: number, now: number): number {
  const lags = hours.flatMap(({ lag, firstAt }) => (lag === null || firstAt > now ? [] : [lag]));
  const week = lags.slice(-WEEK_HOURS).sort((a, b) => a - b);
  const delay = week[Math.ceil(week.length * WITHIN) - 1];
  return delay === undefined ? newest : now - Math.max(0, delay) - SLACK_MS;
}

function gapsOf(runs: readonly SourceRun[]): Map<number, SequenceGap[]> {
  const sequence = createSequence();
  for (const run of runs) sequence.take(run);
  return gapsByHour(sequence.gaps(), hourOf);
}

/**
 * Facts of every source that was counted: hours and runs in order of time per source, `now` in epoch ms.
 * Holes are what the runs leave open, whoever counted their numbers.
 */
export function sourceFacts(
  counts: readonly StoredCount[],
  runs: readonly SourceRun[],
  now: number,
): SourceFacts[] {
  const newest = newestOf(counts, now);
  const bySource = grouped(runs);
  return [...grouped(counts)].map(([key, own]) => {
    const gaps = gapsOf(bySource.get(key) ?? []);
    const [{ system, instance } = { system: '', instance: '' }] = own;
    const hours = own.map(({ system: _s, instance: _i, possibleAt: _p, ...hour }): SourceHour => {
      const ended = gaps.get(hour.hour) ?? [];
      gaps.delete(hour.hour);
      return { ...hour, gaps: ended };
    });
    // Counted nowhere, as after a crash, but stored: a hole in it is one all the same.
    for (const ended of gaps.values())
      hours.push({ ...quietHour(ended[0]?.to ?? 0), lag: null, gaps: ended });
    hours.sort((a, b) => a.hour - b.hour);
    return { system, instance, hours, until: untilOf(hours, newest, now) };
  });
}
