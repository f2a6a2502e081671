import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyCookie from '@fastify/cookie';
import fastifyHelmet from '@fastify/helmet';
import fastifyRateLimit from '@fastify/rate-limit';
import fastifyStatic from '@fastify/static';
import fastifySwagger from '@fastify/swagger';
import fastify, {
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import {
  hasZodFastifySchemaValidationErrors,
  isResponseSerializationError,
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
} from 'fastify-type-provider-zod';
import { AppError } from '../domain/errors.ts';
import type { Reviewer } from '../review/reviewer.ts';
import { ACCESS, accessOf, type Operation } from './access.ts';
import type { ServerDeps } from './deps.ts';
import { auditHooks, guardHooks } from './hooks.ts';
import { idempotencyHooks } from './idempotency.ts';
import { metricRoutes } from './metrics.ts';
import { sendAppError, sendProblem } from './problem.ts';
import { registerRoutes } from './routes/register.ts';
import { seenBy } from './seen.ts';

const BODY_LIMIT = 1024 * 1024;
const PER_MINUTE = 600;
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** Builds the review service: page, API and operations; the caller listens. */
export async function createServer(deps: ServerDeps): Promise<FastifyInstance> {
  const { logger, isSecure = false, perMinute = PER_MINUTE } = deps;
  const app: FastifyInstance = fastify({
    ...(logger === undefined ? { logger: false } : { loggerInstance: logger }),
    // Ids in a path name alerts and cases, never a person; longer ones are not ours.
    routerOptions: { maxParamLength: 128 },
    bodyLimit: BODY_LIMIT,
    requestTimeout: 30_000,
    // An address may carry what somebody typed by mistake: the log of requests is ours.
    logController: new fastify.LogController({ disableRequestLogging: true }),
    frameworkErrors: (_error, _request, reply) =>
      sendProblem(reply, 400, 'ERR_API_ADDRESS', 'The address cannot be understood.'),
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  await app.register(fastifyHelmet, headers(isSecure));
  await app.register(fastifyCookie);
  app.decorate('seenBy', (by: Reviewer) => seenBy(deps, by));
  guardHooks(app, deps);
  await app.register(fastifyRateLimit, {
    global: true,
    hook: 'preValidation',
    max: (request) => limitOf(request, perMinute),
    timeWindow: 60_000,
    keyGenerator: (request) =>
      `${request.caller?.reviewer.accountId ?? request.ip} ${isLimited(request) ? request.routeOptions.config.operation : ''}`,
    errorResponseBuilder: () => Object.assign(new Error('too many requests'), { statusCode: 429 }),
  });
  auditHooks(app, deps);
  idempotencyHooks(app, deps);
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply));
  app.setNotFoundHandler((request, reply) => notFound(request, reply, deps));
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Inzagewacht',
        description: 'Review of alerts about insider misuse. No personal data in addresses.',
        version: '1.0.0',
        contact: { name: 'Inzagewacht', url: 'https://example.org/inzagewacht' },
        license: { name: 'EUPL-1.2', identifier: 'EUPL-1.2' },
      },
      servers: [{ url: '/v1' }],
      components: {
        securitySchemes: {
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: isSecure ? '__Host-inzagewacht' : 'inzagewacht',
          },
          machine: { type: 'http', scheme: 'bearer' },
        },
      },
    },
    stripBasePath: true,
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  } as Parameters<typeof app.register>[1]);
  const routes: FastifyPluginAsync = async (api) => {
    registerRoutes(api, deps);
    api.get('/openapi.json', { config: { operation: 'readOpenApi' }, schema: { hide: true } }, () =>
      app.swagger(),
    );
  };
  metricRoutes(app, deps);
  await app.register(routes, { prefix: '/v1' });
  otherMethods(app);
  if (deps.webDir !== undefined && existsSync(join(deps.webDir, 'index.html')))
    await app.register(fastifyStatic, {
      root: deps.webDir,
      // Names of built files carry a hash of their content; the page itself does not.
      setHeaders: (reply, path) => {
        reply.header(
          'Cache-Control',
          /[/\\]assets[/\\]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
        );
      },
    });
  return app;
}

const headers = (isSecure: boolean) => ({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      baseUri: ["'none'"],
      requireTrustedTypesFor: ["'script'"],
    },
  },
  strictTransportSecurity: isSecure ? { maxAge: 31_536_000, includeSubDomains: true } : false,
  crossOriginOpenerPolicy: { policy: 'same-origin' as const },
  crossOriginResourcePolicy: { policy: 'same-origin' as const },
  referrerPolicy: { policy: 'no-referrer' as const },
});

const isLimited = (request: FastifyRequest): boolean => {
  const { operation } = request.routeOptions.config;
  return operation !== undefined && accessOf(operation).perMinute !== undefined;
};
function limitOf(request: FastifyRequest, general: number | null): number {
  if (general === null) return Number.MAX_SAFE_INTEGER;
  const { operation } = request.routeOptions.config;
  const own = operation === undefined ? undefined : accessOf(operation).perMinute;
  return Math.min(own ?? general, general);
}

/** Known faults keep their code; unknown ones are told to the log alone. */
function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof AppError) {
    request.trace.code = error.code;
    if (error.kind === 'retry' || error.kind === 'crash')
      request.log.error({ err: error, code: error.code }, 'request_failed');
    return sendAppError(reply, error);
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    request.trace.code = 'ERR_API_INVALID';
    // An id that cannot be one names nothing.
    if (error.validationContext === 'params')
      return sendProblem(reply, 404, 'ERR_API_NOT_FOUND', 'There is nothing at this address.');
    // Zod's own text may repeat the value: only the place and the kind of fault leave.
    const errors = error.validation.slice(0, 20).map((fault) => ({
      field: fault.instancePath.slice(1).replaceAll('/', '.') || (error.validationContext ?? ''),
      reason: fault.keyword,
    }));
    return sendProblem(reply, 400, 'ERR_API_INVALID', 'Some fields cannot be used.', { errors });
  }
  const status = (error as { statusCode?: unknown }).statusCode;
  if (typeof status === 'number' && status < 500 && !isResponseSerializationError(error)) {
    const [code, detail] = FRAMEWORK[status] ?? [
      'ERR_API_INVALID',
      'The request cannot be understood.',
    ];
    request.trace.code = code;
    return sendProblem(reply, FRAMEWORK[status] === undefined ? 400 : status, code, detail);
  }
  request.log.error({ err: error }, 'request_failed');
  return sendProblem(reply, 500, 'ERR_API_INTERNAL', 'The request failed; the log says why.');
}
const FRAMEWORK: Record<number, readonly [string, string]> = {
  413: ['ERR_API_TOO_LARGE', 'The body is too large.'],
  415: ['ERR_API_MEDIA_TYPE', 'Send application/json.'],
  429: ['ERR_API_TOO_MANY', 'Too many requests; wait a minute.'],
};

/** Methods that an address does not know: 405 and which ones it does. */
function otherMethods(app: FastifyInstance): void {
  const byUrl = new Map<string, Set<string>>();
  for (const operation of Object.keys(ACCESS) as Operation[]) {
    const { url, method } = accessOf(operation);
    if (!app.hasRoute({ url: `/v1${url}`, method })) continue;
    byUrl.set(url, (byUrl.get(url) ?? new Set<string>()).add(method));
  }
  for (const [url, known] of byUrl)
    for (const method of METHODS.filter((m) => !known.has(m)))
      app.route({
        method,
        url: `/v1${url}`,
        schema: { hide: true },
        handler: (_request, reply) =>
          sendProblem(
            reply.header('Allow', [...known].join(', ')),
            405,
            'ERR_API_METHOD',
            'This address knows other methods.',
          ),
      });
}

/** Addresses of the page are the page's own; everything else is a problem. */
function notFound(
  request: FastifyRequest,
  reply: FastifyReply,
  { webDir }: ServerDeps,
): FastifyReply {
  const wantsPage =
    request.method === 'GET' &&
    request.headers.accept?.includes('text/html') === true &&
    !/^\/(v1|assets|metrics)(\/|$|\?)/.test(request.url);
  if (wantsPage && webDir !== undefined && existsSync(join(webDir, 'index.html')))
    return reply.header('Cache-Control', 'no-cache').sendFile('index.html', webDir);
  return sendProblem(reply, 404, 'ERR_API_NOT_FOUND', 'There is nothing at this address.');
}
