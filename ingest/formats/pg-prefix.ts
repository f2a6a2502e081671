// What PostgreSQL puts in front of a message: `log_line_prefix`, made into a pattern of bounded parts.

export type PgPrefix = {
  regex: RegExp;
  /** Names of the groups, in order. */
  parts: readonly Part[];
};
export type Part = 'time' | 'user' | 'database' | 'application' | 'host' | 'session' | 'pid';

const STAMP =
  '(\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d{3})? (?:[A-Z]{1,5}|[+-]\\d\\d(?::?\\d\\d)?))';
const NAME = '([^\\s,@:]{0,128})';
const ESCAPES: Readonly<Record<string, readonly [string, Part | null]>> = {
  m: [STAMP, 'time'],
  t: [STAMP, 'time'],
  n: ['(\\d{10}\\.\\d{3})', 'time'],
  u: [NAME, 'user'],
  d: [NAME, 'database'],
  a: ['([^,@:\\]]{0,128})', 'application'],
  h: ['([^\\s,@()]{0,128})', 'host'],
  r: ['([^\\s,@()]{0,128})(?:\\(\\d{0,6}\\))?', 'host'],
  c: ['([0-9a-f]{1,16}\\.[0-9a-f]{1,8})', 'session'],
  p: ['(\\d{1,10})', 'pid'],
  l: ['\\d{1,20}', null],
  i: ['[A-Za-z ]{0,32}', null],
  b: ['[a-z ]{0,32}', null],
  e: ['[0-9A-Z]{5}', null],
  s: ['\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d [A-Z]{1,5}', null],
  v: ['[\\d/]{0,32}', null],
  x: ['\\d{1,20}', null],
  Q: ['-?\\d{1,20}', null],
  q: ['', null],
  '%': ['%', null],
};

/** A prefix as a pattern up to the severity; null when it holds an escape that is not known. */
export function compilePrefix(prefix: string): PgPrefix | null {
  const parts: Part[] = [];
  let source = '';
  for (let at = 0; at < prefix.length; at++) {
    const char = prefix[at] ?? '';
    if (char !== '%') {
      source += char.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
      continue;
    }
    // A number between % and the letter only pads.
    const letter = /^-?\d*(.)/.exec(prefix.slice(at + 1));
    const known = ESCAPES[letter?.[1] ?? ''];
    if (letter === null || known === undefined) return null;
    at += letter[0].length;
    source += known[0];
    if (known[1] !== null) parts.push(known[1]);
  }
  return { regex: new RegExp(`^${source}[A-Z0-9]{3,9}: {1,2}`), parts };
}

/** Prefixes that are read without being told, from the most telling to the server's default. */
export const COMMON_PREFIXES = [
  '%m [%p] user=%u,db=%d,app=%a,client=%h ',
  '%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ',
  '%m %c %u@%d ',
  '%m [%p] %q%u@%d ',
  '%t:%r:%u@%d:[%p]:',
  '%m [%c] %u %d %h ',
  '%m [%p] ',
] as const;
