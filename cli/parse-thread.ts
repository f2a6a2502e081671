// A thread that turns lines into rows of the store; started by `cli/parse-pool.ts`.
import { parentPort, workerData } from 'node:worker_threads';
import type { Token } from '../domain/token.ts';
import { formatById } from '../ingest/formats/registry.ts';
import { createTokenizer } from '../ingest/tokens.ts';
import { type LineBlock, type ParsedBlock, parseBlock } from '../pipeline/line-block.ts';
import { eventRow } from '../storage/events.ts';

export type ParseThreadData = { master: Uint8Array; tenant: string; format: string; batch: number };

// Made by `cli/parse-pool.ts` in this shape.
const { master, tenant, format, batch } = workerData as ParseThreadData;
let identities: [Token, string][] = [];
const tokens = createTokenizer(Buffer.from(master), {
  tenant,
  onIdentity: (token, identity) => identities.push([token, identity]),
});
const reader = formatById(format)?.reader();
const toRow: Parameters<typeof parseBlock>[3] = (event, lineSha256) =>
  `${eventRow(event, lineSha256)}\t${batch}`;

parentPort?.on('message', (block: LineBlock) => {
  if (reader === undefined) throw new RangeError(`no format ${format}`);
  const parsed: ParsedBlock = { ...parseBlock(block, reader, tokens, toRow), identities };
  identities = [];
  parentPort?.postMessage(parsed);
});
