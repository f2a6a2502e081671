import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { OidcAttempt, OidcClient } from '../oidc.ts';
import { DONE, Done, route } from '../route.ts';
import type { RouteDeps } from '../seen.ts';
import { cookieName, setCookie } from '../session-cookie.ts';

const ATTEMPT_MS = 10 * 60_000;
const MAX_ATTEMPTS = 10_000;
/**
 * The provider sends the browser here from another site, so a cookie that is Strict would not come
 * along with a redirect: a page of our own goes on by itself.
 */
const GO_ON =
  '<!doctype html><html lang="nl"><head><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/"><title>Inzagewacht</title></head><body><a href="/">Verder</a></body></html>';

const StartQuery = z.strictObject({ stepUp: z.stringbool().optional() });
const BackQuery = z.object({
  code: z.string().max(2_000).optional(),
  state: z.string().max(500).optional(),
  iss: z.string().max(500).optional(),
  error: z.string().max(200).optional(),
});
const LogoutBody = z.object({ logout_token: z.string().min(20).max(8_000) });

export function oidcRoutes(app: FastifyInstance, deps: RouteDeps): void {
  const { isSecure = false, now = Date.now, sessions, accounts } = deps;
  const attempts = new Map<string, OidcAttempt & { at: number }>();
  const attemptCookie = `${cookieName(isSecure)}-sign-in`;
  route(app, 'startOidc', {
    summary: 'Goes to the identity provider',
    query: StartQuery,
    produces: 'text/html',
    response: z.any().meta({ type: 'string' }),
    async handler({ query, reply }) {
      const { url, attempt } = await provider(deps).start(query.stepUp ?? false);
      const [oldest] = attempts.keys();
      if (attempts.size >= MAX_ATTEMPTS && oldest !== undefined) attempts.delete(oldest);
      const id = randomBytes(32).toString('base64url');
      attempts.set(id, { ...attempt, at: now() });
      // Lax: it has to come along when the provider sends the browser back.
      reply.setCookie(attemptCookie, id, {
        ...{ path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure, maxAge: 600 },
      });
      reply.code(303).header('Location', url);
      return '';
    },
  });
  route(app, 'finishOidc', {
    summary: 'Comes back from the identity provider',
    query: BackQuery,
    produces: 'text/html',
    response: z.any().meta({ type: 'string' }),
    async handler({ request, reply, caller }) {
      const oidc = provider(deps);
      const id = request.cookies[attemptCookie] ?? '';
      const attempt = attempts.get(id);
      // Once only, whatever comes of it.
      attempts.delete(id);
      reply.clearCookie(attemptCookie, { path: '/' });
      if (attempt === undefined || now() - attempt.at > ATTEMPT_MS) throw refused();
      const query = request.url.slice(request.url.indexOf('?') + 1);
      const person = await oidc.finish(query, attempt).catch((cause: unknown) => {
        throw refused(cause);
      });
      const { subject, name, roles, sid, idToken } = person;
      const account = await accounts.fromProvider(`${oidc.issuer} ${subject}`, {
        ...{ name, roles, person: person.person, persons: [] },
        actors: person.actorId === null ? [] : [deps.identify.actor(person.actorId)],
      });
      if (account.isDisabled || roles.length === 0)
        throw new AppError('ERR_REVIEW_NOT_ALLOWED', 'This account has no role here.');
      if (caller.secret !== null) await sessions.end(caller.secret);
      const started = await sessions.start(
        account,
        'oidc',
        { subject, sid, idToken },
        person.authenticatedAt,
      );
      setCookie(reply, isSecure, started.secret);
      reply.type('text/html; charset=utf-8');
      return GO_ON;
    },
  });
  const fromProvider: FastifyPluginAsync = async (forms) => {
    // Here alone: nothing else of this service takes forms.
    forms.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: 16_384 },
      (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    );
    logoutRoute(forms, deps);
  };
  void app.register(fromProvider);
}

function provider({ oidc }: RouteDeps): OidcClient {
  if (oidc !== undefined) return oidc;
  throw new AppError('ERR_REVIEW_UNAVAILABLE', 'There is no identity provider here.');
}

function logoutRoute(app: FastifyInstance, deps: RouteDeps): void {
  route(app, 'endOidcSession', {
    summary: 'The identity provider ends sessions here (back-channel logout)',
    consumes: ['application/x-www-form-urlencoded'],
    body: LogoutBody,
    response: Done,
    async handler({ body }) {
      const oidc = provider(deps);
      const { subject, sid } = await oidc.readLogout(body.logout_token).catch((cause: unknown) => {
        throw refused(cause);
      });
      await deps.sessions.endOfProvider(subject, sid);
      return DONE;
    },
  });
}

const refused = (cause?: unknown): AppError =>
  new AppError('ERR_REVIEW_SIGN_IN', 'The sign-in did not succeed; start again.', {}, cause);
