import fc from 'fast-check';
import {
  ACTIONS,
  type AuditEvent,
  OBJECT_KINDS,
  OUTCOMES,
  QUERY_KEYS,
} from '../../domain/event.ts';
import type { Token } from '../../domain/token.ts';

const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('naïef', 'Ünit 😀', '"\\\n', 'ß'.repeat(3_000)),
);
const token = text.map((t) => t as Token);
const orNull = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(of);

/** Every field with any value that it may have, and with none. */
export const anyEvent: fc.Arbitrary<AuditEvent> = fc.record({
  eventId: text,
  requestId: orNull(token.filter((t) => t !== '')),
  occurredAt: fc.integer({ min: 0, max: 4e12 }),
  system: fc.constantFrom('brp', 'wmo', 'ß'),
  instance: fc.constantFrom('', 'prod', 'tést'),
  sequence: orNull(fc.nat()),
  actor: orNull(
    fc.record({
      token,
      kind: fc.constantFrom('person' as const, 'system' as const),
      unit: fc.constantFrom('', 'desk', 'Ünit 😀'),
    }),
  ),
  action: fc.constantFrom(...ACTIONS),
  outcome: fc.constantFrom(...OUTCOMES),
  subject: orNull(token),
  subjectMunicipality: fc.constantFrom('', '0363'),
  object: orNull(fc.record({ kind: fc.constantFrom(...OBJECT_KINDS), token })),
  queryKey: orNull(fc.constantFrom(...QUERY_KEYS)),
  resultCount: orNull(fc.nat()),
  fields: fc.array(fc.constantFrom('name', 'adres', 'é'), { maxLength: 3 }),
  caseRef: orNull(token),
  emergency: fc.boolean(),
  host: orNull(token),
  session: orNull(token.filter((t) => t !== '')),
  isDateOnly: fc.boolean(),
});
