import type { z } from 'zod';
import type { Source } from '../api/schemas/operations.ts';
import { DAY_MS, HOUR_MS, localDay, startOfDay } from '../domain/time.ts';
import type { DeadLetterStore } from '../storage/dead-letters.ts';
import type { createReviewLookups } from '../storage/review-lookups.ts';

const WINDOW_MS = 14 * DAY_MS;
/** Hours in a row without events that count as a gap where there usually are some. */
const GAP_HOURS = 3;
/** Shares of the usual pause after which a source is late, then silent. */
const LATE = 1.5;
const SILENT = 3;

type Lookups = ReturnType<typeof createReviewLookups>;

/**
 * Health of every source, judged by its own rhythm. Time is that of the newest event of all sources:
 * in a replay the clock on the wall says nothing but what cannot have happened yet.
 */
export async function sourcesOf(
  lookups: Lookups,
  deadLetters: DeadLetterStore,
): Promise<z.output<typeof Source>[]> {
  const first = await lookups.sources(0);
  // A source with a clock that is ahead must not make the others look silent.
  const newest = Math.min(Date.now(), Math.max(0, ...first.map((s) => s.lastAt)));
  const sources = await lookups.sources(startOfDay(localDay(newest)));
  const letters = (await deadLetters.list('', 0, 0)).counts;
  return Promise.all(
    sources.map(
      async ({ system, instance, events, eventsToday, lastAt, firstAt, missingSequence }) => {
        const from = Math.max(firstAt, newest - WINDOW_MS);
        const hours = await lookups.perHour(system, instance, { from, to: newest + 1 });
        const { gaps, longest } = gapsOf(hours, from, newest);
        const pause = newest - lastAt;
        const usual = Math.max(HOUR_MS, longest);
        return {
          ...{ system, instance, events, eventsToday, lastEventAt: lastAt, gaps, missingSequence },
          state: pause > usual * SILENT ? 'silent' : pause > usual * LATE ? 'late' : 'fresh',
          deadLetters: letters
            .filter((l) => l.source.includes(system))
            .reduce((sum, l) => sum + l.letters, 0),
        };
      },
    ),
  );
}

/**
 * Runs of empty hours at times of the week at which most weeks have events, and the longest pause that
 * is usual here (nights and weekends included).
 */
export function gapsOf(
  perHour: ReadonlyMap<number, number>,
  from: number,
  to: number,
): { gaps: { from: number; to: number }[]; longest: number } {
  const first = Math.ceil(from / HOUR_MS);
  const last = Math.floor(to / HOUR_MS);
  const isUsual = (hour: number): boolean => {
    let weeks = 0;
    let busy = 0;
    for (let other = hour % 168; other < last; other += 168) {
      if (other < first || other === hour) continue;
      weeks += 1;
      if ((perHour.get(other) ?? 0) > 0) busy += 1;
    }
    return weeks > 0 && busy === weeks;
  };
  const gaps: { from: number; to: number }[] = [];
  const pauses: number[] = [];
  let run: number[] = [];
  const close = (): void => {
    const [start] = run;
    if (start !== undefined) {
      pauses.push(run.length * HOUR_MS);
      if (run.filter(isUsual).length >= GAP_HOURS)
        gaps.push({ from: start * HOUR_MS, to: (start + run.length) * HOUR_MS });
    }
    run = [];
  };
  for (let hour = first; hour < last; hour++)
    if ((perHour.get(hour) ?? 0) === 0) run.push(hour);
    else close();
  pauses.sort((a, b) => a - b);
  // The very longest may be the fault itself; the one before it is what happens every weekend.
  return { gaps, longest: pauses.at(-2) ?? pauses.at(-1) ?? 0 };
}
