import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AuditEvent } from '../../../domain/event.ts';
import { createEventPacker } from '../../../domain/packed-events.ts';
import type { Token } from '../../../domain/token.ts';
import { createCopyReader, openEventCopy } from '../../../storage/event-copy.ts';

const DAY = 86_400_000;
const NOON = 20_000 * DAY + DAY / 2;
const anEvent = (part: Partial<AuditEvent> = {}): AuditEvent => ({
  eventId: 'e1',
  requestId: null,
  occurredAt: NOON,
  system: 'brp',
  instance: 'prod',
  sequence: null,
  actor: { token: 'a.1.one' as Token, kind: 'person', unit: 'team-1' },
  action: 'view',
  outcome: 'success',
  subject: 's.1.one' as Token,
  subjectMunicipality: '',
  object: null,
  queryKey: 'bsn',
  resultCount: 1,
  fields: ['naam'],
  caseRef: null,
  emergency: false,
  host: null,
  session: null,
  isDateOnly: false,
  ...part,
});
const ALL = () => true;

/** What comes back of blocks, each by its packer. */
function roundTrip(blocks: { packer: number; events: AuditEvent[] }[], wants = ALL) {
  const dir = mkdtempSync(join(tmpdir(), 'copy-'));
  const copy = openEventCopy(dir);
  try {
    const packers = new Map<number, ReturnType<typeof createEventPacker>>();
    for (const { packer: number, events } of blocks) {
      const packer = packers.get(number) ?? createEventPacker();
      packers.set(number, packer);
      for (const [place, event] of events.entries()) packer.add(event, place);
      copy.add(number, packer.take(), 'all');
    }
    const reader = createCopyReader(copy.file());
    return copy.pages().map((page) => reader.events(page, wants));
  } finally {
    copy.close();
    rmSync(dir, { recursive: true });
  }
}

test.each<[string, Partial<AuditEvent>]>([
  ['a lookup', {}],
  ['no official and no person', { actor: null, subject: null }],
  [
    'an account of a system without a unit',
    { actor: { token: 'a.1.two' as Token, kind: 'system', unit: '' } },
  ],
  [
    'a unit of any text',
    { actor: { token: 'a.1.two' as Token, kind: 'person', unit: 'Wmo\t"Zuid"\n' } },
  ],
  ['numbers', { sequence: 2 ** 40, resultCount: 0 }],
  ['no numbers', { sequence: null, resultCount: null }],
  [
    'every token',
    {
      ...{ requestId: 'o.1.r' as Token, caseRef: 'o.1.c' as Token, host: 'o.1.h' as Token },
      ...{ session: 'o.1.s' as Token, object: { kind: 'vehicle', token: 'o.1.v' as Token } },
    },
  ],
  ['a session without a request', { session: 'o.1.s' as Token }],
  [
    'letters of more than one byte',
    { eventId: 'é€😀', instance: 'ü', subjectMunicipality: 'Súdwest-Fryslân' },
  ],
  ['many fields', { fields: Array.from({ length: 1000 }, (_, i) => `veld ${i}`) }],
  ['flags', { emergency: true, isDateOnly: true, queryKey: null, outcome: 'denied' }],
])('a packed event comes back as it was: %s', (_, part) => {
  const event = anEvent(part);
  expect(roundTrip([{ packer: 0, events: [event] }])).toEqual([[event]]);
});

test('events come back in order of time, system and id, whatever their blocks and packers', () => {
  const events = Array.from({ length: 2_000 }, (_, i) =>
    anEvent({
      eventId: `e${i}`,
      occurredAt: NOON + (i >> 1) * 1_000,
      system: i % 4 === 0 ? 'suwinet' : 'brp',
      requestId: `o.1.${i}` as Token,
    }),
  );
  const shuffled = [...events].sort((a, b) =>
    (a.eventId.at(-1) ?? '').localeCompare(b.eventId.at(-1) ?? ''),
  );
  const blocks = [0, 1, 2, 3].map((n) => ({
    packer: n % 2,
    events: shuffled.slice(n * 500, n * 500 + 500),
  }));
  const inOrder = [...events].sort(
    (a, b) =>
      a.occurredAt - b.occurredAt ||
      (a.system < b.system ? -1 : a.system > b.system ? 1 : 0) ||
      (a.eventId < b.eventId ? -1 : 1),
  );
  expect(roundTrip(blocks).flat()).toEqual(inOrder);
});

test('days stay whole, and small ones share a page', () => {
  const on = (day: number, count: number): AuditEvent[] =>
    Array.from({ length: count }, (_, i) =>
      anEvent({ eventId: `e${day}-${i}`, occurredAt: NOON + day * DAY + i }),
    );
  const pages = roundTrip([{ packer: 0, events: [...on(2, 15_000), ...on(0, 10), ...on(1, 20)] }]);
  expect(pages.map((page) => page.length)).toEqual([15_030]);
  const large = roundTrip([
    { packer: 0, events: [...on(2, 15_000), ...on(0, 10), ...on(1, 9_000)] },
  ]);
  expect(large.map((page) => page.length)).toEqual([9_010, 15_000]);
});

test('only wanted events come back, and what was stored before does not', () => {
  const dir = mkdtempSync(join(tmpdir(), 'copy-'));
  const copy = openEventCopy(dir);
  const packer = createEventPacker();
  const events = ['e0', 'e1', 'e2', 'e3'].map((eventId, i) =>
    anEvent({ eventId, subject: `s.1.${i % 2}` as Token }),
  );
  for (const [place, event] of events.entries()) packer.add(event, place);
  copy.add(0, packer.take(), [0, 1, 3]);
  const reader = createCopyReader(copy.file());
  const [page] = copy.pages();
  if (page === undefined) throw new RangeError('no page');
  const of = (wants: (actor: Token | null, subject: Token | null) => boolean) =>
    reader.events(page, wants).map((e) => e.eventId);
  expect(of(ALL)).toEqual(['e0', 'e1', 'e3']);
  expect(of((_, subject) => subject === 's.1.1')).toEqual(['e1', 'e3']);
  // The file has no name: nothing of it stays behind, not even after a crash.
  expect(readdirSync(dir)).toEqual([]);
  copy.close();
  rmSync(dir, { recursive: true });
});
