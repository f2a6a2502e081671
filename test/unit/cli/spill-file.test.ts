import { fstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createMetrics } from '../../../cli/metrics.ts';
import { createSpill, openSpillFile } from '../../../cli/spill-file.ts';

function aFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'inzagewacht-spill-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return dir;
}
const silent: Logger = pino({ level: 'silent' });

test('a file gives back what lies anywhere in it, and nothing from beyond its end', () => {
  const file = openSpillFile(aFolder());
  const parts = ['one', 'two and more', 'ß'].map((text) => Buffer.from(text));
  const places = parts.map((part) => file.append(part));
  const into = Buffer.alloc(64);
  for (const [i, part] of parts.entries()) {
    file.read(into, part.length, places[i] ?? -1);
    expect(into.subarray(0, part.length)).toEqual(part);
  }
  expect(() => file.read(into, 64, 0)).toThrow('nothing lies at byte');
  file.close();
});

test.runIf(process.platform === 'linux')('a file is its owner’s alone and has no name', () => {
  const dir = aFolder();
  const file = openSpillFile(dir);
  file.append(Buffer.alloc(12_345));
  const modes = readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const { mode, nlink, size } = fstatSync(Number(fd));
      return nlink === 0 && size === 12_345 ? [mode & 0o777] : [];
    } catch {
      // The folder that was being listed.
      return [];
    }
  });
  expect(modes).toEqual([0o600]);
  expect(readdirSync(dir)).toEqual([]);
  file.close();
});

test('metrics say what lies in files and how often one could not be written', async () => {
  const metrics = createMetrics();
  const value = async (name: 'spillBytes' | 'spillFailures') =>
    (await metrics[name].get()).values[0]?.value;
  const said: unknown[] = [];
  const log = Object.assign(Object.create(silent), {
    error: (...words: unknown[]) => said.push(words),
  }) as Logger;
  const spill = createSpill(aFolder(), log, metrics);
  const files = [spill.open(), spill.open()];
  for (const file of files) file.append(Buffer.alloc(100));
  expect(await value('spillBytes')).toBe(200);
  files[0]?.close();
  expect(await value('spillBytes')).toBe(100);
  files[1]?.close();
  const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  for (let n = 0; n < 3; n++) spill.failed(full);
  expect(await value('spillFailures')).toBe(3);
  // Once a minute is enough.
  expect(said).toEqual([[expect.objectContaining({ code: 'ENOSPC' }), 'spill_failed']]);
});

test('a folder where no file can be made is refused at the start', () => {
  expect(() => createSpill(join(aFolder(), 'absent'), silent, createMetrics())).toThrow(
    expect.objectContaining({ code: 'ERR_CONFIG_REFUSED' }),
  );
});
