import type { FastifyInstance } from 'fastify';
import { AppError, type ErrorCode } from '../../domain/errors.ts';
import { DAY_MS } from '../../domain/time.ts';
import { openStatement, type StatementFault } from '../../evidence/statement.ts';
import { benchmark, importStatement, importsOf, readStatement } from '../../review/exchange.ts';
import { route } from '../route.ts';
import { Benchmark, Exchange, ExchangeQuery, Imported, NewImport } from '../schemas/exchange.ts';
import type { RouteDeps } from '../seen.ts';

const YEAR_MS = 365 * DAY_MS;
const TYPE = 'application/vnd.inzagewacht.exchange+json';

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
    handler: async ({ query }) => ({
      ...(await desk.exchange(windowOf(query))),
      fingerprint: desk.fingerprint(),
    }),
  });
  route(app, 'importExchange', {
    summary: 'Keeps the signed statistics of another municipality beside the own',
    body: NewImport,
    status: 201,
    response: Imported,
    async handler({ body, reviewer, touches }) {
      const { type, document, fingerprint } = open(body.text, body.fingerprint);
      if (type !== TYPE)
        throw new AppError('ERR_EXCHANGE_FORM', 'This is a signed statement of another kind.');
      if (fingerprint === desk.fingerprint())
        throw new AppError('ERR_EXCHANGE_OWN', 'This is the statement of this municipality.');
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
      const compared = imports.filter((one) => one.isCompared);
      return { imports, ...benchmark(statement, compared) };
    },
  });
}

const CODES = {
  form: 'ERR_EXCHANGE_FORM',
  signature: 'ERR_EXCHANGE_SIGNATURE',
  key: 'ERR_EXCHANGE_KEY',
} as const satisfies Record<StatementFault, ErrorCode>;
/** A statement that is not right is the sender's fault: what is wrong decides whom to ask for another. */
function open(text: string, fingerprint: string): ReturnType<typeof openStatement> {
  try {
    return openStatement(text, fingerprint);
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== 'ERR_EVIDENCE_REFUSED') throw cause;
    // Set by `openStatement`, of which this is the only error.
    const { fault } = cause.details as { fault: StatementFault };
    throw new AppError(CODES[fault], cause.message, {}, cause);
  }
}
