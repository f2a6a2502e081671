import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditEvent } from '../../domain/event.ts';
import { createAlertStore } from '../../storage/alerts.ts';
import { migrate, type Store } from '../../storage/client.ts';
import { createEventStore, eventRow } from '../../storage/events.ts';
import { openServerStore } from '../../storage/server.ts';
import { startClickHouse, type TestClickHouse } from '../helpers/clickhouse-http.ts';
import { anAuditEvent } from '../helpers/events.ts';

let server: TestClickHouse;
let store: Store;
const settings = () => ({
  url: server.url,
  user: server.user,
  password: server.password,
  database: 'default',
});
beforeAll(async () => {
  server = await startClickHouse();
  store = await openServerStore(settings());
});
afterAll(async () => {
  await store?.close();
  await server?.stop();
});

describe('the engine over HTTP', () => {
  test('has the tables, and a second start changes nothing', async () => {
    expect(await migrate(store)).toEqual([]);
    const tables = await store.rows<[string]>('SHOW TABLES');
    expect(tables.flat()).toEqual(expect.arrayContaining(['alerts', 'events']));
  });

  test('gives back what was written, hostile text included', async () => {
    const events = createEventStore(store);
    const instance = 'tab\t quote\' back\\slash "x" [1,2]\n{a:String}';
    const event = anAuditEvent({ eventId: "it's\\1", instance, fields: ["a'b", 'c\\d'] });
    await events.append([eventRow(event, '0'.repeat(32))]);
    const found: AuditEvent[] = [];
    for await (const page of events.inOrder()) found.push(...page);
    expect(found).toEqual([event]);
    const { system, eventId, occurredAt } = event;
    const known = await events.known([{ system, eventId }], occurredAt, occurredAt);
    expect([...known]).toEqual([`${system}\0${eventId}`]);
  });

  test('takes more ids than an address holds', async () => {
    const ids = Array.from({ length: 20_000 }, (_, i) => ({ system: 'brp', eventId: `e${i}` }));
    expect(await createEventStore(store).known(ids, 0, Date.UTC(2030, 0))).toEqual(new Set());
  });

  test('is asked again while it is short of memory, and after an answer got lost', async () => {
    const events = createEventStore(store);
    const before = await events.count();
    await server.fault('refuse');
    const writing = events.append([eventRow(anAuditEvent({ eventId: 'r1' }), '1'.repeat(32))]);
    setTimeout(() => void server.fault('none'), 700);
    await writing;
    await server.loseAnswers(1);
    await events.append([eventRow(anAuditEvent({ eventId: 'r2' }), '2'.repeat(32))]);
    expect(await events.count()).toBe(before + 2);
  });

  test('shares its rows between processes', async () => {
    const other = await openServerStore(settings(), { migrate: false });
    expect(await createAlertStore(other).count()).toBe(0);
    expect(await createEventStore(other).count()).toBe(await createEventStore(store).count());
    await other.close();
  });

  test('names a wrong password', async () => {
    const wrong = openServerStore({ ...settings(), password: 'no' }, { migrate: false });
    await expect(wrong).rejects.toMatchObject({ code: 'ERR_STORAGE_REFUSED' });
  });
});
