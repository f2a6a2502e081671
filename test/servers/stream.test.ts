import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DETECTORS } from '../../detectors/registry.ts';
import type { Alert } from '../../domain/alert.ts';
import { stateChunk } from '../../domain/state-chunk.ts';
import { HOUR_MS } from '../../domain/time.ts';
import type { LogVerdict } from '../../evidence/log/verify-log.ts';
import { deriveKey } from '../../ingest/keys.ts';
import { createAlertStore } from '../../storage/alerts.ts';
import { createDeadLetterStore, type DeadLetterRow } from '../../storage/dead-letters.ts';
import { createEventStore } from '../../storage/events.ts';
import { createSnapshotStore } from '../../storage/snapshots.ts';
import { seal } from '../../storage/vault.ts';
import { someAlerts } from '../helpers/alerts.ts';
import { startClickHouse, type TestClickHouse } from '../helpers/clickhouse-http.ts';
import { hasKafka, startKafka, type TestKafka } from '../helpers/kafka.ts';
import { type Running, startStream, type TestStream, until } from '../helpers/stream.ts';

/** A chunk of a snapshot as a program with an older version of one detector wrote it. */
function asOfOlder(chunk: Uint8Array, detector: string): Uint8Array {
  const read = deserialize(inflateRawSync(chunk)) as {
    kind: string;
    detectors: Record<string, number>;
  };
  if (read.kind !== 'head') return chunk;
  read.detectors[detector] = -1;
  return deflateRawSync(serialize(read));
}

type Started = { address: string; metricsPort: number };
/** Where a service listens, once it says so. */
async function startedAt(api: Running): Promise<Started> {
  const line = () =>
    api
      .stderr()
      .split('\n')
      .find((l) => l.includes('api_started'));
  await until('the service answers', () => line() !== undefined);
  return JSON.parse(line() ?? '');
}
type Call = (method: string, path: string, body?: unknown) => Promise<Response>;
/** Signs in with a password that the first service printed. */
async function signedIn(address: string, first: Running, login: string): Promise<Call> {
  const password = new RegExp(`sign in as ${login}\\s+password (\\S+)`).exec(first.stdout())?.[1];
  const json = { 'content-type': 'application/json' };
  const answer = await fetch(`${address}/v1/session`, {
    ...{ method: 'POST', headers: json },
    body: JSON.stringify({ account: login, password }),
  });
  expect(answer.status).toBe(200);
  const cookie = String(answer.headers.get('set-cookie')).split(';')[0] ?? '';
  const { csrfToken } = (await answer.json()) as { csrfToken: string };
  return (method, path, body) =>
    fetch(`${address}/v1${path}`, {
      method,
      headers: {
        ...{ cookie, 'x-csrf-token': csrfToken },
        ...(body === undefined ? {} : json),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
}

describe.skipIf(!hasKafka())('separate processes (skipped: no Java 17 or no broker jars)', () => {
  let kafka: TestKafka;
  let clickhouse: TestClickHouse;
  let stream: TestStream;
  let lines: string[];
  beforeAll(async () => {
    [kafka, clickhouse] = await Promise.all([startKafka(), startClickHouse()]);
    stream = await startStream(kafka, clickhouse, { name: 'whole', partitions: 2 });
    await stream.run(
      'simulate',
      '--out',
      join(stream.dir, 'sim'),
      '--days',
      '6',
      '--officials',
      '60',
    );
    lines = readFileSync(join(stream.dir, 'sim/events.ndjson'), 'utf8').trimEnd().split('\n');
    await stream.run('reference', 'import', join(stream.dir, 'sim/reference'));
  }, 300_000);
  afterAll(async () => {
    await stream?.close();
    await clickhouse?.stop();
    await kafka?.stop();
  });

  test('bring raw lines to stored events and explained alerts', async () => {
    const processes = [stream.start('ingest', 'i1'), stream.start('detect', 'd1')];
    await stream.produce([...lines, '{"not": "an event"}', 'not json']);
    const events = createEventStore(stream.store);
    const deadLetters = createDeadLetterStore(stream.store);
    await until('every line is stored', async () => (await events.count()) === lines.length);
    await until('both bad lines are kept', async () => (await deadLetters.counts()).length === 2);
    const alerts = createAlertStore(stream.store);
    await until('there are alerts', async () => (await alerts.count()) > 0);
    for (const one of processes) expect(await one.stop()).toBe(0);
    const [first] = (await alerts.list(1, 0)) as [Alert];
    expect(first.reasons[0]?.text.nl).toMatch(/\w/);
    expect(first.actor?.token).toMatch(/^a\.1\./);
  });

  test('enter every event into the transparency log, with its line, before it is stored', async () => {
    const before = JSON.parse(await stream.run('evidence', 'check')) as LogVerdict;
    expect([before.rows, before.findings]).toEqual([lines.length, []]);
    const [kept] = await stream.store.rows<[number]>('SELECT sum(line_count) FROM raw_lines');
    expect(Number(kept?.[0])).toBe(lines.length);
    // The check itself is on record as well.
    expect(await stream.run('evidence', 'publish', '--to', join(stream.dir, 'outside'))).toMatch(
      new RegExp(`^inzagewacht/default\n${before.entries + 1}\n`),
    );
  });

  test('leave out what they had before, whatever its line says now', async () => {
    const events = createEventStore(stream.store);
    const before = await events.count();
    const processes = [stream.start('ingest', 'i1'), stream.start('detect', 'd1')];
    await stream.produce(lines.slice(0, 50).map((line) => line.replace('{', '{ ')));
    await until('it is read', async () => (await stream.behind()).length === 0);
    for (const one of processes) await one.stop();
    expect(await events.count()).toBe(before);
    const after = JSON.parse(await stream.run('evidence', 'check')) as LogVerdict;
    expect([after.rows, after.findings]).toEqual([lines.length, []]);
  });

  test('are looked over by `doctor`, store and broker', async () => {
    const verdict = await stream.run('doctor').catch((error: Error) => error.message);
    expect(verdict).not.toMatch(/WRONG (store|topic|broker|log|review)/);
    // Its logs are weeks old, and the two bad lines wait to be looked at.
    expect(verdict).toMatch(/of \d+ checks found something/);
  });

  test('start a detector of another version anew, say so, and go on', async () => {
    const lane = 'whole.events/0';
    const detector = DETECTORS.find((d) => d.key !== 'subject')?.meta.id ?? '';
    const snapshots = createSnapshotStore(stream.store);
    const saved = await snapshots.newest(lane);
    const chunks = (saved?.chunks ?? []).map((chunk) => stateChunk(asOfOlder(chunk, detector)));
    await snapshots.save(lane, saved?.position ?? '', chunks, Date.now());
    const processes = [stream.start('ingest', 'i1'), stream.start('detect', 'd1')];
    const [, detect] = processes;
    await stream.produce(
      lines
        .filter((_, i) => i % 100 === 0)
        .map((line) => line.replace(/"eventId":"/, '"eventId":"again-')),
    );
    await until('all of it is judged', async () => (await stream.behind()).length === 0);
    const restored = (detect?.stderr() ?? '')
      .split('\n')
      .filter((line) => line.includes('lane_restored'))
      .map((line) => JSON.parse(line) as { lane: string; warmedUp: string[] });
    expect(restored.find((r) => r.lane === lane)?.warmedUp).toEqual([detector]);
    for (const r of restored.filter((other) => other.lane !== lane)) expect(r.warmedUp).toEqual([]);
    for (const one of processes) expect(await one.stop()).toBe(0);
  });

  test('bring dead letters back once they can be read', async () => {
    const deadLetters = createDeadLetterStore(stream.store);
    const events = createEventStore(stream.store);
    const before = await events.count();
    expect(await stream.run('dead-letters', 'list')).toMatch(/whole\.raw\/\d\/\d+:1: not-json/);
    // As if a fault of the program had kept a good line from being read.
    const bytes = Buffer.from(lines[0]?.replace(/"eventId":"[^"]+"/, '"eventId":"mended"') ?? '');
    const key = deriveKey(Buffer.from('07'.repeat(32), 'hex'), 'default', 'vault', 1);
    const mended: DeadLetterRow = {
      ...{ deadLetterId: 'mended', source: 'whole.raw/0/1', lineNumber: 1, field: null },
      ...{ reason: 'unknown-format', sizeBytes: bytes.length, sealed: seal(key, bytes, 'mended') },
    };
    await deadLetters.append([mended]);
    const processes = [stream.start('ingest', 'i1'), stream.start('detect', 'd1')];
    expect(await stream.run('dead-letters', 'replay')).toBe(
      'read 3 again = sent to whole.raw 1 + still dead 2\n',
    );
    await until('the line is an event', async () => (await events.count()) === before + 1);
    expect((await deadLetters.counts()).flat()).not.toContain('unknown-format');
    for (const one of processes) await one.stop();
  });

  test('let one of two who decide at once in two processes win, and tell the other', async () => {
    await createAlertStore(stream.store).save(someAlerts(10), Date.now());
    // The first start of all prints the passwords.
    const first = stream.start('api', 'a3', {}, ['--port', '0']);
    const { address } = await startedAt(first);
    const second = stream.start('api', 'a4', {}, ['--port', '0']);
    const officer = await signedIn(address, first, 'beveiliging');
    const investigator = await signedIn((await startedAt(second)).address, first, 'integriteit');
    const { items } = (await (await officer('GET', '/alerts?limit=20')).json()) as {
      items: { alertId: string }[];
    };
    expect(items.length).toBeGreaterThanOrEqual(10);
    for (const { alertId } of items) {
      const decide = (by: Call, state: string) =>
        by('POST', `/alerts/${alertId}/triage`, {
          ...{ state, reason: 'Gezien, nagevraagd en besloten.', sequence: 0 },
        });
      const answers = await Promise.all([
        decide(officer, 'explained'),
        decide(investigator, 'inconclusive'),
      ]);
      const [won, lost] = [...answers].sort((a, b) => a.status - b.status);
      expect([won?.status, lost?.status]).toEqual([200, 409]);
      expect(await lost?.json()).toMatchObject({ code: 'ERR_REVIEW_CONFLICT' });
      // Both services tell the same history afterwards.
      const read = async (by: Call) => {
        const alert = (await (await by('GET', `/alerts/${alertId}`)).json()) as { status: string };
        return alert.status;
      };
      await until('both know', async () => (await read(officer)) === (await read(investigator)));
    }
    expect([await first.stop(), await second.stop()]).toEqual([0, 0]);
  });

  test('are reviewed on a page of their own, and tell their numbers', async () => {
    const api = stream.start('api', 'a1', { INZAGEWACHT_METRICS_PORT: '0' }, ['--port', '0']);
    const { address, metricsPort } = await startedAt(api);
    expect((await fetch(`http://127.0.0.1:${metricsPort}/healthz`)).status).toBe(200);
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    expect(metrics).toContain('inzagewacht_store_retries_total');
    expect((await fetch(`${address}/v1/alerts`)).status).toBe(401);
    expect(await api.stop()).toBe(0);
  });

  test('tell of a silent source and of a hole, once, and take back what was filled', async () => {
    const logs = await startStream(kafka, clickhouse, {
      ...{ name: 'logs', partitions: 2 },
      env: {
        INZAGEWACHT_LOGS_EVERY_MS: '500',
        INZAGEWACHT_SNAPSHOT_EVERY_MS: '500',
        INZAGEWACHT_KAFKA_SESSION_TIMEOUT_MS: '6000',
      },
    });
    try {
      const now = Date.now();
      const lineOf = (system: string, at: number, sequence?: number): string =>
        JSON.stringify({
          ...{ eventId: `${system}-${at}`, occurredAt: new Date(at).toISOString(), action: 'view' },
          ...{ source: { system, instance: 'prod', sequence }, actor: { id: `u${at % 7}` } },
        });
      const send = (lines: readonly string[], delayMs: number) =>
        logs.produce(lines, {
          at: (i) =>
            Date.parse((JSON.parse(lines[i] ?? '') as { occurredAt: string }).occurredAt) + delayMs,
        });
      // Around the clock, six minutes apart, and nothing any more since nine hours ago.
      const silentFrom = now - 9 * HOUR_MS;
      const usual = Array.from({ length: 35 * 240 }, (_, i) =>
        lineOf('brp', silentFrom - (35 * 240 - i) * 360_000),
      );
      const numbered = Array.from({ length: 300 }, (_, n) =>
        lineOf('suwinet', now - 5_400_000 + n * 10_000, n + 1),
      );
      const processes = [logs.start('ingest', 'i1'), logs.start('ingest', 'i2')];
      await send(usual, 1_000);
      await send([...numbered.slice(0, 100), ...numbered.slice(220)], 1_000);
      // Weeks that wait to be read would look like silence until they are.
      const counted = async () => {
        const [row] = await logs.store.rows<[number]>('SELECT sum(events) FROM source_hours FINAL');
        return Number(row?.[0]);
      };
      // More when a partition changes hands on the way: what was not committed is read again.
      await until('all is counted', async () => (await counted()) >= usual.length + 180);
      processes.push(logs.start('detect', 'd1'));
      const alerts = createAlertStore(logs.store);
      const told = async () =>
        (await alerts.list(1_000, 0))
          .filter((alert) => alert.actor === null)
          .map(({ alertId, reasons: [r] }) => ({ alertId, by: r?.detector, observed: r?.observed }))
          .sort((a, b) => String(a.by).localeCompare(String(b.by)));
      const by = async () => (await told()).map((t) => t.by);
      // Counted twice, some may stand for others that are still to be read: the hole is larger until they are.
      await until('both are told', async () => {
        const both = await told();
        return both.length === 2 && both.some(({ observed }) => observed === 120);
      });
      const [hole, silence] = await told();
      expect([hole, silence]).toMatchObject([
        { by: 'log-gap', observed: 120 },
        { by: 'source-silent' },
      ]);
      // From the first whole hour without a line to what has surely come in by now.
      expect(silence?.observed).toBeGreaterThanOrEqual(7);
      expect(silence?.observed).toBeLessThanOrEqual(9);
      // Whoever weighs next, and however often it looks, says the same.
      await processes.pop()?.stop();
      processes.push(logs.start('detect', 'd2'));
      await until(
        'it weighs',
        () => processes.at(-1)?.stderr().includes('weighing_started') === true,
      );
      await new Promise((done) => setTimeout(done, 3_000));
      expect((await told()).map((t) => t.alertId)).toEqual([hole?.alertId, silence?.alertId]);
      // One of two that read the source dies in the middle, and what it had is read again.
      await send(numbered.slice(100, 220), 1_000);
      await processes.shift()?.stop('SIGKILL');
      processes.push(logs.start('ingest', 'i3'));
      await until('the hole goes', async () => !(await by()).includes('log-gap'));
      expect((await told()).map((t) => t.alertId)).toEqual([silence?.alertId]);
      // What comes hours late was late, not missing.
      const late = Array.from({ length: 90 }, (_, i) => lineOf('brp', silentFrom + i * 360_000));
      await logs.produce(late, { at: () => Date.now() });
      await until('silence was delay', async () => (await by()).join() === 'late-arrivals');
      for (const one of processes) expect(await one.stop()).toBe(0);
    } finally {
      await logs.close();
    }
  });

  test('refuse settings that they cannot work with, all at once', async () => {
    const wrong = stream.start('detect', 'd9', {
      INZAGEWACHT_KAFKA_PARTITIONS: 'many',
      INZAGEWACHT_CLICKHOUSE_URL: 'no address',
    });
    await until('it ends', () => wrong.child.exitCode !== null);
    expect(wrong.child.exitCode).toBe(78);
    expect(wrong.stderr()).toMatch(/kafka\.partitions[\s\S]*clickhouse\.url/);
  });

  test('check their topics', async () => {
    expect(await stream.run('topics')).toMatch(/whole\.raw: 2 partitions/);
  });
});
