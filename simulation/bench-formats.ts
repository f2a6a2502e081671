// Throughput of each format's parser on one core: `npm run bench:formats`. Bytes to checked events,
// without tokens and storage.
import type { Emit } from '../ingest/formats/format.ts';
import { formatById } from '../ingest/formats/registry.ts';
import { createLineSplitter } from '../ingest/sources/lines.ts';
import { SAMPLES, sampleLog } from './format-samples.ts';

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

console.log(`format      MB/s (median of ${ROUNDS}, ${MEGABYTES} MB)   events/s   dead letters`);
for (const id of (process.argv[3]?.split(",") ?? Object.keys(SAMPLES))) {
  const line = sampleLog(id, 1000);
  const log = sampleLog(id, Math.ceil((MEGABYTES * 1e6) / (line.length / 1000)));
  const runs = Array.from({ length: ROUNDS }, () => run(id, log)).sort(
    (a, b) => a.seconds - b.seconds,
  );
  const { seconds, events, dead } = runs[1] ?? { seconds: 1, events: 0, dead: 0 };
  const speed = (log.length / 1e6 / seconds).toFixed(1).padStart(8);
  console.log(
    `${id.padEnd(11)} ${speed} ${Math.round(events / seconds)
      .toLocaleString('en')
      .padStart(28)} ${dead}`,
  );
}
