import { type LineRun, lineListOf } from '../ingest/sources/lines.ts';
import type { Ingestion } from '../pipeline/ingestion.ts';
import { type LineBlock, toBlock } from '../pipeline/line-block.ts';
import type { EventCopy } from '../storage/event-copy.ts';
import type { ParseAnswer, ParseThreadData } from './parse-thread.ts';
import { startThread } from './workers.ts';
import type { Workspace } from './workspace.ts';

/** Lines per request: a thread has little in hand, and the messages do not count. */
const BLOCK_LINES = 8_000;
const BLOCK_BYTES = 8_388_608;

type Coming = { source: string; runs: LineRun[]; thread: number; parsed: Promise<ParseAnswer> };

/**
 * Parses lines of a format whose lines stand alone in several threads. Blocks reach ingestion in the
 * order of the source, so that which of two equal events counts does not depend on the threads.
 */
export async function openParsePool(
  workspace: Workspace,
  ingestion: Ingestion,
  format: string,
  threads: number,
  copy: EventCopy | null,
) {
  const { master, tenant } = workspace.secrets;
  const data: ParseThreadData = {
    ...{ master, tenant, format },
    batch: await workspace.events.nextBatch(),
    packs: copy !== null,
  };
  const pool = Array.from({ length: threads }, () =>
    startThread<LineBlock, ParseAnswer>('parse-thread', data),
  );
  const coming: Coming[] = [];
  let runs: LineRun[] = [];
  let lines = 0;
  let bytes = 0;

  async function takeFirst(): Promise<void> {
    const first = coming.shift();
    if (first === undefined) return;
    const parsed = await first.parsed;
    for (const [token, identity] of parsed.identities) workspace.vault.remember(token, identity);
    const fresh = await ingestion.block(first.source, lineListOf(first.runs), parsed);
    if (parsed.packed !== null)
      copy?.add(
        first.thread,
        parsed.packed,
        fresh.length === parsed.rowEnds.length ? 'all' : fresh,
      );
  }

  async function send(source: string): Promise<void> {
    if (lines === 0) return;
    const block = toBlock(source, runs);
    const least = pool.reduce((a, b) => (b.waiting() < a.waiting() ? b : a));
    const parsed = least.ask(block, [block.bytes.buffer as ArrayBuffer]);
    coming.push({ source, runs, thread: pool.indexOf(least), parsed });
    runs = [];
    lines = 0;
    bytes = 0;
    // One at work and one waiting per thread: enough to keep them busy, and bounded.
    if (coming.length >= 2 * threads) await takeFirst();
  }

  return {
    async runs(source: string, more: readonly LineRun[]): Promise<void> {
      for (const run of more) {
        runs.push(run);
        lines += run.ends.length;
        bytes += run.bytes.length;
      }
      if (lines >= BLOCK_LINES || bytes >= BLOCK_BYTES) await send(source);
    },
    /** The source ended: everything of it reaches ingestion. */
    async end(source: string): Promise<void> {
      await send(source);
      while (coming.length > 0) await takeFirst();
    },
    async close(): Promise<void> {
      await Promise.all(pool.map((thread) => thread.close()));
    },
  };
}
export type ParsePool = Awaited<ReturnType<typeof openParsePool>>;
