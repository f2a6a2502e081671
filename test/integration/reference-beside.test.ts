import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, expect, test } from 'vitest';
import { startReference } from '../../cli/reference.ts';
import { ingestInputs } from '../../cli/scan.ts';
import { loadSettings } from '../../cli/settings.ts';
import { openWorkspace } from '../../cli/workspace.ts';
import { listInputs } from '../../ingest/sources/files.ts';
import { aWorkplace } from '../helpers/cli.ts';

const place = aWorkplace();
process.env['INZAGEWACHT_MASTER_KEY_FILE'] = place.keyFile;
const log = pino({ level: 'silent' });
const settings = loadSettings(undefined);
const workspace = await openWorkspace(join(place.dir, 'data'), 'default');
afterAll(() => workspace.close());

/** Enough to be worth a thread of its own: over 8 MB. */
const ROWS = 200_000;

test('a large folder that goes while a thread begins to read it is told at once, and to whoever waits', async () => {
  const dir = join(place.dir, 'reference');
  mkdirSync(dir);
  const rows = Array.from(
    { length: ROWS },
    (_, i) => `u${i},person-number-${i},a-team-of-some-people,desk`,
  );
  writeFileSync(join(dir, 'officials.csv'), `actorId,personId,unit,role\n${rows.join('\n')}\n`);
  const pending = await startReference(dir, workspace, log);
  rmSync(dir, { recursive: true });
  pending.check();
  await expect(pending.take()).rejects.toMatchObject({ code: 'ERR_REFERENCE_FOLDER' });
  expect(() => pending.check()).toThrow('reference folder');
});

test('reading ends where the check throws; what was stored is known to the next run', async () => {
  const file = join(place.dir, 'log.ndjson');
  const lines = Array.from({ length: 20_000 }, (_, i) =>
    JSON.stringify({
      ...{ eventId: `e${i}`, occurredAt: '2026-03-02T09:00:00Z', source: { system: 'brp' } },
      ...{ actor: { id: `u${i % 9}` }, action: 'view', subject: { scheme: 'local', id: `p${i}` } },
    }),
  );
  writeFileSync(file, `${lines.join('\n')}\n`);
  const inputs = () => listInputs([file]);
  let asked = 0;
  const check = (): void => {
    if (++asked === 2) throw new Error('refused');
  };
  const ingest = async (until?: () => void) =>
    ingestInputs(...([await inputs(), null, workspace, settings, log, until] as const));
  await expect(ingest(check)).rejects.toThrow('refused');
  const before = await workspace.events.count();
  expect(before).toBeLessThan(lines.length);
  const { counts } = await ingest();
  expect(counts.stored + before).toBe(lines.length);
  expect(await workspace.events.count()).toBe(lines.length);
});
