import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Alert } from '../../domain/alert.ts';
import type { LogVerdict } from '../../evidence/log/verify-log.ts';
import { createAlertStore } from '../../storage/alerts.ts';
import { createJudgementStore } from '../../storage/judgements.ts';
import { startClickHouse, type TestClickHouse } from '../helpers/clickhouse-http.ts';
import { hasKafka, startKafka, type TestKafka } from '../helpers/kafka.ts';
import { type Running, startStream, type TestStream, until } from '../helpers/stream.ts';

// The whole promise, judged from the raw log: whatever happens to processes, broker and store, every
// acknowledged event is stored once and the alerts are those of a run that nothing happened to.
const IS_FULL = process.env['INZAGEWACHT_CHAOS'] === 'full';
const LEAST_EVENTS = IS_FULL ? 200_000 : 10_000;
const FAULTS = IS_FULL ? 30 : 8;
const OFFICIALS = IS_FULL ? 1_000 : 120;
const DAYS = IS_FULL ? 12 : 8;
const PARTITIONS = 3;
const SEED = 20_261_124;
const DUPLICATE_SHARE = 0.02;
const REORDERED_WITHIN = 200;
const PATIENCE_MS = IS_FULL ? 900_000 : 120_000;
const ENV = {
  INZAGEWACHT_GRACE_HOURS: '72',
  INZAGEWACHT_SNAPSHOT_EVERY_MS: '1500',
  INZAGEWACHT_KAFKA_SESSION_TIMEOUT_MS: '6000',
  // Everything that qualifies is raised: the budget must not hide a difference.
  INZAGEWACHT_BUDGET: '1000',
};

/** A minimal standard generator (Park and Miller): the same moments each time. */
function createRandom(seed: number): (below: number) => number {
  let state = seed % 2_147_483_647;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

/** Lines as a poor network delivers them: some twice, and not quite in order. */
function disturb(lines: readonly string[], random: (below: number) => number): string[] {
  const twice = lines.flatMap((line) =>
    random(1_000) < DUPLICATE_SHARE * 1_000 ? [line, line] : [line],
  );
  for (let at = 0; at < twice.length; at++) {
    const other = Math.min(twice.length - 1, at + random(REORDERED_WITHIN));
    [twice[at], twice[other]] = [twice[other] ?? '', twice[at] ?? ''];
  }
  return twice;
}

const dayOf = (line: string): string => /"occurredAt":"(\d{4}-\d\d-\d\d)/.exec(line)?.[1] ?? '';
const idOf = (line: string): string => /"eventId":"([^"]+)"/.exec(line)?.[1] ?? '';

/** Processes that are started again when they end, as a supervisor does. */
function supervise(stream: TestStream, names: readonly [command: string, name: string][]) {
  const running = new Map<string, Running>();
  let isOver = false;
  let restarts = 0;
  const log: string[] = [];
  const launch = (command: string, name: string): void => {
    const one = stream.start(command, name);
    running.set(name, one);
    one.child.stderr?.on('data', (chunk: Buffer) => log.push(`${name} ${String(chunk).trimEnd()}`));
    one.child.once('close', (code) => {
      if (isOver) return;
      restarts++;
      log.push(`${name} ended with ${code}`);
      if (code !== null && code !== 1) throw new Error(`${name} gave up: ${one.stderr()}`);
      setTimeout(() => {
        if (!isOver) launch(command, name);
      }, 300);
    });
  };
  for (const [command, name] of names) launch(command, name);
  return {
    kill: (name: string) => running.get(name)?.child.kill('SIGKILL'),
    pause: (name: string) => running.get(name)?.child.kill('SIGSTOP'),
    goOn: (name: string) => running.get(name)?.child.kill('SIGCONT'),
    restarts: () => restarts,
    /** What the processes said last, for whoever has to find out why they stopped working. */
    said: () => log.slice(-60).join('\n'),
    async stop(): Promise<void> {
      isOver = true;
      for (const one of running.values()) await one.stop();
    },
  };
}

// A small storm each time; INZAGEWACHT_CHAOS=full for 200,000 events and 30 faults.
describe.skipIf(!hasKafka())('chaos (skipped: no Java 17 or no broker jars)', () => {
  let kafka: TestKafka;
  let clickhouse: TestClickHouse;
  const streams: TestStream[] = [];
  let blocks: string[][];
  let simulated = '';
  beforeAll(async () => {
    [kafka, clickhouse] = await Promise.all([startKafka(), startClickHouse()]);
    const first = await open('calm');
    simulated = join(first.dir, 'sim');
    const size = ['--days', String(DAYS), '--officials', String(OFFICIALS), '--seed', '7'];
    await first.run('simulate', '--out', simulated, ...size);
    const lines = readFileSync(join(simulated, 'events.ndjson'), 'utf8').trimEnd().split('\n');
    const byDay = new Map<string, string[]>();
    expect(lines.length).toBeGreaterThan(LEAST_EVENTS);
    for (const line of lines) {
      const day = byDay.get(dayOf(line)) ?? [];
      day.push(line);
      byDay.set(dayOf(line), day);
    }
    const random = createRandom(SEED);
    blocks = [...byDay.values()].map((day) => disturb(day, random));
  }, 600_000);
  afterAll(async () => {
    for (const stream of streams) await stream.close();
    await clickhouse?.stop();
    await kafka?.stop();
  });

  async function open(name: string): Promise<TestStream> {
    const stream = await startStream(kafka, clickhouse, { name, partitions: PARTITIONS, env: ENV });
    streams.push(stream);
    return stream;
  }

  /** A day of events after the other, as they happen: never more than a day ahead of the slowest lane. */
  async function deliver(
    stream: TestStream,
    said: () => string,
    isTime: (day: number) => boolean = () => true,
  ): Promise<void> {
    for (const [day, block] of blocks.entries()) {
      await until('it is time for the next day', () => isTime(day), PATIENCE_MS);
      await stream.produce(block);
      await caughtUp(stream, said);
    }
  }

  async function caughtUp(stream: TestStream, said: () => string): Promise<void> {
    let waiting: string[] = [];
    await until(
      () => `everything is judged; behind: ${waiting.join(', ')}\n${said()}`,
      async () => {
        waiting = await stream.behind();
        return waiting.length === 0;
      },
      PATIENCE_MS,
    );
  }

  async function outcomeOf(stream: TestStream) {
    const ids = await stream.store.rows<[string]>('SELECT event_id FROM events FINAL');
    const progress = await createJudgementStore(stream.store).progress();
    // What is said of a log also follows from the time of day, which no two runs share.
    const alerts = (await createAlertStore(stream.store).list(10_000, 0)).filter((a) => a.actor);
    const byId = (a: Alert, b: Alert): number => (a.alertId < b.alertId ? -1 : 1);
    return {
      ids: ids.flat().sort(),
      late: progress.reduce((sum, p) => sum + p.late, 0),
      alerts: alerts.sort(byId),
    };
  }

  test(
    'changes neither the events stored nor the alerts',
    async () => {
      const calm = streams[0] as TestStream;
      await calm.run('reference', 'import', join(simulated, 'reference'));
      const names = [
        ['ingest', 'i1'],
        ['ingest', 'i2'],
        ['detect', 'd1'],
        ['detect', 'd2'],
      ] as const;
      const undisturbed = supervise(
        calm,
        names.map(([c, n]) => [c, n]),
      );
      await deliver(calm, undisturbed.said);
      await undisturbed.stop();
      expect(undisturbed.restarts()).toBe(0);
      const expected = await outcomeOf(calm);
      expect(expected.ids).toEqual([...new Set(blocks.flat().map(idOf))].sort());
      expect([expected.late, expected.alerts.length > 5]).toEqual([0, true]);

      const stormy = await open('stormy');
      await stormy.run('reference', 'import', join(simulated, 'reference'));
      const processes = supervise(
        stormy,
        names.map(([c, n]) => [c, n]),
      );
      const random = createRandom(SEED + 1);
      const victim = (): string => names[random(names.length)]?.[1] ?? 'd1';
      const detector = (): string => `d${1 + random(2)}`;
      const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
      const faults: Record<string, () => Promise<void>> = {
        async kill() {
          processes.kill(victim());
        },
        async pause() {
          const name = detector();
          processes.pause(name);
          // Longer than the session: its lanes are taken away while it believes that it has them.
          await wait(7_000 + random(2_000));
          processes.goOn(name);
        },
        restartBroker: () => kafka.restart(random(1_500)),
        async revoke() {
          const third = stormy.start('detect', 'd3');
          await wait(3_000 + random(3_000));
          await third.stop(random(2) === 0 ? 'SIGTERM' : 'SIGKILL');
        },
        async refuse() {
          await clickhouse.fault(random(2) === 0 ? 'refuse' : 'drop');
          await wait(1_000 + random(3_000));
          await clickhouse.fault('none');
        },
        loseAnswers: () => clickhouse.loseAnswers(1 + random(5)),
      };
      const kinds = Object.keys(faults);
      const done: string[] = [];
      const storm = (async () => {
        for (let n = 0; n < FAULTS; n++) {
          await wait(200 + random(2_000));
          const kind = kinds[n < kinds.length ? n : random(kinds.length)] ?? 'kill';
          await faults[kind]?.();
          done.push(kind);
          expect(await stormy.committedTooFar()).toEqual([]);
        }
      })();
      await Promise.all([
        storm,
        // The days are spread over the faults, so that there is always something to break.
        deliver(
          stormy,
          processes.said,
          (day) => done.length >= Math.floor((day * FAULTS) / blocks.length),
        ),
      ]);
      await caughtUp(stormy, processes.said);
      await processes.stop();
      const outcome = await outcomeOf(stormy);
      process.stdout.write(
        `${done.length} faults (${done.join(', ')}), ${processes.restarts()} restarts, ${outcome.ids.length} events, ${outcome.alerts.length} alerts\n`,
      );
      expect(done.length).toBe(FAULTS);
      expect(outcome.ids).toEqual(expected.ids);
      expect(outcome.late).toBe(0);
      expect(outcome.alerts).toEqual(expected.alerts);
      expect(await stormy.committedTooFar()).toEqual([]);
      const log = JSON.parse(await stormy.run('evidence', 'check')) as LogVerdict;
      expect(log.findings).toEqual([]);
    },
    4 * PATIENCE_MS,
  );
});
