import type { Confidential, ConfidentialMark } from '../domain/confidential.ts';
import type { Store } from './client.ts';

type Key = { system: string; eventId: string };
const keyOf = (system: string, id: string): string => `${system}\0${id}`;

/** What sources said about the confidentiality of their events. */
export const createConfidentialStore = (store: Store) => {
  let newest = 0;
  return {
    /** Keeps marks in the order given, from this instant (epoch ms) on. One that comes again adds nothing. */
    async mark(marks: readonly ConfidentialMark[], takenAt: number): Promise<void> {
      if (marks.length === 0) return;
      const lines = marks.map((m) => {
        // An instant of its own for each: which came first decides what a lift covers.
        newest = Math.max(newest + 1, takenAt);
        const at = (newest / 1000).toFixed(3);
        const when = (m.occurredAt / 1000).toFixed(3);
        return JSON.stringify([m.system, m.eventId, m.isLifted, m.processing ?? '', when, at, at]);
      });
      await store.sql(
        `INSERT INTO confidential_marks FORMAT JSONCompactEachRow\n${lines.join('\n')}`,
      );
    },
    /**
     * Of these events, the confidential ones by `system\0id`. What is lifted for one event of a processing
     * is lifted for all of it that came before; what comes after is confidential again.
     */
    async of(events: readonly Key[]): Promise<Map<string, Confidential>> {
      const found = new Map<string, Confidential>();
      if (events.length === 0) return found;
      const ids = [...new Set(events.map((e) => e.eventId))];
      const marked = await store.rows<[string, string, string, number]>(
        `SELECT system, event_id, processing, toUnixTimestamp64Milli(min(first_taken_at))
         FROM confidential_marks WHERE NOT is_lifted AND event_id IN ({ids:Array(String)})
         GROUP BY system, event_id, processing`,
        { ids },
      );
      if (marked.length === 0) return found;
      const lifts = await store.rows<[string, string, string, number]>(
        `SELECT system, event_id, processing, toUnixTimestamp64Milli(max(last_taken_at))
         FROM confidential_marks
         WHERE is_lifted AND (event_id IN ({ids:Array(String)}) OR processing IN ({processings:Array(String)}))
         GROUP BY system, event_id, processing`,
        { ids, processings: [...new Set(marked.map((m) => m[2]))].filter((p) => p !== '') },
      );
      const liftedAt = new Map<string, number>();
      for (const [system, eventId, processing, at] of lifts)
        for (const id of [eventId, processing])
          if (id !== '')
            liftedAt.set(
              keyOf(system, id),
              Math.max(Number(at), liftedAt.get(keyOf(system, id)) ?? 0),
            );
      for (const [system, eventId, processing, at] of marked) {
        const from = Number(at);
        const lifted = Math.max(
          liftedAt.get(keyOf(system, eventId)) ?? 0,
          liftedAt.get(keyOf(system, processing)) ?? 0,
        );
        found.set(keyOf(system, eventId), { from, liftedAt: lifted > from ? lifted : null });
      }
      return found;
    },
  };
};
export type ConfidentialStore = ReturnType<typeof createConfidentialStore>;
