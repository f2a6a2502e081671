// What the engine erases is what the rules say is due: held rows stay, in both orders, however old.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS } from '../../domain/time.ts';
import type { Token } from '../../domain/token.ts';
import { type Hold, type Kept, planErasure, RetentionPolicy } from '../../review/retention.ts';
import { openEmbeddedStore, type Store } from '../../storage/client.ts';
import { createEventStore, eventRow } from '../../storage/events.ts';
import { createRetention } from '../../storage/retention.ts';
import { anAuditEvent } from '../helpers/events.ts';
import { token } from '../helpers/lookups.ts';

const dir = mkdtempSync(join(tmpdir(), 'inzagewacht-retention-'));
const NOW = Date.UTC(2026, 10, 1);
const policy = RetentionPolicy.parse({});
let store: Store;

/** A lookup every ten days for four years, of three officials in turn. */
const events = Array.from({ length: 146 }, (_, i) => ({
  ...anAuditEvent(),
  eventId: `e${i}`,
  occurredAt: NOW - i * 10 * DAY_MS,
  actor: { token: token(`a${i % 3}`), kind: 'person' as const, unit: 'desk' },
  subject: token('s1'),
}));
const window = { from: NOW - 1_200 * DAY_MS, to: NOW - 800 * DAY_MS };
const hold: Hold = {
  ...{ holdId: 'h', caseId: 'c', reason: 'zaak', decidedBy: 'p', from: 0, until: null },
  ...{ liftedAt: null, token: token('a1'), window },
};

beforeAll(async () => {
  store = await openEmbeddedStore(join(dir, 'store'));
  await createEventStore(store).append(events.map((e) => eventRow(e, '0'.repeat(32))));
});
afterAll(async () => {
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});
const left = async (table: string): Promise<string[]> =>
  (await store.rows<[string]>(`SELECT event_id FROM ${table} ORDER BY event_id`)).map(([id]) => id);

test('erases what the rules say, and shows it first without erasing', async () => {
  const records = events.map(
    (e): Kept => ({
      ...{ kind: 'event', id: e.eventId, since: e.occurredAt },
      tokens: [e.actor.token, e.subject as Token],
    }),
  );
  const plan = planErasure(records, policy, [hold], NOW);
  expect(plan.due.length).toBeGreaterThan(30);
  expect(plan.held.length).toBeGreaterThan(5);
  const retention = createRetention(store);
  const kept = [{ actors: [token('a1')], ...window, eventIds: [] }];
  // The rule keeps until the period is over: one millisecond later the first row is due.
  const before = NOW - policy.event * DAY_MS + 1;
  const shown = await retention.events(before, kept, true);
  expect(shown[0]).toEqual({ table: 'events', due: plan.due.length, held: plan.held.length });
  expect(await left('events')).toHaveLength(146);
  await retention.events(before, kept, false);
  const gone = new Set(plan.due.map((r) => r.id));
  const expected = events
    .map((e) => e.eventId)
    .filter((id) => !gone.has(id))
    .sort();
  expect(await left('events')).toEqual(expected);
  expect(await left('lookups_by_subject')).toEqual(expected);
});
test('an event named by a hold stays although its official is not held', async () => {
  const [oldest] = (await left('events')).slice(-1);
  const kept = [{ actors: [], from: 0, to: 0, eventIds: [oldest ?? ''] }];
  await createRetention(store).events(NOW + DAY_MS, kept, false);
  expect(await left('events')).toEqual([oldest]);
});
