// Rows of a ClickHouse query over HTTP as lines of JSON, as the Logboek Dataverwerkingen is kept.
import { AppError } from '../../domain/errors.ts';
import type { PullSource } from './deliver.ts';

const ROWS = 1000;
const TIMEOUT_MS = 60_000;
export type ClickHousePull = {
  name: string;
  /** Base address, such as http://log:8123. */
  url: string;
  user?: string;
  password?: string;
  query: string;
  cursor: string;
  /** ClickHouse type of the cursor column, such as Int64 or DateTime64(3). */
  cursorType: string;
  format?: string;
  rows?: number;
};

const TYPE = /^[A-Za-z0-9_]+(?:\([\w', ]{0,64}\))?$/;
const quoted = (name: string): string => `\`${name.replaceAll(/[\\`]/g, '\\$&')}\``;

export function pullClickHouse(options: ClickHousePull): PullSource {
  const { cursor, cursorType, rows = ROWS } = options;
  if (!TYPE.test(cursorType) || options.query.includes(';'))
    throw new AppError(
      'ERR_CONFIG_REFUSED',
      'The query of a source is one SELECT, its cursorType a type.',
    );
  const column = `q.${quoted(cursor)}`;
  const sql = (position: string | null): string =>
    `SELECT q.*, toString(${column}) AS inzagewacht_cursor FROM (${options.query}) AS q
    ${position === null || position === '' ? '' : `WHERE ${column} > {from:${cursorType}}`}
    ORDER BY ${column} LIMIT ${Math.floor(rows)} WITH TIES FORMAT JSONEachRow`;

  return {
    name: options.name,
    headers: options.format === undefined ? {} : { format: options.format },
    async pull(position) {
      const url = new URL(options.url);
      // A table that is written to while it is read must not give half a block as the whole answer.
      url.searchParams.set('wait_end_of_query', '1');
      url.searchParams.set('readonly', '1');
      if (position !== null && position !== '') url.searchParams.set('param_from', position);
      const response = await fetch(url, {
        method: 'POST',
        body: sql(position),
        headers: {
          ...(options.user === undefined ? {} : { 'x-clickhouse-user': options.user }),
          ...(options.password === undefined ? {} : { 'x-clickhouse-key': options.password }),
        },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const text = await response.text();
      if (!response.ok)
        throw new AppError('ERR_INGEST_NO_INPUT', `ClickHouse answered ${response.status}.`, {
          code: response.headers.get('x-clickhouse-exception-code'),
        });
      let last = position ?? '';
      const lines: string[] = [];
      for (const line of text.split('\n')) {
        if (line === '') continue;
        const { inzagewacht_cursor: at, ...row } = JSON.parse(line) as Record<string, unknown>;
        last = String(at);
        lines.push(JSON.stringify(row));
      }
      return {
        lines: lines.length === 0 ? null : Buffer.from(`${lines.join('\n')}\n`),
        position: last,
        isMore: lines.length >= rows,
      };
    },
    close: async () => undefined,
  };
}
