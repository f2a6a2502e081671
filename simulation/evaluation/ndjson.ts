import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** One line of an NDJSON file; `value` is undefined when the line is not JSON. */
export type NdjsonRow = { line: number; value: unknown };

/** Reads an NDJSON file line by line; blank lines are no rows. */
export async function readNdjson(path: string): Promise<NdjsonRow[]> {
  const rows: NdjsonRow[] = [];
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
  let line = 0;
  for await (const text of lines) {
    line++;
    if (text.trim() !== '') rows.push({ line, value: parse(text) });
  }
  return rows;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
