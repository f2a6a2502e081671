import type { AuditEvent } from '../domain/event.ts';
import type { Token } from '../domain/token.ts';
import type { Store } from './client.ts';
import { eventRow } from './events.ts';
import { seal, unseal } from './vault.ts';

type Proof = { batch: string; position: number; salt: string };
type Original = { source: string; lineNumber: number; offset: number; bytes: Buffer };
type HeldRow = {
  event: AuditEvent;
  lineSha256: string;
  line: Original | null;
  proof: Proof | null;
};
type Hold = {
  holdId: string;
  caseId: string;
  actors: readonly Token[];
  eventIds: readonly string[];
  from: number;
  to: number;
  placedAt: number;
  events: number;
  lines: number;
  rowsSha256: string;
  batches: { uid: string; hashes: string[] }[];
};
export type StoredHold = Hold & { isReleased: boolean };

/** Rows are wide, and the engine keeps what it once took: many small pages cost no time, and 70 MB less. */
const PAGE = 500;
const HOLD = `
  SELECT hold_id, case_id, actors, event_ids, toUnixTimestamp64Milli(from_at), toUnixTimestamp64Milli(to_at),
    toUnixTimestamp64Milli(placed_at), events, lines, rows_sha256, batches, is_released
  FROM holds FINAL`;
type HoldRow = [
  ...[string, string, Token[], string[], number, number, number],
  ...[number, number, string, string, boolean],
];
const toHold = (r: HoldRow): StoredHold => ({
  ...{ holdId: r[0], caseId: r[1], actors: r[2], eventIds: r[3] },
  ...{ from: Number(r[4]), to: Number(r[5]), placedAt: Number(r[6]) },
  ...{ events: Number(r[7]), lines: Number(r[8]), rowsSha256: r[9] },
  ...{ batches: JSON.parse(r[10]) as Hold['batches'], isReleased: Boolean(r[11]) },
});
const placeOf = (holdId: string, { system, eventId }: AuditEvent): string =>
  `hold/${holdId}/${system}/${eventId}`;
const instant = (at: number): string => new Date(at).toISOString();

export type HoldStore = ReturnType<typeof createHoldStore>;
/** What cases hold: copies of rows, their original lines sealed, and which rows of the store must stay. */
export const createHoldStore = (store: Store, key: Buffer) => {
  const write = (hold: Hold, isReleased: boolean, version: number): Promise<void> =>
    store.sql(
      `INSERT INTO holds SETTINGS date_time_input_format='best_effort' FORMAT JSONEachRow\n${JSON.stringify(
        {
          ...{ hold_id: hold.holdId, case_id: hold.caseId, actors: hold.actors },
          ...{ event_ids: hold.eventIds, from_at: instant(hold.from), to_at: instant(hold.to) },
          ...{ placed_at: instant(hold.placedAt), events: hold.events, lines: hold.lines },
          ...{ rows_sha256: hold.rowsSha256, batches: JSON.stringify(hold.batches) },
          ...{ is_released: isReleased, version },
        },
      )}`,
    );
  const open = (holdId: string, event: AuditEvent, sealed: string): Original | null => {
    if (sealed === '') return null;
    const text = unseal(key, sealed, placeOf(holdId, event)).toString('utf8');
    const line = JSON.parse(text) as Omit<Original, 'bytes'> & { bytes: string };
    return { ...line, bytes: Buffer.from(line.bytes, 'base64') };
  };
  return {
    async add(holdId: string, rows: readonly HeldRow[]): Promise<void> {
      if (rows.length === 0) return;
      const lines = rows.map(({ event, lineSha256, line, proof }) =>
        JSON.stringify([
          holdId,
          (event.occurredAt / 1000).toFixed(3),
          event.system,
          event.eventId,
          JSON.stringify(event),
          lineSha256,
          proof === null ? '' : JSON.stringify(proof),
          line === null
            ? ''
            : seal(
                key,
                Buffer.from(JSON.stringify({ ...line, bytes: line.bytes.toString('base64') })),
                placeOf(holdId, event),
              ),
        ]),
      );
      await store.sql(`INSERT INTO held_rows FORMAT JSONCompactEachRow\n${lines.join('\n')}`);
    },
    place: (hold: Hold): Promise<void> => write(hold, false, hold.placedAt),
    async release(holdId: string, at: number): Promise<void> {
      const [row] = await store.rows<HoldRow>(`${HOLD} WHERE hold_id = {holdId:String}`, {
        holdId,
      });
      if (row !== undefined) await write(toHold(row), true, at);
    },
    /** Holds of a case, oldest first. */
    async ofCase(caseId: string): Promise<StoredHold[]> {
      const rows = await store.rows<HoldRow>(
        `${HOLD} WHERE case_id = {caseId:String} ORDER BY placed_at, hold_id`,
        { caseId },
      );
      return rows.map(toHold);
    },
    /** Holds in force: what retention must ask before it removes anything of these officials and events. */
    async inForce(): Promise<StoredHold[]> {
      return (await store.rows<HoldRow>(`${HOLD} WHERE is_released = 0`)).map(toHold);
    },
    /** Rows in order of time, system and id; one that was written twice comes once. */
    async *rows(holdId: string): AsyncGenerator<HeldRow> {
      let after: [number, string, string] = [0, '', ''];
      for (;;) {
        // Not FINAL, and the time bare: read along the primary key instead of sorting the whole hold.
        const page = await store.rows<[string, string, string, string]>(
          `SELECT event, line_sha256, proof, sealed_line FROM held_rows
           WHERE hold_id = {holdId:String} AND occurred_at >= fromUnixTimestamp64Milli({at:Int64})
             AND (toUnixTimestamp64Milli(occurred_at), system, event_id) > ({at:Int64}, {system:String}, {eventId:String})
           ORDER BY hold_id, occurred_at, system, event_id LIMIT {limit:UInt32}
           SETTINGS max_threads = 1, max_block_size = ${PAGE}, max_read_buffer_size = 65536`,
          { holdId, at: after[0], system: after[1], eventId: after[2], limit: PAGE },
        );
        for (const [text, lineSha256, proof, sealed] of page) {
          const event = JSON.parse(text) as AuditEvent;
          const key: typeof after = [event.occurredAt, event.system, event.eventId];
          if (key.every((part, i) => part === after[i])) continue;
          after = key;
          const bound = proof === '' ? null : (JSON.parse(proof) as Proof);
          yield { event, lineSha256, proof: bound, line: open(holdId, event, sealed) };
        }
        if (page.length < PAGE) return;
      }
    },
    /** The text that a row was committed to. */
    textOf: ({ event, lineSha256 }: HeldRow): string => eventRow(event, lineSha256),
  };
};
