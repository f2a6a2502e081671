// Lines that came to nothing, per source and hour: what a changed format or a sender that repeats shows by.
import type { SourceFacts } from '../domain/source-facts.ts';
import { hourOf, quietHour } from './source-hours.ts';

/** A stored event near the line at hand: a line that cannot be read says nothing of its own source. */
export type Near = { system: string; instance: string; occurredAt: number };
type Count = { deadLetters: number; duplicates: number };

/** Who hears of the lines of an input, in their order. `letterId` tells one set-aside line from another. */
export type TroubleCounter = {
  /** An event of this input was read. */
  event(input: string, near: Near): void;
  dead(input: string, letterId: string): void;
  duplicate(near: Near): void;
};

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
    const key = `${system}\0${instance}\0${hourOf(occurredAt)}`;
    let count = counts.get(key);
    if (count === undefined) {
      count = { system, instance, occurredAt, deadLetters: 0, duplicates: 0 };
      counts.set(key, count);
    }
    return count;
  }

  return {
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
          const hour = hourOf(occurredAt);
          const known = hours.get(hour) ?? { ...quietHour(occurredAt), gaps: [], lag: null };
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
