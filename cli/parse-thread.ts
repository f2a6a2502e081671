// A thread that turns lines into rows of the store; started by `cli/parse-pool.ts`.
import { parentPort, workerData } from 'node:worker_threads';
import { createEventPacker, type PackedBlock } from '../domain/packed-events.ts';
import type { Token } from '../domain/token.ts';
import { formatById } from '../ingest/formats/registry.ts';
import { createTokenizer } from '../ingest/tokens.ts';
import { type LineBlock, memoryOf, type ParsedBlock, parseBlock } from '../pipeline/line-block.ts';
import { eventRow } from '../storage/events.ts';

export type ParseThreadData = {
  master: Uint8Array;
  tenant: string;
  format: string;
  batch: number;
  /** Whether the events are wanted in packed form too. */
  packs: boolean;
};
export type ParseAnswer = ParsedBlock & { packed: PackedBlock | null };

// Made by `cli/parse-pool.ts` in this shape.
const { master, tenant, format, batch, packs } = workerData as ParseThreadData;
let identities: [Token, string][] = [];
const tokens = createTokenizer(Buffer.from(master), {
  tenant,
  onIdentity: (token, identity) => identities.push([token, identity]),
});
const reader = formatById(format)?.reader();
const packer = packs ? createEventPacker() : null;
let place = 0;

parentPort?.on('message', (block: LineBlock) => {
  if (reader === undefined) throw new RangeError(`no format ${format}`);
  place = 0;
  const parsed = parseBlock(block, reader, tokens, (event, lineSha256) => {
    packer?.add(event, place++);
    return `${eventRow(event, lineSha256)}\t${batch}`;
  });
  const packed = packer?.take() ?? null;
  const answer: ParseAnswer = { ...parsed, identities, packed };
  identities = [];
  const moved = packed === null ? [] : [packed.bytes.buffer, packed.dictionary.buffer];
  parentPort?.postMessage(answer, [...memoryOf(parsed), ...(moved as ArrayBuffer[])]);
});
