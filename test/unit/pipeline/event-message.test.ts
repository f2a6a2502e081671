import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ACTIONS,
  type AuditEvent,
  OBJECT_KINDS,
  OUTCOMES,
  QUERY_KEYS,
} from '../../../domain/event.ts';
import { fromEventMessage, toEventMessage } from '../../../pipeline/event-message.ts';
import { token } from '../../helpers/lookups.ts';

const aToken = fc.string({ minLength: 1 }).map(token);
const orNull = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });
const anEvent: fc.Arbitrary<AuditEvent> = fc.record(
  {
    eventId: fc.string({ minLength: 1, unit: 'grapheme' }),
    requestId: orNull(aToken),
    occurredAt: fc.integer({ min: 0, max: 4e12 }),
    system: fc.string(),
    instance: fc.string(),
    sequence: orNull(fc.nat()),
    actor: orNull(
      fc.record({
        token: aToken,
        kind: fc.constantFrom('person' as const, 'system' as const),
        unit: fc.string(),
      }),
    ),
    action: fc.constantFrom(...ACTIONS),
    outcome: fc.constantFrom(...OUTCOMES),
    subject: orNull(aToken),
    subjectMunicipality: fc.string(),
    object: orNull(fc.record({ kind: fc.constantFrom(...OBJECT_KINDS), token: aToken })),
    queryKey: orNull(fc.constantFrom(...QUERY_KEYS)),
    resultCount: orNull(fc.nat()),
    fields: fc.array(fc.string()),
    caseRef: orNull(aToken),
    emergency: fc.boolean(),
    host: orNull(aToken),
    session: orNull(aToken),
    isDateOnly: fc.boolean(),
    confidential: fc.record({ processing: orNull(aToken), isLifted: fc.boolean() }),
  },
  {
    requiredKeys: [
      ...(['eventId', 'requestId', 'occurredAt', 'system', 'instance', 'sequence'] as const),
      ...(['actor', 'action', 'outcome', 'subject', 'subjectMunicipality', 'object'] as const),
      ...(['queryKey', 'resultCount', 'fields', 'caseRef', 'emergency', 'host'] as const),
      ...(['session', 'isDateOnly'] as const),
    ],
  },
);
const lineSha256 = '0123456789abcdef'.repeat(2);
const read = (text: string) => fromEventMessage(Buffer.from(text));

test('an event comes out of its message as it went in', () => {
  fc.assert(
    fc.property(anEvent, (event) => {
      expect(read(toEventMessage({ event, lineSha256 }))).toEqual({ event, lineSha256 });
    }),
  );
});

test('a message with named fields, of a process before, is read too', () => {
  fc.assert(
    fc.property(anEvent, (event) => {
      expect(read(JSON.stringify([1, lineSha256, event]))).toEqual({ event, lineSha256 });
    }),
  );
});

test.each([
  ['no JSON', '[2, "'],
  ['no list', '{"format": 2}'],
  ['another format', `[3, "${lineSha256}", []]`],
  ['too few fields', `[2, "${lineSha256}", ["e1", null, 0, "brp"]]`],
  [
    'a time that is none',
    `[1, "${lineSha256}", {"eventId": "e1", "system": "brp", "occurredAt": "now"}]`,
  ],
  ['no event', `[1, "${lineSha256}", null]`],
])('%s is no event', (_, text) => {
  expect(read(text)).toBeNull();
});
