import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openSpool, SPOOL_LANE, type SpoolOptions } from '../../ingest/sources/spool.ts';
import { collect, keepsTheSourceContract } from '../helpers/source-contract.ts';

const dirs: string[] = [];
const aDir = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'inzagewacht-spool-'));
  dirs.push(dir);
  return dir;
};
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true });
});
const segmentsOf = (dir: string): string[] =>
  readdirSync(dir)
    .filter((f) => f.endsWith('.log'))
    .sort();
/** Everything readable in the spool of a folder, and the holes that were reported. */
async function readAll(dir: string, count: number, options: SpoolOptions = {}) {
  const spool = await openSpool(dir, options);
  const gaps: [number, number][] = [];
  const reading = await collect(spool.source(), {
    onGap: (_, from, to) => gaps.push([from, to]),
  });
  await reading.until(count);
  await reading.source.close();
  await spool.close();
  return { values: reading.values(), gaps, tornEnd: spool.tornEnd };
}

keepsTheSourceContract('the spool', async () => {
  const spool = await openSpool(aDir());
  return {
    lane: SPOOL_LANE,
    append: async (values) => {
      await Promise.all(values.map((v) => spool.append(Buffer.from(v))));
    },
    source: spool.source,
    close: spool.close,
  };
});

describe('the spool', () => {
  test('keeps headers and bytes as they came', async () => {
    const dir = aDir();
    const spool = await openSpool(dir);
    const value = Buffer.from([0, 255, 10, 13, 0x49, 0x5a, 0x57, 0x31]);
    await spool.append(value, { format: 'canonical' });
    const reading = await collect(spool.source());
    await reading.until(1);
    const message = reading.batches[0]?.messages[0];
    expect([message?.value, message?.headers]).toEqual([value, { format: 'canonical' }]);
    await reading.source.close();
    await spool.close();
  });

  test('cuts off an end that a crash left half written, at every length of it', async () => {
    const dir = aDir();
    const spool = await openSpool(dir);
    await spool.append(Buffer.from('whole'));
    const [file = ''] = segmentsOf(dir);
    const good = readFileSync(join(dir, file)).length;
    await spool.append(Buffer.from('the last one'));
    await spool.close();
    const all = readFileSync(join(dir, file));
    for (let length = good + 1; length < all.length; length++) {
      writeFileSync(join(dir, file), all.subarray(0, length));
      const { values, tornEnd } = await readAll(dir, 1);
      expect(values).toEqual(['whole']);
      expect(tornEnd).toEqual({ from: good, to: length });
      expect(readFileSync(join(dir, file)).length).toBe(good);
    }
  });

  test('appends behind a repaired end', async () => {
    const dir = aDir();
    let spool = await openSpool(dir);
    await spool.append(Buffer.from('a'));
    await spool.close();
    appendFileSync(join(dir, segmentsOf(dir)[0] ?? ''), 'IZW1 half a record');
    spool = await openSpool(dir);
    await spool.append(Buffer.from('b'));
    await spool.close();
    expect((await readAll(dir, 2)).values).toEqual(['a', 'b']);
  });

  test('shows a hole where the disk damaged a message, and reads on behind it', async () => {
    const dir = aDir();
    const spool = await openSpool(dir);
    for (const text of ['one', 'two', 'three']) await spool.append(Buffer.from(text));
    await spool.close();
    const path = join(dir, segmentsOf(dir)[0] ?? '');
    const bytes = readFileSync(path);
    bytes[bytes.indexOf('two')] = 0;
    writeFileSync(path, bytes);
    const { values, gaps, tornEnd } = await readAll(dir, 2);
    expect(values).toEqual(['one', 'three']);
    const size = bytes.indexOf('IZW1', 1);
    expect(gaps).toEqual([[size, 2 * size]]);
    expect(tornEnd).toBeNull();
  });

  test('starts new segments, reads across them and drops those that are safe', async () => {
    const dir = aDir();
    const spool = await openSpool(dir, { segmentBytes: 200 });
    for (let i = 0; i < 40; i++) await spool.append(Buffer.from(`message ${i}`));
    const before = segmentsOf(dir).length;
    expect(before).toBeGreaterThan(5);
    const reading = await collect(spool.source());
    await reading.until(40);
    expect(reading.values()[39]).toBe('message 39');
    await reading.source.commit(SPOOL_LANE, reading.batches.at(-1)?.next ?? 0);
    expect(segmentsOf(dir).length).toBe(1);
    await reading.source.close();
    await spool.close();
    expect((await readAll(dir, 0, { segmentBytes: 200 })).values).toEqual([]);
  });

  test('takes nothing of a request when the disk is full, and everything before it stays', async () => {
    const dir = aDir();
    let room = 100;
    const write = ((fd: number, bytes: Buffer, offset: number) => {
      if (room === 0) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
      const part = Math.min(room, bytes.length - offset);
      room -= part;
      return writeSync(fd, bytes, offset, part);
    }) as typeof writeSync;
    const spool = await openSpool(dir, { write });
    await spool.append(Buffer.from('fits'));
    await expect(spool.append(Buffer.alloc(200))).rejects.toMatchObject({
      code: 'ERR_INGEST_SPOOL_FULL',
      kind: 'retry',
    });
    room = 1000;
    await spool.append(Buffer.from('after'));
    await spool.close();
    const { values, gaps } = await readAll(dir, 2);
    expect([values, gaps]).toEqual([['fits', 'after'], []]);
  });

  test('refuses at its own bound before the disk is full', async () => {
    const spool = await openSpool(aDir(), { maxBytes: 100 });
    await spool.append(Buffer.from('fits'));
    await expect(spool.append(Buffer.alloc(90))).rejects.toMatchObject({
      code: 'ERR_INGEST_SPOOL_FULL',
    });
    await spool.close();
  });

  test('says so when the state is ahead of the spool', async () => {
    const spool = await openSpool(aDir());
    const { source } = await collect(spool.source(), { onLane: async () => 1_000 });
    await expect(source.done).rejects.toMatchObject({ code: 'ERR_INGEST_SPOOL_BEHIND' });
    await source.close();
    await spool.close();
  });

  test('acknowledges many senders with few writes', async () => {
    let writes = 0;
    const write = ((fd: number, bytes: Buffer, offset: number) => {
      writes++;
      return writeSync(fd, bytes, offset);
    }) as typeof writeSync;
    const spool = await openSpool(aDir(), { write });
    await Promise.all(Array.from({ length: 500 }, (_, i) => spool.append(Buffer.from(`${i}`))));
    expect(writes).toBeLessThan(10);
    await spool.close();
  });
});
