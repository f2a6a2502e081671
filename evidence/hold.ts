import { createHash } from 'node:crypto';
import type { AuditEvent } from '../domain/event.ts';
import { toIso } from '../domain/time.ts';
import type { Token } from '../domain/token.ts';
import type { Json } from './canonical-json.ts';
import type { LogReader } from './log/verify-log.ts';
import { type BatchProof, type EventProof, proveBatch } from './package/prove.ts';

/** Whose events are secured and from when to when (half-open, epoch ms); `eventIds` whoever they are of. */
export type HoldScope = {
  caseId: string;
  actors: readonly Token[];
  eventIds: readonly string[];
  from: number;
  to: number;
};
type StoredRow = { event: AuditEvent; lineSha256: string; row: string };
type Original = { source: string; lineNumber: number; offset: number; bytes: Buffer };
/** One event secured: as stored, with its original line and its place in the log as far as known. */
export type HeldRow = Omit<StoredRow, 'row'> & { line: Original | null; proof: EventProof | null };
export type Hold = HoldScope & {
  holdId: string;
  placedAt: number;
  events: number;
  lines: number;
  /** SHA-256 over the committed text of every row in order of time, each ended by LF. */
  rowsSha256: string;
  batches: BatchProof[];
};

export type HoldPorts = {
  log: { appendRecord(chain: string, record: Json): Promise<{ uid: string }> };
  batches: {
    overlapping(from: number, to: number): Promise<string[]>;
    batch: LogReader['batch'];
  };
  rows: {
    ofBatch(uid: string, from: number, to: number): Promise<StoredRow[]>;
    /** Keys (system, NUL, id) of all events of an official in a half-open window. */
    keysOfActor(actor: Token, from: number, to: number): Promise<string[]>;
    ofActor(
      actor: Token,
      from: number,
      to: number,
      limit: number,
      offset: number,
    ): Promise<StoredRow[]>;
    byIds(ids: readonly string[], from: number, to: number): Promise<StoredRow[]>;
  };
  rawLines: { ofBatch(uid: string): Promise<Original[] | null> };
  store: {
    add(holdId: string, rows: readonly HeldRow[]): Promise<void>;
    /** The hold itself, last: what has no hold row is no hold. */
    place(hold: Hold): Promise<void>;
    /** Rows in order of time, system and id, a page at a time. */
    rows(holdId: string): AsyncIterable<HeldRow>;
    textOf(row: HeldRow): string;
  };
};

export const HOLD_CHAIN = 'custody';
const PAGE = 5_000;
const keyOf = ({ system, eventId }: { system: string; eventId: string }): string =>
  `${system}\0${eventId}`;

/**
 * Secures the events of a case before anything else happens to it: rows as stored, original lines
 * where they are kept, and their places in the log, so that retention may go on around them. What it
 * holds is hashed and entered into the log; a changed copy shows.
 */
export async function placeHold(
  ports: HoldPorts,
  scope: HoldScope,
  holdId: string,
  now: number,
): Promise<Hold> {
  const { rows, store } = ports;
  const { actors, eventIds, from, to } = scope;
  const wanted = new Set<string>();
  for (const actor of actors)
    for (const key of await rows.keysOfActor(actor, from, to)) wanted.add(key);
  for (const { event } of await rows.byIds(eventIds, from, to - 1)) wanted.add(keyOf(event));

  const batches: BatchProof[] = [];
  let lines = 0;
  const left = new Set(wanted);
  for (const uid of await ports.batches.overlapping(from, to)) {
    if (left.size === 0) break;
    const secured = await secureBatch(ports, uid, left);
    if (secured === null) continue;
    await store.add(holdId, secured.rows);
    for (const row of secured.rows) {
      left.delete(keyOf(row.event));
      if (row.line !== null) lines++;
    }
    if (secured.proof !== null) batches.push(secured.proof);
  }
  // Rows that no entry of the log names: kept all the same, and shown as unproven.
  for (const actor of left.size === 0 ? [] : actors)
    for (let offset = 0; ; offset += PAGE) {
      const page = await rows.ofActor(actor, from, to, PAGE, offset);
      const unproven = page.filter(({ event }) => left.has(keyOf(event)));
      await store.add(
        holdId,
        unproven.map(({ event, lineSha256 }) => ({ event, lineSha256, line: null, proof: null })),
      );
      if (page.length < PAGE) break;
    }
  const snapshot = createHash('sha256');
  let events = 0;
  for await (const row of store.rows(holdId)) {
    snapshot.update(store.textOf(row)).update('\n');
    events++;
  }
  const rowsSha256 = snapshot.digest('hex');
  const hold: Hold = { ...scope, holdId, placedAt: now, events, lines, rowsSha256, batches };
  await ports.log.appendRecord(HOLD_CHAIN, {
    ...{ kind: 'hold', caseId: scope.caseId, holdId, events, lines, rowsSha256 },
    ...{ from: toIso(from), to: toIso(to), placedAt: toIso(now) },
  });
  await store.place(hold);
  return hold;
}

/** The wanted rows of one batch with lines and proofs; null when it has none of them. */
async function secureBatch(
  { batches, rows, rawLines }: HoldPorts,
  uid: string,
  wanted: ReadonlySet<string>,
): Promise<{ rows: HeldRow[]; proof: BatchProof | null } | null> {
  const batch = await batches.batch(uid);
  if (batch === null) return null;
  if (!batch.eventIds.some((eventId, i) => wanted.has(`${batch.systems[i]}\0${eventId}`)))
    return null;
  const stored = await rows.ofBatch(uid, batch.firstAt, batch.lastAt);
  const proven = proveBatch(batch, stored, (key) => wanted.has(key));
  const originals = await rawLines.ofBatch(uid);
  const places = new Map(batch.eventIds.map((id, i) => [`${batch.systems[i]}\0${id}`, i]));
  const held = stored
    .filter(({ event }) => wanted.has(keyOf(event)))
    .map(({ event, lineSha256 }): HeldRow => {
      const original = originals?.[places.get(keyOf(event)) ?? -1] ?? null;
      // A line that does not fit its hash is no original: better none than a wrong one.
      const isOriginal = original !== null && fits(original.bytes, lineSha256);
      return {
        ...{ event, lineSha256, line: isOriginal ? original : null },
        proof: proven?.proofs.get(keyOf(event)) ?? null,
      };
    });
  return { rows: held, proof: proven?.batch ?? null };
}

const fits = (bytes: Buffer, lineSha256: string): boolean =>
  createHash('sha256').update(bytes).digest('hex').startsWith(lineSha256);
