/** Counts of fewer people or lookups than this say something about persons. */
export const LEAST_SHOWN = 5;

export type Counted = { name: string; count: number };
/** A count of null is not shown. */
export type Shown = { rows: { name: string; count: number | null }[]; total: number | null };

/**
 * Leaves out counts of one to four. One that is left out alone could be found by subtraction from the
 * total: then the next smallest goes too, and where there is none, the total.
 */
export function withoutSmall(counts: readonly Counted[]): Shown {
  const isSmall = ({ count }: Counted): boolean => count > 0 && count < LEAST_SHOWN;
  const hidden = new Set(counts.filter(isSmall).map((c) => c.name));
  const total = counts.reduce((n, c) => n + c.count, 0);
  let isTotalShown = total === 0 || total >= LEAST_SHOWN;
  if (hidden.size === 1) {
    const next = counts
      .filter((c) => c.count >= LEAST_SHOWN)
      .sort((a, b) => a.count - b.count || (a.name < b.name ? -1 : 1))[0];
    if (next === undefined) isTotalShown = false;
    else hidden.add(next.name);
  }
  // The sum of all that are hidden can be found too: it must be no small number either.
  const sum = counts.reduce((n, c) => (hidden.has(c.name) ? n + c.count : n), 0);
  if (hidden.size > 0 && sum < LEAST_SHOWN) isTotalShown = false;
  return {
    rows: counts.map(({ name, count }) => ({ name, count: hidden.has(name) ? null : count })),
    total: isTotalShown ? total : null,
  };
}

/** One count by itself. */
export const shownCount = (count: number): number | null =>
  count > 0 && count < LEAST_SHOWN ? null : count;
