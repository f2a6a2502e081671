/**
 * A small HTTP front of the embedded engine, so that the URL path of the client and several processes
 * on one store can be tested where no ClickHouse server is to be had. Speaks what the client sends:
 * statement in the body, in `query` or as multipart, `param_*`, settings in the address, errors with their
 * code. One process per data directory; run by `clickhouse-http.ts`.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Session } from 'chdb';

const [path = '', user = '', password = ''] = process.argv.slice(2);
/** Connections of the engine: one running query blocks its own. */
const CONNECTIONS = 4;
const OF_HTTP =
  /^(query|query_id|database|session_id|wait_end_of_query|role|enable_http_compression)$/;
const OF_HTTP_TOO = /^(send_progress_in_http_headers|http_.*|cancel_http_.*|default_format)$/;

type Connection = {
  session: Session;
  settings: Map<string, string>;
  last: Promise<unknown>;
  waiting: number;
};
const connections: Connection[] = Array.from({ length: CONNECTIONS }, () => ({
  session: new Session(path),
  settings: new Map(),
  last: Promise.resolve(),
  waiting: 0,
}));
/** While set, requests are answered as by a server that is short of memory, or not at all. */
let fault: 'none' | 'refuse' | 'drop' = 'none';
/** Requests that are carried out but whose answer is lost: the sender must be able to repeat them. */
let loseAnswers = 0;

/** Kept among the parameters: every statement names the database it is for. */
const DATABASE = ' database';

type Request = { sql: string; params: Map<string, string>; settings: Map<string, string> };

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Parts of a multipart body by name; values are text. */
function partsOf(body: string, type: string): Map<string, string> {
  const boundary = /boundary=(.+)$/.exec(type)?.[1] ?? '';
  const parts = new Map<string, string>();
  for (const part of body.split(`--${boundary}`)) {
    const match = /name="([^"]+)"\r\n\r\n([\s\S]*)\r\n$/.exec(part);
    if (match?.[1] !== undefined) parts.set(match[1], match[2] ?? '');
  }
  return parts;
}

function read(url: URL, body: Buffer, type: string): Request {
  const fields = new Map(url.searchParams);
  let text = body.toString();
  if (type.startsWith('multipart/form-data')) {
    for (const [name, value] of partsOf(text, type)) fields.set(name, value);
    text = '';
  }
  const params = new Map<string, string>();
  const settings = new Map<string, string>();
  for (const [name, value] of fields)
    if (name.startsWith('param_')) params.set(name.slice(6), value);
    else if (!OF_HTTP.test(name) && !OF_HTTP_TOO.test(name)) settings.set(name, value);
  params.set(DATABASE, fields.get('database') ?? 'default');
  return { sql: [fields.get('query'), text].filter(Boolean).join('\n'), params, settings };
}

const UNESCAPED: Record<string, string> = {
  t: '\t',
  n: '\n',
  r: '\r',
  b: '\b',
  f: '\f',
  '0': '\0',
};
const withoutEscapes = (text: string): string =>
  text.replace(/\\(.)/gs, (_, c: string) => UNESCAPED[c] ?? c);
/** A parameter as the engine's own binder wants it: text without escapes, lists as lists. */
function boundValue(sql: string, name: string, text: string): unknown {
  if (!new RegExp(`\\{${name}:\\s*Array`).test(sql)) return withoutEscapes(text);
  const members = text.match(/'(?:[^'\\]|\\.)*'|[^,[\]\s]+/gs) ?? [];
  return members.map((m) => (m.startsWith("'") ? withoutEscapes(m.slice(1, -1)) : Number(m)));
}

async function execute(
  connection: Connection,
  { sql, params, settings }: Request,
): Promise<Uint8Array> {
  const database = params.get(DATABASE) ?? 'default';
  params.delete(DATABASE);
  if (connection.settings.get(DATABASE) !== database) {
    await connection.session.queryAsync(`USE ${database}`);
    connection.settings.set(DATABASE, database);
  }
  for (const [name, value] of settings) {
    if (connection.settings.get(name) === value) continue;
    await connection.session.queryAsync(`SET ${name} = '${value.replaceAll("'", "''")}'`);
    connection.settings.set(name, value);
  }
  const bound = Object.fromEntries(
    [...params].map(([name, text]) => [name, boundValue(sql, name, text)]),
  );
  const options = { format: 'TabSeparated' };
  const result =
    params.size === 0
      ? await connection.session.queryAsync(sql, options)
      : await connection.session.queryBindAsync(sql, bound, options);
  return result.bytes();
}

/** The connection with the fewest statements waiting takes it, after those. */
function run(request: Request): Promise<Uint8Array> {
  const connection = connections.reduce((a, b) => (b.waiting < a.waiting ? b : a));
  connection.waiting++;
  const done = connection.last.then(() => execute(connection, request));
  connection.last = done
    .catch(() => undefined)
    .finally(() => {
      connection.waiting--;
    });
  return done;
}

function isKnown(request: IncomingMessage, url: URL): boolean {
  if (user === '') return true;
  const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const given = [
    Buffer.from(basic, 'base64').toString(),
    `${request.headers['x-clickhouse-user']}:${request.headers['x-clickhouse-key']}`,
    `${url.searchParams.get('user')}:${url.searchParams.get('password')}`,
  ];
  return given.includes(`${user}:${password}`);
}

function fail(response: ServerResponse, status: number, code: number, message: string): void {
  response
    .writeHead(status, { 'X-ClickHouse-Exception-Code': String(code) })
    .end(message.startsWith('Code: ') ? message : `Code: ${code}. DB::Exception: ${message}`);
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const body = await bodyOf(request);
  if (fault === 'drop') {
    request.socket.destroy();
    return;
  }
  if (url.pathname === '/ping') {
    response.end('Ok.\n');
    return;
  }
  if (!isKnown(request, url)) {
    fail(response, 403, 516, 'Authentication failed. (AUTHENTICATION_FAILED)');
    return;
  }
  if (fault === 'refuse') {
    fail(response, 500, 241, 'Memory limit (total) exceeded. (MEMORY_LIMIT_EXCEEDED)');
    return;
  }
  try {
    const bytes = await run(read(url, body, request.headers['content-type'] ?? ''));
    if (loseAnswers > 0) {
      loseAnswers--;
      request.socket.destroy();
      return;
    }
    response
      .writeHead(200, { 'Content-Type': 'text/plain; charset=UTF-8' })
      .end(Buffer.from(bytes));
  } catch (error) {
    const { message } = error as Error;
    fail(response, 500, Number(/Code: (\d+)/.exec(message)?.[1] ?? 1000), message);
  }
}

const server = createServer(
  { maxHeaderSize: 1_048_576, keepAliveTimeout: 60_000 },
  (request, response) => {
    answer(request, response).catch((error: Error) => response.destroy(error));
  },
);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 });
});
process.on('message', (message: { fault?: typeof fault; loseAnswers?: number; stop?: boolean }) => {
  if (message.fault !== undefined) fault = message.fault;
  if (message.loseAnswers !== undefined) loseAnswers = message.loseAnswers;
  if (message.stop === true) {
    server.closeAllConnections();
    server.close();
    for (const { session } of connections) session.close();
    process.exit(0);
  }
  process.send?.({ done: true });
});
process.on('disconnect', () => process.exit(0));
