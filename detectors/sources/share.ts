// Days on which lines of a kind make up a larger share of a source than they used to.
import type { SourceFacts, SourceHour } from '../../domain/source-facts.ts';
import { HOUR_MS, localDay } from '../../domain/time.ts';
import { fromLn, lnTail } from '../kit/statistics.ts';

/** Dispersion: bad lines come in runs. */
const PHI = 0.5;
/** What is expected before anything is known: one line in a hundred, of a hundred lines. */
const PRIOR = { bad: 1, all: 100 };

export type RisenDay = { from: number; to: number; bad: number; expected: number; p: number };

/**
 * Days on which at least `least` lines are bad and so many are improbable (below `p`) by the share before.
 * Days in a row are one. What was told does not teach: a format that stays broken stays told.
 */
export function risenDays(
  facts: SourceFacts,
  count: (hour: SourceHour) => number,
  { p, least }: { p: number; least: number },
): RisenDay[] {
  const days = new Map<number, { all: number; bad: number; from: number; to: number }>();
  for (const hour of facts.hours) {
    const bad = count(hour);
    const day = localDay(hour.hour * HOUR_MS);
    const known = days.get(day) ?? { all: 0, bad: 0, from: hour.hour * HOUR_MS, to: hour.lastAt };
    days.set(day, {
      ...{ all: known.all + hour.events + bad, bad: known.bad + bad, from: known.from },
      to: Math.max(known.to, hour.lastAt),
    });
  }
  const risen: RisenDay[] = [];
  let before = { ...PRIOR };
  let isOpen = false;
  for (const { all, bad, from, to } of days.values()) {
    const expected = (all * before.bad) / before.all;
    const chance = bad < least ? 1 : fromLn(lnTail(bad, expected, PHI));
    const open = risen.at(-1);
    if (chance >= p) {
      isOpen = false;
      before = { bad: before.bad + bad, all: before.all + all };
    } else if (isOpen && open !== undefined) {
      open.to = to;
      open.bad += bad;
      open.expected += expected;
      open.p = Math.min(open.p, chance);
    } else {
      isOpen = true;
      risen.push({ from, to, bad, expected, p: chance });
    }
  }
  return risen;
}
