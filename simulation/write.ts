import { closeSync, openSync, writeSync } from 'node:fs';

export type LineFile = { line(text: string): void; close(): void };

/** Writes lines in blocks of about a megabyte: no event is held as text for longer than its block. */
export function createLineFile(path: string): LineFile {
  const file = openSync(path, 'w');
  let block: string[] = [];
  let size = 0;
  const flush = () => {
    if (size > 0) writeSync(file, `${block.join('\n')}\n`);
    block = [];
    size = 0;
  };
  return {
    line(text) {
      block.push(text);
      size += text.length + 1;
      if (size > 1_000_000) flush();
    },
    close() {
      flush();
      closeSync(file);
    },
  };
}

export type CsvCell = string | number | null;
export type CsvFile = { row(cells: readonly CsvCell[]): void; close(): void };

const cellOf = (value: CsvCell): string => {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** An RFC 4180 file with a header. */
export function createCsvFile(path: string, header: string): CsvFile {
  const file = createLineFile(path);
  file.line(header);
  return { row: (cells) => file.line(cells.map(cellOf).join(',')), close: file.close };
}
