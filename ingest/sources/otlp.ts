// OTLP over HTTP in JSON: logs, and traces that carry the Logboek Dataverwerkingen. Each record becomes a
// line of its own, since an export may hold far more than a line may.
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createGunzip } from 'node:zlib';
import { listOf, objectOf, own } from '../formats/json-fields.ts';
import type { Deliver } from './deliver.ts';

const MAX_BODY_BYTES = 16_777_216;
const KINDS: Readonly<Record<string, readonly [string, string, string, string]>> = {
  '/v1/logs': ['resourceLogs', 'scopeLogs', 'logRecords', 'otlp'],
  '/v1/traces': ['resourceSpans', 'scopeSpans', 'spans', 'ldv'],
};

/** One line per record, each with its resource and scope around it. */
export function splitExport(
  json: unknown,
  kind: readonly [string, string, string, string],
): string[] {
  const [batches, scopes, records] = kind;
  const lines: string[] = [];
  for (const batch of listOf(own(objectOf(json), batches)).map(objectOf))
    for (const scope of listOf(own(batch, scopes)).map(objectOf))
      for (const record of listOf(own(scope, records)))
        lines.push(
          JSON.stringify({
            [batches]: [
              {
                resource: own(batch, 'resource'),
                [scopes]: [{ scope: own(scope, 'scope'), [records]: [record] }],
              },
            ],
          }),
        );
  return lines;
}

class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip') throw new Refused(415, 'encoding');
  const stream = encoding === 'gzip' ? request.pipe(createGunzip()) : request;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      size += (chunk as Buffer).length;
      // Counted after unpacking: a bomb is stopped at the same size.
      if (size > MAX_BODY_BYTES) throw new Refused(413, 'too large');
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    throw error instanceof Refused ? error : new Refused(400, 'body');
  }
  return Buffer.concat(chunks);
}

function isAllowed(request: IncomingMessage, token: string | undefined): boolean {
  if (token === undefined) return true;
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** A handler for a plain HTTP server: 200 once the records are safe, 503 when they cannot be kept now. */
export function otlpHandler(deliver: Deliver, options: { token?: string | undefined } = {}) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const answer = (status: number, body: unknown, headers: Record<string, string> = {}): void => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(body));
    };
    try {
      const kind = KINDS[(request.url ?? '').split('?')[0] ?? ''];
      if (kind === undefined) throw new Refused(404, 'not found');
      if (request.method !== 'POST') throw new Refused(405, 'method');
      if (!isAllowed(request, options.token)) throw new Refused(401, 'token');
      if (!/^application\/json\b/.test(request.headers['content-type'] ?? ''))
        throw new Refused(415, 'only OTLP in JSON is taken');
      const body = await bodyOf(request);
      let json: unknown;
      try {
        json = JSON.parse(body.toString('utf8'));
      } catch {
        throw new Refused(400, 'not JSON');
      }
      const lines = splitExport(json, kind);
      if (lines.length > 0)
        await deliver(Buffer.from(`${lines.join('\n')}\n`), { format: kind[3] });
      answer(200, {});
    } catch (error) {
      if (error instanceof Refused) answer(error.status, { message: error.message });
      // Nothing was taken: the exporter keeps it and comes again.
      else answer(503, { message: 'not now' }, { 'retry-after': '5' });
      request.resume();
    }
  };
}
