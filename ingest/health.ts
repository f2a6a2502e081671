// Folds events into hourly facts per source, on which the logs themselves are judged.
import type { AuditEvent } from '../domain/event.ts';
import type { SourceFacts } from '../domain/source-facts.ts';
import { createSequence, gapsByHour, type Sequence } from './sequence-gaps.ts';
import { countEvent, counted, hourOf, type OpenHour } from './source-hours.ts';

type Source = {
  system: string;
  instance: string;
  hours: Map<number, OpenHour>;
  sequence: Sequence;
};

export type SourceHealth = ReturnType<typeof createSourceHealth>;
/**
 * Takes events in about the order of event time. `arrivedAt` is null where it is not known, as when old
 * files are read. Numbers that come late close the gap that they left.
 */
export function createSourceHealth() {
  const sources = new Map<string, Source>();
  let until = 0;

  function sourceOf(system: string, instance: string): Source {
    const key = `${system}\0${instance}`;
    let source = sources.get(key);
    if (source === undefined) {
      source = { system, instance, hours: new Map(), sequence: createSequence() };
      sources.set(key, source);
    }
    return source;
  }

  return {
    observe(event: AuditEvent, arrivedAt: number | null): void {
      const { system, instance, occurredAt: at, sequence: number, eventId } = event;
      const { hours, sequence } = sourceOf(system, instance);
      countEvent(hours, event, arrivedAt);
      until = Math.max(until, at);
      if (number !== null)
        sequence.take({
          first: number,
          last: number,
          firstAt: at,
          firstId: eventId,
          lastAt: at,
          lastId: eventId,
        });
    },
    /** The facts so far; gaps stand in the hour in which they ended. */
    facts(): SourceFacts[] {
      return [...sources.values()].map(({ system, instance, hours: open, sequence }) => {
        const gaps = gapsByHour(sequence.gaps(), hourOf);
        const hours = [...open.values()]
          .sort((a, b) => a.hour - b.hour)
          .map((hour) => ({ ...counted(hour), gaps: gaps.get(hour.hour) ?? [] }));
        return { system, instance, hours, until };
      });
    },
  };
}
