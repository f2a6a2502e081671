import type { FastifyInstance } from 'fastify';
import { AppError } from '../../domain/errors.ts';
import { DAY_MS } from '../../domain/time.ts';
import { openStatement } from '../../evidence/statement.ts';
import { benchmark, importStatement, importsOf, readStatement } from '../../review/exchange.ts';
import { route } from '../route.ts';
import { Benchmark, Exchange, ExchangeQuery, Imported, NewImport } from '../schemas/exchange.ts';
import type { RouteDeps } from '../seen.ts';

const YEAR_MS = 365 * DAY_MS;

export function exchangeRoutes(app: FastifyInstance, deps: RouteDeps): void {
  const { desk, journal } = deps;
  const windowOf = ({ from, to }: { from?: number | undefined; to?: number | undefined }) => {
    const end = to ?? journal.now();
    return { from: from ?? end - YEAR_MS, to: end };
  };
  route(app, 'readExchange', {
    summary: 'Own statistics by typology and settings as others may have them: no persons, signed',
    query: ExchangeQuery,
    response: Exchange,
    handler: ({ query }) => desk.exchange(windowOf(query)),
  });
  route(app, 'importExchange', {
    summary: 'Keeps the signed statistics of another municipality beside the own',
    body: NewImport,
    status: 201,
    response: Imported,
    async handler({ body, reviewer, touches }) {
      const { document, fingerprint } = open(body.text, body.fingerprint);
      const statement = readStatement(document);
      const { label } = body;
      const kept = await importStatement(journal, reviewer, {
        ...{ label, signer: fingerprint, statement },
      });
      touches(kept.exchangeId);
      return kept;
    },
  });
  route(app, 'readBenchmark', {
    summary: 'Own figures beside those of others, per typology, and the settings of each',
    query: ExchangeQuery,
    response: Benchmark,
    async handler({ query }) {
      const { statement } = await desk.exchange(windowOf(query));
      const imports = importsOf(journal);
      return { imports, ...benchmark(statement, imports) };
    },
  });
}

/** A statement that is not right is the sender's fault, and refused as any other body. */
function open(text: string, fingerprint: string): ReturnType<typeof openStatement> {
  try {
    return openStatement(text, fingerprint);
  } catch (cause) {
    if (cause instanceof AppError && cause.code === 'ERR_EVIDENCE_REFUSED')
      throw new AppError('ERR_REVIEW_REFUSED', cause.message, {}, cause);
    throw cause;
  }
}
