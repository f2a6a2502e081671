// The store itself: its tables are those of the golden file, every migration can be followed by a restart,
// and what was written comes back.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReferenceRows } from '../../domain/reference.ts';
import type { RawSignal } from '../../domain/signal.ts';
import { noteAlert } from '../../review/alert-review.ts';
import { openCase } from '../../review/case-work.ts';
import { openJournal } from '../../review/journal.ts';
import { createAlertStore } from '../../storage/alerts.ts';
import { migrate, openEmbeddedStore, type Store } from '../../storage/client.ts';
import { createEventStore, eventRow } from '../../storage/events.ts';
import { createJudgementStore } from '../../storage/judgements.ts';
import { createReferenceStore } from '../../storage/reference-versions.ts';
import { createJournalStore } from '../../storage/review-journal.ts';
import { createSignalStore } from '../../storage/signals.ts';
import { anAlert } from '../helpers/alerts.ts';
import { anAuditEvent } from '../helpers/events.ts';
import { aReference, token } from '../helpers/lookups.ts';
import { directoryOf } from '../helpers/review.ts';

const GOLDEN = join(import.meta.dirname, '../fixtures/schema.golden.sql');
const MIGRATIONS = join(import.meta.dirname, '../../storage/migrations');
const dir = mkdtempSync(join(tmpdir(), 'inzagewacht-test-'));
let store: Store;

beforeAll(async () => {
  store = await openEmbeddedStore(join(dir, 'store'));
});
afterAll(async () => {
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});

async function schemaOf(of: Store): Promise<string> {
  const tables = await of.rows<[string]>(
    "SELECT name FROM system.tables WHERE database = currentDatabase() AND name NOT LIKE '.inner%' ORDER BY name",
  );
  const created: string[] = [];
  for (const [name] of tables) {
    const [row] = await of.rows<[string]>(`SHOW CREATE TABLE ${name}`);
    created.push(`${row?.[0] ?? ''};\n`);
  }
  return created.join('\n');
}

describe('tables', () => {
  test('are those of the golden file (UPDATE_GOLDEN=1 writes it anew)', async () => {
    const schema = await schemaOf(store);
    if (process.env['UPDATE_GOLDEN'] === '1') {
      mkdirSync(join(GOLDEN, '..'), { recursive: true });
      writeFileSync(GOLDEN, schema);
    }
    expect(schema).toBe(readFileSync(GOLDEN, 'utf8'));
  });

  test('stay as they are when the migrations run again', async () => {
    expect(await migrate(store)).toEqual([]);
  });

  test('are on record by name and checksum, one for each file', async () => {
    const rows = await store.rows<[string, string]>(
      'SELECT name, checksum FROM schema_migrations FINAL ORDER BY name',
    );
    const files = readdirSync(MIGRATIONS).filter((f) => f.endsWith('.sql'));
    expect(rows.map(([name]) => name)).toEqual(files.sort());
    for (const [, checksum] of rows) expect(checksum).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('events', () => {
  test('come back whole, in order of time, and by batch', async () => {
    const events = createEventStore(store);
    const whole = anAuditEvent({
      eventId: 'whole',
      requestId: token('o.1.AAAAAAAAAAAAAAAAAAAAAQ'),
      sequence: 7,
      object: { kind: 'vehicle', token: token('o.1.AAAAAAAAAAAAAAAAAAAAAg') },
      subjectMunicipality: 'Voorbeeld',
      host: token('o.1.AAAAAAAAAAAAAAAAAAAAAw'),
      session: token('o.1.AAAAAAAAAAAAAAAAAAAABA'),
      caseRef: token('o.1.AAAAAAAAAAAAAAAAAAAABQ'),
      fields: ["with 'quote'", 'tab\there', 'back\\slash'],
      emergency: true,
    });
    const bare = anAuditEvent({
      eventId: 'bare',
      occurredAt: whole.occurredAt - 86_400_000,
      actor: null,
      subject: null,
      queryKey: null,
      resultCount: null,
    });
    const read = async (batch: number) => {
      const found = [];
      for await (const page of events.inOrder({ batch })) found.push(...page);
      return found;
    };
    await events.append([eventRow(whole, '0'.repeat(32))]);
    const first = await events.lastBatch();
    await events.append([eventRow(bare, '0'.repeat(32))]);
    expect(await events.lastBatch()).toBeGreaterThan(first);
    expect(await read(-1)).toEqual([bare, whole]);
    expect(await read(first)).toEqual([bare]);
  });
});

describe('signals', () => {
  const aSignal = (fields: Partial<RawSignal>): RawSignal => ({
    typology: 'relative',
    kind: 'rule',
    p: 0.01,
    floor: 'high',
    subject: token('s1'),
    reasons: [],
    eventIds: ['e1'],
    verdict: 'unexplained',
    detector: 'relative',
    version: 1,
    actor: token('a1'),
    day: 20_000,
    firstEventAt: 1,
    lastEventAt: 2,
    subjects: [token('s1')],
    key: token('a1'),
    role: 'clerk',
    ...fields,
  });

  test('of a day that is judged again replace what it said before', async () => {
    const signals = createSignalStore(store);
    const key = token('a1');
    await signals.save(
      [{ day: 20_000, key, signals: [aSignal({}), aSignal({ detector: 'self' })] }],
      {
        version: 1,
        isOpen: true,
      },
    );
    expect(await signals.open()).toHaveLength(2);
    await signals.save([{ day: 20_000, key, signals: [aSignal({ p: 0.001 })] }], {
      version: 2,
      isOpen: false,
      spoke: () => ['relative', 'self'],
    });
    expect(await signals.between(20_000, 20_001)).toEqual([aSignal({ p: 0.001 })]);
    expect(await signals.between(20_001, 20_002)).toEqual([]);
    expect(await signals.open()).toEqual([]);
    expect(await signals.count()).toBe(1);
  });
});

describe('reference data', () => {
  const AT = Date.parse('2026-03-01T00:00:00Z');
  const rowsOf = (version: string, count: number): ReferenceRows => ({
    ...{
      version,
      delivered: aReference().delivered,
      officials: [],
      ties: [],
      watchlist: [],
      roster: [],
      persons: [],
    },
    caseload: Array.from({ length: count }, (_, i) => aCaseRow(`s${i}`)),
  });
  const aCaseRow = (subject: string): ReferenceRows['caseload'][number] => ({
    ...{ subject: token(subject), caseRef: null, kind: 'case', actor: token('a1'), unit: '' },
    ...{ domain: '', from: null, to: null },
  });

  test('of any size comes back as it was imported, the newest first', async () => {
    const references = createReferenceStore(store);
    expect(await references.newest()).toBeNull();
    const large = rowsOf('large', 45_000);
    await references.save(large, AT + 1);
    expect(await references.newest()).toEqual(large);
    await references.save(rowsOf('small', 3), AT + 2);
    expect(await references.newest()).toEqual(rowsOf('small', 3));
    expect(await references.newestVersion()).toBe('small');
    // Imported again, it is the newest.
    await references.save(large, AT + 3);
    expect(await references.newest()).toEqual(large);
  });

  test('counts once its last part is written, and is read in the form that it had before', async () => {
    const references = createReferenceStore(store);
    const failing = createReferenceStore({
      ...store,
      async sql(query) {
        if (query.includes('reference_versions')) throw new Error('killed');
        await store.sql(query);
      },
    });
    await expect(failing.save(rowsOf('half', 3), AT + 4)).rejects.toThrow('killed');
    expect(await references.newestVersion()).toBe('large');
    const before = JSON.stringify([
      'old',
      String((AT + 5) / 1000),
      JSON.stringify(rowsOf('old', 2)),
    ]);
    await store.sql(
      `INSERT INTO reference_versions (version, imported_at, rows) FORMAT JSONCompactEachRow\n${before}`,
    );
    expect(await references.newest()).toEqual(rowsOf('old', 2));
  });
});

test('alerts of open days may go, unless somebody acted on them', async () => {
  const idOf = (n: number) => `al-${String(n).repeat(22)}`;
  const alerts = [1, 2, 3, 4].map((n) =>
    anAlert({ alertId: idOf(n), lastEventAt: `2026-03-0${n}T12:00:00.000Z` }),
  );
  await createAlertStore(store).save(alerts, 1);
  const journal = await openJournal(createJournalStore(store, 'default'), { tenant: 'default' });
  const by = { accountId: 'l-1', name: 'one', role: 'security-officer' as const };
  const reviewer = { ...by, person: 'p', actors: [], persons: [] };
  await noteAlert(journal, reviewer, idOf(2), 'seen on the first day');
  const directory = directoryOf(alerts);
  await directory.refresh();
  const deps = { journal, directory, reference: () => aReference(), heldEvents: async () => 1 };
  await openCase(deps, reviewer, {
    ...{ title: 'Case', alertIds: [idOf(3)], ground: 'reasonable-suspicion' },
    ...{ protocolArticle: 'art. 5', regime: 'avg', reason: 'what a test needs' },
  });
  const judgements = createJudgementStore(store);
  const mayGo = async (fromAt: string): Promise<string[]> =>
    judgements.untouched(await judgements.openAlertIds(fromAt));
  expect(await mayGo('')).toEqual([idOf(1), idOf(4)]);
  expect(await mayGo('2026-03-02T00:00:00.000Z')).toEqual([idOf(4)]);
  // What is said of a log is no business of who weighs officials, and the other way round.
  const [reason] = anAlert().reasons;
  if (reason === undefined) throw new Error('no reason');
  const aboutLogs = [5, 6, 7].map((n) =>
    anAlert({
      ...{ alertId: idOf(n), typology: 'log-gap', actor: null, subjects: [] },
      ...{ firstEventAt: `2026-03-0${n - 2}T12:00:00.000Z` },
      reasons: [{ ...reason, detector: n === 6 ? 'format-drift' : 'log-gap' }],
    }),
  );
  await createAlertStore(store).save(aboutLogs, 1);
  await noteAlert(journal, reviewer, idOf(7), 'asked the administrator');
  expect(await mayGo('')).toEqual([idOf(1), idOf(4)]);
  const since = (firstEventAt: string, lastEventAt: string, ...by: string[]) =>
    judgements.openLogAlertIds({ firstEventAt, lastEventAt }, by);
  expect(await since('2026-03-02', '', 'log-gap', 'source-silent')).toEqual([idOf(5)]);
  expect(await since('2026-03-02', '', 'log-gap', 'format-drift')).toEqual([idOf(5), idOf(6)]);
  expect(await since('2026-03-04', '', 'log-gap', 'format-drift')).toEqual([idOf(6)]);
  expect(await since('2026-03-02', '2026-03-07', 'log-gap', 'format-drift')).toEqual([]);
});

test('what lanes said is asked for by position, or whatever was not heard', async () => {
  const judgements = createJudgementStore(store);
  const said = (n: number, position: number, day = 20_000) => ({
    ...{ day, by: 'actor' as const, key: token(`k${n}`), lane: 'events/0', position },
    signals: [],
  });
  // Of the first one, the higher position counts, whichever came last; day 10 is closed.
  await judgements.save([...Array(1_200).keys()].map((n) => said(n, 10)));
  await judgements.save([said(0, 30), said(5, 20), said(6, 20, 10)]);
  await judgements.save([said(0, 12)]);
  const none = (): boolean => false;
  const keysOf = (all: readonly { key: string; position: number }[]) =>
    all.map(({ key, position }) => `${key} ${position}`).sort();
  const from = (position: number) => new Map([['events/0', position]]);
  const started = Date.now();
  const new20 = await judgements.since(19_999, from(20), 0, none);
  expect(keysOf(new20.judgements)).toEqual(['k0 30', 'k5 20']);
  expect(Math.abs(new20.saidAt - started)).toBeLessThan(10_000);
  const others20 = await judgements.since(19_999, from(20), 0, ({ key }) => key === 'k0');
  expect(keysOf(others20.judgements)).toEqual(['k5 20']);
  expect((await judgements.since(19_999, from(31), 0, none)).judgements).toEqual([]);
  // Nothing was said after the newest but at that very time.
  const later = new20.saidAt + 1;
  expect(await judgements.since(19_999, from(20), later, none)).toEqual({
    ...{ judgements: [], saidAt: later },
  });
  const all = await judgements.unheard(19_999, [], none);
  expect(all).toHaveLength(1_200);
  expect(all.find(({ key }) => key === 'k0')?.position).toBe(30);
  const heard = all.slice(3);
  const known = new Set(heard.map(({ key }) => key));
  const isKnown = ({ key }: Pick<(typeof all)[number], 'key'>): boolean => known.has(key);
  expect(keysOf(await judgements.unheard(19_999, heard, isKnown))).toEqual(keysOf(all.slice(0, 3)));
  // Nothing is read where as much is known as there is, at the same positions.
  expect(await judgements.unheard(19_999, all, none)).toEqual([]);
  const [one, ...others] = all;
  const older = one === undefined ? [] : [{ ...one, position: one.position - 1 }];
  const found = await judgements.unheard(19_999, [...others, ...older], isKnown);
  expect(found.map(({ key }) => key)).toContain(one?.key);
});

test('a store may be closed and opened again after every migration', async () => {
  const files = readdirSync(MIGRATIONS)
    .filter((f) => f.endsWith('.sql'))
    .sort();
  const path = join(dir, 'step by step');
  const folder = join(dir, 'migrations');
  mkdirSync(folder);
  // One directory at a time in a process.
  await store.close();
  for (const file of files) {
    writeFileSync(join(folder, file), readFileSync(join(MIGRATIONS, file)));
    const opened = await openEmbeddedStore(path, folder);
    expect(await migrate(opened, folder)).toEqual([]);
    await opened.close();
  }
  store = await openEmbeddedStore(path);
  expect(await schemaOf(store)).toBe(readFileSync(GOLDEN, 'utf8'));
});
