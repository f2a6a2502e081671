// Folds events into hourly facts per source, on which the logs themselves are judged.
import type { AuditEvent } from '../domain/event.ts';
import type { SequenceGap, SourceFacts, SourceHour } from '../domain/source-facts.ts';
import { HOUR_MS } from '../domain/time.ts';

/** A number this far back is a counter that began again, not a line that came late. */
const RESTART = 10_000;
/** Open gaps kept per source: a source that skips everywhere must not fill memory. */
const MAX_GAPS = 10_000;
/** Delays kept per hour, for their median. */
const MAX_SAMPLES = 64;

type Gap = SequenceGap & { first: number; last: number };
type Hour = SourceHour & { lags: number[] };
type Source = {
  system: string;
  instance: string;
  hours: Map<number, Hour>;
  next: number | null;
  last: { at: number; eventId: string } | null;
  gaps: Gap[];
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
      source = { system, instance, hours: new Map(), next: null, last: null, gaps: [] };
      sources.set(key, source);
    }
    return source;
  }
  function hourOf(source: Source, at: number): Hour {
    const hour = Math.floor(at / HOUR_MS);
    let facts = source.hours.get(hour);
    if (facts === undefined) {
      facts = {
        ...{ hour, events: 0, deadLetters: 0, duplicates: 0, firstAt: at, lastAt: at },
        ...{ numbered: 0, gaps: [], lag: null, ahead: 0, lags: [] },
      };
      source.hours.set(hour, facts);
    }
    return facts;
  }

  function count(source: Source, event: AuditEvent, sequence: number): void {
    const { next, last } = source;
    if (next === null || last === null || sequence < next - RESTART || sequence <= 1) {
      // The first number, or a counter that began again: what is missing before it cannot be known.
      if (next === null || sequence < next) source.next = sequence + 1;
      if (next === null || sequence < next) return;
    }
    if (next === null || last === null) return;
    if (sequence >= next) {
      if (sequence > next && source.gaps.length < MAX_GAPS)
        source.gaps.push({
          count: sequence - next,
          ...{ from: last.at, to: event.occurredAt, before: last.eventId, after: event.eventId },
          ...{ first: next, last: sequence - 1 },
        });
      source.next = sequence + 1;
    } else fill(source, sequence);
  }

  /** A late number: its gap shrinks, or is cut in two. The newest gaps are the likely ones. */
  function fill(source: Source, sequence: number): void {
    for (let i = source.gaps.length - 1; i >= 0 && i >= source.gaps.length - 64; i--) {
      const gap = source.gaps[i];
      if (gap === undefined || sequence < gap.first || sequence > gap.last) continue;
      const parts = [
        { ...gap, last: sequence - 1, count: sequence - gap.first },
        { ...gap, first: sequence + 1, count: gap.last - sequence },
      ].filter((part) => part.count > 0);
      source.gaps.splice(i, 1, ...parts);
      return;
    }
  }

  return {
    observe(event: AuditEvent, arrivedAt: number | null): void {
      const { system, instance, occurredAt, sequence } = event;
      const source = sourceOf(system, instance);
      const hour = hourOf(source, occurredAt);
      hour.events++;
      hour.firstAt = Math.min(hour.firstAt, occurredAt);
      hour.lastAt = Math.max(hour.lastAt, occurredAt);
      until = Math.max(until, occurredAt);
      // A date without a time says nothing about a clock.
      if (arrivedAt !== null && !event.isDateOnly) {
        hour.ahead = Math.max(hour.ahead, occurredAt - arrivedAt);
        if (hour.lags.length < MAX_SAMPLES) hour.lags.push(arrivedAt - occurredAt);
        else hour.lags[hour.events % MAX_SAMPLES] = arrivedAt - occurredAt;
      }
      if (sequence !== null) {
        hour.numbered++;
        count(source, event, sequence);
      }
      source.last = { at: occurredAt, eventId: event.eventId };
    },
    /** The facts so far; gaps stand in the hour in which they ended. */
    facts(): SourceFacts[] {
      return [...sources.values()].map((source) => {
        const gapsByHour = new Map<number, SequenceGap[]>();
        for (const { first: _first, last: _last, ...gap } of source.gaps) {
          const hour = Math.floor(gap.to / HOUR_MS);
          gapsByHour.set(hour, [...(gapsByHour.get(hour) ?? []), gap]);
        }
        const hours = [...source.hours.values()]
          .sort((a, b) => a.hour - b.hour)
          .map(({ lags, ...hour }) => ({
            ...hour,
            gaps: gapsByHour.get(hour.hour) ?? [],
            lag: medianOf(lags),
          }));
        return { system: source.system, instance: source.instance, hours, until };
      });
    },
  };
}

function medianOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? null;
}
