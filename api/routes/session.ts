import type { FastifyInstance, FastifyReply } from 'fastify';
import type { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { Account } from '../../review/accounts.ts';
import { hasWpg, REGIMES } from '../../review/regime.ts';
import type { Session as StoredSession } from '../../review/sessions.ts';
import { ACCESS, accessOf, type Operation } from '../access.ts';
import { type Caller, DONE, Done, route } from '../route.ts';
import { Session, SignIn, SignInMethods, StepUp, SwitchRole } from '../schemas/session.ts';
import type { RouteDeps } from '../seen.ts';
import { clearCookie, setCookie } from '../session-cookie.ts';

/** Failures after which an account waits, and how long: guessing stays hopeless, locking out short. */
const MAX_FAILURES = 10;
const WAIT_MS = 15 * 60_000;

const OPERATIONS = Object.keys(ACCESS) as Operation[];

/** The session as its own browser sees it. */
export function toSession(
  deps: RouteDeps,
  account: Account,
  session: StoredSession,
): z.output<typeof Session> {
  const { limits } = deps.sessions;
  const { accountId, name, roles } = account;
  const isAllowed = (operation: Operation): boolean => {
    const { roles: allowed } = accessOf(operation);
    return typeof allowed === 'string' || allowed.includes(session.role);
  };
  return {
    ...{ accountId, name, roles, role: session.role, method: session.method },
    ...{ tenant: deps.tenant, csrfToken: session.csrfToken, signedInAt: session.signedInAt },
    idleUntil: session.seenAt + limits.idleMs,
    expiresAt: session.expiresAt,
    freshUntil: session.freshAt + limits.freshMs,
    operations: OPERATIONS.filter(isAllowed),
    regimes: REGIMES.filter(
      (regime) => isAllowed('search') && (regime === 'avg' || hasWpg(deps.regimes ?? {})),
    ),
  };
}

/** Session, secret and account of a person, or ERR_REVIEW_NOT_ALLOWED for a machine. */
function own(deps: RouteDeps, { session, secret, reviewer }: Caller) {
  const account = deps.accounts.get(reviewer.accountId);
  if (session === null || secret === null || account === null)
    throw new AppError('ERR_REVIEW_NOT_ALLOWED', 'A machine has no session.');
  return { session, secret, account };
}

export function sessionRoutes(app: FastifyInstance, deps: RouteDeps): void {
  const { isSecure = false, now = Date.now, sessions, accounts } = deps;
  const failures = new Map<string, { count: number; until: number }>();
  const enter = (
    reply: FastifyReply,
    account: Account,
    { secret, session }: { secret: string; session: StoredSession },
  ): z.output<typeof Session> => {
    setCookie(reply, isSecure, secret);
    return toSession(deps, account, session);
  };
  /** The account when name and password fit; counts failures per name. */
  const verify = async (login: string, password: string): Promise<Account | null> => {
    const before = failures.get(login);
    if (before !== undefined && before.count >= MAX_FAILURES && now() < before.until)
      throw Object.assign(new Error('too many failures'), { statusCode: 429 });
    const account = await accounts.verify(login, password);
    if (account !== null) failures.delete(login);
    else {
      if (failures.size > 10_000) failures.clear();
      const isOld = before === undefined || now() >= before.until;
      failures.set(login, { count: isOld ? 1 : before.count + 1, until: now() + WAIT_MS });
    }
    return account;
  };

  route(app, 'readSignInMethods', {
    summary: 'How one may sign in here',
    response: SignInMethods,
    handler: () => ({
      methods: deps.oidc === undefined ? ['local' as const] : ['oidc' as const, 'local' as const],
      oidcUrl: deps.oidc === undefined ? null : '/v1/session/oidc',
      isDemo: deps.isDemo ?? false,
    }),
  });
  route(app, 'signIn', {
    summary: 'Signs in with a local account',
    body: SignIn,
    response: Session,
    async handler({ body, reply, caller }) {
      const account = await verify(body.account, body.password);
      if (account === null)
        throw new AppError('ERR_REVIEW_SIGN_IN', 'Account and password do not fit.');
      if (caller.secret !== null) await sessions.end(caller.secret);
      return enter(reply, account, await sessions.start(account, 'local'));
    },
  });
  route(app, 'readSession', {
    summary: 'Who is signed in, as what, until when',
    response: Session,
    handler({ caller }) {
      const { account, session } = own(deps, caller);
      return toSession(deps, account, session);
    },
  });
  route(app, 'signOut', {
    summary: 'Ends the session at once',
    response: Done,
    async handler({ caller, reply }) {
      await sessions.end(own(deps, caller).secret);
      clearCookie(reply, isSecure);
      return DONE;
    },
  });
  route(app, 'stepUp', {
    summary: 'Signs in again, for what needs a fresh sign-in',
    body: StepUp,
    response: Session,
    async handler({ body, caller, reply }) {
      const { account, session, secret } = own(deps, caller);
      if (session.method !== 'local')
        throw new AppError('ERR_REVIEW_REFUSED', 'Sign in again through the provider.');
      const found = await verify(account.login, body.password);
      if (found?.accountId !== account.accountId)
        throw new AppError('ERR_REVIEW_NOT_ALLOWED', 'The password does not fit.');
      return enter(reply, account, await sessions.renew(secret, session));
    },
  });
  route(app, 'switchRole', {
    summary: 'Goes on in another role of the same account',
    body: SwitchRole,
    response: Session,
    async handler({ body, caller, reply }) {
      const { account, session, secret } = own(deps, caller);
      if (!account.roles.includes(body.role))
        throw new AppError('ERR_REVIEW_NOT_ALLOWED', 'The account does not have this role.');
      return enter(reply, account, await sessions.switchRole(secret, session, body.role));
    },
  });
}
