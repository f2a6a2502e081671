import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listInputs, readLines } from '../../../ingest/sources/files.ts';
import { follow } from '../../../ingest/sources/follow.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inzagewacht-sources-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const aFile = (name: string, content: string | Buffer): string => {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
};
async function readAll(path: string) {
  const batches: string[][] = [];
  const warnings: string[] = [];
  for (const input of await listInputs([path]))
    for await (const lines of readLines(input, (w) => warnings.push(w)))
      batches.push(lines.map((l) => l.bytes.toString()));
  return { batches, lines: batches.flat(), warnings };
}

test('a folder gives its files by name, without hidden files and folders', async () => {
  for (const name of ['b.ndjson', 'a/z.ndjson', '.hidden', '.git/config']) aFile(name, 'x');
  const names = (await listInputs([folder])).map((i) => i.name.slice(folder.length + 1));
  expect(names).toEqual(['a/z.ndjson', 'b.ndjson']);
});
test('a folder under a hidden folder is read when it is named', async () => {
  aFile('.data/a.ndjson', 'x');
  expect(await listInputs([join(folder, '.data')])).toHaveLength(1);
});
test('a missing path is refused with what to do', async () => {
  await expect(listInputs([join(folder, 'none')])).rejects.toMatchObject({
    code: 'ERR_INGEST_NO_INPUT',
  });
});
test('no batch is empty, also when a line is longer than a chunk', async () => {
  const { batches } = await readAll(aFile('long', `${'x'.repeat(2_500_000)}\nshort\n`));
  expect(batches.map((b) => b.length)).toEqual([2]);
  expect(batches.flat()[0]).toHaveLength(65_536);
});
test('a .gz is recognised by its bytes, whatever its name', async () => {
  expect((await readAll(aFile('log.txt', gzipSync('a\nb\n')))).lines).toEqual(['a', 'b']);
});
test('a cut .gz gives its good lines and then a warning', async () => {
  const text = Array.from({ length: 20_000 }, (_, i) => `line ${Math.sin(i)}`).join('\n');
  const packed = gzipSync(text);
  const { lines, warnings } = await readAll(aFile('cut.gz', packed.subarray(0, -20)));
  expect(warnings).toEqual(['gzip-cut']);
  expect(lines.length).toBeGreaterThan(19_900);
  expect(text.split('\n').slice(0, lines.length - 1)).toEqual(lines.slice(0, -1));
});
test('a slow reader of a cut .gz gets every good line too', async () => {
  const text = Array.from({ length: 300_000 }, (_, i) => `line ${Math.sin(i)}`).join('\n');
  const [input] = await listInputs([
    aFile('cut.gz', gzipSync(text, { level: 1 }).subarray(0, -500)),
  ]);
  if (input === undefined) throw new Error('there is a file');
  let count = 0;
  for await (const lines of readLines(input, () => undefined)) {
    count += lines.length;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(count).toBeGreaterThan(299_800);
});
test('a gzip bomb is stopped with a warning', async () => {
  const { warnings } = await readAll(aFile('bomb.gz', gzipSync(Buffer.alloc(50_000_000, 'x'))));
  expect(warnings).toEqual(['gzip-ratio']);
});

/** Follows until `steps` are done, one step a quiet poll, and one more poll after the last. */
async function followThrough(path: string, steps: (() => void)[]): Promise<string[]> {
  const stop = new AbortController();
  const seen: string[] = [];
  for await (const { lines } of follow([path], { signal: stop.signal, pollMs: 1 })) {
    seen.push(...lines.map((l) => l.bytes.toString()));
    if (lines.length > 0) continue;
    const step = steps.shift();
    if (step === undefined) stop.abort();
    else step();
  }
  return seen;
}
test('only whole lines of a growing file are given, each once', async () => {
  const path = aFile('live', 'a\nb');
  const steps = [() => appendFileSync(path, 'c\nd'), () => appendFileSync(path, '\n')];
  expect(await followThrough(path, steps)).toEqual(['a', 'bc', 'd']);
});
test('a file that shrank is read from its start', async () => {
  const path = aFile('live', 'first\nsecond\n');
  expect(await followThrough(path, [() => writeFileSync(path, 'x\n')])).toEqual([
    'first',
    'second',
    'x',
  ]);
});
test('a rotation loses no line, also while there is no file', async () => {
  const path = aFile('live', 'a\n');
  const rotate = (): void => {
    appendFileSync(path, 'late\n');
    renameSync(path, `${path}.1`);
  };
  const steps = [rotate, () => undefined, () => writeFileSync(path, 'b\n')];
  expect(await followThrough(path, steps)).toEqual(['a', 'late', 'b']);
});
test('a file renamed inside a followed folder is not read again', async () => {
  const path = aFile('live', 'a\n');
  const steps = [() => renameSync(path, `${path}.1`), () => writeFileSync(path, 'b\n')];
  expect(await followThrough(folder, steps)).toEqual(['a', 'b']);
});
