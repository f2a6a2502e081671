import { timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../domain/errors.ts';
import type { LogEntry } from '../review/review-log.ts';
import { reviewerOf } from '../review/sessions.ts';
import { type Access, accessOf } from './access.ts';
import type { ServerDeps } from './deps.ts';
import { problemText, sendProblem, statusOf } from './problem.ts';
import type { Caller } from './route.ts';
import { readCookie } from './session-cookie.ts';

export const API_VERSION = '1.0.0';
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Nobody's secrets or cases are in these; logging them would bury what matters. */
const UNLOGGED = new Set(['health', 'openapi', 'status', 'stream']);

const isOwnHost = (name: string, allowed: readonly string[]): boolean =>
  name === 'localhost' || isIP(name.replace(/^\[|\]$/g, '')) !== 0 || allowed.includes(name);

const accessFor = (request: FastifyRequest): Access | null => {
  const { operation } = request.routeOptions.config;
  return operation === undefined ? null : accessOf(operation);
};

const notSignedIn = (): AppError => new AppError('ERR_REVIEW_SIGN_IN', 'Sign in first.');
const notAllowed = (): AppError =>
  new AppError('ERR_REVIEW_NOT_ALLOWED', 'Your role does not allow this.');

/** Host, sign-in, cross-site checks and the table of access, before anything else is read. */
export function guardHooks(app: FastifyInstance, deps: ServerDeps): void {
  const { hostNames = [], isSecure = false } = deps;
  app.decorateRequest('caller', null);
  app.addHook('onRequest', async (request, reply) => {
    request.trace = { objectIds: [], code: null, isLogged: false };
    reply.header('API-Version', API_VERSION).header('Cache-Control', 'no-store');
    // A page on a name that points to this machine must not read alerts through a browser here.
    if (!isOwnHost(request.hostname, hostNames))
      return sendProblem(
        reply,
        421,
        'ERR_API_HOST',
        'This server does not answer under that host name.',
      );
    const access = accessFor(request);
    if (access === null) return undefined;
    request.caller = await identify(request, deps, isSecure);
    assertSameSite(request, access);
    assertAccess(request.caller, access, deps);
    return undefined;
  });
}

async function identify(
  request: FastifyRequest,
  deps: ServerDeps,
  isSecure: boolean,
): Promise<Caller | null> {
  const [, bearer] =
    /^Bearer ([A-Za-z0-9._-]{20,200})$/.exec(request.headers.authorization ?? '') ?? [];
  if (bearer !== undefined) {
    const account = deps.accounts.byToken(bearer);
    if (account === null) return null;
    const reviewer = reviewerOf(account, 'service');
    return { reviewer, session: null, secret: null, scopes: account.scopes };
  }
  const secret = readCookie(request, isSecure);
  const found = secret === null ? null : await deps.sessions.find(secret);
  if (found === null) return null;
  const { session, account } = found;
  return { reviewer: reviewerOf(account, session.role), session, secret, scopes: [] };
}

/** What changes something comes from our own page, with the token that only it can read. */
function assertSameSite(request: FastifyRequest, { url }: Access): void {
  if (SAFE.has(request.method) || request.headers.authorization !== undefined) return;
  // The provider itself calls this one, with a signed token instead of a cookie.
  if (url === '/session/oidc/logout') return;
  const site = request.headers['sec-fetch-site'];
  const { origin, host } = request.headers;
  const isForeign =
    (site !== undefined && site !== 'same-origin' && site !== 'none') ||
    (origin !== undefined && hostOf(origin) !== host);
  const expected = request.caller?.session?.csrfToken;
  const sent = request.headers['x-csrf-token'];
  if (isForeign || (expected !== undefined && !isSame(String(sent ?? ''), expected)))
    throw new AppError('ERR_REVIEW_NOT_ALLOWED', 'This request does not come from the page.');
}
const hostOf = (origin: string): string | null =>
  URL.canParse(origin) ? new URL(origin).host : null;
const isSame = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

function assertAccess(caller: Caller | null, access: Access, deps: ServerDeps): void {
  if (access.roles === 'public') return;
  if (caller === null) throw notSignedIn();
  const { session, reviewer, scopes } = caller;
  if (session === null) {
    if (access.scope === undefined || !scopes.includes(access.scope)) throw notAllowed();
    return;
  }
  const isAllowed =
    access.roles === 'session' || access.roles.some((role) => role === reviewer.role);
  if (!isAllowed) throw notAllowed();
  if (access.isFresh === true && !deps.sessions.isFresh(session))
    throw new AppError('ERR_REVIEW_STEP_UP', 'Sign in again first; this needs a fresh sign-in.');
}

/**
 * LOG BEFORE ANSWER: nothing leaves before the review log has it, and a write is in the log before it
 * is tried. One hook for all routes, so that none can forget it.
 */
export function auditHooks(app: FastifyInstance, deps: ServerDeps): void {
  const { now = Date.now, reviewLog } = deps;
  const entryOf = (
    request: FastifyRequest,
    access: Access,
  ): Omit<LogEntry, 'outcome' | 'status'> => {
    const { caller, trace } = request;
    const params = Object.values((request.params ?? {}) as Record<string, unknown>).filter(
      (v): v is string => typeof v === 'string' && /^[A-Za-z0-9_-]{1,80}$/.test(v),
    );
    return {
      at: now(),
      accountId: caller?.reviewer.accountId ?? null,
      name: caller?.reviewer.name ?? null,
      person: caller?.reviewer.person ?? null,
      role: caller?.reviewer.role ?? 'nobody',
      operation: request.routeOptions.config.operation ?? '',
      objectKind: access.object,
      objectIds: [...new Set([...params, ...trace.objectIds])].slice(0, 250),
      code: trace.code,
      requestId: request.id,
    };
  };
  const isLogged = (request: FastifyRequest, access: Access | null): access is Access =>
    access !== null &&
    !UNLOGGED.has(access.object) &&
    // Without any sign-in there is nobody to name; failed sign-ins are logged all the same.
    (request.caller !== null || access.object === 'session');
  app.addHook('preHandler', async (request) => {
    const access = accessFor(request);
    if (!isLogged(request, access) || SAFE.has(request.method)) return;
    await reviewLog.append({ ...entryOf(request, access), outcome: 'asked', status: null });
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const access = accessFor(request);
    // `isLogged` keeps the answer to a failure of the log itself from trying again.
    if (!isLogged(request, access) || request.trace.isLogged) return payload;
    request.trace.isLogged = true;
    const { statusCode: status } = reply;
    const outcome = status < 400 ? 'done' : status < 500 ? 'refused' : 'failed';
    try {
      await reviewLog.append({ ...entryOf(request, access), outcome, status });
      return payload;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      request.log.error({ err: error, code: error.code }, 'request_failed');
      // In place of the answer; a cookie that came with it must not leave either.
      reply.removeHeader('set-cookie').removeHeader('etag');
      return problemText(reply, statusOf(error), error.code, error.message);
    }
  });
}
