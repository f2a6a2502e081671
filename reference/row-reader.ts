import type { Validity } from '../domain/reference.ts';
import { birthDateFault, type DateResult, parseFrom, parseTo } from './dates.ts';

/** Why a file or a row was refused. Closed: a new reason is a change of contract. */
export const PROBLEM_REASONS = [
  'unreadable',
  'binary',
  'not-utf8',
  'empty-file',
  'semicolon-separated',
  'missing-column',
  'duplicate-column',
  'stray-quote',
  'unclosed-quote',
  'wrong-column-count',
  'missing-value',
  'value-too-long',
  'number-mangled',
  'unknown-value',
  'impossible-date',
  'date-out-of-range',
  'ends-before-start',
  'related-to-self',
  'duplicate-person',
] as const;
export type ProblemReason = (typeof PROBLEM_REASONS)[number];

const MAX_ID_CHARS = 256;
const MAX_TEXT_CHARS = 4096;
/** What a spreadsheet makes of a long number: 9.9999E+08, 9,9999E+08, 999990019.0. */
const MANGLED = /^\d+(?:[.,]\d+)?E\+?\d+$|^\d{6,}[.,]0+$/i;

export type Fault = { column: string | null; reason: ProblemReason };

/** Reads the cells of one row by column name and gathers every fault in it; never quotes a value. */
export class RowReader {
  readonly faults: Fault[] = [];
  readonly #columns: ReadonlyMap<string, number>;
  readonly #cells: readonly string[];
  constructor(columns: ReadonlyMap<string, number>, cells: readonly string[]) {
    this.#columns = columns;
    this.#cells = cells;
  }

  fault(column: string | null, reason: ProblemReason): void {
    this.faults.push({ column, reason });
  }

  /** Trimmed text; empty when the cell is empty or the optional column is absent. */
  text(column: string, max = MAX_TEXT_CHARS): string {
    const index = this.#columns.get(column);
    const value = index === undefined ? '' : (this.#cells[index] ?? '').trim();
    if (value.length > max) this.fault(column, 'value-too-long');
    return value;
  }

  optionalId(column: string): string {
    const value = this.text(column, MAX_ID_CHARS);
    if (MANGLED.test(value)) this.fault(column, 'number-mangled');
    return value;
  }

  id(column: string): string {
    const value = this.optionalId(column);
    if (value === '') this.fault(column, 'missing-value');
    return value;
  }

  /** One of a closed list; `fallback` stands for an empty cell, without it the cell must be filled. */
  oneOf<const T extends string>(column: string, values: readonly T[], fallback?: T): T {
    const text = this.text(column);
    const value = text === '' ? fallback : values.find((v) => v === text);
    if (value !== undefined) return value;
    this.fault(column, text === '' ? 'missing-value' : 'unknown-value');
    // A row with a fault is dropped, so this value is never seen.
    return values[0] as T;
  }

  #date(column: string, result: DateResult): number | null {
    if ('at' in result) return result.at;
    this.fault(column, result.fault);
    return null;
  }

  validity(fromColumn = 'validFrom', toColumn = 'validTo'): Validity {
    const from = this.#date(fromColumn, parseFrom(this.text(fromColumn)));
    const to = this.#date(toColumn, parseTo(this.text(toColumn)));
    if (from !== null && to !== null && to < from) this.fault(toColumn, 'ends-before-start');
    return { from, to };
  }

  birthDate(column: string): string {
    const text = this.text(column);
    const reason = birthDateFault(text);
    if (reason !== null) this.fault(column, reason);
    return text;
  }

  /** The register's secrecy code 0-7; empty means none was recorded. */
  secrecy(column: string): number {
    const text = this.text(column);
    if (!/^[0-7]?$/.test(text)) this.fault(column, 'unknown-value');
    return Number(text);
  }
}
