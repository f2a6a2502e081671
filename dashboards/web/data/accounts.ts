import { queryOptions } from '@tanstack/react-query';
import { request } from './client.ts';
import type { Account, AccountCreated, Accounts, NewAccount, NewServiceAccount } from './shapes.ts';

const pathOf = (accountId: string, below = ''): string =>
  `/v1/accounts/${encodeURIComponent(accountId)}${below}`;

export const accountsQuery = queryOptions({
  queryKey: ['accounts'],
  queryFn: ({ signal }) => request<Accounts>('/v1/accounts', { signal }),
});
/** A new account with the password that is shown once. */
export const createAccount = (body: NewAccount): Promise<AccountCreated> =>
  request('/v1/accounts', { method: 'POST', body });
export const createServiceAccount = (body: NewServiceAccount): Promise<AccountCreated> =>
  request('/v1/service-accounts', { method: 'POST', body });
export const changeAccount = (
  accountId: string,
  body: { roles?: Account['roles']; isDisabled?: boolean },
): Promise<Account> => request(pathOf(accountId), { method: 'PATCH', body });
export const endSessions = (accountId: string): Promise<unknown> =>
  request(pathOf(accountId, '/sign-out'), { method: 'POST', body: {} });
