// Events in a compact form: fixed rows of numbers, each distinct token once. The threads that judge a run
// read it back ten times faster than rows of the store as text, and make a tenth of the garbage.
import type { AuditEvent } from './event.ts';
import { createShapeIds, eventOfShape, type Shape } from './event-shape.ts';
import { DAY_MS } from './time.ts';
import type { Token } from './token.ts';

/** Eight-byte words of a row; the numbers of its second half are dictionary ids or ends in the text. */
const TIME = 0;
const SEQUENCE = 1;
const RESULTS = 2;
const [ID_END, REQUEST_END, SESSION_END, PLACE] = [6, 7, 8, 9];
const [ACTOR, SUBJECT, OBJECT, CASE, HOST, SHAPE] = [10, 11, 12, 13, 14, 15];
const ROW_WORDS = 16;
const ROW_BYTES = 4 * ROW_WORDS;
const HEAD_BYTES = 16;
const NONE = -1;

/** The events of one UTC day in a block: `rows` of them, `bytes` long from `at` on. */
export type Segment = { day: number; at: number; bytes: number; rows: number };
/** Packed events, and the dictionary entries that are new since the block before of the same packer. */
export type PackedBlock = { dictionary: Uint8Array; bytes: Uint8Array; segments: Segment[] };

type Day = { words: Int32Array; doubles: Float64Array; rows: number; text: string[]; ends: number };
const emptyDay = (rows: number): Day => {
  const words = new Int32Array(rows * ROW_WORDS);
  return { words, doubles: new Float64Array(words.buffer), rows: 0, text: [], ends: 0 };
};
const FIRST_ROWS = 256;

function grown(day: Day): Day {
  const larger = emptyDay(2 * (day.words.length / ROW_WORDS));
  larger.words.set(day.words);
  return { ...day, words: larger.words, doubles: larger.doubles };
}

export type EventPacker = ReturnType<typeof createEventPacker>;
/**
 * Packs events block by block; its dictionary grows with the distinct officials, persons, cases and hosts.
 * `byDay: false` puts a block into one segment, in the order given.
 */
export function createEventPacker({ byDay = true } = {}) {
  const ids = new Map<string, number>();
  const actors = new Map<Token, { kind: string; unit: string; id: number }>();
  let fresh: string[] = [];
  let days = new Map<number, Day>();

  function idOf(text: string): number {
    const known = ids.get(text);
    if (known !== undefined) return known;
    const id = ids.size;
    ids.set(text, id);
    fresh.push(text);
    return id;
  }
  function actorOf(actor: NonNullable<AuditEvent['actor']>): number {
    const { token, kind, unit } = actor;
    const known = actors.get(token);
    if (known !== undefined && known.kind === kind && known.unit === unit) return known.id;
    const id = idOf(JSON.stringify([token, kind, unit]));
    actors.set(token, { kind, unit, id });
    return id;
  }

  const shapeOf = createShapeIds((shape) => idOf(JSON.stringify(shape)));

  return {
    /** Takes an event; `place` is its place among those of the block. */
    add(event: AuditEvent, place: number): void {
      const { occurredAt, eventId, requestId, session } = event;
      const number = byDay ? Math.floor(occurredAt / DAY_MS) : 0;
      let day = days.get(number);
      if (day === undefined || day.rows * ROW_WORDS === day.words.length) {
        day = day === undefined ? emptyDay(FIRST_ROWS) : grown(day);
        days.set(number, day);
      }
      const { words, doubles, text } = day;
      const double = (day.rows * ROW_BYTES) / 8;
      doubles[double + TIME] = occurredAt;
      doubles[double + SEQUENCE] = event.sequence ?? NONE;
      doubles[double + RESULTS] = event.resultCount ?? NONE;
      const row = day.rows * ROW_WORDS;
      text.push(eventId);
      words[row + ID_END] = day.ends += eventId.length;
      if (requestId !== null) text.push(requestId);
      words[row + REQUEST_END] = day.ends += requestId?.length ?? 0;
      if (session !== null) text.push(session);
      words[row + SESSION_END] = day.ends += session?.length ?? 0;
      words[row + PLACE] = place;
      words[row + ACTOR] = event.actor === null ? NONE : actorOf(event.actor);
      words[row + SUBJECT] = event.subject === null ? NONE : idOf(event.subject);
      words[row + OBJECT] = event.object === null ? NONE : idOf(event.object.token);
      words[row + CASE] = event.caseRef === null ? NONE : idOf(event.caseRef);
      words[row + HOST] = event.host === null ? NONE : idOf(event.host);
      words[row + SHAPE] = shapeOf(event);
      day.rows++;
    },
    /** Everything since the last call. */
    take(): PackedBlock {
      const parts: Uint8Array[] = [];
      const segments: Segment[] = [];
      let at = 0;
      for (const [number, { words, rows, text }] of days) {
        const letters = Buffer.from(text.join(''));
        // Whole words, so that the next segment begins on one.
        const padding = (8 - (letters.length % 8)) % 8;
        const bytes = HEAD_BYTES + rows * ROW_BYTES + letters.length + padding;
        parts.push(
          new Uint8Array(Int32Array.of(rows, letters.length, 0, 0).buffer),
          new Uint8Array(words.buffer, 0, rows * ROW_BYTES),
          ...[letters, new Uint8Array(padding)],
        );
        segments.push({ day: number, at, bytes, rows });
        at += bytes;
      }
      const bytes = new Uint8Array(at);
      let to = 0;
      for (const part of parts) {
        bytes.set(part, to);
        to += part.length;
      }
      const dictionary = new TextEncoder().encode(JSON.stringify(fresh));
      fresh = [];
      days = new Map();
      return { dictionary, bytes, segments };
    },
  };
}

/** Takes out of a block what is not among these places, in ascending order. */
export function keepPlaces({ bytes, segments }: PackedBlock, places: readonly number[]): void {
  const kept = new Set(places);
  for (const { at, rows } of segments) {
    const words = new Int32Array(
      bytes.buffer,
      bytes.byteOffset + at + HEAD_BYTES,
      rows * ROW_WORDS,
    );
    for (let row = 0; row < words.length; row += ROW_WORDS)
      if (!kept.has(words[row + PLACE] ?? NONE)) words[row + PLACE] = NONE;
  }
}

/** Which events a reader wants, by their official and person. */
export type Wanted = (actor: Token | null, subject: Token | null) => boolean;

/** A segment, open for reading. */
type Rows = { words: Int32Array; doubles: Float64Array; text: string };

/** Texts of a dictionary by their ids, which count on from one `learn` to the next. */
type Texts = { learn(texts: readonly string[]): void; at(id: number): string };

/** Equal texts of several dictionaries are one string: a map finds what it holds without comparing letters. */
function sharedTexts(shared: Map<string, string>): Texts {
  const texts: string[] = [];
  return {
    learn(more) {
      for (const text of more) {
        const known = shared.get(text);
        if (known === undefined) shared.set(text, text);
        texts.push(known ?? text);
      }
    },
    at: (id) => texts[id] ?? '',
  };
}

/** Texts stay bytes until one is asked for, which then is a new string. */
function byteTexts(): Texts {
  let bytes = Buffer.alloc(0);
  let ends = new Uint32Array(0);
  return {
    learn(more) {
      const known = ends.length;
      const grown = new Uint32Array(known + more.length);
      grown.set(ends);
      let end = bytes.length;
      for (const [i, text] of more.entries()) {
        end += Buffer.byteLength(text);
        grown[known + i] = end;
      }
      ends = grown;
      bytes = Buffer.concat([bytes, Buffer.from(more.join(''))]);
    },
    at: (id) => bytes.toString('utf8', id === 0 ? 0 : ends[id - 1], ends[id]),
  };
}

/** The official that was read last: of one key after the other, whole days are read. */
export type LastActor = { text: string; actor: NonNullable<AuditEvent['actor']> | null };

export type EventUnpacker = ReturnType<typeof createEventUnpacker>;
/**
 * Reads what one packer packed. With `shared`, equal tokens of several packers become one string; without,
 * nothing but bytes is kept, and an event that is read shares nothing with others but its official, where that
 * is the same as in the one before (`last`, which several readers may share).
 */
export function createEventUnpacker(
  shared: Map<string, string> | null,
  last: LastActor = { text: '', actor: null },
) {
  const texts = shared === null ? byteTexts() : sharedTexts(shared);
  const actors = new Map<number, NonNullable<AuditEvent['actor']>>();
  const shapes = new Map<number, Shape>();
  const tokenOf = (id: number | undefined): Token | null =>
    id === undefined || id === NONE ? null : (texts.at(id) as Token);
  const countOf = (value: number | undefined): number | null =>
    value === undefined || value === NONE ? null : value;

  function actorOf(id: number): AuditEvent['actor'] {
    if (id === NONE) return null;
    const known = actors.get(id);
    if (known !== undefined) return known;
    const text = texts.at(id);
    if (text === last.text) return last.actor;
    const [token, kind, unit] = JSON.parse(text) as [Token, 'person' | 'system', string];
    if (shared === null) {
      last.text = text;
      last.actor = { token, kind, unit };
      return last.actor;
    }
    const actor = { token: (shared.get(token) ?? token) as Token, kind, unit };
    shared.set(actor.token, actor.token);
    actors.set(id, actor);
    return actor;
  }

  function shapeOf(id: number): Shape {
    const known = shapes.get(id);
    if (known !== undefined) return known;
    const shape = JSON.parse(texts.at(id)) as Shape;
    shapes.set(id, shape);
    return shape;
  }

  function open({ buffer, byteOffset }: Buffer): Rows {
    const [rows = 0, letters = 0] = new Int32Array(buffer, byteOffset, 2);
    const first = byteOffset + HEAD_BYTES;
    return {
      words: new Int32Array(buffer, first, rows * ROW_WORDS),
      doubles: new Float64Array(buffer, first, (rows * ROW_WORDS) / 2),
      text: Buffer.from(buffer, first + rows * ROW_BYTES, letters).toString(),
    };
  }

  function eventAt(
    { words, doubles, text }: Rows,
    row: number,
    actor: AuditEvent['actor'],
    subject: Token | null,
  ): AuditEvent {
    const shape = shapeOf(words[row + SHAPE] ?? NONE);
    const from = row === 0 ? 0 : (words[row - ROW_WORDS + SESSION_END] ?? 0);
    const idEnd = words[row + ID_END] ?? 0;
    const requestEnd = words[row + REQUEST_END] ?? 0;
    const end = words[row + SESSION_END] ?? 0;
    const double = row / 2;
    return eventOfShape(shape, {
      eventId: text.slice(from, idEnd),
      requestId: requestEnd === idEnd ? null : (text.slice(idEnd, requestEnd) as Token),
      occurredAt: doubles[double + TIME] ?? 0,
      sequence: countOf(doubles[double + SEQUENCE]),
      actor,
      subject,
      object: tokenOf(words[row + OBJECT]),
      resultCount: countOf(doubles[double + RESULTS]),
      caseRef: tokenOf(words[row + CASE]),
      host: tokenOf(words[row + HOST]),
      session: end === requestEnd ? null : (text.slice(requestEnd, end) as Token),
    });
  }

  return {
    /** Takes the next dictionary of the packer. */
    learn(dictionary: Buffer): void {
      texts.learn(JSON.parse(dictionary.toString()) as string[]);
    },
    /** Events of a segment that are wanted, as they stand; their actors and fields are shared. */
    unpack(segment: Buffer, wants: Wanted, into: AuditEvent[]): void {
      const rows = open(segment);
      for (let row = 0; row < rows.words.length; row += ROW_WORDS) {
        if (rows.words[row + PLACE] === NONE) continue;
        const actor = actorOf(rows.words[row + ACTOR] ?? NONE);
        const subject = tokenOf(rows.words[row + SUBJECT]);
        if (wants(actor?.token ?? null, subject)) into.push(eventAt(rows, row, actor, subject));
      }
    },
    /** The events of a segment by their row; the segment must stay as it is. */
    reader(segment: Buffer): (row: number) => AuditEvent {
      const rows = open(segment);
      return (number) => {
        const row = number * ROW_WORDS;
        const actor = actorOf(rows.words[row + ACTOR] ?? NONE);
        return eventAt(rows, row, actor, tokenOf(rows.words[row + SUBJECT]));
      };
    },
  };
}
