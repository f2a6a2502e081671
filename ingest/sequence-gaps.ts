// Numbers of one source that never came. Events one by one and runs out of the store go the same way, so
// that both see the same holes.
import type { SequenceGap, SequenceRun } from '../domain/source-facts.ts';

/** A number this far back is a counter that began again, not a line that came late. */
const RESTART = 10_000;
/** Open gaps kept per source: a source that skips everywhere must not fill memory. */
const MAX_GAPS = 10_000;
/** A late number belongs to one of the newest gaps, most likely. */
const NEWEST = 64;

type Gap = Omit<SequenceGap, 'count'> & { first: number; last: number };

export type Sequence = ReturnType<typeof createSequence>;
/** Takes runs of one source in about the order of event time; numbers that come late close their gap. */
export function createSequence() {
  const gaps: Gap[] = [];
  let next: number | null = null;
  let end = { at: 0, eventId: '' };

  /** Late numbers: a gap shrinks, or is cut in two. */
  function fill(first: number, last: number): void {
    for (let i = gaps.length - 1; i >= Math.max(0, gaps.length - NEWEST); i--) {
      const gap = gaps[i];
      if (gap === undefined || last < gap.first || first > gap.last) continue;
      const parts = [
        { ...gap, last: first - 1 },
        { ...gap, first: last + 1 },
      ].filter((part) => part.first <= part.last);
      gaps.splice(i, 1, ...parts);
    }
  }

  return {
    take({ first, last, firstAt, firstId, lastAt, lastId }: SequenceRun): void {
      // The first number, or a counter that began again: what is missing before it cannot be known.
      const isStart = next === null || (first < next && (first < next - RESTART || first <= 1));
      if (next !== null && !isStart) {
        if (first < next) fill(first, Math.min(last, next - 1));
        if (first > next && gaps.length < MAX_GAPS)
          gaps.push({
            ...{ from: end.at, to: firstAt, before: end.eventId, after: firstId },
            ...{ first: next, last: first - 1 },
          });
        if (last < next) return;
      }
      next = last + 1;
      end = { at: lastAt, eventId: lastId };
    },
    gaps: (): SequenceGap[] =>
      gaps.map(({ first, last, ...gap }) => ({ count: last - first + 1, ...gap })),
  };
}

/** Gaps by the hour in which they ended. */
export function gapsByHour(
  gaps: readonly SequenceGap[],
  hourOf: (at: number) => number,
): Map<number, SequenceGap[]> {
  const byHour = new Map<number, SequenceGap[]>();
  for (const gap of gaps) {
    const hour = hourOf(gap.to);
    const known = byHour.get(hour);
    if (known === undefined) byHour.set(hour, [gap]);
    else known.push(gap);
  }
  return byHour;
}
