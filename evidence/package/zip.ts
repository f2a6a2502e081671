import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ZipFile } from 'yazl';

const MODE = 0o100600;

/**
 * A package as one file. Names in order and the time of the case, so that the same package gives the
 * same bytes; `at` is RFC 3339.
 */
export async function zipPackage(dir: string, at: string): Promise<Buffer> {
  const zip = new ZipFile();
  const files = readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .sort();
  // DOS times have no zone: the parts of UTC are given as if they were local.
  const utc = new Date(at);
  const mtime = new Date(utc.getTime() + utc.getTimezoneOffset() * 60_000);
  for (const file of files)
    zip.addBuffer(readFileSync(join(dir, file)), file, {
      ...{ mtime, mode: MODE, forceDosTimestamp: true },
    });
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
