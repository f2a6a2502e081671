// From logs read to a package in the hands of the police, and everything that someone with the store in
// hand could do in between, against the real engine.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { holdCases, recordedInLog } from '../../cli/holds.ts';
import { openWorkspace } from '../../cli/workspace.ts';
import type { Alert } from '../../domain/alert.ts';
import type { ReferenceData } from '../../domain/reference.ts';
import type { Token } from '../../domain/token.ts';
import { releaseRows } from '../../evidence/log/erase.ts';
import { publishedNotes } from '../../evidence/log/publish.ts';
import { indexReference } from '../../reference/index-rows.ts';
import { emptyTables } from '../../reference/tables.ts';
import { buildReferenceRows } from '../../reference/to-rows.ts';
import { createAlertDirectory } from '../../review/alert-directory.ts';
import { openCase } from '../../review/case-work.ts';
import { openJournal } from '../../review/journal.ts';
import { decideReveal, requestReveal } from '../../review/reveal.ts';
import type { Reviewer } from '../../review/reviewer.ts';
import { ask, decideRequest } from '../../review/two-person-request.ts';
import { createHoldStore } from '../../storage/holds.ts';
import { createJournalStore } from '../../storage/review-journal.ts';
import { createRowReader } from '../../storage/transparency-rows.ts';
import { aWorkplace, filesBelow, inzagewacht } from '../helpers/cli.ts';

const place = aWorkplace();
process.env['INZAGEWACHT_MASTER_KEY_FILE'] = place.keyFile;
const data = join(place.dir, 'data');
const out = join(place.dir, 'package');
const run = (...args: string[]) => inzagewacht(args, place);
const VICTIM = '999990019'; // from the official test range
const OTHER = '999990032';

const line = (i: number): string =>
  JSON.stringify({
    eventId: `e${i}`,
    occurredAt: new Date(Date.UTC(2026, 1, 1 + (i % 28), 9, i % 60)).toISOString(),
    source: { system: 'brp' },
    actor: { id: i % 3 === 0 ? 'suspect' : `w${i % 7}`, unit: 'Burgerzaken' },
    action: 'view',
    subject: { scheme: 'bsn', id: i % 9 === 0 ? VICTIM : OTHER },
  });
const investigator: Reviewer = {
  ...{ accountId: 'a-1', name: 'I. Onderzoeker', role: 'integrity-investigator', person: 'p-1' },
  ...{ actors: [], persons: [] },
};
const fg: Reviewer = {
  ...investigator,
  accountId: 'a-2',
  name: 'F. Functionaris',
  role: 'fg',
  person: 'p-2',
};

type Opened = Awaited<ReturnType<typeof openWorkspace>>;
async function inStore<T>(work: (workspace: Opened) => Promise<T>): Promise<T> {
  const workspace = await openWorkspace(data, 'default');
  try {
    return await work(workspace);
  } finally {
    await workspace.close();
  }
}
const anAlert = (actor: Token, subject: Token): Alert => ({
  ...{ alertId: 'al-1', typology: 'no-case', severity: 'high', score: 80, status: 'new' },
  ...{ actor: { token: actor }, subjects: [{ token: subject }] },
  ...{ firstEventAt: '2026-02-01T09:00:00.000Z', lastEventAt: '2026-02-28T09:59:00.000Z' },
  ...{ openedAt: '2026-02-28T10:00:00.000Z', eventIds: ['e0', 'e9', 'e18'], eventCount: 3 },
  explanation: 'unexplained',
  reasons: [
    {
      ...{ detector: 'no-case', code: 'lookups', observed: 34, expected: 1.2, unit: 'lookups' },
      ...{ comparedWith: 'peer-group', text: { nl: '34 keer zonder zaak.', en: '34 times.' } },
    },
  ],
  versions: { config: 'c', reference: 'r', detectors: {} },
});
let caseId = '';
const deps = async (workspace: Opened, reference: ReferenceData) => {
  const store = createJournalStore(workspace.reviewStore, 'default');
  const journal = await openJournal(recordedInLog(store, workspace.evidence), {
    tenant: 'default',
  });
  const directory = createAlertDirectory(workspace.alerts, workspace.confidential);
  await directory.refresh();
  return { journal, directory, reference: () => reference };
};

beforeAll(async () => {
  mkdirSync(place.dir, { recursive: true });
  writeFileSync(
    join(place.dir, 'log.ndjson'),
    Array.from({ length: 300 }, (_, i) => `${line(i)}\n`).join(''),
  );
  const scanned = await run(
    'scan',
    join(place.dir, 'log.ndjson'),
    '--data',
    data,
    '--out',
    join(place.dir, 'a'),
  );
  expect(scanned.code, scanned.stderr).toBe(0);
});
afterAll(() => place.remove());

test('every row that came in stands in the log, signed', async () => {
  const checked = await run('evidence', 'check', '--data', data);
  expect(checked.code, checked.stderr).toBe(0);
  expect(JSON.parse(checked.stdout)).toEqual({
    entries: 1,
    rows: 300,
    checkpoints: 1,
    findings: [],
  });
});

test('an unknown case, and one whose export nobody agreed to, are refused', async () => {
  caseId = await inStore(async (workspace) => {
    const actor = workspace.tokens.actor('suspect');
    const subject = workspace.tokens.subject('bsn', VICTIM);
    await workspace.alerts.replaceAll([anAlert(actor, subject)], 1);
    const rows = buildReferenceRows(emptyTables(), workspace.tokens);
    const review = await deps(workspace, indexReference(rows));
    const whenHeld = holdCases(workspace, review.journal, 90, (cause) => {
      throw cause;
    });
    const opened = await openCase({ ...review, heldEvents: async () => 0 }, investigator, {
      regime: 'avg',
      ...{ title: 'Zaak', alertIds: ['al-1'], ground: 'reasonable-suspicion' },
      ...{ protocolArticle: 'art. 4', reason: 'Vermoeden van inzage zonder taak' },
    });
    await ask(review.journal, 'export', investigator, 'Aangifte bij de Rijksrecherche', {
      ...{ caseId: opened.caseId, identities: 'revealed' },
    });
    await whenHeld();
    return opened.caseId;
  });
  const unknown = await run('evidence', 'export', 'c-none', '--data', data, '--out', out);
  expect(unknown.code).toBe(1);
  expect(unknown.stderr).toContain('no case c-none');
  const alone = await run('evidence', 'export', caseId, '--data', data, '--out', out);
  expect(alone.code).toBe(1);
  expect(alone.stderr).toContain('second person');
});

test('opening a case holds the official’s rows with their original lines, hashed and in the log', async () => {
  await inStore(async (workspace) => {
    const holds = createHoldStore(workspace.store, workspace.sealKey);
    const [hold, ...more] = await holds.ofCase(caseId);
    expect(more).toEqual([]);
    expect(hold).toMatchObject({ events: 100, lines: 100, isReleased: false });
    const lines: string[] = [];
    for await (const { line: original, proof } of holds.rows(hold?.holdId ?? '')) {
      expect(proof).not.toBeNull();
      lines.push(original?.bytes.toString() ?? '');
    }
    const theirs = Array.from({ length: 100 }, (_, i) => line(i * 3));
    expect(lines.sort()).toEqual(theirs.sort());
    const records = [...(await workspace.evidence.entries.records('custody')).values()];
    expect(records.map(({ record }) => JSON.parse(record))).toMatchObject([
      { kind: 'hold', caseId, events: 100, rowsSha256: hold?.rowsSha256 },
    ]);
    // What the hold keeps is sealed: no clear identity in the store.
    const [sealed] = await workspace.store.rows<[string]>('SELECT any(sealed_line) FROM held_rows');
    expect(sealed?.[0]).not.toContain('suspect');
  });
});

test('with a reveal and a second person the package is made, twice the same', async () => {
  await inStore(async (workspace) => {
    const rows = buildReferenceRows(emptyTables(), workspace.tokens);
    const review = await deps(workspace, indexReference(rows));
    const covers = [workspace.tokens.actor('suspect'), workspace.tokens.subject('bsn', VICTIM)];
    const asked = await requestReveal(review, investigator, caseId, {
      ...{ tokens: covers, reasonCode: 'refer-to-authority', text: 'Voor de aangifte' },
      ...{ ground: 'reasonable-suspicion', protocolArticle: 'art. 6' },
    });
    await decideReveal(review, fg, asked.revealId, 'approve', 'Akkoord', asked.sequence);
    const [exportId] = [
      ...new Set(
        (await createJournalStore(workspace.store, 'default').raw())
          .filter(({ chain }) => chain.startsWith('export:'))
          .map(({ chain }) => chain.slice('export:'.length)),
      ),
    ];
    // The source of one row says that it belongs to an inquiry.
    const said = { occurredAt: Date.UTC(2026, 1, 1), processing: null, isLifted: false };
    await workspace.confidential.mark([{ system: 'brp', eventId: 'e3', ...said }], Date.now());
    const decision = { isApproved: true, reason: 'Akkoord' };
    await decideRequest(review.journal, 'export', fg, exportId ?? '', decision, 1);
  });
  const config = join(place.dir, 'settings.yaml');
  writeFileSync(
    config,
    'evidence:\n  organisation:\n    name: Gemeente Voorbeeld\n    contact: fg@example.org\n',
  );
  const options = ['--data', data, '--config', config, '--referral', 'viewed,paid'];
  const first = await run('evidence', 'export', caseId, ...options, '--out', out);
  expect(first.code, first.stderr).toBe(0);
  expect(JSON.parse(first.stdout)).toMatchObject({
    events: 100,
    missingLines: 0,
    withheldLines: 66,
  });
  expect(first.stderr).toContain('art. 162 Sv');
  const again = await run('evidence', 'export', caseId, ...options, '--out', `${out}-2`);
  expect(again.code, again.stderr).toBe(0);
  const [a, b] = [filesBelow(out), filesBelow(`${out}-2`)];
  expect(a.length).toBeGreaterThan(20);
  const differing = a.filter((f, i) => !f.bytes.equals(b[i]?.bytes ?? Buffer.alloc(0)));
  expect(differing.map((f) => f.path.slice(out.length))).toEqual([]);
  // A folder in use is refused, not filled up.
  expect((await run('evidence', 'export', caseId, ...options, '--out', out)).code).toBe(1);
});

test('the package is genuine, says who did what, and shows nobody else', async () => {
  const key = await run('evidence', 'key', '--data', data);
  const fingerprint = /fingerprint ([0-9a-f]{64})/.exec(key.stdout)?.[1] ?? '';
  const verified = await run('evidence', 'verify', out, '--fingerprint', fingerprint);
  expect(verified.stdout).toContain('verdict: genuine');
  expect(verified.code).toBe(0);
  const custody = readFileSync(join(out, 'data/custody/custody.ndjson'), 'utf8')
    .trimEnd()
    .split('\n');
  const steps = custody.map(
    (text) => JSON.parse(text) as { uid: string | null; step: { typeUid: string } | null },
  );
  expect(steps.map(({ step }) => step?.typeUid ?? 'hold')).toEqual([
    ...[
      'case.opened',
      'export.requested',
      'hold',
      'reveal.requested',
      'reveal.approved',
      'export.approved',
    ],
  ]);
  expect(steps.filter(({ uid }) => uid === null)).toEqual([]);
  const all = filesBelow(out)
    .map(({ bytes }) => bytes.toString('latin1'))
    .join('\n');
  expect(all).toContain(VICTIM);
  expect(all).not.toContain(OTHER);
  expect(all).not.toMatch(/"w\d"/);
  expect(all).toContain('VERTROUWELIJK VOLGENS DE BRON');
  expect(all).toContain('gebeurtenissen e3 (1 in totaal)');
  writeFileSync(join(out, 'data/alerts/alerts.json'), '{}');
  const changed = await run('evidence', 'verify', out, '--fingerprint', fingerprint);
  expect(changed.code).toBe(1);
  expect(changed.stdout).toContain('verdict: invalid');
});

test('checkpoints are published, and found again in the log', async () => {
  const folder = join(place.dir, 'published');
  expect((await run('evidence', 'publish', '--data', data, '--to', folder)).code).toBe(0);
  expect(publishedNotes(folder)).toHaveLength(1);
  const checked = await run('evidence', 'check', '--data', data, '--published', folder);
  expect(checked.code, checked.stdout).toBe(0);
});

test('a row is erased for good, and log and proofs hold', async () => {
  await inStore(async ({ store, evidence }) => {
    const reader = createRowReader(store);
    const [uid] = await evidence.entries.overlapping(0, Date.UTC(2027, 0, 1));
    const keys = await releaseRows(
      evidence.entries,
      reader,
      uid ?? '',
      ({ eventId }) => eventId === 'e1',
    );
    expect(keys).toEqual(['brp\0e1']);
    await evidence.entries.forgetSalts();
    await store.sql("ALTER TABLE events DELETE WHERE event_id = 'e1' SETTINGS mutations_sync = 1");
    const batch = await evidence.entries.batch(uid ?? '');
    const at = batch?.eventIds.indexOf('e1') ?? -1;
    expect(batch?.erased.get(at)).toHaveLength(32);
    expect(batch?.salts.subarray(at * 16, (at + 1) * 16)).toEqual(Buffer.alloc(16));
    const [versions] = await store.rows<[number]>('SELECT count() FROM log_batches');
    expect(Number(versions?.[0])).toBe(1);
  });
  const checked = await run('evidence', 'check', '--data', data);
  expect(checked.code, checked.stdout).toBe(0);
});

test.each([
  [
    'row-changed',
    "ALTER TABLE events UPDATE action = 'print' WHERE event_id = 'e4' SETTINGS mutations_sync = 1",
  ],
  ['row-missing', "ALTER TABLE events DELETE WHERE event_id = 'e5' SETTINGS mutations_sync = 1"],
  [
    'row-unlogged',
    "INSERT INTO events (event_id, occurred_at, system, actor, line_sha256) VALUES ('x', '2026-02-01 00:00:00.000', 'brp', 'a', repeat('0', 32))",
  ],
  [
    'record-changed',
    "ALTER TABLE review_events UPDATE entry = replace(entry, 'Vermoeden', 'Opdracht') WHERE chain LIKE 'case:%' AND sequence = 1 SETTINGS mutations_sync = 1",
  ],
  [
    'record-missing',
    "ALTER TABLE log_records DELETE WHERE chain_uid = 'custody' SETTINGS mutations_sync = 1",
  ],
  [
    'entry-missing',
    'ALTER TABLE log_entries DELETE WHERE log_index = 1 SETTINGS mutations_sync = 1',
  ],
])('someone with the store in hand: %s', async (code, statement) => {
  await inStore(({ store }) => store.sql(statement));
  const checked = await run('evidence', 'check', '--data', data);
  expect(checked.code).toBe(1);
  const { findings } = JSON.parse(checked.stdout) as { findings: { code: string }[] };
  expect(findings.map((f) => f.code)).toContain(code);
});

test('nothing is written on top of a log that was tampered with', async () => {
  writeFileSync(join(place.dir, 'more.ndjson'), `${line(1_000)}\n`);
  const refused = await run(
    'scan',
    join(place.dir, 'more.ndjson'),
    '--data',
    data,
    '--out',
    join(place.dir, 'b'),
  );
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('run doctor');
});
