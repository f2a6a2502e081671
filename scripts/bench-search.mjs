// `npm run bench:search`: how long "who looked at this person" and common access take over many stored
// events, and what an event costs on disk with the second order. The engine makes the events itself, so
// that the store is what is measured. BENCH_EVENTS sets the number (default 20 million).
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, setUp } from './setup.mjs';

const EVENTS = Number(process.env.BENCH_EVENTS ?? 20_000_000);
const MONTHS = 24;
const OFFICIALS = 5_000;
const PERSONS = 1_000_000;
const QUERIES = 100;

setUp();
const { openEmbeddedStore } = await import(join(ROOT, 'dist/storage/client.js'));
const { createLookbackStore } = await import(join(ROOT, 'dist/storage/lookback.js'));
const { askCommonAccess } = await import(join(ROOT, 'dist/cli/commands/look-back.js'));

const folder = mkdtempSync(join(tmpdir(), 'inzagewacht-search-'));
const store = await openEmbeddedStore(join(folder, 'store'));
const token = (namespace, seed) =>
  `concat('${namespace}.1.', substring(replaceAll(replaceAll(base64Encode(reinterpretAsString(sipHash128(toString(${seed}), '${namespace}'))), '+', '-'), '/', '_'), 1, 22))`;
const perMonth = Math.floor(EVENTS / MONTHS);
const began = performance.now();
for (let month = 0; month < MONTHS; month++) {
  const start = Date.UTC(2024, month, 1) / 1000;
  const seconds = 28 * 86_400;
  // Two lines a request (search, view), a session a working day. Officials return to a person: a third of the lookups concern one of their own 500 clients.
  await store.sql(`INSERT INTO events (event_id, request_id, occurred_at, system, instance, actor, actor_kind, unit,
      action, outcome, subject, subject_municipality, object_kind, object, query_key, result_count, fields, case_ref,
      is_emergency, host, session, is_date_only, line_sha256)
    SELECT concat('e', toString(${month}), '-', toString(number)), ${token('o', `intDiv(number, 2) + ${month * perMonth}`)},
      fromUnixTimestamp64Milli(toInt64((${start} + number * ${seconds / perMonth}) * 1000)),
      ['brp', 'suwinet', 'zaaksysteem'][number % 3 + 1], 'prod', ${token('a', 'o')}, 'person',
      concat('team-', toString(o % 200)), ['search', 'view', 'view'][number % 3 + 1], 'success', ${token('s', 'p')}, '', '', '',
      'bsn', 1, ['naam', 'adres'], if(number % 2 = 0, ${token('o', `p + 7`)}, ''), 0, ${token('o', `o + 1000000`)},
      ${token('o', `o * 1000 + intDiv(number, ${Math.max(1, Math.floor(perMonth / 20))})`)}, 0, substring(hex(SHA256(toString(number + ${month * perMonth}))), 1, 32)
    FROM (SELECT number, cityHash64(intDiv(number, 2), ${month}) % ${OFFICIALS} AS o,
        if(cityHash64(intDiv(number, 2), 1, ${month}) % 3 = 0, (o * 500 + cityHash64(intDiv(number, 2), 2, ${month}) % 500) % ${PERSONS}, cityHash64(intDiv(number, 2), 3, ${month}) % ${PERSONS}) AS p
      FROM numbers(${perMonth}))`);
  process.stderr.write(
    `month ${month + 1} of ${MONTHS}: ${Math.round((performance.now() - began) / 1000)} s\n`,
  );
}
const bytes = () =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile())
    .reduce(
      (n, e) => n + (statSync(join(e.parentPath, e.name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
await store.sql('OPTIMIZE TABLE persons_per_quarter FINAL');
const tables = await store.rows(
  "SELECT table, sum(bytes_on_disk), sum(rows) FROM system.parts WHERE active AND database = currentDatabase() AND table IN ('events', 'lookups_by_subject', 'lookups_by_object', 'persons_per_quarter') GROUP BY table ORDER BY table",
);
const total = perMonth * MONTHS;
for (const [table, size, rows] of tables)
  process.stdout.write(
    `${table}: ${(Number(size) / total).toFixed(1)} bytes an event, ${rows} rows\n`,
  );
const parts = tables.reduce((sum, [, size]) => sum + Number(size), 0) / total;
process.stdout.write(`all active parts: ${parts.toFixed(1)} bytes an event (target 100)\n`);
if (process.env.BENCH_COLUMNS)
  for (const [column, size] of await store.rows(
    "SELECT concat(table, '.', column), sum(column_data_compressed_bytes) FROM system.parts_columns WHERE active AND database = currentDatabase() AND table IN ('events', 'lookups_by_subject') GROUP BY table, column ORDER BY 2 DESC LIMIT 16",
  ))
    process.stdout.write(`  ${column}: ${(Number(size) / total).toFixed(1)}\n`);
const [subjects] = [
  (
    await store.rows(
      `SELECT subject FROM lookups_by_subject WHERE cityHash64(subject) % 997 = 3 GROUP BY subject LIMIT ${QUERIES * 2}`,
    )
  ).map(([s]) => s),
];
const lookback = createLookbackStore(store);
const ever = { from: Date.UTC(2000, 0, 1), to: Date.UTC(2100, 0, 1) };
const times = [];
let found = 0;
for (const subject of subjects.slice(0, QUERIES)) {
  const t = performance.now();
  found += (await lookback.ofSubject(subject, ever, 1000)).length;
  times.push(performance.now() - t);
}
times.sort((a, b) => a - b);
const at = (share) =>
  times[Math.min(times.length - 1, Math.floor(share * times.length))].toFixed(1);
process.stdout.write(
  `by subject over ${total} events: median ${at(0.5)} ms, p95 ${at(0.95)} ms (target 100; ${QUERIES} persons, ${found} lookups)\n`,
);
const victims = subjects.slice(0, 20).map((subject) => ({ subject, incidentAt: null }));
const common = [];
for (let i = 0; i < 5; i++) {
  const t = performance.now();
  await askCommonAccess(lookback, victims, ever);
  common.push(performance.now() - t);
}
common.sort((a, b) => a - b);
process.stdout.write(
  `common access of 20 persons: median ${common[2].toFixed(0)} ms, max ${common[4].toFixed(0)} ms (target 2000)\n`,
);
process.stdout.write(
  `whole store ${(bytes() / total).toFixed(1)} bytes an event, unmerged parts included\n`,
);
await store.close();
rmSync(folder, { recursive: true });
