import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { AppError } from '../domain/errors.ts';
import type { Spill, SpillFile } from '../pipeline/spill.ts';
import type { Metrics } from './metrics.ts';

/**
 * A file in a folder that has no name any more: nobody else opens it, and however the process ends, its room
 * comes back.
 */
export function openSpillFile(dir: string): SpillFile {
  const path = join(dir, `inzagewacht-${randomUUID()}`);
  const fd = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  let size = 0;
  return {
    append(bytes) {
      let done = 0;
      // What a full disk took in part is written over next time.
      while (done < bytes.length)
        done += writeSync(fd, bytes, done, bytes.length - done, size + done);
      const at = size;
      size += bytes.length;
      return at;
    },
    read(into, length, at) {
      let done = 0;
      while (done < length) {
        const read = readSync(fd, into, done, length - done, at + done);
        if (read === 0) throw new RangeError(`nothing lies at byte ${at + done} of this file`);
        done += read;
      }
    },
    close: () => closeSync(fd),
  };
}

const TOLD_AGAIN_MS = 60_000;

/**
 * Files in a folder. One that cannot be written is no reason to stop: its owner keeps in memory what it wanted to
 * write, and whoever runs this hears of it. Throws ERR_CONFIG_REFUSED when no file can be made now.
 */
export function createSpill(
  dir: string,
  log: Logger,
  { spillBytes, spillFailures }: Pick<Metrics, 'spillBytes' | 'spillFailures'>,
): Spill {
  try {
    openSpillFile(dir).close();
  } catch (cause) {
    throw new AppError(
      'ERR_CONFIG_REFUSED',
      `No file can be made in ${dir}: name another folder (INZAGEWACHT_SPILL_DIR, or streaming.spillDir).`,
      { dir },
      cause,
    );
  }
  let toldAt = Number.NEGATIVE_INFINITY;
  return {
    open() {
      const file = openSpillFile(dir);
      let bytes = 0;
      return {
        append(more) {
          const at = file.append(more);
          bytes += more.length;
          spillBytes.inc(more.length);
          return at;
        },
        read: file.read,
        close() {
          file.close();
          spillBytes.dec(bytes);
        },
      };
    },
    failed(cause) {
      spillFailures.inc();
      const now = performance.now();
      if (now - toldAt < TOLD_AGAIN_MS) return;
      toldAt = now;
      const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
      log.error({ dir, code }, 'spill_failed');
    },
  };
}
