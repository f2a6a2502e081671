// Parsing alone, and parsing with detection but without a store, over the same lines. Run by
// `npm run bench -- parse pipeline`; prints one line of JSON at the end.
import { randomBytes } from 'node:crypto';
import { DETECTORS } from '../../detectors/registry.ts';
import { canonical } from '../../ingest/formats/canonical.ts';
import type { RawLine } from '../../ingest/formats/format.ts';
import { toAuditEvent } from '../../ingest/to-audit-event.ts';
import { createTokenizer } from '../../ingest/tokens.ts';
import { createLane } from '../../pipeline/lane.ts';
import { createWeigher } from '../../pipeline/weigh.ts';
import { aReference } from '../helpers/lookups.ts';

const EVENTS = Number(process.env['BENCH_EVENTS'] ?? 300_000);
const RUNS = Number(process.env['BENCH_RUNS'] ?? 3);
const DAYS = 30;
const START = Date.UTC(2026, 0, 5);
let seed = 1;
const random = (below: number): number => {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed % below;
};
const lines: RawLine[] = Array.from({ length: EVENTS }, (_, i) => {
  const official = random(800);
  const text = JSON.stringify({
    ...{ eventId: `e${i}`, requestId: `q${i}` },
    occurredAt: new Date(START + Math.floor((i * DAYS * 86_400_000) / EVENTS)).toISOString(),
    source: { system: ['brp', 'suwinet', 'zaaksysteem'][i % 3], instance: 'prod' },
    actor: { id: `u${official}`, unit: `team-${official % 40}` },
    ...{ action: 'view', fields: ['naam', 'adres'] },
    subject: { scheme: 'local', id: `p-${random(100_000)}` },
    purpose: { code: 'P1', caseRef: `Z-${random(50_000)}` },
  });
  return { bytes: Buffer.from(text), lineNumber: i + 1, offset: 0 };
});

function run(isDetecting: boolean): number {
  const tokens = createTokenizer(randomBytes(32));
  const lane = createLane({ reference: aReference({}), detectors: DETECTORS });
  const weigher = createWeigher();
  const reader = canonical.reader();
  const start = performance.now();
  const take = {
    event(parsed: Parameters<typeof toAuditEvent>[0], line: RawLine): void {
      const event = toAuditEvent(parsed, line.bytes, 0, tokens);
      if (isDetecting) lane.observe(event);
    },
    dead: () => undefined,
    consumed: () => undefined,
  };
  for (const line of lines) reader.line(line, take);
  reader.end(take);
  lane.closeAll();
  for (const { day, signals } of lane.takeClosed()) weigher.day(day, signals);
  return Math.round(EVENTS / ((performance.now() - start) / 1000));
}

const median = (values: number[]): number =>
  values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
run(true);
const parse: number[] = [];
const pipeline: number[] = [];
// In turns: what else the machine does meets both alike.
for (let n = 0; n < RUNS; n++) {
  parse.push(run(false));
  pipeline.push(run(true));
}
const result = {
  events: EVENTS,
  parsePerSecond: median(parse),
  pipelinePerSecond: median(pipeline),
};
const ratio = Number((result.pipelinePerSecond / result.parsePerSecond).toFixed(2));
process.stdout.write(`${JSON.stringify({ ...result, ratio })}\n`);
