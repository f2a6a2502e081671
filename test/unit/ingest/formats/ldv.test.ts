import { describe, expect, test } from 'vitest';
import { ldv } from '../../../../ingest/formats/ldv.ts';
import { fixture, readJson } from '../../../helpers/read-lines.ts';

type Case = {
  title: string;
  valid: boolean;
  entry: Record<string, unknown>;
  field?: string;
  expectedEvents?: Record<string, unknown>[];
};
const { cases, isHere, name } = fixture<Case>('ldv/spans.json');

describe.skipIf(!isHere)(name, () => {
  test.each(cases.map((c) => [c.title, c] as const))('%s', (_, c) => {
    const { events, dead } = readJson(ldv, c.entry);
    expect(dead.map((d) => d.field)).toEqual(c.valid ? [] : [c.field]);
    expect(events).toHaveLength(c.expectedEvents?.length ?? 0);
    for (const [i, event] of (c.expectedEvents ?? []).entries())
      expect(events[i]).toMatchObject(event);
  });
});

const span = {
  trace_id: 'f5ab978ada653d895ed68ebc75aa34bc',
  span_id: '2465a128ca302ed5',
  name: 'Raadplegen persoon',
  start_time: 1768206722000,
  status: 'ok',
};

test('a fault line without dpl attributes is an event about nobody', () => {
  const { events } = readJson(ldv, { ...span, status: 'error', attributes: {} });
  expect(events).toMatchObject([{ outcome: 'error', subject: null, actor: null }]);
});

test('two users who both ask leave the official unknown', () => {
  const users = ['a', 'b'].map((userID) => ({ userID, userIsRequestor: true }));
  const { events } = readJson(ldv, { ...span, attributes: { 'dpl.nen7513.users': users } });
  expect(events).toMatchObject([{ actor: null }]);
});

test('every participant who is a person gives an event of its own', () => {
  const participants = ['999993367', '999993240'].map((participantObjectID) => ({
    participantObjectTypeCode: 1,
    participantObjectTypeCodeRole: 1,
    participantObjectIDTypeCode: 'BSN',
    participantObjectID,
  }));
  const { events } = readJson(ldv, {
    ...span,
    attributes: { 'dpl.nen7513.participants': participants, 'dpl.nen7513.eventTypeCode': 'zoeken' },
  });
  expect(events.map((e) => e['subject'])).toMatchObject([{ id: '999993367' }, { id: '999993240' }]);
  expect(new Set(events.map((e) => e['eventId'])).size).toBe(2);
  expect(events[0]).toMatchObject({ action: 'search' });
});

test('keys of a prototype are data', () => {
  const line = JSON.stringify({ ...span, attributes: {} }).replace(
    '"attributes":{}',
    '"attributes":{"__proto__":{"dpl.core.data_subject_id":"999993367"}}',
  );
  expect(readJson(ldv, JSON.parse(line)).events).toMatchObject([{ subject: null }]);
});

test('a status that no version knows is set aside; one left out is none', () => {
  expect(readJson(ldv, { ...span, status: 'maybe', attributes: {} }).dead).toMatchObject([
    { field: 'status' },
  ]);
  const { status: _, ...without } = span;
  expect(readJson(ldv, { ...without, attributes: {} }).events).toMatchObject([
    { outcome: 'success' },
  ]);
});

test('steps of a trace that are no processing are no access', () => {
  const step = {
    traceId: span.trace_id,
    spanId: span.span_id,
    name: 'db.pool',
    startTimeUnixNano: '1768210748000000000',
  };
  expect(readJson(ldv, { resourceSpans: [{ scopeSpans: [{ spans: [step] }] }] })).toMatchObject({
    events: [],
    dead: [],
    consumed: ['not-an-access'],
  });
});
