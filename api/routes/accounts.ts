import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { randomPassword, type Account as Stored } from '../../review/accounts.ts';
import { absent, DONE, Done, route } from '../route.ts';
import {
  Account,
  AccountCreated,
  AccountParams,
  Accounts,
  ChangeAccount,
  NewAccount,
  NewServiceAccount,
  Reviewers,
} from '../schemas/session.ts';
import type { RouteDeps } from '../seen.ts';

export function accountRoutes(app: FastifyInstance, deps: RouteDeps): void {
  const { accounts, sessions } = deps;
  const toView = async (account: Stored): Promise<z.output<typeof Account>> => {
    const { accountId, login, name, kind, roles, scopes, isDisabled, sequence } = account;
    return {
      ...{ accountId, login, name, kind, roles, scopes, isDisabled, sequence },
      hasPerson: account.person !== null,
      sessions: await sessions.countOf(accountId),
    };
  };
  route(app, 'listAccounts', {
    summary: 'Who may sign in, as what',
    response: Accounts,
    handler: async () => ({ items: await Promise.all(accounts.all().map(toView)) }),
  });
  route(app, 'listReviewers', {
    summary: 'To whom work can be given',
    response: Reviewers,
    handler: () => ({
      items: accounts
        .all()
        .filter((a) => !a.isDisabled && a.kind !== 'service')
        .map(({ accountId, name, roles }) => ({ accountId, name, roles })),
    }),
  });
  route(app, 'createAccount', {
    summary: 'Makes a local account; its password is shown once',
    body: NewAccount,
    status: 201,
    response: AccountCreated,
    async handler({ body, reviewer, touches }) {
      const { login, name, roles, person, actorIds } = body;
      // The person of the asker cannot get a second account with other roles by their own hand.
      if (person === reviewer.person)
        throw new AppError('ERR_REVIEW_SAME_PERSON', 'Somebody else makes your account.');
      const secret = randomPassword();
      const account = await accounts.create(reviewer, {
        ...{ login, name, roles: [...new Set(roles)], person, scopes: [], kind: 'local' },
        ...{ actors: actorIds.map((id) => deps.identify.actor(id)), persons: [] },
        secret: await accounts.hashPassword(secret),
      });
      touches(account.accountId);
      return { account: await toView(account), secret };
    },
  });
  route(app, 'createServiceAccount', {
    summary: 'Makes an account for a machine; its token is shown once',
    body: NewServiceAccount,
    status: 201,
    response: AccountCreated,
    async handler({ body, reviewer, touches }) {
      const { account, secret } = await accounts.createService(reviewer, body);
      touches(account.accountId);
      return { account: await toView(account), secret };
    },
  });
  route(app, 'changeAccount', {
    summary: 'Gives other roles, or shuts an account out at once',
    params: AccountParams,
    body: ChangeAccount,
    response: Account,
    async handler({ params: { accountId }, body, reviewer }) {
      const change = {
        ...(body.roles === undefined ? {} : { roles: [...new Set(body.roles)] }),
        ...(body.isDisabled === undefined ? {} : { isDisabled: body.isDisabled }),
      };
      const account = await accounts.change(reviewer, accountId, change);
      if (account.isDisabled) await sessions.endOfAccount(accountId);
      return toView(account);
    },
  });
  route(app, 'endSessions', {
    summary: 'Ends every session of an account at once',
    params: AccountParams,
    response: Done,
    async handler({ params: { accountId } }) {
      if (accounts.get(accountId) === null) throw absent('account');
      await sessions.endOfAccount(accountId);
      return DONE;
    },
  });
}
