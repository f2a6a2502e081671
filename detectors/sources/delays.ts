// What delay is usual for a source, from those of a week.

/** Hours whose delays are remembered, and how many must be known before one is judged. */
const WEEK_HOURS = 168;
const MIN_HOURS = 24;

/** Milliseconds: the median delay, and the span in which eight of ten hours lie. */
export type UsualDelay = { usual: number; spread: number };

export type Delays = ReturnType<typeof createDelays>;
/**
 * Delays hour by hour. A log that comes once a day has delays of hours and of a day alike: what lies within
 * their span is neither late nor a wrong clock.
 */
export function createDelays() {
  const week: number[] = [];
  return {
    learn(lag: number): void {
      week.push(lag);
      if (week.length > WEEK_HOURS) week.shift();
    },
    /** Null while less than a day is known. */
    usual(): UsualDelay | null {
      if (week.length < MIN_HOURS) return null;
      const sorted = [...week].sort((a, b) => a - b);
      const at = (share: number): number => sorted[Math.floor(share * sorted.length)] ?? 0;
      return { usual: at(0.5), spread: at(0.9) - at(0.1) };
    },
  };
}
