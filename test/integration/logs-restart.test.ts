// What is usual for a source outlives the process that learned it, however that ended.
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { loadSettings } from '../../cli/settings.ts';
import { openWorkspace } from '../../cli/workspace.ts';
import { DAY_MS, HOUR_MS } from '../../domain/time.ts';
import { createSourceHourStore } from '../../storage/source-hours.ts';
import { aWorkplace } from '../helpers/cli.ts';
import { aService } from '../helpers/serving.ts';

const place = aWorkplace();
const log = join(place.dir, 'log.ndjson');
const data = join(place.dir, 'data');
const { start, until, stop, said } = aService(place.keyFile, ['--data', data, '--events', log]);

/** A line every ten minutes of the hours given, office hours of a Monday being 8 to 17. */
const lines = (system: string, day: number, from: number, to: number): string =>
  Array.from({ length: (to - from) * 6 }, (_, i) => {
    const at = new Date(MONDAY + day * DAY_MS + from * HOUR_MS + i * 600_000).toISOString();
    return `${JSON.stringify({
      ...{ eventId: `${system}-${at}`, occurredAt: at, source: { system }, action: 'view' },
      ...{ actor: { id: 'u1' }, subject: { scheme: 'local', id: `p-${i}` } },
    })}\n`;
  }).join('');
// Monday 12 January 2026; no holiday and no change of the clock in what follows.
const MONDAY = Date.UTC(2026, 0, 12);
const WEEKS = 6;
const history = Array.from({ length: WEEKS * 7 }, (_, day) =>
  day % 7 < 5 ? lines('brp', day, 8, 17) + lines('wmo', day, 8, 17) : '',
).join('');
const LAST = WEEKS * 7;
const BAD = ['no json\n', '{"eventId":"x"}\n', 'nor this\n'];

afterEach(() => stop('SIGKILL'));
afterAll(place.remove);

test('a source that falls silent after two kills and a stop is missed by what it did weeks before', async () => {
  writeFileSync(log, history + BAD.join(''));
  await start();
  await until(
    new RegExp(`${history.split('\n').length - 1} events, .* ${BAD.length} dead letters`),
  );
  await stop('SIGTERM');

  appendFileSync(log, lines('brp', LAST, 8, 10) + lines('wmo', LAST, 8, 10));
  await start();
  await until(/\n24 events/);
  await stop('SIGKILL');

  // From here on only the other source speaks.
  appendFileSync(log, lines('wmo', LAST, 10, 16));
  await start();
  await until(/\n36 events/);
  await stop('SIGKILL');

  await start();
  await until(/logs_judged/);
  await stop('SIGTERM');
  expect(said()).not.toContain('ERR_');

  process.env['INZAGEWACHT_MASTER_KEY_FILE'] = place.keyFile;
  const workspace = await openWorkspace(data, loadSettings(undefined).tenant);
  try {
    const silent = (await workspace.alerts.list(100, 0)).filter((a) => a.actor === null);
    expect(silent).toMatchObject([
      {
        ...{ typology: 'source-silent', firstEventAt: '2026-02-23T10:00:00.000Z', subjects: [] },
        reasons: [{ observed: 5, expected: 30 }],
      },
    ]);
    // Neither kill made it count anything twice, or not at all.
    const counts = await createSourceHourStore(workspace.store).counts(0);
    const total = counts.reduce((n, c) => n + c.events, 0);
    expect(total).toBe(await workspace.events.count());
    expect(new Set(counts.map((c) => c.events))).toEqual(new Set([6]));
    // The file was read from its beginning four times; what was set aside counts once.
    expect(counts.reduce((n, c) => n + c.deadLetters, 0)).toBe(BAD.length);
  } finally {
    await workspace.close();
  }
}, 590_000);
