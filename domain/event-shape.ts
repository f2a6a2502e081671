import type { AuditEvent } from './event.ts';
import type { Token } from './token.ts';

/** What events of one kind of access have in common: some dozens in a log of millions. */
export type Shape = Pick<
  AuditEvent,
  | 'system'
  | 'instance'
  | 'action'
  | 'outcome'
  | 'subjectMunicipality'
  | 'queryKey'
  | 'fields'
  | 'emergency'
  | 'isDateOnly'
> & { object: NonNullable<AuditEvent['object']>['kind'] | null };

const RECENT_SHAPES = 16;
const hasShape = (e: AuditEvent, s: Shape): boolean =>
  e.system === s.system &&
  e.action === s.action &&
  e.outcome === s.outcome &&
  e.queryKey === s.queryKey &&
  e.emergency === s.emergency &&
  e.isDateOnly === s.isDateOnly &&
  (e.object?.kind ?? null) === s.object &&
  e.instance === s.instance &&
  e.subjectMunicipality === s.subjectMunicipality &&
  e.fields.length === s.fields.length &&
  e.fields.every((field, i) => field === s.fields[i]);

function shapeOf(event: AuditEvent): Shape {
  const { system, instance, action, outcome, subjectMunicipality, queryKey, fields } = event;
  const { emergency, isDateOnly, object } = event;
  return {
    ...{ system, instance, action, outcome, subjectMunicipality, queryKey, fields },
    ...{ emergency, isDateOnly, object: object?.kind ?? null },
  };
}

/** Looks up what was made of the shape of an event, or makes it; the latest shapes are found fast. */
export function createShapeIds<T>(idOf: (shape: Shape) => T): (event: AuditEvent) => T {
  const recent: { shape: Shape; id: T }[] = [];
  return (event) => {
    for (const known of recent) if (hasShape(event, known.shape)) return known.id;
    const shape = shapeOf(event);
    const id = idOf(shape);
    recent.unshift({ shape, id });
    if (recent.length > RECENT_SHAPES) recent.pop();
    return id;
  };
}

/** What an event does not share with others of its shape. */
export type OwnFields = Omit<AuditEvent, keyof Shape | 'confidential'> & { object: Token | null };

/** The event of a shape. Written out: open days and runs read millions of them. */
export const eventOfShape = (shape: Shape, own: OwnFields): AuditEvent => ({
  eventId: own.eventId,
  requestId: own.requestId,
  occurredAt: own.occurredAt,
  system: shape.system,
  instance: shape.instance,
  sequence: own.sequence,
  actor: own.actor,
  action: shape.action,
  outcome: shape.outcome,
  subject: own.subject,
  subjectMunicipality: shape.subjectMunicipality,
  object:
    shape.object === null || own.object === null ? null : { kind: shape.object, token: own.object },
  queryKey: shape.queryKey,
  resultCount: own.resultCount,
  fields: shape.fields,
  caseRef: own.caseRef,
  emergency: shape.emergency,
  host: own.host,
  session: own.session,
  isDateOnly: shape.isDateOnly,
});
