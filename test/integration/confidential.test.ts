// What a source calls confidential is kept from the resident's extract until it is lifted, in whatever
// order and however often it comes; and it goes when its events go.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadSettings } from '../../cli/settings.ts';
import { createSink } from '../../cli/sink.ts';
import { openWorkspace, type Workspace } from '../../cli/workspace.ts';
import { formatById } from '../../ingest/formats/registry.ts';
import { createLineSplitter, lineListOf } from '../../ingest/sources/lines.ts';
import { createIngestion } from '../../pipeline/ingestion.ts';
import { linesOf, parseBlock, toBlock } from '../../pipeline/line-block.ts';
import { residentExtract } from '../../review/rights.ts';
import { eventRow } from '../../storage/events.ts';
import { createRetention } from '../../storage/retention.ts';
import { createReviewLookups } from '../../storage/review-lookups.ts';
import { anAlert } from '../helpers/alerts.ts';

const BSN = '999990019';
const dir = mkdtempSync(join(tmpdir(), 'confidential-'));
const settings = loadSettings(undefined);
let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace(join(dir, 'data'), settings.tenant);
});
afterAll(async () => {
  await workspace.close();
  rmSync(dir, { recursive: true, force: true });
});

const uuid = (n: number): string => `48086bf2-11b7-4603-9526-${String(n).padStart(12, '0')}`;
const line = (act: number, processing: number | null, vertrouwelijkheid: string): string =>
  JSON.stringify({
    ...{ url: `https://log.example.nl/${act}`, actieId: uuid(act), actieNaam: 'Raadplegen' },
    ...(processing === null ? {} : { verwerkingId: uuid(1000 + processing) }),
    ...{ vertrouwelijkheid, gebruiker: 'g1', tijdstip: '2026-03-02T10:00:00+01:00' },
    tijdstipRegistratie: '2026-03-02T10:00:01+01:00',
    verwerkteObjecten: [
      {
        ...{ url: `https://log.example.nl/o/${act}`, verwerktObjectId: uuid(5000 + act) },
        ...{ objecttype: 'persoon', soortObjectId: 'BSN', objectId: BSN },
      },
    ],
  });
const split = (lines: string[]) => createLineSplitter().push(Buffer.from(`${lines.join('\n')}\n`));

async function ingest(...lines: string[]): Promise<void> {
  const format = formatById('gemma');
  if (format === null) throw new Error('no format');
  const isEmpty = (await workspace.events.count()) === 0;
  const ingestion = createIngestion(createSink(workspace, settings.evidence), workspace.tokens, {
    ...{ batch: 1000, storeIsEmpty: isEmpty },
  });
  await ingestion.lines('test', split(lines), format.reader());
  await ingestion.flush();
}
/** Acts (their numbers) that the extract of this resident shows now. */
async function shown(): Promise<number> {
  const window = { from: 0, to: Date.UTC(2100, 0) };
  const lookups = createReviewLookups(workspace.reviewStore);
  const rows = await lookups.ofActor(workspace.tokens.actor('g1'), window, 100);
  const confidential = await workspace.confidential.of(rows);
  const stored = rows.map((row) => ({
    ...{ eventId: row.eventId, occurredAt: row.occurredAt, system: row.system, unit: '' },
    ...{ actor: row.actor ?? '', purpose: '', action: row.action, fields: [] },
    confidential: confidential.get(`${row.system}\0${row.eventId}`) ?? null,
  }));
  return residentExtract(stored, new Map(), window, Date.now() + 1000).lookups;
}

test('held back until lifted, for the whole processing', async () => {
  await ingest(line(1, null, 'normaal'), line(2, 1, 'vertrouwelijk'), line(3, 1, 'vertrouwelijk'));
  expect(await shown()).toBe(1);
  // The same act again, now lifted: a duplicate as an event, news as a mark; act 3 goes with it.
  await ingest(line(2, 1, 'opgeheven'));
  expect(await shown()).toBe(3);
  // Reading the first log again changes nothing.
  await ingest(line(1, null, 'normaal'), line(2, 1, 'vertrouwelijk'), line(3, 1, 'vertrouwelijk'));
  expect(await shown()).toBe(3);
});

test('what is confidential after a lift is confidential again', async () => {
  await ingest(line(4, 1, 'vertrouwelijk'));
  expect(await shown()).toBe(3);
});

test('without a processing a lift holds for its own act alone', async () => {
  await ingest(line(5, null, 'vertrouwelijk'), line(6, null, 'vertrouwelijk'));
  await ingest(line(5, null, 'opgeheven'));
  expect(await shown()).toBe(4);
});

test('lines read by other threads carry it too', async () => {
  const format = formatById('gemma');
  if (format === null) throw new Error('no format');
  const runs = createLineSplitter().runs(Buffer.from(`${line(7, 2, 'vertrouwelijk')}\n`));
  const block = toBlock('test', runs);
  const batch = await workspace.events.nextBatch();
  const parsed = parseBlock(
    block,
    format.reader(),
    workspace.tokens,
    (event, sha) => `${eventRow(event, sha)}\t${batch}`,
  );
  expect([...linesOf(block)]).toHaveLength(1);
  const ingestion = createIngestion(createSink(workspace, settings.evidence), workspace.tokens, {
    ...{ batch: 1000, storeIsEmpty: true },
  });
  await ingestion.block('test', lineListOf(runs), { ...parsed, identities: [] });
  await ingestion.flush();
  expect(await workspace.events.count()).toBe(7);
  expect(await shown()).toBe(4);
});

test('marks go with their events, and stay as long as one event of the processing is held', async () => {
  const left = async (): Promise<number> => {
    const [row] = await workspace.store.rows<[number]>(
      'SELECT count() FROM confidential_marks FINAL',
    );
    return Number(row?.[0]);
  };
  expect(await left()).toBe(8);
  const [act3] = await workspace.store.rows<[string]>(
    `SELECT event_id FROM confidential_marks WHERE event_id LIKE '${uuid(3)}%'`,
  );
  const retention = createRetention(workspace.store);
  const held = { actors: [], from: 0, to: 0, eventIds: [act3?.[0] ?? ''] };
  await retention.events(Date.UTC(2027, 0), [held], false);
  // Acts 2 to 4 are one processing: its two confidential marks, the lift, and what came after.
  expect(await left()).toBe(4);
  expect(await shown()).toBe(1);
  // An alert that they keep from others outlives its lookups: their marks stay as long as it does.
  await workspace.alerts.save([anAlert({ alertId: 'al-9', eventIds: [act3?.[0] ?? ''] })], 1);
  await retention.events(Date.UTC(2027, 0), [], false);
  expect(await left()).toBe(4);
  await workspace.alerts.withdraw(['al-9']);
  await retention.events(Date.UTC(2027, 0), [], false);
  expect(await left()).toBe(0);
});
