import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import fastifyHelmet from '@fastify/helmet';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { alertPage } from './alert-page.ts';
import { notFoundPage, type View, viewIn } from './layout.ts';
import { listPage, PAGE_SIZE } from './list-page.ts';
import { fromCursor, toCursor } from './page-cursor.ts';
import { isProblemStatus, sendProblem } from './page-problem.ts';
import type { AlertReader, Status } from './ports.ts';

export const API_VERSION = '1.0.0';
const MAX_LIMIT = 200;

export type ServerOptions = {
  alerts: AlertReader;
  status: () => Status;
  logger?: FastifyBaseLogger;
  /** Names under which the page may be reached besides IP addresses and localhost. */
  hostNames?: readonly string[];
};

/** Builds the page and the read-only API; the caller listens. */
export function createPageServer(options: ServerOptions): FastifyInstance {
  const { alerts, status, logger, hostNames = [] } = options;
  const app: FastifyInstance = fastify({
    ...(logger === undefined ? { logger: false } : { loggerInstance: logger }),
    // An id in a path names an alert, never a person; longer ones are not ours.
    routerOptions: { maxParamLength: 128 },
    bodyLimit: 1024,
    frameworkErrors: (_error, _request, reply) =>
      sendProblem(reply, 400, 'The address cannot be understood.'),
  });
  app.register(fastifyHelmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // Whoever puts TLS in front of the page sets this there.
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'no-referrer' },
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('API-Version', API_VERSION).header('Cache-Control', 'no-store');
    // A page on a name that points to this machine must not read alerts through a browser here.
    if (!isOwnHost(request.hostname, hostNames))
      return sendProblem(reply, 421, 'This server does not answer under that host name.');
    return undefined;
  });
  app.setErrorHandler<Error & { statusCode?: number }>((error, request, reply) => {
    const asked = error.statusCode ?? 500;
    if (asked >= 500) request.log.error({ err: error }, 'request_failed');
    const code = isProblemStatus(asked) ? asked : asked < 500 ? 400 : 500;
    return sendProblem(
      reply,
      code,
      code === 500 ? 'The request failed; the log says why.' : 'The request cannot be understood.',
    );
  });
  app.setNotFoundHandler((request, reply) => notFound(request, reply));
  pageRoutes(app, alerts, status);
  apiRoutes(app, alerts, status);
  return app;
}

export function pageRoutes(app: FastifyInstance, alerts: AlertReader, status: () => Status): void {
  const css = readFileSync(join(import.meta.dirname, 'page.css'), 'utf8');
  app.get('/assets/page.css', async (_request, reply) =>
    reply.type('text/css; charset=utf-8').header('Cache-Control', 'no-cache').send(css),
  );
  app.get('/', async (request, reply) => {
    const page = wholeNumber(queryOf(request)['page'], 1);
    if (page === null || page < 1) return notFound(request, reply);
    const [total, shown] = await Promise.all([
      alerts.count(),
      alerts.list(PAGE_SIZE, (page - 1) * PAGE_SIZE),
    ]);
    if (shown.length === 0 && page > 1) return notFound(request, reply);
    const view = viewOf(request);
    // The list may have grown between count and list: never say fewer than are shown.
    const seen = Math.max(total, (page - 1) * PAGE_SIZE + shown.length);
    const data = { alerts: shown, total: shown.length === 0 ? 0 : seen, page, status: status() };
    return sendPage(reply, view, listPage(view, data));
  });
  app.get<{ Params: { alertId: string } }>('/alerts/:alertId', async (request, reply) => {
    const alert = await alerts.get(request.params.alertId);
    if (alert === null) return notFound(request, reply);
    const view = viewOf(request);
    return sendPage(reply, view, alertPage(view, alert));
  });
}

function apiRoutes(app: FastifyInstance, alerts: AlertReader, status: () => Status): void {
  app.get('/v1/alerts', async (request, reply) => {
    const { limit: rawLimit, cursor } = queryOf(request);
    const limit = wholeNumber(rawLimit, 50);
    if (limit === null || limit < 1 || limit > MAX_LIMIT)
      return sendProblem(reply, 400, `limit is a whole number from 1 to ${MAX_LIMIT}.`);
    const offset =
      cursor === undefined ? 0 : typeof cursor === 'string' ? fromCursor(cursor) : null;
    if (offset === null) return sendProblem(reply, 400, 'cursor is not one of this server.');
    // One more than asked tells whether there is a next page.
    const found = await alerts.list(limit + 1, offset);
    const nextCursor = found.length > limit ? toCursor(offset + limit) : null;
    return { items: found.slice(0, limit), nextCursor };
  });
  app.get<{ Params: { alertId: string } }>('/v1/alerts/:alertId', async (request, reply) => {
    const alert = await alerts.get(request.params.alertId);
    return alert ?? sendProblem(reply, 404, 'There is no alert with this id.');
  });
  app.get('/v1/status', async () => status());
  app.get('/healthz', async () => ({ status: 'ok' }));
}

const queryOf = (request: FastifyRequest): Record<string, unknown> =>
  request.query as Record<string, unknown>; // fastify's parser always gives an object

const viewOf = (request: FastifyRequest): View =>
  viewIn(queryOf(request)['lang'] === 'en' ? 'en' : 'nl');

function wholeNumber(text: unknown, absent: number): number | null {
  if (text === undefined) return absent;
  return typeof text === 'string' && /^\d{1,6}$/.test(text) ? Number(text) : null;
}

const isOwnHost = (name: string, allowed: readonly string[]): boolean =>
  name === 'localhost' || isIP(name.replace(/^\[|\]$/g, '')) !== 0 || allowed.includes(name);

const sendPage = (reply: FastifyReply, view: View, page: string): FastifyReply =>
  reply.type('text/html; charset=utf-8').header('Content-Language', view.lang).send(page);

/** People get a page, programs a problem. */
function notFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const wantsPage = request.headers.accept?.includes('text/html') === true;
  if (request.url.startsWith('/v1') || !wantsPage)
    return sendProblem(reply, 404, 'There is nothing at this address.');
  const view = viewOf(request);
  return sendPage(reply.code(404), view, notFoundPage(view));
}
