// From produce to stored alert on a real broker: a sustained rate with the time to an alert, then the highest
// rate that is held. Run by `npm run bench -- stream`; prints one line of JSON at the end.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import kafkajs from 'kafkajs';
import { startClickHouse } from '../helpers/clickhouse-http.ts';
import { startKafka } from '../helpers/kafka.ts';
import { startStream, type TestStream } from '../helpers/stream.ts';

const RATE = Number(process.env['BENCH_RATE'] ?? 5_000);
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 60);
const WARM_SECONDS = 15;
/** How long each higher rate is tried; 0 tries none. */
const STEP_SECONDS = Number(process.env['BENCH_STEP_SECONDS'] ?? 20);
/** At 5,000 a second each of them looks somebody up every twenty seconds: brisk, but people can. */
const OFFICIALS = Number(process.env['BENCH_OFFICIALS'] ?? 100_000);
const PERSONS = Number(process.env['BENCH_PERSONS'] ?? 1_000_000);
/** Share of lookups that belong to a case of the official: in the real traces of four municipalities 0.80 to 0.87. */
const EXPLAINED = Number(process.env['BENCH_EXPLAINED'] ?? 0.83);
const PARTITIONS = 4;
/** Every mark becomes an alert, and not every official does. */
const BUDGET = '10';
const TICK_MS = 50;
/** Alerts are looked for so often: a time to an alert may be this much too long. */
const LOOK_MS = 100;
/** A rate is held when no more than two seconds of it wait at the end, or a quarter of a short run. */
const isHeld = (left: number, rate: number, seconds: number): boolean =>
  left <= rate * Math.min(2, seconds / 4);

let seed = 1;
const random = (below: number): number => {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed % below;
};
const line = (id: string, actor: number, person: string): string =>
  JSON.stringify({
    eventId: id,
    occurredAt: new Date().toISOString(),
    source: { system: 'brp', instance: 'prod' },
    actor: { id: `u${actor}`, unit: `team-${actor % 400}` },
    action: 'view',
    subject: { scheme: 'local', id: person },
    query: { key: 'bsn', resultCount: 1 },
    fields: ['naam', 'adres'],
    purpose: { code: 'P1' },
    device: { host: `ws-${actor}` },
  });

/** A person of a case of this official, or else anybody. */
function personFor(official: number): number {
  if (random(1_000) >= 1_000 * EXPLAINED) return random(PERSONS);
  return official + OFFICIALS * random(Math.floor(PERSONS / OFFICIALS));
}

/**
 * Officials with their own person, so that looking oneself up is a rule that alerts at once, and the cases
 * that they work on: every person is a client of one of them.
 */
function writeReference(dir: string): void {
  mkdirSync(dir, { recursive: true });
  const cases = Array.from(
    { length: EXPLAINED > 0 ? PERSONS : 0 },
    (_, i) => `Z-${i},p-${i},case,u${i % OFFICIALS},,wmo,,`,
  );
  const caseHead = 'caseRef,personId,kind,actorId,unit,domain,validFrom,validTo';
  writeFileSync(join(dir, 'caseload.csv'), `${[caseHead, ...cases].join('\n')}\n`);
  const officials = Array.from(
    { length: OFFICIALS },
    (_, i) => `u${i},own-${i},team-${i % 400},desk,,,,person`,
  );
  const head = 'actorId,personId,unit,role,managerId,validFrom,validTo,kind';
  writeFileSync(join(dir, 'officials.csv'), `${[head, ...officials].join('\n')}\n`);
}

/** Resident memory of a process, MB. */
const memoryOf = (pid: number): number => {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(text)?.[1] ?? 0) / 1024);
};
/** Processor time so far, in seconds (Linux counts in hundredths). */
const processorOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
};
const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[
    Math.min(values.length - 1, Math.floor(values.length * share))
  ] ?? 0;

/** Sends at a rate and marks one event a second that must become an alert. */
function createLoad(stream: TestStream) {
  const sentAt = new Map<string, number>();
  const seenAt = new Map<string, number>();
  let sent = 0;
  let marks = 0;
  async function send(rate: number, seconds: number, isMarked: boolean): Promise<void> {
    const start = performance.now();
    let produced = 0;
    let marked = 0;
    const pending: Promise<void>[] = [];
    while (performance.now() - start < seconds * 1000) {
      const elapsed = (performance.now() - start) / 1000;
      const wanted = Math.floor(elapsed * rate) - produced;
      const lines = Array.from({ length: Math.max(0, wanted) }, () => {
        const official = random(OFFICIALS);
        return line(`e${sent++}`, official, `p-${personFor(official)}`);
      });
      produced += lines.length;
      if (isMarked && Math.floor(elapsed) > marked) {
        marked++;
        const actor = marks++;
        lines.push(line(`mark-${actor}`, actor, `own-${actor}`));
        sentAt.set(`mark-${actor}`, performance.now());
      }
      if (lines.length > 0) pending.push(stream.produce(lines));
      await new Promise((done) => setTimeout(done, TICK_MS));
    }
    await Promise.all(pending);
  }
  /** Alerts are written at ever higher versions: asking for the newest costs the store next to nothing. */
  let version = 0;
  async function look(): Promise<void> {
    if (sentAt.size === seenAt.size) return;
    const rows = await stream.store.rows<[string, number | string]>(
      `SELECT arrayJoin(JSONExtract(alert, 'eventIds', 'Array(String)')) AS id, version FROM alerts
       WHERE version >= {version:UInt64} AND id LIKE 'mark-%'`,
      { version },
    );
    for (const [id, at] of rows) {
      version = Math.max(version, Number(at));
      if (!seenAt.has(id)) seenAt.set(id, performance.now());
    }
  }
  const latencies = (): number[] =>
    [...sentAt].flatMap(([id, at]) => {
      const seen = seenAt.get(id);
      return seen === undefined ? [] : [seen - at];
    });
  /** The ten that took longest, in the order in which they were sent: second of the run, milliseconds. */
  const slowest = (): [second: number, ms: number][] =>
    [...sentAt.values()]
      .flatMap((at, second): [number, number][] => {
        const seen = seenAt.get(`mark-${second}`);
        return seen === undefined ? [] : [[second + 1, Math.round(seen - at)]];
      })
      .sort((a, b) => b[1] - a[1])
      .slice(0, 10)
      .sort((a, b) => a[0] - b[0]);
  return { send, look, latencies, slowest, missing: () => sentAt.size - seenAt.size };
}

async function main(): Promise<void> {
  const [kafka, clickhouse] = await Promise.all([startKafka(), startClickHouse()]);
  const stream = await startStream(kafka, clickhouse, {
    name: 'bench',
    partitions: PARTITIONS,
    env: {
      INZAGEWACHT_BUDGET: BUDGET,
      INZAGEWACHT_LOG_LEVEL: 'warn',
      INZAGEWACHT_SNAPSHOT_EVERY_MS: '30000',
    },
  });
  const say = (text: string): boolean => process.stderr.write(`${text}\n`);
  try {
    writeReference(join(stream.dir, 'reference'));
    await stream.run('reference', 'import', join(stream.dir, 'reference'));
    const processes = [stream.start('ingest', 'i1'), stream.start('detect', 'd1')];
    const admin = new kafkajs.Kafka({ brokers: kafka.brokers, logLevel: 1 }).admin();
    await admin.connect();
    const load = createLoad(stream);
    /** Raw events that are not yet stored. */
    const waiting = async (): Promise<number> => {
      const ends = await admin.fetchTopicOffsets('bench.raw');
      const [row] = await stream.store.rows<[number]>('SELECT count() FROM events');
      return ends.reduce((n, p) => n + Number(p.high), 0) - Number(row?.[0] ?? 0);
    };
    const drain = async (): Promise<number> => {
      const start = performance.now();
      while ((await waiting()) > 0 && performance.now() - start < 120_000)
        await new Promise((done) => setTimeout(done, 100));
      return (performance.now() - start) / 1000;
    };
    await load.send(500, WARM_SECONDS, false);
    await drain();
    say(`${RATE} events/s for ${SECONDS} s …`);
    const memory: number[][] = [];
    const pids = {
      ingest: processes[0]?.child.pid ?? 0,
      detect: processes[1]?.child.pid ?? 0,
      ...{ store: clickhouse.pid, broker: kafka.pid(), bench: process.pid },
    };
    const spent = (): number[] => Object.values(pids).map(processorOf);
    const before = spent();
    const poll = setInterval(() => void load.look(), LOOK_MS);
    const watch = setInterval(() => memory.push([pids.ingest, pids.detect].map(memoryOf)), 5_000);
    await load.send(RATE, SECONDS, true);
    const behind = await waiting();
    const drainSeconds = await drain();
    await new Promise((done) => setTimeout(done, 3_000));
    clearInterval(poll);
    clearInterval(watch);
    await load.look();
    const latencies = load.latencies();
    const after = spent();
    const micros = Object.keys(pids).map((name, i): [string, number] => [
      name,
      Math.round((((after[i] ?? 0) - (before[i] ?? 0)) * 1e6) / (RATE * SECONDS)),
    ]);
    const [early, late] = [memory[Math.floor(memory.length / 3)], memory.at(-1)];
    let highest = isHeld(behind, RATE, SECONDS) ? RATE : 0;
    for (let rate = RATE * 1.5; highest > 0 && STEP_SECONDS > 0; rate *= 1.5) {
      await load.send(rate, STEP_SECONDS, false);
      const left = await waiting();
      say(`${Math.round(rate)} events/s: ${left} wait after ${STEP_SECONDS} s`);
      await drain();
      if (!isHeld(left, rate, STEP_SECONDS)) break;
      highest = Math.round(rate);
    }
    await admin.disconnect();
    for (const one of processes) await one.stop();
    const result = {
      ...{ rate: RATE, seconds: SECONDS, explained: EXPLAINED, behindAtEnd: behind, drainSeconds },
      ...{ marks: latencies.length, marksMissing: load.missing() },
      p50Ms: Math.round(percentile(latencies, 0.5)),
      p99Ms: Math.round(percentile(latencies, 0.99)),
      slowest: load.slowest(),
      processorMicrosPerEvent: Object.fromEntries(micros),
      memoryMb: { early, late },
      highestHeldRate: highest,
    };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  } finally {
    await stream.close();
    await clickhouse.stop();
    await kafka.stop();
  }
}

await main();
