/** As many as one question may name; the service asks for at least two. */
export const MAX_PERSONS = 500;
export const MIN_PERSONS = 2;

/**
 * Numbers of persons out of pasted text or a list from a spreadsheet: the first cell of every line,
 * each number once, a heading left out. Text without any digit is no number.
 */
export function numbersIn(text: string): string[] {
  const cells = text
    .split(/[\r\n]+/)
    .map((line) => (line.split(/[,;\t]/)[0] ?? '').trim().replace(/^"(.*)"$/, '$1'))
    .filter((cell) => /\d/.test(cell));
  return [...new Set(cells)];
}
