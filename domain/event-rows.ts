// Events as texts that each stand for themselves: one is read without the others. What events of one kind
// share, and the unit of an official, are kept once.
import type { AuditEvent } from './event.ts';
import { createShapeIds, eventOfShape, type Shape } from './event-shape.ts';
import type { Token } from './token.ts';

/** Letters beyond ASCII are written as escapes, so that a byte is a letter and a place in a text one in a file. */
const BEYOND_ASCII = /[\u0080-\uffff]/g;
const escaped = (letter: string): string =>
  `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Kinds of events and units that are kept; where there are more, a row holds its own. */
const MAX_KEPT = 10_000;

type Actor = NonNullable<AuditEvent['actor']>;
type Unit = Pick<Actor, 'kind' | 'unit'>;
type Row = [
  eventId: string,
  occurredAt: number,
  sequence: number | null,
  resultCount: number | null,
  requestId: Token | null,
  session: Token | null,
  actor: Token | null,
  unit: number | Unit | null,
  subject: Token | null,
  object: Token | null,
  caseRef: Token | null,
  host: Token | null,
  shape: number | Shape,
];

export type EventRows = ReturnType<typeof createEventRows>;
/** Writes and reads the events of one log. */
export function createEventRows() {
  const shapes: Shape[] = [];
  const shapeIds = new Map<string, number>();
  const shapeOf = createShapeIds<number | Shape>((shape) => {
    const text = JSON.stringify(shape);
    const known = shapeIds.get(text);
    if (known !== undefined) return known;
    if (shapes.length >= MAX_KEPT) return shape;
    const id = shapes.push(shape) - 1;
    shapeIds.set(text, id);
    return id;
  });
  const units: Unit[] = [];
  const unitIds = { person: new Map<string, number>(), system: new Map<string, number>() };

  function unitOf({ kind, unit }: Actor): number | Unit {
    const known = unitIds[kind].get(unit);
    if (known !== undefined) return known;
    if (units.length >= MAX_KEPT) return { kind, unit };
    const id = units.push({ kind, unit }) - 1;
    unitIds[kind].set(unit, id);
    return id;
  }

  return {
    /** The text of an event, of ASCII letters alone. */
    write(event: AuditEvent): string {
      const { actor, object } = event;
      const row: Row = [
        event.eventId,
        event.occurredAt,
        event.sequence,
        event.resultCount,
        event.requestId,
        event.session,
        actor === null ? null : actor.token,
        actor === null ? null : unitOf(actor),
        event.subject,
        object === null ? null : object.token,
        event.caseRef,
        event.host,
        shapeOf(event),
      ];
      return JSON.stringify(row).replace(BEYOND_ASCII, escaped);
    },
    /** The event of a text that `write` gave. */
    read(text: string): AuditEvent {
      const row = JSON.parse(text) as Row;
      const [eventId, occurredAt, sequence, resultCount, requestId, session] = row;
      const [, , , , , , actor, unit, subject, object, caseRef, host, kind] = row;
      const shape = (typeof kind === 'number' ? shapes[kind] : kind) as Shape;
      const of = (typeof unit === 'number' ? units[unit] : unit) as Unit;
      return eventOfShape(shape, {
        eventId,
        occurredAt,
        sequence,
        resultCount,
        requestId,
        session,
        actor: actor === null ? null : { token: actor, kind: of.kind, unit: of.unit },
        subject,
        object,
        caseRef,
        host,
      });
    },
  };
}
