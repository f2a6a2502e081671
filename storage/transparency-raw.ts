import { promisify } from 'node:util';
import { deflateRaw, inflateRawSync } from 'node:zlib';
import type { Store } from './client.ts';
import { seal, unseal } from './vault.ts';

const deflate = promisify(deflateRaw);

/** An original line with its place: `lineNumber` from 1, `offset` in bytes from the start of its source. */
export type OriginalLine = { source: string; lineNumber: number; offset: number; bytes: Buffer };
/** What stands before the bytes of a batch: sources, places, and the line of each event. */
type Index = {
  sources: string[];
  lines: [source: number, lineNumber: number, offset: number, size: number][];
  lineOf: number[];
};
type Kept = { source: string; line: { bytes: Buffer; lineNumber: number; offset: number } };

const HEAD_BYTES = 4;

function pack(kept: readonly Kept[]): { plain: Buffer; lines: number } {
  const index: Index = { sources: [], lines: [], lineOf: [] };
  const sources = new Map<string, number>();
  const bytes: Buffer[] = [];
  let last: Buffer | null = null;
  for (const { source, line } of kept) {
    // A line about several persons gave several events one after another; it is kept once.
    if (line.bytes !== last) {
      let number = sources.get(source);
      if (number === undefined) {
        number = index.sources.push(source) - 1;
        sources.set(source, number);
      }
      index.lines.push([number, line.lineNumber, line.offset, line.bytes.length]);
      bytes.push(line.bytes);
      last = line.bytes;
    }
    index.lineOf.push(index.lines.length - 1);
  }
  const head = Buffer.from(JSON.stringify(index));
  const size = Buffer.alloc(HEAD_BYTES);
  size.writeUInt32BE(head.length);
  return { plain: Buffer.concat([size, head, ...bytes]), lines: index.lines.length };
}

function unpack(plain: Buffer): OriginalLine[] {
  const headBytes = plain.readUInt32BE();
  const start = HEAD_BYTES + headBytes;
  const index = JSON.parse(plain.toString('utf8', HEAD_BYTES, start)) as Index;
  let at = start;
  const lines = index.lines.map(([source, lineNumber, offset, size]) => {
    const bytes = plain.subarray(at, at + size);
    at += size;
    return { source: index.sources[source] ?? '', lineNumber, offset, bytes };
  });
  return index.lineOf.flatMap((number) => lines[number] ?? []);
}

export type RawLineStore = ReturnType<typeof createRawLineStore>;
/**
 * Original lines as they came in, by batch of the log: compressed, then sealed with a vault key, for
 * they hold identities. Shorter kept than events; a hold copies what a case needs.
 */
export const createRawLineStore = (store: Store, key: Buffer) => ({
  /** `kept` in the order of the batches, which share it; one row a batch. */
  async keep(
    batches: readonly {
      uid: string;
      eventIds: readonly string[];
      firstAt: number;
      lastAt: number;
    }[],
    kept: readonly Kept[],
  ): Promise<void> {
    let from = 0;
    const rows = batches.map(async ({ uid, eventIds, firstAt, lastAt }) => {
      const { plain, lines } = pack(kept.slice(from, from + eventIds.length));
      from += eventIds.length;
      // Level 1: half of the bytes go at a quarter of the cost of the default, beside the main thread.
      const sealed = seal(key, await deflate(plain, { level: 1 }), uid);
      return `${uid}\t${(firstAt / 1000).toFixed(3)}\t${(lastAt / 1000).toFixed(3)}\t${lines}\t${sealed}`;
    });
    await store.sql(
      `INSERT INTO raw_lines FORMAT TabSeparated\n${(await Promise.all(rows)).join('\n')}`,
    );
  },
  /** The line of every event of a batch, in the order of the batch; null when it was not kept. */
  async ofBatch(uid: string): Promise<OriginalLine[] | null> {
    const [row] = await store.rows<[string]>(
      'SELECT sealed FROM raw_lines WHERE batch_uid = {uid:String} LIMIT 1',
      { uid },
    );
    return row === undefined ? null : unpack(inflateRawSync(unseal(key, row[0], uid)));
  },
  /** Removes lines of batches that ended before `before`; returns how many batches went. */
  async expire(before: number): Promise<number> {
    const [row] = await store.rows<[number]>(
      'SELECT count() FROM raw_lines WHERE last_at < fromUnixTimestamp64Milli({before:Int64})',
      { before },
    );
    await store.sql(
      'DELETE FROM raw_lines WHERE last_at < fromUnixTimestamp64Milli({before:Int64})',
      { before },
    );
    return Number(row?.[0] ?? 0);
  },
});
