import type { AuditEvent } from '../domain/event.ts';
import type { Store } from './client.ts';
import {
  type EventPage,
  eachLine,
  eventOf,
  eventPages,
  eventsBefore,
  eventsById,
  type PageRequest,
} from './event-pages.ts';
import { tabText } from './tab-separated.ts';

const quoted = (value: string): string => `'${tabText(value).replaceAll("'", "\\'")}'`;
const number = (value: number | null): string => (value === null ? '\\N' : String(value));
const flag = (value: boolean): string => (value ? '1' : '0');

/** One row of `events` as TabSeparated; `lineSha256` is 32 hex digits (128 bits) of the raw line. */
export function eventRow(e: AuditEvent, lineSha256: string): string {
  return `${tabText(e.eventId)}\t${e.requestId ?? ''}\t${(e.occurredAt / 1000).toFixed(3)}\t${e.system}\t${tabText(e.instance)}\t${number(e.sequence)}\t${e.actor?.token ?? ''}\t${e.actor?.kind ?? ''}\t${tabText(e.actor?.unit ?? '')}\t${e.action}\t${e.outcome}\t${e.subject ?? ''}\t${tabText(e.subjectMunicipality)}\t${e.object?.kind ?? ''}\t${e.object?.token ?? ''}\t${e.queryKey ?? ''}\t${number(e.resultCount)}\t[${e.fields.map(quoted).join(',')}]\t${e.caseRef ?? ''}\t${flag(e.emergency)}\t${e.host ?? ''}\t${e.session ?? ''}\t${flag(e.isDateOnly)}\t${lineSha256}`;
}

/** A batch is numbered by the clock: an event more than an hour after it has a wrong time. */
const IS_POSSIBLE = 'toUnixTimestamp64Milli(occurred_at) <= toInt64(batch) + 3600000';

const ROWS_PER_BATCH = 20_000;

export type EventStore = ReturnType<typeof createEventStore>;
/** Events at rest: append, ask which are known, read back in order of event time. */
export const createEventStore = (store: Store) => {
  let newest: number | null = null;
  /** Number of the newest batch; 0 when there is none. */
  const lastBatch = async (): Promise<number> => {
    const [row] = await store.rows<[string | number]>('SELECT max(batch) FROM events');
    return Number(row?.[0] ?? 0);
  };
  const nextBatch = async (): Promise<number> => {
    newest = Math.max((newest ?? (await lastBatch())) + 1, Date.now());
    return newest;
  };
  return {
    /**
     * Writes rows made by `eventRow`, in batches of at most 20,000. Batches are numbered in order, also
     * over restarts, so that a reader can ask for what came after one.
     */
    async append(rows: readonly string[]): Promise<void> {
      for (let from = 0; from < rows.length; from += ROWS_PER_BATCH) {
        const batch = await nextBatch();
        const end = `\t${batch}\n`;
        const text = rows.slice(from, from + ROWS_PER_BATCH).join(end);
        await store.sql(`INSERT INTO events FORMAT TabSeparated\n${text}${end}`);
      }
    },
    /** The same for rows that carry their batch already, each with a line end. */
    async appendRows(rows: Uint8Array): Promise<void> {
      if (rows.length > 0) await store.insert('events', rows);
    },
    nextBatch,
    lastBatch,
    /** How many events there are, or those before an instant. */
    async count(until?: number): Promise<number> {
      const [row] =
        until === undefined
          ? await store.rows<[number]>('SELECT count() FROM events FINAL')
          : await store.rows<[number]>(
              'SELECT count() FROM events FINAL WHERE occurred_at < fromUnixTimestamp64Milli({until:Int64})',
              { until },
            );
      return Number(row?.[0] ?? 0);
    },
    /** Last event that was possible when it was written, of all or before an instant; null without one. */
    async newest(until?: number): Promise<number | null> {
      const [row] = await store.rows<[number, number]>(
        `SELECT count(), toUnixTimestamp64Milli(max(occurred_at)) FROM events
         WHERE ${IS_POSSIBLE} AND occurred_at < fromUnixTimestamp64Milli({until:Int64})`,
        { until: until ?? Date.UTC(2200, 0, 1) },
      );
      return row === undefined || Number(row[0]) === 0 ? null : Number(row[1]);
    },
    /** Which of these (system, id) pairs are stored, as `system\\0id`, for events in the window given. */
    async known(
      ids: readonly { system: string; eventId: string }[],
      from: number,
      to: number,
    ): Promise<Set<string>> {
      if (ids.length === 0) return new Set();
      const found = await store.rows<[string, string]>(
        `SELECT system, event_id FROM events
       WHERE occurred_at >= fromUnixTimestamp64Milli({from:Int64}) AND occurred_at <= fromUnixTimestamp64Milli({to:Int64})
         AND event_id IN ({ids:Array(String)})`,
        { from, to, ids: ids.map((id) => id.eventId) },
      );
      return new Set(found.map(([system, eventId]) => `${system}\0${eventId}`));
    },
    /**
     * What each batch holds, in the order of writing: first and last event, epoch ms. What lies ahead of
     * the time of writing is not the last: it ends no day.
     */
    async batches(): Promise<{ batch: number; first: number; last: number }[]> {
      const rows = await store.rows<[number, number, number]>(
        `SELECT batch, toUnixTimestamp64Milli(min(occurred_at)), toUnixTimestamp64Milli(maxIf(occurred_at, ${IS_POSSIBLE}))
         FROM events GROUP BY batch ORDER BY batch`,
      );
      return rows.map(([batch, first, last]) => ({
        ...{ batch: Number(batch), first: Number(first), last: Number(last) },
      }));
    },
    /** Events in order of time, system and id: all of them, those of newer batches, or from an instant on. */
    async *inOrder(request: PageRequest = {}): AsyncGenerator<AuditEvent[]> {
      for await (const { text } of eventPages(store, request)) {
        const events: AuditEvent[] = [];
        eachLine(text, (start, end) => events.push(eventOf(text.slice(start, end))));
        yield events;
      }
    },
    /** Events before the cut of their batch, of batches after one. */
    tooLate: (cuts: ReadonlyMap<number, number>, after: number): Promise<AuditEvent[]> =>
      eventsBefore(store, new Map([...cuts].filter(([batch]) => batch > after))),
    byIds: (ids: readonly string[], from: number, to: number): Promise<AuditEvent[]> =>
      eventsById(store, ids, from, to),
    pages: (request: PageRequest = {}): AsyncGenerator<EventPage> => eventPages(store, request),
  };
};
