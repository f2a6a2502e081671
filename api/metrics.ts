import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ServerDeps } from './deps.ts';
import { sendProblem } from './problem.ts';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/**
 * Numbers about the service for Prometheus at `/metrics`, for machines with the scope `metrics:read`.
 * Labels are operations and statuses: no account, no token, no id.
 */
export function metricRoutes(app: FastifyInstance, deps: ServerDeps): void {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'inzagewacht_' });
  const labelNames = ['operation', 'status'];
  const requests = new Counter({
    ...{
      name: 'inzagewacht_api_requests_total',
      help: 'Requests answered.',
      registers,
      labelNames,
    },
  });
  const seconds = new Histogram({
    ...{ name: 'inzagewacht_api_request_seconds', help: 'Time to answer, the log included.' },
    ...{ registers, labelNames: ['operation'], buckets: SECONDS },
  });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      ...{ name: `inzagewacht_${name}`, help, registers },
      collect() {
        this.set(read());
      },
    });
  const status = () => deps.operations.status();
  gauge('events_stored', 'Events stored since the start.', () => status().events);
  gauge('dead_letter_lines', 'Lines that could not be used.', () => status().deadLetters);
  gauge('duplicate_lines', 'Events that came twice.', () => status().duplicates);
  gauge('alerts_listed', 'Alerts in the queue.', () => deps.directory.open.all().length);
  app.addHook('onResponse', async (request, reply) => {
    const operation = request.routeOptions.config.operation ?? 'other';
    requests.inc({ operation, status: String(reply.statusCode) });
    seconds.observe({ operation }, reply.elapsedTime / 1000);
  });
  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    const [, bearer = ''] = /^Bearer (\S{20,200})$/.exec(request.headers.authorization ?? '') ?? [];
    if (deps.accounts.byToken(bearer)?.scopes.includes('metrics:read') !== true)
      return sendProblem(reply, 401, 'ERR_REVIEW_SIGN_IN', 'Send the token of a machine.');
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}
