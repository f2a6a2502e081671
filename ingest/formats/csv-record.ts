/** What a line made of the record: it is whole, a quoted field goes on, or it breaks RFC 4180. */
export type RecordState = 'whole' | 'open' | 'broken';
export type RecordParser = {
  /** Takes the next line of the record; each character is read once, however many lines there are. */
  feed(line: string): RecordState;
  fields(): string[];
  /** Forgets what it holds, for the next record. */
  reset(): void;
};

const QUOTE = '"';

/**
 * Fields of one CSV record (RFC 4180, strict). `csv-parse` tells neither the place of a record in the
 * file nor where a broken one began, both of which a dead letter needs; the tests hold the two together.
 */
export function createRecordParser(delimiter: string): RecordParser {
  let fields: string[] = [];
  let open: string | null = null;

  return {
    feed(line) {
      let at = 0;
      if (open !== null) {
        open += '\n';
        const end = readQuoted(line, 0);
        if (end < 0) return 'open';
        if (end < line.length && line[end] !== delimiter) return 'broken';
        if (end === line.length) return 'whole';
        at = end + 1;
      }
      for (;;) {
        if (line[at] === QUOTE) {
          open = '';
          const end = readQuoted(line, at + 1);
          if (end < 0) return 'open';
          if (end === line.length) return 'whole';
          if (line[end] !== delimiter) return 'broken';
          at = end + 1;
          continue;
        }
        const next = line.indexOf(delimiter, at);
        const text = next < 0 ? line.slice(at) : line.slice(at, next);
        // A quote inside a bare field: the writer did not quote, so where the field ends is a guess.
        if (text.includes(QUOTE)) return 'broken';
        fields.push(text);
        if (next < 0) return 'whole';
        at = next + 1;
      }
    },
    fields: () => fields,
    reset() {
      fields = [];
      open = null;
    },
  };

  /** Reads on inside quotes; the place after the closing quote, or -1 when the line ends first. */
  function readQuoted(line: string, from: number): number {
    let start = from;
    for (;;) {
      const quote = line.indexOf(QUOTE, start);
      if (quote < 0) {
        open += line.slice(start);
        return -1;
      }
      open += line.slice(start, quote);
      if (line[quote + 1] === QUOTE) {
        open += QUOTE;
        start = quote + 2;
        continue;
      }
      fields.push(open ?? '');
      open = null;
      return quote + 1;
    }
  }
}
