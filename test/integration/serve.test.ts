// The process that runs all day: a lookup raises its alert while the day is open, a restart reads on where
// it was, a raised alert stays, and a case that is registered later corrects it.
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { aWorkplace, inzagewacht } from '../helpers/cli.ts';
import { aService } from '../helpers/serving.ts';

const place = aWorkplace();
const log = join(place.dir, 'log.ndjson');
const reference = join(place.dir, 'reference');
const data = join(place.dir, 'data');
const { start, until, stop, said } = aService(place.keyFile, [
  '--data',
  data,
  '--events',
  log,
  '--reference',
  reference,
]);

const lookup = (n: number, at: string, person: string): string =>
  `${JSON.stringify({
    eventId: `e${n}`,
    occurredAt: at,
    source: { system: 'brp' },
    actor: { id: 'u1' },
    action: 'view',
    subject: { scheme: 'local', id: person },
  })}\n`;
const cases = (rows: string): void =>
  writeFileSync(
    join(reference, 'caseload.csv'),
    `caseRef,personId,kind,actorId,unit,domain,validFrom,validTo\n${rows}`,
  );

beforeAll(() => {
  mkdirSync(reference);
  writeFileSync(
    join(reference, 'officials.csv'),
    'actorId,personId,unit,role,managerId,validFrom,validTo\nu1,p-own,desk,clerk,,,\n',
  );
  writeFileSync(
    join(reference, 'relations.csv'),
    'personId,relatedPersonId,relation,validFrom,validTo\np-own,p-mother,parent,,\n',
  );
  cases('');
  writeFileSync(log, lookup(1, '2026-03-02T09:00:00Z', 'p-7'));
});
afterEach(() => stop('SIGKILL'));
afterAll(place.remove);

test('a lookup of a relative raises an alert at once, which outlives a kill and is corrected later', async () => {
  await start();
  await until(/1 events, .* 0 alerts/);
  // A system whose clock is years ahead ends no day of the others.
  const ahead = `${new Date().getUTCFullYear() + 2}-01-05T09:00:00Z`;
  appendFileSync(log, lookup(9, ahead, 'p-8'));
  await until(/2 events/);
  appendFileSync(log, lookup(2, '2026-03-02T09:05:00Z', 'p-mother'));
  const asked = Date.now();
  await until(/3 events, .* 0 late, 1 alerts/);
  // The line is printed every two seconds; the day, on which this rests, is not over.
  expect(Date.now() - asked).toBeLessThan(60_000);
  await stop('SIGKILL');

  await start();
  await until(/1 alerts/);
  await stop('SIGTERM');
  expect(said()).not.toContain('ERR_');

  await start();
  await until(/lane_restored/);
  cases('Z-1,p-mother,case,u1,desk,wmo,2026-03-01,2026-04-01\n');
  await until(/reference_renewed/);
  expect(said()).toMatch(/"corrected":1/);
  await stop('SIGTERM');

  const out = join(place.dir, 'alerts.ndjson');
  const scanned = await inzagewacht(
    ['scan', log, '--data', data, '--reference', reference, '--out', out],
    place,
  );
  expect(scanned.code).toBe(0);
  expect(readFileSync(out, 'utf8')).toContain('"explanation":"explained-later"');
}, 590_000);
