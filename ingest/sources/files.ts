import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { createGunzip } from 'node:zlib';
import { AppError } from '../../domain/errors.ts';
import type { RawLine } from '../formats/format.ts';
import { createLineSplitter, type LineRun, linesOfRun, runOf } from './lines.ts';

/** One file, or standard input, with how far it was read. Sizes in bytes as on disk. */
export type Input = {
  name: string;
  path: string | null;
  isGzip: boolean;
  bytesTotal: number;
  bytesRead(): number;
};
type CountedInput = Input & { add(bytes: number): void };

const CHUNK_BYTES = 1_048_576;
/** Small: one packed chunk unpacks to at most a thousand times its size before the ratio is looked at. */
const PACKED_CHUNK_BYTES = 65_536;
const GZIP_MAGIC = [0x1f, 0x8b];
const MAX_GZIP_RATIO = 200;
const GZIP_RATIO_FROM_BYTES = 10_485_760;

function anInput(
  name: string,
  path: string | null,
  isGzip: boolean,
  bytesTotal: number,
): CountedInput {
  let read = 0;
  return {
    name,
    path,
    isGzip,
    bytesTotal,
    bytesRead: () => read,
    add: (bytes) => {
      read += bytes;
    },
  };
}

async function isGzipFile(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && GZIP_MAGIC.every((byte, i) => buffer[i] === byte);
  } finally {
    await file.close();
  }
}

/**
 * Files behind the paths: folders whole, by name, hidden files left out; `-` is standard input.
 * Throws ERR_INGEST_NO_INPUT when a path is not there or holds no file.
 */
export async function listInputs(paths: readonly string[]): Promise<Input[]> {
  const inputs: Input[] = [];
  for (const path of paths) {
    if (path === '-') {
      inputs.push(anInput('stdin', null, false, 0));
      continue;
    }
    let info: Awaited<ReturnType<typeof stat>>;
    try {
      info = await stat(path);
    } catch (cause) {
      throw new AppError(
        'ERR_INGEST_NO_INPUT',
        `There is no file or folder ${path}: check the path.`,
        {},
        cause,
      );
    }
    const files = info.isDirectory() ? await filesBelow(path) : [path];
    if (files.length === 0)
      throw new AppError('ERR_INGEST_NO_INPUT', `The folder ${path} holds no files.`);
    for (const file of files)
      inputs.push(anInput(file, file, await isGzipFile(file), Number((await stat(file)).size)));
  }
  return inputs;
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((e) => e.isFile())
    .map((e) => join(e.parentPath, e.name))
    .filter((path) => !isHidden(relative(folder, path)))
    .sort();
}

/** A file is hidden with its folder: `.git` and such hold no logs. */
const isHidden = (path: string): boolean => path.split(sep).some((name) => name.startsWith('.'));

/**
 * Unpacks chunk by chunk. Not piped: a stream that fails throws away what its reader has not taken yet,
 * which for a slow reader of a cut file are good lines.
 */
async function* unpack(raw: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const ready: Buffer[] = [];
  let fault: Error | null = null;
  gunzip.on('data', (chunk: Buffer) => ready.push(chunk));
  gunzip.on('error', (error) => {
    fault = error;
  });
  try {
    for await (const packed of raw) {
      await new Promise<void>((resolve) => gunzip.write(packed, () => resolve()));
      yield* ready.splice(0);
      if (fault !== null) throw fault;
    }
    await new Promise<void>((resolve) => {
      gunzip.once('close', resolve);
      gunzip.end();
    });
    yield* ready.splice(0);
    if (fault !== null) throw fault;
  } finally {
    gunzip.destroy();
  }
}

/**
 * Lines of an input, some thousands at a time, never none. A cut or bad .gz gives the lines before the fault and
 * then a warning; so does one that unpacks to more than 200 times its size.
 */
export async function* readLines(
  input: Input,
  warn: (problem: string) => void,
): AsyncGenerator<RawLine[]> {
  for await (const runs of readRuns(input, warn)) yield runs.flatMap((run) => [...linesOfRun(run)]);
}

/** The same as runs, for whoever only hands lines on. */
export async function* readRuns(
  input: Input,
  warn: (problem: string) => void,
): AsyncGenerator<LineRun[]> {
  const counted = input as CountedInput;
  const splitter = createLineSplitter();
  const raw =
    input.path === null
      ? process.stdin
      : createReadStream(input.path, {
          highWaterMark: input.isGzip ? PACKED_CHUNK_BYTES : CHUNK_BYTES,
        });
  raw.on('data', (chunk: Buffer) => counted.add(chunk.length));
  let unpacked = 0;
  try {
    const stream = input.isGzip ? unpack(raw) : raw;
    for await (const chunk of stream) {
      unpacked += (chunk as Buffer).length;
      if (
        input.isGzip &&
        unpacked > GZIP_RATIO_FROM_BYTES &&
        unpacked > MAX_GZIP_RATIO * counted.bytesRead()
      ) {
        warn('gzip-ratio');
        return;
      }
      const runs = splitter.runs(chunk as Buffer);
      if (runs.length > 0) yield runs;
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (!code.startsWith('Z_')) throw error;
    warn('gzip-cut');
  }
  const last = splitter.end().map(runOf);
  if (last.length > 0) yield last;
}
