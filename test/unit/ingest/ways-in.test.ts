import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { ldv } from '../../../ingest/formats/ldv.ts';
import { otlp } from '../../../ingest/formats/otlp.ts';
import { pullClickHouse } from '../../../ingest/sources/clickhouse.ts';
import {
  type Deliver,
  deliverToFolder,
  folderPositions,
  inMessages,
  runPull,
} from '../../../ingest/sources/deliver.ts';
import { otlpHandler } from '../../../ingest/sources/otlp.ts';
import { pullS3 } from '../../../ingest/sources/s3.ts';
import { signGet } from '../../../ingest/sources/s3-signature.ts';
import { createFrameReader, receiveSyslog } from '../../../ingest/sources/syslog.ts';
import { sampleLog } from '../../../simulation/format-samples.ts';
import { readBytes } from '../../helpers/read-lines.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});
const aFolder = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'ways-in-'));
  cleanups.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
};
async function serving(handler: Parameters<typeof createServer>[1]): Promise<string> {
  const server: Server = createServer(handler);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  cleanups.push(() => new Promise((done) => server.close(done)));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}
function aKeeper(fails = 0): { deliver: Deliver; lines: string[] } {
  const lines: string[] = [];
  let left = fails;
  const deliver: Deliver = async (value) => {
    if (left-- > 0) throw new Error('disk full');
    lines.push(...value.toString('utf8').trimEnd().split('\n'));
  };
  return { deliver, lines };
}
const until = async (holds: () => boolean): Promise<void> => {
  for (let i = 0; i < 400 && !holds(); i++) await new Promise((done) => setTimeout(done, 10));
  expect(holds()).toBe(true);
};

describe('syslog over TCP', () => {
  const sent = '11 <13>one\ntwo<14>three\r\n5 <1>ab<15>four\n';
  test('frames by count and by line feed, however they are cut', () => {
    for (let cut = 1; cut < 12; cut++) {
      const frames = createFrameReader();
      const found: string[] = [];
      for (let at = 0; at < sent.length; at += cut)
        found.push(...frames.push(Buffer.from(sent.slice(at, at + cut))).map(String));
      expect(found).toEqual(['<13>one\ntwo', '<14>three\r', '<1>ab', '<15>four']);
    }
  });
  test('an impossible count ends the connection', () => {
    expect(() => createFrameReader().push(Buffer.from('99999999 x'))).toThrow();
    expect(() => createFrameReader().push(Buffer.from('12a45678x'))).toThrow();
  });
  test('messages arrive as lines; what cannot be kept closes the connection', async () => {
    const { deliver, lines } = aKeeper();
    const errors: unknown[] = [];
    const receiver = await receiveSyslog(
      { host: '127.0.0.1', port: 0, onError: (error) => errors.push(error) },
      deliver,
    );
    cleanups.push(() => receiver.close());
    const socket = connect(receiver.port, '127.0.0.1');
    socket.write('11 <13>one\ntwo<14>three\n');
    await until(() => lines.length === 2);
    expect(lines).toEqual(['<13>one#012two', '<14>three']);
    socket.end('<15>last without its line feed');
    await until(() => lines.length === 3);

    const failing = await receiveSyslog(
      { host: '127.0.0.1', port: 0, onError: (error) => errors.push(error) },
      aKeeper(1).deliver,
    );
    cleanups.push(() => failing.close());
    const other = connect(failing.port, '127.0.0.1');
    other.on('error', () => undefined);
    other.write('<13>x\n');
    await new Promise((done) => other.on('close', done));
    expect(errors).toHaveLength(1);
  });
});

describe('OTLP over HTTP', () => {
  const post = (url: string, body: Buffer | string, headers: Record<string, string> = {}) =>
    fetch(url, {
      method: 'POST',
      body: new Uint8Array(Buffer.from(body)),
      headers: { 'content-type': 'application/json', ...headers },
    });
  test('logs become one line per record, traces lines of the national standard', async () => {
    const { deliver, lines } = aKeeper();
    const handler = otlpHandler(deliver);
    const base = await serving((request, response) => void handler(request, response));
    const log = sampleLog('otlp', 1);
    expect(
      (await post(`${base}/v1/logs`, gzipSync(log), { 'content-encoding': 'gzip' })).status,
    ).toBe(200);
    expect(lines).toHaveLength(3);
    expect(readBytes(otlp, lines.join('\n')).events).toEqual(readBytes(otlp, log).events);
    const span = {
      traceId: '569a10d17d8e0c856607951589407ddf',
      spanId: 'ddb388f7d08fb671',
      name: 'Raadplegen',
      startTimeUnixNano: '1768210748000000000',
      attributes: [{ key: 'dpl.core.data_subject_id', value: { stringValue: '999993240' } }],
    };
    const traces = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span, span] }] }] });
    expect((await post(`${base}/v1/traces`, traces)).status).toBe(200);
    expect(readBytes(ldv, lines.slice(3).join('\n')).events).toHaveLength(2);
  });
  test('wrong, large and unauthorised requests are refused; a full disk asks to come again', async () => {
    const handler = otlpHandler(aKeeper(1).deliver, { token: 'geheim' });
    const base = await serving((request, response) => void handler(request, response));
    const auth = { authorization: 'Bearer geheim' };
    expect((await post(`${base}/v1/logs`, '{}')).status).toBe(401);
    expect((await post(`${base}/v1/metrics`, '{}', auth)).status).toBe(404);
    expect(
      (await post(`${base}/v1/logs`, 'x', { ...auth, 'content-type': 'application/x-protobuf' }))
        .status,
    ).toBe(415);
    expect((await post(`${base}/v1/logs`, '{', auth)).status).toBe(400);
    expect((await post(`${base}/v1/logs`, '[]', auth)).status).toBe(200);
    const bomb = gzipSync(Buffer.alloc(20_000_000));
    expect(
      (await post(`${base}/v1/logs`, bomb, { ...auth, 'content-encoding': 'gzip' })).status,
    ).toBe(413);
    const busy = await post(`${base}/v1/logs`, sampleLog('otlp', 1), auth);
    expect(busy.status).toBe(503);
    expect(busy.headers.get('retry-after')).toBe('5');
  });
});

describe('sources that are asked', () => {
  test('the position moves after the lines are safe; a failure reads again', async () => {
    const dir = aFolder();
    const positions = folderPositions(dir);
    const { deliver, lines } = aKeeper(1);
    const errors: unknown[] = [];
    const stop = new AbortController();
    const source = {
      name: 'numbers',
      headers: {},
      pull: async (position: string | null) => {
        const from = Number(position ?? 0);
        const to = Math.min(from + 2, 5);
        if (to === from) return { lines: null, position: String(from), isMore: false };
        const rows = Array.from({ length: to - from }, (_, i) => `n${from + i}`);
        return { lines: Buffer.from(rows.join('\n')), position: String(to), isMore: to < 5 };
      },
      close: async () => undefined,
    };
    const done = runPull(source, deliver, positions, {
      everyMs: 5,
      signal: stop.signal,
      onError: (e) => errors.push(e),
    });
    await until(() => positions.read('numbers') === '5');
    stop.abort();
    await done;
    expect(lines).toEqual(['n0', 'n1', 'n2', 'n3', 'n4']);
    expect(errors).toHaveLength(1);
    expect(folderPositions(dir).read('numbers')).toBe('5');
  });
  test('a folder keeps lines whole, and its names cannot leave it', async () => {
    const dir = aFolder();
    const deliver = deliverToFolder(dir, 'suite');
    await Promise.all([deliver(Buffer.from('a')), deliver(Buffer.from('b\n'))]);
    await deliver.close();
    expect(readFileSync(join(dir, 'suite.log'), 'utf8')).toBe('a\nb\n');
    expect(() => deliverToFolder(dir, '../x')).toThrow(RangeError);
  });
  test('ClickHouse: typed parameter, ties and the next position', async () => {
    const asked: { url: string; body: string; user: string | undefined }[] = [];
    const base = await serving((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        asked.push({
          url: request.url ?? '',
          body,
          user: request.headers['x-clickhouse-user'] as string,
        });
        response.end(
          '{"traceId":"a","startTime":"5","inzagewacht_cursor":"5"}\n{"traceId":"b","startTime":"6","inzagewacht_cursor":"6"}\n',
        );
      });
    });
    const source = pullClickHouse({
      name: 'ldv',
      url: base,
      user: 'reader',
      query: 'SELECT * FROM spans',
      cursor: 'startTime',
      cursorType: 'Int64',
      rows: 2,
    });
    expect(await source.pull('4')).toMatchObject({ position: '6', isMore: true });
    expect(asked[0]?.url).toContain('param_from=4');
    expect(asked[0]?.body).toMatch(/> \{from:Int64\}[\s\S]*WITH TIES/);
    expect(asked[0]?.user).toBe('reader');
    expect((await source.pull(null)).lines?.toString()).toBe(
      '{"traceId":"a","startTime":"5"}\n{"traceId":"b","startTime":"6"}\n',
    );
    expect(() =>
      pullClickHouse({
        name: 'x',
        url: base,
        query: 'SELECT 1; DROP TABLE x',
        cursor: 'a',
        cursorType: 'Int64',
      }),
    ).toThrow();
  });
  test('a bucket: names in order, packed objects, each once', async () => {
    const objects = new Map([
      ['logs/2026-01-12.ndjson.gz', gzipSync('{"a":1}\n')],
      ['logs/2026-01-13 & more.ndjson', Buffer.from('{"a":2}\n')],
    ]);
    const base = await serving((request, response) => {
      expect(request.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=key\//);
      const url = new URL(request.url ?? '', 'http://x');
      const key = decodeURIComponent(url.pathname).replace(/^\/bucket\/?/, '');
      if (key !== '') return void response.end(objects.get(key));
      const after = url.searchParams.get('start-after') ?? '';
      const names = [...objects.keys()].filter((name) => name > after).slice(0, 2);
      response.end(
        `<R>${names.map((n) => `<Key>${n.replaceAll('&', '&amp;')}</Key>`).join('')}</R>`,
      );
    });
    const source = pullS3({
      name: 's3',
      endpoint: base,
      bucket: 'bucket',
      prefix: 'logs/',
      accessKey: 'key',
      secretKey: 'secret',
      region: 'eu',
    });
    const first = await source.pull(null);
    expect([first.lines?.toString(), first.isMore]).toEqual(['{"a":1}\n', true]);
    const second = await source.pull(first.position);
    expect([second.lines?.toString(), second.isMore]).toEqual(['{"a":2}\n', false]);
    expect(await source.pull(second.position)).toEqual({
      lines: null,
      position: second.position,
      isMore: false,
    });
  });
  test('the signature of the example in the documentation of AWS', () => {
    // "GET Bucket (List Objects)" of the Signature Version 4 examples.
    const url = new URL('https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J');
    const credentials = {
      accessKey: 'AKIAIOSFODNN7EXAMPLE',
      secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      region: 'us-east-1',
    };
    const signed = signGet(url, credentials, new Date('2013-05-24T00:00:00Z'));
    expect(signed['x-amz-content-sha256']).toBe(createHash('sha256').update('').digest('hex'));
    expect(signed['authorization']).toContain(
      'Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    );
  });
});

test('messages hold whole lines, and together exactly what was given', async () => {
  const taken: Buffer[] = [];
  const deliver = inMessages(async (messages) => void taken.push(...messages));
  const long = 'y'.repeat(700_000);
  const text = `${Array.from({ length: 3_000 }, (_, i) => `${i} ${'x'.repeat(300)}`).join('\n')}\n${long}\nend`;
  await deliver(Buffer.from(text));
  expect(Buffer.concat(taken).toString()).toBe(text);
  expect(taken.length).toBeGreaterThan(3);
  for (const message of taken.slice(0, -1)) expect(message.at(-1)).toBe(0x0a);
  // Only a line that is longer than a message may be exceeds it.
  expect(taken.filter((m) => m.length > 524_288)).toHaveLength(1);
});
