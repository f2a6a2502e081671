import { createHash, type Hash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

const BUFFER_BYTES = 1 << 18;

/** A file of the bag that is being written; its digests are known when it ends. */
export type BagFile = { write(text: string | Uint8Array): void; end(): void };
type Digests = { sha256: string; sha512: string };

export type Bag = ReturnType<typeof createBag>;
/**
 * Writes a BagIt 1.0 bag (RFC 8493) into an empty folder: payload files one after another, digests on
 * the way, manifests at the end in the order of the names. Nothing in it depends on clock or machine.
 */
export function createBag(root: string) {
  const payload = new Map<string, Digests>();
  let octets = 0;

  function open(path: string): BagFile {
    const full = join(root, path);
    mkdirSync(dirname(full), { recursive: true });
    // Evidence is written once: a path that exists already is a fault of ours.
    const fd = openSync(full, 'wx', 0o600);
    const hashes: [Hash, Hash] = [createHash('sha256'), createHash('sha512')];
    // One buffer for all lines of the file: a buffer each would be most of the memory of a large package.
    let waiting = Buffer.allocUnsafe(BUFFER_BYTES);
    let size = 0;
    const put = (bytes: Uint8Array): void => {
      for (const hash of hashes) hash.update(bytes);
      octets += bytes.length;
      for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
    };
    const flush = (): void => {
      put(waiting.subarray(0, size));
      size = 0;
    };
    return {
      write(text) {
        const length = typeof text === 'string' ? Buffer.byteLength(text) : text.length;
        if (size + length > BUFFER_BYTES) flush();
        if (length > BUFFER_BYTES) put(typeof text === 'string' ? Buffer.from(text) : text);
        else if (typeof text === 'string') size += waiting.write(text, size);
        else {
          waiting.set(text, size);
          size += length;
        }
      },
      end() {
        flush();
        waiting = Buffer.alloc(0);
        fsyncSync(fd);
        closeSync(fd);
        payload.set(path, { sha256: hashes[0].digest('hex'), sha512: hashes[1].digest('hex') });
      },
    };
  }

  return {
    /** Opens a payload file; `path` starts with `data/`. */
    open,
    add(path: string, content: string | Uint8Array): void {
      const file = open(path);
      file.write(content);
      file.end();
    },
    digestOf: (path: string): string | undefined => payload.get(path)?.sha256,
    /** Writes tag files and manifests; returns the bytes of the tag manifest, which is what gets signed. */
    close(info: readonly (readonly [string, string])[]): Buffer {
      const byName = [...payload].sort(([a], [b]) => (a < b ? -1 : 1));
      const manifest = (kind: keyof Digests): string =>
        byName.map(([path, digests]) => `${digests[kind]}  ${encodePath(path)}\n`).join('');
      const all = [...info, ['Payload-Oxum', `${octets}.${payload.size}`] as const];
      const tags: [string, string][] = [
        ['bag-info.txt', all.map(([key, value]) => `${key}: ${oneLine(value)}\n`).join('')],
        ['bagit.txt', 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n'],
        ['manifest-sha256.txt', manifest('sha256')],
        ['manifest-sha512.txt', manifest('sha512')],
      ];
      for (const [name, text] of tags) writeFileSync(join(root, name), text, { flag: 'wx' });
      const tagManifest = Buffer.from(
        tags
          .map(([name, text]) => `${createHash('sha256').update(text).digest('hex')}  ${name}\n`)
          .join(''),
      );
      writeFileSync(join(root, 'tagmanifest-sha256.txt'), tagManifest, { flag: 'wx' });
      return tagManifest;
    },
  };
}

const encodePath = (path: string): string =>
  path.replace(
    /[%\r\n]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
