import { describe, expect, test } from 'vitest';
import { fhir } from '../../../../ingest/formats/fhir.ts';
import { fixture, readJson } from '../../../helpers/read-lines.ts';

type Case = {
  name: string;
  resource: Record<string, unknown>;
  meaning: {
    occurredAt: string;
    action: string | null;
    success: boolean;
    requestors: (string | null)[];
    subjects: string[];
    requestId: string | null;
    purposes: string[];
  };
};
const { cases, isHere, name } = fixture<Case>('balp/cases.json');

describe.skipIf(!isHere)(name, () => {
  test.each(cases.map((c) => [c.name, c] as const))('%s', (_, { resource, meaning }) => {
    const { events, dead, consumed } = readJson(fhir, resource);
    expect(dead).toEqual([]);
    if (meaning.action === null) {
      expect(consumed).toEqual(['not-an-access']);
      return;
    }
    expect(events).toHaveLength(Math.max(1, meaning.subjects.length));
    const [asked] = meaning.requestors;
    const isOfficial = meaning.requestors.length === 1 && asked && !asked.startsWith('Patient/');
    for (const [i, event] of events.entries()) {
      expect(event).toMatchObject({
        occurredAt: meaning.occurredAt,
        action: meaning.action,
        outcome: meaning.success ? 'success' : 'error',
        actor: isOfficial ? { id: asked } : null,
        subject: meaning.subjects[i] === undefined ? null : { id: meaning.subjects[i] },
        ...(meaning.requestId === null ? {} : { requestId: meaning.requestId }),
      });
      expect((event['purpose'] as { code?: string } | null)?.code).toBe(meaning.purposes[0]);
    }
  });
});

const base = {
  resourceType: 'AuditEvent',
  recorded: '2026-01-12T09:00:00+01:00',
  agent: [{ who: { identifier: { value: 'a.bakker' } }, requestor: true }],
};

test('R5: patient, authorisation, occurred and the coded outcome', () => {
  const { events } = readJson(fhir, {
    ...base,
    action: 'R',
    code: { coding: [{ code: 'read' }] },
    occurredDateTime: '2026-01-12T08:59:58+01:00',
    outcome: { code: { code: '8' }, detail: [{ coding: [{ code: 'forbidden' }] }] },
    authorization: [{ coding: [{ code: 'BTG' }] }],
    patient: {
      identifier: { system: 'http://fhir.nl/fhir/NamingSystem/bsn', value: '999993367' },
    },
  });
  expect(events).toMatchObject([
    {
      occurredAt: '2026-01-12T07:59:58.000Z',
      outcome: 'denied',
      emergency: true,
      subject: { scheme: 'bsn', id: '999993367' },
      actor: { id: 'a.bakker' },
      purpose: { code: 'BTG' },
    },
  ]);
});

test('client and server that log one request give one event', () => {
  const entity = [
    {
      type: { code: 'XrequestId' },
      what: { identifier: { value: '76d148b6-586d-11ec-bf63-0242ac130002' } },
    },
  ];
  const ids = ['client', 'server'].map(
    (id) => readJson(fhir, { ...base, id, action: 'R', entity }).events[0]?.['eventId'],
  );
  expect(ids[0]).toBe(ids[1]);
});

test('an operation of unknown reach is set aside', () => {
  const { dead } = readJson(fhir, { ...base, action: 'E', subtype: [{ code: 'operation' }] });
  expect(dead).toMatchObject([{ reason: 'unknown-operation', field: 'action' }]);
});
