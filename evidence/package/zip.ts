import { createWriteStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

const MODE = 0o100600;

/**
 * Writes a package as one file, file by file, so that a large one is never in memory. Names in order and the
 * time of the case (`at`, RFC 3339), so that the same package gives the same bytes.
 */
export async function zipPackage(dir: string, at: string, to: string): Promise<void> {
  const zip = new ZipFile();
  const files = readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .sort();
  // DOS times have no zone: the parts of UTC are given as if they were local.
  const utc = new Date(at);
  const mtime = new Date(utc.getTime() + utc.getTimezoneOffset() * 60_000);
  for (const file of files)
    zip.addFile(join(dir, file), file, { ...{ mtime, mode: MODE, forceDosTimestamp: true } });
  const written = pipeline(zip.outputStream, createWriteStream(to, { mode: 0o600 }));
  // A file that cannot be read is told by the archive, not by its stream.
  const failed = new Promise<never>((_, fail) => zip.on('error', fail));
  zip.end();
  await Promise.race([written, failed]);
}
