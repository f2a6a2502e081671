// Objects of an S3-compatible bucket, one after another in the order of their names, as logs are shipped.
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError } from '../../domain/errors.ts';
import type { PullSource } from './deliver.ts';
import { type S3Credentials, signGet } from './s3-signature.ts';

const MAX_OBJECT_BYTES = 268_435_456;
const TIMEOUT_MS = 120_000;
export type S3Pull = S3Credentials & {
  name: string;
  /** Address of the service, path style: https://s3.example.nl. */
  endpoint: string;
  bucket: string;
  prefix?: string;
  format?: string;
};

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};
const unescaped = (text: string): string =>
  text.replaceAll(
    /&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi,
    (whole, dec?: string, hex?: string, name?: string) =>
      name !== undefined
        ? (ENTITIES[name] ?? whole)
        : String.fromCodePoint(dec === undefined ? Number.parseInt(hex ?? '', 16) : Number(dec)),
  );

/** The next name after the position: objects must come with growing names, as dated ones do. */
export function pullS3(options: S3Pull): PullSource {
  const base = new URL(options.endpoint);
  async function get(path: string, query: Record<string, string>): Promise<Response> {
    const url = new URL(base);
    url.pathname = `${base.pathname.replace(/\/$/, '')}/${path.split('/').map(encodeURIComponent).join('/')}`;
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    const response = await fetch(url, {
      headers: signGet(url, options, new Date()),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok)
      throw new AppError('ERR_INGEST_NO_INPUT', `The bucket answered ${response.status}.`, {
        status: response.status,
      });
    return response;
  }

  async function nextKey(after: string | null): Promise<{ key: string | null; isMore: boolean }> {
    const listed = await get(options.bucket, {
      'list-type': '2',
      'max-keys': '2',
      ...(options.prefix === undefined ? {} : { prefix: options.prefix }),
      ...(after === null || after === '' ? {} : { 'start-after': after }),
    });
    const keys = [...(await listed.text()).matchAll(/<Key>([^<]*)<\/Key>/g)].map((m) =>
      unescaped(m[1] ?? ''),
    );
    return { key: keys[0] ?? null, isMore: keys.length > 1 };
  }

  async function linesOf(key: string): Promise<Buffer> {
    const { body } = await get(`${options.bucket}/${key}`, {});
    if (body === null) return Buffer.alloc(0);
    const raw = Readable.fromWeb(body);
    const stream = /\.gz$/i.test(key) ? raw.pipe(createGunzip()) : raw;
    raw.on('error', (error) => stream.destroy(error));
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of stream) {
      size += (chunk as Buffer).length;
      if (size > MAX_OBJECT_BYTES)
        throw new AppError(
          'ERR_INGEST_NO_INPUT',
          'An object of the bucket is larger than 256 MiB.',
        );
      chunks.push(Buffer.from(chunk as Uint8Array));
    }
    return Buffer.concat(chunks);
  }

  return {
    name: options.name,
    headers: options.format === undefined ? {} : { format: options.format },
    async pull(position) {
      const { key, isMore } = await nextKey(position);
      if (key === null) return { lines: null, position: position ?? '', isMore: false };
      const lines = key.endsWith('/') ? Buffer.alloc(0) : await linesOf(key);
      return { lines: lines.length === 0 ? null : lines, position: key, isMore };
    },
    close: async () => undefined,
  };
}
