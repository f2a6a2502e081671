// Rows of a PostgreSQL query as lines of JSON, in the order of a column that grows.
import pg from 'pg';
import { AppError } from '../../domain/errors.ts';
import type { PullSource } from './deliver.ts';

const ROWS = 1000;
export type PostgresPull = {
  name: string;
  url: string;
  /** A SELECT without ORDER BY; its columns are the fields of the lines. */
  query: string;
  /** A column that grows, and its type. */
  cursor: string;
  cursorType: 'bigint' | 'timestamptz' | 'text';
  /**
   * How far back to read again, in units or seconds: rows of transactions that were still open when their
   * neighbours were read. What comes twice is one event by its id.
   */
  overlap?: number;
  format?: string;
  rows?: number;
};

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** JSON of a row: 64-bit numbers and decimals are text already, dates become RFC 3339. */
const lineOf = (row: object): string => JSON.stringify(row);

export function pullPostgres(options: PostgresPull): PullSource {
  const { cursor, cursorType, overlap = 0, rows = ROWS } = options;
  if (options.query.includes(';'))
    throw new AppError(
      'ERR_CONFIG_REFUSED',
      'The query of a source is one SELECT without a semicolon.',
    );
  const back =
    cursorType === 'timestamptz'
      ? `make_interval(secs => ${Number(overlap)})`
      : `${Number(overlap)}`;
  const from =
    cursorType === 'text' || overlap === 0 ? `$1::${cursorType}` : `$1::${cursorType} - ${back}`;
  // WITH TIES: rows that share the last value come together, or the next question would skip them.
  const sql = `SELECT q.*, q.${quoted(cursor)}::text AS "inzagewacht_cursor" FROM (${options.query}) q
    WHERE $1::text IS NULL OR q.${quoted(cursor)} > ${from}
    ORDER BY q.${quoted(cursor)} FETCH FIRST ${Math.floor(rows)} ROWS WITH TIES`;
  let client: pg.Client | null = null;

  async function connected(): Promise<pg.Client> {
    if (client !== null) return client;
    const fresh = new pg.Client({
      connectionString: options.url,
      statement_timeout: 60_000,
      application_name: 'inzagewacht',
    });
    // A connection that breaks while nobody waits is made anew at the next question.
    fresh.on('error', () => {
      client = null;
    });
    await fresh.connect();
    await fresh.query('SET default_transaction_read_only = on');
    client = fresh;
    return fresh;
  }

  return {
    name: options.name,
    headers: options.format === undefined ? {} : { format: options.format },
    async pull(position) {
      let found: pg.QueryResult<Record<string, unknown>>;
      try {
        found = await (await connected()).query(sql, [position]);
      } catch (error) {
        await client?.end().catch(() => undefined);
        client = null;
        throw error;
      }
      let last = position;
      const lines = found.rows.map(({ inzagewacht_cursor: at, ...row }) => {
        last = String(at);
        return lineOf(row);
      });
      // An overlap reads known rows again: they are news only when something lies beyond them.
      const isNew = lines.length > 0 && (overlap === 0 || last !== position);
      return {
        lines: lines.length === 0 ? null : Buffer.from(`${lines.join('\n')}\n`),
        position: last ?? '',
        isMore: isNew && lines.length >= rows,
      };
    },
    async close() {
      await client?.end().catch(() => undefined);
      client = null;
    },
  };
}
