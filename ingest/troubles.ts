// Lines that came to nothing, per source and hour: what a changed format or a sender that repeats shows by.
import type { SourceFacts, SourceHour } from '../domain/source-facts.ts';
import { HOUR_MS } from '../domain/time.ts';

/** A stored event near the line at hand: a line that cannot be read says nothing of its own source. */
export type Near = { system: string; instance: string; occurredAt: number };
type Count = { deadLetters: number; duplicates: number };

export type Troubles = ReturnType<typeof createTroubles>;
/**
 * Counts set-aside and repeated lines. A line that is set aside counts for the source and the hour of the
 * event before it in the same input; those before the first wait for it.
 */
export function createTroubles() {
  const counts = new Map<string, Near & Count>();
  const last = new Map<string, Near>();
  const waiting = new Map<string, number>();

  function countOf({ system, instance, occurredAt }: Near): Count {
    const hour = Math.floor(occurredAt / HOUR_MS);
    const key = `${system}\0${instance}\0${hour}`;
    let count = counts.get(key);
    if (count === undefined) {
      count = { system, instance, occurredAt, deadLetters: 0, duplicates: 0 };
      counts.set(key, count);
    }
    return count;
  }

  return {
    /** An event of this input was read. */
    event(input: string, near: Near): void {
      last.set(input, near);
      const waited = waiting.get(input);
      if (waited === undefined) return;
      waiting.delete(input);
      countOf(near).deadLetters += waited;
    },
    dead(input: string): void {
      const near = last.get(input);
      if (near === undefined) waiting.set(input, (waiting.get(input) ?? 0) + 1);
      else countOf(near).deadLetters++;
    },
    duplicate(near: Near): void {
      countOf(near).duplicates++;
    },
    /** Facts of sources with these counts in their hours. */
    addTo(facts: readonly SourceFacts[]): SourceFacts[] {
      return facts.map((source) => {
        const hours = new Map(source.hours.map((hour) => [hour.hour, hour]));
        for (const { system, instance, occurredAt, deadLetters, duplicates } of counts.values()) {
          if (system !== source.system || instance !== source.instance) continue;
          const hour = Math.floor(occurredAt / HOUR_MS);
          const known = hours.get(hour) ?? quietHour(hour, occurredAt);
          hours.set(hour, {
            ...known,
            deadLetters: known.deadLetters + deadLetters,
            duplicates: known.duplicates + duplicates,
          });
        }
        return { ...source, hours: [...hours.values()].sort((a, b) => a.hour - b.hour) };
      });
    },
  };
}

const quietHour = (hour: number, at: number): SourceHour => ({
  ...{ hour, events: 0, deadLetters: 0, duplicates: 0, firstAt: at, lastAt: at },
  ...{ numbered: 0, gaps: [], lag: null, ahead: 0 },
});
