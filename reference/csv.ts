export type CsvFault = 'stray-quote' | 'unclosed-quote';
/** One record of a CSV text, or the fault that made its line unreadable. `line` counts from 1. */
export type CsvRecord =
  | { line: number; fields: string[]; fault: null }
  | { line: number; fields: null; fault: CsvFault };

/** A quoted field longer than this was never closed; without a bound each such row scans the file. */
const MAX_RECORD_CHARS = 65_536;

/**
 * Records of an RFC 4180 text with LF or CRLF; blank lines are skipped. A library parser gives up on,
 * or swallows, everything behind a stray quote; here reading restarts at the next line, so that a
 * bad row never hides good ones.
 */
export function* readCsv(text: string, separator = ','): Generator<CsvRecord> {
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    const content = text.slice(at, text[end - 1] === '\r' && end > at ? end - 1 : end);
    if (!content.includes('"')) {
      if (content.trim() !== '') yield { line, fields: content.split(separator), fault: null };
      at = end + 1;
      line++;
      continue;
    }
    const quoted = readQuoted(text, at, separator);
    if (typeof quoted === 'string') {
      yield { line, fields: null, fault: quoted };
      at = end + 1;
      line++;
    } else {
      yield { line, fields: quoted.fields, fault: null };
      at = quoted.next;
      line += quoted.lines;
    }
  }
}

type Quoted = { fields: string[]; next: number; lines: number };

function readQuoted(text: string, start: number, separator: string): Quoted | CsvFault {
  const fields: string[] = [];
  const limit = Math.min(text.length, start + MAX_RECORD_CHARS);
  let at = start;
  let lines = 1;
  for (;;) {
    let field = '';
    if (text[at] === '"') {
      at++;
      for (;;) {
        const close = text.indexOf('"', at);
        if (close < 0 || close >= limit) return 'unclosed-quote';
        field += text.slice(at, close);
        at = close + 1;
        if (text[at] !== '"') break;
        field += '"';
        at++;
      }
      for (const char of field) if (char === '\n') lines++;
    } else {
      const from = at;
      while (at < text.length && text[at] !== separator && text[at] !== '\n') {
        if (text[at] === '"') return 'stray-quote';
        at++;
      }
      field = text.slice(from, at);
      if (text[at - 1] === '\r' && at > from) field = field.slice(0, -1);
    }
    fields.push(field);
    if (text[at] === '\r' && (text[at + 1] === '\n' || at + 1 === text.length)) at++;
    if (at >= text.length || text[at] === '\n') return { fields, next: at + 1, lines };
    if (text[at] !== separator) return 'stray-quote';
    at++;
  }
}

/** Writes rows as RFC 4180 with CRLF; fields are quoted only where they must be. */
export function writeCsv(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cell = (value: string): string =>
    /[",\r\n]/.test(value) || value !== value.trim() ? `"${value.replaceAll('"', '""')}"` : value;
  return [header, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}
