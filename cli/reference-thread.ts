// A thread that reads a folder of reference files; started by `cli/reference.ts`. Its memory, several times
// that of the rows, goes back to the system when it ends.
import { parentPort, workerData } from 'node:worker_threads';
import { AppError, type ErrorCode } from '../domain/errors.ts';
import type { PackedReference } from '../domain/packed-reference.ts';
import type { Token } from '../domain/token.ts';
import { createTokenizer } from '../ingest/tokens.ts';
import { readReferenceFolder } from '../reference/read-folder.ts';
import { buildPackedReference } from '../reference/to-rows.ts';

export type ReferenceThreadData = { master: Uint8Array; tenant: string };
export type ReferenceAnswer =
  | {
      reference: PackedReference;
      problems: Awaited<ReturnType<typeof readReferenceFolder>>['problems'];
      identities: [Token, string][];
    }
  | { refused: { code: ErrorCode; message: string } };

// Made by `cli/reference.ts` in this shape.
const { master, tenant } = workerData as ReferenceThreadData;

async function read(dir: string): Promise<ReferenceAnswer> {
  const identities: [Token, string][] = [];
  const tokens = createTokenizer(Buffer.from(master), {
    tenant,
    onIdentity: (token, identity) => identities.push([token, identity]),
  });
  try {
    const folder = await readReferenceFolder(dir);
    const reference = buildPackedReference(folder.tables, tokens);
    return { reference, problems: folder.problems, identities };
  } catch (error) {
    // The kind of a failure decides the exit code; a class does not pass between threads.
    if (!(error instanceof AppError)) throw error;
    return { refused: { code: error.code, message: error.message } };
  }
}

parentPort?.on('message', (dir: string) => {
  read(dir).then(
    (answer) => parentPort?.postMessage(answer),
    (error: unknown) => {
      throw error;
    },
  );
});
