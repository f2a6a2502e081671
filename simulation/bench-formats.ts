// Throughput of each format's parser on one core: `npm run bench:formats`. Bytes to checked events,
// without tokens and storage.
import type { Emit } from '../ingest/formats/format.ts';
import { formatById } from '../ingest/formats/registry.ts';
import { createLineSplitter } from '../ingest/sources/lines.ts';
import { SAMPLES, sampleLog, VARIANTS } from './format-samples.ts';

const MEGABYTES = Number(process.argv[2] ?? 16);
const ROUNDS = 3;

function run(id: string, log: Buffer): { seconds: number; events: number; dead: number } {
  const format = formatById(id);
  if (format === null) throw new RangeError(id);
  let events = 0;
  let dead = 0;
  const emit: Emit = { event: () => events++, dead: () => dead++, consumed: () => undefined };
  const started = process.cpuUsage();
  const splitter = createLineSplitter();
  const reader = format.reader();
  const CHUNK = 65_536;
  for (let at = 0; at < log.length; at += CHUNK)
    for (const line of splitter.push(log.subarray(at, at + CHUNK))) reader.line(line, emit);
  for (const line of splitter.end()) reader.line(line, emit);
  reader.end(emit);
  // Time of the processor, not of the clock: other work on the machine must not count.
  const { user, system } = process.cpuUsage(started);
  return { seconds: (user + system) / 1e6, events, dead };
}

const wanted = process.argv[3]?.split(',') ?? Object.keys(SAMPLES);
const logs = wanted.flatMap((id) => [
  [id, undefined] as const,
  ...Object.keys(VARIANTS[id] ?? {}).map((variant) => [id, variant] as const),
]);
console.log(
  `${'format'.padEnd(22)} MB/s (median of ${ROUNDS}, ${MEGABYTES} MB)   events/s   dead letters`,
);
for (const [id, variant] of logs) {
  const size = sampleLog(id, 1000, variant).length / 1000;
  const log = sampleLog(id, Math.ceil((MEGABYTES * 1e6) / size), variant);
  const runs = Array.from({ length: ROUNDS }, () => run(id, log)).sort(
    (a, b) => a.seconds - b.seconds,
  );
  const { seconds, events, dead } = runs[1] ?? { seconds: 1, events: 0, dead: 0 };
  const name = variant === undefined ? id : `${id} (${variant})`;
  const speed = (log.length / 1e6 / seconds).toFixed(1).padStart(8);
  const perSecond = Math.round(events / seconds).toLocaleString('en');
  console.log(`${name.padEnd(22)} ${speed} ${perSecond.padStart(28)} ${dead}`);
}
