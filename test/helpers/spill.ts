import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openSpillFile } from '../../cli/spill-file.ts';
import type { Spill } from '../../pipeline/spill.ts';

/** Real files in a folder of this test; `room`: bytes that a file may hold, as on a disk that fills up. */
export function aSpill(room = Number.POSITIVE_INFINITY) {
  const dir = mkdtempSync(join(tmpdir(), 'inzagewacht-spill-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const failures: unknown[] = [];
  let [open, bytes] = [0, 0];
  const spill: Spill = {
    open() {
      const file = openSpillFile(dir);
      let size = 0;
      open++;
      return {
        append(more) {
          if (size + more.length > room)
            throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
          size += more.length;
          bytes += more.length;
          return file.append(more);
        },
        read: file.read,
        close() {
          open--;
          file.close();
        },
      };
    },
    failed: (cause) => void failures.push(cause),
  };
  return { dir, spill, failures, open: () => open, bytes: () => bytes };
}
