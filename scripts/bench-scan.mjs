// `npm run bench`: how fast a million events are scanned with all detectors on and everything stored, and
// how that compares with parsing and storing alone; once without reference data, once with officials,
// persons, relations and caseload. Figures are medians; run it on a quiet machine.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, setUp } from './setup.mjs';

const EVENTS = Number(process.env.BENCH_EVENTS ?? 1_000_000);
const RUNS = Number(process.env.BENCH_RUNS ?? 3);
const DAYS = 60;
const OFFICIALS = 800;
const PERSONS = 100_000;
const TEAMS = 40;
const SYSTEMS = ['brp', 'suwinet', 'zaaksysteem'];
const START = Date.UTC(2026, 0, 5);

// A minimal standard generator: the same files each time.
let seed = 1;
const random = (n) => {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed % n;
};
/** Nine of ten lookups are of the official's own hundred clients, so that the caseload explains them. */
const personOf = (official) =>
  random(10) === 0 ? random(PERSONS) : (official * 125 + random(100)) % PERSONS;

function writeEvents(file) {
  const out = openSync(file, 'w');
  for (let i = 0; i < EVENTS; ) {
    const lines = [];
    for (let n = 0; n < 10_000 && i < EVENTS; n++, i++) {
      const at = START + Math.floor((i * DAYS * 86_400_000) / EVENTS);
      const official = random(OFFICIALS);
      lines.push(
        JSON.stringify({
          eventId: `e${random(1e9).toString(36)}-${i}`,
          requestId: `q${i}`,
          occurredAt: new Date(at).toISOString(),
          source: { system: SYSTEMS[i % 3], instance: 'prod' },
          actor: { id: `u${official}`, unit: `team-${official % TEAMS}` },
          action: 'view',
          subject: { scheme: 'local', id: `p-${personOf(official)}` },
          query: { key: 'bsn', resultCount: 1 },
          fields: ['naam', 'adres'],
          purpose: { code: 'P1', caseRef: `Z-${random(50_000)}` },
          device: { host: `ws-${official}` },
        }),
      );
    }
    writeSync(out, `${lines.join('\n')}\n`);
  }
}

function writeReference(folder) {
  const write = (name, header, rows) =>
    writeFileSync(join(folder, `${name}.csv`), `${[header, ...rows].join('\n')}\n`);
  const each = (n, row) => Array.from({ length: n }, (_, i) => row(i)).flat();
  mkdirSync(folder);
  write(
    'officials',
    'actorId,personId,unit,role,managerId,validFrom,validTo',
    each(OFFICIALS, (i) => `u${i},p-${(i * 113) % PERSONS},team-${i % TEAMS},role-${i % 8},,,`),
  );
  /** Two to a house, a hundred houses to a street. */
  const home = (i) => {
    const [house, street] = [i >> 1, Math.floor(i / 200)];
    return `a-${house},Straat ${street},${1 + (house % 100)},${1000 + street}AB,Voorbeeld`;
  };
  write(
    'persons',
    'personId,surname,surnamePrefix,birthDate,addressId,street,houseNumber,postcode,municipality,secrecy',
    each(PERSONS, (i) => `p-${i},Naam${i % 5_000},,1980-01-01,${home(i)},0`),
  );
  write(
    'addresses',
    'personId,addressId,street,houseNumber,postcode,municipality,validFrom,validTo',
    each(PERSONS, (i) => `p-${i},${home(i)},2015-01-01,`),
  );
  write(
    'relations',
    'personId,relatedPersonId,relation,validFrom,validTo',
    each(PERSONS - 3, (i) => [
      `p-${i},p-${i + 3},parent,1980-01-01,`,
      ...(i % 2 === 0 ? [`p-${i},p-${i + 1},partner,2010-06-01,`] : []),
    ]),
  );
  write(
    'caseload',
    'caseRef,personId,kind,actorId,unit,domain,validFrom,validTo',
    each(OFFICIALS * 100, (i) => {
      const official = Math.floor(i / 100);
      const person = (official * 125 + (i % 100)) % PERSONS;
      return `Z-${i},p-${person},case,u${official},team-${official % TEAMS},wmo,2025-12-01,2026-04-01`;
    }),
  );
  write(
    'watchlist',
    'personId,category,validFrom,validTo',
    each(50, (i) => `p-${i * 997},celebrity,,`),
  );
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const readable = (n) => n.toLocaleString('en');

function measure(title, args, folder) {
  const runs = [];
  for (let run = 0; run < RUNS; run++) {
    const { stderr, status } = spawnSync(
      process.execPath,
      [join(ROOT, 'dist/cli/main.js'), 'scan', ...args, '--out', join(folder, 'alerts.ndjson')],
      {
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
        env: { ...process.env, INZAGEWACHT_MASTER_KEY_FILE: join(folder, 'master.key') },
      },
    );
    const match = /([\d.]+) s \(reading and storing ([\d.]+) s\), peak ([\d.]+) MB/.exec(stderr);
    if (status !== 0 || match === null) throw new Error(stderr);
    const [, seconds, storing, peak] = match.map(Number);
    runs.push({ seconds, storing, peak });
    process.stdout.write(
      `${title}, run ${run + 1}: ${seconds} s, of which reading and storing ${storing} s, peak ${peak} MB\n`,
    );
  }
  const seconds = median(runs.map((r) => r.seconds));
  process.stdout.write(
    `${title}: median ${seconds} s for ${readable(EVENTS)} events = ${Math.round(EVENTS / seconds)} events/s; ` +
      `ratio to parsing and storing only ${median(runs.map((r) => r.storing / r.seconds)).toFixed(2)}; ` +
      `peak ${median(runs.map((r) => r.peak))} MB\n`,
  );
}

setUp();
const folder = process.env.BENCH_KEEP ?? mkdtempSync(join(tmpdir(), 'inzagewacht-bench-'));
const file = join(folder, 'events.ndjson');
writeEvents(file);
writeReference(join(folder, 'reference'));
try {
  measure('without reference data', [file], folder);
  measure('with reference data', [file, '--reference', join(folder, 'reference')], folder);
} finally {
  if (process.env.BENCH_KEEP === undefined) rmSync(folder, { recursive: true });
}
