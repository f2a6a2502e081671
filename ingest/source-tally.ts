// What one process saw of its sources, hour by hour, for the store, where the counts of all processes add up.
import type { AuditEvent } from '../domain/event.ts';
import type { SourceCount } from '../domain/source-facts.ts';
import { countEvent, counted, type OpenHour, openHour } from './source-hours.ts';
import type { Near, TroubleCounter } from './troubles.ts';

/** Hours held before a new writer begins: a process that runs for years must not fill memory. */
const MAX_HOURS = 5_000;
/** Inputs of which the last event is remembered. */
const MAX_INPUTS = 10_000;

type Source = { system: string; instance: string; hours: Map<number, OpenHour> };

/** Rows of one writer: each holds everything that it counted of an hour so far, and replaces the one before. */
export type Tallied = { writer: string; counts: SourceCount[] };
export type SourceTally = TroubleCounter & {
  /** A stored event; `arrivedAt` in epoch ms, null where it is not known. */
  observe(event: AuditEvent, arrivedAt: number | null): void;
  /** The hours that changed since the last call. */
  take(): Tallied;
};

/** Sets `key`, and forgets the one that came first of more than MAX_INPUTS. */
function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.set(key, value);
  if (map.size <= MAX_INPUTS) return;
  const [first] = map.keys();
  if (first !== undefined) map.delete(first);
}

/**
 * Counts events, repeated and set-aside lines. A line that is set aside counts for the source and the hour
 * of the event before it in the same input; those before the first wait for it. `newWriter` gives a name
 * that nobody else has.
 */
export function createSourceTally(newWriter: () => string): SourceTally {
  let writer = newWriter();
  const sources = new Map<string, Source>();
  const changed = new Map<OpenHour, Source>();
  const last = new Map<string, Near>();
  const waiting = new Map<string, number>();

  function sourceOf({ system, instance }: Pick<Near, 'system' | 'instance'>): Source {
    const key = `${system}\0${instance}`;
    let source = sources.get(key);
    if (source === undefined) {
      source = { system, instance, hours: new Map() };
      sources.set(key, source);
    }
    return source;
  }
  function hourNear(near: Near): OpenHour {
    const source = sourceOf(near);
    const hour = openHour(source.hours, near.occurredAt);
    changed.set(hour, source);
    return hour;
  }

  return {
    observe(event, arrivedAt) {
      const source = sourceOf(event);
      changed.set(countEvent(source.hours, event, arrivedAt), source);
    },
    event(input, { system, instance, occurredAt }) {
      remember(last, input, { system, instance, occurredAt });
      const waited = waiting.get(input);
      if (waited === undefined) return;
      waiting.delete(input);
      hourNear({ system, instance, occurredAt }).deadLetters += waited;
    },
    dead(input) {
      const near = last.get(input);
      if (near === undefined) remember(waiting, input, (waiting.get(input) ?? 0) + 1);
      else hourNear(near).deadLetters++;
    },
    duplicate(near) {
      hourNear(near).duplicates++;
    },
    take() {
      const counts = [...changed].map(([hour, { system, instance }]) => ({
        ...{ system, instance },
        ...counted(hour),
      }));
      const taken = { writer, counts };
      changed.clear();
      let held = 0;
      for (const { hours } of sources.values()) held += hours.size;
      if (held > MAX_HOURS) {
        // What comes later of an hour that is forgotten adds to it under another name.
        sources.clear();
        writer = newWriter();
      }
      return taken;
    },
  };
}
