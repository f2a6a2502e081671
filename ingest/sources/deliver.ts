// Where ways in hand over what they received: the spool, a Kafka topic, or files in a folder.
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Takes whole lines; resolves when they are safe, so that the sender may forget them. Rejects when they
 * are not: the sender keeps them and comes again. Waiting for it is the back-pressure.
 */
export type Deliver = (value: Buffer, headers?: Readonly<Record<string, string>>) => Promise<void>;
/** Where a source that is asked goes on reading, kept after what was read before it is safe. */
export type Positions = {
  read(source: string): string | null;
  write(source: string, position: string): void;
};

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Appends to one file per source in a folder that is read or followed elsewhere; fsync before it resolves. */
export function deliverToFolder(dir: string, source: string): Deliver & { close(): Promise<void> } {
  if (!NAME.test(source))
    throw new RangeError('the name of a source is letters, digits, dots and dashes');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const file = open(join(dir, `${source}.log`), 'a', 0o600);
  let queue: Promise<void> = Promise.resolve();
  const deliver = (value: Buffer): Promise<void> => {
    const whole = value.at(-1) === 0x0a ? value : Buffer.concat([value, Buffer.from('\n')]);
    const next = queue.then(async () => {
      const handle = await file;
      await handle.appendFile(whole);
      await handle.datasync();
    });
    // One write that failed must not stop the next.
    queue = next.catch(() => undefined);
    return next;
  };
  return Object.assign(deliver, {
    close: async () => {
      await queue;
      await (await file).close();
    },
  });
}

/** Lines of a message at most: below what brokers take by default, also with its head. */
const MESSAGE_BYTES = 524_288;

/**
 * Hands lines to something that takes messages, each of whole lines; one longer than a message may be goes
 * alone. Resolves when all of them are safe.
 */
export const inMessages =
  (
    take: (messages: readonly Buffer[], headers: Readonly<Record<string, string>>) => Promise<void>,
  ): Deliver =>
  (value, headers = {}) => {
    const messages: Buffer[] = [];
    let start = 0;
    while (value.length - start > MESSAGE_BYTES) {
      const before = value.lastIndexOf(0x0a, start + MESSAGE_BYTES);
      const cut = before >= start ? before : value.indexOf(0x0a, start);
      if (cut < 0) break;
      messages.push(value.subarray(start, cut + 1));
      start = cut + 1;
    }
    if (start < value.length) messages.push(value.subarray(start));
    return take(messages, headers);
  };

/** Positions in a folder, one small file each, replaced whole. */
export function folderPositions(dir: string): Positions {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  return {
    read(source) {
      try {
        return readFileSync(join(dir, source), 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw error;
      }
    },
    write(source, position) {
      const path = join(dir, source);
      const fd = openSync(`${path}.new`, 'w', 0o600);
      writeSync(fd, position);
      fsyncSync(fd);
      closeSync(fd);
      renameSync(`${path}.new`, path);
    },
  };
}

/** What one question to a source gave: lines, and where to go on. Null lines: nothing new. */
export type Pulled = { lines: Buffer | null; position: string; isMore: boolean };
export type PullSource = {
  name: string;
  headers: Readonly<Record<string, string>>;
  pull(position: string | null): Promise<Pulled>;
  close(): Promise<void>;
};

/**
 * Asks a source until stopped. At least once: the position moves after what lies before it is safe, and
 * what is read twice is one event by its id. `onError` gets failures of the source; asking goes on later.
 */
export async function runPull(
  source: PullSource,
  deliver: Deliver,
  positions: Positions,
  options: { everyMs: number; signal: AbortSignal; onError(error: unknown): void },
): Promise<void> {
  const { signal, everyMs } = options;
  const rest = (): Promise<void> =>
    new Promise((done) => {
      const timer = setTimeout(done, everyMs);
      const stop = (): void => {
        clearTimeout(timer);
        done();
      };
      signal.addEventListener('abort', stop, { once: true });
    });
  try {
    while (!signal.aborted) {
      let isMore = false;
      try {
        const pulled = await source.pull(positions.read(source.name));
        if (pulled.lines !== null) await deliver(pulled.lines, source.headers);
        positions.write(source.name, pulled.position);
        isMore = pulled.isMore;
      } catch (error) {
        options.onError(error);
      }
      if (!isMore && !signal.aborted) await rest();
    }
  } finally {
    await source.close();
  }
}
